"""The decision about one dropped file, and the plan it leads to: new, a new version, or the same bytes once more."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from archive.layout import file_name, sidecar_path, version_path
from archive.names import with_mark
from archive.opening import Archive
from archive.scan import Found, shown
from archive.sidecar import Sidecar, load
from archive.store import Plan, Staged
from schema.errors import ArchiveError
from schema.messages import Message, message
from schema.model import Basis, Document, DocumentState, Outcome, Tag, TagState, Unit
from schema.path_tags import PathReading, path_tags

# RFC 4648, small letters.
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True, slots=True)
class Drop:
    """A file at rest in the folder of its unit. `source` is its source path as text.

    `is_overdue`: it has rested for so long that it is taken as it is, finished or not.
    """

    found: Found
    unit: Unit
    source: str
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a staged file. `plan` is None when nothing in the tree changes."""

    outcome: Outcome
    reason: Message
    document: str
    plan: Plan | None = None


class SidecarDamagedError(ArchiveError):
    """The sidecar of a stored document is damaged or gone; until it is repaired, nothing more can be done with the document."""


def concerned(archive: Archive, drop: Drop, staged: Staged) -> Document | None:
    """Return the stored document that a decision about this file has to do with: the same bytes, or its last version."""
    return archive.catalogue.same_content(staged.sha256, drop.unit.id) or archive.catalogue.from_source(drop.source)


def decide(archive: Archive, drop: Drop, staged: Staged, known: Document | None) -> Decision:
    """Decide about a staged file, given the stored document it is concerned with. Raises SidecarDamagedError."""
    unit = drop.unit
    path_reading = path_tags(drop.found.folder.parts[1:], shown(drop.found.name), unit, archive.district.frameworks)
    if known is not None and known.sha256 == staged.sha256 and known.state is DocumentState.WITHDRAWN:
        said = known.withdrawal.text("zh") if known.withdrawal else ""
        return Decision(Outcome.REJECTED, message("intake.withdrawn", id=known.id, said=said), known.id)
    rehomed: tuple[Sidecar, ...] = ()
    if known is not None and known.state is DocumentState.CURRENT:
        if known.sha256 == staged.sha256:
            return _once_more(archive, known, drop.source, path_reading, unit)
        other = archive.catalogue.other_source(known)
        if other is None:
            return _new_version(archive, known, drop, staged, path_reading)
        # The old bytes still lie elsewhere in the inbox: they stay evidence, now by that path, and this is a document of its own.
        rehomed = (kept_sidecar(archive, known).with_document(source=other),)
    version = known.version + 1 if known is not None else 1
    document = _document(archive, drop, staged, path_reading, version)
    reason = message("intake.filed", path=document.path)
    plan = Plan((_sidecar(archive, document, drop), *rehomed), data=staged.name)
    return Decision(Outcome.NEW, reason, document.id, plan)


def _once_more(archive: Archive, same: Document, source: str, reading: PathReading, unit: Unit) -> Decision:
    """Decide about bytes the unit has filed before: the same drop seen again, a copy, or a copy that names more points."""
    filed = tuple(tag for tag in same.tags if tag.basis is not Basis.CONTENT)
    held = {*(tag.point for tag in filed if tag.state is TagState.ASSIGNED), *(entry.point for entry in same.dismissed)}
    further = tuple(tag for tag in reading.tags if tag.state is TagState.ASSIGNED and tag.point not in held)
    if same.source == source and not further:
        return Decision(Outcome.NEW if same.version == 1 else Outcome.VERSION, message("intake.filed", path=same.path), same.id)
    if not further:
        return Decision(Outcome.DUPLICATE, message("intake.duplicate", path=same.path), same.id)
    added = {tag.point for tag in further}
    assigned = tuple(tag for tag in filed if tag.state is TagState.ASSIGNED)
    proposed = tuple(tag for tag in filed if tag.state is TagState.PROPOSED and tag.point not in added)
    points = "、".join(str(tag.point) for tag in further)
    plan = refile(archive, same, (*assigned, *further, *proposed), unit.name)
    outcome = Outcome.NEW if same.source == source else Outcome.DUPLICATE
    return Decision(outcome, message("intake.duplicate-adds", path=plan.sidecars[0].document.path, points=points), same.id, plan)


def refile(archive: Archive, document: Document, tags: tuple[Tag, ...], unit_name: str, **changes: Any) -> Plan:
    """Return the plan that files a stored document with `tags`, assigned ones first, and `changes` of other fields.

    It moves when its first point changes.
    """
    points = tuple(tag.point for tag in tags if tag.state is TagState.ASSIGNED)
    kept = kept_sidecar(archive, document).with_document(**changes, tags=tags)
    kept = kept.with_document(indicator="") if points else kept
    folder = archive.district.layout.folder(points, kept.document.indicator, unit_name)
    if document.path.rpartition("/")[0] == folder:
        return Plan((kept,))
    path = free_path(archive, folder, document.name, document.sha256)
    moved = kept.with_document(path=path, name=path.rpartition("/")[2])
    return Plan((moved,), moves=((document.path, path),), removes=(sidecar_path(document.path),))


def _new_version(archive: Archive, old: Document, drop: Drop, staged: Staged, reading: PathReading) -> Decision:
    """Decide about the same inbox path with other bytes: the old version goes to _versions, the new one takes its place."""
    document = _document(archive, drop, staged, _beside(old, reading), old.version + 1, old)
    kept = kept_sidecar(archive, old)
    place = version_path(old.path, old.version, old.sha256)
    shelved = kept.with_document(state=DocumentState.SUPERSEDED, path=place, name=place.rpartition("/")[2])
    left = () if document.path == old.path else (sidecar_path(old.path),)
    sidecars = (_sidecar(archive, document, drop), shelved)
    plan = Plan(sidecars, moves=((old.path, place),), removes=left, data=staged.name)
    return Decision(Outcome.VERSION, message("intake.version", version=document.version, path=document.path), document.id, plan)


def _beside(old: Document, reading: PathReading) -> PathReading:
    """Return what is filed of a new version's path: what persons said of the version before comes first and is kept to."""
    said = tuple(tag for tag in old.tags if tag.basis is Basis.PERSON)
    settled = {tag.point for tag in said} | {entry.point for entry in old.dismissed}
    mine = (tag for tag in reading.tags if tag.point not in settled and not (said and tag.state is TagState.PROPOSED))
    return replace(reading, tags=(*said, *mine))


def kept_sidecar(archive: Archive, document: Document) -> Sidecar:
    """Return the sidecar of a stored document from the tree. Raises SidecarDamagedError, OSError."""
    place = sidecar_path(document.path)
    try:
        return load((archive.home.tree / place).read_bytes())
    except (ValueError, FileNotFoundError) as error:
        raise SidecarDamagedError("filing.sidecar", path=place) from error


def _document(
    archive: Archive, drop: Drop, staged: Staged, reading: PathReading, version: int, old: Document | None = None
) -> Document:
    unit, source = drop.unit, drop.source
    points = tuple(tag.point for tag in reading.tags if tag.state is TagState.ASSIGNED)
    indicator = "" if points or reading.indicator is None else "/".join(reading.indicator)
    folder = archive.district.layout.folder(points, indicator, unit.name)
    if old is not None and old.path.rpartition("/")[0] == folder:
        path = old.path
    else:
        path = free_path(archive, folder, shown(drop.found.name), staged.sha256)
    return Document(
        id=_identity(unit.id, source, staged.sha256, version), seq=0, sha256=staged.sha256, size=staged.size, unit=unit.id,
        name=path.rpartition("/")[2], source=source, path=path, received=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version, supersedes=old.id if old else "", state=DocumentState.CURRENT, tags=reading.tags, indicator=indicator,
        problems=reading.problems, dismissed=old.dismissed if old else (),
    )  # fmt: skip


def _sidecar(archive: Archive, document: Document, drop: Drop) -> Sidecar:
    found, name = drop.found, shown(drop.found.name)
    raw = "" if name == found.name else found.key.rpartition(b"/")[2].hex()
    modified = datetime.fromtimestamp(found.look.mtime_ns / 1e9, UTC).isoformat(timespec="seconds")
    return Sidecar(document, drop.unit.name, name, raw, modified, archive.district.versions)


def free_path(archive: Archive, folder: str, name: str, sha256: str) -> str:
    """Return a path in `folder` that nothing holds, neither in the catalogue nor in the tree, whatever the letter case."""
    stored = file_name(folder, name)
    path, number = f"{folder}/{stored}", 0
    while archive.catalogue.path_taken(path) or os.path.lexists(f"{archive.home.tree}/{path}"):
        number += 1
        path = f"{folder}/{with_mark(stored, f'__{sha256[:8]}' if number == 1 else f'__{sha256[:8]}_{number}')}"
    return path


def _identity(unit: str, source: str, sha256: str, version: int) -> str:
    """Return an id that follows from what is filed, so that filing it again after a crash gives the same one (65 bits)."""
    digest = hashlib.sha256("\0".join((unit, source, sha256, str(version))).encode()).digest()
    bits = int.from_bytes(digest[:9]) >> 7
    return "".join([_BASE32[bits >> shift & 31] for shift in range(60, -1, -5)])
