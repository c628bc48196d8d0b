"""The passages shown with a hit: stretches of the display text around it, with every hit in them marked. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from indexer.fold import BLANKS, IGNORED, SearchText, character_class
from indexer.match import occurrences
from indexer.query import Phrase

WIDTH = 80
PASSAGES = 3
# Characters shown before the first hit, and the most that is shown of a phrase longer than the passage.
_LEAD, _LONGEST = 20, 240
_LOOKED_AT = 500
_GAPS = re.compile(f"[{character_class(BLANKS, IGNORED)}]+")


class Spot(NamedTuple):
    """A hit: offsets in the search text (end exclusive) and which phrase it is a hit of.

    A named tuple, because hundreds are made and sorted for one document.
    """

    start: int
    end: int
    phrase: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as plain text, and the start and end of each mark in it. "…" stands where text was left out."""

    text: str
    marks: tuple[tuple[int, int], ...]


def spots(phrases: Iterable[Phrase], text: str) -> list[Spot]:
    """Return where the phrases match in a search text, in order; of a phrase found very often only the first places."""
    found: list[Spot] = []
    for which, phrase in enumerate(phrases):
        for count, start in enumerate(occurrences(phrase.text, text, open_end=phrase.open_end)):
            if count == _LOOKED_AT:
                break
            found.append(Spot(start, start + len(phrase.text), which))
    return sorted(found)


def best(found: list[Spot]) -> Spot | None:
    """Return the hit from which one passage holds most different phrases, the first of those."""
    chosen, most, different = None, 0, len({spot.phrase for spot in found})
    for place, spot in enumerate(found):
        inside: set[int] = set()
        for other in found[place : place + _LOOKED_AT]:
            if other.end > spot.start + WIDTH - _LEAD and inside:
                break
            inside.add(other.phrase)
        if len(inside) > most:
            chosen, most = spot, len(inside)
        if most == different:
            break
    return chosen


def passages(shown: str, searched: SearchText, found: list[Spot], most: int = PASSAGES) -> list[tuple[int, Passage]]:
    """Return up to `most` passages of `shown` (whose search text is `searched`), those with most different phrases first.

    With each comes the offset in `shown` of its first hit; without any hit the text's beginning is the one passage.
    """
    left, cut = found, list[tuple[int, Passage]]()
    while len(cut) < most and (spot := best(left)) is not None:
        start, end = _stretch(spot, searched)
        cut.append((searched.to_shown(spot.start), _passage(shown, searched, found, start, end)))
        left = [other for other in left if other.end <= start or other.start >= end]
    return cut or [(0, _passage(shown, searched, [], 0, min(len(searched.text), WIDTH)))]


def _stretch(spot: Spot, searched: SearchText) -> tuple[int, int]:
    """Return where the passage around a hit begins and ends in the search text."""
    start = max(0, spot.start - _LEAD)
    return start, min(len(searched.text), max(start + WIDTH, min(spot.end, start + _LONGEST)))


def _passage(shown: str, searched: SearchText, found: list[Spot], start: int, end: int) -> Passage:
    if not searched.text:
        return Passage("", ())
    first, last = searched.to_shown(start), searched.to_shown(end - 1) + 1
    marks = [
        (max(first, searched.to_shown(hit.start)), min(last, searched.to_shown(hit.end - 1) + 1))
        for hit in found[: bisect_left(found, (end,))]
        if hit.end > start
    ]
    before = "…" if start else ""
    text, places = _tidy(shown[first:last])
    joined = _join((places[begin - first], places[stop - first]) for begin, stop in marks)
    lead = len(before)
    return Passage(
        before + text + ("…" if end < len(searched.text) else ""),
        tuple((begin + lead, stop + lead) for begin, stop in joined),
    )


def _tidy(text: str) -> tuple[str, list[int]]:
    """Return `text` with each stretch of white space as one blank, and the new offset of every old one."""
    kept: list[str] = []
    places: list[int] = []
    length = start = 0
    for gap in _GAPS.finditer(text):
        first, after = gap.span()
        kept.append(text[start:first])
        places += range(length, length + first - start)
        length += first - start
        # Blanks at the very beginning vanish; of all others one is left.
        blank = " " if length else ""
        kept.append(blank)
        places += [length, *(length + len(blank) for _ in range(first + 1, after))]
        length += len(blank)
        start = after
    kept.append(text[start:])
    places += range(length, length + len(text) - start + 1)
    return "".join(kept), places


def _join(marks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return marks in order, those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
