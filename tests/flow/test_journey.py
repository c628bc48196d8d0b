"""Following the README as a new user would, with awkward files of one's own."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.flow.conftest import Run
from zuozheng.demo.pdf import Line, pdf

UNITS = """名称,类型,办别,普惠
清溪小学,小学,公办,
桃源幼儿园,幼儿园,民办,是
云台中学,初中,公办,
石桥教学点,教学点,公办,
启明学校,特殊教育学校,公办,
"""


def word(path: Path, paragraphs: list[str], cells: list[list[str]]) -> None:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    table = document.add_table(len(cells), len(cells[0]))
    for row, texts in zip(table.rows, cells, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.save(str(path))


@pytest.fixture
def home(tmp_path: Path, zuozheng: Run) -> Path:
    register = tmp_path / "units.csv"
    register.write_bytes(UNITS.encode("gbk"))
    zuozheng("init", "迎评档案", "--units", register)
    home = tmp_path / "迎评档案"
    settings = home / "zuozheng.toml"
    text = settings.read_text(encoding="utf-8").replace("settle_seconds = 2.0", "settle_seconds = 0.1")
    settings.write_text(text.replace("patience_seconds = 10.0", "patience_seconds = 0.5"), encoding="utf-8")
    inbox = home / "收件箱"
    (inbox / "清溪小学/C10").mkdir()
    word(inbox / "清溪小学/C10/专用教室.docx", ["专用教室情况"], [["教室", "面积"], ["音乐教室一", "一百零二点五平方米"]])
    word(inbox / "清溪小学/（C12）班额统计表.docx", ["各班学生数"], [["一年级", "44"]])
    word(inbox / "桃源幼儿园/（C12）补助到账.docx", ["普惠性民办园补助已到账"], [["年度", "金额"]])
    pages = [[Line("关于退费和伙食费公示的说明")], [Line("保育教育费每生每月四百二十元，伙食费结余已退费")]]
    (inbox / "桃源幼儿园/收费说明.pdf").write_bytes(pdf(pages))
    (inbox / "云台中学/义教C1、C2 师资.txt").write_bytes("高于规定学历教师与骨干教师名册".encode("gbk"))
    (inbox / "清溪小学/停电通知.txt").write_text("明日停电检修", encoding="utf-8")
    (inbox / "财务审计科/C5.txt").write_text("没有写明体系", encoding="utf-8")
    (inbox / "云台中学/学前C15 附设班收费公示.txt").write_text("附设幼儿班收费", encoding="utf-8")
    (inbox / "启明学校/C14").mkdir()
    (inbox / "启明学校/C14/生均公用经费.txt").write_text("生均公用经费六千元", encoding="utf-8")
    return home


def test_a_new_users_first_archive(home: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    tally = ask("ingest", home=home)
    assert tally["seen"] == sum(tally[name] for name in ("new", "versions", "duplicates", "rejected", "ignored", "pending"))
    assert (tally["new"], tally["rejected"], tally["pending"]) == (9, 0, 0)

    documents = {entry["name"]: entry for entry in ask("list", home=home)}
    points = {name: [tag["point"] for tag in entry["tags"] if tag["state"] == "assigned"] for name, entry in documents.items()}
    assert points["专用教室.docx"] == ["compulsory/C10"]
    assert points["（C12）班额统计表.docx"] == ["compulsory/C12"]
    assert points["（C12）补助到账.docx"] == ["preschool/C12"]
    assert points["义教C1、C2 师资.txt"] == ["compulsory/C1", "compulsory/C2"]
    assert points["学前C15 附设班收费公示.txt"] == ["preschool/C15"], "a word in the path outranks the kind of the unit"
    assert points["停电通知.txt"] == points["C5.txt"] == []
    assert points["收费说明.pdf"] == ["preschool/C15"], "by content alone"
    assert documents["停电通知.txt"]["path"].startswith("_待归类/清溪小学/")
    assert documents["收费说明.pdf"]["path"].startswith("_待归类/桃源幼儿园/"), "no person has filed it"
    assert (home / "档案/学前教育普及普惠/A2 政府保障情况").rglob("_另见.html")
    assert all(tag["reason"] for entry in documents.values() for tag in entry["tags"])
    assert {tag["point"] for tag in documents["C5.txt"]["tags"]} >= {"preschool/C5", "compulsory/C5"}
    for entry in documents.values():
        assert (home / "档案" / entry["path"]).stat().st_size == entry["size"]

    (hit,) = ask("search", "一百零二点五平方米", home=home)["hits"]
    assert hit["name"] == "专用教室.docx"
    (hit,) = ask("search", "每月四百二十元", home=home)["hits"]
    assert (hit["name"], hit["page"]) == ("收费说明.pdf", 2)
    assert "每月四百二十元" in hit["snippet"]
    assert ask("search", "骨干教师名册", home=home)["total"] == 1, "GBK text is found"
    assert ask("search", "没有这样一句话", home=home)["total"] == 0

    school = ask("gaps", "--unit", "清溪小学", home=home)
    status = {cell["point"]: cell["status"] for cell in school["cells"]}
    assert status["compulsory/C10"] == status["compulsory/C12"] == "partial", "one of two items each"
    assert status["compulsory/C1"] == "missing"
    cell = next(cell for cell in school["cells"] if cell["point"] == "compulsory/C1")
    assert (cell["departments"], cell["persons"]) == (["组织人事科"], ["雷小凤"])
    assert cell["items"]


def test_rebuild_from_the_tree_alone_gives_the_same(home: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    zuozheng("ingest", home=home)
    (home / "收件箱/清溪小学/（C12）班额统计表.docx").unlink()
    word(home / "收件箱/清溪小学/（C12）班额统计表.docx", ["各班学生数，更新"], [["一年级", "43"]])
    zuozheng("ingest", home=home)
    listed = ask("list", home=home)
    assert {entry["state"] for entry in listed} == {"current", "superseded"}
    answers = [ask("search", query, home=home) for query in ("教师", "C12", "每月四百二十元", "更新")]
    for entry in home.iterdir():
        if entry.name != "档案":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    zuozheng("rebuild", home=home)
    assert ask("list", home=home) == listed
    for query, before in zip(("教师", "C12", "每月四百二十元", "更新"), answers, strict=True):
        after = ask("search", query, home=home)
        assert (after["total"], after["hits"], after["facets"]) == (before["total"], before["hits"], before["facets"])
    assert ask("ingest", home=home)["new"] == 0


def test_files_named_on_the_command_line(home: Path, tmp_path: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    folder = tmp_path / "U盘" / "C30"
    folder.mkdir(parents=True)
    (folder / "作业公示.txt").write_text("控制作业总量", encoding="utf-8")
    refused = zuozheng("ingest", folder, home=home, code=1)
    assert "--unit" in refused.stderr
    tally = ask("ingest", folder, "--unit", "清溪小学", home=home)
    assert tally["new"] == 1
    (entry,) = [entry for entry in ask("list", home=home) if entry["name"] == "作业公示.txt"]
    assert entry["tags"][0]["point"] == "compulsory/C30"


def test_tag_stores_nothing(home: Path, tmp_path: Path, ask: Callable[..., Any]) -> None:
    before = sorted(path.as_posix() for path in home.rglob("*"))
    (tagged,) = ask("tag", "义教 C10/看看.docx", home=home)
    assert [(tag["point"], tag["basis"]) for tag in tagged["tags"]] == [("compulsory/C10", "folder")]
    (tagged,) = ask("tag", "C38.docx", "--unit-kind", "幼儿园", home=home)
    assert not tagged["tags"]
    assert "37" in tagged["problems"][0]
    assert sorted(path.as_posix() for path in home.rglob("*")) == before


def test_the_register_comes_back_as_excel_opens_it(home: Path) -> None:
    data = (home / "units.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["名称"] for row in rows[:2]] == ["清溪小学", "桃源幼儿园"]
    assert {row["类型"] for row in rows[5:]} == {"科室"}


def test_mistakes_get_one_clear_sentence(home: Path, tmp_path: Path, zuozheng: Run) -> None:
    assert "zuozheng init" in zuozheng("list", code=1, cwd=Path("/")).stderr
    assert "没有单位" in zuozheng("gaps", "--unit", "不存在", home=home, code=1).stderr
    assert zuozheng("frobnicate", code=2).stderr
    bad = tmp_path / "bad.csv"
    bad.write_text("名称,类型,办别\n甲,小学,公\n乙,大学,公办\n丙:,小学,\n", encoding="utf-8")
    errors = zuozheng("init", "另一个", "--units", bad, code=1).stderr
    assert all(f"bad.csv:{line}:" in errors for line in (2, 3, 4)), "every fault at once"
    (home / "zuozheng.toml").write_text("[intake]\nsettle = 1\nscan_seconds = 'x'\n[site]\naudience = 'all'\n", encoding="utf-8")
    errors = zuozheng("list", home=home, code=1).stderr
    assert all(place in errors for place in ("intake.settle", "intake.scan_seconds", "site.audience"))
