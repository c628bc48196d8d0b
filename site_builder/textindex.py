"""The full-text index that a browser reads by script tags: gram shards and the rules to ask them by. Pure.

Grams, fold and matching are the indexer's own (indexer.grams, indexer.fold), so the site finds what the command line finds.
A gram behind "#" is one of a document's head (title, file name, number): such documents are shown first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from indexer.fold import BLANKS, IGNORED, WORD, fold_table, search_form
from indexer.gather import Gathered, text_of
from indexer.grams import LONGEST
from indexer.match import DECIMAL
from site_builder.postings import ALPHABET, STOPPERS, Coder

# So many documents are gathered before their lists are encoded: enough to be quick, few enough to stay small.
_BATCH = 8_192


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of the index: its first key and its keys with their lists, a key and a list a line by turns."""

    first: str
    lines: str


class IndexWriter:
    """Collects the grams of `total` documents, which must come in the order of their numbers, from 0."""

    def __init__(self, total: int) -> None:
        self._coder = Coder(total)
        self._lists: dict[str, str] = {}
        self._ends: dict[str, tuple[int, int]] = {}
        self._texts, self._heads = Gathered(), Gathered()
        self.documents = 0

    def add(self, head: str, text: str) -> None:
        """Add the next document: what stands in its head, and everything that is searched (the head too), as displayed."""
        self._texts.add(self.documents, search_form(text))
        self._heads.add(self.documents, search_form(head))
        self.documents += 1
        if self.documents % _BATCH == 0:
            self._encode()

    def shards(self, size: int) -> Iterator[Shard]:
        """Yield the shards, of about `size` bytes each, in the order of their keys (as JavaScript compares them)."""
        self._encode()
        lines: list[str] = []
        first, filled = "", 0
        for key in sorted(self._lists, key=lambda key: key.encode("utf-16-be", "surrogatepass")):
            line = f"{key}\n{self._coder.whole(self._lists[key], self._ends[key][1])}"
            if filled + len(line) > size and lines:
                yield Shard(first, "\n".join(lines))
                lines, filled = [], 0
            first = first if lines else key
            lines.append(line)
            filled += len(line) + 3
        if lines:
            yield Shard(first, "\n".join(lines))

    def _encode(self) -> None:
        """Encode what was gathered, each list going on where it ended."""
        lists, ends, gaps = self._lists, self._ends, self._coder.gaps
        for key, numbers in _keyed(self._texts, self._heads):
            last, count = ends.get(key, (-1, 0))
            lists[key] = lists.get(key, "") + gaps(numbers, last)
            ends[key] = numbers[-1], count + len(numbers)
        self._texts, self._heads = Gathered(), Gathered()


def _keyed(texts: Gathered, heads: Gathered) -> Iterator[tuple[str, Sequence[int]]]:
    for gathered, mark in ((texts, ""), (heads, "#")):
        gathered.close()
        yield from ((mark + text_of(pair), numbers) for pair, numbers in gathered.grams())
        yield from ((mark + gram, numbers) for gram, numbers in gathered.others.items())


def shard_size(documents: int) -> int:
    """Return the size of shards in bytes that keeps both queries short and files few (static site notes: 16 KB to 64 KB)."""
    return 16_384 if documents < 5_000 else 32_768 if documents < 20_000 else 65_536


@cache
def rules() -> bytes:
    """Return fold.js: the indexer's fold, blanks, words and decimals as data for the browser."""
    table = fold_table()
    data = {
        "from": "".join(table),
        "to": "".join(table.values()),
        "word": WORD,
        "blanks": BLANKS,
        "ignored": IGNORED,
        "letters": _letters(),
        "decimal": DECIMAL,
        "longest": LONGEST,
        "alphabet": ALPHABET,
        "stoppers": STOPPERS,
    }
    return script("rules", data)


def script(name: str, data: object) -> bytes:
    """Return data as a script that hands it to the page: works from file://, where nothing can be fetched.

    Halves of a character (a lone surrogate), which no UTF-8 can hold, become question marks.
    """
    text = f"Z.take({json.dumps(name)},{json.dumps(data, ensure_ascii=False, separators=(',', ':'))});\n"
    return text.encode("utf-8", "replace")


def _letters() -> list[tuple[int, int]]:
    """Return the ranges of characters of which gram runs are made, as Python's own regular expressions have letters."""
    letter = re.compile(r"[\w%]")
    ranges: list[tuple[int, int]] = []
    for point in range(0x34000):  # the last ideographs there are (extension H)
        if letter.match(chr(point)):
            if ranges and ranges[-1][1] == point - 1:
                ranges[-1] = (ranges[-1][0], point)
            else:
                ranges.append((point, point))
    return ranges
