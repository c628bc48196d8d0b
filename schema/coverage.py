"""Completeness that is true: who owes which point, and how each such cell stands. Pure.

A district-only point is owed once, by the first department of its duty; a point of every unit by each unit of the right kinds;
a mixed point by both. Whether a unit's facts make it owe the point is a rule of the framework, and such a cell says which; so
does a cell that a named person waived. What is asked is a list of pieces (item, time, copy), set against the documents filed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from schema.cell import (
    NOT_OWED,
    OWED,
    Applicability,
    Cell,
    Freshness,
    Presence,
    Review,
    Status,
    shown,
)
from schema.claims import Claim, claim
from schema.conditions import applies, describe
from schema.demand import DEPARTMENT, UNIT, Demands, demands
from schema.duties import duty_of
from schema.evidence import Evidence
from schema.messages import Message, message
from schema.model import Duty, Framework, Level, Point, PointRef, Scope, Unit, UnitKind
from schema.presence import Piece, PieceState, pieces
from schema.reviews import Standing, Terms, review_of

__all__ = [
    "NOT_OWED", "OWED", "Applicability", "Cell", "Evidence", "Freshness", "Presence", "Review", "Status", "Totals", "cells",
    "shown", "totals",
]  # fmt: skip


def cells(
    frameworks: Iterable[Framework],
    duties: Iterable[Duty],
    units: Iterable[Unit],
    evidence: Iterable[Evidence],
    held: Terms | None = None,
    wanted: Callable[[str, PointRef], bool] = lambda _unit, _point: True,
) -> tuple[Cell, ...]:
    """Return every cell of the frameworks, by framework, point and then the order of `units`; with `wanted` only those.

    A district's cell is satisfied by evidence from any department; a unit's cell by its own. `held` are the assessment day,
    reviews and waivers; without them evidence of any time will do.
    """
    units, duties, held = tuple(units), tuple(duties), held or Terms()
    departments = {unit.id for unit in units if unit.kind is UnitKind.DEPARTMENT}
    by_name = {name: unit.id for unit in units for name in (*unit.aliases, unit.name)}
    filed: defaultdict[PointRef, dict[str, list[Evidence]]] = defaultdict(dict)
    for entry in evidence:
        filed[entry.point].setdefault(entry.unit, []).append(entry)
    found: list[Cell] = []
    for point in (point for framework in frameworks for point in framework.points):
        by_unit = filed[point.ref]
        if point.scope is not Scope.UNIT:
            lead = _lead(duties, point.ref, by_name)
            if wanted(lead, point.ref):
                ours = [entry for unit in by_unit if unit in departments for entry in by_unit[unit]]
                found.append(_cell(lead, demands(point, DEPARTMENT, held.day), ours, held))
        if point.scope is not Scope.DISTRICT:
            owing = tuple(unit for unit in units if wanted(unit.id, point.ref))
            found.extend(_unit_cells(point, owing, by_unit, held))
    return tuple(found)


def _unit_cells(point: Point, units: tuple[Unit, ...], by_unit: Mapping[str, list[Evidence]], held: Terms) -> Iterator[Cell]:
    asked = demands(point, UNIT, held.day)
    for unit in units:
        if unit.kind not in point.kinds or unit.kind is UnitKind.DEPARTMENT:
            continue  # what a department owes is the district's cell
        if applies(point.applies, unit):
            yield _cell(unit.id, asked, by_unit.get(unit.id, []), held)
        else:
            yield Cell(unit.id, point.ref, Applicability.NOT_APPLICABLE, reason=describe(point.applies))


def _cell(unit: str, asked: Demands, evidence: list[Evidence], held: Terms) -> Cell:
    claims = [claim(entry, asked, held) for entry in evidence]
    every = pieces(asked, claims, held.day)
    needed = [piece for piece in every if piece.level is Level.MUST]
    waiver = held.waiver(unit, asked.point.ref)
    rejected = [review_of(entry, held) for entry, own in zip(evidence, claims, strict=True) if own.standing is Standing.REJECTED]
    return Cell(
        unit,
        asked.point.ref,
        Applicability.WAIVED if waiver else Applicability.APPLIES,
        _presence(needed),
        _review(needed, claims),
        _freshness(needed),
        tuple(entry.document for entry in evidence),
        message("coverage.waived", why=waiver.why, by=waiver.by, until=waiver.until) if waiver else None,
        every,
        asked.refined,
        tuple(review for review in rejected if review),
        tuple(own.document for own in claims if not own.usable and not own.counts),
    )


def _presence(needed: list[Piece]) -> Presence:
    there = sum(piece.state is not PieceState.OPEN for piece in needed)
    if there == len(needed):
        return Presence.SUBMITTED
    return Presence.PARTIAL if there else Presence.MISSING


def _review(needed: list[Piece], claims: list[Claim]) -> Review:
    """Return what people said: verified when every piece is; rejected when something was and nothing acceptable is left."""
    if all(piece.state is PieceState.FOUND and piece.standing is Standing.VERIFIED for piece in needed):
        return Review.VERIFIED
    rejected = any(own.standing is Standing.REJECTED for own in claims)
    return Review.REJECTED if rejected and not any(own.counts for own in claims) else Review.NONE


def _freshness(needed: list[Piece]) -> Freshness:
    if any(piece.state is PieceState.EXPIRED for piece in needed):
        return Freshness.EXPIRED
    suspect = any(piece.state is PieceState.FOUND and piece.standing is Standing.SUSPECT for piece in needed)
    return Freshness.SUSPECT if suspect else Freshness.CURRENT


def _lead(duties: tuple[Duty, ...], ref: PointRef, by_name: Mapping[str, str]) -> str:
    """Return the unit that owes a district's point: the first department of its duty, else the district as a whole."""
    duty = duty_of(duties, ref)
    if duty is None:
        return ""
    return by_name.get(duty.departments[0], duty.departments[0])


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over some cells. Both rates are pairs of counts; of nothing applicable there is no rate.

    `assumed` counts the complete cells that rest on documents which do not say what they are for; `unrefined` those owed without
    anything written down that would be complete.
    """

    by_status: tuple[tuple[Status, int], ...]
    assumed: int = 0
    unrefined: int = 0

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
        beside = {"assumed": self.assumed, "unrefined": self.unrefined}
        rate = {"complete": [self.complete, self.applicable], "verified": [self.verified, self.applicable]}
        by_status = {str(status): number for status, number in self.by_status}
        return {"by_status": by_status, "applicable": self.applicable, **rate, **beside}

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
    found = tuple(found)
    statuses = [cell.status for cell in found]
    counted = Counter(statuses)
    assumed = sum(cell.assumed for cell, status in zip(found, statuses, strict=True) if status is Status.SUBMITTED)
    unrefined = sum(not cell.refined for cell, status in zip(found, statuses, strict=True) if status not in NOT_OWED)
    return Totals(tuple((status, counted[status]) for status in Status), assumed, unrefined)
