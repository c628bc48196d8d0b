"""A notice as its text came out of a word processor, made into Word again with truly merged cells; knows nothing of our reader.

In such a text a cell is a line that begins with a tab, further paragraphs of the cell are lines without, and paragraphs are
parted by empty lines. A blank cell of dimension, indicator or department belongs to the one above; the persons of a group stand
in any of its rows, wherever the names are printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell

HEAD = 5
FONT = "Noto Serif CJK SC"
Merged = tuple[str, int, int, int]
"""Text, first and last row (from 0), and the row in which the text is printed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, or the rows of a table, the header first, each with its five cells."""

    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def parts(text: str) -> Iterator[Part]:
    """Yield paragraphs and tables of a notice in order."""
    cells: list[str] = []
    for line in text.splitlines():
        if line.startswith("\t"):
            cells.append(line[1:].rstrip())
        elif cells and len(cells) % HEAD == 0 and line.strip().startswith("附件"):
            yield _table(cells)
            cells = []
            yield Part(line.strip())
        elif cells and line.strip():
            cells[-1] += f"\n{line.strip()}"
        elif not cells and line.strip():
            yield Part(line.strip())
    if cells:
        yield _table(cells)


def merged(rows: tuple[tuple[str, ...], ...]) -> list[list[Merged]]:
    """Return the five columns of a table (without its header) as merged cells."""
    owners = _runs(rows, 3)
    persons = []
    for _text, first, last, _at in owners:
        at = next(row for row in range(first, last + 1) if rows[row][4])
        persons.append((rows[at][4], first, last, at))
    return [
        _runs(rows, 0),
        _runs(rows, 1),
        [(row[2], number, number, number) for number, row in enumerate(rows)],
        owners,
        persons,
    ]


def write_word(path: Path, source: list[Part]) -> None:
    """Write a notice as Word."""
    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    for part in source:
        if not part.rows:
            document.add_paragraph(part.text)
            continue
        head, *rows = part.rows
        table = document.add_table(len(rows) + 1, HEAD, style="Table Grid")
        for place, word in enumerate(head):
            table.cell(0, place).text = word
        for place, column in enumerate(merged(tuple(rows))):
            for text, first, last, at in column:
                cell = table.cell(first + 1, place).merge(table.cell(last + 1, place))
                _fill(cell, text, first, last, at)
        for row in table.rows:
            for cell, width in zip(row.cells, (22, 30, 70, 28, 18), strict=True):
                cell.width = Mm(width)
    document.save(str(path))


def _fill(cell: _Cell, text: str, first: int, last: int, at: int) -> None:
    cell.text = text
    middle = first + (last - first) // 2
    cell.vertical_alignment = ALIGN.TOP if at == first else ALIGN.CENTER if at == middle else ALIGN.BOTTOM


def _table(cells: list[str]) -> Part:
    return Part(rows=tuple(tuple(cells[start : start + HEAD]) for start in range(0, len(cells), HEAD)))


def _runs(rows: tuple[tuple[str, ...], ...], place: int) -> list[Merged]:
    starts = [number for number, row in enumerate(rows) if row[place] or number == 0]
    return [(rows[start][place], start, end - 1, start) for start, end in zip(starts, [*starts[1:], len(rows)], strict=True)]
