"""Which characters of a Word 97 document are marked as deleted ([MS-DOC] 2.9.33: runs of properties in pages of 512 bytes)."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator

# Where the header names the table of those pages; the property; operand sizes by the top three bits of a property's number.
_PAGES, _DELETED = 0x00FA, 0x0800
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
_PAGE, _LONG_TABLE = 512, 0xD608


class Deleted:
    """The deleted stretches of the document stream, in bytes from its start."""

    def __init__(self, document: bytes, table: bytes) -> None:
        self._spans = sorted(_spans(document, table))
        self._starts = [start for start, _ in self._spans]

    def __bool__(self) -> bool:
        return bool(self._spans)

    def within(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the deleted stretches between two places."""
        for place in range(max(0, bisect_right(self._starts, start) - 1), len(self._spans)):
            first, last = self._spans[place]
            if first >= end:
                return
            if last > start:
                yield max(first, start), min(last, end)


def _spans(document: bytes, table: bytes) -> Iterator[tuple[int, int]]:
    if len(document) < _PAGES + 8:
        return
    start, length = struct.unpack_from("<II", document, _PAGES)
    listing = table[start : start + length]
    count = (len(listing) - 4) // 8
    if count < 1:
        return
    for (page,) in struct.iter_unpack("<I", listing[(count + 1) * 4 : (count + 1) * 4 + count * 4]):
        yield from _runs(document[(page & 0x3FFFFF) * _PAGE :][:_PAGE])


def _runs(page: bytes) -> Iterator[tuple[int, int]]:
    """Yield the deleted runs of one page: first the places, then a byte a run (where its properties lie), last their number."""
    if len(page) < _PAGE or (count := page[-1]) == 0 or (count + 1) * 4 + count > _PAGE:
        return
    places = struct.unpack_from(f"<{count + 1}I", page)
    for run in range(count):
        at = page[(count + 1) * 4 + run] * 2
        if at and _is_deleted(page[at + 1 : at + 1 + page[at]]) and places[run] < places[run + 1]:
            yield places[run], places[run + 1]


def _is_deleted(properties: bytes) -> bool:
    at, deleted = 0, False
    while at + 2 < len(properties):
        (code,) = struct.unpack_from("<H", properties, at)
        at += 2
        if code == _DELETED:
            deleted = properties[at] == 1
        size = _SIZES[code >> 13]
        if not size:
            size = properties[at] + 1 if code != _LONG_TABLE else len(properties)
        at += size
    return deleted
