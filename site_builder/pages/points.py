"""One page a point: what it asks for, what is missing, whose it is, what is there. It prints as the index of its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schema.coverage import Status
from schema.crosswalk import near_points
from schema.lacks import lacking
from schema.messages import codes
from schema.model import Item, Level, Metric, Point
from site_builder import links
from site_builder.marks import LACKING, Mark, mark
from site_builder.pages.listing import Listing, listing
from site_builder.pages.page import Page
from site_builder.survey import Survey
from site_builder.views import Link, PointRow, by_status, document_link, point_link, point_row, unit_link


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A figure that a point asks for, and what it has to be, each threshold in words: "小学 ≥ 85%"."""

    name: str
    thresholds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A kind of evidence a point expects, with words on who owes it how often; `judged` where no source asks for it."""

    title: str
    judged: bool
    needed: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellRow:
    """How a unit stands at this point. `unlisted` documents are in the parts of the list and not named here."""

    unit: Link
    anchor: str
    mark: Mark
    lacking: bool
    there: tuple[int, int]
    lacks: tuple[str, ...]
    documents: tuple[Link, ...]
    unlisted: int
    reason: str


@dataclass(frozen=True, slots=True)
class PointView:
    """What a point's page shows. `days_left` is None without a day on which evidence is due."""

    row: PointRow
    framework: str
    metrics: tuple[MetricRow, ...]
    items: tuple[ItemRow, ...]
    cells: tuple[CellRow, ...]
    not_applicable: int
    waived: int
    listing: Listing
    document_count: int
    proposed: int
    days_left: int | None
    previous: Link | None
    following: Link | None
    near: tuple[tuple[Link, str], ...]


def pages(survey: Survey) -> Iterator[Page]:
    """Plan the page of every point."""
    for framework in survey.data.frameworks:
        for place, point in enumerate(framework.points):
            previous = framework.points[place - 1] if place else None
            following = framework.points[place + 1] if place + 1 < len(framework.points) else None
            yield from _pages(survey, point, _neighbour(survey, previous), _neighbour(survey, following))


def _pages(survey: Survey, point: Point, previous: Link | None, following: Link | None) -> Iterator[Page]:
    ref = point.ref
    documents = survey.documents_of_point.get(ref, ())
    row = point_row(survey, ref)
    shown, parts = listing(survey, documents if survey.named else (), row.link, by_unit=True, section="points")
    view = PointView(
        row,
        survey.frameworks[ref.framework].short,
        tuple(_metric(survey, metric) for metric in point.metrics),
        tuple(_item(survey, item) for item in point.items),
        _cells(survey, point, shown),
        row.counts.of(Status.NOT_APPLICABLE),
        row.counts.of(Status.WAIVED),
        shown,
        len(documents),
        survey.proposed[ref] if survey.named else 0,
        survey.days_left,
        previous,
        following,
        tuple((point_link(survey, other), about) for other, about in near_points(survey.data.crosswalk, ref)),
    )
    yield Page(row.link.page, "point.html", f"{row.link.text} {point.text}", "points", view, _crumbs(survey, point))
    yield from parts


def _cells(survey: Survey, point: Point, shown: Listing) -> tuple[CellRow, ...]:
    listed = {document.id: document_link(document) for document in (shown.rows.documents if shown.rows else ())}
    return tuple(
        CellRow(
            unit_link(survey, cell.unit),
            f"u-{links.slug(cell.unit)}",
            mark(cell.status, survey.language),
            cell.status in LACKING,
            (len(cell.needed) - len(cell.lacking), len(cell.needed)),
            tuple(told.text(survey.language) for told in lacking(cell, survey.language)) if cell.status in LACKING else (),
            tuple(listed[document] for document in cell.documents if document in listed),
            len(cell.documents) if shown.parts else 0,
            cell.reason.text(survey.language) if cell.reason and survey.named else "",
        )
        for cell in by_status(survey.cells_of_point.get(point.ref, ()))
    )


def _item(survey: Survey, item: Item) -> ItemRow:
    told = [f"giver-{item.giver}" if item.giver else "", f"per-{item.per}" if item.per else "", "any" if item.group else ""]
    words = [survey.say(f"site.item.{code}") for code in told if code]
    words += [survey.say("site.item.count", count=item.count)] if item.count > 1 else []
    words += [survey.say("site.item.valid", years=item.valid)] if item.valid else []
    return ItemRow(item.title, item.basis == "judgement", item.level is Level.MUST, tuple(words))


def _metric(survey: Survey, metric: Metric) -> MetricRow:
    code = f"site.metric.{metric.comparator}"
    words = code if code in codes() else "site.metric.other"
    named = (("" if stage == "all" else f"{stage} ", value) for stage, value in metric.thresholds)
    shown = (
        survey.say(words, stage=stage, comparator=metric.comparator, value=value, unit=metric.unit) for stage, value in named
    )
    return MetricRow(metric.name, tuple(shown))


def _neighbour(survey: Survey, point: Point | None) -> Link | None:
    if point is None:
        return None
    link = point_link(survey, point.ref)
    return Link(link.page, f"{point.code} {_short(point.text)}")


def _short(text: str, length: int = 22) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def _crumbs(survey: Survey, point: Point) -> tuple[Link, ...]:
    every = survey.data.frameworks
    framework = survey.frameworks[point.ref.framework]
    indicator = next((entry for entry in framework.indicators if entry.code == point.indicator), None)
    dimension = next((entry for entry in framework.dimensions if indicator and entry.code == indicator.dimension), None)
    parts = tuple(entry for entry in (dimension, indicator) if entry is not None)
    return (
        Link(links.framework_page(every, framework.id), framework.title),
        *(Link(links.group_page(every, framework.id, entry.code), f"{entry.code} {entry.title}") for entry in parts),
    )
