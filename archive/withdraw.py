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
    """Withdraw a document and its older versions. Returns them as they are now. Raises ArchiveError."""
    document = _known(archive, document_id)
    if document.state is DocumentState.WITHDRAWN:
        raise ArchiveError("withdraw.already", id=document_id)
    said = _decided("withdraw.said", by, why)
    folder = f"{WITHDRAWN}/{_unit_name(archive, document)}"
    chain = (document, *_older(archive, document, DocumentState.SUPERSEDED))
    moved = []
    for version in chain:
        kept = kept_sidecar(archive, version)
        path = free_path(archive, folder, f"{version.id} {kept.original_name}", version.sha256)
        moved.append(_moved(kept, path, DocumentState.WITHDRAWN, said))
    return _carried_out(archive, chain, moved)


def bring_back(archive: Archive, document_id: str, by: str, why: str) -> tuple[Document, ...]:
    """Undo the withdrawal of a document and its older versions. Returns them as they are now. Raises ArchiveError."""
    document = _known(archive, document_id)
    if document.state is not DocumentState.WITHDRAWN:
        raise ArchiveError("withdraw.not", id=document_id)
    said = _decided("withdraw.undone", by, why)
    folder = archive.district.layout.folder(document.points, document.indicator, _unit_name(archive, document))
    place = free_path(archive, folder, kept_sidecar(archive, document).original_name, document.sha256)
    moved = [_moved(kept_sidecar(archive, document), place, DocumentState.CURRENT, said)]
    older = tuple(_older(archive, document, DocumentState.WITHDRAWN))
    for version in older:
        path = version_path(place, version.version, version.sha256)
        moved.append(_moved(kept_sidecar(archive, version), path, DocumentState.SUPERSEDED, said))
    back = _carried_out(archive, (document, *older), moved)
    with archive.catalogue.transaction():
        for version in back:
            archive.catalogue.look_anew(version.id)
    return back


def _known(archive: Archive, document_id: str) -> Document:
    document = archive.catalogue.document(document_id)
    if document is None:
        raise ArchiveError("withdraw.unknown", id=document_id)
    return document


def _older(archive: Archive, document: Document, state: DocumentState) -> Iterator[Document]:
    """Yield the versions before a document, the newest first, that are in a state."""
    while document.supersedes:
        before = archive.catalogue.document(document.supersedes)
        if before is None:
            return
        if before.state is state:
            yield before
        document = before


def _decided(code: str, by: str, why: str) -> Message:
    if not by.strip() or not why.strip():
        raise ArchiveError("withdraw.unsigned")
    return message(code, by=by.strip(), why=why.strip(), when=datetime.now(UTC).isoformat(timespec="seconds"))


def _unit_name(archive: Archive, document: Document) -> str:
    unit = archive.district.unit_by_id.get(document.unit)
    return unit.name if unit else document.unit


def _moved(kept: Sidecar, path: str, state: DocumentState, said: Message) -> Sidecar:
    document = replace(kept.document, path=path, name=path.rpartition("/")[2], state=state, withdrawal=said)
    return replace(kept, document=document)


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
