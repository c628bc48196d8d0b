"""The paragraphs and tables of a notice in Word: a merged cell once, with the rows it covers and where in it the words stand."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from schema.errors import ArchiveError
from schema.notice import Block, Cell, Row


def blocks(path: Path) -> Iterator[Block]:
    """Yield the paragraphs and tables of a Word file in order. Raises ArchiveError when it is none."""
    try:
        document: Document = docx.Document(str(path))
    except (OSError, PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ArchiveError("notice-import.unreadable", path=path, error=error) from error
    for inner in document.iter_inner_content():
        if isinstance(inner, Paragraph):
            yield Block(inner.text)
        else:
            yield Block(rows=_rows(inner))


def _rows(table: Table) -> tuple[Row, ...]:
    grid: list[list[_Cell]] = [list(row.cells) for row in table.rows]
    return tuple(
        tuple(None if _reaches(grid, number, place) else _cell(grid, number, place) for place in range(len(row)))
        for number, row in enumerate(grid)
    )


def _reaches(grid: list[list[_Cell]], number: int, place: int) -> bool:
    """Return whether a place is covered by a cell from above or from the left."""
    return _reaches_down(grid, number, place) or (place > 0 and grid[number][place - 1]._tc is grid[number][place]._tc)


def _reaches_down(grid: list[list[_Cell]], number: int, place: int) -> bool:
    above = grid[number - 1] if number else []
    return place < len(above) and above[place]._tc is grid[number][place]._tc


def _cell(grid: list[list[_Cell]], number: int, place: int) -> Cell:
    cell = grid[number][place]
    covered = 1
    while number + covered < len(grid) and _reaches_down(grid, number + covered, place):
        covered += 1
    aligned = cell.vertical_alignment
    middle = {WD_CELL_VERTICAL_ALIGNMENT.CENTER: (covered - 1) // 2, WD_CELL_VERTICAL_ALIGNMENT.BOTTOM: covered - 1}
    return Cell(cell.text, covered, middle.get(aligned, 0) if aligned is not None else 0)
