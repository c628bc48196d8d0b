"""The first block of a unit's receipt: what it still owes, in which form, by when, and the folder it goes into. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from archive.gap_records import GapBook
from schema.coverage import Cell
from schema.lacks import lacking
from site_builder.marks import Mark, mark


@dataclass(frozen=True, slots=True)
class OwedRow:
    """A point that still lacks something: `due` is an ISO date or "", `folder` the name of the unit's folder for it."""

    label: str
    text: str
    mark: Mark
    lacks: tuple[str, ...]
    due: str
    late: bool
    folder: str


@dataclass(frozen=True, slots=True)
class StillOwed:
    """What a unit owes: counts of points, all dues in one (`due`, "" where they differ or none is set), and its rows."""

    applicable: int
    complete: int
    verified: int
    late: int
    due: str
    rows: tuple[OwedRow, ...]


def still_owed_view(book: GapBook) -> StillOwed:
    """Return the block about the cells of `book`, one unit's; what is overdue first."""
    sums = book.totals
    gaps = sorted(book.gaps, key=lambda cell: not book.overdue(cell))
    rows = tuple(_row(book, cell) for cell in gaps)
    dues = {row.due for row in rows}
    return StillOwed(
        sums.applicable, sums.complete, sums.verified, sum(row.late for row in rows), dues.pop() if len(dues) == 1 else "", rows
    )


def _row(book: GapBook, cell: Cell) -> OwedRow:
    due = book.due(cell)
    lacks = tuple(told.text() for told in lacking(cell))
    text = book.points[cell.point].text
    return OwedRow(
        book.label(cell), text, mark(cell.status), lacks, due.isoformat() if due else "", book.overdue(cell), book.folder(cell)
    )
