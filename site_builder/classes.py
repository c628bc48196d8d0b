"""What a document is to privacy, by the points it is filed or proposed for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from schema.errors import ArchiveError
from schema.model import Document, DocumentState, Framework, PointRef


class Class(StrEnum):
    """OPEN, RESTRICTED (about children in need of protection), or UNSORTED: without a point yet, handled as restricted."""

    OPEN = "open"
    RESTRICTED = "restricted"
    UNSORTED = "unsorted"


def restricted_points(frameworks: Iterable[Framework]) -> frozenset[PointRef]:
    """Return the points whose evidence is restricted."""
    return frozenset(point.ref for framework in frameworks for point in framework.points if point.restricted)


def classes(documents: Iterable[Document], frameworks: Iterable[Framework]) -> tuple[dict[str, Class], tuple[Document, ...]]:
    """Return the class of every document that stands, by id, and those that have none: a point of theirs is in no framework."""
    frameworks = tuple(frameworks)
    known = {point.ref for framework in frameworks for point in framework.points}
    restricted = restricted_points(frameworks)
    found: dict[str, Class] = {}
    unknown: list[Document] = []
    for document in documents:
        if document.state is DocumentState.CURRENT:
            own = {tag.point for tag in document.tags}
            if own <= known:
                found[document.id] = Class.UNSORTED if not own else Class.OPEN if own.isdisjoint(restricted) else Class.RESTRICTED
            else:
                unknown.append(document)
    return found, tuple(unknown)


def required(documents: Iterable[Document], frameworks: Iterable[Framework]) -> dict[str, Class]:
    """Return the class of every document that stands, by id. Raises ArchiveError (privacy.unclassified) when one has none."""
    found, unknown = classes(documents, frameworks)
    if unknown:
        known = {point.ref for framework in frameworks for point in framework.points}
        points = sorted({str(tag.point) for document in unknown for tag in document.tags if tag.point not in known})
        raise ArchiveError("privacy.unclassified", count=len(unknown), document=unknown[0].id, points="、".join(points[:5]))
    return found
