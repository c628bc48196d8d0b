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


def test_what_was_told_is_there_after_forty_power_cuts(disk: Path) -> None:
    line = last_line("tests.reliability.power", 40, 1, disk)
    found = re.fullmatch(r"40 power cuts: 0 lost of (\d+) told to be filed, tree = catalogue = index", line)
    assert found
    assert int(found[1]) > 100


def test_and_after_twenty_without_what_only_linux_has(disk: Path) -> None:
    line = last_line("tests.reliability.power", 20, 2, disk, "--plain")
    assert re.fullmatch(r"20 power cuts: 0 lost of \d+ told to be filed, tree = catalogue = index", line)


def test_without_durability_the_same_test_fails(disk: Path) -> None:
    with pytest.raises(AssertionError, match=r"power cuts without durability: [1-9]\d* lost of"):
        last_line("tests.reliability.power", 10, 1, disk, "--careless")
