"""The frameworks (指标体系) as data: `data/frameworks/*.toml`, one file each, checked as a whole before use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from schema.conditions import conditions, is_applies
from schema.datafile import (
    DataFile,
    Rule,
    are_of,
    is_code,
    is_format,
    is_one_of,
    is_some_tables,
    is_tables,
    is_text,
    is_texts,
    sources,
)
from schema.demand import DEPARTMENT, UNIT
from schema.errors import Fault, FaultsError
from schema.messages import Message, message
from schema.model import Dimension, Framework, Indicator, Item, Level, Metric, Per, Point, PointRef, Scope, UnitKind, Window


def _thresholds(value: Any) -> Message | None:
    good = isinstance(value, dict) and value and all(isinstance(entry, str) and entry for entry in value.values())
    return None if good else message("frameworks.thresholds")


def _count(value: Any) -> Message | None:
    return None if type(value) is int and 0 < value < 100 else message("frameworks.count")


def _flag(value: Any) -> Message | None:
    return None if isinstance(value, bool) else message("datafile.one-of", known="true, false")


def _window(value: Any) -> Message | None:
    """Accept one of { last = n, unit = … }, { since = year }, { once = true }."""
    match value:
        case {"last": int(last), "unit": "year" | "school-year" | "term"} if 0 < last < 100 and len(value) == 2:
            return None
        case {"since": int(since)} if 1949 <= since <= 2100 and len(value) == 1:
            return None
        case {"once": True} if len(value) == 1:
            return None
    return message("frameworks.window")


_TOP = {
    "format": Rule(is_format), "id": Rule(is_text), "title": Rule(is_text), "short": Rule(is_text), "version": Rule(is_text),
    "source": Rule(is_text), "words": Rule(is_texts), "hints": Rule(is_texts, required=False), "kinds": Rule(are_of(UnitKind)),
    "dimension": Rule(is_some_tables), "indicator": Rule(is_some_tables), "point": Rule(is_some_tables),
}  # fmt: skip
_DIMENSION = {"code": Rule(is_code("A")), "title": Rule(is_text)}
_INDICATOR = {"code": Rule(is_code("B")), "title": Rule(is_text), "dimension": Rule(is_code("A"))}
_METRIC = {
    "name": Rule(is_text), "unit": Rule(is_text), "comparator": Rule(is_one_of((">=", ">", "<=", "<", "=", "non-decreasing"))),
    "thresholds": Rule(_thresholds), "spread": Rule(_thresholds, required=False),
}  # fmt: skip
_ITEM = {
    "title": Rule(is_text), "keywords": Rule(is_texts), "basis": Rule(is_text), "level": Rule(is_one_of(Level), required=False),
    "count": Rule(_count, required=False), "per": Rule(is_one_of(per for per in Per if per), required=False),
    "any_of": Rule(is_text, required=False), "from": Rule(is_one_of((DEPARTMENT, UNIT)), required=False),
    "valid": Rule(_count, required=False),
}  # fmt: skip
_POINT = {
    "code": Rule(is_code("C")), "indicator": Rule(is_code("B")), "text": Rule(is_text), "scope": Rule(is_one_of(Scope)),
    "kinds": Rule(are_of(UnitKind)), "applies": Rule(is_applies, required=False), "window": Rule(_window),
    "metrics": Rule(is_tables, required=False), "items": Rule(is_tables, required=False),
    "words": Rule(is_texts, required=False), "restricted": Rule(_flag, required=False),
}  # fmt: skip


def load_frameworks(folder: Path | None = None, ids: tuple[str, ...] = ()) -> tuple[Framework, ...]:
    """Load the shipped frameworks; files of the same name in `folder`/frameworks replace shipped ones, others are added.

    With `ids` only those, in that order: faults of others stop nobody. Raises FaultsError with every fault of every file at once.
    """
    loaded, faults = read_frameworks(folder, ids)
    known = [_stem(source.name) for source in data_sources(folder, "frameworks")]
    faults += [Fault(name, "", message("frameworks.unknown", known=", ".join(known))) for name in ids if name not in known]
    if faults:
        raise FaultsError(tuple(faults))
    return tuple(loaded[name] for name in ids) if ids else tuple(loaded.values())


def read_frameworks(folder: Path | None, ids: tuple[str, ...] = ()) -> tuple[dict[str, Framework], list[Fault]]:
    """Return the frameworks (with `ids` only those) that could be read, by id, preschool first, and the faults of their files."""
    read: list[Framework] = []
    faults: list[Fault] = []
    for source in data_sources(folder, "frameworks"):
        if ids and _stem(source.name) not in ids:
            continue
        framework, found = _read(f"frameworks/{source.name}", source.read_bytes())
        faults += found
        read += [framework] if framework else []
    loaded = {framework.id: framework for framework in sorted(read, key=lambda entry: (entry.id != "preschool", entry.id))}
    return loaded, faults + _clashes(loaded.values())


def data_sources(folder: Path | None, kind: str) -> list[Traversable]:
    """Return the data files of a kind (frameworks, duties): the shipped ones, replaced or joined by those in `folder`/kind."""
    found = {source.name: source for source in sources(files("schema") / "data" / kind)}
    if folder is not None:
        found |= {source.name: source for source in sources(folder / kind)}
    return [found[name] for name in sorted(found)]


def _stem(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".toml")


def by_id(frameworks: Iterable[Framework]) -> dict[str, Framework]:
    """Return frameworks by id."""
    return {framework.id: framework for framework in frameworks}


def points_of(frameworks: Iterable[Framework]) -> dict[PointRef, Point]:
    """Return every point of `frameworks` by its identity."""
    return {point.ref: point for framework in frameworks for point in framework.points}


@lru_cache(maxsize=32)
def _read(name: str, data: bytes) -> tuple[Framework | None, tuple[Fault, ...]]:
    """Return the framework in a file, or what is wrong with it.

    Remembered, so that the same file is the same object however often a home is opened: frameworks are keys of caches, and to
    compare two that are merely equal takes longer than to read a path.
    """
    file = DataFile(name, data)
    return None if file.broken else _framework(file), tuple(file.faults)


def _framework(file: DataFile) -> Framework | None:
    file.table(file.data, _TOP)
    file.tables("dimension", _DIMENSION)
    indicators = file.tables("indicator", _INDICATOR)
    points = file.tables("point", _POINT)
    for place, entry in points:
        _check_point(file, place, entry)
    _known(file, "dimension", indicators, _numbering(file, "dimension", "A"))
    _known(file, "indicator", points, _numbering(file, "indicator", "B"))
    _numbering(file, "point", "C")
    name = _stem(file.name)
    if file.data.get("id", name) != name:
        file.fault(file.at("", "id"), message("datafile.name", expected=name))
    return None if file.faults else _built(file.data)


def _check_point(file: DataFile, place: str, entry: Mapping[str, Any]) -> None:
    for key, rules in (("metrics", _METRIC), ("items", _ITEM)):
        for number, part in enumerate(entry.get(key, ()), start=1):
            file.table(part, rules, f"{place}.{key}[{number}]")
    titles = [part.get("title") for part in entry.get("items", ())]
    for number, part in enumerate(entry.get("items", ()), start=1):
        at = file.at(f"{place}.items[{number}]")
        if titles.index(part.get("title")) < number - 1:
            file.fault(at, message("frameworks.item-twice", title=part.get("title")))
        if "from" in part and entry["scope"] != Scope.MIXED:
            file.fault(at, message("frameworks.item-from"))
        if "valid" in part and part.get("per") != Per.ONCE and not entry["window"].get("once"):
            file.fault(at, message("frameworks.item-valid"))
    department, others = UnitKind.DEPARTMENT in entry["kinds"], set(entry["kinds"]) - {UnitKind.DEPARTMENT}
    if department is (entry["scope"] == Scope.UNIT) or bool(others) is (entry["scope"] == Scope.DISTRICT):
        file.fault(file.at(place, "kinds"), message("frameworks.kinds", scope=entry["scope"]))


def _numbering(file: DataFile, key: str, letter: str) -> set[str]:
    """Return the codes of the tables `[[key]]`, which must run from 1 in order: a point left out would never be missed."""
    entries = file.data.get(key, [])
    known = [entry["code"] for entry in entries if isinstance(entry, dict) and is_code(letter)(entry.get("code")) is None]
    if len(known) == len(entries):
        for number, code in enumerate(known, start=1):
            if code in known[: number - 1]:
                file.fault(file.at(f"{key}[{number}]", "code"), message("frameworks.twice", code=code))
        for code in (f"{letter}{number}" for number in range(1, max((int(code[1:]) for code in known), default=0))):
            if code not in known:
                file.fault(key, message("frameworks.gap", code=code))
        if known != sorted(known, key=lambda code: int(code[1:])):
            file.fault(key, message("frameworks.order"))
    return set(known)


def _known(file: DataFile, key: str, entries: list[tuple[str, dict[str, Any]]], known: set[str]) -> None:
    for place, entry in entries:
        if entry[key] not in known:
            file.fault(file.at(place, key), message("frameworks.dangling", key=key, code=entry[key]))


def _clashes(frameworks: Iterable[Framework]) -> list[Fault]:
    """Return the words that two frameworks claim: such a word would name neither."""
    owner: dict[str, str] = {}
    faults = []
    for framework in frameworks:
        for word in dict.fromkeys((framework.short, framework.title, *framework.words, *framework.hints)):
            if owner.setdefault(word, framework.id) != framework.id:
                faults.append(
                    Fault(f"frameworks/{framework.id}.toml", "words", message("frameworks.word", word=word, other=owner[word]))
                )
    return faults


def _built(data: Mapping[str, Any]) -> Framework:
    return Framework(
        id=data["id"], title=data["title"], short=data["short"], version=data["version"], source=data["source"],
        words=tuple(data["words"]), hints=tuple(data.get("hints", ())), kinds=tuple(UnitKind(kind) for kind in data["kinds"]),
        dimensions=tuple(Dimension(entry["code"], entry["title"]) for entry in data["dimension"]),
        indicators=tuple(Indicator(entry["code"], entry["title"], entry["dimension"]) for entry in data["indicator"]),
        points=tuple(_point(data["id"], entry) for entry in data["point"]),
    )  # fmt: skip


def _point(framework: str, entry: Mapping[str, Any]) -> Point:
    return Point(
        ref=PointRef(framework, int(entry["code"][1:])), indicator=entry["indicator"], text=entry["text"],
        scope=Scope(entry["scope"]), kinds=tuple(UnitKind(kind) for kind in entry["kinds"]),
        applies=conditions(entry.get("applies", [])), window=Window(**entry["window"]),
        metrics=tuple(
            Metric(
                part["name"], part["unit"], part["comparator"], tuple(part["thresholds"].items()),
                tuple(part.get("spread", {}).items()),
            )
            for part in entry.get("metrics", ())
        ),
        items=tuple(_item(part) for part in entry.get("items", ())), restricted=entry.get("restricted", False),
        words=tuple(entry.get("words", ())),
    )  # fmt: skip


def _item(part: Mapping[str, Any]) -> Item:
    return Item(
        part["title"], tuple(part["keywords"]), part["basis"], Level(part.get("level", Level.MUST)), part.get("count", 1),
        Per(part.get("per", "")), part.get("any_of", ""), part.get("from", ""), part.get("valid", 0),
    )  # fmt: skip
