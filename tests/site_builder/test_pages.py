"""What is planned: which pages there are and what stands on them, without drawing anything."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from schema.coverage import NOT_OWED, Status
from schema.messages import message
from schema.model import Basis, Level, PointRef, Tag, TagState
from schema.periods import ANY_TIME
from schema.presence import Piece, PieceState
from schema.reviews import Ground, Review, Verdict
from site_builder.audience import for_audience
from site_builder.data import Audience, SiteData
from site_builder.pages import plan
from site_builder.pages.dashboard import bar
from site_builder.pages.gaps import table
from site_builder.pages.page import Page
from site_builder.survey import Survey, counts
from tests.site_builder import sample
from tests.site_builder.statuses import cell


def survey(data: SiteData) -> Survey:
    return Survey(for_audience(data))


def planned(audience: Audience = Audience.TASKFORCE, **changes: object) -> dict[str, Page]:
    pages = list(plan(survey(sample.data(audience, **changes))))
    assert len({page.path.lower() for page in pages}) == len(pages), "two pages in one file"
    return {page.path: page for page in pages}


def view(pages: dict[str, Page], path: str) -> Any:
    return pages[path].view


def test_every_point_unit_department_and_person_has_a_page() -> None:
    pages = planned()
    for framework in sample.frameworks():
        letter = {"preschool": "x", "compulsory": "y"}[framework.id]
        assert {f"f/{letter}.html", f"m/{letter}.html"} <= pages.keys()
        assert {f"p/{letter}{point.code}.html" for point in framework.points} <= pages.keys()
        assert {f"a/{letter}{entry.code}.html" for entry in framework.dimensions} <= pages.keys()
        assert {f"b/{letter}{entry.code}.html" for entry in framework.indicators} <= pages.keys()
    assert sum(path.startswith("u/") for path in pages) == len(sample.UNITS) + 1
    assert [view(pages, f"k/{number:02d}.html").name for number in (1, 2, 3)] == ["基础科", "财务科", "人事科"]
    assert [view(pages, f"r/{number:02d}.html").name for number in (1, 2, 3)] == ["赵示例", "钱示例", "孙示例"]
    assert {
        "index.html",
        "gaps.html",
        "gaps-k.html",
        "gaps-u.html",
        "new.html",
        "issues.html",
        "doc.html",
        "search.html",
        "about.html",
    } <= pages.keys()


def test_the_public_gets_no_page_that_names_a_person_or_a_document() -> None:
    pages = planned(Audience.PUBLIC)
    assert not [path for path in pages if path.startswith("r/")]
    assert not {"new.html", "issues.html", "doc.html", "search.html"} & pages.keys()
    shown = "".join(map(repr, pages.values()))
    for word in ("赵示例", "钱示例", "王示例", "花名册", "收费公示", "测量表", "run.exe"):
        assert word not in shown
    assert "基础科" in shown
    assert view(pages, "p/xC2.html").document_count == 1


def test_the_dashboard_counts_points_and_cells() -> None:
    first = view(planned(), "index.html")
    assert (first.points.total, first.points.owed, first.points.given, first.points.verified) == (6, 5, 2, 1)
    assert first.points.of(Status.MISSING) == 2
    assert (first.cells.owed, first.cells.given, first.cells.verified) == (9, 5, 3)
    assert [row.link.text for row in first.gaps] == ["义教 C1", "学前 C1", "学前 C2"]
    assert sum(part.width for part in first.bar) == 100
    assert first.days_left == 9
    assert first.documents == 5


def test_codes_outside_their_framework_carry_its_word() -> None:
    pages = planned()
    labels = [row.point.text for row in view(pages, "u/001.html").given]
    assert labels == ["学前 C3", "学前 C2"]
    assert pages["p/yC2.html"].title.startswith("义教 C2 ")


def test_a_point_says_what_is_missing_and_who_owes_it() -> None:
    pages = planned()
    missing = view(pages, "p/xC2.html")
    assert missing.row.status is Status.PARTIAL
    assert missing.row.sentence == "应交的 2 个单位中，还有 1 个没有交全：小太阳幼儿园。"
    assert [link.text for link in missing.row.owing] == ["小太阳幼儿园"]
    assert view(pages, "p/xC1.html").row.sentence == "基础科还没有交材料。"
    assert view(pages, "p/xC4.html").row.status is Status.NOT_APPLICABLE
    assert view(pages, "p/xC4.html").not_applicable == 2
    assert view(pages, "p/yC2.html").proposed == 1


def test_names_that_the_notice_prints_on_another_row_are_marked() -> None:
    pages = planned()
    printed, inferred = view(pages, "p/xC1.html").row.duties, view(pages, "p/xC2.html").row.duties
    assert not printed[0].department_inferred
    assert not printed[0].person_inferred
    assert inferred[0].department_inferred
    assert inferred[0].person_inferred


def test_a_unit_page_begins_with_what_it_owes() -> None:
    asked = (
        Piece("要点2的年度统计表", Level.MUST, ANY_TIME, PieceState.FOUND, "d0001"),
        Piece("要点2的自查报告", Level.MUST, ANY_TIME),
        Piece("要点2的照片", Level.SHOULD, ANY_TIME),
    )
    cells = tuple(replace(cell, pieces=asked) if cell.unit == "002" else cell for cell in sample.CELLS)
    pages = planned(cells=cells)
    owed = view(pages, "u/002.html").lacking
    assert [(row.point.text, row.mark.word) for row in owed] == [("学前 C2", "缺材料")]
    assert (owed[0].there, owed[0].lacks, owed[0].welcome) == ((1, 2), ("缺：要点2的自查报告。",), ("要点2的照片",))
    (row,) = [row for row in view(pages, "p/xC2.html").cells if row.unit.text == "小太阳幼儿园"]
    assert (row.there, row.lacks) == ((1, 2), ("缺：要点2的自查报告。",))


def test_the_public_learns_that_something_was_sent_back_and_not_by_whom() -> None:
    verdict = Review("d0001", "", sample.PRESCHOOL_2, "", Verdict.REJECTED, "王老师", "", "让张某某重交", Ground.NO_SEAL)
    cells = tuple(replace(cell, returned=(verdict,)) if cell.unit == "002" else cell for cell in sample.CELLS)
    owed = view(planned(Audience.PUBLIC, cells=cells), "u/002.html").lacking
    assert owed[0].lacks == ("退回 1 份：缺章。",)
    assert "王老师" not in repr(for_audience(sample.data(Audience.PUBLIC, cells=cells)).cells)


def test_proposals_never_count_and_are_listed_with_their_reason() -> None:
    pages = planned()
    unplaced = tuple(view(pages, "issues.html").unplaced)
    assert [row.name for row in unplaced] == ["扫描件.pdf", "杂项.txt"]
    assert [(link.text, reason) for link, reason in unplaced[1].proposals] == [("义教 C2", "按内容推测")]
    assert "杂项.txt" not in [row.name for row in view(pages, "p/yC2.html").listing.rows]


def test_a_sentence_stands_once() -> None:
    why = message("site.reading.pending")
    tag = Tag(sample.COMPULSORY_2, TagState.PROPOSED, Basis.FOLDER, 0.5, why)
    document = replace(sample.DOCUMENTS[3], problems=(why, message("site.reading.empty")), indicator="compulsory/B2", tags=(tag,))
    (row,) = view(planned(documents=(document,)), "issues.html").unplaced
    assert row.hints == ("只知道属于指标 义教 B2，还不知道是哪个要点。", "没有文字")


@pytest.mark.parametrize("status", [status for status in Status if status not in NOT_OWED])
def test_a_point_owed_once_is_told_as_such(status: Status) -> None:
    cells = (cell("基础科", PointRef("preschool", 1), status),)
    told = view(planned(cells=cells), "p/xC1.html").row.sentence
    assert "个单位" not in told
    assert told.endswith("。")


def test_the_ledger_names_every_outcome_in_one_order() -> None:
    issues = view(planned(ledger=(("pending", 2), ("new", 1))), "issues.html")
    assert issues.ledger == (
        ("新入档", 1), ("新版本", 0), ("与已有材料相同", 0), ("退回", 0), ("临时文件，不收", 0), ("等待处理", 2),
    )  # fmt: skip


def test_the_ledger_agrees() -> None:
    issues = view(planned(), "issues.html")
    assert issues.paths == sum(number for _, number in issues.ledger) == 12
    assert [heading for heading, _ in issues.groups] == ["扫描件，文字不能检索", "退回的文件"]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@x", "＝1", "\t=1"])
def test_no_cell_of_the_table_is_a_formula(start: str) -> None:
    units = (replace(sample.UNITS[1], name=f"{start}|cmd"),)
    written = table(survey(sample.data(units=units)))
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert len(rows) == 1 + 4
    assert any(f"'{start}|cmd" in row for row in rows)
    assert not [field for row in rows for field in row if field.startswith(("=", "+", "-", "@", "\t", "＝"))]


def test_an_empty_district_still_has_a_site() -> None:
    empty: dict[str, Any] = dict.fromkeys(("frameworks", "duties", "units", "documents", "cells", "findings", "ledger"), ())
    pages = planned(**empty, due="")
    assert view(pages, "index.html").points.total == 0
    assert view(pages, "index.html").days_left is None


def test_a_district_duty_without_a_department_is_the_districts() -> None:
    cells = (cell("", PointRef("preschool", 1), Status.MISSING),)
    assert view(planned(cells=cells), "p/xC1.html").row.sentence == "区级还没有交材料。"


def test_the_parts_of_the_bar_make_a_hundred() -> None:
    for statuses in ([Status.MISSING] * 3, [Status.MISSING, Status.PARTIAL, Status.VERIFIED], [Status.WAIVED]):
        parts = bar(counts(statuses))
        assert sum(part.width for part in parts) == (100 if parts else 0)
