"""From what a person says to a judgement: everything checked against the archive first. Raises ArchiveError with what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archive.evidence import coverage_of
from archive.opening import Archive
from schema import when
from schema.errors import ArchiveError
from schema.frameworks import points_of
from schema.messages import message
from schema.model import Document, DocumentState, Item, Point, PointRef
from schema.reviews import Ground, Review, Verdict, text_key
from schema.units import fold_name


@dataclass(frozen=True, slots=True)
class Said:
    """What a reviewer says of a document, as words. `point` may be empty where the document has only one."""

    document: str
    verdict: Verdict
    by: str
    point: str = ""
    why: str = ""
    ground: str = ""
    items: tuple[str, ...] = ()
    period: str = ""
    until: str = ""


def review_of_words(archive: Archive, said: Said, at: str) -> tuple[Review, Document]:
    """Return the review that somebody's words come to, made `at` (UTC, ISO 8601), and the document it is about."""
    document = current_document(archive, said.document)
    asked = _point_of(archive, document, said.point)
    made = Review(
        document.id, document.sha256, asked.ref, text_key(asked.text), said.verdict, person(said.by), at, said.why.strip(),
        _ground(said), _items(asked, said.items), period_of(said.period), said.until,
    )  # fmt: skip
    return made, document


def about(archive: Archive, review: Review, document: Document) -> str:
    """Return the words that tell a reader of the file of judgements what a review is about."""
    return f"{label(archive, review.point)} {document.unit}/{document.name}"


def point_named(archive: Archive, text: str) -> Point:
    """Return the point written as "preschool/C12"."""
    points = points_of(archive.district.frameworks)
    try:
        return points[PointRef.parse(text)]
    except (ValueError, KeyError):
        raise ArchiveError("review.no-point", point=text) from None


def owing_unit(archive: Archive, point: Point, name: str) -> str:
    """Return the id of the unit called `name`, which must owe the point (a department: the district's part of it)."""
    unit = archive.district.unit_by_name.get(fold_name(name))
    if unit is None:
        raise ArchiveError("gaps.no-unit", unit=name)
    if not coverage_of(archive, point.ref, unit.id):
        raise ArchiveError("review.not-owed", unit=unit.name, point=point.ref)
    return unit.id


def person(name: str) -> str:
    """Return the name of who decides; there must be one."""
    if not name.strip():
        raise ArchiveError("review.needs-name")
    return name.strip()


def ground_of(word: str) -> Ground:
    """Return the ground that a word names: its id, or the word people see."""
    by_word = {text: ground for ground in Ground for text in (str(ground), message(f"ground.{ground}").text("zh"))}
    found = by_word.get(word.strip())
    if found is None:
        raise ArchiveError("review.no-ground", word=word, known=_grounds())
    return found


def label(archive: Archive, ref: PointRef) -> str:
    """Return a point as shown: 学前 C12."""
    return next(framework.label(ref) for framework in archive.district.frameworks if framework.id == ref.framework)


def current_document(archive: Archive, document_id: str) -> Document:
    """Return the document with this id, which must be the one that stands."""
    found = archive.catalogue.document(document_id)
    if found is None:
        raise ArchiveError("review.no-document", id=document_id)
    if found.state is not DocumentState.CURRENT:
        raise ArchiveError("review.old-document", id=document_id, name=found.name)
    return found


def _point_of(archive: Archive, document: Document, text: str) -> Point:
    """Return the point that is meant: the one named, which the document must be evidence for, or its only one."""
    held = document.points
    if not text and len(set(held)) != 1:
        raise ArchiveError("review.which-point", name=document.name, points=_listed(held) or "-")
    asked = point_named(archive, text or str(held[0]))
    if asked.ref not in held:
        raise ArchiveError("review.not-evidence", name=document.name, point=asked.ref, points=_listed(held) or "-")
    return asked


def _ground(said: Said) -> Ground | None:
    if said.verdict is not Verdict.REJECTED:
        return None
    if not said.ground.strip():
        raise ArchiveError("review.needs-ground", known=_grounds())
    found = ground_of(said.ground)
    if found is Ground.OTHER and not said.why.strip():
        raise ArchiveError("review.needs-why")
    return found


def _grounds() -> str:
    return "、".join(message(f"ground.{ground}").text("zh") for ground in Ground)


def _items(point: Point, words: Iterable[str]) -> tuple[str, ...]:
    return tuple(item_of(point, word).title for word in words)


def item_of(point: Point, word: str) -> Item:
    """Return the item of a point that a word means: its number, its title, or a part that only its title has."""
    if word.isdecimal() and 0 < int(word) <= len(point.items):
        return point.items[int(word) - 1]
    fitting = [item for item in point.items if word == item.title] or [item for item in point.items if word in item.title]
    if len(fitting) != 1:
        known = "；".join(f"{number} {item.title}" for number, item in enumerate(point.items, start=1))
        raise ArchiveError("review.no-item", item=word, point=point.ref, known=known or "-")
    return fitting[0]


def period_of(text: str) -> str:
    """Return a time as said, which must be one."""
    if text and not when.spans(text):
        raise ArchiveError("review.no-period", period=text)
    return text


def _listed(points: Iterable[PointRef]) -> str:
    return "、".join(str(point) for point in dict.fromkeys(points))
