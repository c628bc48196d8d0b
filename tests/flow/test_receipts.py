"""Receipts and the ledger as clerks and administrators meet them: after every pass, under a running watch, after a rebuild."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flow.conftest import ENVIRONMENT, Run
from tests.waiting import wait_for


@pytest.fixture
def home(tmp_path: Path, zuozheng: Run) -> Path:
    register = tmp_path / "units.csv"
    register.write_text("编号,名称,类型\nu01,清溪小学,小学\nu02,桃源幼儿园,幼儿园\n", encoding="utf-8")
    zuozheng("init", "档案馆", "--units", register)
    settings = tmp_path / "档案馆/zuozheng.toml"
    text = settings.read_text(encoding="utf-8").replace("settle_seconds = 2.0", "settle_seconds = 0.1")
    text = text.replace("patience_seconds = 10.0", "patience_seconds = 0.3").replace("scan_seconds = 60.0", "scan_seconds = 1.0")
    settings.write_text(text, encoding="utf-8")
    return settings.parent


@pytest.fixture
def watching(home: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "zuozheng", "--home", str(home), "watch"]
    process = subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    yield process
    process.kill()
    process.communicate()


def drop(home: Path, path: str, text: str) -> Path:
    target = home / "收件箱" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target


def receipt(home: Path, unit: str = "清溪小学") -> str:
    path = home / "收件箱" / unit / "_回执.html"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_every_pass_ends_with_the_sums_and_a_receipt(home: Path, zuozheng: Run) -> None:
    assert zuozheng("ledger", home=home).stdout.strip() == "收件箱里还没有见过任何文件。"
    drop(home, "清溪小学/义教 C12 班额/班额.txt", "四十四人")
    drop(home, "清溪小学/run.bat", "x")
    drop(home, "散落.txt", "x")
    lines = zuozheng("ingest", home=home).stdout.splitlines()
    assert lines[-1] == "共 3 个路径：入档 1，拒收 2。"
    assert "入档 1" in receipt(home)
    assert "为安全不入档" in receipt(home)
    assert "直接放在了收件箱里" in receipt(home, "")
    pages = {path: path.stat().st_mtime_ns for path in (home / "收件箱").rglob("_回执.html")}
    zuozheng("ingest", home=home)
    assert {path: path.stat().st_mtime_ns for path in (home / "收件箱").rglob("_回执.html")} == pages


def test_the_ledger_of_one_unit_and_of_one_outcome(home: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    drop(home, "清溪小学/义教 C12 班额/班额.txt", "四十四人")
    drop(home, "桃源幼儿园/C12 补助.txt", "补助")
    drop(home, "桃源幼儿园/run.bat", "x")
    drop(home, "散落.txt", "x")
    tally = json.loads(zuozheng("ingest", "--json", home=home).stdout)
    assert set(tally) == {"seen", "new", "versions", "duplicates", "rejected", "ignored", "pending", "unchanged"}
    assert [entry["path"] for entry in ask("ledger", "--unit", "桃源幼儿园", home=home)] == [
        "收件箱/桃源幼儿园/C12 补助.txt", "收件箱/桃源幼儿园/run.bat",
    ]  # fmt: skip
    assert {entry["path"] for entry in ask("ledger", "--outcome", "rejected", home=home)} == {
        "收件箱/桃源幼儿园/run.bat", "收件箱/散落.txt",
    }  # fmt: skip
    assert zuozheng("ledger", "--unit", "-", home=home).stdout.splitlines()[-1] == "共 1 个路径：拒收 1。"
    assert zuozheng("ledger", "--unit", "u01", "--outcome", "pending", home=home).stdout.strip() == "没有符合条件的路径。"
    assert "没有单位" in zuozheng("ledger", "--unit", "不存在", home=home, code=1).stderr
    zuozheng("ledger", "--outcome", "lost", home=home, code=2)


def test_a_running_watch_keeps_the_receipts(home: Path, watching: subprocess.Popen[str]) -> None:
    wait_for(lambda: "还没有收到文件" in receipt(home))
    refused = drop(home, "清溪小学/run.bat", "x")
    wait_for(lambda: "有 <b>1</b> 个文件要处理" in receipt(home))
    broken = home / "收件箱/清溪小学/C12 班额.doc"
    broken.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 3000)
    wait_for(lambda: "C12 班额.doc" in receipt(home) and "有 <b>2</b> 个文件要处理" in receipt(home))
    refused.unlink()
    broken.unlink()
    wait_for(lambda: "没有要处理的文件" in receipt(home))
    assert "还没有收到文件" in receipt(home, "桃源幼儿园")
    watching.send_signal(signal.SIGTERM)
    out, _ = watching.communicate(timeout=60)
    assert out.splitlines()[-1] == "共 2 个路径：入档 1，拒收 1。"


def test_a_rebuild_tells_what_is_in_the_archive(home: Path, zuozheng: Run) -> None:
    drop(home, "清溪小学/义教 C12 班额/班额.txt", "四十四人")
    zuozheng("ingest", home=home)
    before = receipt(home)
    zuozheng("rebuild", home=home)
    assert "另有 1 份材料在档" in receipt(home)
    zuozheng("ingest", home=home)
    assert receipt(home) == before, "nothing in it depends on when it was written"


def test_what_a_person_withdraws_is_told_at_once(home: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    drop(home, "清溪小学/C12 班额/名单.txt", "误放的名单")
    zuozheng("ingest", home=home)
    (document,) = [entry["id"] for entry in ask("list", home=home) if entry["name"] == "名单.txt"]
    said = zuozheng("withdraw", document, "--by", "李主任", "--why", "含身份证号", home=home).stdout
    assert "_撤回/清溪小学" in said
    assert "含身份证号" in receipt(home)
    assert ask("search", "误放的名单", home=home)["total"] == 0
    (entry,) = [entry for entry in ask("ledger", home=home) if entry["path"].endswith("名单.txt")]
    assert (entry["outcome"], "李主任" in entry["withdrawn"]) == ("new", True)
    assert "含身份证号" in zuozheng("ledger", home=home).stdout
    drop(home, "清溪小学/又一份.txt", "误放的名单")
    assert "拒收 1" in zuozheng("ingest", home=home).stdout
    zuozheng("withdraw", document, "--undo", "--by", "王科长", "--why", "已遮盖", home=home)
    assert ask("search", "误放的名单", home=home)["total"] == 1
    assert ask("ingest", home=home)["duplicates"] == 1
    assert "含身份证号" not in receipt(home)
    assert zuozheng("verify", "--strict", home=home).stdout
