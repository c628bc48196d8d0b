"""Repair of documents: right bytes, right sidecar, right row, wherever one of them can be made from what is left.

Every step may be repeated and the last: what is damaged is copied aside before it is replaced in one step, and a place is looked
at afresh before it is touched. What cannot be made right is left as it is, and named.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from archive.aside import put_aside
from archive.durable import flush, publish
from archive.fixity import Checker, Seen, differing
from archive.hashing import Hasher
from archive.layout import TREE, sidecar_path
from archive.opening import Archive
from archive.salvage import SMALL, Record, Salvage, Source, has_digest, unflipped
from archive.settle import Look
from archive.sidecar import Sidecar, dump
from archive.sqlite_file import DAMAGE
from archive.store import replace_file
from schema.errors import ArchiveError
from schema.findings import Finding
from schema.messages import Message, message
from schema.model import Document, Outcome


class Result(StrEnum):
    """What came of something that was wrong. LEFT: nothing is lost, a person decides what becomes of it."""

    MENDED = "mended"
    LEFT = "left"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done about one thing; `path` from the home."""

    path: str
    result: Result
    detail: Message


def repair_documents(archive: Archive, findings: Iterable[Finding], backup: Path | None) -> Iterator[Mended]:
    """Repair the documents that `findings` name, and say of each what was done. The archive is open for writing."""
    named = {finding.subject.removeprefix(f"{TREE}/"): finding for finding in findings}
    checker = Checker(archive.home, archive.catalogue, Hasher())
    looks = {path: checker.check(path) for path in sorted(named)}
    strays = {path for path, (_seen, found) in looks.items() if any(finding.code == "stray" for finding in found)}
    elsewhere = [seen for seen, _found in looks.values() if seen.sidecar is not None and seen.sidecar.document.path != seen.path]
    misplaced = {seen.sidecar.document.path: seen.sidecar for seen in elsewhere if seen.sidecar is not None}
    # A sidecar made by hand may speak of any place; only the tree is repaired.
    misplaced = {path: sidecar for path, sidecar in misplaced.items() if _lies_in_tree(path)}
    # A misplaced sidecar may have its file beside it; but where another document belongs, the file is that one's.
    astray = {seen.path for seen in elsewhere if seen.path not in misplaced and seen.row is None}
    broken = sorted((looks.keys() | misplaced.keys()) - strays - astray)
    surgeon = _Surgeon(archive, checker, Salvage(archive, sorted(strays | astray), broken, misplaced, backup))
    for path in broken:
        yield from surgeon.mend(path, missed=path in misplaced)
    for path in sorted(strays | astray):
        yield from _clear(archive, path, checker)
    yield from _mend_ledger(archive)


class _Surgeon:
    """Mends one place at a time."""

    def __init__(self, archive: Archive, checker: Checker, salvage: Salvage) -> None:
        self._archive, self._checker, self._salvage = archive, checker, salvage
        self._home = archive.home
        self._hasher = Hasher()

    def mend(self, path: str, *, missed: bool) -> Iterator[Mended]:
        """Make the place right as far as can be, and say what was done; last, what is still wrong.

        `missed`: something speaks of a document that belongs here, even if nothing is here.
        """
        seen, found = self._checker.check(path)
        if not found and not missed:
            return
        try:
            yield from self._steps(seen)
        except ArchiveError as error:
            yield Mended(_shown(path), Result.FAILED, error.message)
        except (OSError, *DAMAGE) as error:  # of the last kind: a row whose place another row holds
            yield Mended(_shown(path), Result.FAILED, message("repair.trouble", path=_shown(path), error=error))
        else:
            yield from (Mended(finding.subject, Result.FAILED, finding.detail) for finding in self._checker.check(path)[1])

    def _steps(self, seen: Seen) -> Iterator[Mended]:
        record = self._salvage.record_of(seen, bytes_fit=lambda row: self._fits(seen, row) or self._had(row))
        if record is None:
            return
        document, path = record.sidecar.document, _shown(seen.path)
        whole = self._fits(seen, document)
        if not whole and (source := self._salvage.bytes_of(document)) is not None:
            self._place(document, source)
            whole = True
            yield Mended(path, Result.MENDED, message(f"repair.bytes-{source.where}", path=path, place=source.place))
        elif not whole and (data := self._turned_back(seen, document)) is not None:
            self._replace(self._home.tree / seen.path, data)
            whole = True
            yield Mended(path, Result.MENDED, message("repair.bytes-one-bit", path=path))
        if whole or record.where != "row":
            yield from self._write_sidecar(seen, record)
            yield from self._put_row(seen, document)

    def _fits(self, seen: Seen, document: Document) -> bool:
        """Return whether the file at the place has this document's bytes."""
        try:
            return seen.size == document.size and self._hasher.sha256(self._home.tree / seen.path) == document.sha256
        except OSError:
            return False

    def _had(self, row: Document) -> bool:
        return self._salvage.bytes_of(row) is not None

    def _turned_back(self, seen: Seen, document: Document) -> bytes | None:
        if seen.size != document.size or seen.size > SMALL:
            return None
        try:
            return unflipped((self._home.tree / seen.path).read_bytes(), has_digest(document.sha256))
        except OSError:
            return None

    def _place(self, document: Document, source: Source) -> None:
        """Bring right bytes to a document's place; damaged ones that lie there are put aside first."""
        target = self._home.tree / document.path
        target.parent.mkdir(parents=True, exist_ok=True)
        staged = source.path
        if source.where != "stray":
            staged = self._home.staging / f"repair-{document.id}.data"
            shutil.copyfile(source.path, staged)
            if self._hasher.sha256(staged) != document.sha256:
                raise ArchiveError("repair.copy-differs", path=source.place)
            flush(self._home.tree, [staged])
        if os.path.lexists(target):
            put_aside(self._home, target)
            staged.replace(target)
        else:
            publish(staged, target)
        flush(self._home.tree, [target, *([source.path] if source.where == "stray" else [])])

    def _replace(self, target: Path, data: bytes) -> None:
        """Write a file anew in one step, the former one put aside."""
        if os.path.lexists(target):
            put_aside(self._home, target)
        replace_file(target, data, self._home.staging)
        flush(self._home.tree, [target])

    def _write_sidecar(self, seen: Seen, record: Record) -> Iterator[Mended]:
        data = dump(record.sidecar)
        if data == seen.data:
            return
        self._replace(self._home.tree / sidecar_path(seen.path), data)
        path = _shown(seen.path)
        yield Mended(path, Result.MENDED, message(f"repair.sidecar-{record.where}", path=path, place=record.place))

    def _put_row(self, seen: Seen, document: Document) -> Iterator[Mended]:
        row = self._checker.look(seen.path).row
        if row is not None and not differing(document, row):
            return
        with self._archive.catalogue.transaction():
            self._archive.catalogue.put(document)
        yield Mended(_shown(seen.path), Result.MENDED, message("repair.row", path=_shown(seen.path)))


def _clear(archive: Archive, path: str, checker: Checker) -> Iterator[Mended]:
    """Deal with what lies where no document belongs: a sidecar whose file was moved back is put aside, all else is left."""
    seen, found = checker.check(path)
    sidecar = archive.home.tree / sidecar_path(path)
    if seen.sidecar is not None and not seen.something and _lies_there(archive, seen.sidecar):
        put_aside(archive.home, sidecar)
        sidecar.unlink()
        flush(archive.home.tree, [sidecar])
    else:
        yield from (Mended(finding.subject, Result.LEFT, finding.detail) for finding in found)


def _lies_there(archive: Archive, sidecar: Sidecar) -> bool:
    """Return whether the same sidecar lies in its own place."""
    place = archive.home.tree / sidecar_path(sidecar.document.path)
    return place.is_file() and place.read_bytes() == dump(sidecar)


def _mend_ledger(archive: Archive) -> Iterator[Mended]:
    """Lead the ledger's paths back to documents that exist: to what came from them, or to a new look."""
    for source in tuple(archive.catalogue.leading_nowhere()):
        document = archive.catalogue.from_source(source.entry.path)
        if document is not None:
            fresh = replace(source, entry=replace(source.entry, document=document.id))
        else:
            entry = replace(source.entry, document="", outcome=Outcome.PENDING, reason=message("intake.settling"))
            fresh = replace(source, look=Look(0, 0, 0, 0), entry=entry)
        with archive.catalogue.transaction():
            archive.catalogue.note(fresh)
        yield Mended(source.entry.path, Result.MENDED, message("repair.ledger", path=source.entry.path))


def _lies_in_tree(path: str) -> bool:
    return "\\" not in path and all(part not in ("", ".", "..", ".staging") for part in path.split("/"))


def _shown(path: str) -> str:
    return f"{TREE}/{path}"
