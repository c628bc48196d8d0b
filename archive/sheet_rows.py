"""Reading back a workbook of ours that a person filled in: rows of plain values. Formulas give what their program last saw."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from schema.errors import ArchiveError

# A sheet of ours has a few thousand rows; one that claims millions, or unpacks to gigabytes, is none of ours.
_ROWS, _COLUMNS, _BYTES = 200_000, 64, 400 << 20

Row = tuple[object, ...]


def tables(path: Path) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield title and rows (the header first) of each sheet. Raises ArchiveError when the file is no workbook."""
    try:
        with ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > _BYTES:
                raise ValueError("too large")
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise ArchiveError("sheet.unreadable", path=path, error=error) from error
    try:
        for sheet in book.worksheets:
            yield sheet.title, sheet.iter_rows(max_row=_ROWS, max_col=_COLUMNS, values_only=True)
    finally:
        book.close()
