"""A running watch, as an administrator runs it: files become searchable as they come, and a kill costs nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flow.conftest import ENVIRONMENT, Run
from tests.waiting import wait_for

Start = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def home(tmp_path: Path, zuozheng: Run) -> Path:
    register = tmp_path / "units.csv"
    register.write_text("名称,类型\n清溪小学,小学\n", encoding="utf-8")
    zuozheng("init", "档案馆", "--units", register)
    home = tmp_path / "档案馆"
    settings = home / "zuozheng.toml"
    text = settings.read_text(encoding="utf-8").replace("settle_seconds = 2.0", "settle_seconds = 0.3")
    settings.write_text(text.replace("scan_seconds = 60.0", "scan_seconds = 30.0"), encoding="utf-8")
    return home


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []

    def watch() -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "zuozheng", "--home", str(home), "watch"]
        process = subprocess.Popen(
            command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        running.append(process)
        assert process.stderr is not None
        while "看守" not in process.stderr.readline():
            assert process.poll() is None, process.stderr.read()
        return process

    yield watch
    for process in running:
        process.kill()
        process.communicate()


def test_what_is_dropped_is_found_and_published_and_a_kill_loses_nothing(
    home: Path, start: Start, ask: Callable[..., Any]
) -> None:
    process = start()
    folder = home / "收件箱/清溪小学/义教 C12 班额"
    folder.mkdir()
    (folder / "班额.txt").write_text("五年级三班四十四人", encoding="utf-8")
    (hit,) = wait_for(lambda: ask("search", "三班四十四人", home=home)["hits"])
    assert hit["points"] == ["compulsory/C12"]
    page = home / "网站/taskforce/p/yC12.html"
    wait_for(lambda: "班额.txt" in page.read_text(encoding="utf-8"))

    process.send_signal(signal.SIGKILL)
    process.communicate()
    (folder / "班额.txt").write_text("五年级三班四十三人", encoding="utf-8")
    (folder / "另一份.txt").write_text("停机时放进来的", encoding="utf-8")
    process = start()
    wait_for(lambda: ask("search", "停机时放进来的", home=home)["total"])
    wait_for(lambda: ask("search", "四十三人", home=home)["total"])
    listed = ask("list", home=home)
    documents = [(entry["name"].partition("__v1")[0].removesuffix(".txt"), entry["version"], entry["state"]) for entry in listed]
    assert sorted(documents) == [("另一份", 1, "current"), ("班额", 1, "superseded"), ("班额", 2, "current")]
    assert ask("search", "四十四人", home=home)["total"] == 0, "the old version is kept, not searched"

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=180)
    assert process.returncode == 0


def test_a_second_writer_is_told_who_holds_the_archive(home: Path, start: Start, zuozheng: Run) -> None:
    process = start()
    refused = zuozheng("ingest", home=home, code=75)
    assert str(process.pid) in refused.stderr
    assert zuozheng("list", home=home).returncode == 0, "looking is always possible"


def test_once_settled_ends_by_itself(home: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    (home / "收件箱/清溪小学/C12.txt").write_text("班额", encoding="utf-8")
    zuozheng("watch", "--once-settled", home=home)
    assert [tag["point"] for tag in ask("list", home=home)[0]["tags"]] == ["compulsory/C12"]
