"""In which order documents found are shown, and how many have which property. Pure but for reading the texts of a page's rivals.

An order gives every document a number, the highest first. Documents of one number are ordered by how often the words stand in
them, unless there are very many such documents, and then by a sum of their ids: the same whatever happened to the index before.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import nlargest
from itertools import chain, groupby
from operator import neg

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
    top = nlargest(needed, (key for _segment, _numbers, keys in listed for key in keys)) if limit else []
    if len(top) <= offset:
        return []
    least = top[-1]
    chosen = [
        Ranked(segment, number, key)
        for segment, numbers, keys in listed
        for number, key in zip(numbers, keys, strict=True)
        if key >= least
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
    every = sorted((key for _part, _numbers, keys in listed for key in keys), reverse=True)
    if len(every) <= count:
        return list(parts)
    least = every[count - 1]
    room = count - bisect_left(every, -least, key=neg)
    kept = []
    for part, numbers, keys in listed:
        equal = [number for number, key in zip(numbers, keys, strict=True) if key == least][:room]
        room -= len(equal)
        above = [number for number, key in zip(numbers, keys, strict=True) if key > least]
        kept.append(Part(part.segment, to_bits(above + equal), part.first))
    return kept


def facets(parts: Iterable[Part]) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return how many documents found have which value of each property, the most frequent first."""
    counters: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for part in (part for part in parts if part.found):
        for name, counter in counters.items():
            counts = _counts(part, name)
            counter.update(counts)
            if name != "point":
                # Of all others a document has one value or none.
                counter[""] += part.found.bit_count() - sum(counts.values())
    return {name: tuple(sorted((+counter).items(), key=lambda pair: (-pair[1], pair[0]))) for name, counter in counters.items()}


def _counts(part: Part, name: str) -> dict[str, int]:
    """Return how many documents found in a part have which value of a property: by document for few of them, else by value."""
    segment = part.segment
    if part.found.bit_count() * _FEW < segment.documents:
        listed = segment.values_of(name)
        return Counter(chain.from_iterable(listed[number] for number in to_numbers(part.found)))
    return {value: (part.found & bits).bit_count() for value, bits in segment.values(name)}


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
