"""Grams of many documents, gathered for one segment: the same grams as `grams.grams_of` gives, several times as fast. Pure.

Two neighbouring characters are one number here, `first << 16 | second` in UTF-16, because Python makes all of them of a text in
four calls, and hashes numbers at once. What is no gram (pairs with punctuation, pairs inside Latin and number runs) is gathered
too and left out at the end, when each different pair is looked at once; of a pair of letter and punctuation remains the letter,
as the last one of its run.
"""

from __future__ import annotations

import re
import sys
from array import array
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat

from indexer.fold import WORD, character_class
from indexer.grams import LONGEST, grams_of
from indexer.match import is_word

# What stands between the parts of a document in its search text, and at the end: never part of one, never a letter.
PART, BODY, END = "\0", "\1", "\0"
_WORD_RUN = re.compile(f"[{character_class(WORD)}]+")
_LETTER = re.compile(r"[\w%]")


class _Kinds(dict[int, int]):
    """0 for a character outside all runs, 1 for one inside, 2 for one of Latin and number runs."""

    def __missing__(self, point: int) -> int:
        letter = chr(point)
        kind = self[point] = 0 if not _LETTER.match(letter) else 2 if is_word(letter) else 1
        return kind


_KINDS = _Kinds()


# First characters at which pairs are cut: about as many below each of them, as most are Chinese.
_BORDERS = tuple(first << 16 for first in range(0x4E00, 0xA000, 0x200))


@dataclass(slots=True)
class Gathered:
    """Which documents have which grams: pairs of characters by number, all others as text.

    Of each document the pairs are kept sorted, cut at `_BORDERS`. Only at the end they are turned round, one stretch after the
    other: the lists of one stretch stay in the processor's cache, those of all of them would not.
    """

    stretches: list[list[tuple[int, array[int]]]] = field(default_factory=lambda: [[] for _stretch in range(len(_BORDERS) + 1)])
    others: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    pairs: list[tuple[int, list[int]]] = field(default_factory=list)

    def add(self, number: int, text: str) -> None:
        """Add document `number`, which must be above all before it, with a folded and squeezed text."""
        pairs = pairs_of(text + END)
        if pairs is None:
            pairs = self._others_of(number, grams_of(text))
        else:
            for word in {word[:LONGEST] for word in _WORD_RUN.findall(text)}:
                self.others["=" + word].append(number)
        ordered = array("I", sorted(pairs))
        start = 0
        for stretch, border in zip(self.stretches, (*_BORDERS, 1 << 32), strict=True):
            end = bisect_left(ordered, border, start)
            if end > start:
                stretch.append((number, ordered[start:end]))
            start = end

    def close(self) -> None:
        """Turn round what was added; what pairs with punctuation tell goes to `others`: the last character of each run."""
        ends: defaultdict[int, set[int]] = defaultdict(set)
        kinds = _KINDS
        for stretch in self.stretches:
            lists: defaultdict[int, list[int]] = defaultdict(list)
            for number, pairs in stretch:
                # The hottest loop of all indexing, in C.
                deque(map(list.append, map(lists.__getitem__, pairs), repeat(number)), maxlen=0)
            stretch.clear()
            for pair in sorted(lists):
                numbers, first, second = lists[pair], kinds[pair >> 16], kinds[pair & 0xFFFF]
                # A pair inside a Latin or number run is no gram.
                if first and 0 < second <= (2 if first == 1 else 1):
                    self.pairs.append((pair, numbers))
                elif first == 1 and not second:
                    ends[pair >> 16].update(numbers)
        for last, found in ends.items():
            found.update(self.others.get(chr(last), ()))
            self.others[chr(last)] = sorted(found)

    def grams(self) -> Iterator[tuple[int, Sequence[int]]]:
        """Yield the pairs that are grams with their documents, ascending."""
        yield from self.pairs

    def _others_of(self, number: int, grams: Iterable[str]) -> set[int]:
        """Return the pairs among the grams of a text with characters beyond the BMP; keep the others."""
        pairs = set()
        for gram in grams:
            pair = pair_of(gram)
            if pair is None:
                self.others[gram].append(number)
            else:
                pairs.add(pair)
        return pairs


@lru_cache(maxsize=4096)
def pair_of(gram: str) -> int | None:
    """Return the number of a gram of two characters of the BMP, None for all other grams."""
    if len(gram) != 2 or gram[0] == "=" or max(gram) > "\uffff":
        return None
    return ord(gram[0]) << 16 | ord(gram[1])


def text_of(pair: int) -> str:
    """Return the two characters of a pair."""
    return chr(pair >> 16) + chr(pair & 0xFFFF)


def pairs_of(text: str) -> set[int] | None:
    """Return every two neighbouring characters of a text as numbers; None when one of them is beyond the BMP."""
    units = text.encode("utf-16-be", "surrogatepass")
    if len(units) != 2 * len(text):
        return None
    odd = len(units) & 2
    found = _numbers(units[: len(units) - odd])
    found |= _numbers(units[2 : len(units) - 2 + odd])
    return found


def _numbers(units: bytes) -> set[int]:
    numbers = array("I", units)
    if sys.byteorder == "little":
        numbers.byteswap()
    return set(numbers)
