"""Small files of every format, written for the tests. Schools and people are made up."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from PIL import Image

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pdf(path: Path, pages: Iterable[Iterable[str]], *, locked: bool = False, picture: bool = False) -> Path:
    """A pdf with lines of Chinese text in a font that is not embedded; `picture` puts one over each whole page."""
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        (
            b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/FontDescriptor 5 0 R"
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>"
        ),
        (
            b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 880"
            b"/Descent -120/CapHeight 700/StemV 80>>"
        ),
        (
            b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
            b"stream\n\x80\nendstream"
        ),
    )
    bodies = list(font)
    kids = []
    for lines in pages:
        shown = b"".join(b"<%s> Tj 0 -20 Td " % line.encode("utf-16-be").hex().encode() for line in lines)
        content = (b"q 595 0 0 842 0 0 cm /I Do Q " if picture else b"") + b"BT /F 12 Tf 60 780 Td " + shown + b"ET"
        number = len(bodies) + 3
        kids.append(b"%d 0 R" % number)
        bodies.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R" % (number + 1)
            + b"/Resources<</Font<</F 3 0 R>>/XObject<</I 6 0 R>>>>>>"
        )
        bodies.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    return _objects(path, [b"<</Type/Catalog/Pages 2 0 R>>", tree, *bodies], locked)


def _objects(path: Path, bodies: list[bytes], locked: bool) -> Path:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    # Keys that belong to no password: whatever is tried is wrong.
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>/ID[<00><00>]" % (b"ab" * 32, b"cd" * 32) if locked else b""
    out += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, lock, start)
    path.write_bytes(out)
    return path


def hanging_pdf(path: Path) -> Path:
    """A page whose form calls itself twice: pdfium does not come back."""
    form = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 3 0 R>>>>/Length 11>>stream\n/F Do /F Do\nendstream"
    )
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</XObject<</F 3 0 R>>>>/Contents 5 0 R>>"
    tree = b"<</Type/Pages/Count 1/Kids[4 0 R]>>"
    content = b"<</Length 5>>stream\n/F Do\nendstream"
    return _objects(path, [b"<</Type/Catalog/Pages 2 0 R>>", tree, form, page, content], locked=False)


def package(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """A zip package with these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return path


def relations(*entries: tuple[str, str, str]) -> str:
    """A .rels part of (id, last word of the type, target)."""
    body = "".join(f'<Relationship Id="{id_}" Type="{_OFFICE}/{type_}" Target="{target}"/>' for id_, type_, target in entries)
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{body}</Relationships>'


def docx(path: Path, body: str, parts: Mapping[str, str] | None = None, *, main: str = "word/document.xml", ns: str = W) -> Path:
    """A Word document with this body; `parts` are further parts by type: header, footer, footnotes, endnotes, comments."""
    others = parts or {}
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml"'
        ' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    members = {
        "[Content_Types].xml": types,
        "_rels/.rels": relations(("r1", "officeDocument", main)),
        main: f"<w:document {ns}><w:body>{body}</w:body></w:document>",
        f"word/_rels/{main.rpartition('/')[2]}.rels": relations(*((name, name, f"{name}.xml") for name in others)),
    }
    members |= {f"word/{name}.xml": f"<w:part {ns}>{text}</w:part>" for name, text in others.items()}
    return package(path, members)


def p(text: str) -> str:
    """A paragraph of Word."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def table(*rows: tuple[str, ...]) -> str:
    """A table of Word; a cell is a paragraph's text, or XML when it begins with "<"."""

    def cell(text: str) -> str:
        return f"<w:tc>{text if text.startswith('<') else p(text)}</w:tc>"

    return "<w:tbl>" + "".join("<w:tr>" + "".join(map(cell, row)) + "</w:tr>" for row in rows) + "</w:tbl>"


def picture(path: Path, size: tuple[int, int] = (40, 30)) -> Path:
    """A picture in the format of the path's extension."""
    Image.new("RGB", size, (200, 30, 30)).save(path)
    return path


def compound(path: Path, streams: Mapping[str, bytes]) -> Path:
    """An OLE compound file with these streams at its root, each padded until it has sectors of its own."""
    sector, end, free, fat_mark = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    padded = {name: data.ljust(-(-max(len(data), 4096) // sector) * sector, b"\0") for name, data in streams.items()}
    directory_sectors = -(-(len(padded) + 1) // 4)
    total = 1 + directory_sectors + sum(len(data) // sector for data in padded.values())
    if total > sector // 4:
        raise ValueError("one sector of allocation table is all there is")
    fat = [fat_mark, *(list(range(2, directory_sectors + 1))), end]
    entries = [_entry("Root Entry", 5, child=1, start=end, size=0)]
    for index, (name, data) in enumerate(padded.items(), 1):
        start, count = len(fat), len(data) // sector
        fat += [*range(start + 1, start + count), end]
        right = index + 1 if index < len(padded) else free
        entries.append(_entry(name, 2, start=start, size=len(data), right=right))
    fat += [free] * (128 - len(fat))
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        1,
        0,
        4096,
        end,
        0,
        end,
        0,
        0,
    )
    header += struct.pack("<108I", *[free] * 108)
    body = struct.pack("<128I", *fat) + b"".join(entries).ljust(directory_sectors * sector, b"\0") + b"".join(padded.values())
    path.write_bytes(header + body)
    return path


def _entry(name: str, kind: int, *, start: int, size: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    return struct.pack("<64sHBBIII16sIQQIQ", encoded, len(encoded), kind, 1, 0xFFFFFFFF, right, child, b"", 0, 0, 0, start, size)


def add(path: Path, parts: Mapping[str, bytes]) -> None:
    """Put further members into a package."""
    with zipfile.ZipFile(path, "a") as file:
        for name, data in parts.items():
            file.writestr(name, data)


def replace(path: Path, name: str, data: bytes) -> None:
    """Put other bytes into a member of a package."""
    with zipfile.ZipFile(path) as file:
        parts = {member: file.read(member) for member in file.namelist()}
    package(path, parts | {name: data})
