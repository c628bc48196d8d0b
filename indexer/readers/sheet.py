"""Spreadsheets (xlsx) through python-calamine: seven times as fast as openpyxl.

It ends the whole interpreter on one hostile kind of sheet and panics on others: use it in a child process only.
"""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import python_calamine
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from indexer.guards import check_prologs, open_package
from indexer.readers.cells import lines
from indexer.readers.sheet_extras import extras
from indexer.reading import Block, Limits, Reading, RefusedError, corrupt
from schema.model import TextStatus

_SCAN = 15
ENGINE = f"python-calamine {importlib.metadata.version('python-calamine')}"


def read(path: Path, limits: Limits) -> Reading:
    """Read every sheet, hidden ones too, row by row; then comments and text boxes. Raises RefusedError, or panics."""
    with open_package(path, limits) as package:
        check_prologs(package)
        others = extras(package, limits)
    blocks, names = sheets(path, limits)
    few = sum(len(block.text) for block in (*blocks, *others.blocks)) < _SCAN
    scans = others.scans if few else ()
    return Reading(
        TextStatus.NEEDS_OCR if scans else TextStatus.OK,
        pages=len(names),
        blocks=(*blocks, *others.blocks),
        meta=(*others.meta, ("sheets", "\t".join(names))),
        warnings=others.warnings,
        engine=ENGINE,
        scans=scans,
    )


def sheets(path: Path, limits: Limits) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Return a block per sheet that holds anything (its name is the first line), and the names of all sheets."""
    try:
        # From the open file, not the path: its extension would be taken for the format.
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
            names = tuple(book.sheet_names)
            return tuple(_blocks(book, names, limits)), names
    except PasswordError as error:
        raise RefusedError(TextStatus.ENCRYPTED) from error
    except CalamineError as error:
        raise corrupt(str(error)) from error


def _blocks(book: CalamineWorkbook, names: tuple[str, ...], limits: Limits) -> list[Block]:
    blocks, left = [], limits.characters
    for index, name in enumerate(names[: limits.pages]):
        try:
            rows = book.get_sheet_by_index(index).iter_rows()
        except python_calamine.WorksheetNotFound:
            # Sheets of charts only, and macro sheets, are named but have no cells.
            continue
        text = "\n".join(lines(rows, left))
        if text:
            blocks.append(Block(index + 1, "sheet", f"{name}\n{text}"))
            left -= len(text)
        if left < 0:
            break
    return blocks
