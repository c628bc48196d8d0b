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
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, repeat

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


@dataclass(slots=True)
class Gathered:
    """Which documents have which grams: pairs of characters by number, all others as text."""

    pairs: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    others: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, number: int, text: str) -> None:
        """Add document `number`, which must be above all before it, with a folded and squeezed text."""
        others = self.others
        pairs = _pairs(text + END)
        if pairs is None:
            self._add_slowly(number, text)
            return
        # The hottest loop of all indexing, in C.
        deque(map(list.append, map(self.pairs.__getitem__, pairs), repeat(number)), maxlen=0)
        for word in {word[:LONGEST] for word in _WORD_RUN.findall(text)}:
            others["=" + word].append(number)

    def close(self) -> None:
        """Move what the pairs with punctuation tell to `others`: the last character of each run."""
        ends: defaultdict[int, set[int]] = defaultdict(set)
        kinds = _KINDS
        for pair, numbers in self.pairs.items():
            if not kinds[pair & 0xFFFF] and kinds[pair >> 16] == 1:
                ends[pair >> 16].update(numbers)
        for last, found in ends.items():
            found.update(self.others.get(chr(last), ()))
            self.others[chr(last)] = sorted(found)

    def grams(self) -> Iterator[tuple[int, Sequence[int]]]:
        """Yield the pairs that are grams with their documents, ascending."""
        kinds, pairs = _KINDS, self.pairs
        for first, same in groupby(sorted(pairs), lambda pair: pair >> 16):
            kind = kinds[first]
            if kind:
                # A pair inside a Latin or number run is no gram.
                most = 2 if kind == 1 else 1
                yield from ((pair, pairs[pair]) for pair in same if 0 < kinds[pair & 0xFFFF] <= most)

    def _add_slowly(self, number: int, text: str) -> None:
        """Add a text with characters beyond the BMP."""
        for gram in grams_of(text):
            pair = pair_of(gram)
            if pair is None:
                self.others[gram].append(number)
            else:
                self.pairs[pair].append(number)


def pair_of(gram: str) -> int | None:
    """Return the number of a gram of two characters of the BMP, None for all other grams."""
    if len(gram) != 2 or gram[0] == "=" or max(gram) > "\uffff":
        return None
    return ord(gram[0]) << 16 | ord(gram[1])


def text_of(pair: int) -> str:
    """Return the two characters of a pair."""
    return chr(pair >> 16) + chr(pair & 0xFFFF)


def _pairs(text: str) -> set[int] | None:
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
