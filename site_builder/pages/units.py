"""One page a unit: what it still owes, in words, then what it has handed in; and the list of all units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from schema.coverage import NOT_OWED, Cell
from schema.lacks import lacking, welcome
from schema.model import Unit
from schema.units import kind_word
from site_builder import links
from site_builder.marks import LACKING, Mark, mark
from site_builder.pages.listing import Listing, PartLink, listing
from site_builder.pages.page import Page
from site_builder.survey import Counts, Survey, counts
from site_builder.views import (
    DutyRow,
    Link,
    Rows,
    UnitRow,
    by_status,
    duty_rows,
    point_link,
    unit_link,
    unit_row,
)


@dataclass(frozen=True, slots=True)
class OwedRow:
    """A point as this unit has it: the requirement in words, what lacks and what would be welcome, whom to ask.

    `there` counts the pieces found and needed; `refined`: somebody has written down what would be complete.
    """

    point: Link
    text: str
    mark: Mark
    lacks: tuple[str, ...]
    welcome: tuple[str, ...]
    there: tuple[int, int]
    refined: bool
    duties: tuple[DutyRow, ...]
    documents: int
    reason: str


@dataclass(frozen=True, slots=True)
class UnitView:
    """What a unit's page shows."""

    name: str
    kind: str
    facts: tuple[tuple[str, str], ...]
    counts: Counts
    days_left: int | None
    lacking: tuple[OwedRow, ...]
    given: tuple[OwedRow, ...]
    listing: Listing
    placed: int
    unplaced: Rows
    document_count: int

    @property
    def pieces(self) -> int:
        """How many required documents are still owed."""
        return sum(row.there[1] - row.there[0] for row in self.lacking)


@dataclass(frozen=True, slots=True)
class UnitsView:
    """All units of the register, and the others that have documents (`strays`)."""

    rows: tuple[UnitRow, ...]
    strays: tuple[PartLink, ...]
    total: int


def pages(survey: Survey) -> Iterator[Page]:
    """Plan the list of units and the pages of each; a unit that left the register keeps a page while it has documents."""
    yield _list(survey)
    for unit in survey.data.units:
        yield from _pages(survey, unit.id, unit)
    for unit_id in survey.strays:
        yield from _pages(survey, unit_id, None)


def _list(survey: Survey) -> Page:
    rows = tuple(unit_row(survey, unit) for unit in survey.data.units)
    strays = tuple(PartLink(unit_link(survey, unit), len(survey.documents_of_unit[unit])) for unit in survey.strays)
    return Page("u/index.html", "units.html", "", "units", UnitsView(rows, strays, len(rows)))


def _pages(survey: Survey, unit_id: str, unit: Unit | None) -> Iterator[Page]:
    cells = survey.cells_of_unit.get(unit_id, ()) if unit else ()
    owed = by_status(cells)
    documents = survey.documents_of_unit.get(unit_id, ())
    named = documents if survey.named else ()
    placed = tuple(document for document in named if document.points)
    here = Link(links.unit_page(unit_id), unit_link(survey, unit_id).text)
    shown, parts = listing(survey, placed, here, by_unit=False, section="units")
    view = UnitView(
        here.text,
        kind_word(unit.kind, survey.language) if unit else "",
        _facts(survey, unit) if unit else (),
        counts(cell.status for cell in cells),
        survey.days_left,
        tuple(_row(survey, cell) for cell in owed if cell.status in LACKING),
        tuple(_row(survey, cell) for cell in owed if cell.status not in LACKING | NOT_OWED),
        shown,
        len(placed),
        Rows(survey, tuple(document for document in named if not document.points)),
        len(documents),
    )
    yield Page(here.page, "unit.html", here.text, "units", view, (Link("u/index.html", ""),))
    yield from parts


def _row(survey: Survey, cell: Cell) -> OwedRow:
    point = survey.points[cell.point]
    reason = cell.reason.text(survey.language) if cell.reason and survey.named else ""
    link = replace(point_link(survey, cell.point), fragment=f"u-{links.slug(cell.unit)}")
    lacks = tuple(told.text(survey.language) for told in lacking(cell, survey.language))
    there = len(cell.needed) - len(cell.lacking), len(cell.needed)
    duties = duty_rows(survey, cell.point)
    return OwedRow(
        link,
        point.text,
        mark(cell.status, survey.language),
        lacks,
        welcome(cell),
        there,
        cell.refined,
        duties,
        len(cell.documents),
        reason,
    )


def _facts(survey: Survey, unit: Unit) -> tuple[tuple[str, str], ...]:
    """Return the facts of the register that are known, named by the fact; a blank is not shown."""
    known = {
        "public": {True: "yes", False: "no"}.get(unit.public, "") if unit.public is not None else "",
        "inclusive": "yes" if unit.inclusive else "",
        "boarding": "yes" if unit.boarding else "",
        "pupils": str(unit.pupils) if unit.pupils is not None else "",
        "opened": str(unit.opened) if unit.opened is not None else "",
        "township": unit.township,
        "contact": unit.contact if survey.named else "",
    }
    return tuple((name, value) for name, value in known.items() if value)
