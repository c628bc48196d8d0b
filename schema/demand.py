"""What a point asks of one giver: requirements, each for its times. Pure.

A point without items that must be there asks for one document of whatever kind, and says of itself that it is unrefined: nobody
has written down yet what would be complete.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from schema.item_words import ItemWords
from schema.model import Item, Level, Per, Point
from schema.periods import Slot, slots

DEPARTMENT, UNIT = "department", "unit"


@dataclass(frozen=True, slots=True)
class Demand:
    """One item with the times for which it is owed, oldest first. Without an item: any document."""

    item: Item | None
    slots: tuple[Slot, ...]

    @property
    def title(self) -> str:
        """The item's title, "" for any document."""
        return self.item.title if self.item else ""

    @property
    def count(self) -> int:
        """How many copies each time."""
        return self.item.count if self.item else 1

    @property
    def valid(self) -> int:
        """How many years after its date a paper holds, 0: for ever."""
        return self.item.valid if self.item else 0


@dataclass(frozen=True, slots=True)
class Demands:
    """What a point asks of one giver. `must` holds requirements, each with its alternatives (mostly one); `should` is welcome.

    `items` are all items the giver is asked for; `refined` is False where `must` is only the implied document. `words` know the
    items of the other giver too: a paper that is one of those is none of these.
    """

    point: Point
    items: tuple[Item, ...]
    must: tuple[tuple[Demand, ...], ...]
    should: tuple[Demand, ...]
    words: ItemWords
    refined: bool

    @property
    def only(self) -> Demand | None:
        """The one thing that a document of the point answers unless it says otherwise: what is implied, or the only item."""
        return self.must[0][0] if not self.refined or len(self.items) == 1 else None


def demands(point: Point, giver: str, day: date | None) -> Demands:
    """Return what `point` asks of the department that answers for it or of a unit (`giver`), seen from the assessment day."""
    own = [item for item in point.items if item.giver in ("", giver)]
    each = {item.title: Demand(item, slots(point.window, item.per, day)) for item in own}
    groups: defaultdict[str, list[Demand]] = defaultdict(list)
    for item in own:
        if item.level is Level.MUST:
            groups[f"group:{item.group}" if item.group else f"item:{item.title}"].append(each[item.title])
    must = tuple(tuple(alternatives) for alternatives in groups.values())
    implied = ((Demand(None, slots(point.window, Per.PERIOD, day)),),)
    should = tuple(each[item.title] for item in own if item.level is Level.SHOULD)
    return Demands(point, tuple(own), must or implied, should, ItemWords(point.items, point.text), bool(must))
