"""Word 2, 6 and 95 (doc): one run of text in bytes of the language's code page, between two places named in the header."""

from __future__ import annotations

import struct

from indexer.reading import Limits, corrupt

VERSIONS = frozenset({45, *range(100, 106)})
_LANGUAGES = {0x0404: "cp950", 0x0C04: "cp950", 0x0411: "cp932", 0x0412: "cp949", 0x0804: "gb18030", 0x1004: "gb18030"}
# Bits of the header: text in pieces that may lie in any order, text of two bytes a character (Word 95 of East Asia).
IN_PIECES, _WIDE = 0x0004, 0x1000
_LANGUAGE, _FLAGS, _START, _LENGTHS = 0x06, 0x0A, 0x18, 0x34


def stories(document: bytes, limits: Limits) -> tuple[str, ...]:
    """Return the text of the body and of the other stories, in the order of their lengths. Raises RefusedError: corrupt."""
    if len(document) < _LENGTHS + 32:
        raise corrupt("the header is cut off")
    (language,) = struct.unpack_from("<H", document, _LANGUAGE)
    (flags,) = struct.unpack_from("<H", document, _FLAGS)
    start, end = struct.unpack_from("<II", document, _START)
    lengths = struct.unpack_from("<8i", document, _LENGTHS)
    if not start < end <= len(document) or min(lengths) < 0:
        raise corrupt("the text lies outside the file")
    raw = document[start : min(end, start + 2 * limits.characters)]
    wide = flags & _WIDE and raw.count(0) > len(raw) // 20
    width, encoding = (2, "utf-16-le") if wide else (1, _LANGUAGES.get(language, "cp1252"))
    # Lengths count bytes where a character may take two of them.
    found, at = [], 0
    for length in lengths:
        found.append(raw[at * width : (at + length) * width].decode(encoding, "replace"))
        at += length
    return tuple(found)
