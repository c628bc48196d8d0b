from __future__ import annotations

import pytest

from indexer.names import Names, status_words
from indexer.query import And, Not, Or, Phrase, Property
from indexer.question import Filters, question
from schema.coverage import Status
from schema.duties import load_duties
from schema.frameworks import load_frameworks
from schema.model import TextStatus, Unit, UnitKind

UNITS = (Unit("U1", "北街小学", UnitKind.PRIMARY, aliases=("北小",)), Unit("U2", "南山小学", UnitKind.PRIMARY))
CELLS = {Status.VERIFIED: frozenset(("d1", "d7")), Status.PARTIAL: frozenset(("d2",))}


def in_cells(statuses: frozenset[Status]) -> frozenset[str]:
    return frozenset().union(*(CELLS.get(status, frozenset()) for status in statuses))


NAMES = Names(load_frameworks(), UNITS, load_duties(), in_cells)


def asked(query: str) -> object:
    return question(query, Filters(), NAMES).expr


def note(query: str) -> str:
    found = question(query, Filters(), NAMES).note
    return found.code if found else ""


@pytest.mark.parametrize(
    ("query", "expr"),
    [
        ("单位：北小", Property("unit", ("u1",))),
        ("unit:小学", Property("unit", ("u1", "u2"))),
        ("unit:北小,南山小学", Property("unit", ("u1", "u2"))),
        ("point:C12", Property("point", ("preschool/c12", "compulsory/c12"))),
        ("要点：学前c36", Property("point", ("preschool/c36",))),
        ("point:义教B4", Property("point", ("compulsory/c8", "compulsory/c9"))),
        ("类型：.PDF", Property("type", ("pdf",))),
        ("type:*.jpeg", Property("type", ("jpg",))),
        ("type:PPT,ofd", Property("type", ("pptx", "ppt", "dps", "odp", "ofd"))),
        ("类型：演示文稿", Property("type", ("pptx", "ppt", "dps", "odp"))),
        ("依据：文件夹", Property("basis", ("folder",))),
        ("basis:person", Property("basis", ("person",))),
        ("状态：已核", Property("id", ("d1", "d7"))),
        ("status:verified", Property("id", ("d1", "d7"))),
        ("状态：部分缺", Property("id", ("d2",))),
        ("状态：部分可读", Property("status", ("partial",))),
        ("status:partial", Or((Property("status", ("partial",)), Property("id", ("d2",))))),
        ("状态：需识别,有密码", Property("status", ("needs-ocr", "encrypted"))),
        ("-状态：待确认", Not(Property("status", ("proposed",)))),
        ("status:needs-ocr 甲", And((Property("status", ("needs-ocr",)), Phrase("甲")))),
    ],
)
def test_names_become_ids(query: str, expr: object) -> None:
    assert asked(query) == expr


def test_a_department_means_the_points_it_answers_for() -> None:
    duty = next(duty for duty in NAMES.duties if duty.framework == "compulsory")
    expr = asked(f"科室：{duty.departments[0]}")
    assert isinstance(expr, Property)
    assert expr.name == "point"
    assert set(expr.values) >= {f"compulsory/c{number}" for number in range(duty.first, duty.last + 1)}
    part = asked(f"department:{duty.departments[0][:2]}")
    assert isinstance(part, Property)
    assert set(part.values) >= set(expr.values)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("C40", "search.unknown-point"),
        ("point:C40", "search.unknown-point"),
        ("要点：义教C33 经费", "search.unknown-point"),
        ("point:preschool/C33", ""),
        ("维生素C40", ""),
        ("科室：没有这个科", "search.unknown-department"),
        ("要点：B90", "search.unknown-point"),
        ("要点：没有这个要点", "search.unknown-point"),
        ("依据：没有这种", "search.unknown-basis"),
        ("状态：没有这种", "search.unknown-status"),
        ("status:missing", "search.status-without-documents"),
        ("单位：没有这所学校", "search.unknown-unit"),
        ("unit:北小", ""),
    ],
)
def test_names_that_mean_nothing_are_told_of(query: str, code: str) -> None:
    assert note(query) == code


def test_a_code_alone_leads_to_its_points() -> None:
    direct = question("C12", Filters(), NAMES).direct
    assert [(entry.point, entry.label) for entry in direct] == [("preschool/C12", "学前 C12"), ("compulsory/C12", "义教 C12")]
    assert all(len(entry.text) > 5 for entry in direct)
    assert [entry.point for entry in question("（义教 Ｃ12）", Filters(), NAMES).direct] == []
    assert [entry.point for entry in question("义教　Ｃ１２", Filters(), NAMES).direct] == ["compulsory/C12"]
    assert question("C12 经费", Filters(), NAMES).direct == ()


def test_a_framework_or_a_dimension_means_all_its_points() -> None:
    for query, count in (("要点：学前", 37), ("point:compulsory", 32)):
        expr = asked(query)
        assert isinstance(expr, Property)
        assert len(expr.values) == count
    expr = asked("point:学前A1")
    assert isinstance(expr, Property)
    assert "preschool/c1" in expr.values
    assert len(expr.values) < 37


def test_filters_are_names_too() -> None:
    assert question("甲", Filters(unit="北小", status="已核"), NAMES).expr == And(
        (Phrase("甲"), Property("unit", ("u1",)), Property("id", ("d1", "d7")))
    )
    assert question("", Filters(year="2021，2023", type="pdf,docx"), NAMES).expr == And(
        (And(()), Property("year", ("2021", "2023")), Property("type", ("pdf", "docx")))
    )


def test_every_status_has_words_in_both_languages() -> None:
    words = status_words()
    statuses = {status for means in words.values() for _kind, status in means}
    assert statuses >= {*map(str, TextStatus), *map(str, Status), "assigned", "proposed", "unassigned"}
    assert {kind for kind, _status in words["partial"]} == {"document", "cell"}
