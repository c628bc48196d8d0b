"""Engines against a plain scan: the same documents, id for id, whatever is asked and whatever happened to them before."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.parse import parse
from indexer.query import Expr, Phrase, Property
from tests.indexer import conform
from tests.indexer.conformance import KINDS, QUESTIONS, STEPS, TREES, Make, Shelf, disguised, grow, planted
from tests.indexer.engines import ENGINES, ON_DISK
from tests.indexer.scan import plain_form


@pytest.fixture(scope="module", params=ENGINES)
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = Shelf(request.param(tmp_path_factory.mktemp("shelf")))
    for start in range(0, 150, 30):
        shelf.put(*range(start, start + 30))
    yield shelf
    shelf.engine.close()


def test_planted_substrings(shelf: Shelf) -> None:
    chance = random.Random(9)
    found = dict.fromkeys(KINDS, 0)
    for piece in planted(shelf, 80):
        form = plain_form(piece)
        if not form:
            continue
        hits = shelf.check(Phrase(form))
        # However it is typed, it is the same question.
        typed = disguised(piece, chance)
        assert parse(f"『{typed}』") == Phrase(form), typed
        for kind, holds in KINDS.items():
            found[kind] += holds(piece) and hits > 0
    # Slices that cut a number or code in two are rightly found in no text; most are found.
    assert min(found.values()) >= 50, found
    assert sum(found.values()) > 500


def test_single_characters_and_punctuation(shelf: Shelf) -> None:
    for character in sorted({character for piece in planted(shelf, 60) for character in plain_form(piece)} - {" "}):
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
    engine: Make,
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
def test_merging_keeps_documents_with_their_grams(tmp_path: Path, engine: Make) -> None:
    shelf = Shelf(engine(tmp_path))
    for number in range(100):
        shelf.put(number, without=[f"d{number - 3}"] if number % 5 == 0 else [])
    shelf.put(*range(3, 60, 5), seed="new")
    for expr in (*QUESTIONS, Property("unit", ("北街小学",))):
        shelf.check(expr)
    shelf.engine.close()


@pytest.mark.parametrize("engine", ON_DISK)
def test_a_thousand_commits_of_one_document_stay_small(tmp_path: Path, engine: Make) -> None:
    """A thousand documents one by one take hardly more room than at once, and few segments."""
    one_by_one, at_once = grow(engine, tmp_path, 1000)
    for expr in QUESTIONS:
        assert one_by_one.engine.find(expr) == at_once.engine.find(expr)
    assert one_by_one.engine.size() <= 2 * at_once.engine.size()
    assert len(list((tmp_path / "a" / "index").glob("*.grm"))) <= 32
    one_by_one.engine.close()
    at_once.engine.close()


@pytest.mark.parametrize("engine", ON_DISK)
def test_killed_writers_lose_and_double_nothing(tmp_path: Path, engine: Make) -> None:
    tally = conform.kills(engine, tmp_path, 3, number=1)
    assert tally.queries >= 3 * len(QUESTIONS)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ON_DISK)
def test_writers_killed_many_times_lose_and_double_nothing(tmp_path: Path, engine: Make) -> None:
    conform.kills(engine, tmp_path, 40, number=2)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_anything_asked_after_anything_done(tmp_path: Path, engine: Make) -> None:
    tally = conform.rounds(engine, tmp_path, seconds=120, number=3)
    assert tally.queries > 1000
    assert not tally.wrong
