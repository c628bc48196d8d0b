"""The engines that the conformance suite is run on. Another one needs a class like these, and its name in ENGINES."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indexer.entry import IndexRecord
from indexer.index import Index
from indexer.query import Expr
from indexer.question import Question
from indexer.search import find
from indexer.verdict import Subject, satisfies


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

    def size(self) -> int:
        return sum(path.stat().st_size for path in self.folder.iterdir())

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

    def size(self) -> int:
        return 0

    def close(self) -> None:
        pass


ENGINES = (OurIndex, Verdicts)
# Those that keep anything when they are killed.
ON_DISK = (OurIndex,)
