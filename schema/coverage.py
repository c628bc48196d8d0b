"""Completeness that is true: who owes which point, and how each such cell stands. Pure.

A district-only point is owed once, by the first department of its duty; a point of every unit by each unit of the right kinds;
a mixed point by both. Whether a unit's facts make it owe the point is a rule of the framework, and such a cell says which. Four
small facts make one shown status; the types are those of the whole model, and a fact nobody can state yet keeps its first value.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from schema.conditions import applies, describe
from schema.duties import duty_of
from schema.messages import Message, message
from schema.model import Duty, Framework, Point, PointRef, Scope, Unit, UnitKind


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
class Evidence:
    """One document's claim to one point: an assigned tag. Proposed tags never become evidence."""

    document: str
    unit: str
    point: PointRef


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit's duty on one point. `unit` is the unit's id; `documents` are the ids that count for it, in order.

    `reason` says why the cell does not apply, None where it does.
    """

    unit: str
    point: PointRef
    applicability: Applicability = Applicability.APPLIES
    presence: Presence = Presence.MISSING
    review: Review = Review.NONE
    freshness: Freshness = Freshness.CURRENT
    documents: tuple[str, ...] = ()
    reason: Message | None = None

    @property
    def status(self) -> Status:
        """The shown status."""
        return shown(self.applicability, self.presence, self.review, self.freshness)

    @property
    def is_gap(self) -> bool:
        """True where something is still owed."""
        return self.status in OWED


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


def cells(
    frameworks: Iterable[Framework], duties: Iterable[Duty], units: Iterable[Unit], evidence: Iterable[Evidence]
) -> tuple[Cell, ...]:
    """Return every cell of the frameworks, by framework, point and then the order of `units`.

    A district's cell is satisfied by evidence from any department; a unit's cell by its own.
    """
    units, duties = tuple(units), tuple(duties)
    departments = {unit.id for unit in units if unit.kind is UnitKind.DEPARTMENT}
    by_name = {name: unit.id for unit in units for name in (*unit.aliases, unit.name)}
    filed: defaultdict[PointRef, dict[str, list[str]]] = defaultdict(dict)
    for entry in evidence:
        filed[entry.point].setdefault(entry.unit, []).append(entry.document)
    found: list[Cell] = []
    for point in (point for framework in frameworks for point in framework.points):
        by_unit = filed[point.ref]
        if point.scope is not Scope.UNIT:
            lead = _lead(duties, point.ref, by_name)
            found.append(_cell(lead, point.ref, [entry for unit in by_unit if unit in departments for entry in by_unit[unit]]))
        if point.scope is not Scope.DISTRICT:
            found.extend(_unit_cells(point, units, by_unit))
    return tuple(found)


def _unit_cells(point: Point, units: tuple[Unit, ...], by_unit: Mapping[str, list[str]]) -> Iterator[Cell]:
    for unit in units:
        if unit.kind not in point.kinds or unit.kind is UnitKind.DEPARTMENT:
            continue  # what a department owes is the district's cell
        if applies(point.applies, unit):
            yield _cell(unit.id, point.ref, by_unit.get(unit.id, []))
        else:
            yield Cell(unit.id, point.ref, Applicability.NOT_APPLICABLE, reason=describe(point.applies))


def _cell(unit: str, point: PointRef, documents: list[str]) -> Cell:
    presence = Presence.SUBMITTED if documents else Presence.MISSING
    return Cell(unit, point, presence=presence, documents=tuple(documents))


def _lead(duties: tuple[Duty, ...], ref: PointRef, by_name: Mapping[str, str]) -> str:
    """Return the unit that owes a district's point: the first department of its duty, else the district as a whole."""
    duty = duty_of(duties, ref)
    if duty is None:
        return ""
    return by_name.get(duty.departments[0], duty.departments[0])


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over some cells. Both rates are pairs of counts; of nothing applicable there is no rate."""

    by_status: tuple[tuple[Status, int], ...]

    def count(self, *statuses: Status) -> int:
        """Return how many cells have one of these statuses."""
        return sum(number for status, number in self.by_status if status in statuses)

    @property
    def applicable(self) -> int:
        """Cells that somebody owes."""
        return sum(number for status, number in self.by_status if status not in NOT_OWED)

    @property
    def complete(self) -> int:
        """Cells with everything there: submitted or verified (the numerator of 齐备率)."""
        return self.count(Status.SUBMITTED, Status.VERIFIED)

    @property
    def verified(self) -> int:
        """Cells verified by a person (the numerator of 核验率)."""
        return self.count(Status.VERIFIED)

    def record(self) -> dict[str, object]:
        """Return the totals as the `gaps --json` contract has them."""
        rate = {"complete": [self.complete, self.applicable], "verified": [self.verified, self.applicable]}
        return {"by_status": {str(status): number for status, number in self.by_status}, "applicable": self.applicable, **rate}

    def sentence(self) -> Message:
        """Return the totals in one sentence."""
        if not self.applicable:
            return message("coverage.nothing")
        share = f"{100 * self.complete / self.applicable:.1f}%"
        owed = self.applicable - self.complete
        return message(
            "coverage.totals", applicable=self.applicable, complete=self.complete, share=share, owed=owed, verified=self.verified
        )


def totals(found: Iterable[Cell]) -> Totals:
    """Count cells by status."""
    counted = Counter(cell.status for cell in found)
    return Totals(tuple((status, counted[status]) for status in Status))
