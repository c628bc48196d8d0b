"""A part of the disk stays free."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.diskspace import Room, require_room, room_on
from schema.errors import ArchiveError

HERE = Path("档案")
MB = 1 << 20


@pytest.mark.parametrize(
    ("free", "wanted", "percent", "fits"),
    [
        (100 * MB, 50 * MB, 5, True),
        (100 * MB, 50 * MB + 1, 5, False),
        (50 * MB, 0, 5, True),
        (50 * MB - 1, 0, 5, False),
        (0, 10 * MB, 0, True),
        (1, 1, 0.001, False),
    ],
)
def test_what_fits_on_a_disk_of_1000_megabytes(free: int, wanted: int, percent: float, fits: bool) -> None:
    assert (Room(1000 * MB, free).lack(HERE, wanted, percent) is None) is fits


@given(st.integers(1, 1 << 50), st.integers(0, 1 << 50), st.integers(0, 1 << 40), st.floats(0.1, 90))
def test_the_sentence_never_says_that_it_would_fit(total: int, free: int, wanted: int, percent: float) -> None:
    lack = Room(total, min(free, total)).lack(HERE, wanted, percent)
    if lack is not None:
        told = dict(lack.params)
        assert int(told["free"]) < int(told["needed"])


def test_this_disk(tmp_path: Path) -> None:
    room = room_on(tmp_path)
    assert 0 < room.free <= room.total
    require_room(tmp_path, 1, 0)
    require_room(tmp_path, 1 << 60, 0)
    with pytest.raises(ArchiveError) as refused:
        require_room(tmp_path, 1 << 60, 5)
    assert refused.value.message.code == "intake.no-room"
    assert str(tmp_path) in refused.value.message.text()
