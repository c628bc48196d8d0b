"""Damage to the index under a running watch: the next search answers right, or says that the index is being built again."""

from __future__ import annotations

import pytest

from tests.reliability.suite import last_line


@pytest.mark.slow
def test_every_file_of_the_index_damaged_under_a_watch() -> None:
    line = last_line("tests.reliability.damage", 1000, 100)
    assert line == "20 damages under a running watch: every answer right, or told to wait"
