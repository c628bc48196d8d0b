"""A part of every disk is kept free: a file system filled to its last block fails in ways nobody can foresee."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from schema.errors import ArchiveError
from schema.messages import Message, message

_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Room:
    """The size of a file system and what an ordinary user may still write to it, in bytes."""

    total: int
    free: int

    def kept(self, percent: float) -> int:
        """Return how many bytes are to stay free."""
        return int(self.total * percent / 100)

    def lack(self, folder: Path, wanted: int, percent: float) -> Message | None:
        """Return what is wrong when `wanted` more bytes would eat into the part kept free; None when they fit or it is 0 %."""
        kept = self.kept(percent)
        if not percent or self.free - wanted >= kept:
            return None
        # Free is rounded down and what is needed up: the sentence must never say that it would fit.
        needed = -(-(wanted + kept) // _MB)
        return message("intake.no-room", folder=folder, free=self.free // _MB, needed=needed, percent=f"{percent:g}")


def room_on(folder: Path) -> Room:
    """Return the room on the file system of `folder`; costs one statvfs. Raises OSError."""
    usage = shutil.disk_usage(folder)
    return Room(usage.total, usage.free)


def require_room(folder: Path, wanted: int, keep_percent: float) -> None:
    """Raise ArchiveError("intake.no-room") unless `wanted` bytes fit below `folder` with `keep_percent` of the disk left free.

    0 asks nothing. Raises OSError when the file system does not answer.
    """
    lack = room_on(folder).lack(folder, wanted, keep_percent) if keep_percent else None
    if lack is not None:
        raise ArchiveError(lack.code, **dict(lack.params))
