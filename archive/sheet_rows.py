"""Reading back a workbook of ours that a person filled in: rows of plain values. Formulas give what their program last saw."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from schema.errors import ArchiveError

# A sheet of ours has a few thousand rows; one that claims millions is none of ours.
_ROWS, _COLUMNS = 200_000, 64


def rows(path: Path) -> Iterator[tuple[object, ...]]:
    """Yield the rows of the first sheet, its header first. Raises ArchiveError when the file is no workbook."""
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise ArchiveError("sheet.unreadable", path=path, error=error) from error
    try:
        yield from book.worksheets[0].iter_rows(max_row=_ROWS, max_col=_COLUMNS, values_only=True)
    finally:
        book.close()
