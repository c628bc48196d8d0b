"""How completeness moves: one small record a day, and what changed between two days. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from schema.cell import NOT_OWED, Cell, Status
from schema.coverage import totals
from schema.model import PointRef

Standing = Mapping[tuple[str, str], str]
"""The status of every cell, by unit id and point."""


class Move(StrEnum):
    """What a change means: more is there, a person accepted or sent back, less is there, or only who owes what changed."""

    NEW = "new"
    VERIFIED = "verified"
    REJECTED = "rejected"
    LOST = "lost"
    OTHER = "other"


# From nothing to everything; what nobody owes stands apart.
_RANK = {
    Status.REJECTED: 0, Status.MISSING: 0, Status.EXPIRED: 1, Status.SUSPECT: 2, Status.PARTIAL: 2, Status.SUBMITTED: 3,
    Status.VERIFIED: 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A cell whose status changed."""

    unit: str
    point: PointRef
    before: Status
    after: Status

    @property
    def move(self) -> Move:
        """What the change means."""
        if self.after is Status.VERIFIED:
            return Move.VERIFIED
        if self.after is Status.REJECTED:
            return Move.REJECTED
        if {self.before, self.after} & NOT_OWED:
            return Move.OTHER
        more = _RANK[self.after] - _RANK[self.before]
        return Move.NEW if more > 0 else Move.LOST if more < 0 else Move.OTHER


@dataclass(frozen=True, slots=True)
class Day:
    """The state at the end of a day (ISO date): cells owed, complete, verified, and what changed since the day before."""

    day: str
    applicable: int
    complete: int
    verified: int
    changes: tuple[Change, ...] = ()


def standing(cells: Iterable[Cell]) -> dict[tuple[str, str], str]:
    """Return the status of every cell."""
    return {(cell.unit, str(cell.point)): str(cell.status) for cell in cells}


def day_of(day: str, cells: Iterable[Cell], before: Standing) -> Day:
    """Return the record of a day, given how the cells stood at the end of the day before. A cell new that day is no change."""
    cells = tuple(cells)
    sums = totals(cells)
    changes = (
        Change(cell.unit, cell.point, Status(was), cell.status)
        for cell in cells
        if (was := before.get((cell.unit, str(cell.point)))) is not None and was != cell.status
    )
    return Day(day, sums.applicable, sums.complete, sums.verified, tuple(changes))


def since(days: Iterable[Day], day: str) -> Iterator[Change]:
    """Yield what changed after a day, each cell once, from how it stood then to how it stands now."""
    first: dict[tuple[str, PointRef], Change] = {}
    last: dict[tuple[str, PointRef], Change] = {}
    for entry in days:
        if entry.day > day:
            for change in entry.changes:
                first.setdefault((change.unit, change.point), change)
                last[change.unit, change.point] = change
    for key, change in first.items():
        if change.before is not last[key].after:
            yield Change(change.unit, change.point, change.before, last[key].after)
