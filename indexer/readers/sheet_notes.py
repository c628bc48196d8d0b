"""Text boxes and cell comments of Excel 97 workbooks (xls, et): records that calamine passes over ([MS-XLS] 2.4.329)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from indexer.reading import Block

_BOF, _TEXT, _CONTINUE = 0x0809, 0x01B6, 0x003C
# Kinds of stretches that are sheets: of cells, and of charts only.
_SHEETS = frozenset({0x0010, 0x0020})
# Text boxes looked at; a workbook of forms has hundreds.
_BOXES = 20_000


def boxes(workbook: bytes) -> tuple[Block, ...]:
    """Return a block for each sheet with text boxes or comments, as far as the records can be followed."""
    found: dict[int, list[str]] = {}
    for (sheet, text), _ in zip(_texts(workbook), range(_BOXES), strict=False):
        if text.strip():
            found.setdefault(sheet, []).append(text.strip())
    return tuple(Block(sheet, "textbox", "\n".join(texts)) for sheet, texts in found.items())


def _texts(workbook: bytes) -> Iterator[tuple[int, str]]:
    """Yield number of the sheet and text of each box: the length stands in one record, the text in those that continue it."""
    sheet, wanted, gathered = 0, 0, ""
    for kind, data in _records(workbook):
        if wanted and kind == _CONTINUE and data:
            wide = data[0] & 1
            gathered += data[1:].decode("utf-16-le" if wide else "cp1252", "replace")[: wanted - len(gathered)]
            if len(gathered) >= wanted:
                yield sheet, gathered
                wanted, gathered = 0, ""
        elif kind == _TEXT and len(data) >= 12:
            wanted, gathered = struct.unpack_from("<H", data, 10)[0], ""
        elif kind == _BOF and len(data) >= 4:
            sheet += struct.unpack_from("<H", data, 2)[0] in _SHEETS


def _records(workbook: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(workbook):
        kind, size = struct.unpack_from("<HH", workbook, at)
        yield kind, workbook[at + 4 : at + 4 + size]
        at += 4 + size
