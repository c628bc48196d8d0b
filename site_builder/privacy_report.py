"""What would be covered in a site: counts by kind, and never a value. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from schema.model import Document, DocumentState, PointRef
from site_builder.classes import Class, classes, restricted_points
from site_builder.data import SiteData
from site_builder.privacy import identifiers
from site_builder.records import Texts
from site_builder.rosters import covered

KINDS = ("resident", "pupil", "phone", "card", "email")


@dataclass(frozen=True, slots=True)
class Report:
    """Counts over the documents that stand: by class; identifiers by kind; cells of rosters; documents with any.

    `by_class` has "none" for those without a class. `without_text` counts those of which there is no text to look at.
    """

    documents: int
    by_class: dict[str, int]
    identifiers: dict[str, int]
    cells: int
    in_text: int
    in_names: int
    without_text: int
    restricted: tuple[tuple[PointRef, int], ...]


def report(data: SiteData, texts: Texts) -> Report:
    """Return what is personal in `data` and the texts of its documents."""
    documents = tuple(document for document in data.documents if document.state is DocumentState.CURRENT)
    known, unknown = classes(documents, data.frameworks)
    found: Counter[str] = Counter()
    cells = in_text = in_names = without = 0
    for document in documents:
        named = sum((identifiers(name) for name in _names(document)), Counter[str]())
        pages = texts(document.sha256)
        without += pages is None
        _, own = covered(pages or (), children=known.get(document.id) is not Class.OPEN)
        inside = sum((identifiers(text) for _, text in pages or ()), Counter[str]())
        found += named + inside
        cells += own
        in_names += bool(named)
        in_text += bool(inside or own)
    by_class = Counter(str(kind) for kind in known.values())
    filed = Counter(ref for document in documents for ref in set(document.points))
    restricted = tuple((ref, filed[ref]) for ref in sorted(restricted_points(data.frameworks)))
    counts = {kind: by_class[kind] for kind in map(str, Class)} | {"none": len(unknown)}
    return Report(len(documents), counts, {kind: found[kind] for kind in KINDS}, cells, in_text, in_names, without, restricted)


def _names(document: Document) -> tuple[str, ...]:
    return document.name, document.facts.title, document.facts.doc_number, document.facts.issuer
