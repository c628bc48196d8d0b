"""The reviews and waivers that people made: append-only files in the tree (档案/_核验/<year>.jsonl), the truth; one line each.

A line carries its own digest and that of the line before it, so that a changed or missing line shows; it is on the disk before
the command says so. The catalogue holds a copy, which is brought up to date by whoever holds the archive for writing; what it has
not seen yet is read from the files, so a review made while a watch is running counts at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.durable import flush
from archive.home import Home
from archive.lock import writing
from archive.opening import Archive, writing_archive
from schema.errors import ArchiveBusyError
from schema.findings import Finding
from schema.messages import message
from schema.model import PointRef
from schema.reviews import Ground, Review, Verdict, Waiver

FORMAT = "zuozheng-judgement-1"
FOLDER = "_核验"
_encode = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file of judgements: its number from 1, its bytes, and its record, None where it cannot be read."""

    file: str
    number: int
    size: int
    text: str
    record: Review | Waiver | None
    follows: bool = True


def judge(home: Home, made: Iterable[tuple[Review | Waiver, str]]) -> None:
    """Append judgements, each with words that say what it is about, and return when they are on the disk.

    Works beside a running watch too. Raises ArchiveBusyError while another person's judgement is being written, OSError.
    """
    made = tuple(made)
    with writing(home.state / "judging"):
        for record, about in made:
            _append(home, record, about)
    try:
        with writing_archive(home) as archive:
            note_judgements(archive)
    except ArchiveBusyError:
        pass  # the process that holds the archive notes them in its catalogue when it next looks; until then they are read here


def note_judgements(archive: Archive) -> None:
    """Bring the catalogue's copy up to date. The archive is open for writing."""
    noted = archive.catalogue.judged()
    on_disk = {path.name: path.stat().st_size for path in _files(archive.home)}
    if noted == on_disk:
        return
    shrunk = any(on_disk.get(file, 0) < size for file, size in noted.items())
    with archive.catalogue.transaction():
        if shrunk:
            archive.catalogue.clear_judgements()
        for line in lines(archive.home, {} if shrunk else noted):
            archive.catalogue.add_judgement(line.file, line.size, line.text if line.record else "")


def judgements(archive: Archive) -> Iterator[Review | Waiver]:
    """Yield all judgements in the order in which they were made."""
    noted = archive.catalogue.judged()
    sizes = {path.name: path.stat().st_size for path in _files(archive.home)}
    if all(sizes.get(file) is not None and size <= sizes[file] for file, size in noted.items()):
        yield from (_load(json.loads(text)) for text in archive.catalogue.judgements())
    else:
        noted = {}
    if noted != sizes:
        yield from (line.record for line in lines(archive.home, noted) if line.record)


def lines(home: Home, after: dict[str, int] | None = None) -> Iterator[Line]:
    """Yield the lines of all files in order; of a file in `after` only those behind so many bytes.

    The first line after a gap, or after one that cannot be read, is not held to what it follows.
    """
    for path in _files(home):
        skipped = (after or {}).get(path.name, 0)
        with path.open("rb") as handle:
            handle.seek(skipped)
            previous = None if skipped else ""
            for number, raw in enumerate(handle, start=1):
                line, previous = _read(path.name, number, raw, previous)
                yield line


def damage(home: Home) -> Iterator[Finding]:
    """Yield a finding for every line that is damaged or does not follow the line before it."""
    for line in lines(home):
        place = f"{FOLDER}/{line.file}"
        if line.record is None:
            yield Finding("judgement-damaged", place, message("judgement.damaged", path=place, line=line.number))
        elif not line.follows:
            yield Finding("judgement-gap", place, message("judgement.gap", path=place, line=line.number))


def _files(home: Home) -> list[Path]:
    return sorted((home.tree / FOLDER).glob("*.jsonl"))


def _append(home: Home, record: Review | Waiver, about: str) -> None:
    path = home.tree / FOLDER / f"{record.at[:4]}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    last = path.read_bytes().rpartition(b"\n") if path.exists() else (b"", b"", b"")
    previous = _read(path.name, 0, last[0].rpartition(b"\n")[2] + b"\n", None)[1] if last[0] else ""
    data = _dump(record, about, previous or "")
    with path.open("ab") as handle:
        # A line cut off by a crash stays what it is, damaged, and the new one begins on its own.
        handle.write((b"\n" if last[2] else b"") + data)
    flush(home.tree, [path])


def _dump(record: Review | Waiver, about: str, previous: str) -> bytes:
    fields: dict[str, Any] = {"format": FORMAT, "kind": type(record).__name__.lower(), "about": about}
    for name in record.__slots__:
        value = getattr(record, name)
        fields[name] = value if isinstance(value, bool | tuple) else str(value or "")
    fields["previous"] = previous
    fields["digest"] = _digest(fields)
    return f"{_encode(fields)}\n".encode()


def _read(file: str, number: int, raw: bytes, previous: str | None) -> tuple[Line, str | None]:
    """Return a line as read, and its digest for the next; None where it has none to follow."""
    try:
        text = raw.decode()
        fields = json.loads(text)
        digest = fields.pop("digest")
        if fields["format"] != FORMAT or digest != _digest(fields) or not raw.endswith(b"\n"):
            raise ValueError("digest or format does not fit")
        follows = previous is None or fields["previous"] == previous
        return Line(file, number, len(raw), text.rstrip("\n"), _load(fields), follows), digest
    except (ValueError, KeyError, TypeError, AttributeError):
        return Line(file, number, len(raw), "", None), None


def _load(fields: dict[str, Any]) -> Review | Waiver:
    """Return the judgement with these fields. Raises KeyError, ValueError."""
    point = PointRef.parse(fields["point"])
    if fields["kind"] == "waiver":
        own = {name: fields[name] for name in ("unit", "by", "at", "why", "until")}
        return Waiver(point=point, lifted=bool(fields["lifted"]), **own)
    own = {name: fields[name] for name in ("document", "sha256", "text", "by", "at", "why", "period", "until")}
    ground = Ground(fields["ground"]) if fields["ground"] else None
    return Review(point=point, verdict=Verdict(fields["verdict"]), ground=ground, items=tuple(fields["items"]), **own)


def _digest(fields: dict[str, Any]) -> str:
    canonical = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
