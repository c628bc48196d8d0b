"""What lies in the inboxes: one walk that follows no link and passes nothing over in silence."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from operator import attrgetter
from pathlib import Path

from archive.names import is_litter, is_litter_folder
from archive.settle import Look, look_of

# How many files of one unit are shown before the next unit's turn.
_TURN = 50


class Kind(StrEnum):
    """What a path of the inbox is."""

    FILE = "file"
    LITTER = "litter"
    LINK = "link"
    SPECIAL = "special"
    ELSEWHERE = "elsewhere"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of an inbox, shared by all that lies in it: its path, its source path, its components below the inbox.

    Both paths with the separator at their end, so that what lies in it is one addition away.
    """

    place: str
    source: str
    parts: tuple[str, ...]

    def inner(self, name: str) -> Folder:
        """Return the folder `name` in this one."""
        return Folder(f"{self.place}{name}{os.sep}", f"{self.source}{name}/", (*self.parts, name))


@dataclass(frozen=True, slots=True)
class Found:
    """A path of an inbox and the first look at it. Small, because a hundred thousand may wait at once."""

    folder: Folder
    name: str
    kind: Kind
    look: Look

    @property
    def place(self) -> str:
        """The path as the system knows it."""
        return self.folder.place + self.name

    @property
    def path(self) -> Path:
        """The path as the system knows it."""
        return Path(self.place)

    @property
    def source(self) -> str:
        """The source path: relative to the home where it lies inside, else absolute; forward slashes."""
        return self.folder.source + self.name

    @property
    def parts(self) -> tuple[str, ...]:
        """The components below the inbox; the first names the unit."""
        return (*self.folder.parts, self.name)

    @property
    def key(self) -> bytes:
        """The exact bytes of the source path, its identity in the ledger."""
        return os.fsencode(self.source)


_NOTHING = Look(0, 0, 0, 0)
_name = attrgetter("name")


def walk(root: Path, home: Path, below: Path | None = None) -> Iterator[Found]:
    """Yield everything in the inbox `root` (only `below` that folder of it) that is no folder.

    In the order of names, but units take turns: a hundred thousand files of one never make the others wait. Nothing when the
    inbox is away. Components are counted from the inbox, so that the first one names the unit.
    """
    start = below or root
    top = _folder(start, home, start.relative_to(root).parts)
    device = _device(str(root))
    folders: list[Folder] = []
    yield from _list(top, device, folders)
    turns = deque(_below(folder, device) for folder in folders)
    while turns:
        unit = turns.popleft()
        shown_now = 0
        for found in islice(unit, _TURN):
            shown_now += 1
            yield found
        if shown_now == _TURN:
            turns.append(unit)


def folders(root: Path) -> tuple[Path, ...]:
    """Return the folders directly below the inbox `root` that a walk enters, in the order of names. Raises OSError."""
    device = _device(str(root))
    with os.scandir(root) as listing:
        entries = sorted(listing, key=_name)
    inner = (entry for entry in entries if _is_folder(entry) and not is_litter_folder(entry.name))
    return tuple(Path(entry.path) for entry in inner if _device(entry.path) == device)


def look_at(path: Path, parts: tuple[str, ...], home: Path) -> Found | None:
    """Return what a path is now; None when it has gone or is a folder."""
    return look_again(Found(_folder(path.parent, home, parts[:-1]), path.name, Kind.FILE, _NOTHING))


def look_again(found: Found) -> Found | None:
    """Return what the path of an earlier look is now; None when it has gone or is a folder."""
    try:
        state = os.lstat(found.place)
    except FileNotFoundError:
        return None
    except OSError:
        return Found(found.folder, found.name, Kind.UNREADABLE, _NOTHING)
    return None if stat.S_ISDIR(state.st_mode) else _seen(found.folder, found.name, state)


def source_of(path: Path, home: Path) -> str:
    """Return the source path of a file: relative to the home where it lies inside, else absolute; forward slashes."""
    inside = path.relative_to(home) if path.is_relative_to(home) else path
    return inside.as_posix() if inside.parts else ""


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


def _below(folder: Folder, device: int) -> Iterator[Found]:
    """Yield everything in a folder and the folders in it that is no folder."""
    folders = [folder]
    while folders:
        inner: list[Folder] = []
        yield from _list(folders.pop(), device, inner)
        folders += reversed(inner)


def _list(folder: Folder, device: int, inner: list[Folder]) -> Iterator[Found]:
    """Yield what lies in one folder; the folders in it to be entered are added to `inner`."""
    try:
        with os.scandir(folder.place) as listing:
            entries = sorted(listing, key=_name)
    except FileNotFoundError:
        return  # gone since its parent was listed
    except OSError:
        yield _unreadable(folder)
        return
    for entry in entries:
        if not _is_folder(entry):
            found = look_again(Found(folder, entry.name, Kind.FILE, _NOTHING))
            if found is not None:
                yield found
        elif _device(entry.path) != device:
            yield Found(folder, entry.name, Kind.ELSEWHERE, _NOTHING)
        elif not is_litter_folder(entry.name):
            inner.append(folder.inner(entry.name))


def _seen(folder: Folder, name: str, state: os.stat_result) -> Found:
    return Found(folder, name, _kind(name, state.st_mode), look_of(state))


def _folder(path: Path, home: Path, parts: tuple[str, ...]) -> Folder:
    return Folder(_ended(str(path), os.sep), _ended(source_of(path, home), "/"), parts)


def _ended(path: str, separator: str) -> str:
    """Return a path with the separator at its end; the home itself, "", is before everything in it already."""
    return path if not path or path.endswith(separator) else path + separator


def _unreadable(folder: Folder) -> Found:
    """Return a folder that cannot be listed, as something found in the one around it."""
    name = folder.place[:-1].rpartition(os.sep)[2]
    around = Folder(folder.place.removesuffix(name + os.sep), folder.source.removesuffix(f"{name}/"), folder.parts[:-1])
    return Found(around, name, Kind.UNREADABLE, _NOTHING)


def _kind(name: str, mode: int) -> Kind:
    if stat.S_ISLNK(mode):
        return Kind.LINK
    if not stat.S_ISREG(mode):
        return Kind.SPECIAL
    return Kind.LITTER if is_litter(name) else Kind.FILE


def _device(folder: str) -> int:
    """Return the device a folder lies on; another one inside an inbox is a disk or share mounted there."""
    try:
        return os.lstat(folder).st_dev
    except OSError:
        return 0


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a folder to be entered; a junction (Windows) is a link."""
    return entry.is_dir(follow_symlinks=False) and not getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)
