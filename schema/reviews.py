"""What people decided about evidence: reviews and waivers. Append-only values; the last one about a thing holds. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from schema.evidence import Evidence
from schema.model import Point, PointRef


class Verdict(StrEnum):
    """What a reviewer says of a document for a point; REOPENED takes back what was said before."""

    VERIFIED = "verified"
    REJECTED = "rejected"
    REOPENED = "reopened"


class Ground(StrEnum):
    """Why a document was rejected."""

    NO_SEAL = "no-seal"
    NO_DATE = "no-date"
    WRONG_YEAR = "wrong-year"
    WRONG_CONTENT = "wrong-content"
    ILLEGIBLE = "illegible"
    PRIVACY = "privacy"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Review:
    """One verdict. `at` is UTC, ISO 8601; `text` is text_key of the point as it read; `until` ends a verdict (ISO date or "").

    `items` are the titles of the items the document answers, `period` the time it covers, both as the reviewer says; else empty.
    """

    document: str
    sha256: str
    point: PointRef
    text: str
    verdict: Verdict
    by: str
    at: str
    why: str
    ground: Ground | None = None
    items: tuple[str, ...] = ()
    period: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One unit need not answer for a point until a day (ISO date, included). A later one replaces it; `lifted` ends it."""

    unit: str
    point: PointRef
    by: str
    at: str
    why: str
    until: str
    lifted: bool = False


class Standing(StrEnum):
    """How a document stands at a point after all reviews."""

    PLAIN = "plain"
    VERIFIED = "verified"
    REJECTED = "rejected"
    SUSPECT = "suspect"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Terms:
    """What coverage is judged by: the day of the assessment (None: any time will do), the reviews and the waivers that hold."""

    day: date | None = None
    reviews: Mapping[tuple[str, PointRef], Review] = field(default_factory=lambda: MappingProxyType({}))
    waivers: Mapping[tuple[str, PointRef], Waiver] = field(default_factory=lambda: MappingProxyType({}))

    def waiver(self, unit: str, ref: PointRef) -> Waiver | None:
        """Return the waiver that holds for a unit's point on the day of the assessment, or None."""
        found = self.waivers.get((unit, ref))
        if found is None or found.lifted or (self.day is not None and found.until < self.day.isoformat()):
            return None
        return found


def terms(day: date | None, records: Iterable[Review | Waiver]) -> Terms:
    """Return the terms that `records`, in the order in which they were made, come to."""
    reviews: dict[tuple[str, PointRef], Review] = {}
    waivers: dict[tuple[str, PointRef], Waiver] = {}
    for record in records:
        if isinstance(record, Review):
            reviews[record.document, record.point] = record
        else:
            waivers[record.unit, record.point] = record
    return Terms(day, reviews, waivers)


@lru_cache(maxsize=1024)
def text_key(text: str) -> str:
    """Return the key under which a point's text is remembered: a verdict about another text is no verdict about this one."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def review_of(evidence: Evidence, held: Terms) -> Review | None:
    """Return the last verdict about this document for its point, else about the version before it that has one."""
    own = held.reviews.get((evidence.document, evidence.point))
    if own is not None:
        return own
    return next((found for former in evidence.former if (found := held.reviews.get((former, evidence.point)))), None)


def standing(evidence: Evidence, point: Point, review: Review | None, day: date | None) -> Standing:
    """Return how a document stands. A verdict about an earlier version verifies nothing, and a rejection of one is answered."""
    if review is None or review.verdict is Verdict.REOPENED:
        return Standing.PLAIN
    same = review.document == evidence.document and review.sha256 == evidence.sha256
    if review.verdict is Verdict.REJECTED:
        return Standing.REJECTED if same else Standing.PLAIN
    if not same or review.text != text_key(point.text):
        return Standing.SUSPECT
    return Standing.EXPIRED if review.until and day is not None and review.until < day.isoformat() else Standing.VERIFIED
