from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import indexer.search
from indexer.entry import record_of
from indexer.index import Index
from indexer.names import Names
from indexer.question import Filters
from indexer.reading import Block, Reading
from indexer.search import Answer, Library, search
from indexer.textstore import TextStore
from schema.messages import message
from schema.model import (
    Basis,
    Condition,
    Dimension,
    Document,
    DocumentState,
    Facts,
    Framework,
    Point,
    PointRef,
    Scope,
    Tag,
    TagState,
    TextStatus,
    Unit,
    UnitKind,
    Window,
)  # fmt: skip

UNITS = (
    Unit("u1", "北街小学", UnitKind.PRIMARY, aliases=("北小",)),
    Unit("u2", "南山幼儿园", UnitKind.KINDERGARTEN),
    Unit("u3", "南山小学", UnitKind.PRIMARY),
)


def framework(identity: str, short: str, count: int) -> Framework:
    points = tuple(
        Point(PointRef(identity, number), "B1", "要点", Scope.UNIT, (), ((Condition("public", "is", True),),), Window(), (), ())
        for number in range(1, count + 1)
    )
    return Framework(identity, short, short, "1", "", (short,), (), (Dimension("A1", ""),), (), points)


NAMES = Names((framework("preschool", "学前", 37), framework("compulsory", "义教", 32)), UNITS)


def document(number: int, name: str, unit: str, point: str = "", **facts: str) -> Document:
    tags = (Tag(PointRef.parse(point), TagState.ASSIGNED, Basis.FOLDER, 1.0, message("schema.faults", count=1)),) if point else ()
    known = Facts(TextStatus.OK, "pdf", 2, **facts)  # type: ignore[arg-type]
    return Document(f"d{number}", number, f"h{number}", 1, unit, name, "", "", "", 1, "", DocumentState.CURRENT, known, tags)


SHELF = (
    (document(1, "经费.pdf", "u1", "preschool/C10", title="学前教育经费", date="2021-05-01"), "财政经费安排", "第二页 85.5%"),
    (
        document(2, "通知.pdf", "u1", title="通知", doc_number="荣教政发〔2023〕78号", date="2023-07-01"),
        "关于经费的通知经费",
        "C12 材料",
    ),
    (document(3, "教室.docx", "u2", "compulsory/C12", date="2022-01-01"), "音乐教室达到85%", "见荣教政发[2023] 78\n号文件"),
    (document(4, "（C12）台账.xlsx", "u3", "preschool/C12"), "经费", "初\n中"),
    (document(5, "空.txt", "u2"), "", ""),
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    index, store = Index.open(tmp_path / "index"), TextStore(tmp_path / "text.sqlite")
    for entry, first, second in SHELF:
        store.put(entry.sha256, Reading(TextStatus.OK, "pdf", 2, (Block(1, "body", first), Block(2, "body", second))))
    store.take_note()
    documents = {entry.id: entry for entry, _first, _second in SHELF}

    def lookup(ids: Iterable[str]) -> Mapping[str, Document]:
        return {identity: documents[identity] for identity in ids if identity in documents}

    index.apply((record_of(entry, store.folded(entry.sha256) or "") for entry in documents.values()), (), 5)
    yield Library(index, store, lookup, NAMES)
    index.close()
    store.close()


def ids(answer: Answer) -> list[str]:
    assert answer.exact
    assert answer.total == len(answer.hits)
    return [hit.id for hit in answer.hits]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("经费", ["d1", "d4", "d2"]),
        ("初中", ["d4"]),
        ("85", ["d3"]),
        ("85.5%", ["d1"]),
        ("荣教政发（2023）78 号", ["d2", "d3"]),
        ("文号:78号", ["d2"]),
        ("title:经费", ["d1"]),
        ("经费 -通知", ["d1", "d4"]),
        ("通知 OR 音乐", ["d2", "d3"]),
        ("c1", []),
        ("C1*", ["d4", "d2"]),
        ("unit:北街小学", ["d1", "d2"]),
        ("unit:北小", ["d1", "d2"]),
        ("unit:南山", ["d3", "d4", "d5"]),
        ("单位：无此单位", []),
        ("year:2022..2023", ["d3", "d2"]),
        ("point:C12", ["d3", "d4"]),
        ("要点：学前C12", ["d4"]),
        ("point:preschool/C12", ["d4"]),
        ("type:pdf 音乐", ["d3"]),
        ("", ["d3", "d1", "d4", "d2", "d5"]),
        ("不存在的词", []),
    ],
)
def test_what_is_found_in_which_order(library: Library, query: str, found: list[str]) -> None:
    answer = search(library, query)
    assert ids(answer) == found
    assert [hit.score for hit in answer.hits] == sorted((hit.score for hit in answer.hits), reverse=True)


def test_a_hit_tells_its_page_and_shows_the_passage(library: Library) -> None:
    hit = search(library, "荣教政发〔2023〕78号 音乐").hits[0]
    assert (hit.id, hit.name, hit.unit, hit.points, hit.page) == ("d3", "教室.docx", "u2", ("compulsory/C12",), 1)
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["音乐", "荣教政发[2023] 78 号"]
    assert search(library, "85.5").hits[0].page == 2
    named = search(library, "台账").hits[0]
    assert (named.page, named.snippet) == (None, "（C12）台账.xlsx")


def test_a_code_alone_lists_its_documents_first(library: Library) -> None:
    # Named in the text only: d2; tagged: d3 and d4.
    assert ids(search(library, "C12")) == ["d3", "d4", "d2"]
    assert ids(search(library, "义教 C12")) == ["d3"]
    assert ids(search(library, "学前C12"))[0] == "d4"


def test_a_code_outside_the_frameworks_is_told(library: Library) -> None:
    answer = search(library, "C40")
    assert answer.total == 0
    assert answer.note
    assert "学前 C1-C37、义教 C1-C32" in answer.note.text("zh")
    assert search(library, "义教C33").note
    assert not search(library, "学前C33").note
    assert not search(library, "维生素C40").note


def test_filters_are_added_to_the_query(library: Library) -> None:
    assert ids(search(library, "经费", filters=Filters(unit="北街小学"))) == ["d1", "d2"]
    assert ids(search(library, "经费", filters=Filters(year="2020..2022"))) == ["d1"]
    assert ids(search(library, "", filters=Filters(point="C12", type="pdf"))) == ["d3", "d4"]
    assert ids(search(library, "经费", filters=Filters(year="去年"))) == []


def test_facets_count_all_that_was_found(library: Library) -> None:
    answer = search(library, "经费", limit=1)
    assert (answer.total, len(answer.hits)) == (3, 1)
    assert answer.facets["point"] == (("preschool/C10", 1), ("preschool/C12", 1))
    assert answer.facets["unit"] == (("u1", 2), ("u3", 1))
    assert sum(count for _year, count in answer.facets["year"]) == 3


def test_pages_of_an_answer_follow_one_another(library: Library) -> None:
    everything = [hit.id for hit in search(library, "").hits]
    assert [search(library, "", limit=1, offset=place).hits[0].id for place in range(5)] == everything
    assert search(library, "", limit=5, offset=5).hits == ()
    assert search(library, "", limit=0).total == 5


def test_among_equals_more_hits_come_first(library: Library, tmp_path: Path) -> None:
    texts = {"e1": "督导", "e2": "督导督导督导", "e3": "督导督导"}
    documents = {name: replace(SHELF[4][0], id=name, sha256=name) for name in texts}
    for name, text in texts.items():
        library.store.put(name, Reading(TextStatus.OK, "txt", None, (Block(None, "body", text),)))
    library.index.apply((record_of(documents[name], text) for name, text in texts.items()), (), 6)
    answer = search(replace(library, lookup=lambda wanted: {name: documents[name] for name in wanted}), "督导")
    assert ids(answer) == ["e2", "e3", "e1"]


def test_more_than_is_looked_at_gives_an_estimate(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer.search, "LOOKED_AT", 1)
    answer = search(library, "荣教政发（2023）78号")
    assert not answer.exact
    assert answer.total == 2
    assert answer.note
    assert answer.note.code == "search.about"


def test_readings_that_are_gone_cost_the_passage_only(library: Library) -> None:
    library.store.keep_only(["h1", "h2", "h4"])
    answer = search(library, "荣教政发（2023）78号")
    assert ids(answer) == ["d2", "d3"]
    assert (answer.hits[1].snippet, answer.hits[1].page) == ("", None)


def test_changes_not_yet_indexed_are_told_of(library: Library) -> None:
    assert search(library, "音乐").note is None
    behind = search(replace(library, last_change=lambda: 9), "音乐")
    assert behind.note
    assert behind.note.text("en").startswith("4 recent changes")


def test_a_document_gone_from_the_catalogue_is_left_out(library: Library) -> None:
    assert search(replace(library, lookup=lambda _ids: {}), "经费").hits == ()
