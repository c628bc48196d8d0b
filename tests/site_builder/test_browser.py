"""The site in a real browser, opened from the disk: search, viewer, layout, and nothing hostile that runs."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from indexer.fold import fold_table, search_form, search_text
from indexer.grams import need_of
from indexer.match import occurrences
from site_builder.build import build
from site_builder.data import Audience, SiteData
from tests.site_builder import sample
from tests.site_builder.kinds import page_kinds
from tests.site_builder.test_build import hostile

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site in a folder with a name that needs encoding, with more documents than one page of hits shows."""
    folder = tmp_path_factory.mktemp("built")
    more = tuple(
        sample.document(
            number,
            f"材料{number}.txt",
            "004",
            (sample.COMPULSORY_2,),
            title=f"第{number}号总结",
            date=f"20{number % 10 + 14}-01-01",
        )
        for number in range(10, 60)
    )
    texts = sample.TEXTS | {entry.sha256: ((None, f"教师培训{entry.seq}次。重复的话：逐字核对。C{entry.seq}"),) for entry in more}
    out = folder / "迎评 材料#1%20(副本)"
    data = sample.data(Audience.TASKFORCE, documents=(*sample.DOCUMENTS, *more))
    build(data, texts.get, out, state=folder / "state.json")
    return out


def address(site: Path, name: str, fragment: str = "", query: str = "") -> str:
    return site.joinpath(name).as_uri() + (f"?q={quote(query)}" if query else "") + (f"#{fragment}" if fragment else "")


def find(page: Page, site: Path, query: str) -> list[str]:
    """Search as a reader does and return the titles shown."""
    page.goto("about:blank")
    page.goto(address(site, "search.html", f"q={quote(query)}"))
    expect(page.locator("#st")).to_have_text(re.compile(r"[。]$"))
    return [str(title) for title in page.locator("#hits h3").all_inner_texts()]


def status(page: Page) -> str:
    return page.locator("#st").inner_text()


def test_a_phrase_is_found_from_the_disk_with_its_page(page: Page, site: Path) -> None:
    page.goto(address(site, "index.html"))
    page.fill("#hq", "云开月明")
    page.press("#hq", "Enter")
    page.wait_for_selector("#hits li")
    assert page.locator("#hits h3").all_inner_texts() == ["示例第一幼儿园2023年收费公示"]
    assert page.locator("#hits .pg").all_inner_texts() == ["第 2 页"]
    assert page.locator("#hits mark").all_inner_texts() == ["云开月明"]
    assert status(page) == "共 1 份。"
    page.click("#hits h3 a")
    page.wait_for_selector("#doc:not([hidden])")
    assert page.locator("h1").inner_text() == "示例第一幼儿园2023年收费公示"
    assert page.locator("#page-2 mark").all_inner_texts() == ["云开月明"]
    assert "示教发〔2023〕78号" in page.locator("#meta").inner_text()
    assert "学前 C2" in page.locator("#tags").inner_text()


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("在园幼儿占比达到", ["示例第一幼儿园2023年收费公示"]),
        ("示教发[2023] 78 号", ["示例第一幼儿园2023年收费公示"]),
        ("85.5%", ["示例第一幼儿园2023年收费公示"]),
        ("85", []),
        ("96 平方米", ["音乐、美术专用教室面积测量表"]),
        ("测量表 美术", ["音乐、美术专用教室面积测量表"]),
        ("生均公用经费 -总结", ["生均公用经费补助花名册"]),
        ('"公用经费"', ["生均公用经费补助花名册", "未写编号的总结"]),
        ("稀", ["示例第一幼儿园2023年收费公示"]),
        ("℃不在这里", []),
        ("Ｃ１２", ["示例第一幼儿园2023年收费公示", "第12号总结"]),
        ("小太阳幼儿园", []),  # of the unit, not in the text: the status line's links lead to its page
        ("单位:小太阳", ["生均公用经费补助花名册"]),
        ("测量表 OR 云开月明", ["音乐、美术专用教室面积测量表", "示例第一幼儿园2023年收费公示"]),
        ("NOT 教师培训 生均公用经费", ["生均公用经费补助花名册", "未写编号的总结"]),
        ("(测量表|花名册) -美术", ["生均公用经费补助花名册"]),
        ("文号:2022", ["音乐、美术专用教室面积测量表"]),
        ("类型:xlsx", ["生均公用经费补助花名册"]),
    ],
)
def test_queries(page: Page, site: Path, query: str, titles: list[str]) -> None:
    assert sorted(find(page, site, query)) == sorted(titles)


def test_identifiers_are_not_found_because_they_are_not_there(page: Page, site: Path) -> None:
    for secret in sample.CANARIES:
        assert find(page, site, secret) == []
        assert status(page) == "没有找到。"
    assert find(page, site, sample.CREDIT_CODE) == ["示例第一幼儿园2023年收费公示"]


def test_ten_at_a_time_then_facets_and_the_address_keeps_both(page: Page, site: Path) -> None:
    assert len(find(page, site, "逐字核对")) == 10
    assert status(page) == "共 50 份，已列出 10 份。"
    page.click("#more")
    expect(page.locator("#hits li")).to_have_count(20)
    page.click("#fc button:has-text('2020')")
    expect(page.locator("#st")).to_contain_text("共 5 份")
    assert "y=2020" in page.url
    page.reload()
    expect(page.locator("#st")).to_contain_text("共 5 份")
    assert page.locator("#fc button[aria-pressed=true]").inner_text().split() == ["2020", "5"]
    page.go_back()
    expect(page.locator("#st")).to_contain_text("共 50 份")


def test_a_hit_outside_the_text_is_marked_where_it_stands(page: Page, site: Path) -> None:
    find(page, site, "文件名:花名册.xlsx")
    assert page.locator("#hits .m mark").all_inner_texts() == ["花名册.xlsx"]
    find(page, site, "示教发〔2022〕5号")
    assert page.locator("#hits .m mark").all_inner_texts() == ["示教发〔2022〕5号"]


def test_title_hits_come_first(page: Page, site: Path) -> None:
    assert find(page, site, "总结")[-1] != "未写编号的总结"
    assert find(page, site, "第33号")[0] == "第33号总结"


def test_a_code_or_a_unit_leads_straight_to_its_page(page: Page, site: Path) -> None:
    find(page, site, "c2")
    assert [text.split(" ")[0] for text in page.locator("#direct li").all_inner_texts()] == ["学前", "义教"]
    find(page, site, "义教 C2")
    assert page.locator("#direct a").get_attribute("href") == "p/yC2.html"
    find(page, site, "小太阳")
    assert page.locator("#direct a").all_inner_texts() == ["小太阳幼儿园"]
    find(page, site, "C99")
    assert page.locator("#direct").inner_text() == "没有编号为 C99 的评估要点。现有 学前 C1-C4、义教 C1-C2。"
    find(page, site, "云开月明")
    assert page.locator("#direct").is_hidden()


def test_an_unfinished_copy_is_told_in_a_sentence(page: Page, site: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(site, copy)
    for shard in (copy / "idx").glob("*/[0-9]*.js"):
        shard.unlink()
    page.goto(address(copy, "search.html", "q=" + quote("云开月明")))
    expect(page.locator("#st")).to_contain_text("索引文件缺失")
    assert "/0.js" in status(page)
    directory = next((copy / "idx").glob("*/dir.js"))
    whole = directory.read_bytes()
    for wrong in (b"", whole.replace(b'take("idx/', b'take("idx/of-another-build-')):
        directory.write_bytes(wrong)
        page.goto("about:blank")
        page.goto(address(copy, "search.html", "q=" + quote("云开月明")))
        expect(page.locator("#st")).to_contain_text("来自另一次生成的网站")
    (copy / "idx" / "current.js").unlink()
    page.goto(address(copy, "doc.html", "d0001"))
    expect(page.locator("#st")).to_contain_text("索引文件缺失")


def test_the_viewer_says_when_there_is_no_such_document(page: Page, site: Path) -> None:
    page.goto(address(site, "doc.html", "nobody"))
    expect(page.locator("#st")).to_contain_text("没有编号为")
    page.goto(address(site, "doc.html", "d0005"))
    expect(page.locator("#text")).to_contain_text("没有可以显示的文字：扫描件")


SAMPLES = [
    "".join(map(chr, range(0x20, 0x2000))),
    "".join(chr(point) for point in range(0x2000, 0x10000) if not 0xD800 <= point < 0xE000),
    "".join(map(chr, range(0x10000, 0x11000)))
    + "".join(map(chr, range(0x1D400, 0x1D800)))
    + "".join(map(chr, range(0x2F800, 0x2FA20))),
    "荣教政发〔2023〕78 号\n初\n中 C1 C2 1. 85% ①2023 Ｃ１２ 𠮷野家 ﾊﾝｶｸ",
    "𝟏𝟐 丽\u200b中\u00a0文 a\u3000b .5 3.\n5",
]


def test_the_browser_folds_as_the_indexer_does(page: Page, site: Path) -> None:
    page.goto(address(site, "search.html"))
    for text in SAMPLES:
        assert page.evaluate("text => Z.searchForm(text)", text) == search_form(text)
    way = page.evaluate(
        "text => { const st = Z.searchText(text); return Array.from(st.text, (c, i) => Z.toShown(st, i)); }",
        SAMPLES[3].replace("𠮷", "吉"),
    )
    known = search_text(SAMPLES[3].replace("𠮷", "吉"))
    assert way == [known.to_shown(at) for at in range(len(known.text))]
    assert page.evaluate("Z.rules().table.size") == len(fold_table())


PHRASES = [
    "公用经费",
    "C12",
    "荣教政发(2023)78号",
    "安",
    "5",
    "85%",
    "1:15",
    "4.2人",
    "a b",
    "初中c1",
    "教.",
    "x" * 30,
    "𠮷野",
    "(",
    "中c",
]
PLACES = ["c1 c12 c1", "85 85.5 2023.5 1.2.3 85%", "初中c1班", "aa a aaa", "v1.25.3 1.25 25.", "x中x中x"]


def test_the_browser_asks_for_the_same_grams_and_matches_alike(page: Page, site: Path) -> None:
    page.goto(address(site, "search.html"))
    for phrase in PHRASES:
        for open_end in (False, True):
            need = need_of(phrase, open_end=open_end)
            asked: Any = page.evaluate("phrase => Z.needOf(phrase)", {"text": phrase, "open": open_end})
            assert (set(asked["grams"]), tuple(asked["prefixes"]), asked["exact"]) == (need.grams, need.prefixes, need.exact), (
                phrase
            )
    for text in PLACES:
        for phrase in ("c1", "85", "a", "1", "25", "5", "x", "中", "2023", "85%", "c"):
            for open_end in (False, True):
                found = page.evaluate("([p, t]) => Z.occurrences(p, t, 99)", [{"text": phrase, "open": open_end}, text])
                assert found == list(occurrences(phrase, text, open_end=open_end)), (phrase, text)


# What stands out of its window, or of its cell over the next one; the names of a matrix are cut and say so.
OVER = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth ||
    Array.from(document.querySelectorAll(".data th, .data td, .facts div, .sum dd"))
        .filter(box => getComputedStyle(box).display !== "inline" && box.scrollWidth > box.clientWidth + 1 && box.clientWidth)
        .map(box => box.textContent.trim())"""
# The last is the width between the margins of A4.
SIZES = [("screen", 1440), ("screen", 1024), ("screen", 768), ("screen", 360), ("print", 688)]


@pytest.mark.parametrize(("medium", "width"), SIZES)
def test_no_page_is_wider_than_the_window(page: Page, site: Path, medium: Literal["screen", "print"], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(media=medium)
    for name in page_kinds(sample.data()):
        page.goto("about:blank")
        page.goto(site.as_uri() + "/" + name)
        page.wait_for_load_state()
        over = page.evaluate(OVER)
        assert not over, (name, width, over)


def test_nothing_hostile_runs_on_any_page(page: Page, tmp_path: Path) -> None:
    data: SiteData = hostile()
    out = tmp_path / "site"
    texts = {
        sha256: tuple((number, f"{text}</script><script>window.PWNED=1</script>") for number, text in pages)
        for sha256, pages in sample.TEXTS.items()
    }
    build(data, texts.get, out, state=tmp_path / "state.json")
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    names = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.html"))
    names += [
        "search.html#q=" + quote("script"),
        "doc.html#d0001&q=" + quote("<script>"),
        "doc.html#" + quote("<img src=x onerror=window.PWNED=1>"),
    ]
    for name in names:
        page.goto("about:blank")
        page.goto(out.as_uri() + "/" + name)
        if "#" in name:
            expect(page.locator("#st")).not_to_have_text(re.compile("^正在"))
        assert page.evaluate("window.PWNED") is None, name
        assert page.locator("main img").count() == 0, name
    assert page.locator("#st").inner_text().startswith("没有编号为“<img")


def test_without_scripts_every_document_can_be_reached_and_search_says_where(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address(site, "u/001.html"))
    assert "收费公示.docx" in tab.locator("main").inner_text()
    tab.goto(address(site, "search.html"))
    assert "请从" in tab.locator("noscript").inner_text()
    context.close()


def test_the_keyboard_reaches_the_content_first(page: Page, site: Path) -> None:
    page.goto(address(site, "index.html"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_what_the_address_holds_is_what_the_field_shows(page: Page, site: Path) -> None:
    for query in ("85%", "a&b=c#d", '"甲 乙"', "+1"):
        find(page, site, query)
        assert page.input_value("#q") == query
        page.fill("#q", query + "丙")
        page.press("#q", "Enter")
        expect(page.locator("#st")).to_have_text(re.compile("。$"))
        assert json.loads(page.evaluate("JSON.stringify(new URLSearchParams(location.hash.slice(1)).get('q'))")) == query + "丙"
