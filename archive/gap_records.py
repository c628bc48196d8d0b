"""Cells in records and lines: what the commands print, and what sheets and letters are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from archive.layout import drop_folder
from archive.opening import Archive
from schema.coverage import Cell, Totals, totals
from schema.crosswalk import near_points
from schema.demand import DEPARTMENT
from schema.due import Dues, dues
from schema.duties import duty_of
from schema.explain import giver_of
from schema.frameworks import points_of
from schema.messages import Language, message
from schema.model import Duty, Framework, Item, Point, PointRef
from schema.presence import Piece


@dataclass(frozen=True)
class GapBook:
    """Some cells of an archive with everything needed to tell people about them. `today` decides what is overdue."""

    archive: Archive
    cells: tuple[Cell, ...]
    today: date

    @cached_property
    def points(self) -> dict[PointRef, Point]:
        """Every point by identity."""
        return points_of(self.archive.district.frameworks)

    @cached_property
    def frameworks(self) -> dict[str, Framework]:
        """Every framework by id."""
        return {framework.id: framework for framework in self.archive.district.frameworks}

    @cached_property
    def dues(self) -> Dues:
        """By when evidence is owed."""
        district = self.archive.district
        return dues(district.settings.due, district.settings.dues, district.frameworks, district.units)

    @cached_property
    def totals(self) -> Totals:
        """The counts over all cells."""
        return totals(self.cells)

    @property
    def gaps(self) -> tuple[Cell, ...]:
        """The cells that still owe something."""
        return tuple(cell for cell in self.cells if cell.is_gap)

    def due(self, cell: Cell) -> date | None:
        """Return the day by which a cell is owed, None where none is set."""
        return self.dues.due(cell.unit, cell.point)

    def overdue(self, cell: Cell) -> bool:
        """Return whether a cell owes something and its day has passed."""
        day = self.due(cell)
        return cell.is_gap and day is not None and day < self.today

    def duty(self, cell: Cell) -> Duty | None:
        """Return who answers for a cell's point."""
        return duty_of(self.archive.district.duties, cell.point)

    def unit_name(self, cell: Cell) -> str:
        """Return the name of the unit that owes a cell; the district's own where no department does."""
        unit = self.archive.district.unit_by_id.get(cell.unit)
        return unit.name if unit else cell.unit or message("gaps.district").text("zh")

    def label(self, cell: Cell) -> str:
        """Return a cell's point as shown: 学前 C12."""
        return self.frameworks[cell.point.framework].label(cell.point)

    def folder(self, cell: Cell) -> str:
        """Return the name of the folder in a unit's inbox that a cell's evidence is dropped into."""
        return drop_folder(self.frameworks[cell.point.framework], self.points[cell.point])

    def items(self, cell: Cell) -> tuple[Item, ...]:
        """Return the items that the giver of a cell is asked for."""
        giver = giver_of(self.archive.district.unit_by_id.get(cell.unit))
        return tuple(item for item in self.points[cell.point].items if item.giver in ("", giver))

    def near(self, cell: Cell, every: Iterable[Cell]) -> Iterator[tuple[PointRef, str, tuple[str, ...]]]:
        """Yield points near a cell's, with what both are about and the documents the same unit (or district) filed there.

        Of `every` cell. These only suggest where to look: they never count for this cell.
        """
        units = self.archive.district.unit_by_id
        for ref, about in near_points(self.archive.district.crosswalk, cell.point):
            same = [
                other
                for other in every
                if other.point == ref
                and (other.unit == cell.unit or DEPARTMENT == giver_of(units.get(other.unit)) == giver_of(units.get(cell.unit)))
            ]
            filed = dict.fromkeys(document for other in same for document in other.documents)
            yield ref, about, tuple(document for document in filed if document not in cell.documents)

    def record(self, cell: Cell, language: Language) -> dict[str, Any]:
        """Return a cell as the `gaps --json` contract has it."""
        duty, due = self.duty(cell), self.due(cell)
        return {
            "unit": cell.unit, "unit_name": self.unit_name(cell), "point": str(cell.point), "status": str(cell.status),
            "items": [item.title for item in self.items(cell)], "documents": list(cell.documents),
            "departments": list(duty.departments) if duty else [], "persons": list(duty.persons) if duty else [],
            "due": due.isoformat() if due else None, "overdue": self.overdue(cell),
            "reason": cell.reason.text(language) if cell.reason else "",
            "presence": str(cell.presence), "review": str(cell.review), "freshness": str(cell.freshness),
            "needed": len(cell.needed), "found": len(cell.needed) - len(cell.lacking), "refined": cell.refined,
            "assumed": cell.assumed, "pieces": [_piece(piece, language) for piece in cell.pieces],
            "rejected": [
                {"document": entry.document, "ground": str(entry.ground or ""), "why": entry.why} for entry in cell.returned
            ],
            "unusable": list(cell.unusable),
        }  # fmt: skip

    def totals_record(self) -> dict[str, object]:
        """Return the totals as the `gaps --json` contract has them, with what is overdue and what is not yet due."""
        late = sum(self.overdue(cell) for cell in self.gaps)
        return self.totals.record() | {"lacking": len(self.gaps), "overdue": late, "not_due": len(self.gaps) - late}


def _piece(piece: Piece, language: Language) -> dict[str, Any]:
    return {
        "item": piece.item, "level": str(piece.level), "period": piece.slot.text(language), "state": str(piece.state),
        "document": piece.document, "standing": str(piece.standing) if piece.document else "", "assumed": piece.assumed,
    }  # fmt: skip
