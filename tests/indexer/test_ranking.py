"""Orders, pages, totals above the bound, counts and likeness, on invented documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

import indexer.search
from indexer.index import Index
from indexer.likeness import like
from indexer.question import Filters
from indexer.ranking import Order
from indexer.reading import Block, Reading
from indexer.search import Library, search
from indexer.textstore import TextStore
from schema.errors import ArchiveError
from schema.model import Document, TextStatus
from tests.indexer.scan import invented, record

COUNT = 90


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("ranking")
    index, store = Index.open(folder / "index"), TextStore(folder / "text.sqlite")
    documents: dict[str, Document] = {}
    for start in range(0, COUNT, 30):
        papers = [invented(number) for number in range(start, start + 30)]
        documents |= {document.id: document for document, _reading in papers}
        for document, reading in papers:
            store.put(document.sha256, reading)
        index.apply([record(*paper) for paper in papers], (), start + 30)
    yield Library(index, store, lambda ids: {name: documents[name] for name in ids})
    index.close()
    store.close()


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("query", ["教师", "C12", "不低于", ""])
def test_pages_put_together_are_the_whole(library: Library, order: Order, query: str) -> None:
    whole = [hit.id for hit in search(library, query, limit=COUNT, order=order).hits]
    assert len(whole) == len(set(whole)) == search(library, query).total
    pages = [hit.id for at in range(0, COUNT, 7) for hit in search(library, query, limit=7, offset=at, order=order).hits]
    assert pages == whole


def test_by_date_the_newest_come_first_and_those_without_last(library: Library) -> None:
    dates = [hit.date for hit in search(library, "教师", limit=COUNT, order=Order.DATE).hits]
    assert dates == sorted(dates, reverse=True)
    assert dates[-1] == ""


def test_by_unit_units_stay_together(library: Library) -> None:
    hits = search(library, "", limit=COUNT, order=Order.UNIT).hits
    units = [hit.unit for hit in hits]
    assert units == sorted(units)
    for unit in set(units):
        kept = [(bool(hit.points), hit.date) for hit in hits if hit.unit == unit]
        assert kept == sorted(kept, reverse=True)


def test_facets_count_what_the_hits_have(library: Library) -> None:
    for query in ("教师", "C12", "不存在"):
        answer = search(library, query, limit=COUNT)
        for name, value in (("unit", "unit"), ("type", "kind"), ("status", "status")):
            assert dict(answer.facets[name]) == Counter(getattr(hit, value) for hit in answer.hits)
        assert dict(answer.facets["point"]) == Counter(point for hit in answer.hits for point in hit.points)
        assert sum(count for _year, count in answer.facets["year"]) == answer.total


@pytest.mark.parametrize("order", Order)
def test_above_the_bound_the_total_is_about_right_and_the_page_is_exact(
    library: Library, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = search(library, "不低于", limit=COUNT, order=order)
    assert whole.exact
    monkeypatch.setattr(indexer.search, "LOOKED_AT", 40)
    some = search(library, "不低于", limit=5, order=order)
    assert not some.exact
    assert some.note
    assert some.note.code == "search.about"
    assert abs(some.total - whole.total) < 20
    assert [hit.id for hit in some.hits] == [hit.id for hit in whole.hits[:5]]
    # What the grams alone make sure of is counted exactly, however much it is.
    assert search(library, "教师").exact


def test_up_to_three_passages_with_their_pages(library: Library) -> None:
    store, index = library.store, library.index
    pages = tuple(Block(page, "ocr" if page == 3 else "body", f"{'空' * 90}督导{page}{'空' * 90}") for page in range(1, 6))
    document, _reading = invented(200)
    store.put(document.sha256, Reading(TextStatus.OK, "pdf", 5, pages))
    index.apply([record(document, Reading(TextStatus.OK, "pdf", 5, pages))], (), 900)
    shelf = Library(index, store, lambda ids: dict.fromkeys(ids, document))
    hit = next(hit for hit in search(shelf, "督导", limit=COUNT, filters=Filters(unit=document.unit)).hits if hit.id == "d200")
    assert [(shown.page, shown.ocr) for shown in hit.passages] == [(1, False), (2, False), (3, True)]
    assert (hit.page, hit.snippet, hit.marks) == (1, hit.passages[0].text, hit.passages[0].marks)
    assert all(shown.text[start:end] == "督导" for shown in hit.passages for start, end in shown.marks)
    index.apply((), ["d200"], 901)


def test_more_like_this(library: Library) -> None:
    index, store = library.index, library.store
    words = "综合楼加固改造工程竣工验收备案表第三标段监理日志"
    papers = []
    for number, text in enumerate((words * 3, words + "另行安排", "另行安排", words[:14])):
        document, _reading = invented(300 + number)
        reading = Reading(TextStatus.OK, "txt", None, (Block(None, "body", text),))
        store.put(f"like{number}", reading)
        papers.append((document, reading))
    index.apply([record(*paper) for paper in papers], (), 910)
    known = {document.id: document for document, _reading in papers}
    shelf = Library(index, store, lambda ids: {name: known[name] for name in ids if name in known})
    answer = like(shelf, "d300")
    assert [hit.id for hit in answer.hits] == ["d301", "d303"]
    assert (answer.total, answer.exact) == (2, True)
    scores = [hit.score for hit in answer.hits]
    assert 1 >= scores[0] > scores[1] > 0.2
    assert sum(count for _unit, count in answer.facets["unit"]) == 2
    with pytest.raises(ArchiveError, match="No document nowhere"):
        like(shelf, "nowhere")
    index.apply((), known, 911)
