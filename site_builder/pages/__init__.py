"""The pages of a site, planned: which there are, what each shows, which template draws it. Pure; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator

from site_builder.pages import dashboard, duties, frameworks, gaps, lists, points, units
from site_builder.pages.page import Page
from site_builder.survey import Survey


def plan(survey: Survey) -> Iterator[Page]:
    """Yield every page of the site of `survey`, in a fixed order."""
    yield dashboard.page(survey)
    yield from frameworks.pages(survey)
    yield from points.pages(survey)
    unit_pages = tuple(units.pages(survey))
    yield from unit_pages
    yield from duties.pages(survey)
    yield from gaps.pages(survey, unit_pages)
    yield from lists.pages(survey)
