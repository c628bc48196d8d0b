"""How a status is shown: symbol, word and style together, never colour alone. Pure.

Words come from the message table (`site.status.<value>`). Cells and points use the nine statuses of the coverage; documents have
words of their own (current or replaced, read or not), so that the two are never mixed up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from schema.coverage import NOT_OWED, OWED, Status
from schema.messages import Language, message
from schema.model import TextStatus


@dataclass(frozen=True, slots=True)
class Mark:
    """A status as shown: `style` is a class of the style sheet, `rank` its place among all, the worst first."""

    symbol: str
    word: str
    style: str
    meaning: str
    rank: int = 0


# Symbol and style of each status, worst first: the order in which people are shown them.
_SHOWN: dict[Status, tuple[str, str]] = {
    Status.MISSING: ("○", "s-none"),
    Status.REJECTED: ("×", "s-none"),
    Status.EXPIRED: ("◇", "s-late"),
    Status.PARTIAL: ("◐", "s-part"),
    Status.SUSPECT: ("▲", "s-wait"),
    Status.SUBMITTED: ("△", "s-wait"),
    Status.VERIFIED: ("●", "s-ok"),
    Status.WAIVED: ("◎", "s-na"),
    Status.NOT_APPLICABLE: ("—", "s-na"),
}
ORDER: tuple[Status, ...] = tuple(_SHOWN)
LACKING = OWED
"""Statuses under which something is still to be done; of the coverage itself."""


@cache
def mark(status: Status, language: Language = "zh") -> Mark:
    """Return how `status` is shown."""
    symbol, style = _SHOWN[status]
    word, meaning = (message(f"site.{what}.{status}").text(language) for what in ("status", "meaning"))
    return Mark(symbol, word, style, meaning, ORDER.index(status))


def marks(language: Language = "zh") -> tuple[Mark, ...]:
    """Return all nine, worst first."""
    return tuple(mark(status, language) for status in ORDER)


@cache
def reading(status: TextStatus, language: Language = "zh") -> str:
    """Return the word for what came of reading a document; "" when its text is there."""
    return message(f"site.reading.{status}").text(language) if status is not TextStatus.OK else ""


def summary(statuses: Iterable[Status]) -> Status:
    """Return the one status shown for several cells.

    Nothing owed: not applicable (waived when a cell is waived). All alike: that status. Something lacking: missing when every
    owed cell is missing or rejected, suspect when that is all, else partial. Otherwise submitted.
    """
    every = set(statuses)
    owed = every - NOT_OWED
    if not owed:
        return Status.WAIVED if Status.WAIVED in every else Status.NOT_APPLICABLE
    if len(owed) == 1:
        return owed.pop()
    if owed & LACKING:
        if owed <= {Status.MISSING, Status.REJECTED}:
            return Status.MISSING
        return Status.SUSPECT if owed & LACKING == {Status.SUSPECT} else Status.PARTIAL
    return Status.SUBMITTED
