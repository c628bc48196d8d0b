"""What people's decisions about this archive's documents have taught: words with the point they speak for. Pure data.

Filled from accepted and corrected proposals, heard by the ranker beside the frameworks' own lexicon. It never touches a decision.
"""

from __future__ import annotations

from dataclasses import dataclass

from schema.model import PointRef


@dataclass(frozen=True, slots=True)
class LearnedWord:
    """A word of titles, file names or texts that decisions have tied to a point.

    `weight` is in the ranker's units of evidence: 1 is what a telling keyword of the point is worth in a title; below 0 it speaks
    against. `documents` is the number of decided documents it comes from, for the reason a clerk is given.
    """

    word: str
    point: PointRef
    weight: float
    documents: int


@dataclass(frozen=True, slots=True)
class Learned:
    """All that was learned, in a fixed order; empty where nothing was, or where learning is switched off."""

    words: tuple[LearnedWord, ...] = ()


NOTHING_LEARNED = Learned()
