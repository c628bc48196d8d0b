"""The lines of a paper as the rules see them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from indexer.reading import Block, Reading

# Lines looked at in all, and characters of a line.
_LINES, _LENGTH = 5_000, 200
_WHERE = frozenset({"body", "table", "textbox", "slide", "ocr"})
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_FULL_WIDTH_RUN = re.compile("[０-９]+")
_BESIDE_HAN = re.compile(r"(?<=[^\x00-\x7f])\s+(?=\S)|(?<=[\x00-\x7f])\s+(?=[^\x00-\x7f])")
_BLANK = re.compile(r"\s+")
# Page numbers as printed: "12", "- 12 -", "— 12 —", "第 1 页 共 3 页", "1/3"; and rules drawn with characters.
_FURNITURE = re.compile(
    r"[-—–－―·•~\s]*\d{1,3}[-—–－―·•~\s]*|第?\d{1,4}页?[,，/共]{0,2}(?:第?\d{1,4})?页|\d{1,3}/\d{1,3}|[-—–－―━─_=＝]+"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as printed; `text` without the blanks beside Chinese characters, `compact` without any.

    `number` counts the lines of the paper that are not blank, from 1; `page` is None where the format has no pages.
    """

    printed: str
    text: str
    compact: str
    page: int | None = None
    number: int = 0

    @property
    def cells(self) -> list[str]:
        """The cells of a row of a table; the line itself elsewhere."""
        return [_BLANK.sub("", cell) for cell in self.printed.split("\t") if cell.strip()]

    @property
    def in_table(self) -> bool:
        """Whether this is a row of a table."""
        return "\t" in self.printed


def lines_of(reading: Reading) -> tuple[Line, ...]:
    """Return the lines of the paper itself that are not blank (no headers, notes, comments, cells of sheets, page numbers)."""
    return tuple(islice(_lines(block for block in reading.blocks if block.where in _WHERE), _LINES))


def header_lines(reading: Reading) -> tuple[Line, ...]:
    """Return the lines of the page headers: some papers have their red head there."""
    return tuple(islice(_lines(block for block in reading.blocks if block.where == "header"), 20))


def line(printed: str, page: int | None = None, number: int = 0) -> Line:
    """Return one line."""
    if printed.split(None, 1) == [printed]:  # most lines have no blank at all
        return Line(printed, printed, printed, page, number)
    return Line(printed, _BESIDE_HAN.sub("", printed), _BLANK.sub("", printed), page, number)


def _lines(blocks: Iterator[Block]) -> Iterator[Line]:
    number = 0
    for block in blocks:
        text = _FULL_WIDTH_RUN.sub(lambda run: run[0].translate(_FULL_WIDTH), block.text[: _LINES * _LENGTH])
        for raw in text.split("\n"):
            printed = raw.strip(" \u3000\r\v\f\xa0")[:_LENGTH]
            if not printed.strip():
                continue
            number += 1
            made = line(printed, block.page, number)
            if not _FURNITURE.fullmatch(made.compact):
                yield made
