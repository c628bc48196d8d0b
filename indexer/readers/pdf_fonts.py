"""A stand-in for Chinese fonts that a PDF names but does not carry, while its text is read.

pdfium would look for such a font on the system and load it for every file, tens of megabytes; and where there is none it drops
runs of a single character, for a glyph that is missing has no extent. Reading needs extents only: one square for all characters
does. Nothing may be drawn in a process that has called `install`.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from functools import cache
from typing import Any

import pypdfium2.raw as pdfium

# Character sets of Windows fonts: Japanese, Korean, simplified and traditional Chinese. All others are left to pdfium.
_EAST_ASIAN = frozenset({128, 129, 134, 136})
_UNITS, _LEFT, _BOTTOM, _RIGHT, _TOP = 1000, 50, -100, 950, 800


@cache
def install() -> object:
    """Put the stand-in in place, once in a process. What is returned must live as long as pdfium does; the cache keeps it."""
    data = square_font()
    parts = _tables(data)

    def fill(_info: Any, _font: Any, table: int, buffer: Any, size: int) -> int:
        part = parts.get(struct.pack(">I", table), b"") if table else data
        if buffer and size >= len(part):
            ctypes.memmove(buffer, part, len(part))
        return len(part)

    functions: dict[str, Callable[..., Any]] = {
        "EnumFonts": lambda *_: None,
        "MapFont": lambda _info, _weight, _italic, charset, *_: 1 if charset in _EAST_ASIAN else None,
        "GetFont": lambda *_: None,
        "GetFontData": fill,
        "GetFaceName": lambda *_: 0,
        "GetFontCharset": lambda *_: 134,
        "DeleteFont": lambda *_: None,
    }
    info = pdfium.FPDF_SYSFONTINFO()
    info.version = 1
    types = dict(pdfium.FPDF_SYSFONTINFO._fields_)
    kept = {name: types[name](function) for name, function in functions.items()}
    for name, function in kept.items():
        setattr(info, name, function)
    pdfium.FPDF_SetSystemFontInfo(ctypes.byref(info))
    return info, kept, data


def square_font() -> bytes:
    """Return a TrueType font of one glyph, a square, that stands for every character (OpenType 1.9, table cmap in format 13)."""
    corners = ((_LEFT, _BOTTOM), (_LEFT, _TOP), (_RIGHT, _TOP), (_RIGHT, _BOTTOM))
    before = ((0, 0), *corners[:-1])
    steps = [[corner[axis] - last[axis] for last, corner in zip(before, corners, strict=True)] for axis in (0, 1)]
    box = struct.pack(">4h", _LEFT, _BOTTOM, _RIGHT, _TOP)
    glyph = struct.pack(">h", 1) + box + struct.pack(">HH", 3, 0) + bytes([1] * 4) + struct.pack(">8h", *steps[0], *steps[1])
    name = "Square".encode("utf-16-be")
    names = b"".join(struct.pack(">6H", 3, 1, 0x409, kind, len(name), 0) for kind in (1, 4))
    tables = {
        b"OS/2": struct.pack(">HhHH", 3, _UNITS, 400, 5) + bytes(50) + b"NONE" + struct.pack(">3H", 0x40, 0x20, 0xFFFF)
        + struct.pack(">3h2H", 880, -120, 0, 880, 120) + struct.pack(">IIhhHHH", 1 << 18, 0, 500, 700, 0, 0x20, 1),
        b"cmap": struct.pack(">HHHHI", 0, 1, 3, 10, 12) + struct.pack(">HHIII3I", 13, 0, 28, 0, 1, 0x20, 0x10FFFF, 1),
        b"glyf": glyph + glyph,
        b"head": struct.pack(">4I2H2q", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0b1011, _UNITS, 0, 0) + box
        + struct.pack(">2H3h", 0, 8, 2, 1, 0),
        b"hhea": struct.pack(">I3hH11hH", 0x10000, 880, -120, 0, _UNITS, 50, 50, _RIGHT, 1, *[0] * 7, 1),
        b"hmtx": struct.pack(">H2h", _UNITS, _LEFT, _LEFT),
        b"loca": struct.pack(">3I", 0, len(glyph), 2 * len(glyph)),
        b"maxp": struct.pack(">I14H", 0x10000, 2, 4, 1, 0, 0, 1, *[0] * 8),
        b"name": struct.pack(">3H", 0, 2, 30) + names + name,
        b"post": struct.pack(">2I2h5I", 0x30000, 0, -100, 50, *[0] * 5),
    }  # fmt: skip
    return _assembled(tables)


def _assembled(tables: dict[bytes, bytes]) -> bytes:
    head = struct.pack(">I4H", 0x10000, len(tables), 128, 3, len(tables) * 16 - 128)
    start, listing, body = 12 + 16 * len(tables), b"", b""
    for tag, data in sorted(tables.items()):
        padded = data + bytes(-len(data) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        listing += struct.pack(">4s3I", tag, total, start + len(body), len(data))
        body += padded
    return head + listing + body


def _tables(font: bytes) -> dict[bytes, bytes]:
    entries = struct.iter_unpack(">4s3I", font[12 : 12 + 16 * struct.unpack_from(">H", font, 4)[0]])
    return {tag: font[start : start + length] for tag, _, start, length in entries}
