"""Where right bytes and right sidecars can still be had when those in their place are damaged or gone.

Bytes count as right by their SHA-256 alone, wherever they come from; a sidecar by its own digest and by what the catalogue knows.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from archive.aside import set_aside_files
from archive.fixity import Seen, differing, filed_tags
from archive.hashing import Hasher
from archive.layout import TREE, sidecar_path
from archive.opening import Archive
from archive.sidecar import Sidecar, dump, load
from archive.sqlite_file import DAMAGE
from schema.model import Document, Facts

# Files up to this size are tried with each single bit turned back: at most a few seconds.
SMALL = 16 << 10


@dataclass(frozen=True, slots=True)
class Source:
    """Where right bytes lie. `where`: inbox, stray (they may be moved), copy, aside or backup; `place` as shown to people."""

    path: Path
    where: str
    place: str


@dataclass(frozen=True, slots=True)
class Record:
    """A right sidecar. `where` it comes from: own (it is in its place), one-bit, misplaced, aside, backup, or row.

    The catalogue (row) does not know all that a sidecar says; `place` as shown to people, where there is one.
    """

    sidecar: Sidecar
    where: str
    place: str = ""


class Salvage:
    """Finds right bytes and sidecars.

    strayed: files of the tree that are in no place of theirs; broken: places where something is wrong, maybe another's bytes;
    misplaced: sidecars by the places they speak of; backup: another home.
    """

    def __init__(
        self,
        archive: Archive,
        strayed: Iterable[str],
        broken: Iterable[str],
        misplaced: Mapping[str, Sidecar],
        backup: Path | None,
    ) -> None:
        self._archive, self._strayed, self._broken = archive, tuple(strayed), tuple(broken)
        self._misplaced, self._backup = misplaced, backup
        self._hasher = Hasher()

    def bytes_of(self, document: Document) -> Source | None:
        """Return where bytes of this document lie that are right to the last bit, or None."""
        for source in self._sources(document):
            try:
                right = not source.path.is_symlink() and source.path.stat().st_size == document.size
                if right and self._hasher.sha256(source.path) == document.sha256:
                    return source
            except (OSError, ValueError):
                continue
        return None

    def record_of(self, seen: Seen, *, bytes_fit: Callable[[Document], bool]) -> Record | None:
        """Return the right sidecar for a place, or None. `bytes_fit`: whether a document's bytes are there or to be had."""
        for record in self._records(seen):
            if record.sidecar.document.path == seen.path:
                return record
        row = seen.row if seen.row is not None and seen.row.path == seen.path else None
        if row is None or not bytes_fit(row):
            return None
        return Record(self._from_row(row), "row")

    def _sources(self, document: Document) -> Iterator[Source]:
        home, catalogue = self._archive.home, self._archive.catalogue
        try:
            originals = [os.fsdecode(source.key) for source in catalogue.leading_to(document.id)]
            copies = [other.path for other in catalogue.holding(document.sha256)]
        except DAMAGE:
            originals, copies = [], []
        yield from (Source(home.root / path, "inbox", path) for path in dict.fromkeys((*originals, document.source)))
        yield from (Source(home.tree / path, "stray", f"{TREE}/{path}") for path in self._strayed)
        for path in (*copies, *self._broken):
            if path != document.path:
                yield Source(home.tree / path, "copy", f"{TREE}/{path}")
        yield from (Source(file, "aside", file.relative_to(home.root).as_posix()) for file in set_aside_files(home))
        if self._backup is not None:
            yield Source(self._backup / TREE / document.path, "backup", str(self._backup))

    def _records(self, seen: Seen) -> Iterator[Record]:
        if seen.sidecar is not None:
            yield Record(seen.sidecar, "own")
        if seen.data is not None and seen.sidecar is None and (data := unflipped(seen.data, _is_sidecar)) is not None:
            yield Record(load(data), "one-bit")
        if seen.path in self._misplaced:
            yield Record(self._misplaced[seen.path], "misplaced")
        for record in self._kept(seen.path):
            # An older one may lie there too: what the catalogue knows of this place has to agree.
            if seen.row is None or not differing(record.sidecar.document, seen.row):
                yield record

    def _kept(self, path: str) -> Iterator[Record]:
        home = self._archive.home
        files = [(file, "aside", file.relative_to(home.root).as_posix()) for file in set_aside_files(home, ".json")]
        if self._backup is not None:
            files.append((self._backup / TREE / sidecar_path(path), "backup", str(self._backup)))
        for file, where, place in files:
            try:
                data = file.read_bytes()
            except OSError:
                continue
            if _is_sidecar(data) and (sidecar := load(data)).document.path == path:
                yield Record(sidecar, where, place)

    def _from_row(self, row: Document) -> Sidecar:
        """Return a sidecar with what the catalogue knows. The name as it was dropped ends the source path."""
        unit = self._archive.district.unit_by_id.get(row.unit)
        document = replace(row, seq=0, facts=Facts(), tags=filed_tags(row))
        return Sidecar(document, unit.name if unit else "", row.source.rpartition("/")[2], "", "", ())


def unflipped(data: bytes, is_right: Callable[[bytes], bool]) -> bytes | None:
    """Return `data` with the one bit turned back that makes it right; None when no single bit does, or it is too long to try."""
    if len(data) > SMALL:
        return None
    trial = bytearray(data)
    for at in range(len(data)):
        for bit in range(8):
            trial[at] ^= 1 << bit
            if is_right(bytes(trial)):
                return bytes(trial)
            trial[at] ^= 1 << bit
    return None


def has_digest(sha256: str) -> Callable[[bytes], bool]:
    """Return a test for bytes with this SHA-256."""
    return lambda data: hashlib.sha256(data).hexdigest() == sha256


def _is_sidecar(data: bytes) -> bool:
    try:
        return dump(load(data)) == data
    except (ValueError, RecursionError, OverflowError):
        return False
