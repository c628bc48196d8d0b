"""The receipts as they lie in the units' folders: what they say, what they never do, and when they are written."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page

from archive.home import Home
from archive.intake import take_in
from archive.opening import Archive, writing_archive
from archive.reconcile import scan_inboxes
from archive.refuse import DRAFT_END, RECEIPT
from archive.setup import init
from archive.shares import MARK, ShareBoard
from schema.messages import Message
from schema.model import Facts, Outcome, TextStatus
from schema.settings import Settings
from site_builder.pages.receipt import address, visible
from site_builder.receipts import Receipts
from tests.site_builder.sample import RESIDENT

REGISTER = "编号,名称,别名,类型\nu01,清溪小学,溪小,小学\nu02,桃源幼儿园,,幼儿园\n"
SCHOOL = "收件箱/清溪小学"
HOSTILE = (
    "<script>window.PWNED=1<script>.txt",
    '"><img src=x onerror=window.PWNED=1>.pdf',
    "' onmouseover='window.PWNED=1.jpg",
    "javascript:window.PWNED=1;.pdf",
    "{{ 7*1234567 }}{% raw %}.txt",
    "报告\u202efdp.exe\u202c.pdf",
    "第一行\n第二行\t.txt",
    "&lt;b&gt;&amp;.txt",
    "100%25 #1?.pdf",
    "页面.html",
    "长" * 70 + ".pdf",
    "W" * 180 + ".pdf",
)
Drop = Callable[..., Path]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    register = tmp_path / "register.csv"
    register.write_text(REGISTER, encoding="utf-8-sig")
    home = Home(tmp_path / "档案馆")
    init(home, replace(Settings(), settle_seconds=0.02, patience_seconds=0.1, title="示例区 <迎评> 材料"), register)
    return home


@pytest.fixture
def archive(home: Home) -> Iterator[Archive]:
    with writing_archive(home) as opened:
        yield opened


@pytest.fixture
def drop(home: Home) -> Drop:
    def put(path: str, data: bytes = b"evidence") -> Path:
        target = home.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return target

    return put


@pytest.fixture
def hostile(archive: Archive, drop: Drop) -> Path:
    """The receipt of a school whose files all have names that would do something."""
    for number, name in enumerate(HOSTILE):
        drop(f"{SCHOOL}/C10/{name}", str(number).encode())
        drop(f"收件箱/<b>陌生{RESIDENT}/{name}", str(number).encode())
    drop(f"{SCHOOL}/<script>window.PWNED=1<script>.exe")
    ingest(archive)
    Receipts(archive, ignore).write()
    return archive.home.root / SCHOOL / RECEIPT


def ignore(_sentence: Message) -> None:
    """Tell nobody."""


def ingest(archive: Archive) -> None:
    board = ShareBoard(archive.home, archive.district.settings)
    take_in(archive, lambda intake: scan_inboxes(archive, intake, board, ignore))


def describe(archive: Archive, name: str, status: TextStatus, kind: str) -> None:
    """Tell the catalogue what reading told about the documents called `name`."""
    with archive.catalogue.transaction():
        found = [document for document in archive.catalogue.documents() if document.name == name]
        archive.catalogue.describe([(document.id, Facts(status, kind), ()) for document in found])


class Markup(HTMLParser):
    """What a browser would act on, and the text it would show."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.source = page.read_text(encoding="utf-8")
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def links(self) -> list[str]:
        return [value or "" for name, value in self.attributes if name == "href"]


def test_a_clerk_reads_what_arrived_and_what_to_do(archive: Archive, drop: Drop) -> None:
    drop(f"{SCHOOL}/义教 C10 音美/面积表.txt", b"96")
    drop(f"{SCHOOL}/义教 C10 音美/面积表副本.txt", b"96")
    drop(f"{SCHOOL}/义教 C12 班额/扫描.jpg", b"photo")
    drop(f"{SCHOOL}/义教 C12 班额/加密.docx", b"locked")
    drop(f"{SCHOOL}/停电通知.txt", b"notice")
    drop(f"{SCHOOL}/setup.bat")
    ingest(archive)
    describe(archive, "扫描.jpg", TextStatus.NEEDS_OCR, "jpg")
    describe(archive, "加密.docx", TextStatus.ENCRYPTED, "docx")
    Receipts(archive, ignore).write()
    page = Markup(archive.home.root / SCHOOL / RECEIPT)
    text = re.sub(r"\s+", " ", page.text)
    assert "共 6 个文件：入档 4 · 新版本 0 · 重复 1 · 拒收 1 · 待定 0" in text
    assert "有 3 个文件要处理。" in text
    head, listing = text.split("全部记录，最近的在前")
    places = [head.index(words) for words in ("没有入档", "内容读不出", "还没有归到评估要点", "最好再完善")]
    assert places == sorted(places)
    assert head.count("为安全不入档") == listing.count("为安全不入档") == 1, "a refusal always has its sentence"
    assert "文件已加密，无法读取。请另存为无密码的版本后重新放入。" in head
    assert "与已入档的“义教 C10 音美/面积表.txt”内容相同" in listing
    assert "义教 C12 小学初中所有班级" in listing
    assert "示例区 <迎评> 材料" in text


def test_the_sums_are_the_ledgers(archive: Archive, drop: Drop) -> None:
    for number in range(30):
        drop(f"{SCHOOL}/C10/{number % 7}-{number}.{('txt', 'exe', 'tmp')[number % 3]}", str(number % 5).encode())
    ingest(archive)
    Receipts(archive, ignore).write()
    text = Markup(archive.home.root / SCHOOL / RECEIPT).text
    words = {"入档": "new", "新版本": "version", "重复": "duplicate", "拒收": "rejected", "忽略": "ignored", "待定": "pending"}
    total, sums = re.findall(r"共 (\d+) 个文件：(.*)", text)[0]
    shown = {words[word]: int(number) for word, number in re.findall(r"(\S+) (\d+)", sums)}
    ledger = archive.catalogue.outcomes("u01")
    assert {word: number for word, number in shown.items() if number} == ledger
    assert int(total) == sum(ledger.values()) == 30
    assert set(ledger) <= {str(outcome) for outcome in Outcome}


def test_names_are_only_ever_text(hostile: Path) -> None:
    page = Markup(hostile)
    assert not {"script", "img", "iframe", "object", "link"} & set(page.tags)
    assert not [name for name, _value in page.attributes if name.startswith("on") or name == "style"]
    assert "8641969" not in page.text
    assert "报告<U+202E>fdp.exe<U+202C>.pdf" in page.text
    assert "第一行<U+000A>第二行<U+0009>.txt" in page.text
    assert not set("\u202e\u202c") & set(page.source)
    for name in HOSTILE:
        assert visible(name) in page.text


def test_links_lead_to_the_files_beside_and_nowhere_else(hostile: Path) -> None:
    links = Markup(hostile).links
    assert len(set(links)) == len(HOSTILE) - 1, "all but the page that a browser would run"
    for link in links:
        assert re.fullmatch(r"\./[A-Za-z0-9%._~/-]+", link), link
        assert (hostile.parent / unquote(link)).is_file(), link
    assert address(("a b", "..", "javascript:x")) == "./a%20b/../javascript%3Ax"


def test_a_file_that_has_left_has_no_link(archive: Archive, drop: Drop) -> None:
    path = drop(f"{SCHOOL}/C10/面积表.txt")
    refused = drop(f"{SCHOOL}/setup.bat")
    ingest(archive)
    keeper = Receipts(archive, ignore)
    keeper.write()
    receipt = path.parents[1] / RECEIPT
    assert Markup(receipt).links == ["./C10/%E9%9D%A2%E7%A7%AF%E8%A1%A8.txt"]
    path.unlink()
    refused.unlink()
    ingest(archive)
    assert keeper.write() == 1
    page = Markup(receipt)
    assert page.links == []
    assert "入档的材料不受影响" in page.text
    assert "没有要处理的文件。" in page.text


def test_the_page_allows_its_own_style_and_nothing_else(hostile: Path) -> None:
    source = hostile.read_text(encoding="utf-8")
    (style,) = re.findall(r"<style>(.*?)</style>", source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'" in source


def test_nothing_is_written_twice(archive: Archive, drop: Drop) -> None:
    drop(f"{SCHOOL}/C10/面积表.txt")
    drop("收件箱/散落.txt")
    ingest(archive)
    keeper = Receipts(archive, ignore)
    assert keeper.write() == len(archive.district.units) + 1
    inbox = archive.home.root / "收件箱"
    pages = {path: path.stat().st_mtime_ns for path in inbox.rglob(RECEIPT)}
    assert len(pages) == len(archive.district.units) + 1
    ingest(archive)
    assert keeper.write() == 0
    assert Receipts(archive, ignore).write() == 0, "after a new start all are compared"
    assert {path: path.stat().st_mtime_ns for path in inbox.rglob(RECEIPT)} == pages
    assert not list(inbox.rglob(f"*{DRAFT_END}"))


def test_a_running_watch_writes_only_where_there_is_news(archive: Archive, drop: Drop) -> None:
    keeper = Receipts(archive, ignore)
    keeper.write()
    other = archive.home.root / "收件箱/桃源幼儿园" / RECEIPT
    other.unlink()
    drop(f"{SCHOOL}/C10/面积表.txt")
    ingest(archive)
    assert keeper.write() == 1
    assert not other.exists()
    assert Receipts(archive, ignore).write() == 1
    assert other.exists()


def test_keeping_up_takes_a_tenth_of_the_time(archive: Archive, drop: Drop) -> None:
    now = iter(range(1000))
    keeper = Receipts(archive, ignore, clock=lambda: float(next(now)))
    assert keeper.keep_up() == len(archive.district.units)
    drop(f"{SCHOOL}/C10/面积表.txt")
    ingest(archive)
    calls = 1
    while keeper.keep_up() == 0:
        calls += 1
    assert calls > 9, "at this clock, looking at it takes a second"
    assert keeper.keep_up() == 0, "and what was passed over is written once"


def test_receipts_never_enter_the_ledger(archive: Archive, drop: Drop) -> None:
    drop(f"{SCHOOL}/C10/面积表.txt")
    drop(f"{SCHOOL}/_回执单.pdf", b"the clerk's own")
    ingest(archive)
    Receipts(archive, ignore).write()
    drop(f"{SCHOOL}/{RECEIPT}{DRAFT_END}", b"cut off by a crash")
    before = archive.catalogue.outcomes()
    ingest(archive)
    assert archive.catalogue.outcomes() == before == {"new": 2}
    assert [entry.path for entry in archive.catalogue.ledger()] == [f"{SCHOOL}/C10/面积表.txt", f"{SCHOOL}/_回执单.pdf"]
    drop(f"{SCHOOL}/C10/更多.txt", b"more")
    ingest(archive)
    Receipts(archive, ignore).write()
    assert not (archive.home.root / SCHOOL / (RECEIPT + DRAFT_END)).exists()


def test_a_unit_with_a_folder_by_its_alias_finds_its_receipt_there(archive: Archive, drop: Drop) -> None:
    mine, theirs = drop(f"{SCHOOL}/C10/一.txt", b"1"), drop("收件箱/溪小/C12/二.txt", b"2")
    ingest(archive)
    Receipts(archive, ignore).write()
    here, there = Markup(mine.parents[1] / RECEIPT), Markup(theirs.parents[1] / RECEIPT)
    assert [unquote(link) for link in here.links] == ["./C10/一.txt"]
    assert [unquote(link) for link in there.links] == ["./C12/二.txt"]
    assert "溪小/C12" in here.text
    assert "共 2 个文件：入档 2" in here.text.replace("\n", "")


def test_the_inbox_has_a_page_for_what_is_nobodys(archive: Archive, drop: Drop) -> None:
    inbox = archive.home.root / "收件箱"
    keeper = Receipts(archive, ignore)
    keeper.write()
    assert not (inbox / RECEIPT).exists(), "nothing to say"
    drop(f"收件箱/没登记的学校/{RESIDENT}.pdf")
    stray = drop("收件箱/散落.docx")
    ingest(archive)
    keeper.write()
    page = Markup(inbox / RECEIPT)
    assert "“没登记的学校”不是登记表中的单位" in page.text
    assert [unquote(link) for link in page.links] == ["./散落.docx", "./散落.docx"]
    assert RESIDENT not in page.source, "strangers read this page"
    stray.rename(inbox / "清溪小学/散落.docx")
    ingest(archive)
    keeper.write()
    assert "文件已移走" in Markup(inbox / RECEIPT).text


def test_a_share_that_is_away_gets_its_receipts_when_it_is_back(archive: Archive, drop: Drop) -> None:
    told: list[Message] = []
    keeper = Receipts(archive, told.append)
    drop(f"{SCHOOL}/C10/面积表.txt")
    ingest(archive)
    inbox = archive.home.root / "收件箱"
    inbox.rename(archive.home.root / "away")
    assert keeper.write() == 0
    (inbox / "清溪小学").mkdir(parents=True)
    assert keeper.write() == 0, "an empty mount point is not the share"
    assert not list(inbox.rglob(RECEIPT))
    (inbox / "清溪小学").rmdir()
    inbox.rmdir()
    (archive.home.root / "away").rename(inbox)
    assert keeper.write() == len(archive.district.units)
    assert not told, "the scan tells of shares"
    (inbox / MARK).unlink()
    assert Receipts(archive, told.append).write() == 0


def test_a_folder_that_cannot_be_written_is_told_once_and_tried_again(archive: Archive, drop: Drop) -> None:
    told: list[Message] = []
    now = 0.0
    keeper = Receipts(archive, told.append, clock=lambda: now)
    blocked = archive.home.root / SCHOOL / RECEIPT
    (blocked / "x").mkdir(parents=True)
    drop(f"{SCHOOL}/C10/面积表.txt")
    ingest(archive)
    assert keeper.write() == len(archive.district.units) - 1, "the others have theirs"
    assert keeper.write() == 0
    now += archive.district.settings.scan_seconds
    assert keeper.write() == 0
    assert [sentence.code for sentence in told] == ["receipt.unwritable"]
    assert not (blocked.parent / (RECEIPT + DRAFT_END)).exists()
    (blocked / "x").rmdir()
    blocked.rmdir()
    assert keeper.write() == 0, "not at each look"
    now += archive.district.settings.scan_seconds
    assert keeper.write() == 1
    assert blocked.is_file()


def test_no_link_laid_in_a_folder_is_written_through(archive: Archive, drop: Drop, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("untouched", encoding="utf-8")
    folder = archive.home.root / SCHOOL
    (folder / RECEIPT).symlink_to(secret)
    (folder / (RECEIPT + DRAFT_END)).symlink_to(secret)
    (archive.home.root / "收件箱/溪小").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(archive.home.root / "收件箱/桃源幼儿园" / RECEIPT)
    Receipts(archive, ignore).write()
    assert secret.read_text(encoding="utf-8") == "untouched"
    assert not (folder / RECEIPT).is_symlink()
    assert (archive.home.root / "收件箱/桃源幼儿园" / RECEIPT).is_file()
    assert not (tmp_path / RECEIPT).exists()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 768, 360])
def test_a_browser_runs_nothing_and_never_scrolls_sideways(page: Page, hostile: Path, width: int) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    page.set_viewport_size({"width": width, "height": 800})
    for receipt in (hostile, hostile.parents[1] / RECEIPT):
        page.goto(receipt.as_uri())
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, (receipt, over)
        for link in page.locator("a").all():
            link.hover()
        assert page.evaluate("window.PWNED") is None
        assert page.locator("img, script, iframe").count() == 0
        color = page.evaluate("getComputedStyle(document.querySelector('header')).backgroundColor")
        assert color == "rgb(18, 58, 99)", "the policy knows the style"


@pytest.mark.browser
def test_a_link_opens_the_file(page: Page, archive: Archive, drop: Drop) -> None:
    drop(f"{SCHOOL}/C10 100%/面积 #1?.txt", "音乐教室96平方米".encode())
    ingest(archive)
    Receipts(archive, ignore).write()
    page.goto((archive.home.root / SCHOOL / RECEIPT).as_uri())
    page.click("text=面积 #1?.txt")
    page.wait_for_url("**/*.txt")
    assert "96" in page.locator("body").inner_text()
