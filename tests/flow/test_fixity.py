"""`verify` and `repair` as their users run them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.flow.conftest import ENVIRONMENT, ROOT, Run
from tests.reliability.home import make_home
from tests.waiting import wait_for


@pytest.fixture
def home(tmp_path: Path, zuozheng: Run) -> Path:
    folder = make_home(tmp_path / "档案馆").root
    for number in range(4):
        target = folder / "收件箱" / "清溪小学" / "C12" / f"第{number}份.txt"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"班额统计表第{number}份", encoding="utf-8")
    zuozheng("ingest", home=folder)
    return folder


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_damage_is_named_mended_and_gone(home: Path, zuozheng: Run) -> None:
    assert "发现 0 处" in zuozheng("verify", "--strict", home=home).stdout
    assert zuozheng("verify", "--json", home=home).stdout == ""
    stored = next((home / "档案").rglob("第1份.txt"))
    stored.write_bytes(b"not what was filed")
    (finding,) = lines(zuozheng("verify", "--json", "--strict", home=home, code=3))
    assert finding["code"] == "bytes-size"
    assert home / finding["path"] == stored
    said = zuozheng("--lang", "en", "verify", home=home).stdout
    assert "4 documents checked" in said
    assert "zuozheng repair" in said
    (mended,) = lines(zuozheng("repair", "--json", home=home))
    assert (mended["path"], mended["result"]) == (finding["path"], "mended")
    assert "没有需要修复的" in zuozheng("repair", home=home).stdout
    zuozheng("verify", "--strict", home=home)


def test_what_cannot_be_mended_ends_with_one_and_a_sentence(home: Path, zuozheng: Run, tmp_path: Path) -> None:
    zuozheng("backup", tmp_path / "备份", home=home)
    stored = next((home / "档案").rglob("第1份.txt"))
    stored.unlink()
    (home / "收件箱" / "清溪小学" / "C12" / "第1份.txt").unlink()
    done = zuozheng("repair", home=home, code=1)
    assert "未能修复" in done.stdout
    assert "--from" in done.stderr
    zuozheng("repair", "--from", tmp_path / "备份", home=home)
    assert stored.read_text(encoding="utf-8") == "班额统计表第1份"
    zuozheng("verify", "--strict", home=home)


def test_samples_and_rates_and_their_limits(home: Path, zuozheng: Run) -> None:
    assert "核对了 2 份材料" in zuozheng("verify", "--sample", "40", "--rate", "5", home=home).stdout
    zuozheng("verify", "--sample", "0", home=home, code=2)
    zuozheng("verify", "--sample", "5", "--resume", home=home, code=2)
    zuozheng("verify", "--rate", "-1", home=home, code=2)


def test_beside_a_running_watch_verify_works_and_repair_says_who_is_there(home: Path, zuozheng: Run) -> None:
    command = [sys.executable, "-m", "zuozheng", "--home", str(home), "watch"]
    with subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as watch:
        try:
            wait_for(lambda: not (home / ".zuozheng/seal.json").exists())
            zuozheng("verify", "--strict", home=home)
            zuozheng("repair", home=home, code=75)
        finally:
            watch.send_signal(signal.SIGTERM)
            watch.wait(180)
    assert (home / ".zuozheng/seal.json").exists()
    zuozheng("verify", "--strict", home=home)


def test_after_a_kill_there_is_no_seal_and_no_finding(home: Path, zuozheng: Run) -> None:
    command = [sys.executable, "-m", "zuozheng", "--home", str(home), "watch"]
    with subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as watch:
        wait_for(lambda: not (home / ".zuozheng/seal.json").exists())
        watch.kill()
    assert not (home / ".zuozheng/seal.json").exists()
    zuozheng("verify", "--strict", home=home)
    zuozheng("ingest", home=home)
    assert (home / ".zuozheng/seal.json").exists()
