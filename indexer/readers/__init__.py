"""One module per format, each with a function `read(path, limits) -> Reading`; here the table of them and the one way in.

`read` never raises: whatever a library does becomes a status. It belongs in a child process (indexer.pool), for a library can
also hang, or end the interpreter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from indexer.characters import clean, control_share
from indexer.guards import check_size
from indexer.reading import Block, Limits, Reading, RefusedError, corrupt
from indexer.sniff import extension, sniff
from schema.advice import family
from schema.messages import Message, message
from schema.model import TextStatus

Reader = Callable[[Path, Limits], Reading]
# The release in which a reader, or the library behind it, last changed what it returns. Kept with every reading, so that
# `zuozheng reread --older-than` finds what a newer release would read better.
VERSION = "0.1.0"

# Kind found by content -> module. Imported when first needed: a worker that only meets text never loads a pdf library.
_READERS = {
    "pdf": "indexer.readers.pdf",
    "docx": "indexer.readers.docx",
    "xlsx": "indexer.readers.sheet",
    "xls": "indexer.readers.sheet_binary",
    "et": "indexer.readers.sheet_binary",
    "xlsb": "indexer.readers.sheet_binary",
    "doc": "indexer.readers.word97",
    "wps": "indexer.readers.word97",
    "ofd": "indexer.readers.ofd",
    "odt": "indexer.readers.odf",
    "ods": "indexer.readers.odf",
    "odp": "indexer.readers.odf",
    "html": "indexer.readers.html",
    "mht": "indexer.readers.mail",
    "eml": "indexer.readers.mail",
    "ppt": "indexer.readers.ppt97",
    "dps": "indexer.readers.ppt97",
    "pptx": "indexer.readers.pptx",
    "txt": "indexer.readers.plain",
    "csv": "indexer.readers.plain",
    "rtf": "indexer.readers.rtf",
    "doc-xml": "indexer.readers.flat",
    "xls-xml": "indexer.readers.flat",
    "uof": "indexer.readers.flat",
    "jpg": "indexer.readers.image",
    "png": "indexer.readers.image",
    "tif": "indexer.readers.image",
    "gif": "indexer.readers.image",
    "bmp": "indexer.readers.image",
    "webp": "indexer.readers.image",
    "zip": "indexer.readers.bundle",
    "7z": "indexer.readers.bundle",
    "rar": "indexer.readers.bundle",
}
# What takes over when the first engine raises, hangs or ends the process.
_SECOND = {
    "pdf": "indexer.readers.plumber",
    "xlsx": "indexer.readers.sheet_rows",
    "zip": "indexer.readers.bundle_names",
    "7z": "indexer.readers.bundle_names",
    "rar": "indexer.readers.bundle_names",
}
# More control characters than this are bytes taken for text.
_NOT_TEXT = 0.02
# Single XML files go by the name of the format they stand for.
_PLAIN_NAMES = {"doc-xml": "doc", "xls-xml": "xls"}
# Kinds whose own readers judge what is text.
_UNJUDGED = frozenset({"pdf", "zip", "7z", "rar"})
# Extensions that promise a format, and formats that share their extensions in daily use.
_CLAIMS = frozenset("pdf docx xlsx xlsb pptx doc xls ppt wps et dps odt ods odp ofd rtf txt csv html mht eml".split())
_ALIKE = ({"txt", "csv", "html", "eml"}, {"doc", "wps"}, {"xls", "et"}, {"ppt", "dps"}, {"mht", "eml"})
_LOCKED_NAMES = ("docx", "xlsx", "pptx")


def kinds() -> frozenset[str]:
    """Return the kinds whose text is read."""
    return frozenset(_PLAIN_NAMES.get(kind, kind) for kind in _READERS if not family(kind))


def read(path: Path, limits: Limits) -> Reading:
    """Read one file. Never raises."""
    return _guarded(path, limits, _first)


def read_second(path: Path, limits: Limits) -> Reading | None:
    """Read one file with the second engine alone; None when its format has none. Never raises.

    For a file whose first reading hung or ended the process.
    """
    reading = _guarded(path, limits, _second)
    return None if reading.status is TextStatus.PENDING else reading


def tell_kind(path: Path, limits: Limits) -> Reading:
    """Return a reading that says nothing but the kind of the file. Never raises."""
    return _guarded(path, limits, lambda _path, _kind, _limits: Reading(TextStatus.PENDING))


def _guarded(path: Path, limits: Limits, reader: Callable[[Path, str, Limits], Reading]) -> Reading:
    kind = ""
    try:
        kind = sniff(path)
        check_size(path, limits)
        return replace(_finish(reader(path, kind, limits), kind, path, limits), version=VERSION)
    except BaseException as error:  # a panic of a Rust library is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return replace(_failure(error), kind=_shown(kind, path), version=VERSION)


def _first(path: Path, kind: str, limits: Limits) -> Reading:
    settled = _settled(kind)
    if settled is not None:
        return Reading(settled)
    try:
        return _reader(_READERS[kind])(path, limits)
    except Exception as error:
        if isinstance(error, RefusedError) and error.status is not TextStatus.CORRUPT:
            raise
        try:
            reading = _second(path, kind, limits)
        except Exception:
            # The first engine's reason is the better one.
            raise error from None
        if reading.status is TextStatus.PENDING:
            raise
        return reading


def _second(path: Path, kind: str, limits: Limits) -> Reading:
    if kind not in _SECOND:
        return Reading(TextStatus.PENDING)
    reading = _reader(_SECOND[kind])(path, limits)
    return replace(reading, warnings=(*reading.warnings, message("reading.warning.second-engine", engine=reading.engine)))


def _reader(module: str) -> Reader:
    reader: Reader = import_module(module).read
    return reader


def _settled(kind: str) -> TextStatus | None:
    """Return the status of kinds that need no reader."""
    if kind == "empty":
        return TextStatus.EMPTY
    if kind == "locked":
        return TextStatus.ENCRYPTED
    if kind in _READERS:
        return None
    return TextStatus.NEEDS_OCR if family(kind) == "image" else TextStatus.UNSUPPORTED


def _finish(reading: Reading, kind: str, path: Path, limits: Limits) -> Reading:
    blocks, cut = _cleaned(reading.blocks, limits.characters)
    status, warnings = reading.status, reading.warnings
    text = "".join(block.text for block in blocks)
    if status in (TextStatus.OK, TextStatus.PARTIAL):
        if not text.strip():
            status = TextStatus.EMPTY
        elif kind not in _UNJUDGED and control_share("".join(block.text for block in reading.blocks)) > _NOT_TEXT:
            blocks, status = (), TextStatus.CORRUPT
        elif cut:
            status = TextStatus.PARTIAL
            warnings = (*warnings, message("reading.warning.characters", limit=limits.characters))
    shown = _shown(kind, path)
    told = tuple(dict.fromkeys((*warnings, *_misnamed(shown, path))))
    return replace(reading, status=status, kind=shown, blocks=blocks, warnings=told)


def _cleaned(blocks: tuple[Block, ...], characters: int) -> tuple[tuple[Block, ...], bool]:
    """Return the blocks with clean text, empty ones left out, cut at so many characters; and whether anything was cut."""
    kept, left = [], characters
    for block in blocks:
        text = clean(block.text[: left + 1])
        if text.strip():
            kept.append(replace(block, text=text[:left]))
            left -= len(text)
        if left < 0:
            return tuple(kept), True
    return tuple(kept), False


def _shown(kind: str, path: Path) -> str:
    """Return the kind as shown to people: a locked or empty file is what its name claims."""
    claimed = extension(path.name)
    if kind == "locked":
        return claimed if claimed in _LOCKED_NAMES else "docx"
    if kind == "empty":
        return claimed if claimed in _READERS else "unknown"
    return _PLAIN_NAMES.get(kind, kind) or "unknown"


def _misnamed(kind: str, path: Path) -> tuple[Message, ...]:
    claimed = extension(path.name)
    known = family(claimed) not in ("", "unknown") or claimed in _CLAIMS
    if not known or kind in (claimed, "unknown") or any({claimed, kind} <= group for group in _ALIKE):
        return ()
    return (message("reading.warning.name", extension=claimed, kind=kind),)


def _failure(error: BaseException) -> Reading:
    if isinstance(error, RefusedError):
        return error.reading()
    if isinstance(error, MemoryError):
        return Reading(TextStatus.TOO_LARGE)
    if isinstance(error, OSError) and error.errno is not None:
        why = message("reading.warning.unreadable", detail=error.strerror or type(error).__name__)
        return Reading(TextStatus.CRASHED, warnings=(why,))
    if isinstance(error, Exception):
        return corrupt(f"{type(error).__name__}: {error}").reading()
    return Reading(TextStatus.CRASHED, warnings=(message("reading.warning.damaged", detail=type(error).__name__),))
