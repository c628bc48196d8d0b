"""kill -9 at any instant: nothing lost, nothing doubled, tree = catalogue = index."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.suite import last_line


@pytest.mark.slow
def test_three_hundred_kills(tmp_path: Path) -> None:
    line = last_line("tests.reliability.kills", 3000, 300, 1, tmp_path / "run")
    assert line == "300 kills, 3000 files: 0 lost, 0 doubled, tree = catalogue = index"


@pytest.mark.slow
def test_sixty_kills_without_what_only_linux_has(tmp_path: Path) -> None:
    line = last_line("tests.reliability.kills", 600, 60, 2, tmp_path / "run", "--plain")
    assert line == "60 kills, 600 files: 0 lost, 0 doubled, tree = catalogue = index"
