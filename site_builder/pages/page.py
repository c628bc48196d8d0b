"""One planned page."""

from __future__ import annotations

from dataclasses import dataclass

from site_builder.views import Link


@dataclass(frozen=True, slots=True)
class Page:
    """A page before it is drawn: its path in the site, template, title, the entry of the menu it belongs to, and what it shows.

    `view` is a frozen value whose repr is the page's whole content, so that an unchanged page is known without drawing it.
    """

    path: str
    template: str
    title: str
    section: str
    view: object
    crumbs: tuple[Link, ...] = ()
