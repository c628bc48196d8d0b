"""From stored documents to evidence and coverage: what counts for a point, what never does, and how every cell stands.

The one way to the figures: commands, sheets, letters and pages all ask `coverage_cells`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from itertools import groupby

from archive.catalogue import Filed
from archive.judgements import judgements
from archive.opening import Archive
from archive.sidecar import load_tag
from schema.codes import find_codes
from schema.coverage import Cell, Evidence, cells
from schema.evidence import UNUSABLE
from schema.model import PointRef, UnitKind
from schema.reviews import Terms, terms
from schema.units import fold_name

# One zone for the whole country, no summer time since 1992.
_CHINA = timezone(timedelta(hours=8))


def coverage_cells(archive: Archive) -> tuple[Cell, ...]:
    """Return every cell of the archive as it stands."""
    return _cells(archive, evidence(archive))


def coverage_of(archive: Archive, ref: PointRef, unit: str | None = None) -> tuple[Cell, ...]:
    """Return the cells of one point, or one unit's, looking only at what was filed for that point."""
    known = archive.district.unit_by_id.get(unit) if unit is not None else None
    # A district's cell takes what any department filed.
    giver = known.id if known and known.kind is not UnitKind.DEPARTMENT else None
    return _cells(archive, evidence(archive, ref, giver), lambda owner, point: point == ref and unit in (None, owner))


def _cells(
    archive: Archive, claimed: Iterable[Evidence], wanted: Callable[[str, PointRef], bool] = lambda _unit, _point: True
) -> tuple[Cell, ...]:
    district = archive.district
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


def evidence(archive: Archive, ref: PointRef | None = None, unit: str | None = None) -> Iterator[Evidence]:
    """Yield the evidence filed in an archive (or for one point, by one unit): the assigned tags of current documents.

    Proposals, withdrawn documents and old versions never count. Folders above a unit's own say nothing about its documents.
    """
    units = archive.district.units
    names = {name for unit in units for name in map(fold_name, (unit.id, unit.name, *unit.aliases))}
    before = archive.catalogue.superseded()
    places: dict[str, tuple[tuple[str, ...], str]] = {}
    refs: dict[str, PointRef] = {}
    for (document, point), group in groupby(archive.catalogue.filed(ref, unit), key=lambda row: (row.document, row.point)):
        first, *others = group
        path = first.source.rpartition("/")[0]
        if path not in places:
            folders = tuple(_below_unit(path, names))
            places[path] = folders, _plain_folder(folders)
        if point not in refs:
            refs[point] = PointRef.parse(point)
        items, period = _said([first, *others])
        folders, folder = places[path]
        yield Evidence(
            document, first.unit, refs[point], items, period, first.title, first.name, folders, folder, first.date,
            first.text_status not in UNUSABLE, first.sha256, _former(document, before),
        )  # fmt: skip


def _said(rows: list[Filed]) -> tuple[tuple[str, ...], str]:
    """Return the items and the time that the tags of one document at one point name: one paper may answer several items."""
    named = [load_tag(json.loads(row.record)) for row in rows if '"item"' in row.record or '"period"' in row.record]
    items = dict.fromkeys(tag.item for tag in named if tag.item)
    return tuple(items), "、".join(dict.fromkeys(tag.period for tag in named if tag.period))


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
