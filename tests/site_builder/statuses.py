"""Cells of every status for tests."""

from __future__ import annotations

from schema.coverage import Applicability, Cell, Freshness, Presence, Review, Status
from schema.model import PointRef

FACTS = {
    Status.NOT_APPLICABLE: (Applicability.NOT_APPLICABLE, Presence.MISSING, Review.NONE, Freshness.CURRENT),
    Status.WAIVED: (Applicability.WAIVED, Presence.MISSING, Review.NONE, Freshness.CURRENT),
    Status.REJECTED: (Applicability.APPLIES, Presence.SUBMITTED, Review.REJECTED, Freshness.CURRENT),
    Status.MISSING: (Applicability.APPLIES, Presence.MISSING, Review.NONE, Freshness.CURRENT),
    Status.EXPIRED: (Applicability.APPLIES, Presence.SUBMITTED, Review.NONE, Freshness.EXPIRED),
    Status.SUSPECT: (Applicability.APPLIES, Presence.SUBMITTED, Review.NONE, Freshness.SUSPECT),
    Status.PARTIAL: (Applicability.APPLIES, Presence.PARTIAL, Review.NONE, Freshness.CURRENT),
    Status.SUBMITTED: (Applicability.APPLIES, Presence.SUBMITTED, Review.NONE, Freshness.CURRENT),
    Status.VERIFIED: (Applicability.APPLIES, Presence.SUBMITTED, Review.VERIFIED, Freshness.CURRENT),
}


def cell(unit: str, point: PointRef, status: Status, documents: tuple[str, ...] = ()) -> Cell:
    return Cell(unit, point, *FACTS[status], documents=documents)
