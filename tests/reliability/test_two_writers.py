"""One archive, one writer: the second is told who holds it, and a killed one leaves no stale lock."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive.home import Home
from tests.flow.conftest import ENVIRONMENT, ROOT
from tests.reliability.home import INBOX, make_home
from tests.reliability.outcome import Drop, check, hashed

pytestmark = pytest.mark.slow
_COMMAND = [sys.executable, "-m", "zuozheng"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home", ("清溪小学",), scan_seconds=1.0)


def start(home: Home, *arguments: str) -> subprocess.Popen[str]:
    """Start a command as the leader of a process group of its own."""
    command = [*_COMMAND, "--home", str(home.root), *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def watching(home: Home) -> subprocess.Popen[str]:
    """Return a watch that holds the archive."""
    process = start(home, "watch")
    assert process.stderr is not None
    line = process.stderr.readline()
    assert "看守" in line, line
    return process


def test_the_second_is_refused_with_pid_host_and_since(home: Home) -> None:
    first = watching(home)
    for command in (["watch"], ["ingest"], ["ingest", "--json"], ["rebuild"]):
        second = start(home, *command)
        _, err = second.communicate(timeout=60)
        assert second.returncode == 75
        assert len(err.splitlines()) == 1
        assert str(first.pid) in err
        assert socket.gethostname() in err
        assert re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", err)
    assert first.poll() is None, "the first goes on"
    first.terminate()
    first.communicate(timeout=60)
    assert first.returncode == 0


def test_a_killed_watch_leaves_no_stale_lock(home: Home) -> None:
    """Ten times over, at once: whoever starts after the kill has the archive, and takes in what was dropped."""
    drops = []
    for number in range(10):
        process = watching(home)
        path = home.root / INBOX / "清溪小学" / f"C12 第{number}次.txt"
        path.write_text(f"第{number}次", encoding="utf-8")
        drops.append(Drop(path.relative_to(home.root).as_posix(), "清溪小学", hashed(path)))
        time.sleep(0.05 * number)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    done = start(home, "ingest")
    _, err = done.communicate(timeout=60)
    assert done.returncode == 0, err
    found = check(home, drops)
    print(f"10 watches killed, no stale lock: {found}")
    assert found.clean, found.faults
