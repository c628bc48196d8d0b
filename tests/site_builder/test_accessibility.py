"""Every page kind by the rules of others: axe-core for people, an HTML parser that forgives nothing for browsers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from site_builder.build import build
from site_builder.data import Audience
from tests.site_builder import sample
from tests.site_builder.html_rules import faults
from tests.site_builder.kinds import page_kinds

DATA = sample.data(Audience.TASKFORCE)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    build(DATA, sample.texts, folder / "site", state=folder / "state.json")
    return folder / "site"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_kind_of_page(browser: Browser, site: Path, scheme: Any) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    found = {}
    for name in page_kinds(DATA):
        tab.goto("about:blank")
        tab.goto(f"{site.as_uri()}/{name}")
        if "#" in name:
            expect(tab.locator("#hits li, #text mark").first).to_be_visible()
        results = Axe().run(tab, options=RULES)
        assert len(results.response["passes"]) > 15, name
        if results.violations_count:
            found[name] = [
                (rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in results.response["violations"]
            ]
    context.close()
    assert not found


def test_every_page_is_valid_html(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 20
    assert {path.relative_to(site).as_posix(): told for path in pages if (told := faults(path.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize(
    ("fragment", "word"),
    [
        ("<p>a<div>b</div></p>", "unexpected-end-tag"),
        ("<p><b>a</p>", "end-tag"),
        ("<p id=x>a</p><p id=x>b</p>", "id x twice"),
        ('<a href="#nowhere">a</a>', "nowhere"),
        ('<a href="x"><a href="y">b</a></a>', "implies-end-tag"),
        ('<a href="x"><button type="button">b</button></a>', "nested"),
        ("<button>b</button>", "type"),
        ("<ul><p>a</p></ul>", "ul > p"),
        ("<dl><p>a</p></dl>", "dl > p"),
        ('<p style="color:red">a</p>', "style"),
        ("<p onclick='x()'>a</p>", "onclick"),
        ("<blink>a</blink>", "blink"),
        ('<label for="none">a</label>', "none"),
        ('<img src="x.png">', "alt"),
        ("<table><tr><th>a</th></tr></table>", "scope"),
        ("<h3>a</h3>", "h3"),
        ('<meta http-equiv="X-UA-Compatible" content="IE=edge,chrome=1">', "X-UA-Compatible"),
        ("<div hidden='maybe' foo='1'>a</div>", "foo"),
    ],
)
def test_the_rules_notice_faults(fragment: str, word: str) -> None:
    head = '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>t</title></head>'
    page = f"{head}<body><h1>a</h1>{fragment}</body></html>"
    assert any(word in told for told in faults(page)), faults(page)
