"""By when evidence is owed: one day for all, and other days for a framework, a point, a unit, or a point of a unit. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from schema.errors import Fault, FaultsError
from schema.messages import Message, message
from schema.model import Framework, PointRef, Unit
from schema.units import fold_name, unit_names


@dataclass(frozen=True, slots=True)
class DueRule:
    """A day for what it names: a framework, a point, a unit; "" and None name nothing in particular."""

    day: date
    framework: str = ""
    point: PointRef | None = None
    unit: str = ""

    @property
    def weight(self) -> int:
        """How particular the rule is: a point outweighs a unit, a unit a framework; both together outweigh either."""
        return 4 * (self.point is not None) + 2 * bool(self.unit) + bool(self.framework)

    def holds(self, unit: str, ref: PointRef) -> bool:
        """Return whether the rule speaks of a unit's point."""
        return self.unit in ("", unit) and self.point in (None, ref) and self.framework in ("", ref.framework)


@dataclass(frozen=True, slots=True)
class Dues:
    """The rules, the most particular first; of equals the one written last."""

    rules: tuple[DueRule, ...] = ()

    def due(self, unit: str, ref: PointRef) -> date | None:
        """Return the day by which a unit (its id) owes a point, None where none is set."""
        return next((rule.day for rule in self.rules if rule.holds(unit, ref)), None)


def dues(general: date | None, written: Iterable[str], frameworks: Iterable[Framework], units: Iterable[Unit]) -> Dues:
    """Return the rules written as "preschool/C10 2026-03-01", and the general day. Raises FaultsError with all faults."""
    frameworks, by_name = tuple(frameworks), unit_names(units)
    points = {str(point.ref): point.ref for framework in frameworks for point in framework.points}
    names = {name: framework.id for framework in frameworks for name in (framework.id, framework.short)}
    rules = [DueRule(general)] if general else []
    faults: list[Fault] = []
    for number, text in enumerate(written, start=1):
        found = _rule(text, points, names, by_name)
        if isinstance(found, Message):
            faults.append(Fault("zuozheng.toml", f"assessment.dues[{number}]", found))
        else:
            rules.append(found)
    if faults:
        raise FaultsError(tuple(faults))
    ranked = sorted(enumerate(rules), key=lambda pair: (-pair[1].weight, -pair[0]))
    return Dues(tuple(rule for _number, rule in ranked))


def _rule(text: str, points: dict[str, PointRef], frameworks: dict[str, str], units: dict[str, Unit]) -> DueRule | Message:
    *words, last = text.split() or [""]
    try:
        day = date.fromisoformat(last)
    except ValueError:
        return message("due.no-day", text=text)
    point, framework, unit = None, "", ""
    for word in words:
        if word in points:
            point = points[word]
        elif word in frameworks:
            framework = frameworks[word]
        elif fold_name(word) in units:
            unit = units[fold_name(word)].id
        else:
            return message("due.unknown", text=text, word=word)
    return DueRule(day, framework, point, unit) if words else message("due.nothing", text=text)
