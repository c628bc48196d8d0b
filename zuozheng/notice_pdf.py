"""The lines and ruled tables of a notice in PDF, page by page: a merged cell once a page, with the rows it covers there."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdfplumber
from pdfplumber.utils.exceptions import PdfminerException

from schema.errors import ArchiveError
from schema.notice import Block, Cell, Row
from schema.radicals import without_radicals

_Box = tuple[float, float, float, float]


def blocks(path: Path) -> Iterator[Block]:
    """Yield the lines and tables of a PDF in order. Raises ArchiveError when it cannot be read."""
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        with pdfplumber.open(path) as document:
            for page in document.pages:
                yield from _page(page)
    except (OSError, PdfminerException) as error:
        raise ArchiveError("notice-import.unreadable", path=path, error=error) from error


def _page(page: Any) -> Iterator[Block]:
    tables = sorted(page.find_tables(), key=lambda table: table.bbox[1])
    top = 0.0
    for table in tables:
        yield from _lines(page, top, table.bbox[1])
        yield Block(rows=tuple(_rows(page, table)))
        top = table.bbox[3]
    yield from _lines(page, top, float(page.height))


def _lines(page: Any, top: float, bottom: float) -> Iterator[Block]:
    if bottom - top > 1:
        text = page.crop((0, top, page.width, bottom), strict=False).extract_text() or ""
        yield from (Block(without_radicals(line)) for line in text.splitlines())


def _rows(page: Any, table: Any) -> Iterator[Row]:
    """Yield the rows of a table. A row begins where any cell begins; a cell covers the rows down to its lower edge.

    A cell that goes on over the page break has no lower edge: what no cell covers is one, as wide as its column.
    """
    rows = [list(row.cells) for row in table.rows if any(row.cells)]
    tops = [min(box[1] for box in row if box) for row in rows]
    bottom = float(table.bbox[3])
    _close(rows, tops, bottom)
    for number, row in enumerate(rows):
        yield tuple(_cell(page, box, tops, number) if box else None for box in row)


def _close(rows: list[list[_Box | None]], tops: list[float], bottom: float) -> None:
    """Give every run of places in a column that no cell covers a cell of its own."""
    for place in range(max(map(len, rows), default=0)):
        sides = next(((box[0], box[2]) for row in rows if place < len(row) and (box := row[place])), None)
        covered = 0.0
        for number, row in enumerate(rows):
            if place >= len(row) or sides is None:
                continue
            box = row[place]
            if box is None and covered <= tops[number] + 1:
                below = next((tops[later] for later in range(number + 1, len(rows)) if rows[later][place]), bottom)
                row[place] = box = (sides[0], tops[number], sides[1], below)
            covered = max(covered, box[3] if box else 0.0)


def _cell(page: Any, box: _Box, tops: list[float], number: int) -> Cell:
    covered = sum(1 for top in tops[number:] if top < box[3] - 1)
    inner = page.crop(box, strict=False)
    words = inner.extract_words()
    centre = (min(word["top"] for word in words) + max(word["bottom"] for word in words)) / 2 if words else box[1]
    at = sum(1 for top in tops[number + 1 : number + covered] if top <= centre)
    return Cell(without_radicals(inner.extract_text() or ""), max(covered, 1), at)
