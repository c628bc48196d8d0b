"""When is a dropped file complete? A pure state machine over looks at it; nothing is ever compared with the clock of a file.

Size alone is not enough: Explorer and robocopy allocate the whole size first and fill it afterwards, and copiers set the
modification time back. So a file is at rest when size, both times and inode stay the same for `pause` seconds, no program holds
its lock companion, and its own format is closed (zip directory, %%EOF, no zero tail). A file that never closes is taken as it is
after `patience` seconds of rest: it may simply be damaged, and a later change is a new version.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

_TAIL = 4096
_ZIP_SUFFIXES = (".docx", ".xlsx", ".pptx", ".ofd", ".zip", ".odt", ".ods", ".odp", ".docm", ".xlsm")


@dataclass(frozen=True, slots=True)
class Look:
    """What the file system says of a file at one moment. Times in nanoseconds."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


def look_of(state: os.stat_result) -> Look:
    """Return the look that a stat result gives."""
    return Look(state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)


@dataclass(frozen=True, slots=True)
class Rest:
    """A look and since when (our own monotonic clock, seconds) every look has been like it."""

    look: Look
    since: float


def watched(before: Rest | None, look: Look, now: float) -> Rest:
    """Return the rest of a file after one more look at monotonic time `now`."""
    return before if before is not None and before.look == look else Rest(look, now)


def settled(rest: Rest, now: float, *, closed: bool, locked: bool, pause: float, patience: float) -> bool:
    """Return whether the file may be taken now.

    A file that is open elsewhere waits for `patience`, as one that looks unfinished does, and not for ever: lock companions
    outlive crashed programs. So does an empty file, which is often a copy's first moment.
    """
    whole = closed and not locked and rest.look.size > 0
    return now - rest.since >= (pause if whole else max(patience, pause))


def closed(name: str, head: bytes, tail: bytes) -> bool:
    """Return whether a file with these first and last bytes (up to 4 KiB each) is structurally finished."""
    if len(tail) >= _TAIL and not tail.strip(b"\0"):
        return False
    if head.startswith(b"%PDF"):
        return b"%%EOF" in tail
    if head.startswith(b"PK\x03\x04") or name.lower().endswith(_ZIP_SUFFIXES):
        # An office file of the OLE kind (an encrypted docx) has no zip directory and no mark at its end.
        return b"PK\x05\x06" in tail or head.startswith(b"\xd0\xcf\x11\xe0")
    return True


def companions(name: str) -> tuple[str, ...]:
    """Return the names under which Word, WPS and LibreOffice mark `name` as open in its folder."""
    return (f"~${name}", f"~${name[2:]}", f"~${name[1:]}", f".~{name}", f".~lock.{name}#")


def is_companion(name: str) -> bool:
    """Return whether a name may be the lock companion of some file."""
    return name.startswith(("~$", ".~"))
