"""What persons say of documents' points, checked and carried out: sidecars, places in the tree and catalogue, journalled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from archive.filing import refile
from archive.opening import Archive, record
from archive.reviewing import current_document, item_of, label, period_of, person, point_named
from archive.store import Plan, carry_out, journal, retire
from schema.errors import ArchiveError
from schema.messages import Message, message
from schema.model import Dismissal, Document, Point, PointRef, Tag, TagState
from schema.rulings import Ruling, Verb, last_word, ruled, stamp

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Words:
    """What a person says of a document's points, as words: points as "preschool/C12", items by number or title."""

    document: str
    points: tuple[str, ...]
    by: str
    why: str = ""
    items: tuple[str, ...] = ()
    period: str = ""


@dataclass(frozen=True, slots=True)
class Ruled:
    """What became of a ruling: done, or nothing new, or (`fault`) not possible. `document` is the document as it was before."""

    ruling: Ruling
    document: Document | None
    done: bool = False
    fault: Message | None = None


def ruling_of_words(archive: Archive, verb: Verb, said: Words, at: str) -> Ruling:
    """Return the ruling that somebody's words come to, made `at` (UTC, ISO 8601), checked against the archive.

    Without points, what is accepted is the document's only proposal. Raises ArchiveError with what to do.
    """
    document = current_document(archive, said.document)
    asked = tuple(dict.fromkeys(point_named(archive, text) for text in said.points)) or _only_proposal(archive, document)
    refs = tuple(point.ref for point in asked)
    if verb is not Verb.SET:
        open_to = {*(tag.point for tag in document.tags), *(entry.point for entry in document.dismissed)}
        strange = [ref for ref in refs if ref not in open_to]
        if strange:
            known = _listed(tag.point for tag in document.tags)
            raise ArchiveError("tag.not-proposed", name=document.name, point=strange[0], known=known)
    if verb is not Verb.ACCEPT and not said.why.strip():
        raise ArchiveError("tag.needs-why")
    items = tuple(items_of(asked, said.items))
    return Ruling(document.id, verb, refs, person(said.by), at, said.why.strip(), items, period_of(said.period.strip()))


def items_of(points: tuple[Point, ...], words: Iterable[str]) -> Iterator[tuple[PointRef, str]]:
    """Yield point and title for each word that means an item: of the first of the points that has it. Raises ArchiveError."""
    for word in words:
        trouble: ArchiveError | None = None
        for point in points:
            try:
                yield point.ref, item_of(point, word).title
                break
            except ArchiveError as error:
                trouble = trouble or error
        else:
            if trouble is not None:
                raise trouble


def rule(
    archive: Archive, rulings: Iterable[tuple[Ruling, str]], progress: Callable[[str], None] = lambda _: None
) -> Iterator[Ruled]:
    """Carry out rulings, each with the mark (`schema.rulings.stamp`) of the document its author saw ("": whatever it is now).

    Yields what became of each, in order. The archive is open for writing. Each batch is done as a whole, or after a crash later;
    the later stages are the caller's to bring up to date. Raises OSError.
    """
    batch: list[tuple[Ruling, str]] = []
    for ruling, seen in rulings:
        if len(batch) == _BATCH or any(ruling.document == other.document for other, _seen in batch):
            yield from _carry(archive, batch)
            batch = []
        batch.append((ruling, seen))
        progress(ruling.document)
    yield from _carry(archive, batch)


def _carry(archive: Archive, batch: list[tuple[Ruling, str]]) -> list[Ruled]:
    done: list[Ruled] = []
    plans: list[Plan] = []
    with archive.catalogue.transaction():
        for ruling, seen in batch:
            outcome, plan = _decide(archive, ruling, seen)
            done.append(outcome)
            if plan is not None:
                record(archive.catalogue, plan)
                plans.append(plan)
        entries = [journal(plans, archive.home.staging)] if plans else []
        carry_out(plans, archive.home.tree)
    retire(entries)
    return done


def foresee(archive: Archive, ruling: Ruling, seen: str) -> Ruled:
    """Return what would become of a ruling now."""
    return _foresee(archive, ruling, seen)[0]


def _foresee(archive: Archive, ruling: Ruling, seen: str) -> tuple[Ruled, tuple[tuple[Tag, ...], tuple[Dismissal, ...]] | None]:
    try:
        document = current_document(archive, ruling.document)
    except ArchiveError as error:
        return Ruled(ruling, archive.catalogue.document(ruling.document), fault=error.message), None
    wanted = ruled(document, ruling, partial(label, archive))
    if wanted is not None and seen not in ("", stamp(document)):
        said = last_word(document)
        why = message("tag.decided-meanwhile", said=said.text("zh")) if said else message("tag.changed-meanwhile")
        return Ruled(ruling, document, fault=why), None
    return Ruled(ruling, document, done=wanted is not None), wanted


def _decide(archive: Archive, ruling: Ruling, seen: str) -> tuple[Ruled, Plan | None]:
    outcome, wanted = _foresee(archive, ruling, seen)
    document = outcome.document
    if wanted is None or document is None:
        return outcome, None
    tags, dismissed = wanted
    unit = archive.district.unit_by_id.get(document.unit)
    return outcome, refile(archive, document, tags, unit.name if unit else document.unit, dismissed=dismissed)


def _only_proposal(archive: Archive, document: Document) -> tuple[Point, ...]:
    proposed = tuple(dict.fromkeys(tag.point for tag in document.tags if tag.state is TagState.PROPOSED))
    if len(proposed) != 1:
        raise ArchiveError("tag.which-proposal", name=document.name, points=_listed(proposed))
    return (point_named(archive, str(proposed[0])),)


def _listed(points: Iterable[PointRef]) -> str:
    return "、".join(map(str, dict.fromkeys(points))) or "-"
