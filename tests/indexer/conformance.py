"""What any engine has to do to be a search engine of ours: the questions, the changes, and the plain scan that has the answers.

An engine is tested by a class with the few methods of `Engine`; see `tests/indexer/test_conformance.py` for two of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Protocol

from hypothesis import strategies as st

from indexer.entry import IndexRecord
from indexer.query import And, Expr, Not, Or, Phrase, Property
from tests.indexer.scan import UNITS, Plain, invented, plain_form, record


class Engine(Protocol):
    """What an engine can be asked to do."""

    def change(self, puts: Sequence[IndexRecord], deletes: Sequence[str]) -> None:
        """Take documents out, then put documents in, in place of those with the same id; of one put twice the last counts."""

    def reopen(self) -> None:
        """Close everything and open it again."""

    def find(self, expr: Expr) -> list[str]:
        """Return the id of every document that satisfies `expr`, sorted."""

    def close(self) -> None:
        """Close everything."""


class Shelf:
    """An engine with the plain documents beside it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.plain: dict[str, Plain] = {}

    def put(self, *numbers: int, seed: str = "", without: Iterable[str] = ()) -> None:
        papers = [invented(number, seed) for number in numbers]
        for identity in without:
            self.plain.pop(identity, None)
        self.plain.update({document.id: Plain(document, reading) for document, reading in papers})
        self.engine.change([record(document, reading) for document, reading in papers], list(without))

    def check(self, expr: Expr) -> int:
        """Compare the engine's answer with the scan's, id for id; return how many documents it has."""
        found = self.engine.find(expr)
        assert found == sorted(identity for identity, plain in self.plain.items() if plain.satisfies(expr)), expr
        return len(found)


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


_KNOWN = "教师 园 c1 c 85 85.5 2023 的 教育 (2023)78号 78号 双减 𠮷 8 幼儿园 , ab12".split()
PHRASES = st.builds(
    Phrase,
    st.sampled_from(_KNOWN) | st.text("教师幼儿园的区1285c.()年号-", min_size=1, max_size=3),
    st.sampled_from(["", "", "", "number", "title", "name"]),
    st.booleans(),
).filter(lambda phrase: plain_form(phrase.text) == phrase.text != "")
_YEARS = st.lists(st.sampled_from(["2021", "2022", "2023", "2024"]), max_size=3)
PROPERTIES = st.one_of(
    st.builds(lambda number: Property("point", (f"c{number}",)), st.integers(1, 16)),
    st.builds(lambda number: Property("point", (f"preschool/c{number}",)), st.integers(1, 16)),
    st.builds(lambda unit: Property("unit", (unit,)), st.sampled_from([*UNITS, "无"])),
    st.builds(lambda years: Property("year", tuple(years)), _YEARS),
    st.builds(lambda kind: Property("type", (kind,)), st.sampled_from(["pdf", "docx", "txt"])),
    st.builds(lambda number: Property("id", (f"d{number}",)), st.integers(0, 30)),
    st.sampled_from([Property("status", ("ok",)), Property("status", ("proposed",)), Property("basis", ("folder",))]),
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
QUESTIONS: tuple[Expr, ...] = (
    Phrase("教师"),
    Phrase("c1"),
    Phrase("园"),
    Phrase("幼儿园"),
    Phrase("教师", "title"),
    Not(Phrase("双减")),
    Or((Phrase("85"), Phrase("185"))),
    And((Phrase("的"), Not(Phrase("2023")))),
    Property("point", ("c12",)),
    And(()),
)
# Changes: documents put in, which version of them, documents taken out, whether the engine is opened again after.
STEPS = st.lists(
    st.tuples(
        st.lists(st.integers(0, 25), max_size=4),
        st.text("abc", max_size=1),
        st.lists(st.integers(0, 25), max_size=3),
        st.booleans(),
    ),
    max_size=8,
)
