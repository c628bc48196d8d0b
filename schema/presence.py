"""What is there of what is asked: documents set against requirements, piece by piece. Pure.

A document that says which item it answers, and for when, stands for that: for every period that it names. One that leaves either
open stands for one piece and no more, and only for one that nothing else fills; such a piece is marked as assumed. So one stray
file never makes several items complete, and a unit that handed in as many papers as were asked is not told that all are missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from schema.claims import Claim
from schema.demand import Demand, Demands
from schema.model import Level
from schema.periods import Slot
from schema.reviews import Standing


class PieceState(StrEnum):
    """Whether a piece is there, there but no longer good, or not there."""

    FOUND = "found"
    EXPIRED = "expired"
    OPEN = "open"


class Fit(StrEnum):
    """How a document's time fits a slot: it says so, it may be, or what it names is earlier or later."""

    SURE = "sure"
    MAYBE = "maybe"
    EARLIER = "earlier"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence that is asked for: an item ("" for any document) for one time, one copy.

    `document` holds it ("" while it is open); `assumed`: that document does not say which item or which time.
    """

    item: str
    level: Level
    slot: Slot
    state: PieceState = PieceState.OPEN
    document: str = ""
    standing: Standing = Standing.PLAIN
    assumed: bool = False


def pieces(wanted: Demands, claims: Iterable[Claim], day: date | None) -> tuple[Piece, ...]:
    """Return every piece that is asked for, with what holds it; those that must be there first, each item's oldest first."""
    usable = sorted((claim for claim in claims if claim.counts), key=_by_merit)
    only = wanted.only
    specific = [claim for claim in usable if claim.items or only]
    open_ended = [claim for claim in usable if not (claim.items or only)]
    chosen = [_best([_filled(demand, _claims_of(demand, specific, only), day) for demand in group]) for group in wanted.must]
    left = [claim for claim in sorted(open_ended, key=lambda claim: not claim.spans) if not _place_somewhere(claim, chosen, day)]
    for shelf in chosen:
        shelf.expire([claim for claim in _claims_of(shelf.demand, specific, only) if shelf.gone(claim, day)])
    for claim in left:
        _expire_somewhere(claim, chosen, day)
    welcome = [_filled(demand, _claims_of(demand, specific, None), day) for demand in wanted.should]
    must = (piece for shelf, group in zip(chosen, wanted.must, strict=True) for piece in shelf.pieces(Level.MUST, group))
    return (*must, *(piece for shelf in welcome for piece in shelf.pieces(Level.SHOULD, ())))


class _Shelf:
    """The places of one demand, and the documents in them."""

    def __init__(self, demand: Demand) -> None:
        self.demand = demand
        self._held: list[list[tuple[Claim, bool]]] = [[] for _ in demand.slots]
        self._expired: list[Claim] = []

    def take(self, claim: Claim, day: date | None, *, assumed: bool = False) -> bool:
        """Put a document into every place it surely fits. Returns whether it found one."""
        return sum(self._put(number, claim, assumed) for number in self._places(claim, Fit.SURE, day)) > 0

    def take_one(self, claim: Claim, day: date | None, *, assumed: bool) -> bool:
        """Put a document whose time fits several places, or is unknown, into the first that is free."""
        return any(self._put(number, claim, assumed or not claim.spans) for number in self._places(claim, Fit.MAYBE, day))

    def surely(self, claim: Claim, day: date | None) -> int:
        """Return how many free places a document surely fits."""
        return sum(len(self._held[number]) < self.demand.count for number in self._places(claim, Fit.SURE, day))

    def gone(self, claim: Claim, day: date | None) -> bool:
        """Return whether a document was good for this once and is no longer."""
        if claim.standing is Standing.EXPIRED or _outlived(claim, self.demand, day):
            return True
        return fit(self.demand.slots[0], claim.spans) is Fit.EARLIER

    def empty(self) -> bool:
        """Return whether nothing is here at all."""
        return not any(self._held) and not self._expired

    def lacking(self) -> int:
        """Return how many pieces are open."""
        return sum(self.demand.count - len(held) for held in self._held)

    def expire(self, gone: list[Claim]) -> None:
        """Note what was good once, where nothing else is."""
        if self.empty():
            self._expired = gone

    def pieces(self, level: Level, group: tuple[Demand, ...]) -> Iterator[Piece]:
        """Yield the pieces; while nothing is here they are called after all alternatives of their `group`."""
        title = "／".join(demand.title for demand in group) if self.empty() and group else self.demand.title
        for slot, held in zip(self.demand.slots, self._held, strict=True):
            for copy in range(self.demand.count):
                if copy < len(held):
                    claim, assumed = held[copy]
                    yield Piece(title, level, slot, PieceState.FOUND, claim.document, claim.standing, assumed)
                elif self._expired:
                    claim = self._expired[min(copy, len(self._expired) - 1)]
                    yield Piece(title, level, slot, PieceState.EXPIRED, claim.document, claim.standing)
                else:
                    yield Piece(title, level, slot)

    def _places(self, claim: Claim, wanted: Fit, day: date | None) -> list[int]:
        if claim.standing is Standing.EXPIRED or _outlived(claim, self.demand, day):
            return []
        return [number for number, slot in enumerate(self.demand.slots) if fit(slot, claim.spans) is wanted]

    def _put(self, number: int, claim: Claim, assumed: bool) -> bool:
        held = self._held[number]
        if len(held) >= self.demand.count:
            return False
        held.append((claim, assumed))
        return True


def fit(slot: Slot, spans: tuple[tuple[int, int], ...]) -> Fit:
    """Return how times fit a slot. What lies in the slot, or holds half of it, is sure; a lesser overlap may be."""
    if not slot.spans:
        return Fit.SURE
    if not spans:
        return Fit.MAYBE
    overlapping = False
    for first, last in spans:
        for begin, end in slot.spans:
            common = min(last, end) - max(first, begin) + 1
            if common > 0:
                if common == last - first + 1 or 2 * common >= end - begin + 1:
                    return Fit.SURE
                overlapping = True
    if overlapping:
        return Fit.MAYBE
    return Fit.EARLIER if max(last for _first, last in spans) < min(first for first, _last in slot.spans) else Fit.LATER


def _outlived(claim: Claim, demand: Demand, day: date | None) -> bool:
    """Return whether a paper that holds for some years is past them; without a date of its own nobody can say."""
    if not (demand.valid and day and claim.spans):
        return False
    made = date.fromordinal(max(last for _first, last in claim.spans))
    return (made.year + demand.valid, made.month, made.day) < (day.year, day.month, day.day)


_MERIT = {Standing.VERIFIED: 0, Standing.PLAIN: 1, Standing.SUSPECT: 2, Standing.EXPIRED: 3, Standing.REJECTED: 4}


def _by_merit(claim: Claim) -> tuple[int, bool, int]:
    """Order documents: verified first, then those with a time, the one that ends first before the others."""
    return _MERIT[claim.standing], not claim.spans, max((last for _first, last in claim.spans), default=0)


def _claims_of(demand: Demand, claims: list[Claim], only: Demand | None) -> list[Claim]:
    if demand.item is None:
        return claims
    return [claim for claim in claims if demand.title in claim.items or (only is demand and not claim.items)]


def _filled(demand: Demand, claims: list[Claim], day: date | None) -> _Shelf:
    shelf = _Shelf(demand)
    left = [claim for claim in claims if not shelf.take(claim, day)]
    for claim in left:
        shelf.take_one(claim, day, assumed=False)
    return shelf


def _best(shelves: list[_Shelf]) -> _Shelf:
    """Return, of alternatives, the one that lacks least."""
    return min(shelves, key=lambda shelf: (shelf.empty(), shelf.lacking()))


def _place_somewhere(claim: Claim, shelves: list[_Shelf], day: date | None) -> bool:
    """Let a document that names no item stand for one, where it fills most or may fit. Returns whether it does."""
    best = max(shelves, key=lambda shelf: shelf.surely(claim, day))
    return best.take(claim, day, assumed=True) or any(shelf.take_one(claim, day, assumed=True) for shelf in shelves)


def _expire_somewhere(claim: Claim, shelves: list[_Shelf], day: date | None) -> None:
    shelf = next((shelf for shelf in shelves if shelf.empty() and shelf.gone(claim, day)), None)
    if shelf is not None:
        shelf.expire([claim])
