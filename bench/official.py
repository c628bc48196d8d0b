"""How well the elements of official papers are found: precision, recall and F1 by element, on two labelled sets.

    python -m bench.official

The rules were made with the papers of `tuning.toml`; those of `frozen.toml` were written after the rules had been settled, and
no rule was changed for them.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.official import elements
from indexer.reading import Block, Reading
from schema.model import TextStatus

FOLDER = Path(__file__).parent.parent / "tests" / "indexer" / "official"
SETS = ("tuning", "frozen")
ELEMENTS = ("number", "title", "kind", "issuer", "date", "recipients", "attachments", "secrecy")
# A title that no rule found, for which the first line or the file's name stands in, is no title found.
_STAND_INS = frozenset({"title-first", "title-name", "title-sheet"})


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper and its elements as a person reads them; an element of several values has them in order."""

    name: str
    text: str
    truth: Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class Score:
    """Elements found rightly, found wrongly, and not found."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of those found that are right."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Share of those on the papers that were found rightly."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def papers(name: str) -> Iterator[Paper]:
    """Yield the papers of a set."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        for entry in tomllib.load(file)["paper"]:
            truth = {element: _values(entry.get("issuers" if element == "issuer" else element, "")) for element in ELEMENTS}
            yield Paper(entry["name"], entry["text"], truth)


def found(paper: Paper) -> dict[str, tuple[str, ...]]:
    """Return what the rules find on a paper."""
    pages = paper.text.split("\f")
    blocks = tuple(Block(at if len(pages) > 1 else None, "body", page) for at, page in enumerate(pages, 1))
    listed = elements(Reading(TextStatus.OK, "docx", blocks=blocks), "文件.docx")
    return {entry.name: entry.values for entry in listed if entry.rule not in _STAND_INS}


def scores(entries: Sequence[Paper]) -> tuple[dict[str, Score], list[str]]:
    """Return the score of every element, and a line for every fault."""
    result = {name: Score() for name in ELEMENTS}
    faults = []
    for paper in entries:
        seen = found(paper)
        for name, score in result.items():
            wanted, got = paper.truth[name], seen.get(name, ())
            if _same(wanted, got):
                score.right += bool(wanted)
                continue
            score.wrong += bool(got)
            score.missed += bool(wanted)
            faults.append(f"{paper.name}: {name} is {list(wanted)}, found {list(got)}")
    return result, faults


def _values(given: str | list[str]) -> tuple[str, ...]:
    return tuple(given) if isinstance(given, list) else (given,) if given else ()


def _same(wanted: Sequence[str], got: Sequence[str]) -> bool:
    return [_bare(text) for text in wanted] == [_bare(text) for text in got]


def _bare(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def main() -> None:
    """Print the scores of both sets, and every fault."""
    for name in SETS:
        entries = list(papers(name))
        result, faults = scores(entries)
        print(f"{name}: {len(entries)} papers\n{'':12} on papers  precision  recall     F1")
        for element, score in result.items():
            print(f"{element:12} {score.right + score.missed:9}  {score.precision:9.3f}  {score.recall:6.3f}  {score.f1:5.3f}")
        print(*(f"    {fault}" for fault in faults), sep="\n")


if __name__ == "__main__":
    main()
