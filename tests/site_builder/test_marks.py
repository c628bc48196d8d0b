"""Nine statuses, each with a symbol and a word of its own; one rule for what several cells show together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.coverage import NOT_OWED, Status
from schema.model import TextStatus
from site_builder.marks import LACKING, marks, reading, summary

ANY = st.lists(st.sampled_from(list(Status)), max_size=12)


def test_every_status_has_its_own_symbol_and_word() -> None:
    assert len(marks()) == len(Status) == 9
    assert len({mark.symbol for mark in marks()}) == 9
    assert len({mark.word for mark in marks()}) == 9
    assert all(mark.meaning for mark in marks())


def test_every_reading_but_ok_has_a_word() -> None:
    words = [reading(status) for status in TextStatus]
    assert words.count("") == 1
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([], Status.NOT_APPLICABLE),
        ([Status.NOT_APPLICABLE, Status.WAIVED], Status.WAIVED),
        ([Status.MISSING, Status.NOT_APPLICABLE], Status.MISSING),
        ([Status.MISSING, Status.REJECTED], Status.MISSING),
        ([Status.MISSING, Status.VERIFIED], Status.PARTIAL),
        ([Status.EXPIRED, Status.EXPIRED], Status.EXPIRED),
        ([Status.EXPIRED, Status.SUBMITTED], Status.PARTIAL),
        ([Status.SUSPECT, Status.VERIFIED], Status.SUSPECT),
        ([Status.SUBMITTED, Status.VERIFIED], Status.SUBMITTED),
        ([Status.VERIFIED, Status.WAIVED], Status.VERIFIED),
    ],
)
def test_the_shown_status(cells: list[Status], shown: Status) -> None:
    assert summary(cells) is shown


@given(ANY)
def test_a_point_lacks_exactly_when_a_cell_does(cells: list[Status]) -> None:
    assert (summary(cells) in LACKING) == any(status in LACKING for status in cells)
    assert (summary(cells) in NOT_OWED) == all(status in NOT_OWED for status in cells)


@given(ANY)
def test_the_order_of_cells_does_not_matter(cells: list[Status]) -> None:
    assert summary(cells) is summary(reversed(cells))
