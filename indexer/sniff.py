"""What a file is, found by its content: magic numbers, the directory of a zip, the streams of an OLE file. The name is a hint.

olefile is used here and in the readers of OLE formats.
"""

from __future__ import annotations

import codecs
import re
import zipfile
from pathlib import Path, PurePath

import olefile

from indexer.characters import decode

_HEAD = 64 << 10
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\0", "tif"),
    (b"MM\0*", "tif"),
    (b"GIF8", "gif"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gz"),
    (b"ID3", "mp3"),
    # Word 2 (no OLE yet), and Excel 2 to 4 (bare BIFF records: BOF, length 4 to 6).
    (b"\xdb\xa5\x2d\x00", "doc"),
    (b"\x09\x00\x04\x00", "xls"),
    (b"\x09\x02\x06\x00", "xls"),
    (b"\x09\x04\x06\x00", "xls"),
)
_KINGSOFT = {"doc": "wps", "xls": "et", "ppt": "dps"}
_OOXML = ("docx", "xlsx", "pptx")
# Marks in [Content_Types].xml, the same for transitional and strict files; macros and templates count as their plain form.
_CONTENT_TYPES = (
    (b"sheet.binary.macroenabled.main", "xlsb"),
    (b"ms-excel.", "xlsx"),
    (b"wordprocessingml.", "docx"),
    (b"ms-word.", "docx"),
    (b"spreadsheetml.", "xlsx"),
    (b"presentationml.", "pptx"),
    (b"ms-powerpoint.", "pptx"),
)
_FOLDERS = ((b"word/", "docx"), (b"xl/", "xlsx"), (b"ppt/", "pptx"), (b"ofd.xml", "ofd"))
_OPEN_DOCUMENT = (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp"))
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|table)\b",
    re.I | re.S,
)
# Office documents as one XML file, by their root element.
_OFFICE_XML = re.compile(
    rb"\s*<\?xml[^>]{0,200}\?>\s*(?:<\?mso-application[^>]{0,200}\?>\s*|<!--(?:(?!-->).)*-->\s*){0,9}"
    rb"<((?:[\w.-]{1,20}:)?(?:wordDocument|package|Workbook|UOF))\b(?=[^>]{0,4000}(?:schemas[.-]microsoft[.-]com|schemas\.uof\.org))",
    re.S,
)
_FLAT = {b"worddocument": "doc-xml", b"package": "doc-xml", b"workbook": "xls-xml", b"uof": "uof"}
_MAIL_HEADER = re.compile(rb"(?:From|To|Subject|Date|Received|Return-Path|MIME-Version|Message-ID|X-[\w-]{1,40}):", re.I)
# Variants of a format, and the extension that stands for it.
EXTENSIONS = {
    "docm": "docx", "dotx": "docx", "xlsm": "xlsx", "xltx": "xlsx", "pptm": "pptx", "ppsx": "pptx", "dot": "doc", "wpt": "wps",
    "xlt": "xls", "ett": "et", "pps": "ppt", "dpt": "dps", "jpeg": "jpg", "jfif": "jpg", "tiff": "tif", "htm": "html",
    "mhtml": "mht", "heif": "heic", "mov": "mp4", "m4v": "mp4", "m4a": "mp4", "tgz": "gz",
}  # fmt: skip


def extension(name: str) -> str:
    """Return the kind a file name claims: its extension in lower case, the variants of one format as one; empty if none."""
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    return EXTENSIONS.get(suffix, suffix)


def sniff(path: Path) -> str:
    """Return the kind of the file by content, "unknown" if nothing is recognised, "empty" for no bytes.

    A locked Office file (OLE around an encrypted package) is "locked", whatever it is inside. Raises OSError.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    claimed = extension(path.name)
    if not head:
        return "empty"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(path, head, claimed)
    if head.startswith(_OLE):
        return _ole_kind(path, claimed)
    return _magic_kind(head) or _text_kind(head, claimed)


def _magic_kind(head: bytes) -> str:
    if b"%PDF-" in head[:1024]:
        return "pdf"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:2] == b"BM" and len(head) > 26 and head[6:10] == b"\0\0\0\0":
        return "bmp"
    if head[:4] == b"RIFF":
        return {b"WEBP": "webp", b"AVI ": "avi", b"WAVE": "wav"}.get(head[8:12], "unknown")
    if head[4:8] == b"ftyp":
        return "heic" if head[8:12] in (b"heic", b"heix", b"mif1", b"hevc") else "mp4"
    return ""


def _zip_kind(path: Path, head: bytes, claimed: str) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = {name.lower().replace("\\", "/"): name for name in package.namelist()}
            return _package_kind(package, names)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, RuntimeError):
        # The directory at the end is gone: the first member names still say what it was.
        lowered = head.lower()
        found = next((kind for mark, kind in _FOLDERS if mark in lowered), "")
        return found or (claimed if claimed in (*_OOXML, "odt", "ods", "odp", "ofd") else "zip")


def _package_kind(package: zipfile.ZipFile, names: dict[str, str]) -> str:
    if "ofd.xml" in names:
        return "ofd"
    if "mimetype" in names:
        declared = _start(package, names["mimetype"]).decode("ascii", "replace")
        return next((kind for word, kind in _OPEN_DOCUMENT if f"opendocument.{word}" in declared), "zip")
    if "[content_types].xml" not in names:
        return "zip"
    types = _start(package, names["[content_types].xml"]).lower()
    marks = [(types.find(mark), kind) for mark, kind in _CONTENT_TYPES if mark in types]
    by_folder = next((kind for mark, kind in _FOLDERS if any(name.startswith(mark.decode()) for name in names)), "zip")
    if any(kind == "xlsb" for _, kind in marks):
        return "xlsb"
    # A Word file with embedded sheets declares both; the folder of its own parts settles it.
    return by_folder if by_folder != "zip" else min(marks, default=(0, "zip"))[1]


def _start(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as member:
        return member.read(_HEAD)


def _ole_kind(path: Path, claimed: str) -> str:
    try:
        with olefile.OleFileIO(path) as ole:
            names = {"/".join(entry).casefold() for entry in ole.listdir(streams=True, storages=True)}
    except (OSError, ValueError, IndexError, TypeError, AttributeError, RecursionError, MemoryError):
        return claimed if claimed in ("doc", "xls", "ppt", "wps", "et", "dps") else "unknown"
    if "encryptedpackage" in names:
        return "locked"
    found = _stream_kind(names)
    return _KINGSOFT[found] if _KINGSOFT.get(found) == claimed else found


def _stream_kind(names: set[str]) -> str:
    if "worddocument" in names:
        return "doc"
    if names & {"workbook", "book"}:
        return "xls"
    if "powerpoint document" in names:
        return "ppt"
    # Microsoft Works wrote .wps too, before Kingsoft did.
    return "works" if names & {"contents", "mm"} else "unknown"


def _text_kind(head: bytes, claimed: str) -> str:
    body = head.removeprefix(codecs.BOM_UTF8)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        body = head.decode("utf-16", "ignore").encode("utf-8", "ignore")
    if office := _OFFICE_XML.match(body):
        return _FLAT[office[1].rpartition(b":")[2].lower()]
    if _HTML.match(body):
        return "html"
    if _MAIL_HEADER.match(body):
        headers = body[:8192].lower()
        if b"\nmime-version:" in b"\n" + headers or headers.count(b"\nsubject:") + headers.count(b"\nfrom:") > 0:
            return "mht" if b"multipart/related" in headers or claimed == "mht" else "eml"

    if decode(head) is None:
        return "unknown"
    return "csv" if claimed == "csv" else "txt"
