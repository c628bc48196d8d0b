"""A copy of a site can be checked: by its own page, as far as a browser can tell, and by every byte; and packed into one file."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from schema.errors import ArchiveError
from site_builder.build import build
from site_builder.checking import check
from site_builder.data import Audience
from site_builder.packing import pack
from site_builder.publish import CHECKSUMS
from site_builder.render import static_files
from tests.site_builder import sample
from tests.site_builder.test_build import tree


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    build(sample.data(), sample.texts, folder / "site", state=folder / "state.json")
    return folder / "site"


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "优盘 #1"))


def found(path: Path) -> list[tuple[str, str]]:
    return [(finding.code, finding.subject) for finding in check(path)]


@pytest.mark.parametrize("audience", list(Audience))
def test_a_whole_copy_has_no_differences_and_every_file_is_listed(tmp_path: Path, audience: Audience) -> None:
    build(sample.data(audience), sample.texts, tmp_path / "site", state=tmp_path / "state.json")
    assert found(tmp_path / "site") == []
    lines = (tmp_path / "site" / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    assert {line.split("  ")[1] for line in lines} == tree(tmp_path / "site").keys() - {CHECKSUMS}


def test_other_programs_can_check_the_list(copy: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", CHECKSUMS], cwd=copy, check=True)


def test_every_flipped_bit_is_named(copy: Path) -> None:
    dice = random.Random(3)
    for path in sorted(path for path in copy.rglob("*") if path.is_file() and path.name != CHECKSUMS):
        whole = path.read_bytes()
        at = dice.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << dice.randrange(8)]) + whole[at + 1 :])
        assert found(copy) == [("site-different", path.relative_to(copy).as_posix())]
        path.write_bytes(whole)


def test_every_flipped_bit_of_the_list_is_told(copy: Path) -> None:
    sums = copy / CHECKSUMS
    whole = sums.read_bytes()
    for at in range(400):
        sums.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        assert found(copy), at
    sums.write_bytes(whole[:-30])
    assert found(copy)


def test_missing_and_foreign_files_are_named_and_leftovers_are_not(copy: Path) -> None:
    (copy / "p" / "xC1.html").unlink()
    (copy / "p" / "xC2.html").unlink()
    (copy / "p" / "xC2.html").symlink_to(copy / "index.html")
    (copy / "陌生.html").write_text("x")
    (copy / "d" / "0-0123456789.js").write_text("left by the build before")
    assert found(copy) == [("site-missing", "p/xC1.html"), ("site-missing", "p/xC2.html"), ("site-extra", "陌生.html")]
    (copy / CHECKSUMS).unlink()
    with pytest.raises(ArchiveError) as caught:
        found(copy)
    assert CHECKSUMS in caught.value.message.text("zh")


def test_a_zip_is_the_same_bytes_twice_holds_the_site_and_can_be_checked(copy: Path, tmp_path: Path) -> None:
    (copy / "d" / "0-0123456789.js").write_text("left by the build before")
    one, two = tmp_path / "one.zip", tmp_path / "two.zip"
    assert pack(copy, one) == pack(copy, two)
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as package:
        package.extractall(tmp_path / "unpacked")
    (copy / "d" / "0-0123456789.js").unlink()
    assert tree(tmp_path / "unpacked") == tree(copy)
    assert found(one) == []
    whole, dice = one.read_bytes(), random.Random(5)
    for _flip in range(30):
        at = dice.randrange(len(whole) // 2)
        one.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << dice.randrange(8)]) + whole[at + 1 :])
        with suppress(ArchiveError):  # said of a package or a list that cannot be opened at all
            assert len(found(one)) <= 1  # a bit of a member's header that no content depends on may go unseen
    one.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ArchiveError):
        found(one)


def test_nothing_is_packed_into_itself_or_damaged(copy: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError):
        pack(copy, copy / "site.zip")
    target = tmp_path / "site.zip"
    target.write_bytes(b"the one before")
    (copy / "index.html").write_text("x")
    with pytest.raises(ArchiveError) as caught:
        pack(copy, target)
    assert "index.html" in caught.value.message.text("zh")
    assert target.read_bytes() == b"the one before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site.zip", "优盘 #1"]


@pytest.mark.browser
def test_the_page_tells_a_whole_copy_from_a_half_one(browser: Browser, copy: Path) -> None:
    context = browser.new_context()
    tab = context.new_page()

    def told() -> str:
        tab.goto("about:blank")
        tab.goto((copy / "verify.html").as_uri())
        expect(tab.locator("#bar")).to_be_hidden()
        expect(tab.locator("#st")).to_have_text(re.compile("副本(不)?完整|清单"))
        return tab.locator("#st").inner_text()

    assert "副本完整" in told()
    assert tab.locator("#faults li").count() == 0
    gone, foreign = copy / "p" / "yC2.html", next(copy.glob("d/*.js"))
    gone.unlink()
    foreign.write_text(foreign.read_text(encoding="utf-8").replace(foreign.name, "0-ffffffffff.js"), encoding="utf-8")
    assert "副本不完整" in told()
    assert "有 2 个" in tab.locator("#st").inner_text()
    assert tab.locator("#faults li").all_inner_texts() == [
        f"不完整，或来自另一次生成：d/{foreign.name}",
        "缺失或打不开：p/yC2.html",
    ]
    (copy / "check.js").unlink()
    assert "check.js" in told()
    context.close()


# Of the language and the browser, what came after Chrome 86 (October 2020) or does not work from file://. Styles may have newer
# properties, which older browsers pass over, but no newer selectors and rules, which they drop with all that is in them.
NEWER_SCRIPT = (
    r"\.(at|findLast|findLastIndex|toSorted|toReversed|toSpliced|groupBy)\(|hasOwn\(|structuredClone|Array\.fromAsync|"
    r"Promise\.(any|withResolvers|try)|[|&?]{2}=|\bimport\b|\bexport\b|\bfetch\(|XMLHttpRequest|\bWorker\(|"
    r"\"v[gimsuy]*\"|/[gimsuy]*v[gimsuy]*[;,)]|\bstatic \{|(?<![\w.])#[a-z]\w*\s*[=(]|showPopover|scrollend"
)
NEWER_STYLE = r":has\(|@container|@layer|@scope|@starting-style|^\s*&|\{[^{}@]*&[\s.:\[]|light-dark\(|color-mix\(|@property"


def test_scripts_and_styles_ask_for_no_newer_browser_than_they_say() -> None:
    for name, source in static_files():
        text = re.sub(r"/\*.*?\*/", "", source.decode(), flags=re.DOTALL)
        found = re.search(NEWER_SCRIPT if name.endswith(".js") else NEWER_STYLE, text, re.MULTILINE)
        assert found is None, (name, found)
