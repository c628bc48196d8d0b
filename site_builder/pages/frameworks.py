"""Frameworks, their dimensions and indicators, and the table of units and points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schema.coverage import Status
from schema.model import Framework
from schema.units import kind_word
from site_builder import links
from site_builder.marks import Mark, mark, marks
from site_builder.pages.dashboard import FrameworkMap, MapCell, framework_map
from site_builder.pages.page import Page
from site_builder.survey import Counts, Survey, counts
from site_builder.views import Link, PointRow, point_link, point_row, unit_link


@dataclass(frozen=True, slots=True)
class FrameworkView:
    """A framework: the map, then every point in words."""

    map: FrameworkMap
    version: str
    source: str
    cells: Counts
    others: tuple[Link, ...]
    groups: tuple[tuple[Link, tuple[PointRow, ...]], ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """A dimension or an indicator: its points. `parts` are the indicators of a dimension."""

    code: str
    name: str
    points: Counts
    cells: Counts
    parts: tuple[Link, ...]
    rows: tuple[PointRow, ...]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A unit: one mark a point, None where the unit has no cell; `anchor` is the unit's place on a point's page."""

    unit: Link
    kind: str
    anchor: str
    lacking: int
    marks: tuple[Mark | None, ...]


@dataclass(frozen=True, slots=True)
class MatrixView:
    """Units and points of one framework, only units that owe something in it."""

    name: str
    others: tuple[Link, ...]
    columns: tuple[MapCell, ...]
    rows: tuple[MatrixRow, ...]
    legend: tuple[Mark, ...]


def pages(survey: Survey) -> Iterator[Page]:
    """Plan the pages of every framework."""
    for framework in survey.data.frameworks:
        yield _framework(survey, framework)
        yield _matrix(survey, framework)
        for dimension in framework.dimensions:
            yield _group(survey, framework, dimension.code)
        for indicator in framework.indicators:
            yield _group(survey, framework, indicator.code)


def _framework(survey: Survey, framework: Framework) -> Page:
    every = survey.data.frameworks
    path = links.framework_page(every, framework.id)
    groups = tuple(
        (
            Link(links.group_page(every, framework.id, indicator.code), f"{indicator.code} {indicator.title}"),
            tuple(point_row(survey, point.ref) for point in framework.points if point.indicator == indicator.code),
        )
        for indicator in framework.indicators
    )
    cells = survey.counts(point.ref for point in framework.points)
    others = tuple(Link(links.framework_page(every, other.id), other.title) for other in every if other.id != framework.id)
    view = FrameworkView(framework_map(survey, framework), framework.version, framework.source, cells, others, groups)
    return Page(path, "framework.html", framework.title, "points", view)


def _group(survey: Survey, framework: Framework, code: str) -> Page:
    every = survey.data.frameworks
    indicators = tuple(entry for entry in framework.indicators if code in (entry.code, entry.dimension))
    codes = {entry.code for entry in indicators}
    dimension = next(entry for entry in framework.dimensions if entry.code == indicators[0].dimension) if indicators else None
    titles = {entry.code: entry.title for entry in framework.dimensions}
    titles |= {entry.code: entry.title for entry in framework.indicators}
    name = titles[code]
    refs = tuple(point.ref for point in framework.points if point.indicator in codes)
    own = dimension is None or dimension.code == code
    parts = tuple(Link(links.group_page(every, framework.id, entry.code), f"{entry.code} {entry.title}") for entry in indicators)
    crumbs = [Link(links.framework_page(every, framework.id), framework.title)]
    if dimension is not None and not own:
        crumbs.append(Link(links.group_page(every, framework.id, dimension.code), f"{dimension.code} {dimension.title}"))
    view = GroupView(
        code,
        name,
        counts(survey.state[ref] for ref in refs),
        survey.counts(refs),
        parts if own else (),
        tuple(point_row(survey, ref) for ref in refs),
    )
    title = f"{framework.short} {code} {name}"
    return Page(links.group_page(every, framework.id, code), "group.html", title, "points", view, tuple(crumbs))


def _matrix(survey: Survey, framework: Framework) -> Page:
    every = survey.data.frameworks
    refs = tuple(point.ref for point in framework.points)
    columns = tuple(
        MapCell(point_link(survey, point.ref), point.code, point.text, mark(survey.state[point.ref], survey.language))
        for point in framework.points
    )
    rows = []
    for unit in survey.data.units:
        cells = {
            cell.point: cell.status for cell in survey.cells_of_unit.get(unit.id, ()) if cell.point.framework == framework.id
        }
        if any(status is not Status.NOT_APPLICABLE for status in cells.values()):
            shown = tuple(mark(cells[ref], survey.language) if ref in cells else None for ref in refs)
            lacking = counts(cells.values()).lacking
            rows.append(
                MatrixRow(
                    unit_link(survey, unit.id), kind_word(unit.kind, survey.language), f"u-{links.slug(unit.id)}", lacking, shown
                )
            )
    others = tuple(Link(links.matrix_page(every, other.id), other.title) for other in every if other.id != framework.id)
    occurring = {shown for row in rows for shown in row.marks}
    legend = tuple(shown for shown in marks(survey.language) if shown in occurring)
    view = MatrixView(framework.title, others, columns, tuple(rows), legend)
    crumbs = (Link(links.framework_page(every, framework.id), framework.title),)
    return Page(links.matrix_page(every, framework.id), "matrix.html", framework.title, "points", view, crumbs)
