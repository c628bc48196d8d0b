"""From stored documents to evidence and coverage: what counts for a point, what never does, and how every cell stands.

The one way to the figures: commands, sheets, letters and pages all ask `coverage_cells`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from archive.judgements import judgements
from archive.opening import Archive
from schema.codes import find_codes
from schema.coverage import Cell, Evidence, cells
from schema.evidence import UNUSABLE
from schema.model import Document, DocumentState, PointRef, Tag, TagState, Unit
from schema.reviews import Terms, terms
from schema.units import fold_name

# One zone for the whole country, no summer time since 1992.
_CHINA = timezone(timedelta(hours=8))


def coverage_cells(
    archive: Archive,
    documents: Iterable[Document] | None = None,
    wanted: Callable[[str, PointRef], bool] = lambda _unit, _point: True,
) -> tuple[Cell, ...]:
    """Return every cell of the archive as it stands, or those `wanted`. `documents`: those of the catalogue, read before."""
    district = archive.district
    known = archive.catalogue.documents() if documents is None else documents
    claimed = evidence(known, district.units)
    return cells(district.frameworks, district.duties, district.units, claimed, terms_of(archive), wanted)


def terms_of(archive: Archive) -> Terms:
    """Return what the archive's coverage is judged by: its assessment day, reviews and waivers."""
    return terms(assessment_day(archive), judgements(archive))


def assessment_day(archive: Archive) -> date | None:
    """Return the day of the assessment; where none is set, the day of the archive's newest entry, None while there is none.

    Not the clock's day: the same archive gives the same figures, in a site, a letter and a command.
    """
    if archive.district.settings.assessment is not None:
        return archive.district.settings.assessment
    newest = archive.catalogue.newest()
    return datetime.fromisoformat(newest).astimezone(_CHINA).date() if newest else None


def evidence(documents: Iterable[Document], units: Iterable[Unit] = ()) -> Iterator[Evidence]:
    """Yield the evidence in `documents`: the assigned tags of current ones. Proposals and old versions never count.

    `units` are those whose folders files are dropped in: folders above a unit's own say nothing about its documents.
    """
    names = {name for unit in units for name in map(fold_name, (unit.id, unit.name, *unit.aliases))}
    every = tuple(documents)
    before = {document.id: document.supersedes for document in every if document.supersedes}
    places: dict[str, tuple[str, ...]] = {}
    for document in every:
        if document.state is DocumentState.CURRENT:
            folder = document.source.rpartition("/")[0]
            if folder not in places:
                places[folder] = tuple(_below_unit(folder, names))
            yield from _claims(document, places[folder], _former(document.id, before))


def _claims(document: Document, folders: tuple[str, ...], former: tuple[str, ...]) -> Iterator[Evidence]:
    facts = document.facts
    found: dict[PointRef, Evidence] = {}
    for tag in document.tags:
        if tag.state is TagState.ASSIGNED:
            known = found.get(tag.point)
            found[tag.point] = _with(known, tag) if known else Evidence(
                document.id, document.unit, tag.point, (tag.item,) if tag.item else (), tag.period, facts.title, document.name,
                folders, _plain_folder(folders), facts.date, facts.text_status not in UNUSABLE, document.sha256, former,
            )  # fmt: skip
    yield from found.values()


def _with(known: Evidence, tag: Tag) -> Evidence:
    """Return evidence with what a further tag of the same point adds: one paper may answer several items."""
    items = dict.fromkeys((*known.items, tag.item) if tag.item else known.items)
    return replace(known, items=tuple(items), period="、".join(filter(None, dict.fromkeys((known.period, tag.period)))))


def _below_unit(folder: str, names: set[str]) -> Iterator[str]:
    """Yield the folders of a path below its unit's own, innermost first; where no unit is named, only the innermost."""
    parts = folder.split("/")
    own = next((number for number in reversed(range(len(parts))) if fold_name(parts[number]) in names), len(parts) - 2)
    yield from reversed(parts[own + 1 :])


def _plain_folder(folders: tuple[str, ...]) -> str:
    """Return the innermost folder where its words are a person's own: one with a code is named after the point, by us mostly."""
    return folders[0] if folders and not find_codes(folders[0]) else ""


def _former(document_id: str, before: dict[str, str]) -> tuple[str, ...]:
    chain: list[str] = []
    while (document_id := before.get(document_id, "")) and document_id not in chain:
        chain.append(document_id)
    return tuple(chain)
