"""Spreadsheets (xlsx) through openpyxl in its streaming mode: slower, for what python-calamine cannot take."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl

from indexer.guards import check_prologs, open_package
from indexer.readers.cells import lines
from indexer.readers.sheet_extras import extras
from indexer.reading import Block, Limits, Reading
from schema.model import TextStatus


def read(path: Path, limits: Limits) -> Reading:
    """Read every sheet row by row with the stored results of formulas. Raises RefusedError, or whatever openpyxl raises."""
    with open_package(path, limits) as package:
        check_prologs(package)
        others = extras(package, limits)
    with path.open("rb") as file, warnings.catch_warnings():
        # openpyxl warns of styles and extensions it does not know; none of that is text.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        names = tuple(str(name) for name in book.sheetnames)
        blocks = tuple(_blocks(book, limits))
        book.close()
    return Reading(
        TextStatus.OK,
        pages=len(names),
        blocks=(*blocks, *others.blocks),
        meta=(*others.meta, ("sheets", "\t".join(names))),
        warnings=others.warnings,
        engine=f"openpyxl {openpyxl.__version__}",
    )


def _blocks(book: Any, limits: Limits) -> Iterator[Block]:
    left = limits.characters
    for index, sheet in enumerate(book.worksheets[: limits.pages]):
        # The stated size of a sheet may be a million rows by 16,000 columns around one cell.
        sheet.reset_dimensions()
        text = "\n".join(lines(sheet.iter_rows(values_only=True), left))
        if text:
            yield Block(index + 1, "sheet", f"{sheet.title}\n{text}")
            left -= len(text)
        if left < 0:
            return
