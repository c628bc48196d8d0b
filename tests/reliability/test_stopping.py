"""The system goes down: every process of a working program gets SIGTERM at once. Nothing is blamed on the files being read."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from archive.home import Home
from tests.flow.conftest import ENVIRONMENT, ROOT
from tests.reliability.home import INBOX, make_home, varied

pytestmark = pytest.mark.slow
_COUNT = 300


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = make_home(tmp_path / "home", ("清溪小学",), read_workers=2)
    dice = random.Random(1)
    folder = home.root / INBOX / "清溪小学" / "C12"
    folder.mkdir()
    for number in range(_COUNT):
        suffix, data = varied(number, dice)
        (folder / f"材料{number}{suffix}").write_bytes(data)
    return home


def start(home: Home, command: str) -> subprocess.Popen[bytes]:
    """Start a command as the leader of a group of its own, and return once it reads."""
    log = home.root.parent / "said"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "zuozheng", "--home", str(home.root), command],
            cwd=ROOT, env=ENVIRONMENT, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    end = time.monotonic() + 60
    while _filed(home) < _COUNT:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < end
        time.sleep(0.02)
    return process


def _filed(home: Home) -> int:
    return sum(_statuses(home).values())


def _statuses(home: Home) -> Counter[str]:
    try:
        with closing(sqlite3.connect(f"{(home.state / 'catalogue.sqlite').as_uri()}?mode=ro", uri=True, timeout=60)) as db:
            return Counter(status for (status,) in db.execute("SELECT text_status FROM document"))
    except sqlite3.OperationalError:
        return Counter()


@pytest.mark.parametrize("moment", [0.0, 0.3, 0.6, 0.9, 1.2])
@pytest.mark.parametrize(("command", "number", "codes"), [
    ("watch", signal.SIGTERM, {0}), ("watch", signal.SIGINT, {0}), ("ingest", signal.SIGINT, {0, 130}),
    ("ingest", signal.SIGTERM, {0, -signal.SIGTERM}),
])  # fmt: skip
def test_a_signal_to_all_processes_costs_no_text(home: Home, command: str, number: int, codes: set[int], moment: float) -> None:
    process = start(home, command)
    time.sleep(moment)
    os.killpg(process.pid, number)
    assert process.wait(120) in codes
    said = (home.root.parent / "said").read_text(encoding="utf-8")
    assert "Traceback" not in said
    done = subprocess.run(
        [sys.executable, "-m", "zuozheng", "--home", str(home.root), "ingest"],
        cwd=ROOT, env=ENVIRONMENT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = _statuses(home)
    assert not found.keys() & {"pending", "crashed", "timeout"}, found
    print(f"{command}, signal {number} after {moment} s: {dict(found)}")
