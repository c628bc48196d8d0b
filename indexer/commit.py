"""How a commit of the index reaches the disk, and how a damaged one is found: the storage given to whoosh.

Whoosh never calls fsync. Here every file of a commit is synced, and a note beside it says how long the files are, what their
sums are and which position the index has reached, before the rename of Whoosh's table of contents makes the commit count; so
position and content can never tell different stories.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, clean_files

from indexer.sections import DamagedError

# Part of every note; an index with another one is made anew. To be raised when folding, grams or entries change.
VERSION = "2/whoosh-2.7.4"
_TOC = re.compile(r"_MAIN_(\d+)\.toc")
_UNFINISHED = re.compile(r"_MAIN_\d+\.toc\.")
_NOTE = re.compile(r"note_(\d+)\.json")
_SEGMENT = re.compile(r"MAIN_[0-9a-z]+\.")
# Larger files are summed over samples only: opening must stay quick, and a file cut, zeroed or exchanged shows all the same.
_WHOLE, _SAMPLES, _SAMPLE = 8 << 20, 64, 4096


@dataclass(frozen=True, slots=True)
class Note:
    """What a commit says of itself: position, and length and sum of each file by name."""

    position: int
    files: dict[str, list[int]]


class DurableStorage(FileStorage):  # type: ignore[misc]
    """Whoosh's folder, with commits that last. `position` goes into the note of the next commit."""

    def __init__(self, folder: Path) -> None:
        # No memory maps: when somebody cuts a mapped file, the process that reads it is killed.
        super().__init__(str(folder), supports_mmap=False)
        self.position = 0
        self._known: dict[str, list[int]] = {}

    def create(self) -> DurableStorage:
        """Make the folder, for this user alone: Whoosh runs what it finds in its pickles."""
        folder = Path(self.folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
        return self

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename a file; when that is the table of contents, sync everything before and the folder after."""
        toc = _TOC.fullmatch(newname)
        if toc:
            self._write_note(int(toc[1]), oldname)
        super().rename_file(oldname, newname, safe=safe)
        if toc:
            _sync_folder(self.folder)

    def _write_note(self, generation: int, contents: str) -> None:
        files = {}
        for name in sorted(filter(_SEGMENT.match, self.list())):
            if name not in self._known:
                _sync(Path(self.folder, name))
                self._known[name] = _sums(Path(self.folder, name))
            files[name] = self._known[name]
        self._known = dict(files)
        _sync(Path(self.folder, contents))
        files["toc"] = _sums(Path(self.folder, contents))
        note = {"version": VERSION, "position": self.position, "files": files}
        path = Path(self.folder, f"note_{generation}.json")
        with path.open("w", encoding="utf-8") as file:
            json.dump(note, file)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(self.folder)


def newest(storage: DurableStorage) -> int:
    """Return the number of the last table of contents, -1 when there is none."""
    return max((int(match[1]) for match in map(_TOC.fullmatch, storage.list()) if match), default=-1)


def read_toc(storage: DurableStorage) -> tuple[Any, Note]:
    """Return Whoosh's table of contents of the last commit and the note of it, after its sum was found right.

    Raises DamagedError, and whatever Whoosh makes of a file that is none of its own.
    """
    generation = newest(storage)
    if generation < 0:
        raise DamagedError("no index")
    note = _note(storage, generation)
    if _sums(Path(storage.folder, f"_MAIN_{generation}.toc")) != note.files.get("toc"):
        raise DamagedError("toc")
    return TOC.read(storage, "MAIN", gen=generation), note


def check(storage: DurableStorage, segment: str, note: Note) -> None:
    """Compare every file of a segment with the note of its commit. Raises DamagedError."""
    for name in files_of(segment, note):
        if _sums(Path(storage.folder, name)) != note.files[name]:
            raise DamagedError(name)


def files_of(segment: str, note: Note) -> list[str]:
    """Return the names of a segment's files."""
    return [name for name in note.files if name.startswith(f"{segment}.")]


def marks(storage: DurableStorage, names: Iterable[str]) -> dict[str, tuple[int, int, int]]:
    """Return size, time and inode of files that never change once written: if one of these does, somebody was at the file.

    A file that is missing is left out.
    """
    found = {}
    for name in names:
        with suppress(OSError):
            state = os.stat(f"{storage.folder}/{name}")  # noqa: PTH116 - forty files before every search, a tenth of the time
            found[name] = (state.st_size, state.st_mtime_ns, state.st_ino)
    return found


def adopt(aside: DurableStorage, storage: DurableStorage, toc: Any) -> None:
    """Make the index in `aside` the one in `storage`, by one rename at the end; both are in one file system."""
    for name in aside.list():
        if _SEGMENT.match(name):
            Path(aside.folder, name).replace(Path(storage.folder, name))
    storage.position = aside.position
    generation = newest(storage) + 1
    TOC(toc.schema, toc.segments, generation).write(storage, "MAIN")
    clean_files(storage, "MAIN", generation, toc.segments)
    sweep(storage, generation)
    shutil.rmtree(aside.folder, ignore_errors=True)


def sweep(storage: DurableStorage, generation: int) -> None:
    """Remove what killed writers and former commits left. Whoosh itself removes segments out of use."""
    for name in storage.list():
        note = _NOTE.fullmatch(name)
        if (note and int(note[1]) != generation) or _UNFINISHED.match(name):
            with suppress(OSError):
                storage.delete_file(name)


def clear(storage: DurableStorage) -> None:
    """Remove everything but locks."""
    for path in Path(storage.folder).iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif not path.name.endswith("LOCK"):
            path.unlink(missing_ok=True)


def _note(storage: DurableStorage, generation: int) -> Note:
    try:
        plain = json.loads(Path(storage.folder, f"note_{generation}.json").read_bytes())
        if plain["version"] == VERSION:
            return Note(int(plain["position"]), dict(plain["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise DamagedError("note")


def _sums(path: Path) -> list[int]:
    """Return length and CRC-32 of a file, -1 for both when it is missing."""
    try:
        with path.open("rb") as file:
            length = os.fstat(file.fileno()).st_size
            total = 0
            for start, size in _pieces(length):
                file.seek(start)
                total = zlib.crc32(file.read(size), total)
    except FileNotFoundError:
        return [-1, -1]
    return [length, total]


def _pieces(length: int) -> Iterator[tuple[int, int]]:
    if length <= _WHOLE:
        yield 0, length
        return
    step = (length - _SAMPLE) // (_SAMPLES - 1)
    yield from ((place * step, _SAMPLE) for place in range(_SAMPLES))


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: str) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
