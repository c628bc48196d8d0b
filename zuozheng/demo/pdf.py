"""A small PDF writer: lines of text, ruled tables and pictures on A4 pages, in a Chinese font that is named and not embedded.

A viewer finds the font by itself (STSong-Light, Adobe-GB1), as with many files offices have: so a page costs a few hundred bytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import md5
from typing import Literal

from zuozheng.demo.lock import lock

# A4 and the type area of GB/T 9704-2012 (156 mm x 225 mm, 37 mm from the top, 28 mm from the left), in points.
PAGE_WIDTH, PAGE_HEIGHT = 595.28, 841.89
LEFT, TOP = 79.4, 737.0
TYPE_WIDTH, TYPE_HEIGHT = 441.0, 638.0
_LEADING = 1.84
_ROW_LEADING, _ROW_PADDING = 1.35, 6.0


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line, not wrapped. `size` and `indent` (from the left edge of the type area) in points."""

    text: str
    size: float = 15.75
    align: Literal["left", "center", "right"] = "left"
    indent: float = 0
    red: bool = False

    @property
    def height(self) -> float:
        """The height the line takes, in points."""
        return self.size * _LEADING


@dataclass(frozen=True, slots=True)
class Rule:
    """The red rule below the head of an official paper."""

    height: float = 14


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a ruled table: the printed lines of every cell, and the widths of the cells in points."""

    cells: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    size: float = 11

    @property
    def height(self) -> float:
        """The height the row takes, in points."""
        return max(map(len, self.cells)) * self.size * _ROW_LEADING + _ROW_PADDING


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that covers the page: `pixels` are rows of RGB bytes from the top."""

    width: int
    height: int
    pixels: bytes


Printed = Line | Rule | Row | Picture
_Object = tuple[bytes, bytes | None]

# CIDs 1 to 95 of Adobe-GB1 are the ASCII characters: half an em wide, everything else a whole one.
_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
    (
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R /DW 1000 /W [1 95 500]"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>"
    ),
    (
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    ),
)


def pdf(pages: Sequence[Sequence[Printed]], password: str = "") -> bytes:
    """Return a PDF file with one page per sequence, printed from the top down; with `password`, it opens with that alone.

    The caller wraps lines and parts pages (`zuozheng.demo.pages` does). Text must lie in the basic plane and in GB 2312, roughly.
    """
    objects = list(_objects(pages))
    file_id = md5(b"".join(head + (stream or b"") for head, stream in objects), usedforsecurity=False).digest()
    trailer = b"/Root 1 0 R /ID [<%b> <%b>]" % ((file_id.hex().encode(),) * 2)
    closed = lock(password, file_id) if password else None
    out, offsets = bytearray(b"%PDF-1.4\n%\xe4\xbd\x90\xe8\xaf\x81\n"), []
    for number, (head, stream) in enumerate(objects, start=1):
        offsets.append(len(out))
        shown, data = closed.close(number, head, stream or b"") if closed else (head, stream or b"")
        body = shown if stream is None else b"%b\nstream\n%b\nendstream" % (shown.replace(b"%LENGTH%", b"%d" % len(data)), data)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    if closed:
        trailer += b" /Encrypt " + closed.dictionary()
    start, count = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d %b >>\nstartxref\n%d\n%%%%EOF\n" % (count, trailer, start)
    return bytes(out)


def width(text: str) -> float:
    """Return the width of `text` in ems, as the font above has it."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def _objects(pages: Sequence[Sequence[Printed]]) -> Iterator[_Object]:
    """Yield catalogue, page tree, fonts, and three objects for every page: page, contents, picture (or null)."""
    numbers = range(6, 6 + 3 * len(pages), 3)
    yield b"<< /Type /Catalog /Pages 2 0 R >>", None
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    box = b"/MediaBox [0 0 %.2f %.2f]" % (PAGE_WIDTH, PAGE_HEIGHT)
    yield b"<< /Type /Pages /Count %d /Kids [%b] %b >>" % (len(pages), kids, box), None
    yield from ((font, None) for font in _FONT)
    for number, page in zip(numbers, pages, strict=True):
        pictures = [part for part in page if isinstance(part, Picture)]
        resources = b"<< /Font << /F1 3 0 R >> /XObject << %b >> >>" % (b"/P1 %d 0 R" % (number + 2) if pictures else b"")
        yield b"<< /Type /Page /Parent 2 0 R /Resources %b /Contents %d 0 R >>" % (resources, number + 1), None
        yield b"<< /Length %LENGTH% /Filter /FlateDecode >>", zlib.compress(_contents(page), 9)
        yield _image(pictures[0]) if pictures else (b"null", None)


def _image(picture: Picture) -> _Object:
    head = b"<< /Type /XObject /Subtype /Image /Width %d /Height %d" % (picture.width, picture.height)
    rest = b" /ColorSpace /DeviceRGB /BitsPerComponent 8 /Length %LENGTH% /Filter /FlateDecode >>"
    return head + rest, zlib.compress(picture.pixels, 9)


def _contents(page: Sequence[Printed]) -> bytes:
    top, drawn = TOP, []
    for part in page:
        match part:
            case Line():
                drawn.append(_line(part, top))
            case Row():
                drawn.append(_row(part, top))
            case Rule():
                drawn.append(b"q 1 0 0 RG 1.5 w %.2f %.2f m %.2f %.2f l S Q" % (LEFT, top - 4, LEFT + TYPE_WIDTH, top - 4))
            case Picture():
                drawn.append(b"q %.2f 0 0 %.2f 0 0 cm /P1 Do Q" % (PAGE_WIDTH, PAGE_HEIGHT))
        top -= 0 if isinstance(part, Picture) else part.height
    return b"\n".join(drawn)


def _line(line: Line, top: float) -> bytes:
    free = TYPE_WIDTH - width(line.text) * line.size
    x = {"left": line.indent, "center": free / 2, "right": free - line.indent}[line.align]
    shown = _text(line.text, line.size, LEFT + x, top - line.height + 0.5 * line.size)
    return b"1 0 0 rg " + shown + b" 0 g" if line.red else shown


def _row(row: Row, top: float) -> bytes:
    x, drawn = LEFT, []
    for lines, wide in zip(row.cells, row.widths, strict=True):
        drawn.append(b"0.6 w %.2f %.2f %.2f %.2f re S" % (x, top - row.height, wide, row.height))
        leading = row.size * _ROW_LEADING
        y = top - (row.height - len(lines) * leading) / 2 - row.size * 1.05
        for number, text in enumerate(lines):
            drawn.append(_text(text, row.size, x + (wide - width(text) * row.size) / 2, y - number * leading))
        x += wide
    return b"\n".join(drawn)


def _text(text: str, size: float, x: float, y: float) -> bytes:
    return b"BT /F1 %.2f Tf 1 0 0 1 %.2f %.2f Tm <%b> Tj ET" % (size, x, y, text.encode("utf-16-be").hex().encode())
