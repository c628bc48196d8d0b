"""Paths named on the command line, seen as if they lay in a unit's inbox folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from archive.home import inboxes
from archive.opening import Archive
from archive.scan import Found, look_at, walk
from schema.errors import ArchiveError
from schema.model import Unit
from schema.units import fold_name


def dropped(archive: Archive, paths: tuple[Path, ...], unit: Unit | None) -> Iterator[Found]:
    """Yield what lies at `paths`: inside an inbox as it is there, elsewhere as `unit`'s.

    Without `unit`, the nearest folder named like a unit tells whose it is. Raises ArchiveError when none
    does, or when nothing is there.
    """
    roots = inboxes(archive.home, archive.district.settings)
    for path in (path.absolute() for path in paths):
        if not path.exists():
            raise ArchiveError("ingest.no-path", path=path)
        root = next((root for root in roots if path.is_relative_to(root)), None)
        if root is not None and unit is None:
            yield from _below(path, root, archive.home.root)
        else:
            yield from _elsewhere(archive, path, unit)


def _below(path: Path, root: Path, home: Path) -> Iterator[Found]:
    if path.is_dir():
        yield from walk(root, home, below=path)
    elif (found := look_at(path, path.relative_to(root).parts, home)) is not None:
        yield found


def _elsewhere(archive: Archive, path: Path, unit: Unit | None) -> Iterator[Found]:
    """Only the folders below the unit's own (or, for a named unit, the nearest one) are read for codes."""
    owner, start = (unit, path.parent.parent) if unit else _owner(archive, path)
    for found in _below(path, start, archive.home.root):
        yield replace(found, folder=replace(found.folder, parts=(owner.name, *found.folder.parts)))


def _owner(archive: Archive, path: Path) -> tuple[Unit, Path]:
    for folder in (path, *path.parents):
        unit = archive.district.unit_by_name.get(fold_name(folder.name)) if folder.name else None
        if unit is not None and folder.is_dir():
            return unit, folder
    raise ArchiveError("ingest.whose", path=path)
