"""Names and things no archive would choose: each is stored under a portable name or refused with a sentence."""

from __future__ import annotations

import os
import re
import socket
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.home import Home
from archive.intake import take_in
from archive.names import name_key
from archive.opening import writing_archive
from archive.scan import walk
from schema.model import LedgerEntry, Outcome
from tests.reliability.home import INBOX, make_home
from tests.reliability.outcome import hashed, list_tree

UNIT = "清溪小学"
DEEP = "/".join(f"第{number:02d}层" for number in range(40))
# Every one is stored, each by its own bytes. Written as bytes where the name is not UTF-8.
STORED: dict[str, tuple[str | bytes, ...]] = {
    "not UTF-8": ("教师名册.txt".encode("gbk"), b"caf\xe9.txt", b"\xff\xfe\xfd.txt", "学前C15/收费.txt".encode("gbk")),
    "composed and not": (unicodedata.normalize("NFC", "résumé.txt"), unicodedata.normalize("NFD", "résumé.txt")),
    "case pairs": ("名册A.txt", "名册a.txt", "STRASSE.txt", "straße.txt", "ﬁle.txt", "file.txt"),
    "reserved": ("CON", "con.txt", "PRN.pdf", "aux.txt", "NUL.tar.txt", "COM1.txt", "LPT9", "CONIN$", "clock$"),
    "dots and blanks": ("结尾点.", "结尾空格 ", " 开头空格.txt", "名 . txt", "....txt", "...", "a..txt", "。.txt",
                       "　全角空格　.txt"),
    "control and bidi": ("换\n行.txt", "制\t表.txt", "响\x07铃.txt", "\x1b[31m红.txt", "翻\u202excod.txt",
                         "零\u200b宽.txt", "\ufeff头.txt"),
    "forbidden on Windows": ('问?.txt', "星*.txt", "管|道.txt", "引\"号.txt", "尖<括>.txt", "冒:号.txt", "反\\斜.txt"),
    "long": ("长" * 83 + ".txt", "l" * 251 + ".txt", "长" * 85, "x" * 255),
    "emoji": ("👨‍👩‍👧‍👦家长会.txt", "🏫.txt", "①②③.txt", "𠮷野家.txt"),
    "like our own": ("_回执说明.txt", "名册.txt.json", "_meta", "x.plan", "y.data", "z.draft", "-rf.txt", "--help",
                     "$(reboot).txt", "%00.txt"),
    "deep": (f"{DEEP}/深处.txt",),
    "codes": ("C1/一.txt", "c1/二.txt", "Ｃ１/三.txt", "义教 Ｃ １２/四.txt", "义教c12/五.txt"),
}  # fmt: skip
# Ours by their names; everything else in STORED must be stored.
_OURS = ("_回执说明.txt",)


def test_every_name_is_stored_with_its_own_bytes(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", (UNIT,), settle_seconds=0.01)
    dropped: dict[bytes, str] = {}
    for group, names in STORED.items():
        for name in names:
            if name not in _OURS:
                _put(home, name, f"{group} {name!r}".encode(), dropped)
    ledger = taken_in(home)
    stored, strays = list_tree(home.tree)
    by_content = {entry.found: entry.record for entry in stored.values()}
    assert not strays
    assert not [raw for raw, sha256 in dropped.items() if sha256 not in by_content]
    assert len(by_content) == len(stored) == len(dropped)
    for raw, sha256 in dropped.items():
        record = by_content[sha256]
        name = raw.rpartition(b"/")[2]
        kept = bytes.fromhex(record["original_bytes"]) if record["original_bytes"] else record["original_name"].encode()
        assert kept == name, "the original name is in the sidecar, to the byte"
    print(f"{len(dropped)} hostile names: {len(stored)} stored, original bytes kept")
    assert sum(entry.outcome is Outcome.NEW for entry in ledger.values()) == len(dropped)


def test_the_trees_names_are_portable(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", (UNIT,), settle_seconds=0.01)
    dropped: dict[bytes, str] = {}
    for group, names in STORED.items():
        for name in names:
            _put(home, name, f"{group} {name!r}".encode(), dropped)
    taken_in(home)
    paths = [path.relative_to(home.tree).as_posix() for path in home.tree.rglob("*")]
    reserved = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\..*)?", re.IGNORECASE)
    illegal = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"\\|?*\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]')
    for path in paths:
        name = path.rpartition("/")[2]
        assert name == unicodedata.normalize("NFC", name)
        assert not illegal.search(name), ascii(name)
        assert not reserved.fullmatch(name)
        assert not name.endswith((" ", ".")), ascii(name)
        assert not name.startswith(" "), ascii(name)
        assert len(name.encode()) <= 240
        assert len(path) <= 200, path
    keys = [name_key(path) for path in paths]
    assert len(keys) == len(set(keys)), "no two names that Windows or macOS take for one"


def test_one_code_in_every_spelling(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", (UNIT,), settle_seconds=0.01)
    for name in ("C1/一.txt", "c1/二.txt", "Ｃ１/三.txt", "义教 Ｃ １/四.txt", "C01 师资/五.txt", "义教c1：师资/六.txt"):
        _put(home, name, name.encode(), {})
    taken_in(home)
    folders = {entry.record["path"].rpartition("/")[0] for entry in list_tree(home.tree)[0].values()}
    assert len(folders) == 1
    assert "/C1 " in folders.pop()


def _link(inbox: Path) -> None:
    (inbox / "外面的.txt").symlink_to("/etc/hostname")
    (inbox / "断的.txt").symlink_to("没有这个文件")
    (inbox / "文件夹链接").symlink_to("/etc", target_is_directory=True)
    (inbox / "自己链自己").symlink_to("自己链自己")


def _special(inbox: Path) -> None:
    os.mkfifo(inbox / "管道.txt")
    with socket.socket(socket.AF_UNIX) as server:
        before = Path.cwd()
        os.chdir(inbox)  # a socket's whole path may only be about a hundred bytes long
        server.bind("插座.docx")
        os.chdir(before)


def _programs(inbox: Path) -> None:
    for name in (
        "setup.EXE",
        "宏.docm",
        "快捷方式.lnk",
        "脚本.PS1",
        "启动.bat",
        "网页.hta",
        "名册.docx.exe",
        "翻\u202excod.exe",
        "a.vbs ",
        "b.js.",
    ):
        (inbox / name).write_bytes(name.encode())
    for name, head in {
        "名册.docx": b"MZ\x90\x00",
        "照片.jpg": b"\x7fELF\x02",
        "说明.pdf": b"#!/bin/sh\n",
        "表.xlsx": b"L\0\0\0\1\x14\2\0",
    }.items():
        (inbox / name).write_bytes(head + name.encode())


@pytest.mark.parametrize(("make", "count"), [(_link, 4), (_special, 2), (_programs, 14)])
def test_what_is_no_evidence_is_refused_with_a_sentence(tmp_path: Path, make: Callable[[Path], None], count: int) -> None:
    home = make_home(tmp_path / "home", (UNIT,), settle_seconds=0.01)
    folder = home.root / INBOX / UNIT / "C12"
    folder.mkdir()
    make(folder)
    ledger = taken_in(home)
    refused = {path: entry for path, entry in ledger.items() if entry.outcome is Outcome.REJECTED}
    assert len(refused) == count, sorted(ledger)
    for entry in refused.values():
        assert len(entry.reason.text("zh")) > 8
        assert entry.reason.text("en") != entry.reason.text("zh")
    assert not list_tree(home.tree)[0]
    assert not any(home.staging.iterdir())


def test_a_hard_link_is_copied_never_linked(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", (UNIT,), settle_seconds=0.01)
    outside = tmp_path / "外面.txt"
    outside.write_bytes(b"outside")
    linked = home.root / INBOX / UNIT / "C12.txt"
    os.link(outside, linked)
    taken_in(home)
    ((entry),) = list_tree(home.tree)[0].values()
    stored = home.tree / entry.record["path"]
    assert not stored.samefile(outside)
    with outside.open("ab") as handle:
        handle.write(b", changed")
    assert hashed(stored) == entry.record["sha256"]


def taken_in(home: Home) -> dict[str, LedgerEntry]:
    """Run a pass and return the ledger by path below the unit's folder."""
    with writing_archive(home) as archive:
        take_in(archive, lambda intake: intake.step(walk(home.root / INBOX, home.root)))
        return {entry.path.removeprefix(f"{INBOX}/{UNIT}/"): entry for entry in archive.catalogue.ledger()}


def _put(home: Home, name: str | bytes, data: bytes, dropped: dict[bytes, str]) -> None:
    raw = os.fsencode(home.root / INBOX / UNIT) + b"/" + (name if isinstance(name, bytes) else name.encode())
    os.makedirs(os.path.dirname(raw), exist_ok=True)  # noqa: PTH103, PTH120 - a path of bytes
    with open(raw, "wb") as handle:  # noqa: PTH123 - a path of bytes
        handle.write(data)
    dropped[raw] = hashed(Path(os.fsdecode(raw)))
