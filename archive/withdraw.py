"""The only way out of the archive: a named person withdraws a document, with a reason; nothing is deleted, and it can be undone.

The document goes to _撤回 with all its older versions. Its bytes are refused from then on when the unit drops them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from archive.filing import free_path, kept_sidecar
from archive.layout import WITHDRAWN, sidecar_path, version_path
from archive.opening import Archive, record
from archive.sidecar import Sidecar
from archive.store import Plan, carry_out, journal, retire
from schema.errors import ArchiveError
from schema.messages import Message, message
from schema.model import Document, DocumentState


def withdraw(archive: Archive, document_id: str, by: str, why: str) -> tuple[Document, ...]:
    """Withdraw a document and its older versions. Returns them as they are now. Raises ArchiveError, OSError."""
    document = _known(archive, document_id)
    if document.state is DocumentState.WITHDRAWN:
        raise ArchiveError("withdraw.already", id=document_id)
    said = _decided("withdraw.said", by, why)
    folder = f"{WITHDRAWN}/{_unit_name(archive, document)}"
    older = (version for version in _older(archive, document) if version.state is DocumentState.SUPERSEDED)
    chain = (document, *older)
    moved = []
    for version in chain:
        kept = kept_sidecar(archive, version)
        path = free_path(archive, folder, f"{version.id} {kept.original_name}", version.sha256)
        moved.append(_moved(kept, path, DocumentState.WITHDRAWN, said))
    return _carried_out(archive, chain, moved)


def bring_back(archive: Archive, document_id: str, by: str, why: str) -> tuple[Document, ...]:
    """Undo the withdrawal of a document and of the versions that went with it. Returns them as they are now.

    A version whose place a newer one has taken comes back as an older version of that. Raises ArchiveError, OSError.
    """
    document = _known(archive, document_id)
    if document.state is not DocumentState.WITHDRAWN:
        raise ArchiveError("withdraw.not", id=document_id)
    said = _decided("withdraw.undone", by, why)
    older = (version for version in _older(archive, document) if _went_with(version, document))
    chain = (document, *older)
    place, moved = _standing_place(archive, document), []
    for version in chain:
        is_current = version is document and archive.catalogue.successor(document_id) is None
        path = place if is_current else version_path(place, version.version, version.sha256)
        state = DocumentState.CURRENT if is_current else DocumentState.SUPERSEDED
        moved.append(_moved(kept_sidecar(archive, version), path, state, said))
    return _carried_out(archive, chain, moved)


def _known(archive: Archive, document_id: str) -> Document:
    document = archive.catalogue.document(document_id)
    if document is None:
        raise ArchiveError("withdraw.unknown", id=document_id)
    return document


def _older(archive: Archive, document: Document) -> Iterator[Document]:
    """Yield the versions before a document, the newest first."""
    while document.supersedes and (before := archive.catalogue.document(document.supersedes)) is not None:
        yield before
        document = before


def _went_with(version: Document, document: Document) -> bool:
    """Return whether an older version was withdrawn by the same decision, and not for a reason of its own."""
    return version.state is DocumentState.WITHDRAWN and version.withdrawal == document.withdrawal


def _standing_place(archive: Archive, document: Document) -> str:
    """Return where a document belongs when it stands, or where the version stands that took its place. Raises ArchiveError."""
    newest = document
    while (newer := archive.catalogue.successor(newest.id)) is not None:
        newest = newer
    if newest.id == document.id:
        folder = archive.district.layout.folder(document.points, document.indicator, _unit_name(archive, document))
        return free_path(archive, folder, kept_sidecar(archive, document).original_name, document.sha256)
    if newest.state is DocumentState.WITHDRAWN:
        raise ArchiveError("withdraw.newer-first", id=document.id, newer=newest.id)
    return newest.path


def _decided(code: str, by: str, why: str) -> Message:
    if not by.strip() or not why.strip():
        raise ArchiveError("withdraw.unsigned")
    return message(code, by=by.strip(), why=why.strip(), when=datetime.now(UTC).isoformat(timespec="seconds"))


def _unit_name(archive: Archive, document: Document) -> str:
    unit = archive.district.unit_by_id.get(document.unit)
    return unit.name if unit else document.unit


def _moved(kept: Sidecar, path: str, state: DocumentState, said: Message) -> Sidecar:
    before = kept.document.withdrawal
    document = replace(kept.document, path=path, name=path.rpartition("/")[2], state=state, withdrawal=said)
    return replace(kept, document=document, decided=(*kept.decided, *([before] if before else [])))


def _carried_out(archive: Archive, before: tuple[Document, ...], moved: list[Sidecar]) -> tuple[Document, ...]:
    """Move stored files and their sidecars, journalled: all of them, or after a crash all of them later."""
    moves = tuple((old.path, new.document.path) for old, new in zip(before, moved, strict=True))
    plan = Plan(tuple(moved), moves=moves, removes=tuple(sidecar_path(old.path) for old in before))
    with archive.catalogue.transaction():
        record(archive.catalogue, plan)
        entry = journal([plan], archive.home.staging)
        carry_out([plan], archive.home.tree)
    retire([entry])
    return tuple(sidecar.document for sidecar in moved)
