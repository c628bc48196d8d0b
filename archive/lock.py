"""One archive, one writer: an operating-system lock that dies with its process, so that no stale lock is ever left behind."""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from schema.errors import ArchiveBusyError, ArchiveError

_NOTE = "writer.json"
# Seconds that a lock may still be held by a process that has ended.
_MOMENT = 2.0
# What the systems answer where another process has the lock; anything else is trouble of another kind (a share without locks).
_HELD = frozenset({errno.EAGAIN, errno.EACCES, errno.EDEADLK})


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds an archive or held it: since when and, once it let go in good order, until when (UTC, ISO 8601)."""

    pid: str
    host: str
    since: str
    ended: str = ""


if sys.platform == "win32":
    import msvcrt

    def _seize(handle: IO[str]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _seize(handle: IO[str]) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def writing(state: Path) -> Iterator[None]:
    """Hold the archive whose state folder is `state` for writing.

    Raises ArchiveBusyError naming the process that holds it, and ArchiveError where nothing can be written.
    """
    with _opened(state) as handle:
        try:
            _seize_soon(handle)
        except OSError as error:
            if error.errno not in _HELD:
                raise _unusable(error, state) from error
            found = last_holder(state) or Holder("?", "?", "?")
            raise ArchiveBusyError("lock.busy", pid=found.pid, host=found.host, since=found.since) from None
        holder = Holder(str(os.getpid()), socket.gethostname(), _now())
        _note(state, holder)
        try:
            yield
        finally:
            _note(state, replace(holder, ended=_now()))


def last_holder(state: Path) -> Holder | None:
    """Return who holds the archive or held it last; None when nobody ever did, or the note is lost."""
    try:
        return Holder(**{key: str(value) for key, value in json.loads((state / _NOTE).read_text(encoding="utf-8")).items()})
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def is_held(state: Path) -> bool:
    """Return whether a process holds the archive for writing; finds out by taking the lock for an instant."""
    try:
        handle = (state / "lock").open("r+", encoding="utf-8")
    except OSError:
        return False  # never locked, or not to be written by anybody
    with handle:
        try:
            _seize(handle)
        except OSError:
            return True
    return False


def _seize_soon(handle: IO[str]) -> None:
    """Take the lock, if need be after a moment. Raises OSError.

    The lock of a killed process lives until its last system call has ended, which on a busy disk is a while; and who only asks
    whether the archive is held has it for an instant.
    """
    end = time.monotonic() + _MOMENT
    while True:
        try:
            _seize(handle)
        except OSError as error:
            if error.errno not in _HELD or time.monotonic() > end:
                raise
            time.sleep(_MOMENT / 50)
        else:
            return


def _opened(state: Path) -> IO[str]:
    try:
        state.mkdir(parents=True, exist_ok=True)
        return (state / "lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise _unusable(error, state) from error


def _unusable(error: OSError, state: Path) -> ArchiveError:
    return ArchiveError("intake.storage", path=error.filename or state, error=error.strerror or error)


def _note(state: Path, holder: Holder) -> None:
    """Write down who holds the archive; a full disk must not end a process for a note that only serves people."""
    with suppress(OSError):
        (state / _NOTE).write_text(json.dumps(asdict(holder)), encoding="utf-8")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
