"""Every system call may fail, or be the last: nothing lost, nothing doubled, and one clear sentence where a pass cannot go on."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.reliability.suite import last_line


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is missing")
def test_a_fault_at_system_calls_of_every_kind(tmp_path: Path) -> None:
    line = last_line("tests.reliability.faults", 160, 1, tmp_path / "run")
    assert re.fullmatch(r"160 of \d+ fault points: 0 lost, 0 doubled, 0 with anything wrong", line)
