"""From what a person typed to what the index is asked: filters, and ids in place of names. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields

from indexer.entry import ASSIGNED, PROPOSED, UNASSIGNED
from indexer.fold import search_form
from indexer.parse import parse, property_values
from indexer.query import And, Expr, Not, Or, Phrase, Property, phrases
from schema.coverage import Status
from schema.messages import Message, message
from schema.model import Duty, Framework, TextStatus, Unit

_CODE = re.compile(r"(.*?)[/ ]?c([0-9]{1,3})")
_ENUMERATION = "、"


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
class Names:
    """What names in a query can mean: the frameworks, units and duties of the archive.

    `cells` returns the ids of the documents in cells (unit x point) of some statuses; it is only asked when a query names one.
    """

    frameworks: tuple[Framework, ...] = ()
    units: tuple[Unit, ...] = ()
    duties: tuple[Duty, ...] = ()
    cells: Callable[[frozenset[Status]], frozenset[str]] = lambda _statuses: frozenset()


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
    conditions = [
        Property(name, property_values(name, value) or (search_form(value),))
        for name, value in ((field.name, getattr(filters, field.name)) for field in fields(filters))
        if value
    ]
    resolver = _Resolver(names)
    resolved = resolver.resolve(And((expr, *conditions)) if conditions else expr)
    return Question(resolved, looked_for, points, note or next(iter(resolver.notes), None), direct)


def _named_points(query: str, frameworks: tuple[Framework, ...]) -> tuple[tuple[Direct, ...], Message | None]:
    """Return the points that a query names if it is a code and nothing else (folded), and a note if no framework has it."""
    match = _CODE.fullmatch(search_form(query))
    meant = _frameworks(match[1].strip(), frameworks) if match else ()
    if not match or not meant:
        return (), None
    number = int(match[2])
    found = tuple(
        Direct(str(point.ref), framework.label(point.ref), point.text)
        for framework in meant
        for point in framework.points
        if point.ref.number == number
    )
    return found, None if found else _outside(query.strip(), frameworks)


def _outside(typed: str, frameworks: tuple[Framework, ...]) -> Message:
    known = _ENUMERATION.join(f"{framework.short} C1-C{len(framework.points)}" for framework in frameworks)
    return message("search.unknown-point", point=typed, known=known)


def _frameworks(word: str, frameworks: tuple[Framework, ...]) -> tuple[Framework, ...]:
    """Return the frameworks a word in front of a code means; all of them when there is no word."""
    return tuple(
        framework
        for framework in frameworks
        if not word or word in {search_form(name) for name in (framework.id, framework.short, framework.title, *framework.words)}
    )


class _Resolver:
    """Puts ids in the place of names, whatever name was typed, and takes note of names that mean nothing here."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.notes: list[Message] = []

    def resolve(self, expr: Expr) -> Expr:
        match expr:
            case Property(name, values):
                return self._property(name, values)
            case Not(part):
                return Not(self.resolve(part))
            case And(parts):
                return And(tuple(self.resolve(part) for part in parts))
            case Or(parts):
                return Or(tuple(self.resolve(part) for part in parts))
            case _:
                return expr

    def _property(self, name: str, values: tuple[str, ...]) -> Expr:
        if name == "status":
            return self._statuses(values)
        known = {"unit": self._units, "point": self._points, "department": self._departments}.get(name)
        if known is None:
            return Property(name, values)
        return Property(
            "point" if name == "department" else name, tuple(dict.fromkeys(v for value in values for v in known(value)))
        )

    def _units(self, value: str) -> Iterable[str]:
        """Return the units called `value`, else those whose name holds it, else `value` as an id."""
        called = {unit.id: [search_form(name) for name in (unit.id, unit.name, *unit.aliases)] for unit in self.names.units}
        exact = [unit for unit, known in called.items() if value in known]
        holding = [unit for unit, known in called.items() if any(value in name for name in known)]
        if not exact and not holding and called:
            self.notes.append(message("search.unknown-unit", unit=value))
        return sorted(search_form(unit) for unit in exact or holding) or (value,)

    def _points(self, value: str) -> Iterable[str]:
        match = _CODE.fullmatch(value)
        meant = _frameworks(match[1], self.names.frameworks) if match else ()
        if not match or not self.names.frameworks:
            return (value,)
        found = [point.ref for entry in meant for point in entry.points if point.ref.number == int(match[2])]
        if not found:
            self.notes.append(_outside(value, self.names.frameworks))
        return [search_form(str(ref)) for ref in found] or (value,)

    def _departments(self, value: str) -> Iterator[str]:
        """Yield the points whose duty a department so called has, else one whose name holds `value`."""
        called = {department: search_form(department) for duty in self.names.duties for department in duty.departments}
        exact = {department for department, form in called.items() if form == value}
        meant = exact or {department for department, form in called.items() if value in form}
        if not meant:
            self.notes.append(message("search.unknown-department", department=value, known=_ENUMERATION.join(sorted(called))))
        for duty in self.names.duties:
            if meant.intersection(duty.departments):
                yield from (f"{duty.framework}/c{number}" for number in range(duty.first, duty.last + 1))

    def _statuses(self, values: tuple[str, ...]) -> Expr:
        """Return what statuses mean: what came of reading, how a document is filed, or how a cell stands that it is in."""
        known = status_words()
        meant = [known.get(value, ()) for value in values]
        for value, means in zip(values, meant, strict=True):
            if not means:
                self.notes.append(message("search.unknown-status", status=value))
        own = tuple(dict.fromkeys(status for means in meant for kind, status in means if kind == "document"))
        cells = frozenset(Status(status) for means in meant for kind, status in means if kind == "cell")
        if not cells:
            return Property("status", own or values)
        in_cells = Property("id", tuple(sorted(self.names.cells(cells))))
        if not in_cells.values:
            self.notes.append(message("search.status-without-documents", status=_ENUMERATION.join(values)))
        return Or((Property("status", own), in_cells)) if own else in_cells


def status_words() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return what every folded word for a status means: ("document" or "cell", status); a word may mean both."""
    words: dict[str, dict[tuple[str, str], None]] = {}
    kinds = [("document", str(status), f"search.status.{status}") for status in TextStatus]
    kinds += [("document", filing, f"search.status.{filing}") for filing in (ASSIGNED, PROPOSED, UNASSIGNED)]
    kinds += [("cell", str(status), f"status.{status}") for status in Status]
    for kind, status, code in kinds:
        for word in (status, message(code).text("zh"), message(code).text("en")):
            words.setdefault(search_form(word), {})[kind, status] = None
    return {word: tuple(means) for word, means in words.items()}
