"""What one document says for itself at a point: its standing, the items it answers, the time it covers, and who says so. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from schema import when
from schema.demand import Demands
from schema.evidence import Evidence
from schema.periods import Span
from schema.reviews import Standing, Terms, review_of, standing


class Said(StrEnum):
    """Where an answer comes from; strongest first. NOTHING: it is not said."""

    REVIEW = "review"
    TAG = "tag"
    WORDS = "words"
    FOLDER = "folder"
    DATE = "date"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Claim:
    """A document at a point. `items` are titles (empty: it may be any), `spans` times (empty: not known)."""

    document: str
    standing: Standing
    usable: bool
    items: tuple[str, ...]
    items_by: Said
    spans: tuple[Span, ...]
    spans_by: Said

    @property
    def counts(self) -> bool:
        """Whether it can stand for anything: not rejected, and a person can open it (one who verified it has)."""
        return self.standing is not Standing.REJECTED and (self.usable or self.standing is Standing.VERIFIED)


def claim(evidence: Evidence, wanted: Demands, held: Terms) -> Claim:
    """Return what a document says for itself where `wanted` is asked."""
    review = review_of(evidence, held) if held.reviews else None
    how = standing(evidence, wanted.point, review, held.day)
    items, items_by = _items(evidence, wanted, review.items if review and how is not Standing.PLAIN else ())
    spans, spans_by = _spans(evidence, review.period if review and how is not Standing.PLAIN else "")
    return Claim(evidence.document, how, evidence.usable, items, items_by, spans, spans_by)


def _items(evidence: Evidence, wanted: Demands, reviewed: tuple[str, ...]) -> tuple[tuple[str, ...], Said]:
    if reviewed or evidence.items:
        known = {item.title for item in wanted.items}
        for titles, said in ((reviewed, Said.REVIEW), (evidence.items, Said.TAG)):
            # An item that the framework no longer asks for is no answer, and the words are heard again.
            if found := tuple(title for title in titles if title in known):
                return found, said
    named = evidence.name if _says_all(evidence) else f"{evidence.title}\n{evidence.name}"
    if answered := wanted.words.answered(named):
        return tuple(item.title for item in answered), Said.WORDS
    answered = wanted.words.answered(evidence.folder) if evidence.folder else ()
    return tuple(item.title for item in answered), Said.FOLDER if answered else Said.NOTHING


def _spans(evidence: Evidence, reviewed: str) -> tuple[tuple[Span, ...], Said]:
    title = "" if _says_all(evidence) else evidence.title
    for words, said in (
        (reviewed, Said.REVIEW), (evidence.period, Said.TAG), (title, Said.WORDS), (evidence.name, Said.WORDS),
    ):  # fmt: skip
        if words and (found := when.spans(words)):
            return found, said
    for folder in evidence.folders:
        if found := when.spans(folder):
            return found, Said.FOLDER
    found = tuple(map(_meant, when.of_date(evidence.date)))
    return found, Said.DATE if found else Said.NOTHING


def _says_all(evidence: Evidence) -> bool:
    """Return whether the file's name says all that the title says, which then need not be read twice."""
    return evidence.name.startswith(evidence.title) and evidence.name[len(evidence.title) :].startswith(".")


def _meant(made: Span) -> Span:
    """Return the time that a paper may be about which was made then: in January also the year before, in August the one to come.

    A span that reaches over the border overlaps both, and so counts for one of them.
    """
    first, last = date.fromordinal(made[0]), date.fromordinal(made[1])
    if (first.year, first.month) != (last.year, last.month):
        return made
    if first.month == 1:
        return date(first.year - 1, 12, 31).toordinal(), made[1]
    return (made[0], date(first.year, 9, 1).toordinal()) if first.month == 8 else made
