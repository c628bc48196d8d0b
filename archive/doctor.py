"""What a machine can do for an archive, and how its archive is: checks, each with one sentence. Changes nothing that is kept."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from archive.catalogue import quick_check
from archive.checks import Check, Status, folder_checks
from archive.doctor_inboxes import inbox_checks, listening, unit_checks, watches
from archive.durable import flushes_at_once
from archive.filesystem import kind_of
from archive.home import District, Home, load_district
from archive.lock import Holder, is_held, last_holder
from archive.opening import open_catalogue
from schema.errors import ArchiveError, FaultsError
from schema.messages import message
from schema.settings import Settings

# The first version with STRICT tables.
_OLDEST_SQLITE = (3, 37, 0)
# What may be installed besides, and the modules it takes.
_PARTS = (("ocr", "rapidocr", "onnxruntime"), ("7z", "py7zr"), ("rar", "rarfile"))
# Programs that rarfile works with; one is enough.
_UNRAR = ("unrar", "unar", "7z", "7zz", "bsdtar")


def examine(home: Home) -> Iterator[Check]:
    """Check this machine, the archive at `home` and its inboxes."""
    yield from _machine()
    district: District | None = None
    try:
        district = load_district(home)
    except FaultsError as error:
        yield Check("settings", Status.PROBLEM, message("doctor.faults", count=len(error.faults)))
    settings = district.settings if district else Settings()
    yield from _storage(home, settings)
    yield from _writer(home)
    catalogue = _catalogue(home)
    yield catalogue
    known = _known(home, settings) if catalogue.status is Status.OK else None
    yield from inbox_checks(home, settings, known)
    if district is not None:
        yield from unit_checks(home, district)


def examine_folder(path: Path) -> Iterator[Check]:
    """Check what a folder can do, as an inbox or as the place of an archive, whether or not it belongs to one."""
    place = kind_of(path)
    code = "doctor.folder-network" if place.network else "doctor.disk-local"
    status = Status.WARNING if place.network else Status.OK
    yield Check("disk", status, message(code, path=path, type=place.type or place.mount_point))
    yield from folder_checks(path, Settings().keep_free_percent)
    if not place.network:
        yield listening(path)
        yield from watches((path,))


def _machine() -> Iterator[Check]:
    versions = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        yield Check("python", Status.PROBLEM, message("doctor.sqlite-old", **versions))
    else:
        yield Check("python", Status.OK, message("doctor.python", **versions))
    for part, *modules in _PARTS:
        module = "、".join(modules)
        if not all(map(find_spec, modules)):
            yield Check(f"part.{part}", Status.OK, message(f"doctor.no-{part}", module=module))
        elif part == "rar" and not any(map(shutil.which, _UNRAR)):
            yield Check("part.rar", Status.WARNING, message("doctor.no-unrar", programs="、".join(_UNRAR)))
        else:
            yield Check(f"part.{part}", Status.OK, message("doctor.part", module=module))


def _storage(home: Home, settings: Settings) -> Iterator[Check]:
    """Check where the catalogue lies, and what the tree's folder can do."""
    place = kind_of(home.state)
    told = {"path": home.state, "type": place.type or place.mount_point}
    if not place.network:
        yield Check("disk", Status.OK, message("doctor.disk-local", **told))
    elif settings.network_catalogue:
        yield Check("disk", Status.WARNING, message("doctor.disk-forced", **told))
    else:
        yield Check("disk", Status.PROBLEM, message("catalogue.network", **told))
    yield from folder_checks(home.tree, settings.keep_free_percent)
    flush = message("doctor.flush-at-once") if flushes_at_once() else message("doctor.flush-each")
    yield Check("flush", Status.OK, flush)


def _writer(home: Home) -> Iterator[Check]:
    """Check who writes the archive, or how the last one ended."""
    holder = last_holder(home.state)
    if is_held(home.state):
        yield _held(holder or Holder("?", "?", "?"))
        return
    yield Check("lock", Status.OK, message("doctor.lock-free"))
    if holder is not None and holder.ended:
        yield Check("closing", Status.OK, message("doctor.closed", time=holder.ended))
    elif holder is not None:
        told = {"pid": holder.pid, "host": holder.host, "since": holder.since}
        yield Check("closing", Status.WARNING, message("doctor.not-closed", **told))


def _held(holder: Holder) -> Check:
    told = {"pid": holder.pid, "host": holder.host, "since": holder.since}
    if holder.host == socket.gethostname() and not _lives(holder.pid):
        return Check("lock", Status.WARNING, message("doctor.lock-orphan", **told))
    return Check("lock", Status.OK, message("doctor.lock-held", **told))


def _lives(pid: str) -> bool:
    """Return whether a process of this machine lives. Windows has no harmless signal; there the lock itself is the proof."""
    if os.name == "nt" or not pid.isdigit():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # another user's
    return True


def _catalogue(home: Home) -> Check:
    path = home.state / "catalogue.sqlite"
    if not path.exists():
        if any(home.tree.rglob("_meta/*.json")):
            return Check("catalogue", Status.WARNING, message("doctor.no-catalogue"))
        return Check("catalogue", Status.OK, message("doctor.catalogue-new"))
    damage = quick_check(path)
    if damage:
        return Check("catalogue", Status.PROBLEM, message("catalogue.damaged", path=path, error=damage))
    return Check("catalogue", Status.OK, message("doctor.catalogue"))


def _known(home: Home, settings: Settings) -> tuple[bytes, ...] | None:
    """Return every inbox path ever seen; None where the catalogue cannot be asked."""
    try:
        catalogue = open_catalogue(home, settings)
    except ArchiveError:
        return None
    try:
        return tuple(catalogue.source_keys())
    finally:
        catalogue.close()
