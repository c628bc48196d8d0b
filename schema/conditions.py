"""The `applies` rules: a few comparisons over facts of a unit, as data. A fact left blank never hides a gap."""

from __future__ import annotations

from typing import Any

from schema.messages import Message, message
from schema.model import Condition, Unit

_YES_NO = ("public", "inclusive", "boarding")
_NUMBERS = ("pupils", "opened")
_BOUNDS = ("from", "below")


def is_applies(value: Any) -> Message | None:
    """Accept a list of alternatives; each is a table of facts that must all hold."""
    if not isinstance(value, list) or not value:
        return message("conditions.form")
    for alternative in value:
        if not isinstance(alternative, dict) or not alternative:
            return message("conditions.form")
        for fact, wanted in alternative.items():
            if fact in _YES_NO and isinstance(wanted, bool):
                continue
            if fact in _NUMBERS and _is_bounds(wanted):
                continue
            return message("conditions.fact", fact=fact, known=", ".join((*_YES_NO, *_NUMBERS)))
    return None


def conditions(value: list[dict[str, Any]]) -> tuple[tuple[Condition, ...], ...]:
    """Return checked alternatives as values."""
    return tuple(tuple(part for fact, wanted in entry.items() for part in _parts(fact, wanted)) for entry in value)


def applies(alternatives: tuple[tuple[Condition, ...], ...], unit: Unit) -> bool:
    """Return whether a unit owes what these alternatives describe: no rule, or all conditions of one that are known hold."""
    return not alternatives or any(all(_holds(part, unit) for part in entry) for entry in alternatives)


def describe(alternatives: tuple[tuple[Condition, ...], ...]) -> Message:
    """Return the rule in words, for a reason that names it."""
    each = [[_words(part) for part in entry] for entry in alternatives]
    both, either = message("conditions.and").text("zh"), message("conditions.or").text("zh")
    return message("conditions.rule", rule=either.join(both.join(words) for words in each))


def _words(part: Condition) -> str:
    form = ("yes" if part.value else "no") if part.operator == "is" else part.operator
    return message(f"conditions.{part.fact}-{form}", value=part.value).text("zh")


def _parts(fact: str, wanted: Any) -> tuple[Condition, ...]:
    if isinstance(wanted, bool):
        return (Condition(fact, "is", wanted),)
    return tuple(Condition(fact, bound, number) for bound, number in wanted.items())


def _holds(part: Condition, unit: Unit) -> bool:
    known = getattr(unit, part.fact)
    if known is None:
        return True
    if part.operator == "is":
        return bool(known == part.value)
    return bool(known >= part.value if part.operator == "from" else known < part.value)


def _is_bounds(wanted: Any) -> bool:
    return (
        isinstance(wanted, dict)
        and bool(wanted)
        and all(key in _BOUNDS and type(number) is int for key, number in wanted.items())
    )
