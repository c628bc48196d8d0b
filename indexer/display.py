"""The text of a document as people see it: the blocks of its Reading, one below the other, and where its pages begin. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import groupby

from indexer.reading import Block, Reading


@dataclass(frozen=True, slots=True)
class Pages:
    """Where pages begin in a text: page `numbers[k]` (None: no page) from offset `starts[k]` on. Empty: no text."""

    starts: tuple[int, ...] = ()
    numbers: tuple[int | None, ...] = ()

    def at(self, offset: int) -> int | None:
        """Return the number of the page on which the character at `offset` stands, None where there are no pages."""
        place = bisect_right(self.starts, offset) - 1
        return self.numbers[place] if place >= 0 else None


@dataclass(frozen=True, slots=True)
class Display:
    """Blocks joined by newlines, and the pages of that text."""

    text: str
    pages: Pages


def display(reading: Reading) -> Display:
    """Return the display text of `reading`."""
    starts: list[int] = []
    numbers: list[int | None] = []
    at = 0
    for block in reading.blocks:
        if not numbers or numbers[-1] != block.page:
            starts.append(at)
            numbers.append(block.page)
        at += len(block.text) + 1
    return Display("\n".join(block.text for block in reading.blocks), Pages(tuple(starts), tuple(numbers)))


def block_at(reading: Reading, offset: int) -> Block | None:
    """Return the block in which the character at `offset` of the display text stands (the newline after it counts as its own)."""
    for block in reading.blocks:
        offset -= len(block.text) + 1
        if offset < 0:
            return block
    return None


def page_texts(reading: Reading) -> tuple[tuple[int | None, str], ...]:
    """Return the text page by page: (page number from 1, or None where the format has no pages; text)."""
    grouped = groupby(reading.blocks, key=lambda block: block.page)
    return tuple((page, "\n".join(block.text for block in blocks)) for page, blocks in grouped)
