"""The hand-over package: documents, sidecars and their list as a BagIt bag (RFC 8493), validated before it gets its name.

Bytes are hashed while they are copied and held against the catalogue and the sidecar, so the bag's manifests tell of what was
filed, not of what happened to arrive. The library `bagit`, by which archives check bags, reads the finished one from the disk;
this is its only user.
"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import bagit

from archive.choice import Choice, chosen
from archive.durable import flush
from archive.home import inboxes
from archive.manifest import digest_of, dump_manifest
from archive.opening import Archive
from archive.payload import MovedError, Payload
from archive.shares import archive_id
from archive.transfer_list import FILE, transfer_list
from archive.workbook import write_workbook
from schema.errors import ArchiveError, Fault, FaultsError
from schema.messages import message

_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Bagged:
    """What a bag holds: documents, payload files and their bytes."""

    documents: int
    files: int
    bytes: int


class DamagedDocumentsError(FaultsError):
    """Documents to be handed over are not what was filed; all of them are named."""

    def __init__(self, places: Iterable[str]) -> None:
        self.faults = tuple(Fault(place, "", message("bag.unfit")) for place in places)
        ArchiveError.__init__(self, "bag.damaged", count=len(self.faults))


def bag(archive: Archive, target: Path, asked: Choice, scope: str, progress: Callable[[str], None] = lambda _: None) -> Bagged:
    """Make the bag `target` of the documents `asked` for (`scope`: the same in words).

    It grows under another name beside the target, which a later attempt drops if this one is cut off. Raises ArchiveError,
    DamagedDocumentsError.
    """
    _refuse(archive, target)
    draft = target.with_name(f".{target.name}.zuozheng-draft")
    try:
        for _ in range(_ROUNDS):
            shutil.rmtree(draft, ignore_errors=True)
            try:
                bagged = _fill(archive, draft, asked, scope, progress)
            except MovedError:
                continue
            _validate(draft)
            draft.rename(target)
            flush(target.parent, [target.parent])
            return bagged
    except OSError as error:
        raise ArchiveError("bag.storage", path=error.filename or target, error=error.strerror or error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    raise ArchiveError("bag.restless")


def _refuse(archive: Archive, target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise ArchiveError("bag.exists", path=target)
    home = archive.home
    for place in (home.tree, home.state, *inboxes(home, archive.district.settings)):
        if target.resolve().is_relative_to(place.resolve()):
            raise ArchiveError("bag.inside", path=place)


def _fill(archive: Archive, draft: Path, asked: Choice, scope: str, progress: Callable[[str], None]) -> Bagged:
    payload = Payload(archive, draft / "data", asked)
    for document in chosen(archive, asked):
        payload.take(document)
        progress(document.name)
    if payload.damaged:
        raise DamagedDocumentsError(payload.damaged)
    if not payload.items:
        raise ArchiveError("bag.empty")
    write_workbook(draft / "data" / FILE, transfer_list(archive.district, payload.items), PurePosixPath(FILE).stem)
    payload.enter(FILE, *digest_of(draft / "data" / FILE))
    bagged = Bagged(len(payload.items), len(payload.entries), payload.bytes)
    _write_tags(archive, draft, payload.entries, bagged, scope)
    flush(draft, (path for path in (draft, *draft.rglob("*"))))
    return bagged


def _write_tags(archive: Archive, draft: Path, entries: dict[str, str], bagged: Bagged, scope: str) -> None:
    settings = archive.district.settings
    info = {
        "Source-Organization": settings.district or settings.title,
        "External-Description": message("bag.about", title=settings.title, scope=scope).text("zh"),
        "External-Identifier": archive_id(archive.home),
        "Bagging-Date": datetime.now(UTC).date().isoformat(),
        "Payload-Oxum": f"{bagged.bytes}.{bagged.files}",
        "Document-Count": str(bagged.documents),
        "Bag-Software-Agent": "zuozheng",
    }
    tags = {
        "bagit.txt": _DECLARATION.encode(),
        "bag-info.txt": "".join(f"{label}: {' '.join(value.split())}\n" for label, value in info.items()).encode(),
        "manifest-sha256.txt": dump_manifest(entries),
    }
    for name, data in tags.items():
        (draft / name).write_bytes(data)
    digests = {name: digest_of(draft / name)[0] for name in tags}
    (draft / "tagmanifest-sha256.txt").write_bytes(dump_manifest(digests))


def _validate(draft: Path) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # its calls of re.sub, on Python 3.13
            bagit.Bag(str(draft)).validate()
    except bagit.BagError as error:
        raise ArchiveError("bag.invalid", error=error) from error
