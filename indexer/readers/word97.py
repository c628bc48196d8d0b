"""Word 97-2003 (doc, and wps of Kingsoft, which is the same): the text through the piece table ([MS-DOC] 2.4.1).

Older ones are left to `word95`. Numbers of automatic lists are not in the text.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

import olefile

from indexer.readers import word95
from indexer.readers.ole import meta, stream
from indexer.readers.word97_deleted import Deleted
from indexer.reading import Block, Limits, Reading, RefusedError, corrupt
from schema.messages import Message, message
from schema.model import TextStatus

_MAGIC, _ENCRYPTED, _TABLE_1, _WORD_97 = 0xA5EC, 0x0100, 0x0200, 0x00C1
# FibRgLw97.ccpText and its seven followers: the lengths of the stories, in the order they lie in the text.
_LENGTHS, _CLX = 0x4C, 0x01A2
_STORIES = ("body", "note", "header", "", "comment", "note", "textbox", "textbox")
_COMPRESSED = 0x40000000
# A field is 0x13 code 0x14 result 0x15; only the result is printed. Innermost first, as fields nest.
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
# Cell mark, two of which end a row; breaks of line, page and column; hyphens that stay and that may go; pictures, notes.
_ROW_END, _CELL = re.compile("\x07\x07"), "\x07"
_SIGNS = {ord("\x0b"): "\n", ord("\x0c"): "\n", ord("\x0e"): "\n", ord("\x1e"): "-", ord("\r"): "\n"} | dict.fromkeys(
    map(ord, "\x01\x02\x03\x04\x05\x08\x13\x14\x15\x1f"), ""
)
_NESTED = 20
# Deleted characters become the mark of a picture, which is dropped; these stay what they are.
_DROPPED, _KEPT = b"\x01", frozenset({b"\x07", b"\r", b"\x13", b"\x14", b"\x15"})


def read(path: Path, limits: Limits) -> Reading:
    """Read body, notes, headers, comments and text boxes. Raises RefusedError."""
    if not olefile.isOleFile(path):
        # Word 2 wrote no OLE files yet.
        return _older(path.read_bytes(), (), limits)
    with olefile.OleFileIO(path) as ole:
        document = stream(ole, "WordDocument", limits)
        flags, version = _flags(document)
        if version in word95.VERSIONS:
            return _older(document, meta(ole), limits)
        table = stream(ole, "1Table" if flags & _TABLE_1 else "0Table", limits)
        if version < _WORD_97 or not table:
            raise RefusedError(TextStatus.UNSUPPORTED)
        if struct.unpack_from("<H", document)[0] != _MAGIC:
            raise corrupt("no Word 97 document")
        blocks = _blocks(_text(document, table, limits.characters), _lengths(document))
        return Reading(TextStatus.OK, blocks=tuple(blocks), meta=meta(ole), warnings=_embedded(ole), engine="zuozheng doc")


def _older(document: bytes, about: tuple[tuple[str, str], ...], limits: Limits) -> Reading:
    flags, version = _flags(document)
    if version not in word95.VERSIONS:
        raise RefusedError(TextStatus.UNSUPPORTED)
    stories = word95.stories(document, limits)
    blocks = tuple(block for story, where in zip(stories, _STORIES, strict=True) if where for block in _story(story, where))
    pieces = flags & word95.IN_PIECES
    warnings = (message("reading.warning.damaged", detail="saved in pieces, which may be out of order"),) if pieces else ()
    return Reading(TextStatus.PARTIAL if pieces else TextStatus.OK, "", None, blocks, about, warnings, "zuozheng doc")


def _flags(document: bytes) -> tuple[int, int]:
    """Return the flags and the version of the header. Raises RefusedError: encrypted, or corrupt when there is none."""
    if len(document) < 0x20:
        raise corrupt("no WordDocument stream")
    version, flags = struct.unpack_from("<H", document, 2)[0], struct.unpack_from("<H", document, 0x0A)[0]
    if flags & _ENCRYPTED:
        raise RefusedError(TextStatus.ENCRYPTED)
    return int(flags), int(version)


def _lengths(document: bytes) -> tuple[int, ...]:
    if len(document) < _LENGTHS + 32:
        raise corrupt("the header is cut off")
    lengths: tuple[int, ...] = struct.unpack_from("<8i", document, _LENGTHS)
    if min(lengths) < 0:
        raise corrupt("a story of negative length")
    return lengths


def _story(story: str, where: str) -> list[Block]:
    return [Block(None, kind, part) for kind, part in _parts(story, where) if part.strip()]


def _blocks(text: str, lengths: tuple[int, ...]) -> list[Block]:
    blocks, start = [], 0
    for where, length in zip(_STORIES, lengths, strict=True):
        if where:
            blocks += _story(text[start : start + length], where)
        start += length
    return blocks


def _text(document: bytes, table: bytes, characters: int) -> str:
    """Return the text of all pieces, put together; no more of it than the limit, for pieces may overlap."""
    pieces, left = [], characters
    deleted = Deleted(document, table)
    for start, length, width in _pieces(_piece_table(document, table)):
        end = start + min(length, left) * width
        raw = bytearray(document[start:end])
        for first, last in deleted.within(start, end):
            _blank(raw, first - start, last - start, width)
        pieces.append(raw.decode("cp1252" if width == 1 else "utf-16-le", "replace"))
        left -= length
        if left <= 0:
            break
    return "".join(pieces)


def _blank(raw: bytearray, start: int, end: int, width: int) -> None:
    """Put a sign that is dropped later in place of deleted characters; marks of cells and paragraphs keep their meaning."""
    for at in range(start, min(end, len(raw) - width + 1), width):
        if bytes(raw[at : at + width]).rstrip(b"\0") not in _KEPT:
            raw[at : at + width] = _DROPPED.ljust(width, b"\0")


def _piece_table(document: bytes, table: bytes) -> bytes:
    """Return the PlcPcd: the Clx holds property lists (mark 1), then the table of pieces (mark 2)."""
    if len(document) < _CLX + 8:
        raise corrupt("the header is cut off")
    start, length = struct.unpack_from("<II", document, _CLX)
    clx, at = table[start : start + length], 0
    while at + 3 <= len(clx) and clx[at] == 1:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at + 5 > len(clx) or clx[at] != 2:
        raise corrupt("no table of pieces")
    size = struct.unpack_from("<I", clx, at + 1)[0]
    return clx[at + 5 : at + 5 + size]


def _pieces(plc: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield start in the document stream, length in characters and bytes per character of every piece."""
    count = (len(plc) - 4) // 12
    if count < 1:
        raise corrupt("no pieces")
    limits = struct.unpack_from(f"<{count + 1}I", plc)
    for index in range(count):
        place = struct.unpack_from("<I", plc, (count + 1) * 4 + index * 8 + 2)[0]
        length = limits[index + 1] - limits[index]
        if length < 0:
            raise corrupt("a piece of negative length")
        if place & _COMPRESSED:
            yield (place & ~_COMPRESSED) // 2, length, 1
        else:
            yield place, length, 2


def _parts(story: str, where: str) -> Iterator[tuple[str, str]]:
    """Yield (where, text) of a story: text and tables in turn, each row of a table on a line with its cells joined by tabs."""
    for _ in range(_NESTED):
        story, count = _FIELD.subn(lambda match: match[1] or "", story)
        if not count:
            break
    lines: list[str] = []
    in_table = False
    for line in _lines(story):
        row = _CELL in line
        if row != in_table and lines:
            yield _place(where, in_table), "\n".join(lines)
            lines = []
        in_table = row
        lines.append(_row(line) if row else line.translate(_SIGNS))
    if lines:
        yield _place(where, in_table), "\n".join(lines)


def _place(where: str, in_table: bool) -> str:
    return "table" if in_table and where == "body" else where


def _lines(story: str) -> Iterator[str]:
    """Yield paragraphs, and rows of tables whole, each with its cell marks.

    A doubled cell mark ends a row, which begins after the last paragraph before its first cell mark. An empty cell looks the
    same, so it ends a line too early: only the formatting, which is not read, tells the two apart. No text is lost by that.
    """
    for stretch in _ROW_END.split(story):
        head, cell, rest = stretch.partition(_CELL)
        before, _, first = head.rpartition("\r")
        if not cell:
            yield from stretch.split("\r")
            continue
        if before:
            yield from before.split("\r")
        yield first + _CELL + rest


def _row(line: str) -> str:
    cells = (" ".join(cell.translate(_SIGNS).replace("\t", " ").split("\n")) for cell in line.split(_CELL))
    return "\t".join(cell.strip() for cell in cells).rstrip("\t")


def _embedded(ole: olefile.OleFileIO) -> tuple[Message, ...]:
    """Return the warning about embedded files, which lie in folders of ObjectPool."""
    names = sorted(
        {entry[1] for entry in ole.listdir(streams=False, storages=True) if len(entry) == 2 and entry[0] == "ObjectPool"}
    )
    return (message("reading.warning.embedded", count=len(names), names="、".join(names[:10])),) if names else ()
