"""Doctor as an administrator runs it, beside a running watch too."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archive.home import Home
from tests.flow.conftest import Run
from tests.reliability.mounts import watching


def test_in_good_order_it_ends_with_0_and_in_bad_with_1(tmp_path: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    zuozheng("init", "档案馆")
    home = tmp_path / "档案馆"
    told = zuozheng("doctor", home=home).stdout
    assert "问题 0。" in told.splitlines()[-1]
    lines = [json.loads(line) for line in zuozheng("doctor", "--json", home=home).stdout.splitlines()]
    assert all(set(line) == {"check", "status", "detail"} for line in lines)
    assert {line["status"] for line in lines} <= {"ok", "warning"}
    assert ask("ledger", home=home) == [], "the probes are in no ledger"

    (home / ".zuozheng/catalogue.sqlite").write_bytes(b"not a database" * 1000)
    broken = zuozheng("doctor", "--json", home=home, code=1).stdout.splitlines()
    assert [line["check"] for line in map(json.loads, broken) if line["status"] == "problem"] == ["catalogue"]


def test_beside_a_running_watch(tmp_path: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    zuozheng("init", "档案馆")
    home = tmp_path / "档案馆"
    with watching(Home(home), tmp_path / "told") as process:
        for _ in range(2):
            lines = [json.loads(line) for line in zuozheng("doctor", "--json", home=home).stdout.splitlines()]
        time.sleep(2)
        (lock,) = [line["detail"] for line in lines if line["check"] == "lock"]
        assert f"进程 {process.pid} " in lock
        assert "closing" not in {line["check"] for line in lines}
    assert ask("ledger", home=home) == [], "what was tried in the inbox is in no ledger"
    closing = [json.loads(line) for line in zuozheng("doctor", "--json", home=home).stdout.splitlines()]
    assert {"ok"} == {line["status"] for line in closing if line["check"] in ("lock", "closing", "catalogue")}


def test_a_folder_outside_of_any_archive(tmp_path: Path, zuozheng: Run) -> None:
    (tmp_path / "U盘").mkdir()
    lines = zuozheng("doctor", "U盘", "--json").stdout.splitlines()
    assert {"disk", "room", "links"} <= {json.loads(line)["check"] for line in lines}
    assert "zuozheng init" in zuozheng("doctor", code=1).stderr
    zuozheng("doctor", "没有这个文件夹", code=2)
