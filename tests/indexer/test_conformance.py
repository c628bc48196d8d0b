"""Search against a plain scan: the same documents, id for id, whatever is asked and whatever happened to the index before."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.index import Index
from indexer.query import And, Expr, Not, Or, Phrase, Property
from indexer.question import Question
from indexer.search import Library, _verify
from indexer.textstore import TextStore
from schema.model import Document
from tests.indexer.scan import UNITS, Plain, invented, plain_form, record

COUNT = 150


class Shelf:
    """A library under test, with the plain documents beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = Index.open(folder / "index")
        self.store = TextStore(folder / "text.sqlite")
        self.plain: dict[str, Plain] = {}

    def put(self, *numbers: int, seed: str = "", without: tuple[str, ...] = ()) -> None:
        records = []
        with self.store.batch():
            for number in numbers:
                document, reading = invented(number, seed)
                self.store.put(document.sha256, reading)
                self.plain[document.id] = Plain(document, reading)
                records.append(record(document, reading))
        for identity in without:
            self.plain.pop(identity, None)
        self.index.apply(records, without, self.index.position + 1)

    def reopen(self) -> None:
        self.index.close()
        self.index = Index.open(self.folder / "index")

    def lookup(self, ids: object) -> Mapping[str, Document]:
        return {identity: self.plain[identity].document for identity in ids}  # type: ignore[attr-defined]

    def library(self) -> Library:
        return Library(self.index, self.store, self.lookup)

    def found(self, expr: Expr) -> list[str]:
        entries, total, missing = _verify(self.library(), Question(expr, ()))
        assert (total, missing) == (len(entries), 0)
        return sorted(entry.id for entry in entries)

    def scanned(self, expr: Expr) -> list[str]:
        return sorted(identity for identity, plain in self.plain.items() if plain.satisfies(expr))

    def check(self, expr: Expr) -> int:
        found = self.found(expr)
        assert found == self.scanned(expr), expr
        return len(found)

    def close(self) -> None:
        self.index.close()
        self.store.close()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    for start in range(0, COUNT, 30):
        shelf.put(*range(start, start + 30))
    yield shelf
    shelf.close()


def planted(shelf: Shelf, count: int) -> list[str]:
    """Slices of the texts, 2 to 12 characters, wherever they fall: across words, lines, widths, brackets, numbers."""
    chance = random.Random(7)
    texts = ["\n".join(block.text for block in plain.reading.blocks) for plain in shelf.plain.values()]
    slices = []
    while len(slices) < count:
        text = chance.choice(texts)
        start = chance.randrange(len(text) - 12)
        slices.append(text[start : start + chance.randint(2, 12)])
    return slices


def test_planted_substrings(shelf: Shelf) -> None:
    hits = 0
    for piece in planted(shelf, 500):
        form = plain_form(piece)
        if form:
            hits += shelf.check(Phrase(form)) > 0
    # Slices that cut a number or code in two are rightly found in no text; most are found.
    assert hits > 300


def test_single_characters_and_punctuation(shelf: Shelf) -> None:
    for character in sorted({character for piece in planted(shelf, 400) for character in plain_form(piece)} - {" "}):
        shelf.check(Phrase(character))
        shelf.check(Phrase(character, open_end=True))


PHRASES = st.builds(
    Phrase,
    st.sampled_from(
        [
            "教师",
            "园",
            "c1",
            "c",
            "85",
            "85.5",
            "2023",
            "的",
            "教育",
            "(2023)78号",
            "78号",
            "双减",
            "𠮷",
            "8",
            "幼儿园",
            ",",
            "ab12",
        ]
    )
    | st.text("教师幼儿园的区1285c.()年号-", min_size=1, max_size=3),
    st.sampled_from(["", "", "", "number", "title", "name"]),
    st.booleans(),
).filter(lambda phrase: bool(phrase.text.strip()))
PROPERTIES = st.one_of(
    st.builds(lambda number: Property("point", (f"c{number}",)), st.integers(1, 16)),
    st.builds(lambda number: Property("point", (f"preschool/c{number}",)), st.integers(1, 16)),
    st.builds(lambda unit: Property("unit", (unit,)), st.sampled_from([*UNITS, "无"])),
    st.builds(
        lambda years: Property("year", tuple(years)), st.lists(st.sampled_from(["2021", "2022", "2023", "2024"]), max_size=3)
    ),
    st.builds(lambda kind: Property("type", (kind,)), st.sampled_from(["pdf", "docx", "txt"])),
    st.sampled_from([Property("status", ("ok",)), Property("basis", ("folder",))]),
)
TREES: st.SearchStrategy[Expr] = st.recursive(
    PHRASES | PROPERTIES,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(lambda parts: And(tuple(parts)), st.lists(inner, max_size=3))
        | st.builds(lambda parts: Or(tuple(parts)), st.lists(inner, max_size=3))
    ),
    max_leaves=6,
)


@given(TREES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_query_trees(shelf: Shelf, expr: Expr) -> None:
    shelf.check(expr)


@pytest.mark.slow
@given(TREES)
@settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_many_query_trees(shelf: Shelf, expr: Expr) -> None:
    shelf.check(expr)


QUESTIONS: tuple[Expr, ...] = (
    Phrase("教师"),
    Phrase("c1"),
    Phrase("园"),
    Not(Phrase("双减")),
    And((Phrase("的"), Not(Phrase("2023")))),
    Property("point", ("c12",)),
    And(()),
)
STEPS = st.lists(
    st.tuples(
        st.lists(st.integers(0, 25), max_size=4),
        st.text("abc", max_size=1),
        st.lists(st.integers(0, 25), max_size=3),
        st.booleans(),
    ),
    max_size=8,
)


@given(STEPS)
@settings(max_examples=12, deadline=None)
def test_after_any_changes(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[list[int], str, list[int], bool]]) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("changes"))
    try:
        shelf.put(*range(12))
        for numbers, seed, gone, reopen in steps:
            # The same id twice in one change: the last one counts.
            shelf.put(*numbers, seed=seed, without=tuple(f"d{number}" for number in gone if number not in numbers))
            if reopen:
                shelf.reopen()
            for expr in QUESTIONS:
                shelf.check(expr)
        assert shelf.index.doc_count == len(shelf.plain)
        assert shelf.index.position == 1 + len(steps)
    finally:
        shelf.close()


def test_one_by_one_stays_small_and_right(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for number in range(80):
        shelf.put(number % 70)
    for expr in QUESTIONS:
        shelf.check(expr)
    segments = {path.name.split(".")[0] for path in (tmp_path / "index").glob("MAIN_*.grm")}
    assert len(segments) <= 16
    assert len(list((tmp_path / "index").iterdir())) <= 4 * len(segments) + 4
    shelf.close()


def test_merging_keeps_documents_with_their_grams(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for start in range(0, 64, 8):
        shelf.put(*range(start, start + 8), without=(f"d{start - 3}", f"d{start - 4}"))
    shelf.put(*range(3, 60, 5), seed="new")
    for expr in (*QUESTIONS, Phrase("幼儿园"), Or((Phrase("85"), Phrase("185")))):
        shelf.check(expr)
    shelf.close()
