"""What a site is built from and for whom: values only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from archive.shares import Share
from schema.coverage import Cell
from schema.crosswalk import Near
from schema.findings import Finding
from schema.messages import Language
from schema.model import Document, Duty, Element, Framework, Unit
from schema.progress import Day

PageTexts = tuple[tuple[int | None, str], ...]
"""The display text of a document, page by page: (page number from 1, or None where the format has no pages, text)."""


class Audience(StrEnum):
    """Who a site is for. PUBLIC: points, counts, gaps. TASKFORCE: names, masked texts, search. INSPECTOR: originals as well."""

    PUBLIC = "public"
    TASKFORCE = "taskforce"
    INSPECTOR = "inspector"


Elements = Callable[[Document], tuple[Element, ...]]
"""Gives the elements of a document as an official paper."""


def no_elements(_document: Document) -> tuple[Element, ...]:
    """Return that nothing is known of a document as an official paper."""
    return ()


@dataclass(frozen=True, slots=True)
class SiteData:
    """Everything a site shows, as one value.

    `ledger` pairs an outcome with the number of paths that have it. `as_of` is the time of the data (empty while there is none)
    and `due` the date by which evidence is owed (may be empty), both ISO 8601; no clock is read while building. `shares` are the
    inboxes that cannot be believed now, `progress` the record of days. `until` is the last day on which copies may
    be used, ISO 8601 or empty. `language` is that of the pages' own words; what the archive holds stays as it is. `elements`
    gives those of an official paper, asked for only where a text is shipped anew.
    """

    title: str
    district: str
    frameworks: tuple[Framework, ...]
    duties: tuple[Duty, ...]
    units: tuple[Unit, ...]
    documents: tuple[Document, ...]
    cells: tuple[Cell, ...]
    findings: tuple[Finding, ...]
    ledger: tuple[tuple[str, int], ...]
    as_of: str
    due: str
    audience: Audience
    shares: tuple[Share, ...] = ()
    progress: tuple[Day, ...] = ()
    crosswalk: tuple[Near, ...] = ()
    language: Language = "zh"
    until: str = ""
    elements: Elements = no_elements


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did: files in the site, of these written, left as they were, and old ones removed; texts not to be had."""

    files: int
    written: int
    unchanged: int
    removed: int
    without_text: int
    originals: int
