"""What a named person says an element of a paper is: kept in the sidecar, so that no reading and no rebuild takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from archive.filing import kept_sidecar
from archive.opening import Archive, record
from archive.store import Plan, carry_out, journal, retire
from schema.errors import ArchiveError
from schema.model import Correction, Document

ELEMENTS = ("title", "kind", "number", "issuer", "date", "recipients", "attachments", "secrecy")


def correct(archive: Archive, document_id: str, said: Mapping[str, tuple[str, ...]], by: str, why: str) -> Document:
    """Keep what `by` says of the elements of a document (no values: the paper has none). Returns it as it is now.

    Raises ArchiveError: no such document, nothing said, nobody named, a date that is none.
    """
    document = archive.catalogue.document(document_id)
    if document is None:
        raise ArchiveError("correct.unknown", id=document_id)
    if not said or not by.strip() or not why.strip():
        raise ArchiveError("correct.unsigned")
    when = datetime.now(UTC).isoformat(timespec="seconds")
    new = tuple(Correction(name, _checked(name, values), by.strip(), why.strip(), when) for name, values in said.items())
    kept = kept_sidecar(archive, document)
    changed = kept.with_document(corrections=(*kept.document.corrections, *new))
    plan = Plan((changed,))
    with archive.catalogue.transaction():
        record(archive.catalogue, plan)
        entry = journal([plan], archive.home.staging)
        carry_out([plan], archive.home.tree)
    retire([entry])
    return changed.document


def _checked(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    cleaned = tuple(text for value in values if (text := " ".join(value.split())))
    if name == "date" and cleaned:
        try:
            date.fromisoformat(cleaned[0])
        except ValueError:
            raise ArchiveError("correct.date", date=cleaned[0]) from None
    return cleaned
