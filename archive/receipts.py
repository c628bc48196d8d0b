"""What a unit is told about its files: every path with what became of it, what a person has to do first. Values only.

A receipt follows from the catalogue alone and knows no clock, so the same state always gives the same one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from archive.catalogue_paths import Standing
from archive.opening import Archive
from archive.receipt_rows import Matter, Row, Rows, matter
from schema.model import Outcome

LIMIT = 1000
"""The newest so many rows are listed, and so many of those that ask for something."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """All of one unit, or ("" as unit) what belongs to none and lies below `inbox` (a source path).

    `sums` has every outcome and adds up to the ledger's paths of the unit. `todo` holds the rows that ask for something, worst
    first, and `todo_sums` how many there are of each kind; `rows` the newest paths, newest first, waiting ones before, and `more`
    how many others there are; `orphans` documents that no path of the ledger leads to (after a rebuild all), and `orphan_sum`
    their number. `as_of` is the newest time among the rows shown, empty without any.
    """

    unit: str
    inbox: str
    sums: tuple[tuple[Outcome, int], ...]
    todo: tuple[Row, ...]
    todo_sums: tuple[tuple[Matter, int], ...]
    rows: tuple[Row, ...]
    more: int
    orphans: tuple[Row, ...]
    orphan_sum: int
    as_of: str

    @property
    def total(self) -> int:
        """All paths of the ledger."""
        return sum(number for _outcome, number in self.sums)


def receipts(archive: Archive, units: Collection[str] | None = None, limit: int = LIMIT) -> Iterator[Receipt]:
    """Yield the receipts of `units` by id (None: of all registered ones and of no unit); those of no unit ("") last, by inbox."""
    wanted = {"", *(unit.id for unit in archive.district.units)} if units is None else set(units)
    make = _Receipts(archive, limit)
    lacking = wanted - {""}
    for unit, standings in groupby(archive.catalogue.standings(units), key=lambda standing: standing.unit):
        if unit in lacking:
            lacking.remove(unit)
            yield make.receipt(unit, standings)
    for unit in sorted(lacking):
        yield make.receipt(unit, ())
    if "" in wanted:
        strays = tuple(archive.catalogue.standings([""]))
        for inbox in make.rows.inboxes:
            below = f"{inbox}/".encode(errors="surrogateescape")
            yield make.receipt("", (standing for standing in strays if standing.key.startswith(below)), inbox)


@dataclass(slots=True)
class _Choice:
    """What of a ledger is shown: filled by going over it once, newest first, keeping no more than the limit asks for."""

    limit: int
    sums: Counter[Outcome] = field(default_factory=Counter)
    listed: int = 0
    newest: list[Standing] = field(default_factory=list)
    todo: dict[Matter, list[Standing]] = field(default_factory=lambda: {kind: [] for kind in Matter})
    todo_sums: Counter[Matter] = field(default_factory=Counter)
    documents: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    def fill(self, standings: Iterable[Standing]) -> None:
        """Go over the ledger. A copy speaks for its document only where the file that was filed has gone."""
        copies: list[Standing] = []
        for standing in standings:
            self.sums[standing.outcome] += 1
            self.documents.add(standing.document)
            # Lock files of Word that came and went say nothing to anybody.
            if not (standing.outcome is Outcome.IGNORED and standing.gone):
                self.listed += 1
                self.newest += [standing] if self.listed <= self.limit else []
            if standing.outcome is Outcome.DUPLICATE:
                copies.append(standing)
            else:
                self._ask(standing)
        for copy in copies:
            if copy.document not in self.told:
                self._ask(copy)

    def _ask(self, standing: Standing) -> None:
        kind = matter(standing)
        if kind is Matter.NOTHING:
            return
        self.told.add(standing.document)
        self.todo_sums[kind] += 1
        if len(self.todo[kind]) < self.limit:
            self.todo[kind].append(standing)


class _Receipts:
    def __init__(self, archive: Archive, limit: int) -> None:
        self._catalogue, self._limit = archive.catalogue, limit
        self.rows = Rows(archive)

    def receipt(self, unit: str, standings: Iterable[Standing], inbox: str = "") -> Receipt:
        """Return the receipt of a unit whose ledger is `standings`, newest first."""
        choice = _Choice(self._limit)
        choice.fill(standings)
        asking = {standing.key: kind for kind, group in choice.todo.items() for standing in group}
        first = [standing for group in choice.todo.values() for standing in group][: self._limit]
        made = self._rows({standing.key: standing for standing in (*choice.newest, *first)}, asking)
        rows = sorted((made[standing.key] for standing in choice.newest), key=lambda row: row.parts)
        rows.sort(key=lambda row: row.when or "~", reverse=True)
        todo = tuple(made[standing.key] for standing in first)
        orphans, orphan_sum = self._orphans(unit, choice.documents)
        times = (time for row in (*rows, *todo, *orphans) for time in (row.when, row.gone))
        return Receipt(
            unit, inbox, tuple((outcome, choice.sums[outcome]) for outcome in Outcome), todo,
            tuple((kind, choice.todo_sums[kind]) for kind in Matter if kind is not Matter.NOTHING), tuple(rows),
            choice.listed - len(rows), orphans, orphan_sum, max(times, default=""),
        )  # fmt: skip

    def _rows(self, standings: dict[bytes, Standing], asking: dict[bytes, Matter]) -> dict[bytes, Row]:
        documents = self._catalogue.lookup({standing.document for standing in standings.values() if standing.document})
        sources = ((key, self._catalogue.source(key)) for key in standings)
        return {
            key: self.rows.of_path(source, asking.get(key, Matter.NOTHING), documents.get(source.entry.document))
            for key, source in sources
            if source is not None
        }

    def _orphans(self, unit: str, documents: set[str]) -> tuple[tuple[Row, ...], int]:
        """Return the unit's documents that no path leads to, the newest of them as rows, and their number."""
        ids = [document for document in self._catalogue.current_ids(unit) if document not in documents] if unit else []
        newest = ids[: self._limit]
        found = self._catalogue.lookup(newest)
        return tuple(self.rows.of_document(found[document]) for document in newest), len(ids)
