"""What an audience may see, settled before any page is planned, so that no template can show too much. Pure.

Identifiers are covered for every audience; the public gets no persons, no document names and no findings at all, and of
restricted points nothing but counts and units. A document of which nobody can say what it is about stops the build.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from schema.coverage import Cell
from schema.findings import Finding
from schema.messages import Message
from schema.model import Document, Duty, Facts, PointRef, Tag, Unit
from site_builder.classes import required, restricted_points
from site_builder.data import Audience, SiteData
from site_builder.privacy import mask

Value = TypeVar("Value", Message, Tag, Facts, Document, Cell)


def for_audience(data: SiteData) -> SiteData:
    """Return `data` as its audience may see it, every identifier covered. Raises ArchiveError (privacy.unclassified)."""
    public = data.audience is Audience.PUBLIC
    required(data.documents, data.frameworks)
    restricted = restricted_points(data.frameworks) if public else frozenset[PointRef]()
    return replace(
        data,
        title=mask(data.title),
        district=mask(data.district),
        duties=tuple(_nobody(duty) for duty in data.duties) if public else data.duties,
        units=tuple(_unit(unit, public=public) for unit in data.units),
        documents=tuple(_counted(document) if public else _document(document) for document in data.documents),
        cells=tuple(_bare(cell) if cell.point in restricted else _cell(cell, public=public) for cell in data.cells),
        findings=() if public else tuple(_finding(finding) for finding in data.findings),
        shares=tuple(replace(share, path="" if public else mask(share.path)) for share in data.shares),
    )


def masked(said: Message) -> Message:
    """Return a message with identifiers in its parameters covered."""
    return _with(said, params=tuple((name, mask(value)) for name, value in said.params))


def _with(value: Value, **fields: Any) -> Value:
    """Return a value with these fields: itself where they are as they should be, which they mostly are."""
    changed = {name: field for name, field in fields.items() if getattr(value, name) != field}
    return replace(value, **changed) if changed else value


def _nobody(duty: Duty) -> Duty:
    return replace(duty, persons=())


def _unit(unit: Unit, *, public: bool) -> Unit:
    contact = "" if public else mask(unit.contact)
    return replace(unit, name=mask(unit.name), aliases=(), township=mask(unit.township), contact=contact)


def _bare(cell: Cell) -> Cell:
    """Return a cell as a unit, a status and a number of documents."""
    return replace(cell, reason=None, pieces=(), returned=(), unusable=())


def _cell(cell: Cell, *, public: bool) -> Cell:
    if public and cell.returned:  # that something was sent back and on what ground, and no more
        cell = replace(cell, returned=tuple(replace(entry, document="", by="", why="") for entry in cell.returned))
    return _with(cell, reason=masked(cell.reason)) if cell.reason else cell


def _finding(finding: Finding) -> Finding:
    return replace(finding, subject=mask(finding.subject), detail=masked(finding.detail), name=mask(finding.name))


def _document(document: Document) -> Document:
    facts = document.facts
    shown = _with(facts, title=mask(facts.title), doc_number=mask(facts.doc_number), issuer=mask(facts.issuer))
    tags = tuple(_with(tag, reason=masked(tag.reason)) for tag in document.tags)
    problems = tuple(map(masked, document.problems))
    return _with(document, name=mask(document.name), source="", facts=shown, tags=tags, problems=problems)


def _counted(document: Document) -> Document:
    """Return a document that is counted and never named."""
    tags = tuple(Tag(tag.point, tag.state, tag.basis, 0.0, Message("site.hidden")) for tag in document.tags)
    return replace(document, name="", source="", path="", facts=Facts(document.facts.text_status), tags=tags, problems=())
