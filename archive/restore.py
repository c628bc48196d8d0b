"""Restore: an archive made again from its backup. The backup is only read, and an archive that exists is never touched.

The backup is first held against its manifest as a whole, and every copy once more while it is made. The catalogue's copy comes
back with what reading and the ledger told; where it is damaged, or does not fit the files, the catalogue is made from the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.backup_place import MARKER, is_vacant, within
from archive.durable import flush
from archive.home import MARKER as TREE_MARKER
from archive.home import Home
from archive.layout import ABOUT, TREE
from archive.manifest import UnreadableError, copy, digest_of
from archive.mirror import CATALOGUE, MANIFEST, read_manifest
from archive.opening import Archive, writing_archive
from archive.rebuild import rebuild_catalogue
from archive.snapshot import is_sound
from archive.store import replace_file
from schema.errors import ArchiveError, Fault, FaultsError
from schema.findings import Finding
from schema.messages import Message, message

_UNDERWAY = "restoring"
# What makes a folder a home, and a backup's own files, which a home has no use for.
_SIGNS, _BACKUP_ONLY = (f"{TREE}/{TREE_MARKER}", "zuozheng.toml", "units.csv"), (MARKER, ABOUT)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: files, their bytes, documents; `rebuilt`: whether the catalogue had to be made from the tree."""

    files: int
    bytes: int
    documents: int
    rebuilt: bool
    findings: tuple[Finding, ...]


class DamagedBackupError(FaultsError):
    """A backup is not what its manifest says; every difference is named."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.faults = tuple(Fault(finding.subject, "", finding.detail) for finding in findings)
        ArchiveError.__init__(self, "restore.damaged", count=len(self.faults))


def restore(backup: Path, home: Home, *, partial: bool = False, progress: Callable[[str], None] = lambda _: None) -> Restored:
    """Restore `backup` to the new or empty `home`; a run that was cut off is taken up again.

    `partial`: restore what is whole where files are damaged or missing. Raises ArchiveError, DamagedBackupError.
    """
    entries = _admit(backup, home)
    findings = tuple(_differences(backup, entries, progress))
    damaged = {finding.subject for finding in findings}.difference(_BACKUP_ONLY)
    if damaged - {CATALOGUE} and not partial:
        raise DamagedBackupError(findings)
    wanted = {path: entries[path] for path in entries.keys() - damaged - {CATALOGUE, *_BACKUP_ONLY}}
    try:
        size = _copy_all(backup, home, wanted, progress)
        if CATALOGUE in entries and CATALOGUE not in damaged:
            _put(backup, CATALOGUE, home.state / CATALOGUE, entries[CATALOGUE], home)
    except OSError as error:
        raise ArchiveError("restore.storage", path=error.filename or home.root, error=error.strerror or error) from error
    with writing_archive(home) as archive:
        rebuilt = not _fits(archive, entries, damaged)
        if rebuilt:
            findings += rebuild_catalogue(archive).findings
        documents = sum(1 for _ in archive.catalogue.documents())
    (home.state / _UNDERWAY).unlink()
    return Restored(len(wanted), size, documents, rebuilt, findings)


def _admit(backup: Path, home: Home) -> dict[str, str]:
    """Return the backup's manifest. Raises ArchiveError where there is none, or the home must not be written."""
    entries = read_manifest(backup)
    if not entries:
        raise ArchiveError("restore.no-backup", path=backup / MANIFEST)
    if within(home.root, backup) or within(backup, home.root):
        raise ArchiveError("restore.inside", path=home.root, place=backup)
    underway = home.state / _UNDERWAY
    if not is_vacant(home.root) and not (underway.exists() and underway.read_text(encoding="utf-8") == _identity(backup)):
        raise ArchiveError("restore.exists" if home.exists() else "restore.not-empty", path=home.root)
    return entries


def _identity(backup: Path) -> str:
    """Return what tells one state of one backup from another."""
    return digest_of(backup / MANIFEST)[0]


def _differences(backup: Path, entries: Mapping[str, str], progress: Callable[[str], None]) -> Iterator[Finding]:
    """Yield what of the backup is not as its manifest says."""
    for path, listed in sorted(entries.items()):
        detail: Message | None = None
        try:
            if digest_of(backup / path)[0] != listed:
                detail = message("restore.differs", path=path)
            elif path == CATALOGUE and not is_sound(backup / path):
                detail = message("restore.unsound", path=path)
        except UnreadableError as error:
            is_there = (backup / path).exists()
            detail = message("restore.unreadable" if is_there else "restore.missing", path=path, error=error.reason)
        if detail is not None:
            yield Finding(detail.code.replace(".", "-"), path, detail)
        progress(path)


def _copy_all(backup: Path, home: Home, wanted: Mapping[str, str], progress: Callable[[str], None]) -> int:
    """Copy the files, those by which a folder is known as a home last. Returns their bytes. Raises OSError, ArchiveError."""
    home.state.mkdir(parents=True, exist_ok=True)
    replace_file(home.state / _UNDERWAY, _identity(backup).encode(), home.state)
    home.staging.mkdir(parents=True, exist_ok=True)
    size = 0
    written: list[Path] = []
    for path in sorted(wanted, key=lambda path: (path in _SIGNS, path)):
        size += _put(backup, path, home.root / path, wanted[path], home)
        written += [home.root / path, (home.root / path).parent]
        progress(path)
    flush(home.root, written)
    return size


def _put(backup: Path, path: str, target: Path, listed: str, home: Home) -> int:
    """Copy a file of the backup to `target` unless it lies there from a run that was cut off. Returns its bytes."""
    if target.is_file() and digest_of(target)[0] == listed:
        return target.stat().st_size
    draft = home.staging / "restoring.draft"
    try:
        found, size = copy(backup / path, draft)
    except UnreadableError as error:
        raise ArchiveError("restore.storage", path=backup / path, error=error.reason) from error
    if found != listed:
        draft.unlink()
        raise ArchiveError("restore.storage", path=backup / path, error=message("restore.differs", path=path).text())
    target.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(target)
    return size


def _fits(archive: Archive, entries: Mapping[str, str], damaged: set[str]) -> bool:
    """Return whether the catalogue speaks of exactly the bytes that were restored."""
    if damaged or CATALOGUE not in entries:
        return False
    return all(entries.get(f"{TREE}/{document.path}") == document.sha256 for document in archive.catalogue.documents())
