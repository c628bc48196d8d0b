"""What was told to be filed survives a power cut; and where nothing is flushed, it does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.reliability.power import possible
from tests.reliability.suite import last_line

pytestmark = pytest.mark.slow


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    why = possible(tmp_path)
    if why:
        pytest.skip(why)
    return tmp_path / "run"


@pytest.fixture
def xfs(tmp_path: Path) -> Path:
    why = possible(tmp_path, "xfs")
    if why:
        pytest.skip(why)
    return tmp_path / "run"


def told(cuts: int, *arguments: object) -> int:
    """Cut the power so many times; return how many files had been told to be filed, of which none may be lost."""
    line = last_line("tests.reliability.power", cuts, 1, *arguments)
    found = re.fullmatch(rf"{cuts} power cuts: 0 lost of (\d+) told to be filed, tree = catalogue = index", line)
    assert found
    return int(found[1])


def test_what_was_told_is_there_after_forty_power_cuts(disk: Path) -> None:
    assert told(40, disk) > 100


def test_and_after_twenty_without_what_only_linux_has(disk: Path) -> None:
    assert told(20, disk, "--plain") > 50


def test_and_on_another_file_system(xfs: Path) -> None:
    assert told(20, xfs, "--xfs", "--plain") > 50


def test_without_durability_the_same_test_fails(disk: Path) -> None:
    with pytest.raises(AssertionError, match=r"power cuts without durability: [1-9]\d* lost of"):
        last_line("tests.reliability.power", 10, 1, disk, "--careless")
