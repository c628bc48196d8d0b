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
    parts, places, start = [b"%PDF-1.4\n"], [], len(b"%PDF-1.4\n")
    for number, body in enumerate(bodies, 1):
        places.append(start)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        start += len(parts[-1])
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1))
    parts += [b"%010d 00000 n \n" % place for place in places]
    # Keys that belong to no password: whatever is tried is wrong.
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>/ID[<00><00>]" % (b"ab" * 32, b"cd" * 32) if locked else b""
    parts.append(b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, lock, start))
    path.write_bytes(b"".join(parts))
    return path


def remarked_pdf(path: Path, remarks: Iterable[str], fields: Iterable[str] = (), files: Iterable[str] = ()) -> Path:
    """A page without text of its own, with sticky notes, filled-in fields (value inherited) and attached files."""

    def hexed(text: str) -> bytes:
        return b"<FEFF" + text.encode("utf-16-be").hex().encode() + b">"

    first = 5
    bodies = [b"<</Type/Annot/Subtype/Text/Rect[9 9 30 30]/Contents%s>>" % hexed(text) for text in remarks]
    bodies.append(b"<</Type/Annot/Subtype/Link/Rect[9 9 30 30]/Contents%s>>" % hexed("http://example.com"))
    widgets = []
    for text in fields:
        number = first + len(bodies)
        widgets.append(b"%d 0 R" % number)
        bodies.append(b"<</FT/Tx/T(f%d)/V%s/Kids[%d 0 R]>>" % (number, hexed(text), number + 1))
        bodies.append(b"<</Type/Annot/Subtype/Widget/Rect[9 40 90 60]/Parent %d 0 R>>" % number)
    annotations = b" ".join(b"%d 0 R" % number for number, body in enumerate(bodies, first) if b"/Annot" in body)
    listed = []
    for name in files:
        bodies.append(b"<</Type/EmbeddedFile/Length 1>>stream\nx\nendstream")
        bodies.append(b"<</Type/Filespec/F(a)/UF%s/EF<</F %d 0 R>>>>" % (hexed(name), first + len(bodies) - 1))
        listed.append(b"(%03d) %d 0 R" % (len(listed), first + len(bodies) - 1))
    catalog = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[%s]>>/Names<</EmbeddedFiles<</Names[%s]>>>>>>" % (
        b" ".join(widgets),
        b" ".join(listed),
    )
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots[%s]>>" % annotations
    return _objects(path, [catalog, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, b"<<>>", *bodies], locked=False)


def outlined_pdf(path: Path, shapes: int) -> Path:
    """A page of so many small filled shapes and no text."""
    drawn = b"".join(b"%d %d 8 10 re f " % (20 + number % 30 * 15, 800 - number // 30 * 20) for number in range(shapes))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>"
    tree, content = b"<</Type/Pages/Count 1/Kids[3 0 R]>>", b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn)
    return _objects(path, [b"<</Type/Catalog/Pages 2 0 R>>", tree, page, content], locked=False)


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


def doc(
    path: Path, body: str, *, header: str = "", flags: int = 0x0200, version: int = 0xC1, deleted: tuple[int, int] = (0, 0)
) -> Path:
    """A Word 97 document whose text is two pieces: the first character in one byte of cp1252, the rest in UTF-16.

    `deleted` are the first and the end of the characters (not the very first) that somebody has marked as deleted.
    """
    text = body + header
    one, two = text[:1].encode("cp1252"), text[1:].encode("utf-16-le")
    start = 0x400
    fib = bytearray(start)
    struct.pack_into("<HH", fib, 0, 0xA5EC, version)
    struct.pack_into("<H", fib, 0x0A, flags)
    struct.pack_into("<8i", fib, 0x4C, len(body), 0, len(header), 0, 0, 0, 0, 0)
    pieces = struct.pack("<3I", 0, 1, len(text)) + struct.pack("<HIH", 0, start * 2 | 0x40000000, 0)
    pieces += struct.pack("<HIH", 0, start + len(one), 0)
    clx = b"\x01\x02\x00ab\x02" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", fib, 0x01A2, 0, len(clx))
    table_name = "1Table" if flags & 0x0200 else "0Table"
    data = one + two
    data += bytes(-len(data) % 512)
    places = [start, *(start + len(one) + 2 * (place - 1) for place in deleted), start + len(data)] if deleted[1] else []
    if places:
        # One page of character properties: three runs, the middle one with the property "deleted".
        page = struct.pack("<4I3B", *places, 0, 200, 0).ljust(400, b"\0") + struct.pack("<BHB", 3, 0x0800, 1)
        struct.pack_into("<II", fib, 0x00FA, len(clx), 12)
        clx += struct.pack("<3I", places[0], places[-1], (start + len(data)) // 512)
        data += page.ljust(511, b"\0") + b"\x03"
    streams = {"WordDocument": bytes(fib) + data, table_name: clx}
    return compound(path, streams)


def old_doc(path: Path, body: str, *, header: str = "", flags: int = 0, ole: bool = True) -> Path:
    """A document of Word 6 (in OLE) or Word 2 (bare), in the Chinese code page."""
    texts = [body.encode("gbk"), b"", header.encode("gbk")]
    start = 0x300
    fib = bytearray(start)
    magic, version = (0xA5DC, 101) if ole else (0xA5DB, 45)
    struct.pack_into("<HHHH", fib, 0, magic, version, 0, 0x0804)
    struct.pack_into("<H", fib, 0x0A, flags)
    struct.pack_into("<II", fib, 0x18, start, start + sum(map(len, texts)))
    struct.pack_into("<8i", fib, 0x34, *map(len, texts), 0, 0, 0, 0, 0)
    data = bytes(fib) + b"".join(texts)
    if ole:
        return compound(path, {"WordDocument": data})
    path.write_bytes(data)
    return path


def xls(
    path: Path, sheet: str, rows: Iterable[Iterable[str | float]], *, locked: bool = False, boxes: Iterable[str] = ()
) -> Path:
    """An Excel 97 workbook of one sheet; `boxes` are texts of comments and text boxes, each continued in a second record."""

    def record(type_: int, data: bytes) -> bytes:
        return struct.pack("<HH", type_, len(data)) + data

    def string(text: str) -> bytes:
        return b"\x01" + text.encode("utf-16-le")

    texts: list[str] = []
    cells = b""
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if isinstance(value, str):
                cells += record(0xFD, struct.pack("<HHHI", y, x, 0, len(texts)))
                texts.append(value)
            else:
                cells += record(0x203, struct.pack("<HHHd", y, x, 0, value))
    for text in boxes:
        cells += (
            record(0x1B6, struct.pack("<10xH6x", len(text))) + record(0x3C, string(text[:2])) + record(0x3C, string(text[2:]))
        )
    shared = struct.pack("<II", len(texts), len(texts)) + b"".join(struct.pack("<H", len(t)) + string(t) for t in texts)
    head = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0x600)) + (record(0x2F, b"\0" * 54) if locked else b"")
    tail = record(0xFC, shared) + record(0x0A, b"")
    name = struct.pack("<BB", 0, 0) + bytes([len(sheet)]) + string(sheet)
    offset = len(head) + 4 + 4 + len(name) + len(tail)
    sheet_part = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0x600)) + cells + record(0x0A, b"")
    return compound(path, {"Workbook": head + record(0x85, struct.pack("<I", offset) + name) + tail + sheet_part})


def xlsb(path: Path, sheet: str, rows: Iterable[Iterable[str | float]]) -> Path:
    """A binary workbook of Excel 2007 and later, of one sheet."""

    def varied(number: int) -> bytes:
        return bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])

    def record(type_: int, data: bytes = b"") -> bytes:
        # A record type above 127 has its continuation bit set in the number itself.
        head = bytes([type_]) if type_ < 128 else bytes([type_ & 0xFF, type_ >> 8])
        return head + varied(len(data)) + data

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    cells = record(0x0194, struct.pack("<4I", 0, 99, 0, 99)) + record(0x0191)
    for y, row in enumerate(rows):
        cells += record(0, struct.pack("<I", y) + bytes(13))
        for x, value in enumerate(row):
            head = struct.pack("<II", x, 0)
            cells += record(6, head + wide(value)) if isinstance(value, str) else record(5, head + struct.pack("<d", value))
    cells += record(0x0192)
    book = record(0x018F) + record(0x019C, struct.pack("<II", 0, 1) + wide("r1") + wide(sheet)) + record(0x0190) + record(0x0184)
    types = '<Types><Override ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
    return package(
        path,
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.bin")),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relations(("r1", "worksheet", "worksheets/sheet1.bin")),
            "xl/worksheets/sheet1.bin": record(0x0181) + cells + record(0x0182),
        },
    )


def ppt(path: Path, slides: Iterable[tuple[str, str]], *, locked: bool = False, notes: Mapping[int, str] | None = None) -> Path:
    """A PowerPoint 97 file, saved twice: for each slide the text of its outline and that of a shape; notes by slide."""

    def record(type_: int, data: bytes, *, container: bool = False, instance: int = 0) -> bytes:
        return struct.pack("<HHI", instance << 4 | (0xF if container else 0), type_, len(data)) + data

    def text(words: str) -> bytes:
        return record(4000, words.encode("utf-16-le"))

    pairs = list(slides)
    listing = b"".join(
        record(1011, struct.pack("<I8xI4x", number, 254 + number)) + text(outline) for number, (outline, _) in enumerate(pairs, 2)
    )
    spoken = list((notes or {}).items())
    persisted = (record(1011, struct.pack("<I16x", number)) for number, _ in enumerate(spoken, 2 + len(pairs)))
    listings = record(4080, listing, container=True) + record(4080, b"".join(persisted), container=True, instance=2)
    data, places = record(1000, listings, container=True), [0]
    for _, shape in pairs:
        places.append(len(data))
        data += record(1006, record(0xF00D, text(shape), container=True), container=True)
    for number, words in spoken:
        places.append(len(data))
        atom = record(1009, struct.pack("<I4x", 255 + number))
        data += record(1008, atom + record(0xF00D, text(words), container=True), container=True)
    # The first save knows another, older place for the first slide; the second only says what it changed.
    stale = [places[0], 0xFFFF, *places[2:]]
    directory = len(data)
    data += record(6002, struct.pack(f"<{1 + len(stale)}I", 1 | len(stale) << 20, *stale))
    first = len(data)
    data += record(4085, struct.pack("<IIIII", 0, 0, 0, directory, 1))
    directory = len(data)
    data += record(6002, struct.pack("<2I", 2 | 1 << 20, places[1]))
    last = len(data)
    data += record(4085, struct.pack("<IIIII", 0, 0, first, directory, 1))
    token = 0xF3D1C4DF if locked else 0xE391C05F
    user = struct.pack("<HHIIII", 0, 4086, 20, 20, token, last)
    return compound(path, {"Current User": user, "PowerPoint Document": data})


def ofd(path: Path, pages: Iterable[str], extra: Mapping[str, str] | None = None, *, document: str = "", head: str = "") -> Path:
    """An OFD file whose pages have this content; `document` is put into Document.xml, `head` into OFD.xml."""
    contents = list(pages)
    listing = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/P{n}.xml"/>' for n in range(1, len(contents) + 1))
    ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 200 100</ofd:PhysicalBox></ofd:PageArea>"
    parts = {
        "OFD.xml": f"<ofd:OFD {ns}>{head}<ofd:DocBody><ofd:DocInfo><ofd:Title>公文</ofd:Title></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {ns}><ofd:CommonData>{area}{document}</ofd:CommonData>"
        f"<ofd:Pages>{listing}</ofd:Pages><ofd:Annotations>Annots.xml</ofd:Annotations></ofd:Document>",
        "Doc_0/Annots.xml": f"<ofd:Annotations {ns}/>",
    }
    for number, content in enumerate(contents, 1):
        layer = f"<ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content>"
        parts[f"Doc_0/Pages/P{number}.xml"] = f"<ofd:Page {ns}>{layer}</ofd:Page>"
    for name, text in (extra or {}).items():
        parts[name] = text.replace("<x ", f"<x {ns} ")
    return package(path, parts)


def ofd_text(text: str, x: float, y: float) -> str:
    """A text object of an OFD page at these millimetres."""
    box = f'Boundary="{x} {y} {len(text) * 5} 6" Size="5"'
    return f'<ofd:TextObject {box}><ofd:TextCode X="0" Y="5">{text}</ofd:TextCode></ofd:TextObject>'
