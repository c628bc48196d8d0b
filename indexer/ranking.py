"""In which order documents found are shown, and how many have which property. Pure but for reading the texts of a page's rivals.

An order gives every document a number, the highest first. Documents of one number are ordered by how often the words stand in
them, unless there are very many such documents, and then by a sum of their ids: the same whatever happened to the index before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import nlargest
from itertools import chain, compress, groupby, islice

from indexer.entry import POINTED
from indexer.postings import to_bits, to_numbers
from indexer.query import Phrase
from indexer.segment import Segment
from indexer.verify import occurrences_in

# What a hit in the head, or the point asked for, adds to the standing.
HEADED = 2 * POINTED
# Words are counted in at most so many documents of equal number.
_COUNTED = 2_000
# Where fewer than one document in so many was found, their values are counted one by one.
_FEW = 30
FACETS = ("point", "unit", "year", "type", "status")


class Order(StrEnum):
    """Orders in which hits can be asked for."""

    RELEVANCE = "relevance"
    DATE = "date"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Part:
    """What was found in one segment: documents as bits, and those to be shown first."""

    segment: Segment
    found: int
    first: int = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A document and its number in the order; `times` is how often the words stand in it where that was counted."""

    segment: Segment
    number: int
    key: int
    times: int = 0
    likeness: float = 0.0

    @property
    def score(self) -> float:
        """The number with the date as its fraction, and what little the count adds; or the likeness."""
        return self.likeness or self.key / POINTED + 1e-8 * self.times / (self.times + 1)


def page(parts: Sequence[Part], order: Order, phrases: Sequence[Phrase], offset: int, limit: int) -> list[Ranked]:
    """Return the documents from `offset` on, at most `limit`, in `order`."""
    needed = offset + limit
    listed = [(part.segment, *_keyed(part, order, parts)) for part in parts]
    top = nlargest(needed, chain.from_iterable(keys for _segment, _numbers, keys in listed)) if limit else []
    if len(top) <= offset:
        return []
    least = top[-1]
    chosen = [
        Ranked(segment, number, key)
        for segment, numbers, keys in listed
        for number, key in compress(zip(numbers, keys, strict=True), map(least.__le__, keys))
    ]
    chosen.sort(key=lambda ranked: (-ranked.key, _tie(ranked)))
    ordered: list[Ranked] = []
    for _key, group in groupby(chosen, key=lambda ranked: ranked.key):
        equals = list(group)
        counts = order is Order.RELEVANCE and phrases and 1 < len(equals) <= _COUNTED
        ordered += _by_count(equals, phrases) if counts and len(ordered) + len(equals) > offset else equals
    return ordered[offset:needed]


def best(parts: Sequence[Part], order: Order, count: int) -> list[Part]:
    """Return the `count` documents of `parts` that come first in `order` (among equals any)."""
    listed = [(part, *_keyed(part, order, parts)) for part in parts]
    times = Counter(chain.from_iterable(keys for _part, _numbers, keys in listed))
    if times.total() <= count:
        return list(parts)
    room, least = count, 0
    for least in sorted(times, reverse=True):
        if times[least] >= room:
            break
        room -= times[least]
    kept = []
    for part, numbers, keys in listed:
        equal = list(islice(compress(numbers, map(least.__eq__, keys)), room))
        room -= len(equal)
        above = compress(numbers, map(least.__lt__, keys))
        kept.append(Part(part.segment, to_bits([*above, *equal]), part.first))
    return kept


def facets(parts: Iterable[Part]) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return how many documents found have which value of each property, the most frequent first."""
    counters: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for part in (part for part in parts if part.found):
        found = part.found.bit_count()
        few = to_numbers(part.found) if found * _FEW < part.segment.documents else None
        for name, counter in counters.items():
            before = counter.total()
            if few is None:
                counter.update({value: (part.found & bits).bit_count() for value, bits in part.segment.values(name)})
            else:
                values = part.segment.values_of(name)
                counter.update(chain.from_iterable(map(values.__getitem__, few)))
            if name != "point":
                # Of all others a document has one value or none.
                counter[""] += found - (counter.total() - before)
    return {name: tuple(sorted((+counter).items(), key=lambda pair: (-pair[1], pair[0]))) for name, counter in counters.items()}


def _keyed(part: Part, order: Order, parts: Sequence[Part]) -> tuple[list[int], list[int]]:
    """Return documents and their numbers in `order`."""
    standing = part.segment.file.standing
    if order is Order.RELEVANCE:
        first, rest = to_numbers(part.found & part.first), to_numbers(part.found & ~part.first)
        return first + rest, [*(standing[number] + HEADED for number in first), *map(standing.__getitem__, rest)]
    numbers = to_numbers(part.found)
    if order is Order.DATE:
        return numbers, [standing[number] % POINTED for number in numbers]
    places = _unit_places(parts)
    keyed = [
        (number, places[unit] * (HEADED + POINTED) + standing[number])
        for unit, bits in part.segment.values("unit")
        for number in to_numbers(part.found & bits)
    ]
    return [number for number, _key in keyed], [key for _number, key in keyed]


def _unit_places(parts: Sequence[Part]) -> Mapping[str, int]:
    """Return a number for every unit, the first one by name the highest."""
    units = sorted({unit for part in parts for unit, _bits in part.segment.values("unit")}, reverse=True)
    return {unit: place for place, unit in enumerate(units)}


def _by_count(equals: list[Ranked], phrases: Sequence[Phrase]) -> list[Ranked]:
    counted = [
        Ranked(ranked.segment, ranked.number, ranked.key, occurrences_in(phrases, ranked.segment.file.text(ranked.number)))
        for ranked in equals
    ]
    return sorted(counted, key=lambda ranked: -ranked.times)


def _tie(ranked: Ranked) -> int:
    return ranked.segment.file.ties[ranked.number]
