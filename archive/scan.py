"""What lies in the inboxes: one walk that follows no link and passes nothing over in silence."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from archive.names import is_litter, is_litter_folder
from archive.settle import Look


class Kind(StrEnum):
    """What a path of the inbox is."""

    FILE = "file"
    LITTER = "litter"
    LINK = "link"
    SPECIAL = "special"
    ELSEWHERE = "elsewhere"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Found:
    """A path of an inbox: where it is, its components below the inbox (the first names the unit), and the first look at it."""

    path: Path
    source: str
    parts: tuple[str, ...]
    kind: Kind
    look: Look

    @property
    def key(self) -> bytes:
        """The exact bytes of the source path, its identity in the ledger."""
        return os.fsencode(self.source)


_NOTHING = Look(0, 0, 0, 0)


def walk(root: Path, home: Path, below: Path | None = None) -> Iterator[Found]:
    """Yield everything in the inbox `root` (only `below` that folder of it) that is no folder, in the order of names.

    Nothing when the inbox is away. Components are counted from the inbox, so that the first one names the unit.
    """
    start = below or root
    folders: list[tuple[Path, tuple[str, ...]]] = [(start, start.relative_to(root).parts)]
    device = _device(root)
    while folders:
        folder, parts = folders.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except FileNotFoundError:
            continue  # gone since its parent was listed
        except OSError:
            yield Found(folder, source_of(folder, home), parts, Kind.UNREADABLE, _NOTHING)
            continue
        inner: list[tuple[Path, tuple[str, ...]]] = []
        for entry in entries:
            path, place = Path(entry.path), (*parts, entry.name)
            if _is_folder(entry) and _device(path) == device:
                inner += [] if is_litter_folder(entry.name) else [(path, place)]
            elif _is_folder(entry):
                yield Found(path, source_of(path, home), place, Kind.ELSEWHERE, _NOTHING)
            elif (found := look_at(path, place, home)) is not None:
                yield found
        folders += reversed(inner)


def look_at(path: Path, parts: tuple[str, ...], home: Path) -> Found | None:
    """Return what lies at `path` now, or None when it is gone or a folder."""
    try:
        state = path.lstat()
    except FileNotFoundError:
        return None
    except OSError:
        return Found(path, source_of(path, home), parts, Kind.UNREADABLE, _NOTHING)
    if stat.S_ISDIR(state.st_mode):
        return None
    look = Look(state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
    return Found(path, source_of(path, home), parts, _kind(path.name, state.st_mode), look)


def source_of(path: Path, home: Path) -> str:
    """Return the source path of a file: relative to the home where it lies inside, else absolute; forward slashes."""
    return (path.relative_to(home) if path.is_relative_to(home) else path).as_posix()


def shown(name: str) -> str:
    """Return a name as valid text. Bytes that are not UTF-8 are mostly GBK from old archives; else they are shown escaped."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raw = os.fsencode(name)
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError:
            return raw.decode("utf-8", "backslashreplace")
    return name


def _kind(name: str, mode: int) -> Kind:
    if stat.S_ISLNK(mode):
        return Kind.LINK
    if not stat.S_ISREG(mode):
        return Kind.SPECIAL
    return Kind.LITTER if is_litter(name) else Kind.FILE


def _device(folder: Path) -> int:
    """Return the device a folder lies on; another one inside an inbox is a disk or share mounted there."""
    try:
        return folder.lstat().st_dev
    except OSError:
        return 0


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a folder to be entered; a junction (Windows) is a link."""
    return entry.is_dir(follow_symlinks=False) and not getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)
