"""What is worth a person's look about the material. Findings are values: listed and counted, never raised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schema.advice import advice
from schema.messages import Message, message
from schema.model import Document, DocumentState, LedgerEntry, Outcome, TagState, TextStatus

# Readings that leave a document unsearchable or damaged, each a finding of its own.
_UNREADABLE = frozenset(TextStatus) - {TextStatus.OK, TextStatus.PENDING}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: a code (file-encrypted, no-point…), what it is about (document id or inbox path), and the sentence."""

    code: str
    subject: str
    detail: Message
    unit: str = ""
    name: str = ""


def findings(documents: Iterable[Document], ledger: Iterable[LedgerEntry]) -> Iterator[Finding]:
    """Yield the findings about current documents, then about refused paths of the ledger."""
    for document in documents:
        if document.state is DocumentState.CURRENT:
            yield from _about_document(document)
    for entry in ledger:
        if entry.outcome is Outcome.REJECTED:
            yield Finding("refused", entry.path, entry.reason, entry.unit, entry.path.rpartition("/")[2])


def _about_document(document: Document) -> Iterator[Finding]:
    status = document.facts.text_status
    if status in _UNREADABLE:
        yield Finding(f"file-{status}", document.id, advice(status, document.facts.kind), document.unit, document.name)
    if not document.points:
        proposed = [tag for tag in document.tags if tag.state is TagState.PROPOSED]
        code = "no-point-proposed" if proposed else "no-point"
        points = "、".join(str(tag.point) for tag in proposed)
        yield Finding(code, document.id, message(f"findings.{code}", points=points), document.unit, document.name)
