"""A cell, one unit's duty on one point: four small facts over the pieces it asks for, and the one status shown for them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from schema.messages import Message
from schema.model import Level, PointRef
from schema.presence import Piece, PieceState
from schema.reviews import Review as Verdicts
from schema.reviews import Standing


class Applicability(StrEnum):
    """Whether the unit owes the point: it does, a rule over its facts says no, or a named person waived it until a date."""

    APPLIES = "applies"
    NOT_APPLICABLE = "not-applicable"
    WAIVED = "waived"


class Presence(StrEnum):
    """What is there: nothing, some of the items or years, or all of them."""

    MISSING = "missing"
    PARTIAL = "partial"
    SUBMITTED = "submitted"


class Review(StrEnum):
    """What people said of it; rejected means that nothing acceptable is left."""

    NONE = "none"
    VERIFIED = "verified"
    REJECTED = "rejected"


class Freshness(StrEnum):
    """Whether it still holds: expired by date, or suspect because the file or the point changed after its review."""

    CURRENT = "current"
    EXPIRED = "expired"
    SUSPECT = "suspect"


class Status(StrEnum):
    """The one status shown, in the order of precedence: the first that holds."""

    NOT_APPLICABLE = "not-applicable"
    WAIVED = "waived"
    REJECTED = "rejected"
    MISSING = "missing"
    EXPIRED = "expired"
    SUSPECT = "suspect"
    PARTIAL = "partial"
    SUBMITTED = "submitted"
    VERIFIED = "verified"


# Still owed: something has to be done by the unit. Submitted and verified are not; nor is what nobody owes.
OWED = frozenset({Status.REJECTED, Status.MISSING, Status.EXPIRED, Status.SUSPECT, Status.PARTIAL})
NOT_OWED = frozenset({Status.NOT_APPLICABLE, Status.WAIVED})


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit's duty on one point. `unit` is the unit's id; `documents` are the ids filed for it, in order.

    `reason` says why the cell does not apply, None where it does. `pieces` are what is asked for, each with what holds it; where
    it is not `refined`, nobody has written down what would be complete, and any document will do. `returned` are the verdicts
    that reject a document, `unusable` the ids of those that nobody can open.
    """

    unit: str
    point: PointRef
    applicability: Applicability = Applicability.APPLIES
    presence: Presence = Presence.MISSING
    review: Review = Review.NONE
    freshness: Freshness = Freshness.CURRENT
    documents: tuple[str, ...] = ()
    reason: Message | None = None
    pieces: tuple[Piece, ...] = ()
    refined: bool = True
    returned: tuple[Verdicts, ...] = ()
    unusable: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        """The shown status."""
        return shown(self.applicability, self.presence, self.review, self.freshness)

    @property
    def is_gap(self) -> bool:
        """True where something is still owed."""
        return self.status in OWED

    @property
    def needed(self) -> tuple[Piece, ...]:
        """The pieces without which the cell is not complete."""
        return tuple(piece for piece in self.pieces if piece.level is Level.MUST)

    @property
    def lacking(self) -> tuple[Piece, ...]:
        """The needed pieces that are open or no longer good."""
        return tuple(piece for piece in self.needed if piece.state is not PieceState.FOUND)

    @property
    def assumed(self) -> bool:
        """True where a needed piece rests on an unverified document that does not say which item or time it is for."""
        return any(piece.assumed and piece.standing is not Standing.VERIFIED for piece in self.needed)


@cache
def shown(applicability: Applicability, presence: Presence, review: Review, freshness: Freshness) -> Status:
    """Return the one status shown for four facts: of Status, in its order, the first that holds."""
    holding = {
        Status.NOT_APPLICABLE: applicability is Applicability.NOT_APPLICABLE,
        Status.WAIVED: applicability is Applicability.WAIVED,
        Status.REJECTED: review is Review.REJECTED,
        Status.MISSING: presence is Presence.MISSING,
        Status.EXPIRED: freshness is Freshness.EXPIRED,
        Status.SUSPECT: freshness is Freshness.SUSPECT,
        Status.PARTIAL: presence is Presence.PARTIAL,
        Status.SUBMITTED: review is not Review.VERIFIED,
        Status.VERIFIED: True,
    }
    return next(status for status in Status if holding[status])
