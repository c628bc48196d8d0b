"""Every flipped bit is found and named, whatever it hits; touched times alone are no alarm."""

from __future__ import annotations

import re

import pytest

from tests.reliability.suite import last_line


@pytest.mark.slow
def test_every_damage_is_found_and_named_and_nothing_else_is() -> None:
    line = last_line("tests.reliability.flips", 800, 1)
    flips, others = re.findall(r"(\d+) of (\d+)", line)
    assert flips == ("800", "800")
    assert others[0] == others[1]
    assert line.endswith(", 0 false alarms")
