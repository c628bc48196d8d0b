"""The frameworks (指标体系) as data: `data/frameworks/*.toml`, one file each, checked as a whole before use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from schema.conditions import conditions, is_applies
from schema.datafile import DataFile, Rule, are_of, is_code, is_one_of, is_tables, is_text, is_texts
from schema.errors import Fault, FaultsError
from schema.messages import Message, message
from schema.model import Dimension, Framework, Indicator, Item, Metric, Point, PointRef, Scope, UnitKind, Window


def _thresholds(value: Any) -> Message | None:
    good = isinstance(value, dict) and value and all(isinstance(entry, str) and entry for entry in value.values())
    return None if good else message("frameworks.thresholds")


def _window(value: Any) -> Message | None:
    """Accept one of { last = n, unit = … }, { since = year }, { once = true }."""
    if not isinstance(value, dict):
        return message("frameworks.window")
    match value:
        case {"last": int(last), "unit": "year" | "school-year" | "term"} if last > 0 and len(value) == 2:
            return None
        case {"since": int(since)} if 1949 <= since <= 2100 and len(value) == 1:
            return None
        case {"once": True} if len(value) == 1:
            return None
    return message("frameworks.window")


_TOP = {
    "id": Rule(is_text), "title": Rule(is_text), "short": Rule(is_text), "version": Rule(is_text), "source": Rule(is_text),
    "words": Rule(is_texts), "kinds": Rule(are_of(UnitKind)), "dimension": Rule(is_tables), "indicator": Rule(is_tables),
    "point": Rule(is_tables),
}  # fmt: skip
_DIMENSION = {"code": Rule(is_code("A")), "title": Rule(is_text)}
_INDICATOR = {"code": Rule(is_code("B")), "title": Rule(is_text), "dimension": Rule(is_code("A"))}
_METRIC = {
    "name": Rule(is_text), "unit": Rule(is_text), "comparator": Rule(is_one_of((">=", ">", "<=", "<", "=", "non-decreasing"))),
    "thresholds": Rule(_thresholds),
}  # fmt: skip
_ITEM = {"title": Rule(is_text), "keywords": Rule(is_texts), "basis": Rule(is_text)}
_POINT = {
    "code": Rule(is_code("C")), "indicator": Rule(is_code("B")), "text": Rule(is_text), "scope": Rule(is_one_of(Scope)),
    "kinds": Rule(are_of(UnitKind)), "applies": Rule(is_applies, required=False), "window": Rule(_window),
    "metric": Rule(is_tables, required=False), "item": Rule(is_tables, required=False),
}  # fmt: skip


def load_frameworks(folder: Path | None = None, ids: tuple[str, ...] = ()) -> tuple[Framework, ...]:
    """Load the frameworks of `folder` (the shipped ones when None), only those named by `ids` and in that order when given.

    Raises FaultsError with every fault of every file at once.
    """
    place: Traversable = folder if folder is not None else files("schema") / "data" / "frameworks"
    loaded: dict[str, Framework] = {}
    faults: list[Fault] = []
    for source in sorted((entry for entry in place.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name):
        file = DataFile(source.name, source.read_text(encoding="utf-8-sig"))
        framework = _framework(file)
        faults += file.faults
        if framework is not None:
            loaded[framework.id] = framework
    faults += [Fault(name, "", message("frameworks.unknown", known=", ".join(loaded))) for name in ids if name not in loaded]
    if faults:
        raise FaultsError(tuple(faults))
    order = ids or tuple(sorted(loaded, key=lambda name: (name != "preschool", name)))
    return tuple(loaded[name] for name in order)


def by_id(frameworks: Iterable[Framework]) -> dict[str, Framework]:
    """Return frameworks by id."""
    return {framework.id: framework for framework in frameworks}


def points_of(frameworks: Iterable[Framework]) -> dict[PointRef, Point]:
    """Return every point of `frameworks` by its identity."""
    return {point.ref: point for framework in frameworks for point in framework.points}


def _framework(file: DataFile) -> Framework | None:
    usable = file.table(file.data, _TOP, "")
    dimensions = [Dimension(entry["code"], entry["title"]) for _place, entry in file.tables("dimension", _DIMENSION)]
    indicators = file.tables("indicator", _INDICATOR)
    points = file.tables("point", _POINT)
    for place, entry in points:
        _parts(file, entry.get("metric", []), _METRIC, f"{place} {entry['code']} metric")
        _parts(file, entry.get("item", []), _ITEM, f"{place} {entry['code']} item")
    _in_order(file, "A", [(f"[[dimension]] {entry.code}", entry.code) for entry in dimensions])
    _in_order(file, "B", [(place, entry["code"]) for place, entry in indicators])
    _in_order(file, "C", [(place, entry["code"]) for place, entry in points])
    _known(file, "dimension", indicators, {entry.code for entry in dimensions})
    _known(file, "indicator", points, {entry["code"] for _place, entry in indicators})
    if file.faults or not usable:
        return None
    data = file.data
    return Framework(
        id=data["id"], title=data["title"], short=data["short"], version=data["version"], source=data["source"],
        words=tuple(data["words"]), kinds=tuple(UnitKind(kind) for kind in data["kinds"]), dimensions=tuple(dimensions),
        indicators=tuple(Indicator(entry["code"], entry["title"], entry["dimension"]) for _place, entry in indicators),
        points=tuple(_point(data["id"], entry) for _place, entry in points),
    )  # fmt: skip


def _point(framework: str, entry: Mapping[str, Any]) -> Point:
    return Point(
        ref=PointRef(framework, int(entry["code"][1:])),
        indicator=entry["indicator"],
        text=entry["text"],
        scope=Scope(entry["scope"]),
        kinds=tuple(UnitKind(kind) for kind in entry["kinds"]),
        applies=conditions(entry.get("applies", [])),
        window=Window(**entry["window"]),
        metrics=tuple(
            Metric(part["name"], part["unit"], part["comparator"], tuple(part["thresholds"].items()))
            for part in entry.get("metric", ())
        ),
        items=tuple(Item(part["title"], tuple(part["keywords"]), part["basis"]) for part in entry.get("item", ())),
    )


def _parts(file: DataFile, parts: Iterable[Mapping[str, Any]], rules: Mapping[str, Rule], place: str) -> None:
    for number, part in enumerate(parts, start=1):
        file.table(part, rules, f"{place} {number}")


def _in_order(file: DataFile, letter: str, codes: list[tuple[str, str]]) -> None:
    """Codes must run from 1 without gap or repetition: a point that is skipped would never be missed."""
    for expected, (place, code) in enumerate(codes, start=1):
        if code != f"{letter}{expected}":
            file.fault(place, message("frameworks.order", code=code, expected=f"{letter}{expected}"))
            return


def _known(file: DataFile, key: str, entries: list[tuple[str, dict[str, Any]]], known: set[str]) -> None:
    for place, entry in entries:
        if entry[key] not in known:
            file.fault(place, message("frameworks.dangling", key=key, code=entry[key]))
