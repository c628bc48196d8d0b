"""Figures that a district enters itself (metrics.csv), beside the thresholds of the frameworks: a hint, never a verdict. Pure.

The coefficient of variation is that of the national method for balanced compulsory education: the standard deviation between
schools, weighted by their pupils, over the mean. Where the register does not know every school's pupils, all weigh the same.
"""

from __future__ import annotations

import csv
import io
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from schema.errors import Fault, FaultsError
from schema.messages import message
from schema.model import Metric, Point, PointRef, Unit, UnitKind
from schema.units import decode, fold_name, unit_names

_COLUMNS = ("unit", "point", "metric", "stage", "year", "value")
# Kinds whose schools answer to one stage's threshold where the file names none; others must name it.
_STAGED = (
    UnitKind.PRIMARY, UnitKind.JUNIOR, UnitKind.SPECIAL, UnitKind.TEACHING_POINT, UnitKind.NINE_YEAR, UnitKind.TWELVE_YEAR,
)  # fmt: skip


class Outcome(StrEnum):
    """Whether a figure meets its threshold; OPEN where that cannot be told."""

    MET = "met"
    UNMET = "unmet"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the file. `line` counts from 1, as Excel does; `stage` may be empty."""

    line: int
    unit: str
    point: PointRef
    metric: Metric
    stage: str
    year: int
    value: float


@dataclass(frozen=True, slots=True)
class Hint:
    """A figure beside its threshold ("" where there is none for its stage)."""

    figure: Figure
    threshold: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Spread:
    """How far schools lie apart: the coefficient of variation of one metric in one stage and year, over so many schools."""

    point: PointRef
    metric: Metric
    stage: str
    year: int
    schools: int
    weighted: bool
    coefficient: float
    threshold: str
    outcome: Outcome


def read_figures(
    data: bytes, points: Mapping[PointRef, Point], units: Iterable[Unit], name: str = "metrics.csv"
) -> tuple[Figure, ...]:
    """Return the figures of a file (CSV in UTF-8 or GB18030, Chinese or English headers). Raises FaultsError with every fault."""
    rows = list(csv.reader(io.StringIO(decode(data), newline="")))
    header = [_column(cell) for cell in rows[0]] if rows else []
    lacking = [column for column in ("unit", "point", "year", "value") if column not in header]
    if lacking:
        titles = "、".join(message(f"metrics.column-{column}").text("zh") for column in lacking)
        raise FaultsError((Fault(name, "1", message("metrics.no-column", columns=titles)),))
    by_name = unit_names(units)
    figures: list[Figure] = []
    faults: list[Fault] = []
    for line, row in enumerate(rows[1:], start=2):
        record = {column: cell.strip() for column, cell in zip(header, row, strict=False) if column and cell.strip()}
        if record:
            try:
                figures.append(_figure(line, record, points, by_name))
            except _Wrong as error:
                faults.append(Fault(name, str(line), message(error.code, **error.params)))
    if faults:
        raise FaultsError(tuple(faults))
    return tuple(figures)


def hints(figures: Sequence[Figure], units: Mapping[str, Unit]) -> Iterator[Hint]:
    """Yield every figure beside its threshold."""
    before = {(entry.unit, entry.point, entry.metric.name, entry.stage, entry.year): entry.value for entry in figures}
    for figure in figures:
        if figure.metric.comparator == "non-decreasing":
            last = before.get((figure.unit, figure.point, figure.metric.name, figure.stage, figure.year - 1))
            outcome = Outcome.OPEN if last is None else _told(figure.value >= last)
            yield Hint(figure, "" if last is None else f"{last:g}", outcome)
        else:
            yield Hint(figure, *judged(figure.metric, figure.stage, units.get(figure.unit), figure.value))


def spreads(figures: Iterable[Figure], units: Mapping[str, Unit]) -> Iterator[Spread]:
    """Yield the coefficient of variation of every metric that at least two schools of a stage have figures for in a year."""
    groups: defaultdict[tuple[PointRef, str, str, int], dict[str, Figure]] = defaultdict(dict)
    for figure in figures:
        unit = units.get(figure.unit)
        stage = figure.stage or _stage(unit)
        groups[figure.point, figure.metric.name, stage, figure.year][figure.unit] = figure
    for (ref, _name, stage, year), group in groups.items():
        if len(group) < 2:
            continue
        pupils = {unit: units[unit].pupils if unit in units else None for unit in group}
        weighted = all(pupils.values())
        weights = [float(pupils[unit] or 1) if weighted else 1.0 for unit in group]
        found = coefficient([figure.value for figure in group.values()], weights)
        if found is not None:
            metric = next(iter(group.values())).metric
            threshold = dict(metric.spread).get(stage, dict(metric.spread).get("all", ""))
            limit = number(threshold)
            outcome = Outcome.OPEN if limit is None else _told(found <= limit)
            yield Spread(ref, metric, stage, year, len(group), weighted, found, threshold, outcome)


def coefficient(values: Sequence[float], weights: Sequence[float]) -> float | None:
    """Return the coefficient of variation of weighted values, None where their mean is zero."""
    total = sum(weights)
    mean = sum(value * weight for value, weight in zip(values, weights, strict=True)) / total
    if not mean:
        return None
    variance = sum(weight * (value - mean) ** 2 for value, weight in zip(values, weights, strict=True)) / total
    return math.sqrt(variance) / abs(mean)


def number(text: str) -> float | None:
    """Return the number written as "85", "85%", "1,864" or "1:15"; None for anything else."""
    plain = text.strip().removesuffix("%").removesuffix("％").replace(",", "").replace("：", ":")
    try:
        one, colon, other = plain.partition(":")
        found = float(one) / float(other) if colon else float(plain)
    except (ValueError, ZeroDivisionError):
        return None
    return found if math.isfinite(found) else None


def judged(metric: Metric, stage: str, unit: Unit | None, value: float) -> tuple[str, Outcome]:
    """Return a value's threshold ("" where there is none for its stage) and whether it is met."""
    threshold = threshold_of(metric.thresholds, stage, unit)
    limit = number(threshold)
    return threshold, Outcome.OPEN if limit is None else _told(_compare(value, metric.comparator, limit))


def threshold_of(thresholds: Iterable[tuple[str, str]], stage: str, unit: Unit | None) -> str:
    """Return the threshold for a stage, or for the unit's kind where none is named; "" where there is none."""
    known = dict(thresholds)
    return known.get(stage or _stage(unit), known.get("all", ""))


def _stage(unit: Unit | None) -> str:
    return message(f"metrics.stage-{unit.kind}").text("zh") if unit is not None and unit.kind in _STAGED else ""


class _Wrong(Exception):  # noqa: N818 - what is wrong with one row, collected and never seen
    def __init__(self, code: str, /, **params: object) -> None:
        self.code, self.params = code, params


def _figure(line: int, record: Mapping[str, str], points: Mapping[PointRef, Point], units: Mapping[str, Unit]) -> Figure:
    unit = units.get(fold_name(record.get("unit", "")))
    if unit is None:
        raise _Wrong("metrics.no-unit", unit=record.get("unit", ""))
    try:
        point = points[PointRef.parse(record.get("point", ""))]
    except (ValueError, KeyError):
        raise _Wrong("review.no-point", point=record.get("point", "")) from None
    named = [metric for metric in point.metrics if record.get("metric", "") in ("", metric.name)]
    if len(named) != 1:
        known = "、".join(metric.name for metric in point.metrics)
        raise _Wrong("metrics.which" if point.metrics else "metrics.none", point=point.ref, known=known)
    year, value = number(record.get("year", "").removesuffix("年")), number(record.get("value", ""))
    if year is None or not 1949 <= year <= 2100 or year != int(year):
        raise _Wrong("metrics.no-year", year=record.get("year", ""))
    if value is None:
        raise _Wrong("metrics.no-value", value=record.get("value", ""))
    return Figure(line, unit.id, point.ref, named[0], record.get("stage", ""), int(year), value)


def _column(title: str) -> str:
    word = fold_name(title)
    words = {fold_name(message(f"metrics.column-{column}").text("zh")): column for column in _COLUMNS}
    return word if word in _COLUMNS else words.get(word, "")


def _compare(value: float, comparator: str, limit: float) -> bool:
    return {">=": value >= limit, ">": value > limit, "<=": value <= limit, "<": value < limit}.get(comparator, value == limit)


def _told(met: bool) -> Outcome:
    return Outcome.MET if met else Outcome.UNMET
