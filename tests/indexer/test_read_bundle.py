"""Packages: the files in them are read as parts of the package, whatever their names are written in, and under its limits."""

import os
import struct
import sys
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from indexer.display import page_texts
from indexer.official import elements, value
from indexer.raster import pictures
from indexer.readers import read, read_second
from indexer.reading import IN_PACKAGE, Block, Limits, Reading
from indexer.recognition import Recognised, merged
from schema.model import TextStatus
from tests.indexer import samples

T = TextStatus


def names(reading: Reading) -> list[str]:
    return [block.text for block in reading.blocks if block.where == "member"]


def codes(reading: Reading) -> dict[str, int]:
    return {warning.code.rpartition(".")[2]: int(dict(warning.params)["count"]) for warning in reading.warnings}


def office(folder: Path) -> dict[str, bytes]:
    samples.docx(folder / "一.docx", samples.p("青禾县校园安全"))
    samples.pdf(folder / "二.pdf", [["Second page one"], ["Second page two"]])
    return {"方案.docx": (folder / "一.docx").read_bytes(), "资料/图纸.pdf": (folder / "二.pdf").read_bytes()}


def test_files_are_read_in_their_order_each_under_its_name(tmp_path):
    found = read(samples.package(tmp_path / "材料.zip", {**office(tmp_path), "说明.txt": "汉字说明"}), Limits())
    assert (found.status, found.kind, found.pages, found.warnings) == (T.OK, "zip", 3, ())
    assert names(found) == ["方案.docx", "资料/图纸.pdf", "说明.txt"]
    assert [page for page, _text in page_texts(found)] == [1, 2, 3]
    assert page_texts(found)[2][1] == "说明.txt\n汉字说明"
    assert "Second page two" in page_texts(found)[1][1]


def gbk_named(path: Path, parts: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, data in parts.items():
            info = zipfile.ZipInfo("x")
            info.filename = "x" * len(name.encode("gbk"))
            file.writestr(info, data)
    data = path.read_bytes()
    for name in parts:
        raw = name.encode("gbk")
        data = data.replace(b"x" * len(raw), raw)
    path.write_bytes(data)
    return path


def test_names_of_chinese_windows_are_read_right(tmp_path):
    path = gbk_named(tmp_path / "材料.zip", {"班额统计表.txt": "四十四人".encode("gbk")})
    found = read(path, Limits())
    assert names(found) == ["班额统计表.txt"]
    assert "四十四人" in found.text


def test_a_package_in_a_package_is_looked_into_but_none_inside_that(tmp_path):
    deepest = samples.package(tmp_path / "3.zip", {"深.txt": "第三层"}).read_bytes()
    inner = samples.package(tmp_path / "2.zip", {"里.txt": "第二层", "再里.zip": deepest}).read_bytes()
    found = read(samples.package(tmp_path / "1.zip", {"外.txt": "第一层", "内.zip": inner}), Limits())
    assert names(found) == ["外.txt", "内.zip!/里.txt", "内.zip!/再里.zip"]
    assert "第二层" in found.text
    assert "第三层" not in found.text
    assert (found.status, codes(found)) == (T.PARTIAL, {"unsupported": 1})


def test_what_could_not_be_read_is_named_by_why(tmp_path):
    locked = samples.pdf(tmp_path / "锁.pdf", [["x"]], locked=True).read_bytes()
    photo = samples.picture(tmp_path / "照.png").read_bytes()
    parts = {
        "说明.txt": "有字",
        "锁.pdf": locked,
        "照.png": photo,
        "坏.docx": b"PK\3\4" + bytes(99),
        "声.mp3": b"ID3" + bytes(99),
    }
    found = read(samples.package(tmp_path / "材料.zip", parts), Limits())
    assert found.status is T.PARTIAL
    assert codes(found) == {"encrypted": 1, "needs-ocr": 1, "corrupt": 1, "unsupported": 1}
    assert any("锁.pdf" in warning.text("zh") and "密码" in warning.text("zh") for warning in found.warnings)


def test_a_package_of_photos_needs_recognition_and_gets_it(tmp_path):
    photo = samples.picture(tmp_path / "照.png", (600, 400)).read_bytes()
    path = samples.package(tmp_path / "照片.zip", {"甲.png": photo, "乙.png": photo})
    found = read(path, Limits())
    assert (found.status, found.scans) == (T.NEEDS_OCR, (IN_PACKAGE + 1, 2 * IN_PACKAGE + 1))
    (picture,) = pictures(path, "zip", found.scans[1], Limits())
    assert (picture.page, picture.image.size) == (2, (600, 400))
    seen = Recognised((Block(2, "ocr", "操场四百米", 0.9),), "engine")
    half = merged(found, {found.scans[1]: seen})
    assert half.status is T.PARTIAL
    assert page_texts(half)[1][1] == "乙.png\n操场四百米"
    whole = merged(found, {found.scans[0]: Recognised((Block(1, "ocr", "教室", 0.9),), "engine"), found.scans[1]: seen})
    assert whole.status is T.OK
    assert [warning.code for warning in whole.warnings] == ["reading.warning.member.recognised"]


def test_litter_and_folders_are_left_out_and_an_empty_package_is_empty(tmp_path):
    litter = {"照片/": "", "__MACOSX/._甲.txt": "x", "Thumbs.db": "x", "~$甲.docx": "x"}
    assert read(samples.package(tmp_path / "空.zip", litter), Limits()).status is T.EMPTY


def test_names_in_a_package_lead_nowhere(tmp_path):
    parts = {"../../越界.txt": "甲", "/绝对.txt": "乙", "C:\\盘.txt": "丙", "长" * 300 + ".txt": "丁"}
    found = read(samples.package(tmp_path / "坏.zip", parts), Limits())
    assert found.status is T.OK
    assert {"甲", "乙", "丙", "丁"} <= set(found.text.split("\n"))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["坏.zip"]


def test_limits_hold_for_all_files_together(tmp_path):
    path = samples.package(tmp_path / "多.zip", {f"{n}.txt": "字" * 100 for n in range(9)})
    assert read(path, Limits(members=5)).status is T.TOO_LARGE
    assert read(path, Limits(unpacked_bytes=1000)).status is T.TOO_LARGE
    cut = read(path, Limits(characters=250))
    assert cut.status is T.PARTIAL
    assert len(cut.text) < 400
    late = read(path, Limits(seconds=0.0))
    assert (late.status, codes(late)) == (T.TIMEOUT, {"cut": 0})


def test_inner_packages_share_the_limits_of_the_outer(tmp_path):
    inner = samples.package(tmp_path / "内.zip", {"一.txt": "字" * 400}).read_bytes()
    outer = samples.package(tmp_path / "外.zip", {f"{n}.zip": inner for n in range(5)})
    assert read(outer, Limits(unpacked_bytes=4000)).status is T.TOO_LARGE


def test_of_a_package_that_ends_the_process_the_names_remain(tmp_path):
    found = read_second(samples.package(tmp_path / "材料.zip", {"一.txt": "甲", "二.txt": "乙"}), Limits())
    assert found is not None
    assert names(found) == ["一.txt", "二.txt"]
    assert found.status is T.CORRUPT


def test_what_is_said_of_papers_inside_is_not_said_of_the_package(tmp_path):
    paper = "青教发〔2024〕7号\n关于值班的通知\n青禾县教育局\n2024年3月5日"
    found = elements(read(samples.package(tmp_path / "C12 材料.zip", {"一.txt": paper}), Limits()), "C12 材料.zip")
    assert value(found, "title") == "C12 材料"
    assert value(found, "date") == ""


def test_without_the_extra_a_package_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "py7zr", None)
    (tmp_path / "甲.7z").write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(99))
    found = read(tmp_path / "甲.7z", Limits())
    assert found.status is T.UNSUPPORTED
    assert "zuozheng[archives]" in found.warnings[0].text("zh")


def test_a_7z_is_read_where_the_extra_is_installed(tmp_path):
    py7zr = pytest.importorskip("py7zr")
    for name, password in (("开.7z", None), ("锁.7z", "secret")):
        with py7zr.SevenZipFile(tmp_path / name, "w", password=password) as package:
            package.writestr("四百米跑道".encode(), "操场.txt")
            package.writestr("音乐教室两间".encode("gbk"), "资料/教室.txt")
    found = read(tmp_path / "开.7z", Limits())
    assert (found.status, found.kind, names(found)) == (T.OK, "7z", ["操场.txt", "资料/教室.txt"])
    assert "音乐教室两间" in found.text
    assert read(tmp_path / "锁.7z", Limits()).status is T.ENCRYPTED
    assert read(tmp_path / "开.7z", Limits(unpacked_bytes=9)).status is T.TOO_LARGE
    (tmp_path / "断.7z").write_bytes((tmp_path / "开.7z").read_bytes()[:-20])
    assert read(tmp_path / "断.7z", Limits()).status is T.CORRUPT


def stored_rar(path: Path, name: bytes, data: bytes) -> Path:
    """A RAR 4 archive with one stored file, its name in GBK."""

    def block(kind: int, flags: int, body: bytes, extra: bytes = b"") -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + extra

    about = struct.pack("<IIBIIBBHI", len(data), len(data), 2, zlib.crc32(data), 0x5A6B6C6D, 20, 0x30, len(name), 0x20) + name
    file = block(0x74, 0x8000, about, data)
    path.write_bytes(b"Rar!\x1a\x07\x00" + block(0x73, 0, bytes(6)) + file + block(0x7B, 0x4000, b""))
    return path


def test_a_rar_is_read_where_the_extra_is_installed(tmp_path):
    pytest.importorskip("rarfile")
    found = read(stored_rar(tmp_path / "材料.rar", "班额.txt".encode("gbk"), "四十四人".encode("gbk")), Limits())
    assert (found.status, found.kind, names(found)) == (T.OK, "rar", ["班额.txt"])
    assert "四十四人" in found.text


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs links")
def test_a_link_in_a_7z_leads_nowhere(tmp_path):
    py7zr = pytest.importorskip("py7zr")
    (tmp_path / "来").mkdir()
    (tmp_path / "来/真.txt").write_text("真的", "utf-8")
    (tmp_path / "来/链.txt").symlink_to("/etc/hostname")
    with py7zr.SevenZipFile(tmp_path / "链.7z", "w") as package:
        package.writeall(tmp_path / "来", "来")
    found = read(tmp_path / "链.7z", Limits())
    assert "链.txt" not in "".join(names(found))
