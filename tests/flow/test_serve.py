"""`serve` as its user runs it: a site on the loopback that follows the archive, until Ctrl+C."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.flow.conftest import ENVIRONMENT, Run
from tests.waiting import wait_for


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def test_the_site_follows_the_archive_on_the_loopback(tmp_path: Path, zuozheng: Run) -> None:
    register = tmp_path / "units.csv"
    register.write_text("名称,类型\n清溪小学,小学\n", encoding="utf-8")
    zuozheng("init", "档案馆", "--units", register)
    home = tmp_path / "档案馆"
    command = [sys.executable, "-m", "zuozheng", "--home", str(home), "serve", "--port", "0", "--seconds", "0.2"]
    with subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
            assert found, process.stderr and process.stderr.read()
            address = found.group()
            assert "材料齐不齐" in read(address)
            assert "桃源幼儿园" not in read(f"{address}u/index.html")
            known = (home / "units.csv").read_text(encoding="utf-8-sig")
            line = next(line for line in known.splitlines() if "清溪小学" in line)
            row = ["u99", *line.replace("清溪小学", "桃源幼儿园").replace("小学", "幼儿园").split(",")[1:]]
            (home / "units.csv").write_text(known + ",".join(row) + "\n", encoding="utf-8-sig")
            wait_for(lambda: "桃源幼儿园" in read(f"{address}u/index.html"))
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
        finally:
            process.kill()


def test_a_port_in_use_is_told(tmp_path: Path, zuozheng: Run) -> None:
    zuozheng("init", "档案馆")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = zuozheng("serve", "--port", taken.getsockname()[1], home=tmp_path / "档案馆", code=1)
    assert "--port" in done.stderr
