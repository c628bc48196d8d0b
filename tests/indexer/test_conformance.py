"""Engines against a plain scan: the same documents, id for id, whatever is asked and whatever happened to them before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.entry import IndexRecord
from indexer.index import Index
from indexer.query import Expr, Phrase, Property
from indexer.question import Question
from indexer.search import find
from indexer.verdict import Subject, satisfies
from tests.indexer.conformance import QUESTIONS, STEPS, TREES, Engine, Shelf, planted
from tests.indexer.scan import plain_form


class OurIndex:
    """The index of this product."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "index"
        self.index = Index.open(self.folder)

    def change(self, puts: Sequence[IndexRecord], deletes: Sequence[str]) -> None:
        assert self.index.apply(puts, deletes, self.index.position + 1)

    def reopen(self) -> None:
        self.index.close()
        self.index = Index.open(self.folder)

    def find(self, expr: Expr) -> list[str]:
        found = find(self.index, Question(expr, ()))
        entries = [entry.id for entry in found.entries()]
        assert (found.total, found.exact) == (len(entries), True)
        return sorted(entries)

    def close(self) -> None:
        self.index.close()


class Verdicts:
    """No engine at all: the definition of a match, text by text. What it finds is right only if the definition is."""

    def __init__(self, _folder: Path) -> None:
        self.records: dict[str, IndexRecord] = {}

    def change(self, puts: Sequence[IndexRecord], deletes: Sequence[str]) -> None:
        for identity in deletes:
            self.records.pop(identity, None)
        self.records |= {entry.id: entry for entry in puts}

    def reopen(self) -> None:
        pass

    def find(self, expr: Expr) -> list[str]:
        return sorted(name for name, known in self.records.items() if satisfies(expr, Subject.of(known.entry, known.text)))

    def close(self) -> None:
        pass


ENGINES: tuple[Callable[[Path], Engine], ...] = (OurIndex, Verdicts)


@pytest.fixture(scope="module", params=ENGINES)
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = Shelf(request.param(tmp_path_factory.mktemp("shelf")))
    for start in range(0, 150, 30):
        shelf.put(*range(start, start + 30))
    yield shelf
    shelf.engine.close()


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


TREE_SETTINGS = {"suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


@given(TREES)
@settings(max_examples=200, **TREE_SETTINGS)
def test_query_trees(shelf: Shelf, expr: Expr) -> None:
    shelf.check(expr)


@pytest.mark.slow
@given(TREES)
@settings(max_examples=5000, **TREE_SETTINGS)
def test_many_query_trees(shelf: Shelf, expr: Expr) -> None:
    shelf.check(expr)


@pytest.mark.parametrize("engine", ENGINES)
@given(STEPS, st.lists(TREES, max_size=3))
@settings(max_examples=15)
def test_after_any_changes(
    tmp_path_factory: pytest.TempPathFactory,
    engine: Callable[[Path], Engine],
    steps: list[tuple[list[int], str, list[int], bool]],
    trees: list[Expr],
) -> None:
    shelf = Shelf(engine(tmp_path_factory.mktemp("changes")))
    try:
        shelf.put(*range(12))
        for numbers, seed, gone, reopen in steps:
            # The same id twice in one change: the last one counts.
            shelf.put(*numbers, seed=seed, without=[f"d{number}" for number in gone if number not in numbers])
            if reopen:
                shelf.engine.reopen()
            for expr in (*QUESTIONS, *trees):
                shelf.check(expr)
    finally:
        shelf.engine.close()


@pytest.mark.parametrize("engine", ENGINES)
def test_merging_keeps_documents_with_their_grams(tmp_path: Path, engine: Callable[[Path], Engine]) -> None:
    shelf = Shelf(engine(tmp_path))
    for number in range(100):
        shelf.put(number, without=[f"d{number - 3}"] if number % 5 == 0 else [])
    shelf.put(*range(3, 60, 5), seed="new")
    for expr in (*QUESTIONS, Property("unit", ("北街小学",))):
        shelf.check(expr)
    shelf.engine.close()


def test_a_thousand_commits_of_one_document_stay_small(tmp_path: Path) -> None:
    """A thousand documents one by one take hardly more room than at once, and few segments."""
    one_by_one, at_once = Shelf(OurIndex(tmp_path / "a")), Shelf(OurIndex(tmp_path / "b"))
    for number in range(1000):
        one_by_one.put(number % 700)
    at_once.put(*range(700))
    for expr in QUESTIONS:
        assert one_by_one.engine.find(expr) == at_once.engine.find(expr)
    files = list((tmp_path / "a" / "index").iterdir())
    assert len({path.name.split(".")[0] for path in files if path.suffix == ".grm"}) <= 32
    assert sum(path.stat().st_size for path in files) <= 2 * sum(
        path.stat().st_size for path in (tmp_path / "b" / "index").iterdir()
    )
    one_by_one.engine.close()
    at_once.engine.close()
