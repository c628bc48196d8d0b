"""Long lists: in parts within the limit, every document in exactly one of them, every one reached by point and by unit."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser

from schema.model import Document
from site_builder.build import build
from site_builder.data import Audience
from site_builder.pages import plan
from site_builder.pages.listing import LIMIT
from site_builder.survey import Survey
from tests.site_builder import sample


def many() -> tuple[Document, ...]:
    """A point with more documents than a page takes: of a unit with too many, of an ordinary one, of one outside the register."""
    units = ["001"] * (LIMIT + 120) + ["002"] * 200 + ["gone"] * 30
    return tuple(
        sample.document(
            100 + place, f"{place}.txt", unit, (sample.PRESCHOOL_3,), date=f"{2020 + place % 3}-01-01" if place % 7 else ""
        )
        for place, unit in enumerate(units)
    )


def test_parts_hold_every_document_once_and_none_is_too_long() -> None:
    documents = many()
    pages = {page.path: page for page in plan(Survey(sample.data(documents=documents)))}
    for start, own in (("p/xC3", documents), ("u/001", tuple(entry for entry in documents if entry.unit == "001"))):
        listed = pages[f"{start}.html"].view.listing  # type: ignore[attr-defined]
        parts = [page.view for path, page in pages.items() if path.startswith(f"{start}.") and page.template == "part.html"]
        assert len(parts) > 1
        assert listed.rows is None
        sizes = [sum(len(rows) for _, _, rows in part.groups) for part in parts]  # type: ignore[attr-defined]
        assert max(sizes) <= LIMIT
        found = Counter(row.link.fragment for part in parts for _, _, rows in part.groups for row in rows)  # type: ignore[attr-defined]
        assert found == Counter(entry.id for entry in own)
        assert sum(part.count for part in listed.parts) == len(own)
        for part in listed.parts:
            groups = pages[part.link.page].view.groups  # type: ignore[attr-defined]
            assert [len(rows) for anchor, _, rows in groups if anchor == part.link.fragment] == [part.count]


def test_a_list_within_the_limit_stays_whole() -> None:
    pages = {page.path: page for page in plan(Survey(sample.data(documents=many()[:LIMIT])))}
    assert len(pages["p/xC3.html"].view.listing.rows) == LIMIT  # type: ignore[attr-defined]
    assert "p/xC3.1.html" not in pages


@pytest.mark.browser
def test_without_scripts_every_document_is_reached_by_point_and_by_unit(browser: Browser, tmp_path: Path) -> None:
    documents = (*sample.DOCUMENTS, *many())
    build(sample.data(Audience.TASKFORCE, documents=documents), sample.texts, tmp_path / "site", state=tmp_path / "state.json")
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()

    def reached(start: str, follow: str) -> set[str]:
        """Return the documents that links lead to from `start`, by pages whose paths fit `follow`, as a reader clicks."""
        todo, seen, found = [start], {start}, set[str]()
        while todo:
            tab.goto(f"{(tmp_path / 'site').as_uri()}/{todo.pop()}")
            for address in tab.eval_on_selector_all("main a[href]", "links => links.map(link => link.href)"):
                path, _, fragment = str(address).removeprefix((tmp_path / "site").as_uri() + "/").partition("#")
                if path == "doc.html":
                    found.add(unquote(fragment))
                elif re.fullmatch(follow, path) and path not in seen:
                    seen.add(path)
                    todo.append(path)
        return found

    every = {document.id for document in documents}
    assert reached("u/index.html", r"u/[^/]+\.html") == every
    unplaced = {document.id for document in documents if not document.points}
    assert reached("f/x.html", r"[fp]/[^/]+\.html") >= every - unplaced
    assert reached("issues.html", r"(?!)") >= unplaced
    context.close()
