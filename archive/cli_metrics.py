"""The command metrics: figures the district enters (metrics.csv), beside the thresholds they are to meet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archive.cli import as_json
from archive.home import District, find_home, load_district
from schema.console import Console, json_line, on_one_line
from schema.errors import ArchiveError
from schema.frameworks import points_of
from schema.metrics import Hint, Spread, hints, read_figures, spreads
from schema.model import PointRef

FILE = "metrics.csv"


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@as_json
@click.pass_obj
def metrics(console: Console, file: Path | None, as_json: bool) -> None:
    """Set the figures of FILE (metrics.csv of the home) beside their thresholds, with how far schools lie apart."""
    home = find_home(console.home_path, Path.cwd())
    district = load_district(home)
    path = file or home.root / FILE
    try:
        data = path.read_bytes()
    except OSError:
        raise ArchiveError("metrics.no-file", path=path) from None
    figures = read_figures(data, points_of(district.frameworks), district.units, path.name)
    found = tuple(hints(figures, district.unit_by_id))
    apart = tuple(spreads(figures, district.unit_by_id))
    if as_json:
        click.echo(
            json_line({"figures": [_hint_record(hint) for hint in found], "spreads": [_spread_record(one) for one in apart]})
        )
        return
    for hint in found:
        click.echo(on_one_line(_hint_line(console, district, hint)))
    for spread in apart:
        click.echo(on_one_line(_spread_line(console, district, spread)))
    click.echo(console.say("metrics.note"))


def _hint_line(console: Console, district: District, hint: Hint) -> str:
    figure = hint.figure
    return console.say(
        "metrics.line", outcome=console.say(f"metrics.{hint.outcome}"), code=_label(district, figure.point),
        unit=district.unit_by_id[figure.unit].name, metric=figure.metric.name, stage=f" {figure.stage}" if figure.stage else "",
        year=figure.year, value=f"{figure.value:g}", measure=figure.metric.unit, comparator=figure.metric.comparator,
        threshold=hint.threshold or "-",
    )  # fmt: skip


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


def _spread_record(spread: Spread) -> dict[str, Any]:
    return {
        "point": str(spread.point), "metric": spread.metric.name, "stage": spread.stage, "year": spread.year,
        "schools": spread.schools, "weighted": spread.weighted, "coefficient": round(spread.coefficient, 6),
        "threshold": spread.threshold, "outcome": str(spread.outcome),
    }  # fmt: skip


def _label(district: District, ref: PointRef) -> str:
    return next(framework.label(ref) for framework in district.frameworks if framework.id == ref.framework)
