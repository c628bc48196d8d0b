"""One archive, one writer: an operating-system lock that dies with its process, so that no stale lock is ever left behind."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from schema.errors import ArchiveBusyError

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
    """Hold the archive whose state folder is `state` for writing. Raises ArchiveBusyError naming the process that holds it."""
    state.mkdir(parents=True, exist_ok=True)
    holder = state / "writer.json"
    with (state / "lock").open("a+", encoding="utf-8") as handle:
        try:
            _seize(handle)
        except OSError:
            raise ArchiveBusyError("lock.busy", **_holder(holder)) from None
        since = datetime.now(UTC).isoformat(timespec="seconds")
        holder.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}), encoding="utf-8")
        yield


def _holder(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {key: str(found[key]) for key in ("pid", "host", "since")}
    except (OSError, ValueError, KeyError):
        return {"pid": "?", "host": "?", "since": "?"}
