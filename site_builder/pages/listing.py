"""Lists of documents: whole on their page up to a limit, beyond it in parts with an index, so that no page grows on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from schema.model import Document
from site_builder import links
from site_builder.pages.page import Page
from site_builder.survey import Survey, grouped
from site_builder.views import Link, Rows, unit_link

LIMIT = 500
"""The most documents one page lists (0.4 MB of HTML, which a browser of 2017 still shows at once)."""


@dataclass(frozen=True, slots=True)
class PartLink:
    """Where a group of documents is listed, and how many there are."""

    link: Link
    count: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The documents of a page: either all `rows`, or the `parts` they are listed in (and no rows)."""

    rows: Rows | None = None
    parts: tuple[PartLink, ...] = ()


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of a long list: `groups` are (anchor, heading, rows)."""

    name: str
    back: Link
    by_unit: bool
    number: int
    total: int
    groups: tuple[tuple[str, str, Rows], ...]


@dataclass(frozen=True, slots=True)
class _Group:
    heading: str
    documents: tuple[Document, ...]


def listing(
    survey: Survey, documents: Sequence[Document], back: Link, *, by_unit: bool, section: str
) -> tuple[Listing, tuple[Page, ...]]:
    """Return how `documents` are listed on the page `back`, and the pages of the parts, if it takes any.

    Parts go by unit or by year of the document; small groups share a part, a group beyond the limit fills several.
    """
    if len(documents) <= LIMIT:
        return Listing(Rows(survey, tuple(documents))), ()
    groups = _by_unit(survey, documents) if by_unit else _by_year(survey, documents)
    parts = tuple(_packed(groups))
    found, pages = [], []
    for number, part in enumerate(parts, start=1):
        path = links.part_page(back.page, number)
        shown = tuple((f"g{place}", group.heading, Rows(survey, group.documents)) for place, group in enumerate(part, start=1))
        found += [PartLink(Link(path, heading, anchor), len(rows)) for anchor, heading, rows in shown]
        view = PartView(back.text, back, by_unit, number, len(parts), shown)
        pages.append(Page(path, "part.html", f"{back.text} {number}/{len(parts)}", section, view, (back,)))
    return Listing(parts=tuple(found)), tuple(pages)


def _by_unit(survey: Survey, documents: Iterable[Document]) -> Iterator[_Group]:
    """Yield documents by unit, in the order of the register; units that are not in it come last."""
    order = {unit.id: place for place, unit in enumerate(survey.data.units)}
    groups = grouped(documents, lambda document: document.unit)
    for unit in sorted(groups, key=lambda unit: (order.get(unit, len(order)), unit)):
        name = unit_link(survey, unit).text
        if len(groups[unit]) <= LIMIT:
            yield _Group(name, groups[unit])
        else:
            yield from (_Group(f"{name} {group.heading}", group.documents) for group in _by_year(survey, groups[unit]))


def _by_year(survey: Survey, documents: Iterable[Document]) -> Iterator[_Group]:
    """Yield documents by year, the newest first; what has no date comes last."""
    groups = grouped(documents, lambda document: document.facts.date[:4])
    for year in sorted(groups, reverse=True):
        heading, every = year or survey.say("page.listing.no-date"), groups[year]
        for start in range(0, len(every), LIMIT):
            yield _Group(heading if start == 0 else f"{heading} ({start // LIMIT + 1})", every[start : start + LIMIT])


def _packed(groups: Iterable[_Group]) -> Iterator[tuple[_Group, ...]]:
    """Yield groups together as long as they stay within the limit."""
    held: list[_Group] = []
    for group in groups:
        if held and sum(len(entry.documents) for entry in held) + len(group.documents) > LIMIT:
            yield tuple(held)
            held = []
        held.append(group)
    if held:
        yield tuple(held)
