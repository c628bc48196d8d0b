"""Addresses: relative, encoded, the same file for the same id, never a name some system forbids."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from schema.model import PointRef
from site_builder import links
from tests.site_builder.sample import frameworks


def test_links_are_relative_to_the_page() -> None:
    assert links.href("index.html", "p/xC12.html") == "p/xC12.html"
    assert links.href("p/xC12.html", "u/001.html", "a b#%") == "../u/001.html#a%20b%23%25"
    assert links.href("p/xC12.html", "p/xC12.html", "u-001") == "#u-001"
    assert links.href("p/xC12.html", "static/style.css") == "../static/style.css"


def test_the_two_frameworks_have_pages_of_their_own_for_the_same_code() -> None:
    every = frameworks()
    assert links.point_page(every, PointRef("preschool", 1)) == "p/xC1.html"
    assert links.point_page(every, PointRef("compulsory", 1)) == "p/yC1.html"
    assert links.group_page(every, "compulsory", "B2") == "b/yB2.html"


@given(st.text(min_size=1, max_size=40))
def test_a_slug_is_a_legal_name_everywhere(identifier: str) -> None:
    name = links.slug(identifier)
    assert name == links.slug(identifier)
    assert name.isascii()
    assert name == name.lower()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert name.split(".")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


def test_device_names_are_no_file_names() -> None:
    assert links.slug("con") != "con"
    assert links.slug("LPT1") != links.slug("lpt1")


@given(st.text(min_size=1, max_size=20))
def test_a_fragment_comes_back_as_it_was(fragment: str) -> None:
    address = links.href("u/001.html", "doc.html", fragment)
    path, _, encoded = address.partition("#")
    assert posixpath.normpath(posixpath.join("u", path)) == "doc.html"
    assert unquote(encoded) == fragment


def test_only_passive_types_are_published_as_originals() -> None:
    assert links.original_file("d1", "附件.PDF") == "files/d1.pdf"
    for name in ("页.html", "图.svg", "宏.docm", "x.js", "包.zip", "无扩展名", "脚本.hta", "mail.mht"):
        assert links.original_file("d1", name) == ""
