"""A damaged catalogue made again beside the old one, and put in its place in one step: no writer ever meets an empty one.

An empty catalogue would take everything in the inboxes in once more. So all of it is there, or the damaged one still is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.aside import put_aside
from archive.catalogue import Catalogue
from archive.catalogue_paths import Source
from archive.filesystem import kind_of
from archive.home import Home
from archive.rebuild import read_tree
from archive.scan import shown
from archive.sqlite_file import DAMAGE
from schema.errors import ArchiveError


@dataclass(frozen=True, slots=True)
class Renewed:
    """What the new catalogue holds: documents, and how many paths of the ledger could be brought over."""

    documents: int
    ledger: int


def renew_catalogue(home: Home, broken: Iterable[str]) -> Renewed:
    """Make the catalogue again from the tree; of `broken` places (relative to the tree), and of the ledger, from the old one.

    The old one is put aside. The caller holds the lock, and has the index made anew: the new sequence of changes is another one.
    """
    current, fresh = home.state / "catalogue.sqlite", home.state / "catalogue.renewed.sqlite"
    _remove(fresh)
    shared = not kind_of(home.state).network
    old = _open(current, shared_memory=shared) if current.exists() else None
    new = Catalogue(fresh, shared_memory=shared)
    try:
        documents = read_tree(home, new).documents
        documents += _bring_rows(old, new, broken) if old else 0
        ledger = _bring_ledger(old, new) if old else 0
    finally:
        new.close()
        if old is not None:
            old.close()
    for suffix in ("", "-wal", "-shm"):
        file = current.with_name(current.name + suffix)
        if file.exists():
            put_aside(home, file)
            if suffix:  # a log applied to another database would destroy that
                file.unlink(missing_ok=True)
    fresh.replace(current)
    return Renewed(documents, ledger)


def _bring_rows(old: Catalogue, new: Catalogue, broken: Iterable[str]) -> int:
    """Bring over the rows of places whose sidecars cannot speak for themselves; repair holds them against the bytes."""
    count = 0
    with new.transaction():
        for path in broken:
            try:
                row = old.at_path(path)
                if row is not None and new.document(row.id) is None and not new.path_taken(path):
                    new.put(row)
                    count += 1
            except DAMAGE:
                continue
    return count


def _bring_ledger(old: Catalogue, new: Catalogue) -> int:
    """Bring over what can be read of the ledger and agrees with itself; the next scan sees the rest anew."""
    count = 0
    with new.transaction():
        for source in _sources(old):
            known = not source.entry.document or new.document(source.entry.document) is not None
            if known and shown(os.fsdecode(source.key)) == source.entry.path:
                new.note(source)
                count += 1
    return count


def _sources(old: Catalogue) -> Iterator[Source]:
    try:
        keys = list(old.source_keys())
    except DAMAGE:
        return
    for key in keys:
        try:
            source = old.source(key)
        except DAMAGE:
            continue
        if source is not None:
            yield source


def _open(path: Path, *, shared_memory: bool) -> Catalogue | None:
    try:
        return Catalogue(path, shared_memory=shared_memory)
    except ArchiveError:
        return None


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
