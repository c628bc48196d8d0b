"""Files that make libraries hang, die or fill the memory, each written by a few lines. They are small; what they cost is not."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import openpyxl
from PIL import Image

from tests.indexer import samples
from tests.indexer.samples import p

_MB = 1 << 20


def _flate(data: bytes, extra: bytes = b"") -> bytes:
    packed = zlib.compress(data, 9)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (extra, len(packed), packed)


def _page(path: Path, content: bytes, *others: bytes, resources: bytes = b"", box: bytes = b"0 0 595 842") -> Path:
    """A PDF of one page with this content stream; the other objects are numbered from 5 on."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Resources<<%s>>/Contents 4 0 R>>" % (box, resources)
    tree = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
    return samples._objects(path, [b"<</Type/Catalog/Pages 2 0 R>>", tree, page, content, *others], locked=False)


def nested_forms(path: Path) -> Path:
    """Twelve forms, each painting the next eight times: 8^12 paintings in 3 kB."""
    forms = [
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>/Length 40>>stream\n%s\nendstream"
        % (6 + level, b"/F Do " * 8)
        for level in range(12)
    ]
    last = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 0>>stream\n\nendstream"
    return _page(path, b"<</Length 5>>stream\n/F Do\nendstream", *forms, last, resources=b"/XObject<</F 5 0 R>>")


def many_letters(path: Path) -> Path:
    """Two million text operators on one page, packed into 50 kB."""
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    return _page(path, _flate(b"BT /F 9 Tf " + b"(a) Tj " * 2_000_000 + b"ET"), font, resources=b"/Font<</F 5 0 R>>")


def many_strokes(path: Path) -> Path:
    """A harmless plan of a building: 300,000 lines."""
    return _page(path, _flate(b"".join(b"%d %d m %d %d l S " % (n % 500, n % 700, n % 300, n % 800) for n in range(300_000))))


def bursting_stream(path: Path) -> Path:
    """A content stream of a gigabyte, packed twice into one megabyte."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(_MB)) for _ in range(1024)) + packer.flush()
    return _page(path, b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed))


def looping_tree(path: Path) -> Path:
    """A tree of pages that is its own branch."""
    tree = b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>"
    return samples._objects(path, [b"<</Type/Catalog/Pages 2 0 R>>", tree], locked=False)


def endless_page(path: Path) -> Path:
    """A page of a million points a side, a picture over all of it."""
    about = b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
    picture = b"<<%s/Length 1>>stream\n\x80\nendstream" % about
    content = b"<</Length 34>>stream\nq 1000000 0 0 1000000 0 0 cm /I Do Q\nendstream"
    return _page(path, content, picture, resources=b"/XObject<</I 5 0 R>>", box=b"0 0 1000000 1000000")


def many_objects(path: Path) -> Path:
    """A million objects of nothing."""
    bodies = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>", *[b"null"] * 1_000_000]
    return samples._objects(path, bodies, locked=False)


def swollen_docx(path: Path) -> Path:
    """344 MB of paragraphs in one megabyte."""
    return samples.docx(path, " " * (344 * _MB))


def lying_docx(path: Path) -> Path:
    """The directory says the part is small; unpacked it is 600 MB."""
    samples.docx(path, " " * (600 * _MB))
    data = bytearray(path.read_bytes())
    true = (600 * _MB + len("<w:document ><w:body></w:body></w:document>") + len(samples.W)).to_bytes(4, "little")
    for _ in range(data.count(true)):
        at = data.index(true)
        data[at : at + 4] = (5000).to_bytes(4, "little")
    path.write_bytes(data)
    return path


def deep_docx(path: Path) -> Path:
    """20,000 content controls, one inside the other."""
    return samples.docx(path, "<w:sdt><w:sdtContent>" * 20_000 + p("底") + "</w:sdtContent></w:sdt>" * 20_000)


def far_corner(path: Path) -> Path:
    """A sheet whose last cell is its last possible cell."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "开头", "角落"
    book.save(path)
    return path


def zeros(path: Path) -> Path:
    """A gigabyte of zeros in a zip of one megabyte."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package, package.open("零.bin", "w") as member:
        for _ in range(1024):
            member.write(bytes(_MB))
    return path


def matryoshka(path: Path) -> Path:
    """Sixteen zips, one inside the other."""
    inner = b"text"
    for level in range(16):
        samples.package(path, {f"{level}.zip" if level else "a.txt": inner})
        inner = path.read_bytes()
    return path


def vast_picture(path: Path) -> Path:
    """400 million pixels in 50 kB."""
    Image.new("1", (20_000, 20_000)).save(path)
    return path


def vast_text(path: Path) -> Path:
    """500 MB of text."""
    with path.open("wb") as file:
        for _ in range(50):
            file.write("安全工作记录。".encode() * (10 * _MB // 21))
    return path


def deep_html(path: Path) -> Path:
    """200,000 elements, one inside the other."""
    path.write_text("<html><body>" + "<div>" * 200_000 + "底" + "</div>" * 200_000, encoding="utf-8")
    return path


def cut_in_nine(whole: Path) -> Iterator[Path]:
    """The file cut off after 10, 20 … 90 per cent."""
    data = whole.read_bytes()
    for tenth in range(1, 10):
        path = whole.with_name(f"{tenth}0-{whole.name}")
        path.write_bytes(data[: len(data) * tenth // 10])
        yield path
