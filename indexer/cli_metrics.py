"""The command metrics: figures entered (metrics.csv) and found in filed documents, beside the thresholds they are to meet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from archive.cli import as_json
from archive.home import District, find_home
from archive.opening import Archive, reading_archive
from archive.whole_file import write_whole
from archive.workbook import Column, Sheet, Value, write_workbook
from indexer.figures import Found, figures_of
from indexer.reading import Block
from indexer.textstore import TextStore
from schema.console import Console, json_line, on_one_line
from schema.errors import ArchiveError
from schema.frameworks import points_of
from schema.messages import message
from schema.metrics import Figure, Hint, Spread, hints, read_figures, spreads
from schema.model import DocumentState, Metric, PointRef

FILE = "metrics.csv"
_WIDTHS = (8, 11, 24, 28, 10, 8, 14, 16, 32, 44)


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--xlsx", type=click.Path(path_type=Path), help="Write them as a workbook.")
@as_json
@click.pass_obj
def metrics(console: Console, file: Path | None, xlsx: Path | None, as_json: bool) -> None:
    """Set figures beside their thresholds: those of FILE (metrics.csv of the home), and those found in filed documents.

    Of the figures entered, also how far schools lie apart. All of it is a hint, never a verdict.
    """
    home = find_home(console.home_path, Path.cwd())
    with reading_archive(home) as archive:
        district = archive.district
        path = file or home.root / FILE
        figures = _entered(district, path, needed=file is not None)
        filed = tuple(found_figures(archive))
        names = {document.id: document.name for document in archive.catalogue.documents()}
    if not figures and not filed:
        raise ArchiveError("metrics.no-file", path=path)
    told, apart = tuple(hints(figures, district.unit_by_id)), tuple(spreads(figures, district.unit_by_id))
    if xlsx is not None:
        write_whole(xlsx, lambda place: write_workbook(place, [_sheet(console, district, told, filed, names)]))
        click.echo(console.say("gaps.written", path=xlsx), err=as_json)
    if as_json:
        records = {"figures": [_hint_record(hint) for hint in told], "spreads": [_spread_record(one) for one in apart]}
        click.echo(json_line(records | {"found": [_found_record(one, names) for one in filed]}))
        return
    if xlsx is not None:
        return
    for line in _lines(console, district, path, told, apart):
        click.echo(on_one_line(line))
    if filed:
        click.echo(console.say("metrics.head-found", count=len(filed)))
    for one in filed:
        click.echo(on_one_line(_found_line(console, district, one, names)))
    click.echo(console.say("metrics.note"))


def found_figures(archive: Archive) -> Iterator[Found]:
    """Yield the figures that the archive's current documents hold for the points they are filed under."""
    district = archive.district
    points = {ref: point for ref, point in points_of(district.frameworks).items() if point.metrics}
    store = TextStore(archive.home.state / "text.sqlite")

    def blocks(sha256: str) -> tuple[Block, ...]:
        reading = store.get(sha256)
        return reading.blocks if reading is not None else ()

    try:
        current = (document for document in archive.catalogue.documents() if document.state is DocumentState.CURRENT)
        yield from figures_of(current, points, district.unit_by_name, blocks)
    finally:
        store.close()


def _entered(district: District, path: Path, *, needed: bool) -> tuple[Figure, ...]:
    try:
        data = path.read_bytes()
    except OSError:
        if needed:
            raise ArchiveError("metrics.no-file", path=path) from None
        return ()
    return read_figures(data, points_of(district.frameworks), district.units, path.name)


def _lines(console: Console, district: District, path: Path, told: tuple[Hint, ...], apart: tuple[Spread, ...]) -> Iterator[str]:
    if told:
        yield console.say("metrics.head-entered", name=path.name, count=len(told))
    yield from (_hint_line(console, district, hint) for hint in told)
    yield from (_spread_line(console, district, spread) for spread in apart)


def _hint_line(console: Console, district: District, hint: Hint) -> str:
    figure = hint.figure
    return console.say(
        "metrics.line", outcome=console.say(f"metrics.{hint.outcome}"), code=_label(district, figure.point),
        unit=district.unit_by_id[figure.unit].name, metric=figure.metric.name, stage=f" {figure.stage}" if figure.stage else "",
        year=figure.year, value=f"{figure.value:g}", measure=figure.metric.unit,
        asked=_asked(console, figure.metric, hint.threshold),
    )  # fmt: skip


def _found_line(console: Console, district: District, one: Found, names: dict[str, str]) -> str:
    unit = district.unit_by_id.get(one.unit)
    return console.say(
        "metrics.found", outcome=console.say(f"metrics.{one.outcome}"), code=_label(district, one.point),
        unit=unit.name if unit else one.unit, metric=one.metric.name, stage=f" {one.stage}" if one.stage else "",
        year=console.say("metrics.year" if one.year else "metrics.no-year-known", year=one.year), value=one.text,
        asked=_asked(console, one.metric, one.threshold), name=names.get(one.document, one.document), place=one.place,
    )  # fmt: skip


def _asked(console: Console, metric: Metric, threshold: str) -> str:
    code = "metrics.not-falling" if metric.comparator == "non-decreasing" else "metrics.asked"
    return console.say(code, comparator=metric.comparator, threshold=threshold.replace("yoy", "") or "-")


def _sheet(
    console: Console, district: District, told: tuple[Hint, ...], filed: tuple[Found, ...], names: dict[str, str]
) -> Sheet:
    """Return all figures as a sheet, those entered first."""
    rows: list[tuple[Value, ...]] = []
    for hint in told:
        figure, line = hint.figure, message("metrics.line-of", line=hint.figure.line).text("zh")
        unit = district.unit_by_id[figure.unit].name
        rows.append((
            console.say(f"metrics.{hint.outcome}"), _label(district, figure.point), unit, figure.metric.name, figure.stage,
            figure.year, figure.value, _asked(console, figure.metric, hint.threshold), FILE, line,
        ))  # fmt: skip
    for one in filed:
        known = district.unit_by_id.get(one.unit)
        rows.append((
            console.say(f"metrics.{one.outcome}"), _label(district, one.point), known.name if known else one.unit,
            one.metric.name, one.stage, one.year or None, one.text, _asked(console, one.metric, one.threshold),
            names.get(one.document, one.document), one.place,
        ))  # fmt: skip
    titles = console.say("metrics.columns").split("|")
    return Sheet(console.say("metrics.sheet"), tuple(Column(*pair) for pair in zip(titles, _WIDTHS, strict=True)), rows)


def _spread_line(console: Console, district: District, spread: Spread) -> str:
    limit = console.say("metrics.limit", threshold=spread.threshold) if spread.threshold else ""
    return console.say(
        "metrics.spread", outcome=console.say(f"metrics.{spread.outcome}"), code=_label(district, spread.point),
        metric=spread.metric.name, stage=f" {spread.stage}" if spread.stage else "", year=spread.year,
        coefficient=f"{spread.coefficient:.3f}", schools=spread.schools, threshold=limit,
        weighted=console.say("metrics.weighted" if spread.weighted else "metrics.unweighted"),
    )  # fmt: skip


def _hint_record(hint: Hint) -> dict[str, Any]:
    figure = hint.figure
    return {
        "line": figure.line, "unit": figure.unit, "point": str(figure.point), "metric": figure.metric.name, "stage": figure.stage,
        "year": figure.year, "value": figure.value, "comparator": figure.metric.comparator, "threshold": hint.threshold,
        "outcome": str(hint.outcome),
    }  # fmt: skip


def _found_record(one: Found, names: dict[str, str]) -> dict[str, Any]:
    return {
        "document": one.document, "name": names.get(one.document, ""), "place": one.place, "text": one.text, "unit": one.unit,
        "point": str(one.point), "metric": one.metric.name, "stage": one.stage, "year": one.year or None, "value": one.value,
        "comparator": one.metric.comparator, "threshold": one.threshold, "outcome": str(one.outcome),
    }  # fmt: skip


def _spread_record(spread: Spread) -> dict[str, Any]:
    return {
        "point": str(spread.point), "metric": spread.metric.name, "stage": spread.stage, "year": spread.year,
        "schools": spread.schools, "weighted": spread.weighted, "coefficient": round(spread.coefficient, 6),
        "threshold": spread.threshold, "outcome": str(spread.outcome),
    }  # fmt: skip


def _label(district: District, ref: PointRef) -> str:
    return next(framework.label(ref) for framework in district.frameworks if framework.id == ref.framework)
