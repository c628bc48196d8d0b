"""Walks through the site as its readers take them: by keyboard alone, on paper, and through tables that sort and filter."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from schema.model import Element
from site_builder.build import build
from site_builder.data import Audience
from tests.site_builder import sample

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The inspector's site, with originals and more documents than a table shows without its filter."""
    folder = tmp_path_factory.mktemp("built")
    more = tuple(
        sample.document(number, f"{number}.txt", "001", (sample.PRESCHOOL_3,), title=f"收费公示{number}", pages=number % 11)
        for number in range(10, 30)
    )
    documents = (*sample.DOCUMENTS, *more)
    for document in documents:
        original = folder / "tree" / document.path
        original.parent.mkdir(parents=True, exist_ok=True)
        original.write_text(document.name, encoding="utf-8")
    paper = (
        Element("issuer", ("示例区教育局", f"电话{sample.PHONE}"), "issuer-head", 0.97, 1, 2),
        Element("kind", ("通知",), "person", 1.0),
    )
    data = sample.data(Audience.INSPECTOR, documents=documents, elements=lambda entry: paper if entry.id == "d0001" else ())
    build(data, sample.texts, folder / "site", state=folder / "state.json", originals=folder / "tree")
    return folder / "site"


def test_the_viewer_tells_the_elements_of_a_paper_where_they_stand_and_what_found_them(page: Page, site: Path) -> None:
    page.goto(f"{site.as_uri()}/doc.html#d0001")
    expect(page.locator("#elements dt")).to_have_text(["发文机关", "文种"])
    told = page.locator("#elements dd").all_inner_texts()
    assert told[0].startswith("示例区教育局、电话＊")
    assert sample.PHONE not in told[0]
    assert "第 1 页" in told[0]
    assert "97%" in told[0]
    page.goto(f"{site.as_uri()}/doc.html#d0003")
    expect(page.locator("#meta")).to_contain_text("示教发〔2022〕5号")
    assert page.locator("#paper").is_hidden()


def tab_to(page: Page, wanted: str, most: int = 60) -> None:
    """Press Tab until what is focused fits the selector; each stop on the way has to be visible as such."""
    for _ in range(most):
        page.keyboard.press("Tab")
        ring = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(f"document.activeElement === document.body || {ring} !== 'none'")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    pytest.fail(f"Tab does not reach {wanted}")


def test_the_inspector_needs_no_mouse(page: Page, site: Path) -> None:
    page.goto(f"{site.as_uri()}/index.html")
    tab_to(page, ".skip", 1)
    tab_to(page, "#hq", 12)
    page.keyboard.type("云开月明")
    page.keyboard.press("Enter")
    expect(page.locator("#hits li")).to_have_count(1)
    tab_to(page, "#hits h3 a")
    page.keyboard.press("Enter")
    expect(page.locator("#text mark")).to_have_text(["云开月明"])
    tab_to(page, "#act a[href^='files/']", 20)
    assert page.evaluate("document.activeElement.textContent") == "打开原件"
    tab_to(page, "#tags a")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("公办园和普惠性民办园在园幼儿占比达到80%以上。")
    tab_to(page, "a[rel=next]", 60)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("落实公办园生均公用经费财政补助标准。")
    tab_to(page, ".filter input", 60)
    page.keyboard.type("收费公示17")
    expect(page.locator("table.docs tbody tr:visible")).to_have_count(1)
    tab_to(page, "table.docs tbody tr:not([hidden]) a")
    assert page.evaluate("document.activeElement.textContent") == "收费公示17"


def test_a_table_sorts_both_ways_and_filters_without_losing_a_row(page: Page, site: Path) -> None:
    page.goto(f"{site.as_uri()}/p/xC3.html")
    rows, pages = page.locator("table.docs tbody tr"), "table.docs tbody tr td.n"
    before = rows.all_inner_texts()
    head = page.locator("table.docs th.n")
    for direction in ("ascending", "descending"):
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == direction
        numbers = [text.split()[0] for text in page.locator(pages).all_text_contents()]
        known = [int(number) for number in numbers if number != "—"]
        assert known == sorted(known, reverse=direction == "descending")
        assert numbers[len(known) :] == ["—"] * (len(numbers) - len(known))
    assert sorted(rows.all_inner_texts()) == sorted(before)
    page.fill(".filter input", "公示 2")
    assert page.locator("table.docs tbody tr:visible").count() < len(before)
    assert "/ 22" in page.locator(".filter [role=status]").inner_text()
    page.fill(".filter input", "")
    expect(page.locator("table.docs tbody tr:visible")).to_have_count(len(before))
    page.goto(f"{site.as_uri()}/gaps.html")
    assert page.locator(".filter").count() == 0, "a short table needs none"


def sheets(page: Page, folder: Path) -> list[str]:
    """Return the text of each sheet the page prints on, all of which are A4, without its blanks."""
    page.pdf(path=str(folder / "printed.pdf"), prefer_css_page_size=True)
    document = pypdfium2.PdfDocument(folder / "printed.pdf")
    try:
        assert {tuple(map(round, sheet.get_size())) for sheet in document} == {(595, 842)}
        return ["".join(sheet.get_textpage().get_text_bounded().split()) for sheet in document]
    finally:
        document.close()


def test_a_point_prints_as_the_index_of_its_evidence_on_one_sheet(page: Page, site: Path, tmp_path: Path) -> None:
    page.goto(f"{site.as_uri()}/p/xC2.html")
    (printed,) = sheets(page, tmp_path)
    for words in (
        "佐证材料目录",
        "公办园和普惠性民办园",
        "基础科",
        "要点2的年度统计表",
        "示例第一幼儿园2023年收费公示",
        "示教发〔2023〕78号",
    ):
        assert words in printed, words
    assert "检索" not in printed
    assert "打开原件" not in printed


def test_the_first_page_of_a_full_table_prints_whole_whatever_the_filter_hides(page: Page, site: Path) -> None:
    page.goto(f"{site.as_uri()}/p/xC3.html")
    page.fill(".filter input", "收费公示17")
    page.emulate_media(media="print")
    assert page.locator("table.docs tbody tr:visible").count() == 22


def test_a_long_list_prints_its_headings_on_every_sheet(page: Page, site: Path, tmp_path: Path) -> None:
    page.goto(f"{site.as_uri()}/u/001.html")
    expect(page.locator("table.docs .sort").first).to_be_visible()
    first, second, *_ = sheets(page, tmp_path)
    for heading in ("文号", "页数", "入档"):
        assert heading in first
        assert heading in second
