"""The seal: what the files of an archive that are no documents were like when the last writer closed, so that damage shows.

Documents have their sidecars; catalogue, text store, index and the tree's own files have nothing that says what they should be,
for every writer changes them. So the last one to close writes down the SHA-256 of each, and the next to open breaks the seal
before its first change. A broken seal stays readable: what no writer has touched since (same size, time and inode) is still what
it was, need not be hashed again at the next closing, and shows damage even then. Times only ever say that a file may be skipped.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from archive.hashing import Hasher
from archive.home import MARKER, Home
from archive.layout import ABOUT, POINTER
from archive.sqlite_file import all_in_file, version_of
from archive.store import replace_file

FORMAT = "zuozheng-seal-1"
_STANDING, _BROKEN = "seal.json", "seal.broken.json"
_DATABASES = ("catalogue.sqlite", "text.sqlite")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mark:
    """A sealed file: its digest, and by what to know that no writer has touched it. `version`: a database's, else 0."""

    size: int
    mtime_ns: int
    inode: int
    sha256: str
    version: int = 0

    def is_untouched(self, state: os.stat_result) -> bool:
        """Return whether nothing has written to the file, as far as its file system can tell."""
        return (self.size, self.mtime_ns, self.inode) == (state.st_size, state.st_mtime_ns, state.st_ino)


@dataclass(frozen=True, slots=True)
class Seal:
    """The marks by path (from the home, forward slashes). `standing`: no writer has opened since."""

    marks: Mapping[str, Mark]
    standing: bool


def unseal(home: Home) -> None:
    """Break the seal, durably, before anything sealed changes; where there is none nothing happens. Raises OSError."""
    standing = home.state / _STANDING
    if standing.exists():
        standing.replace(home.state / _BROKEN)
        _sync(home.state)


def seal(home: Home) -> None:
    """Write down what every sealed file is like now: nothing is open any more, and the caller holds the lock.

    A seal that cannot be written is none: verify then checks what it can without.
    """
    former: dict[str, Mark] = {}
    with suppress(OSError, ValueError):
        former = _load((home.state / _BROKEN).read_bytes())
    try:
        replace_file(home.state / _STANDING, _dump(dict(_marks(home, former))), home.state)
        (home.state / _BROKEN).unlink(missing_ok=True)
        _sync(home.state)
    except OSError as error:
        _log.warning("the archive was not sealed: %s", error)


def read_seal(home: Home) -> Seal | None:
    """Return the seal, standing or broken; None where there is none. Raises ValueError when it is damaged (see `seal_file`)."""
    with suppress(FileNotFoundError):
        return Seal(_load((home.state / _STANDING).read_bytes()), standing=True)
    with suppress(FileNotFoundError):
        return Seal(_load((home.state / _BROKEN).read_bytes()), standing=False)
    return None


def seal_file(home: Home) -> Path:
    """Return where the seal lies that `read_seal` reads."""
    standing = home.state / _STANDING
    return standing if standing.exists() else home.state / _BROKEN


def hold_to(home: Home, damaged: Iterable[str]) -> None:
    """Make the next seal remember what damaged files ought to be, unless they are written anew until then.

    Only for a broken seal: their marks are given the size, time and inode that the damaged files have now.
    """
    marks: dict[str, Mark] = {}
    with suppress(OSError, ValueError):
        marks = _load((home.state / _BROKEN).read_bytes())
    for path in damaged:
        with suppress(OSError, KeyError):
            state = (home.root / path).stat()
            marks[path] = replace(marks[path], size=state.st_size, mtime_ns=state.st_mtime_ns, inode=state.st_ino)
    if marks:
        replace_file(home.state / _BROKEN, _dump(marks), home.state)


def own_files(home: Home) -> Iterator[Path]:
    """Yield the files of the tree that are no documents: format marker, explanation, heritage, pointers to shared evidence."""
    yield from (path for path in (home.tree / MARKER, home.tree / ABOUT) if path.is_file())
    yield from (path for path in sorted(home.heritage.rglob("*")) if path.is_file())
    yield from sorted(home.tree.glob(f"*/*/*/*/{POINTER}"))


def _sealed(home: Home) -> Iterator[Path]:
    databases = (home.state / name for name in _DATABASES)
    # What readers of a database have not let go of yet is not in the file: only its content can be checked then.
    yield from (path for path in databases if path.is_file() and all_in_file(path))
    yield from (path for path in (home.state / "inboxes.json",) if path.is_file())
    index = sorted((home.state / "index").rglob("*"))
    yield from (path for path in index if path.is_file() and not path.name.endswith("LOCK"))
    yield from own_files(home)


def _marks(home: Home, former: Mapping[str, Mark]) -> Iterator[tuple[str, Mark]]:
    hasher = Hasher()
    for path in _sealed(home):
        name, state = path.relative_to(home.root).as_posix(), path.stat()
        known = former.get(name)
        if known is not None and known.is_untouched(state):
            yield name, known
            continue
        version = version_of(path) if path.name in _DATABASES else 0
        yield name, Mark(state.st_size, state.st_mtime_ns, state.st_ino, hasher.sha256(path), version)


def _dump(marks: Mapping[str, Mark]) -> bytes:
    lines = ",\n".join(f"  {_json(path)}: {_json(list(astuple(mark)))}" for path, mark in sorted(marks.items()))
    body = f' "format": {_json(FORMAT)},\n "files": {{\n{lines}\n }}'.encode("utf-8", "surrogateescape")
    return b'{\n "digest": "' + hashlib.sha256(body).hexdigest().encode() + b'",\n' + body + b"\n}\n"


def _load(data: bytes) -> dict[str, Mark]:
    """Return the marks in a seal. Raises ValueError unless it is, to the last bit, what was written."""
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        files = json.loads(data.decode("utf-8", "surrogateescape"))["files"]
        marks = {str(path): Mark(*entry) for path, entry in files.items()}
        if _dump(marks) == data:
            return marks
    raise ValueError("the seal is damaged")


def _sync(folder: Path) -> None:
    """Return when the names in a folder are on the disk; Windows has no handle for that, NTFS journals them itself."""
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
