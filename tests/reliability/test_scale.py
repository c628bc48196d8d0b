"""A hundred thousand files at once: all in, with bounded memory; and a big drop makes nobody else wait."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.suite import last_line

pytestmark = pytest.mark.slow


def test_a_hundred_thousand_files_at_once(tmp_path: Path) -> None:
    line = last_line("tests.reliability.scale", "ingest", 100_000, tmp_path / "run")
    assert line.startswith("100000 files at once: 0 lost, 0 doubled, tree = catalogue = index")


def test_the_intake_of_a_hundred_thousand_files_alone(tmp_path: Path) -> None:
    line = last_line("tests.reliability.scale", "intake", 100_000, tmp_path / "run")
    assert line.startswith("100000 files at once, intake alone: 0 lost, 0 doubled, tree = catalogue")


def test_a_single_file_does_not_wait_for_a_big_drop(tmp_path: Path) -> None:
    line = last_line("tests.reliability.scale", "watch", 20_000, tmp_path / "run")
    assert line.startswith("20000 files under a watch: 0 lost, 0 doubled, tree = catalogue = index")
