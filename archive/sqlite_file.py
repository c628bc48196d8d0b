"""A database of ours as a file: is it sound, is all of it in there, of which version is it. No word of its content."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

# What a damaged row may raise on its way to a value of ours: SQLite's own complaints, and text that no longer means anything.
DAMAGE = (sqlite3.DatabaseError, ValueError, KeyError, TypeError, IndexError, AttributeError)
# https://www.sqlite.org/fileformat.html, the database header.
_MAGIC, _VERSION_AT = b"SQLite format 3\0", 60
# Faults worth listing: a page gone bad can make hundreds, and they all say the same to whoever repairs the file.
_MOST = 20


def faults(path: Path) -> Iterator[str]:
    """Yield what SQLite finds wrong with the database at `path`, in its own words; nothing when it is sound."""
    try:
        with closing(sqlite3.connect(path, timeout=30)) as db:
            for (said,) in db.execute(f"PRAGMA integrity_check({_MOST})"):
                if said != "ok":
                    yield str(said)
            for table, row, parent, _key in db.execute("PRAGMA foreign_key_check").fetchmany(_MOST):
                yield f"{table} {row}: no {parent}"
    except sqlite3.DatabaseError as error:
        yield str(error)


def all_in_file(path: Path) -> bool:
    """Bring what lies in the log beside a database into it. Returns whether all is in the file now; not while others read it."""
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or not log.stat().st_size:
        return True
    try:
        with closing(sqlite3.connect(path, timeout=1)) as db:
            busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
    except sqlite3.DatabaseError:
        return False


def version_of(path: Path) -> int:
    """Return the version a database bears in its header (PRAGMA user_version), 0 for a file without such a header."""
    with path.open("rb") as file:
        header = file.read(_VERSION_AT + 4)
    return int.from_bytes(header[_VERSION_AT:], "big") if header.startswith(_MAGIC) else 0
