"""From the open archive to the one value a site is built from."""

from __future__ import annotations

from collections.abc import Callable

from archive.evidence import coverage_cells
from archive.opening import Archive
from archive.progress import read_days
from archive.shares import troubled_shares
from indexer.described import paper
from indexer.display import page_texts
from indexer.reading import Reading
from schema.copies import copy_findings
from schema.findings import findings
from schema.messages import Language
from schema.model import Document, Element
from site_builder.data import Audience, Elements, PageTexts, SiteData
from site_builder.records import Texts

Read = Callable[[str], Reading | None]
"""Gives what was read of the bytes with a content hash, as TextStore.get does."""


def gather(archive: Archive, audience: Audience, language: Language = "zh") -> SiteData:
    """Return everything the catalogue knows, as a site for `audience` needs it. `as_of` is the time of the newest entry."""
    district, settings = archive.district, archive.district.settings
    documents = tuple(archive.catalogue.documents())
    ledger = tuple(archive.catalogue.ledger())
    return SiteData(
        title=settings.title,
        district=settings.district,
        frameworks=district.frameworks,
        duties=district.duties,
        units=district.units,
        documents=documents,
        cells=coverage_cells(archive),
        findings=(*findings(documents, ledger), *copy_findings(documents, district.units)),
        ledger=tuple(archive.catalogue.outcomes().items()),
        as_of=max((*(document.received for document in documents), *(entry.seen for entry in ledger)), default=""),
        due=settings.due.isoformat() if settings.due else "",
        audience=audience,
        shares=troubled_shares(archive.home, settings),
        progress=read_days(archive.home),
        crosswalk=district.crosswalk,
        language=language,
        until=settings.until.isoformat() if settings.until else "",
    )


def elements_of(read: Read) -> Elements:
    """Return the function that gives a document's elements as an official paper, by its text and what persons said of it."""

    def elements(document: Document) -> tuple[Element, ...]:
        reading = read(document.sha256)
        return paper(reading, document.name, document.corrections) if reading is not None else ()

    return elements


def texts_of(read: Read) -> Texts:
    """Return the function that gives a document's text, page by page, by content hash."""

    def texts(sha256: str) -> PageTexts | None:
        reading = read(sha256)
        return page_texts(reading) if reading is not None else None

    return texts
