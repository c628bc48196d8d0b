from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.names import NAME_BYTES, is_litter, name_key, portable, runs, with_mark


@given(st.text(max_size=300), st.integers(8, 200))
def test_a_portable_name_is_legal_everywhere_and_stays_as_it_is(name: str, characters: int) -> None:
    stored = portable(name, characters)
    assert stored
    assert stored == portable(stored, characters)
    assert stored == unicodedata.normalize("NFC", stored)
    assert len(stored.encode()) <= NAME_BYTES + len("文件".encode())
    assert not re.search(r'[\x00-\x1f<>:"/\\|?*]', stored)
    assert not stored.endswith((" ", "."))
    assert not is_litter(stored)
    assert not runs(stored, b"")


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("教师名册.xlsx", "教师名册.xlsx"),
        ("CON.docx", "文件CON.docx"),
        ("a:b?.pdf", "a_b_.pdf"),
        ("结尾有点....", "结尾有点"),
        ("é.txt", "é.txt"),
        ("翻转\u202egpj.exe", "翻转_gpj.exe_"),
        ("好" * 100 + ".docx", "好" * 58 + ".docx"),
    ],
)
def test_portable_names(name: str, stored: str) -> None:
    assert portable(name) == stored


@pytest.mark.parametrize(
    "name",
    [
        "~$名册.docx",
        ".~lock.表.ods#",
        "Thumbs.db",
        ".DS_Store",
        "a.tmp",
        "a.part",
        "~WRD0001.tmp",
        "desktop.ini",
        ".名册.docx.Xa3kQz",
    ],
)
def test_litter(name: str) -> None:
    assert is_litter(name)


@pytest.mark.parametrize("name", ["名册.docx", "C10.pdf", "~波浪.txt", "lock.txt", "db.thumbs", "说明.v2.report"])
def test_no_litter(name: str) -> None:
    assert not is_litter(name)


def test_programs_are_known_by_name_or_by_their_first_bytes() -> None:
    assert runs("setup.EXE", b"")
    assert runs("a.vbs .", b"")
    assert not runs("bat", b"")
    assert not runs(portable("a" * 176 + ".bat" + "b" * 50), b""), "the cut makes no program"
    assert runs("照片.jpg", b"MZ\x90\x00")
    assert not runs("照片.jpg", b"\xff\xd8\xff")


@given(st.text(min_size=1, max_size=40))
def test_two_names_that_windows_takes_for_one_have_one_key(name: str) -> None:
    assert name_key(name) == name_key(name_key(name))
    assert name_key(unicodedata.normalize("NFD", name)) == name_key(unicodedata.normalize("NFC", name))


def test_a_mark_goes_before_the_suffix() -> None:
    assert with_mark("表.xlsx", "__v1") == "表__v1.xlsx"
    assert with_mark("无后缀", "__v1") == "无后缀__v1"
