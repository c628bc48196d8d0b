"""From stored documents to evidence: what counts for a point, and what never does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema.coverage import Evidence
from schema.model import Document, DocumentState


def evidence(documents: Iterable[Document]) -> Iterator[Evidence]:
    """Yield the evidence in `documents`: the assigned tags of current ones. Proposals and old versions never count."""
    for document in documents:
        if document.state is DocumentState.CURRENT:
            for point in document.points:
                yield Evidence(document.id, document.unit, point)
