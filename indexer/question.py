"""From what a person typed to what the index is asked: filters, the point that a code alone names, what to tell. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.fold import search_form
from indexer.names import Names, Resolver, outside, points_called
from indexer.parse import COMMAS, parse, property_values
from indexer.query import And, Expr, Or, Phrase, Property, phrases
from schema.messages import Message, message
from schema.model import Framework


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions beside the query, as typed; empty: none. The year may be a range (2021..2023)."""

    point: str = ""
    unit: str = ""
    department: str = ""
    year: str = ""
    type: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Direct:
    """A point that a query names: its identity, its label (学前 C12), and what it says."""

    point: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the tree, the phrases to be marked, the points that the query as a whole names, and what to tell."""

    expr: Expr
    phrases: tuple[Phrase, ...]
    points: frozenset[str] = frozenset()
    note: Message | None = None
    direct: tuple[Direct, ...] = ()


def question(query: str, filters: Filters, names: Names) -> Question:
    """Return the question that `query` under `filters` asks of an archive with `names`."""
    expr = parse(query)
    looked_for = phrases(expr)
    direct, note = _named_points(query, names.frameworks) if looked_for else ((), None)
    points = frozenset(search_form(entry.point) for entry in direct)
    if points:
        expr = Or((Property("point", tuple(sorted(points))), expr))
    elif expr == And(()) and query.strip():
        note = message("search.empty")
    given = ((name, getattr(filters, name)) for name in Filters.__slots__)
    conditions = [Property(name, _values(name, value)) for name, value in given if value]
    resolver = Resolver(names)
    resolved = resolver.resolve(And((expr, *conditions)) if conditions else expr)
    return Question(resolved, looked_for, points, note or next(iter(resolver.notes), None), direct)


def _values(name: str, typed: str) -> tuple[str, ...]:
    """Return the values a filter names, commas between them; what makes no sense is a value that nothing has."""
    found = (property_values(name, value) or (search_form(value),) for value in re.split(f"[{COMMAS}]", typed) if value.strip())
    return tuple(dict.fromkeys(value for values in found for value in values))


def _named_points(query: str, frameworks: tuple[Framework, ...]) -> tuple[tuple[Direct, ...], Message | None]:
    """Return the points that a query names if it is a code and nothing else (folded), and a note if no framework has it."""
    found = points_called(search_form(query), frameworks, kinds="c")
    if found is None:
        return (), None
    direct = tuple(Direct(str(point.ref), framework.label(point.ref), point.text) for framework, point in found)
    return direct, None if direct else outside(query.strip(), frameworks)
