"""PowerPoint 97-2003 (ppt, and dps of Kingsoft, which is the same): the slides of the last save, in their order ([MS-PPT]).

Every save may append: the directory of the last one says which copy of a slide counts, older ones say what it left alone.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import olefile

from indexer.readers.ole import meta, stream
from indexer.reading import Block, Limits, Reading, RefusedError, corrupt
from schema.messages import message
from schema.model import TextStatus

_LOCKED = b"\xdf\xc4\xd1\xf3"
_USER_EDIT, _DIRECTORY, _LIST, _SLIDE = 4085, 6002, 4080, 1011
_UTF16, _BYTES, _NOTES_ATOM, _NOTES_LIST = 4000, 4008, 1009, 2
_SIGNS = {ord("\r"): "\n", ord("\x0b"): "\n"}
_SAVES, _RECORDS = 10_000, 2_000_000


@dataclass(frozen=True, slots=True)
class _Record:
    """A record: its type, whether it holds records, its instance, and where its content begins and ends."""

    type: int
    container: bool
    instance: int
    start: int
    end: int


def read(path: Path, limits: Limits) -> Reading:
    """Read the text of every slide. Raises RefusedError."""
    if not olefile.isOleFile(path):
        raise RefusedError(TextStatus.UNSUPPORTED)
    with olefile.OleFileIO(path) as ole:
        user = stream(ole, "Current User", limits)
        data = stream(ole, "PowerPoint Document", limits)
        if user[12:16] == _LOCKED:
            raise RefusedError(TextStatus.ENCRYPTED)
        try:
            slides, notes = _slides(data, struct.unpack_from("<I", user, 16)[0])
        except struct.error as error:
            raise corrupt("a record runs off the stream") from error
        about = meta(ole)
    places = ((number, where) for number in range(1, min(len(slides), limits.pages) + 1) for where in ("slide", "note"))
    texts = ((number, where, slides[number - 1] if where == "slide" else notes.get(number, "")) for number, where in places)
    blocks = tuple(Block(number, where, text) for number, where, text in texts if text.strip())
    cut = len(slides) > limits.pages
    warnings = (message("reading.warning.pages", count=len(slides), limit=limits.pages),) if cut else ()
    return Reading(TextStatus.PARTIAL if cut else TextStatus.OK, "", len(slides), blocks, about, warnings, "zuozheng ppt")


def _slides(data: bytes, last_edit: int) -> tuple[list[str], dict[int, str]]:
    """Return the text of each slide (its outline, then what stands in shapes of its own), and the notes by number of slide."""
    places, document = _persisted(data, last_edit)
    if document not in places:
        raise corrupt("no document record")
    slides: list[list[str]] = []
    numbers: dict[int, int] = {}
    notes: list[_Record] = []
    for listing in _children(data, _record(data, places[document])):
        for record in _children(data, listing) if listing.type == _LIST and listing.instance in (0, _NOTES_LIST) else ():
            if record.type == _SLIDE:
                reference, identity = struct.unpack_from("<I8xI", data, record.start)
                place = places.get(reference)
                shown = _record(data, place) if place is not None else None
                if listing.instance == _NOTES_LIST:
                    notes += [shown] if shown is not None else []
                    continue
                slides.append(list(_texts(data, shown)) if shown is not None else [])
                numbers[identity] = len(slides)
                outline = 0
            elif listing.instance == 0 and slides and (text := _text(data, record)):
                slides[-1].insert(outline, text)
                outline += 1
    return ["\n".join(texts) for texts in slides], _notes(data, notes, numbers)


def _notes(data: bytes, notes: list[_Record], numbers: dict[int, int]) -> dict[int, str]:
    """Return the text of notes by the number of the slide they belong to."""
    found: dict[int, str] = {}
    for record in notes:
        atom = next((child for child in _children(data, record) if child.type == _NOTES_ATOM), None)
        number = numbers.get(struct.unpack_from("<I", data, atom.start)[0]) if atom is not None else None
        if number and (text := "\n".join(_texts(data, record)).strip()):
            found[number] = text
    return found


def _persisted(data: bytes, edit: int) -> tuple[dict[int, int], int]:
    """Return the places of all persistent objects by number, the newest winning, and the number of the document."""
    places: dict[int, int] = {}
    document, seen = 0, set[int]()
    while edit not in seen and len(seen) < _SAVES:
        seen.add(edit)
        record = _record(data, edit)
        if record.type != _USER_EDIT:
            raise corrupt("no record of the last save")
        previous, directory, number = struct.unpack_from("<III", data, record.start + 8)
        document = document or number
        for key, place in _directory(data, _record(data, directory)):
            places.setdefault(key, place)
        if not previous:
            break
        edit = previous
    return places, document


def _directory(data: bytes, record: _Record) -> Iterator[tuple[int, int]]:
    if record.type != _DIRECTORY:
        raise corrupt("no directory of objects")
    at = record.start
    while at + 4 <= record.end:
        head = struct.unpack_from("<I", data, at)[0]
        first, count = head & 0xFFFFF, head >> 20
        for index, place in enumerate(struct.unpack_from(f"<{count}I", data, at + 4)):
            yield first + index, place
        at += 4 + 4 * count


def _record(data: bytes, at: int) -> _Record:
    version, type_, size = struct.unpack_from("<HHI", data, at)
    return _Record(type_, version & 0xF == 0xF, version >> 4, at + 8, min(at + 8 + size, len(data)))


def _children(data: bytes, parent: _Record) -> Iterator[_Record]:
    at = parent.start
    while parent.container and at + 8 <= parent.end:
        child = _record(data, at)
        yield child
        at = child.end


def _texts(data: bytes, slide: _Record) -> Iterator[str]:
    """Yield the texts inside a slide, however deep, in order."""
    waiting = [slide]
    for _ in range(_RECORDS):
        if not waiting:
            return
        record = waiting.pop()
        if text := _text(data, record):
            yield text
        waiting += reversed(list(_children(data, record)))


def _text(data: bytes, record: _Record) -> str:
    if record.type == _UTF16:
        return data[record.start : record.end].decode("utf-16-le", "replace").translate(_SIGNS)
    if record.type == _BYTES:
        return data[record.start : record.end].decode("latin-1").translate(_SIGNS)
    return ""
