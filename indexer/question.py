"""From what a person typed to what the index is asked: filters, unit names and point codes in the words of this archive. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields

from indexer.fold import search_form
from indexer.query import And, Expr, Not, Or, Phrase, Property, parse, phrases, property_values
from schema.messages import Message, message
from schema.model import Framework, Unit

_CODE = re.compile(r"(.*?)[/ ]?c([0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions beside the query, as typed; empty: none. The year may be a range (2021..2023)."""

    point: str = ""
    unit: str = ""
    year: str = ""
    type: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """The frameworks and units whose names may stand in a query."""

    frameworks: tuple[Framework, ...] = ()
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the tree, the phrases to be marked, the points that the query as a whole names, and what to tell."""

    expr: Expr
    phrases: tuple[Phrase, ...]
    points: frozenset[str] = frozenset()
    note: Message | None = None


def question(query: str, filters: Filters, names: Names) -> Question:
    """Return the question that `query` under `filters` asks of an archive with `names`."""
    expr = parse(query)
    looked_for = phrases(expr)
    points, note = _named_points(query, names.frameworks) if looked_for else (frozenset(), None)
    if points:
        expr = Or((Property("point", tuple(sorted(points))), expr))
    elif expr == And(()) and query.strip():
        note = message("search.empty")
    conditions = [
        Property(name, property_values(name, value) or (search_form(value),))
        for name, value in ((field.name, getattr(filters, field.name)) for field in fields(filters))
        if value
    ]
    return Question(_resolve(And((expr, *conditions)) if conditions else expr, names), looked_for, points, note)


def _named_points(query: str, frameworks: tuple[Framework, ...]) -> tuple[frozenset[str], Message | None]:
    """Return the points that a query names if it is a code and nothing else (folded), and a note if no framework has it."""
    match = _CODE.fullmatch(search_form(query))
    meant = _frameworks(match[1].strip(), frameworks) if match else ()
    if not match or not meant:
        return frozenset(), None
    number = int(match[2])
    holding = [framework for framework in meant if any(point.ref.number == number for point in framework.points)]
    if holding:
        return frozenset(f"{framework.id}/c{number}" for framework in holding), None
    known = "、".join(f"{framework.short} C1-C{len(framework.points)}" for framework in frameworks)
    return frozenset(), message("search.unknown-point", point=query.strip(), known=known)


def _frameworks(word: str, frameworks: tuple[Framework, ...]) -> tuple[Framework, ...]:
    """Return the frameworks a word in front of a code means; all of them when there is no word."""
    return tuple(
        framework
        for framework in frameworks
        if not word or word in {search_form(name) for name in (framework.id, framework.short, framework.title, *framework.words)}
    )


def _resolve(expr: Expr, names: Names) -> Expr:
    """Return `expr` with units by id and points by framework id, whatever name was typed."""
    match expr:
        case Property("unit", values):
            return Property("unit", tuple(sorted({unit for value in values for unit in _units(value, names.units)})))
        case Property("point", values):
            return Property(
                "point", tuple(dict.fromkeys(point for value in values for point in _points(value, names.frameworks)))
            )
        case Not(part):
            return Not(_resolve(part, names))
        case And(parts):
            return And(tuple(_resolve(part, names) for part in parts))
        case Or(parts):
            return Or(tuple(_resolve(part, names) for part in parts))
        case _:
            return expr


def _points(value: str, frameworks: tuple[Framework, ...]) -> Iterable[str]:
    match = _CODE.fullmatch(value)
    if not match or not match[1]:
        return (f"c{int(match[2])}",) if match else (value,)
    return [f"{framework.id}/c{int(match[2])}" for framework in _frameworks(match[1], frameworks)] or (value,)


def _units(value: str, units: tuple[Unit, ...]) -> Iterable[str]:
    """Return the units called `value`, else those whose name holds it, else `value` as an id."""
    called = {unit.id: [search_form(name) for name in (unit.id, unit.name, *unit.aliases)] for unit in units}
    exact = [unit for unit, known in called.items() if value in known]
    holding = [unit for unit, known in called.items() if any(value in name for name in known)]
    return [search_form(unit) for unit in exact or holding] or (value,)
