"""Checks of the inboxes: are they there, whose disk, do events arrive, can receipts be written, do folders and units agree."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from archive import probes
from archive.checks import Check, Status
from archive.filesystem import kind_of
from archive.home import District, Home, inboxes
from archive.names import is_litter_folder
from archive.scan import shown
from archive.shares import MARK, Share, ShareState, below, look, read_shares
from archive.watch import events_arrive
from schema.messages import message
from schema.settings import Settings
from schema.units import fold_name

_EVENT_SECONDS = 2.0
# Other programs of the same user watch folders too.
_SHARE_OF_WATCHES = 0.8
_NAMED = 5


def inbox_checks(home: Home, settings: Settings, known: Iterable[bytes] | None) -> Iterator[Check]:
    """Check every inbox; `known` are the paths ever seen in any of them, None when the catalogue cannot tell."""
    keys = None if known is None else tuple(known)
    local: list[Path] = []
    for root in inboxes(home, settings):
        state = _state(root, home, keys)
        yield state
        if not root.is_dir():
            continue
        place = kind_of(root)
        told = {"path": root, "type": place.type or place.mount_point, "seconds": settings.share_settle_seconds}
        code = "doctor.inbox-network" if place.network else "doctor.inbox-local"
        yield Check("inbox.disk", Status.OK, message(code, **told))
        writable = _writable(root)
        yield writable
        if not place.network and not settings.poll:
            local.append(root)
            if writable.status is Status.OK:
                yield listening(root, "inbox.events")
            else:
                yield Check("inbox.events", Status.OK, message("doctor.events-skipped", path=root))
    yield from watches(local)


def listening(path: Path, name: str = "events") -> Check:
    """Check whether the system tells of files made in a folder."""
    try:
        if events_arrive(path, _EVENT_SECONDS):
            return Check(name, Status.OK, message("doctor.events", path=path))
        return Check(name, Status.WARNING, message("doctor.no-events", path=path))
    except OSError as error:
        return Check(name, Status.WARNING, message("doctor.events-unknown", path=path, error=error.strerror or error))


def watches(roots: Iterable[Path]) -> Iterator[Check]:
    """Check whether the system lets so many folders be watched; nothing where it has no such limit."""
    limit = probes.watch_limit()
    if limit is None:
        return
    told = {"folders": sum(probes.folders_below(root) for root in roots), "limit": limit}
    if told["folders"] > _SHARE_OF_WATCHES * limit:
        yield Check("watches", Status.WARNING, message("doctor.watches-few", **told))
    else:
        yield Check("watches", Status.OK, message("doctor.watches", **told))


def unit_checks(home: Home, district: District) -> Iterator[Check]:
    """Check that every registered unit has a folder in an inbox, and every folder a unit."""
    names = [name for root in inboxes(home, district.settings) for name in _folders(root)]
    found = {unit.id for name in names if (unit := district.unit_by_name.get(fold_name(name))) is not None}
    lacking = [unit.name for unit in district.units if unit.id not in found]
    strange = [name for name in names if fold_name(name) not in district.unit_by_name]
    if lacking:
        yield Check("units.missing", Status.WARNING, message("doctor.units-missing", count=len(lacking), names=_some(lacking)))
    if strange:
        yield Check("units.unknown", Status.WARNING, message("doctor.units-unknown", count=len(strange), names=_some(strange)))
    if not lacking and not strange:
        yield Check("units", Status.OK, message("doctor.units", count=len(district.units)))


def _state(root: Path, home: Home, keys: tuple[bytes, ...] | None) -> Check:
    """Check whether an inbox can be believed. Nothing is marked here: that is for the next pass."""
    state = look(root, home, known=True)
    remembered = next((share for share in read_shares(home) if share.path == str(root)), Share(str(root), state, ""))
    if state is ShareState.PRESENT and remembered.state is ShareState.SHRUNK:
        state = ShareState.SHRUNK
    since = remembered.since if remembered.state is state else ""
    if state is ShareState.PRESENT:
        return Check("inbox.state", Status.OK, message("doctor.inbox-present", path=root))
    if state is ShareState.UNMARKED and keys is not None and not any(below(root, home, key) for key in keys):
        return Check("inbox.state", Status.OK, message("doctor.inbox-new", path=root))
    if since:
        return Check("inbox.state", Status.PROBLEM, message(f"doctor.inbox-{state}-since", path=root, since=since))
    return Check("inbox.state", Status.PROBLEM, message(f"doctor.inbox-{state}", path=root))


def _writable(root: Path) -> Check:
    try:
        with probes.scratch(root):
            return Check("inbox.writable", Status.OK, message("doctor.inbox-writable", path=root))
    except OSError as error:
        return Check(
            "inbox.writable", Status.WARNING, message("doctor.inbox-read-only", path=root, error=error.strerror or error)
        )


def _folders(root: Path) -> Iterator[str]:
    """Yield the names of the folders in an inbox that should be units'; none while it is away."""
    try:
        with os.scandir(root) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        ours = entry.name.startswith(("_", MARK)) or is_litter_folder(entry.name)
        if entry.is_dir(follow_symlinks=False) and not ours:
            yield shown(entry.name)


def _some(names: list[str]) -> str:
    return "、".join(names[:_NAMED]) + ("……" if len(names) > _NAMED else "")
