"""A consistent copy of the catalogue while others write it, through SQLite's backup API.

The copy forgets how far reader and index have come: their files are not copied, and whoever puts the copy in place has everything
read and indexed anew. It is no WAL database, so that it opens from a read-only stick too, and equal content makes equal bytes.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from archive.manifest import UnreadableError, digest_of

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})
# Where a database says how it is written (SQLite, "Database File Format", 1.3): 1 with a rollback journal, 2 with a WAL.
_FORMAT_AT, _ROLLBACK = 18, b"\x01\x01"


@dataclass(frozen=True, slots=True)
class Listed:
    """What the catalogue says of the file at a path."""

    id: str
    sha256: str
    size: int


def snapshot(catalogue: Path, target: Path) -> dict[str, Listed] | None:
    """Copy the catalogue to `target` (replaced) and return what it lists, by path in the tree. None when it is damaged or gone.

    Raises OSError when the copy cannot be written.
    """
    target.unlink(missing_ok=True)
    try:
        with closing(_reading(catalogue)) as origin, closing(_private(target)) as copy:
            origin.backup(copy)
        with target.open("rb+") as file:
            file.seek(_FORMAT_AT)
            file.write(_ROLLBACK)
        with closing(_private(target)) as copy:
            copy.execute("DELETE FROM follower")
            if copy.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                return None
            rows = copy.execute("SELECT path, id, sha256, size FROM document")
            return {path: Listed(*values) for path, *values in rows}
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in _DAMAGED or not _is_readable(catalogue):
            return None
        raise OSError(errno.ENOSPC if code == sqlite3.SQLITE_FULL else errno.EIO, str(error), str(target)) from error


def is_sound(copy: Path) -> bool:
    """Return whether SQLite finds nothing wrong with a copy made by `snapshot`."""
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            return bool(db.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


@contextmanager
def watching(catalogue: Path) -> Iterator[Callable[[], int]]:
    """Yield a function that tells a number which changes with every transaction of other processes (PRAGMA data_version)."""
    try:
        db = _reading(catalogue)
    except sqlite3.Error:
        yield lambda: 0
        return
    with closing(db):

        def number() -> int:
            with suppress(sqlite3.Error):
                return int(db.execute("PRAGMA data_version").fetchone()[0])
            return 0

        yield number


@contextmanager
def holding_still(catalogue: Path) -> Iterator[None]:
    """Keep others from beginning a transaction while the block runs, as far as this catalogue lets anyone."""
    with ExitStack() as stack:
        with suppress(sqlite3.Error):
            address = f"{catalogue.absolute().as_uri()}?mode=rw"
            db = stack.enter_context(closing(sqlite3.connect(address, uri=True, timeout=30, isolation_level=None)))
            db.execute("BEGIN IMMEDIATE")
        yield


def _reading(catalogue: Path) -> sqlite3.Connection:
    """Open the catalogue to read it; as it stands on a read-only disk, where it can have no companion. Raises sqlite3.Error."""
    address = f"{catalogue.absolute().as_uri()}?mode=ro"
    db = sqlite3.connect(address, uri=True, timeout=30)
    try:
        db.execute("SELECT count(*) FROM document").fetchone()
        return db
    except sqlite3.Error as error:
        db.close()
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CANTOPEN or catalogue.with_name(f"{catalogue.name}-wal").exists():
            raise
    return sqlite3.connect(f"{address}&immutable=1", uri=True)


def _is_readable(path: Path) -> bool:
    with suppress(UnreadableError):
        digest_of(path)
        return True
    return False


def _private(target: Path) -> sqlite3.Connection:
    """Open a copy that nobody else knows of: without locks, which some shares do not have, and without a journal."""
    db = sqlite3.connect(f"{target.absolute().as_uri()}?nolock=1", uri=True, isolation_level=None)
    try:
        db.execute("PRAGMA synchronous=OFF")
        db.execute("PRAGMA journal_mode=OFF").fetchall()
    except sqlite3.Error:
        db.close()
        raise
    return db
