"""Where a backup may lie: in a folder of its own, outside the archive, marked as this archive's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from archive.home import MARKER as TREE_MARKER
from archive.home import Home, inboxes
from archive.lock import writing
from archive.names import is_litter, is_litter_folder
from archive.shares import archive_id
from archive.store import replace_file
from schema.errors import ArchiveBusyError, ArchiveError, FaultsError
from schema.settings import load_settings

MARKER = "0=zuozheng-backup_1"


def admit(home: Home, target: Path) -> str:
    """Return the id of the archive, which may be backed up to `target`. Raises ArchiveError where it may or can not."""
    for place in (home.root, *_inboxes(home)):
        if within(target, place) or (place == home.root and within(place, target)):
            raise ArchiveError("backup.inside", path=target, place=place)
    identity = _identity(home)
    if not identity:
        raise ArchiveError("backup.no-tree", path=home.tree / TREE_MARKER)
    if (target / MARKER).is_file():
        if f"id {identity}" not in (target / MARKER).read_text(encoding="utf-8", errors="replace").splitlines():
            raise ArchiveError("backup.other", path=target)
    elif not is_vacant(target):
        raise ArchiveError("backup.not-empty", path=target)
    return identity


def begin(target: Path, identity: str) -> None:
    """Make the folder and its mark where they are lacking. Raises OSError."""
    target.mkdir(parents=True, exist_ok=True)
    if not (target / MARKER).exists():
        replace_file(target / MARKER, f"zuozheng backup, format 1\nid {identity}\n".encode(), target)


def within(path: Path, place: Path) -> bool:
    """Return whether a path is `place` or lies below it, links followed."""
    return path.resolve().is_relative_to(place.resolve())


def is_vacant(folder: Path) -> bool:
    """Return whether there is no such folder yet, or nothing in it but what systems leave everywhere."""
    return not folder.exists() or (folder.is_dir() and not any(_is_content(entry) for entry in folder.iterdir()))


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """Let one backup of an archive run at a time, where its disk can still be written to say so. Raises ArchiveBusyError."""
    with ExitStack() as stack:
        try:
            stack.enter_context(writing(home.state / "backup"))
        except ArchiveBusyError as error:
            raise ArchiveBusyError("backup.busy", **dict(error.message.params)) from None
        except ArchiveError:
            pass  # a disk that has gone read-only is the best reason for a backup
        yield


def _inboxes(home: Home) -> tuple[Path, ...]:
    with suppress(FaultsError):
        return inboxes(home, load_settings(home.settings_file))
    return ()  # settings that cannot be read are no reason to go without a backup


def _identity(home: Home) -> str:
    with suppress(OSError, ValueError):
        return archive_id(home)
    return ""


def _is_content(entry: Path) -> bool:
    return not (is_litter_folder(entry.name) if entry.is_dir() else is_litter(entry.name))
