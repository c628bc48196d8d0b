"""Everything that is missing: by point, by department, by unit, and as a table for Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schema.lacks import lacking as told_lacks
from schema.units import kind_word
from site_builder.marks import LACKING, ORDER, mark
from site_builder.pages.page import Page
from site_builder.pages.units import OwedRow, UnitView
from site_builder.survey import Counts, Survey
from site_builder.views import Link, PointRow, department_link, gap_rows, point_link

CSV = "gaps.csv"
# A cell that begins so would be run as a formula by a table program.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class GapsView:
    """All points that lack something, in groups; a group without a link is the only one."""

    by: str
    cells: Counts
    days_left: int | None
    points: int
    groups: tuple[tuple[Link | None, tuple[PointRow, ...]], ...]


@dataclass(frozen=True, slots=True)
class UnitGapsView:
    """All units that owe something, most first, with what each owes."""

    cells: Counts
    days_left: int | None
    units: tuple[tuple[Link, str, tuple[OwedRow, ...]], ...]


def pages(survey: Survey, unit_pages: Iterable[Page]) -> Iterator[Page]:
    """Plan the three gap lists. `unit_pages` are the pages of the units, whose rows the third list takes."""
    cells, left = survey.counts(survey.points), survey.days_left
    rows = gap_rows(survey, survey.points)
    yield Page("gaps.html", "gaps.html", "", "gaps", GapsView("point", cells, left, len(rows), ((None, rows),)))
    groups = []
    for name in survey.departments:
        own = gap_rows(survey, survey.points_of_department(name))
        if own:
            groups.append((department_link(survey, name), own))
    orphans = tuple(row for row in rows if not row.duties)
    if orphans:
        groups.append((Link("", ""), orphans))
    yield Page("gaps-k.html", "gaps.html", "", "gaps", GapsView("department", cells, left, len(rows), tuple(groups)))
    units = [
        (Link(page.path, page.view.name), page.view.kind, page.view.lacking)
        for page in unit_pages
        if isinstance(page.view, UnitView) and page.view.lacking
    ]
    units.sort(key=lambda entry: -len(entry[2]))
    yield Page("gaps-u.html", "gaps-u.html", "", "gaps", UnitGapsView(cells, left, tuple(units)))


def table(survey: Survey) -> bytes:
    """Return every gap, a line a unit and point, as CSV that Excel and WPS open (UTF-8 with byte order mark, CRLF).

    A cell that a table program would run as a formula gets an apostrophe in front (OWASP, CSV injection).
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(survey.say("site.csv.header").split(","))
    lacking = (cell for cell in survey.data.cells if cell.status in LACKING and cell.point in survey.points)
    for cell in sorted(lacking, key=lambda cell: (cell.point, ORDER.index(cell.status), cell.unit)):
        point, unit = survey.points[cell.point], survey.units.get(cell.unit)
        duty = survey.duty(cell.point)
        row = (
            point_link(survey, cell.point).text,
            point.text,
            mark(cell.status, survey.language).word,
            cell.unit,
            unit.name if unit else cell.unit,
            kind_word(unit.kind, survey.language) if unit else "",
            "".join(told.text(survey.language) for told in told_lacks(cell, survey.language)),
            "；".join(duty.departments) if duty else "",
            "；".join(duty.persons) if duty and survey.named else "",
            survey.data.due,
        )
        writer.writerow(_safe(field) for field in row)
    return text.getvalue().encode("utf-8-sig")


def _safe(field: str) -> str:
    return f"'{field}" if field.startswith(_FORMULA) else field
