"""The first page: is everything there, what is missing, whose is it, how long is left."""

from __future__ import annotations

from dataclasses import dataclass

from schema.coverage import NOT_OWED
from schema.messages import Language
from schema.model import Framework, PointRef
from site_builder import links
from site_builder.marks import Mark, mark
from site_builder.pages import inboxes
from site_builder.pages.page import Page
from site_builder.pages.trend import Trend, trend
from site_builder.survey import Counts, Survey, counts
from site_builder.views import Link, PointRow, UnitRow, department_link, gap_rows, point_link, unit_row

FIRST_GAPS = 6


@dataclass(frozen=True, slots=True)
class BarPart:
    """A part of the bar: `width` in whole per cent; all parts together make 100."""

    mark: Mark
    number: int
    width: int


@dataclass(frozen=True, slots=True)
class MapCell:
    """One point of the map."""

    link: Link
    code: str
    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class MapRow:
    """An indicator of the map with its points."""

    link: Link
    cells: tuple[MapCell, ...]


@dataclass(frozen=True, slots=True)
class MapGroup:
    """A dimension of the map with its indicators."""

    link: Link
    rows: tuple[MapRow, ...]


@dataclass(frozen=True, slots=True)
class FrameworkMap:
    """A framework as a map: every point one cell."""

    link: Link
    short: str
    matrix: Link
    points: Counts
    groups: tuple[MapGroup, ...]


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """A department: how its points stand, and how many cells still lack something."""

    link: Link
    points: Counts
    cells: Counts
    bar: tuple[BarPart, ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What the first page shows."""

    points: Counts
    cells: Counts
    bar: tuple[BarPart, ...]
    days_left: int | None
    units: int
    documents: int
    gaps: tuple[PointRow, ...]
    all_gaps: int
    departments: tuple[DepartmentRow, ...]
    worst_department: DepartmentRow | None
    worst_unit: UnitRow | None
    maps: tuple[FrameworkMap, ...]
    inboxes: tuple[str, ...]
    trend: Trend | None


def page(survey: Survey) -> Page:
    """Plan the first page."""
    points = counts(survey.state.values())
    gaps = gap_rows(survey, survey.points)
    departments = department_rows(survey)
    units = [unit_row(survey, unit) for unit in survey.data.units]
    view = Dashboard(
        points,
        survey.counts(survey.points),
        bar(points, survey.language),
        survey.days_left,
        sum(1 for unit in units if unit.counts.owed),
        len(survey.documents),
        gaps[:FIRST_GAPS],
        len(gaps),
        departments,
        max((row for row in departments if row.cells.lacking), key=lambda row: row.cells.lacking, default=None),
        max((row for row in units if row.counts.lacking), key=lambda row: row.counts.lacking, default=None),
        tuple(framework_map(survey, framework) for framework in survey.data.frameworks),
        inboxes.sentences(survey),
        trend(survey.data.progress),
    )
    return Page("index.html", "index.html", survey.data.title, "home", view)


def department_rows(survey: Survey) -> tuple[DepartmentRow, ...]:
    """Return every department with its counts, the one with most gaps first."""
    rows = []
    for name in survey.departments:
        rows.append(department_row(survey, department_link(survey, name), survey.points_of_department(name)))
    return tuple(sorted(rows, key=lambda row: -row.points.lacking))


def department_row(survey: Survey, link: Link, refs: tuple[PointRef, ...]) -> DepartmentRow:
    """Return a department, or a person, with the counts of the points `refs`."""
    points = counts(survey.state[ref] for ref in refs)
    return DepartmentRow(link, points, survey.counts(refs), bar(points, survey.language))


def bar(points: Counts, language: Language = "zh") -> tuple[BarPart, ...]:
    """Return the parts of the bar, best first. What is left over by rounding goes to the largest parts."""
    shown = [(status, number) for status, number in reversed(points.by_status) if status not in NOT_OWED]
    total = sum(number for _, number in shown)
    widths = [number * 100 // total for _, number in shown] if total else []
    for place in sorted(range(len(shown)), key=lambda place: -shown[place][1])[: 100 - sum(widths)]:
        widths[place] += 1
    return tuple(BarPart(mark(status, language), number, width) for (status, number), width in zip(shown, widths, strict=True))


def framework_map(survey: Survey, framework: Framework) -> FrameworkMap:
    """Return a framework as a map of its points."""
    every = survey.data.frameworks
    groups = []
    for dimension in framework.dimensions:
        rows = tuple(
            MapRow(
                Link(links.group_page(every, framework.id, indicator.code), f"{indicator.code} {indicator.title}"),
                tuple(_cell(survey, point.ref) for point in framework.points if point.indicator == indicator.code),
            )
            for indicator in framework.indicators
            if indicator.dimension == dimension.code
        )
        title = f"{dimension.code} {dimension.title}"
        groups.append(MapGroup(Link(links.group_page(every, framework.id, dimension.code), title), rows))
    return FrameworkMap(
        Link(links.framework_page(every, framework.id), framework.title),
        framework.short,
        Link(links.matrix_page(every, framework.id), framework.short),
        counts(survey.state[point.ref] for point in framework.points),
        tuple(groups),
    )


def _cell(survey: Survey, ref: PointRef) -> MapCell:
    return MapCell(point_link(survey, ref), ref.code, survey.points[ref].text, mark(survey.state[ref], survey.language))
