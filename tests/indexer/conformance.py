"""What any engine has to do to be a search engine of ours: the questions, the changes, and the plain scan that has the answers.

An engine is tested by a class with the few methods of `Engine`; see `tests/indexer/engines.py` for two of them, and
`tests/indexer/conform.py` for a run of any length.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
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

    def size(self) -> int:
        """Return how many bytes lie on the disk."""

    def close(self) -> None:
        """Close everything."""


# Makes an engine in a folder, or opens the one that is there.
Make = Callable[[Path], Engine]


@dataclass
class Tally:
    """Answers compared: documents that should be found, that were, and that are both."""

    queries: int = 0
    wanted: int = 0
    found: int = 0
    right: int = 0
    wrong: list[Expr] = field(default_factory=list)

    def add(self, expr: Expr, wanted: set[str], found: Sequence[str]) -> None:
        """Count one answer; a document found twice is a wrong one."""
        right = len(wanted.intersection(found))
        self.queries += 1
        self.wanted += len(wanted)
        self.found += len(found)
        self.right += right
        if not len(wanted) == len(found) == right:
            self.wrong.append(expr)

    def __str__(self) -> str:
        recall, precision = self.right / max(1, self.wanted), self.right / max(1, self.found)
        answers = f"{self.queries} queries, {self.wanted} documents to be found"
        return f"{answers}: recall {recall:.3f}, precision {precision:.3f}, {len(self.wrong)} answers wrong"


class Shelf:
    """An engine with the plain documents beside it."""

    def __init__(self, engine: Engine, tally: Tally | None = None) -> None:
        self.engine = engine
        self.plain: dict[str, Plain] = {}
        self.tally = tally or Tally()

    def put(self, *numbers: int, seed: str = "", without: Iterable[str] = ()) -> None:
        papers = [invented(number, seed) for number in numbers]
        for identity in without:
            self.plain.pop(identity, None)
        self.plain.update({document.id: Plain(document, reading) for document, reading in papers})
        self.engine.change([record(document, reading) for document, reading in papers], list(without))

    def check(self, expr: Expr) -> int:
        """Compare the engine's answer with the scan's, id for id; return how many documents it has."""
        found = self.engine.find(expr)
        wanted = {identity for identity, plain in self.plain.items() if plain.satisfies(expr)}
        self.tally.add(expr, wanted, found)
        assert found == sorted(wanted), expr
        return len(found)


# What a slice holds, or runs across, that search engines stumble over.
KINDS: dict[str, Callable[[str], bool]] = {
    "inside words": lambda piece: re.fullmatch("[\u4e00-\u9fff]+", piece) is not None,
    "across lines": lambda piece: "\n" in piece.strip(),
    "across punctuation": lambda piece: re.search("[^\\W_][，。、：《》“”—～]+[^\\W_]", piece) is not None,
    "digits and Latin": lambda piece: re.search("[0-9A-Za-z]", piece) is not None,
    "full width": lambda piece: re.search("[\uff10-\uff5a]", piece) is not None,
    "brackets": lambda piece: re.search("[〔〕（）\\[\\]]", piece) is not None,
    "beyond the BMP": lambda piece: max(piece) > "\uffff",
}


def planted(shelf: Shelf, count: int, seed: int = 7) -> list[str]:
    """Slices of the texts, 2 to 12 characters, `count` of every kind of KINDS: across words, lines, widths, brackets, numbers."""
    chance = random.Random(seed)
    texts = ["\n".join(block.text for block in plain.reading.blocks) for plain in shelf.plain.values()]
    slices: list[str] = []
    for holds in KINDS.values():
        wanted = len(slices) + count
        while len(slices) < wanted:
            text = chance.choice(texts)
            start = chance.randrange(len(text) - 12)
            piece = text[start : start + chance.randint(2, 12)]
            slices += [piece] if holds(piece) else []
    return slices


def disguised(piece: str, chance: random.Random) -> str:
    """Return a slice as another input method types it: other widths, brackets and dashes, blanks between Chinese letters."""
    swapped = str.maketrans({"〔": "【", "〕": "]", "（": "[", "）": ")", "[": "〔", "]": "）", "—": "～", "％": "%"})
    wide = {"%": "％", ":": "："}
    parts = []
    for character in piece.translate(swapped):
        plain = unicodedata.normalize("NFKC", character) if "\uff01" <= character <= "\uff5e" else character
        if chance.random() < 0.5 and re.match("[0-9A-Za-z]", plain):
            plain = chr(ord(plain) + 0xFEE0)
        parts.append(wide.get(plain, plain) if chance.random() < 0.5 else plain)
        if chance.random() < 0.2 and re.match("[\u4e00-\u9fff]", character):
            parts.append(chance.choice(" \n\u3000"))
    return "".join(parts)


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


def after_changes(count: int) -> tuple[list[int], list[str]]:
    """Return which documents `change(n)`, n from 1 to `count`, leave, and the ids that the last one takes out."""
    numbers, gone = set[int](), list[str]()
    for turn in range(1, count + 1):
        gone = [f"d{turn * 3 - 8}"]
        numbers.discard(turn * 3 - 8)
        numbers.update(range(turn * 3 - 3, turn * 3))
    return sorted(numbers), gone


def killed_shelf(engine: Engine, told: int, tally: Tally) -> tuple[Shelf, int]:
    """Return the shelf that the changes up to `told`, or one more, should have left, as the engine's documents show, and which.

    Raises AssertionError when they are neither: what was acknowledged is there, and what was not is there wholly or not at all.
    """
    ids = engine.find(And(()))
    for turn in (told, told + 1):
        numbers, _gone = after_changes(turn)
        if ids == sorted(f"d{number}" for number in numbers):
            shelf = Shelf(engine, tally)
            for number in numbers:
                document, reading = invented(number)
                shelf.plain[document.id] = Plain(document, reading)
            return shelf, turn
    raise AssertionError(f"after {told} changes: {ids}")


def grow(engine: Make, folder: Path, commits: int) -> tuple[Shelf, Shelf]:
    """Put documents in one by one, many of them again, and the same at once; return both shelves."""
    one_by_one, at_once = Shelf(engine(folder / "a")), Shelf(engine(folder / "b"))
    distinct = commits * 7 // 10
    for number in range(commits):
        one_by_one.put(number % distinct)
    at_once.put(*range(distinct))
    return one_by_one, at_once
