"""One page of every kind a site has: the first that each template draws, found in the plan and not listed by hand."""

from __future__ import annotations

from urllib.parse import quote

from site_builder.data import SiteData
from site_builder.pages import plan
from site_builder.survey import Survey


def page_kinds(data: SiteData, words: str = "总结", document: str = "d0001&q=" + quote("云开月明")) -> list[str]:
    """Return the address of one page a template within a site of `data`; search and viewer get something to show."""
    state = {"search.html": "#q=" + quote(words), "doc.html": f"#{document}"}
    first: dict[str, str] = {}
    for page in plan(Survey(data)):
        first.setdefault(page.template, page.path + state.get(page.path, ""))
    return list(first.values())
