"""Backup, restore and hand-over as a user runs them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import pytest

from tests.flow.conftest import Run

Ask = Callable[..., Any]
UNITS = "名称,类型,办别\n清溪小学,小学,公办\n桃源幼儿园,幼儿园,民办\n"


@pytest.fixture
def home(zuozheng: Run, tmp_path: Path) -> Path:
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8-sig")
    home = tmp_path / "迎评档案"
    zuozheng("init", home, "--units", tmp_path / "units.csv")
    (home / "zuozheng.toml").write_text(
        (home / "zuozheng.toml").read_text(encoding="utf-8").replace("settle_seconds = 2.0", "settle_seconds = 0.05"),
        encoding="utf-8",
    )
    for path, text in {
        "清溪小学/C10/面积表.txt": "专用教室面积统计表\n音乐教室九十六平方米",
        "清溪小学/C12 班额/班额.txt": "班额统计表\n一年级一班四十二人",
        "桃源幼儿园/名册.txt": "教职工名册\n园长林晓",
    }.items():
        (home / "收件箱" / path).parent.mkdir(exist_ok=True)
        (home / "收件箱" / path).write_text(text, encoding="utf-8")
    zuozheng("ingest", home=home)
    return home


def test_from_backup_to_a_new_home_that_finds_everything(zuozheng: Run, ask: Ask, home: Path, tmp_path: Path) -> None:
    done = ask("backup", tmp_path / "b", home=home)
    assert list(done) == ["files", "copied", "bytes", "kept", "moved_aside", "findings"]
    assert (done["findings"], done["files"], done["copied"] + done["kept"]) == ([], done["files"], done["files"])
    assert "已备份到" in zuozheng("backup", tmp_path / "b", home=home).stdout
    said = zuozheng("restore", tmp_path / "b", tmp_path / "neu").stdout
    assert "rebuild" in said
    assert "ingest" in said
    assert ask("list", home=tmp_path / "neu") == ask("list", home=home)
    assert ask("ledger", home=tmp_path / "neu") == ask("ledger", home=home)
    zuozheng("init", tmp_path / "neu")
    assert ask("ingest", home=tmp_path / "neu")["new"] == 0
    found = [ask("search", "音乐教室九十六", home=root)["hits"] for root in (home, tmp_path / "neu")]
    assert len(found[0]) == 1
    assert found[0] == found[1]
    assert "已经有一个档案" in zuozheng("restore", tmp_path / "b", tmp_path / "neu", code=1).stderr


def test_damage_is_listed_and_ends_with_one(zuozheng: Run, ask: Ask, home: Path, tmp_path: Path) -> None:
    document = next(entry for entry in ask("list", home=home) if entry["name"] == "班额.txt")
    (home / "档案" / document["path"]).write_bytes(b"")
    said = zuozheng("backup", tmp_path / "b", home=home, code=1)
    assert "问题 1 处" in said.stdout
    assert document["path"] in said.stdout
    assert (tmp_path / "b/manifest-sha256.txt").exists()
    assert "没有恢复" not in zuozheng("restore", tmp_path / "b", tmp_path / "neu", code=1).stderr, "the manifest is kept to"
    assert "不能放在" in zuozheng("backup", home / "b", home=home, code=1).stderr


def test_a_bag_for_the_archive_room(zuozheng: Run, ask: Ask, home: Path, tmp_path: Path) -> None:
    done = ask("bag", tmp_path / "移交", "--unit", "清溪小学", home=home)
    assert (done["documents"], done["files"]) == (2, 5)
    assert Path(done["list"]).name == "归档文件目录.xlsx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert bagit.Bag(str(tmp_path / "移交")).is_valid()
    assert "已经存在" in zuozheng("bag", tmp_path / "移交", home=home, code=1).stderr
    assert "preschool/C10、compulsory/C10" in zuozheng("bag", tmp_path / "x", "--point", "C10", home=home, code=1).stderr
