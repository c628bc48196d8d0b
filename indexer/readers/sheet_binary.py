"""Spreadsheets in binary (xls, et of Kingsoft, which is the same, and xlsb), through python-calamine.

It must not see a locked workbook: it would call some of them damaged. olefile looks first.
"""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import olefile

from indexer.guards import open_package
from indexer.readers.ole import meta, stream
from indexer.readers.ooxml import Package
from indexer.readers.sheet import ENGINE, sheets
from indexer.readers.sheet_notes import boxes
from indexer.reading import Limits, Reading, RefusedError
from schema.model import TextStatus

_FILEPASS, _EOF = 0x2F, 0x0A
# FILEPASS follows the first record, give or take a few about write access.
_FIRST_RECORDS = 16


def read(path: Path, limits: Limits) -> Reading:
    """Read every sheet. Raises RefusedError: encrypted, corrupt, or unsupported for Excel 2 to 4 (no OLE file)."""
    if zipfile.is_zipfile(path):
        return _read_package(path, limits)
    if not olefile.isOleFile(path):
        raise RefusedError(TextStatus.UNSUPPORTED)
    with olefile.OleFileIO(path) as ole:
        workbook = stream(ole, "Workbook", limits) or stream(ole, "Book", limits)
        if _is_locked(workbook):
            raise RefusedError(TextStatus.ENCRYPTED)
        about = meta(ole)
    cells, names = sheets(path, limits)
    blocks = (*cells, *boxes(workbook))
    return Reading(TextStatus.OK, "", len(names), blocks, (*about, ("sheets", "\t".join(names))), engine=ENGINE)


def _read_package(path: Path, limits: Limits) -> Reading:
    """Read an xlsb; its comments are in binary, too, and are left out."""
    with open_package(path, limits) as file:
        package = Package(file, limits)
        about, embedded = package.meta(), package.embedded()
    blocks, names = sheets(path, limits)
    return Reading(TextStatus.OK, "", len(names), blocks, (*about, ("sheets", "\t".join(names))), embedded, ENGINE)


def _is_locked(workbook: bytes) -> bool:
    at = 0
    for _ in range(_FIRST_RECORDS):
        if at + 4 > len(workbook):
            return False
        record, size = struct.unpack_from("<HH", workbook, at)
        if record in (_FILEPASS, _EOF):
            return bool(record == _FILEPASS)
        at += 4 + size
    return False
