"""Scans and re-reading through the command line."""

from __future__ import annotations

import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from indexer import ocr
from tests.flow.conftest import ENVIRONMENT, Run
from tests.waiting import wait_for

SHARED = "收件箱/清溪小学/义教 C12 班额"


@pytest.fixture
def home(tmp_path: Path, zuozheng: Run) -> Path:
    register = tmp_path / "units.csv"
    register.write_text("名称,类型\n清溪小学,小学\n", encoding="utf-8")
    zuozheng("init", "档案馆", "--units", register)
    home = tmp_path / "档案馆"
    settings = home / "zuozheng.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("settle_seconds = 2.0", "settle_seconds = 0.3"), "utf-8")
    (home / SHARED).mkdir()
    page = Image.new("RGB", (900, 400), "white")
    ImageDraw.Draw(page).text((60, 150), "PLAYGROUND 400M", "black", ImageFont.load_default(48))
    page.save(home / SHARED / "操场.png")
    (home / SHARED / "说明.txt").write_text("操场四百米跑道", encoding="utf-8")
    return home


def test_scans_are_counted_and_listed(home: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    assert "1 份扫描件或图片" in zuozheng("ingest", home=home).stdout
    assert ask("ocr", "--list", home=home)["name"] == "操场.png"
    assert "1 页" in zuozheng("ocr", "--list", home=home).stdout
    (document,) = [entry for entry in ask("list", home=home) if entry["kind"] == "png"]
    assert document["text_status"] == "needs-ocr"


def test_what_stands_in_a_package_is_found_under_the_name_of_its_file(home: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    with zipfile.ZipFile(home / SHARED / "打包.zip", "w") as package:
        package.writestr("甲.txt", "音乐教室两间")
        package.writestr("乙.txt", "美术教室三间")
    zuozheng("ingest", home=home)
    (hit,) = ask("search", "美术教室", home=home)["hits"]
    assert (hit["name"], hit["page"], hit["passages"][0]["member"]) == ("打包.zip", 2, "乙.txt")
    assert "乙.txt  " in zuozheng("search", "美术教室", home=home).stdout
    assert ask("text", hit["id"], "--page", "1", home=home)["pages"] == [{"page": 1, "text": "甲.txt\n音乐教室两间"}]
    (document,) = [entry for entry in ask("list", home=home) if entry["kind"] == "zip"]
    assert (document["text_status"], document["title"], document["pages"]) == ("ok", "打包", 2)


def test_files_are_read_again_by_kind_release_status_and_id(home: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    zuozheng("ingest", home=home)
    assert ask("reread", home=home) == {"files": 2, "changed": 0}
    assert ask("reread", "--kind", "TXT", home=home)["files"] == 1
    assert ask("reread", "--older-than", "0.0.9", home=home)["files"] == 0
    assert ask("reread", "--kind", "txt", "--older-than", "99", home=home)["files"] == 1
    assert ask("reread", "--status", "needs-ocr", home=home)["files"] == 1
    (text,) = [entry for entry in ask("list", home=home) if entry["kind"] == "txt"]
    assert ask("reread", text["id"], home=home)["files"] == 1
    assert "重新读取了 1 个文件" in zuozheng("reread", text["id"], home=home).stdout
    assert ask("search", "四百米跑道", home=home)["total"] == 1
    zuozheng("reread", "nonsense", home=home, code=1)
    zuozheng("reread", "--older-than", "new", home=home, code=2)


@pytest.mark.skipif(ocr.available(), reason="the extra zuozheng[ocr] is installed")
def test_without_the_extra_one_sentence_says_what_to_install(home: Path, zuozheng: Run) -> None:
    assert "zuozheng[ocr]" in zuozheng("ingest", home=home).stdout
    assert "zuozheng[ocr]" in zuozheng("ocr", home=home, code=1).stderr


@pytest.mark.skipif(not ocr.available(), reason="the extra zuozheng[ocr] is not installed")
def test_recognised_text_is_found_and_marked(home: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    zuozheng("ingest", home=home)
    assert ask("ocr", home=home) == {"pages": 1, "with_text": 1, "failed": 0, "documents": 1, "waiting": 0}
    (hit,) = ask("search", "playground", home=home)["hits"]
    assert (hit["ocr"], hit["page"]) == (True, 1)
    assert ask("search", "四百米", home=home)["hits"][0]["ocr"] is False
    assert "（识别文字）" in zuozheng("search", "playground", home=home).stdout
    assert ask("text", hit["id"], home=home)["pages"][0]["ocr"] is True
    assert zuozheng("text", hit["id"], home=home).stdout.startswith("--- 1 识别文字 ---\nPLAYGROUND")


@pytest.mark.slow
@pytest.mark.skipif(not ocr.available(), reason="the extra zuozheng[ocr] is not installed")
def test_a_running_watch_recognises_when_it_has_nothing_else_to_do(home: Path, ask: Callable[..., Any]) -> None:
    command = [sys.executable, "-m", "zuozheng", "--home", str(home), "watch"]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        hits = wait_for(lambda: ask("search", "playground", home=home)["hits"])
        process.send_signal(signal.SIGTERM)
    assert [hit["ocr"] for hit in hits] == [True]
    assert process.returncode == 0
