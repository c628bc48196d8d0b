"""What a person says of a document's points, and what becomes of its tags: a person outranks folder, name and content. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum

from schema.messages import Message, message
from schema.model import Basis, Dismissal, Document, PointRef, Tag, TagState

# One zone for the whole country, no summer time since 1992.
_CHINA = timezone(timedelta(hours=8))

Label = Callable[[PointRef], str]


class Verb(StrEnum):
    """SET: these points and no others. ACCEPT: these as well as what it has. REJECT: not these, whatever it has."""

    SET = "set"
    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Ruling:
    """One person's word on one document. `at` is UTC, ISO 8601.

    `items` pairs points with the title of the item the document answers there; `period` is the time it covers ("": not said).
    """

    document: str
    verb: Verb
    points: tuple[PointRef, ...]
    by: str
    at: str
    why: str = ""
    items: tuple[tuple[PointRef, str], ...] = ()
    period: str = ""


def ruled(document: Document, ruling: Ruling, label: Label) -> tuple[tuple[Tag, ...], tuple[Dismissal, ...]] | None:
    """Return the tags to be filed and the points ruled out once `ruling` holds; None where it says nothing new.

    What only content says is not filed: it is no decision, and what it happens to be on the day leaves no trace in one. Once a
    person has named a point, no proposal is left open.
    """
    filed = tuple(tag for tag in document.tags if tag.basis is not Basis.CONTENT)
    assigned = tuple(tag for tag in filed if tag.state is TagState.ASSIGNED)
    if ruling.verb is Verb.REJECT:
        known = {entry.point for entry in document.dismissed}
        if known.issuperset(ruling.points):
            return None
        tags = tuple(tag for tag in filed if tag.point not in ruling.points)
        return tags, _with(document.dismissed, ruling.points, ruling, label)
    mine = tuple(_tag(ruling, point, label) for point in ruling.points)
    kept = () if ruling.verb is Verb.SET else tuple(tag for tag in assigned if tag.point not in ruling.points)
    dismissed = tuple(entry for entry in document.dismissed if entry.point not in ruling.points)
    if ruling.verb is Verb.SET:
        others = dict.fromkeys(tag.point for tag in filed if tag.point not in ruling.points)
        dismissed = _with(dismissed, others, ruling, label)
    if _same((*kept, *mine), filed, ruling) and {entry.point for entry in dismissed} == {e.point for e in document.dismissed}:
        return None
    return (*kept, *mine), dismissed


def stamp(document: Document) -> str:
    """Return a mark that changes with what is filed of a document's points, or ruled out, whoever did it; not with proposals."""
    filed = sorted(
        (str(tag.point), str(tag.basis), tag.item, tag.period, tag.reason.params if tag.basis is Basis.PERSON else ())
        for tag in document.tags
        if tag.basis is not Basis.CONTENT and tag.state is TagState.ASSIGNED
    )
    out = sorted((str(entry.point), entry.reason.params) for entry in document.dismissed)
    return hashlib.sha256(repr((document.sha256, filed, out)).encode()).hexdigest()[:12]


def last_word(document: Document) -> Message | None:
    """Return the reason of the last thing that a person said of a document's points; None where nobody has."""
    said = [tag.reason for tag in document.tags if tag.basis is Basis.PERSON] + [entry.reason for entry in document.dismissed]
    return max(said, key=lambda reason: dict(reason.params).get("when", ""), default=None)


def _tag(ruling: Ruling, point: PointRef, label: Label) -> Tag:
    code = f"tag.{'set' if ruling.verb is Verb.SET else 'accepted'}{'' if ruling.why else '-plain'}"
    item = dict(ruling.items).get(point, "")
    return Tag(point, TagState.ASSIGNED, Basis.PERSON, 1.0, _reason(code, ruling, point, label), item, ruling.period)


def _with(before: tuple[Dismissal, ...], points: Iterable[PointRef], ruling: Ruling, label: Label) -> tuple[Dismissal, ...]:
    """Return what was ruled out before and now. Who said it first is remembered."""
    known = {entry.point for entry in before}
    code = f"tag.{'replaced' if ruling.verb is Verb.SET else 'dismissed'}{'' if ruling.why else '-plain'}"
    return (*before, *(Dismissal(point, _reason(code, ruling, point, label)) for point in points if point not in known))


def _reason(code: str, ruling: Ruling, point: PointRef, label: Label) -> Message:
    day = datetime.fromisoformat(ruling.at).astimezone(_CHINA).date()
    words = {"code": label(point), "by": ruling.by, "day": day, "when": ruling.at}
    return message(code, **(words | {"why": ruling.why} if ruling.why else words))


def _same(wanted: tuple[Tag, ...], filed: tuple[Tag, ...], ruling: Ruling) -> bool:
    """Return whether a person has said just this before: the same points; items and period, where this ruling names any."""
    before = {tag.point: tag for tag in filed}
    mine = [tag for tag in wanted if tag.point in ruling.points]
    return [tag.point for tag in wanted] == [tag.point for tag in filed] and all(
        before[tag.point].basis is Basis.PERSON
        and tag.item in ("", before[tag.point].item)
        and tag.period in ("", before[tag.point].period)
        for tag in mine
    )
