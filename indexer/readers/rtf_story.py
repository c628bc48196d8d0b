"""A story of an RTF file (body, header, note …) as it grows: paragraphs, and rows of tables with those nested in their cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from indexer.reading import Block


@dataclass(slots=True, eq=False)
class Story:
    """Text of one place. `in_table` is the paragraph's property; a paragraph mark inside a cell is a blank."""

    where: str
    in_table: bool = False
    _pieces: list[str] = field(default_factory=list)
    _cells: list[str] = field(default_factory=list)
    _inner_cells: list[str] = field(default_factory=list)
    _inner_rows: list[str] = field(default_factory=list)
    _lines: list[tuple[bool, str]] = field(default_factory=list)

    def text(self, text: str) -> None:
        """Add characters to the paragraph."""
        self._pieces.append(text)

    def paragraph(self) -> None:
        """End a paragraph."""
        if self.in_table:
            self._pieces.append(" ")
        else:
            self._lines.append((False, self._taken()))

    def line_break(self) -> None:
        """Break the line inside a paragraph."""
        self._pieces.append(" " if self.in_table else "\n")

    def cell(self) -> None:
        """End a cell."""
        self._cells.append(self._cell_text())

    def row(self) -> None:
        """End a row; the rows of tables in its cells follow it."""
        self._cells += [self._cell_text()] if self._pieces else []
        self._lines.append((True, "\t".join(self._cells).rstrip("\t")))
        self._lines += ((True, row) for row in self._inner_rows)
        self._cells, self._inner_rows = [], []

    def nested_cell(self) -> None:
        """End a cell of a table inside a cell."""
        self._inner_cells.append(self._cell_text())

    def nested_row(self) -> None:
        """End a row of a table inside a cell."""
        self._inner_rows.append("\t".join(self._inner_cells).rstrip("\t"))
        self._inner_cells = []

    def blocks(self) -> list[Block]:
        """Return what the story holds: paragraphs and tables in turn."""
        if self._pieces:
            self._lines.append((False, self._taken()))
        if self._cells or self._inner_cells or self._inner_rows:
            self._cells += self._inner_cells
            self.row()
        runs = groupby(self._lines, key=lambda line: line[0])
        found = [(table, "\n".join(line for _, line in lines)) for table, lines in runs]
        place = {True: "table" if self.where == "body" else self.where, False: self.where}
        return [Block(None, place[table], text) for table, text in found if text.strip()]

    def _taken(self) -> str:
        text = "".join(self._pieces)
        self._pieces.clear()
        return text

    def _cell_text(self) -> str:
        return " ".join(self._taken().split())
