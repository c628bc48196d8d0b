"""Recent documents, findings and the ledger, the search page, the document viewer, and how every figure is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from schema.findings import Finding
from schema.messages import codes
from schema.model import Document, Outcome
from site_builder.marks import Mark, marks
from site_builder.pages import inboxes
from site_builder.pages.listing import LIMIT, PartLink
from site_builder.pages.page import Page
from site_builder.survey import Counts, Survey, day, grouped
from site_builder.views import Link, Rows, unit_link

RECENT = 200
# Findings about a document without a point are told in full by the list of unplaced documents.
_UNPLACED = ("no-point", "no-point-proposed")


@dataclass(frozen=True, slots=True)
class RecentView:
    """The newest documents by day."""

    days: tuple[tuple[str, Rows], ...]
    shown: int
    total: int


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding: what it is about, whose, and the sentence."""

    subject: Link
    unit: Link | None
    detail: str


@dataclass(frozen=True, slots=True)
class IssuesView:
    """What needs a person: inboxes in trouble, unplaced documents, findings by kind, the ledger, whose parts make its sum.

    Beyond a page's limit, unplaced documents are counted by unit and listed on the units' pages.
    """

    unplaced: Rows
    unplaced_units: tuple[PartLink, ...]
    unplaced_count: int
    groups: tuple[tuple[str, tuple[FindingRow, ...]], ...]
    findings: int
    ledger: tuple[tuple[str, int], ...]
    paths: int
    inboxes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AboutView:
    """How each figure is counted."""

    marks: tuple[Mark, ...]
    frameworks: tuple[tuple[str, str, str, str, int], ...]
    points: int
    cells: Counts
    units: int
    documents: int
    audience: str


def pages(survey: Survey) -> Iterator[Page]:
    """Plan the lists; those that name documents are not for the public."""
    yield Page("about.html", "about.html", "", "about", _about(survey))
    yield Page("verify.html", "verify.html", "", "about", survey.data.audience.value)
    if survey.named:
        yield Page("new.html", "new.html", "", "new", _recent(survey))
        yield Page("issues.html", "issues.html", "", "issues", _issues(survey))
        yield Page("search.html", "search.html", "", "search", survey.data.audience.value)
        yield Page("doc.html", "doc.html", "", "doc", survey.data.audience.value)


def _recent(survey: Survey) -> RecentView:
    newest = survey.documents[:RECENT]
    days = tuple((name, Rows(survey, group)) for name, group in grouped(newest, lambda document: day(document.received)).items())
    return RecentView(days, len(newest), len(survey.documents))


def _issues(survey: Survey) -> IssuesView:
    unplaced = tuple(document for document in survey.documents if not document.points)
    many = len(unplaced) > LIMIT
    others = [finding for finding in survey.data.findings if finding.code not in _UNPLACED]
    groups = sorted(grouped(others, lambda finding: finding.code).items())
    known = {document.id for document in survey.documents}
    found = dict(survey.data.ledger)
    ledger = tuple((survey.say(f"site.outcome.{outcome}"), found.get(outcome, 0)) for outcome in Outcome)
    return IssuesView(
        Rows(survey, () if many else unplaced),
        _by_unit(survey, unplaced) if many else (),
        len(unplaced),
        tuple((_heading(survey, code), tuple(_finding(survey, finding, known) for finding in group)) for code, group in groups),
        len(others),
        ledger,
        sum(number for _, number in ledger),
        inboxes.sentences(survey),
    )


def _by_unit(survey: Survey, unplaced: tuple[Document, ...]) -> tuple[PartLink, ...]:
    groups = grouped(unplaced, lambda document: unit_link(survey, document.unit)).items()
    return tuple(PartLink(replace(link, fragment="unplaced"), len(group)) for link, group in groups)


def _heading(survey: Survey, code: str) -> str:
    own = f"site.finding.{code}"
    return survey.say(own if own in codes() else "site.finding.other")


def _finding(survey: Survey, finding: Finding, known: set[str]) -> FindingRow:
    text = finding.name or finding.subject
    subject = Link("doc.html", text, finding.subject) if finding.subject in known else Link("", finding.subject)
    return FindingRow(subject, unit_link(survey, finding.unit) if finding.unit else None, finding.detail.text(survey.language))


def _about(survey: Survey) -> AboutView:
    frameworks = tuple(
        (framework.title, framework.short, framework.version, framework.source, len(framework.points))
        for framework in survey.data.frameworks
    )
    return AboutView(
        marks(survey.language),
        frameworks,
        len(survey.points),
        survey.counts(survey.points),
        len(survey.data.units),
        len(survey.documents),
        survey.data.audience.value,
    )
