"""Why a cell stands as it stands: what is asked for and what holds it, and what every document is good for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from schema.cell import Cell
from schema.claims import Claim, claim
from schema.demand import DEPARTMENT, UNIT, Demands, demands
from schema.evidence import Evidence
from schema.model import Level, Point, Unit, UnitKind
from schema.periods import Span
from schema.presence import Fit, PieceState, fit
from schema.reviews import Standing, Terms


class Use(StrEnum):
    """What a document is good for at a point."""

    NEEDED = "needed"
    WELCOME = "welcome"
    EXPIRED = "expired"
    REJECTED = "rejected"
    UNUSABLE = "unusable"
    EARLIER = "earlier"
    LATER = "later"
    SPARE = "spare"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Account:
    """A document's account at a point: what it says for itself, and what came of it."""

    evidence: Evidence
    claim: Claim
    use: Use


def giver_of(cell_unit: Unit | None) -> str:
    """Return who gives in a cell of this unit: a department for the district, else the unit."""
    return DEPARTMENT if cell_unit is None or cell_unit.kind is UnitKind.DEPARTMENT else UNIT


def accounts(cell: Cell, point: Point, unit: Unit | None, evidence: Iterable[Evidence], held: Terms) -> tuple[Account, ...]:
    """Return the account of every document filed for a cell, in order. `evidence` may hold that of other cells too."""
    asked = demands(point, giver_of(unit), held.day)
    filed = [entry for entry in evidence if entry.point == cell.point and entry.document in cell.documents]
    claims = [claim(entry, asked, held) for entry in filed]
    return tuple(Account(entry, own, _use(cell, own, asked)) for entry, own in zip(filed, claims, strict=True))


def _use(cell: Cell, own: Claim, asked: Demands) -> Use:
    for piece in cell.pieces:
        if piece.document == own.document:
            if piece.state is PieceState.EXPIRED:
                return Use.EXPIRED
            return Use.NEEDED if piece.level is Level.MUST else Use.WELCOME
    if own.standing is Standing.REJECTED:
        return Use.REJECTED
    if not own.counts:
        return Use.UNUSABLE
    if own.standing is Standing.EXPIRED:
        return Use.EXPIRED
    return _by_time(own.items, own.spans, asked)


def _by_time(items: tuple[str, ...], spans: tuple[Span, ...], asked: Demands) -> Use:
    """Tell a document whose time nobody asks for from one that is simply more than was asked."""
    every = [demand for group in asked.must for demand in group] + list(asked.should)
    meant = [demand for demand in every if not items or demand.title in items or not demand.item]
    if items and not meant:
        return Use.OTHER
    fits = {fit(slot, spans) for demand in meant for slot in demand.slots}
    if fits and fits <= {Fit.EARLIER, Fit.LATER}:
        return Use.EARLIER if Fit.EARLIER in fits else Use.LATER
    return Use.SPARE
