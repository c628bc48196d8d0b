"""Opening an archive: home, district and catalogue together; for writing, with the lock held and the last crash mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from archive.catalogue import Catalogue
from archive.filesystem import kind_of
from archive.home import DATA_KINDS, MARKER, District, Home, load_district
from archive.layout import ABOUT, WITHDRAWN
from archive.lock import writing
from archive.seal import seal, unseal
from archive.store import Plan, recover, replace_file, sweep
from schema.errors import ArchiveError
from schema.frameworks import data_sources
from schema.messages import message
from schema.settings import Settings


@dataclass(frozen=True)
class Archive:
    """An open archive."""

    home: Home
    district: District
    catalogue: Catalogue


@contextmanager
def reading_archive(home: Home) -> Iterator[Archive]:
    """Open an archive to look at it. Raises FaultsError, ArchiveError."""
    district = load_district(home)
    catalogue = open_catalogue(home, district.settings)
    try:
        yield Archive(home, district, catalogue)
    finally:
        catalogue.close()


def open_catalogue(home: Home, settings: Settings) -> Catalogue:
    """Open the catalogue where it is safe: not on another machine's disk, unless the settings say so. Raises ArchiveError."""
    place = kind_of(home.state)
    if place.network and not settings.network_catalogue:
        raise ArchiveError("catalogue.network", path=home.state, type=place.type or place.mount_point)
    return Catalogue(home.state / "catalogue.sqlite", shared_memory=not place.network)


@contextmanager
def writing_archive(home: Home) -> Iterator[Archive]:
    """Open an archive to change it: alone, after carrying out what a crash left half done. Raises ArchiveBusyError too.

    The seal is broken as long as it is open; an error, like a crash, leaves it broken.
    """
    with writing(home.state):
        unseal(home)
        with reading_archive(home) as archive:
            prepare(home)
            mend(archive)
            keep_heritage(home, archive.district)
            yield archive
        seal(home)


def mend(archive: Archive) -> None:
    """Carry out what a crash or a failure left half done; nothing happens where all is well."""
    plans = recover(archive.home.tree)
    if plans:
        with archive.catalogue.transaction():
            for plan in plans:
                record(archive.catalogue, plan)
    sweep(archive.home.staging)


def prepare(home: Home) -> None:
    """Make the tree's own folders and its two explanatory files."""
    home.staging.mkdir(parents=True, exist_ok=True)
    (home.tree / WITHDRAWN).mkdir(exist_ok=True)
    if not (home.tree / MARKER).exists():
        replace_file(home.tree / MARKER, marker(uuid4().hex), home.staging)
    about = message("archive.about-tree").text("zh")
    replace_file(home.tree / ABOUT, about.encode("utf-8-sig"), home.staging)


def marker(archive_id: str) -> bytes:
    """Return the content of the tree's format marker."""
    return f"zuozheng archive, format 1\nid {archive_id}\n".encode()


def keep_heritage(home: Home, district: District) -> None:
    """Keep copies of settings, register, frameworks and duties inside the tree: it must be readable when all else is gone."""
    for file in (home.settings_file, home.register_file):
        if file.is_file():
            replace_file(home.heritage / file.name, file.read_bytes(), home.staging)
    names = {"frameworks": {framework.id for framework in district.frameworks}, "duties": {district.settings.duties}}
    for kind in DATA_KINDS:
        for source in data_sources(home.data, kind):
            if kind not in names or source.name.removesuffix(".toml") in names[kind]:
                replace_file(home.heritage / kind / source.name, source.read_bytes(), home.staging)


def record(catalogue: Catalogue, plan: Plan) -> None:
    """Put a plan's documents into the catalogue; a version that leaves its place goes before the one that takes it."""
    for sidecar in reversed(plan.sidecars):
        catalogue.put(sidecar.document)
