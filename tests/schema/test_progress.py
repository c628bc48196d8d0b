"""What a day records and what changed since, cell by cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.coverage import Status
from schema.model import PointRef
from schema.progress import Change, Move, day_of, since, standing
from tests.site_builder.statuses import cell

REFS = [PointRef("preschool", number) for number in range(1, 5)]


@pytest.mark.parametrize(
    ("before", "after", "move"),
    [
        (Status.MISSING, Status.PARTIAL, Move.NEW), (Status.PARTIAL, Status.SUBMITTED, Move.NEW),
        (Status.REJECTED, Status.PARTIAL, Move.NEW), (Status.SUBMITTED, Status.VERIFIED, Move.VERIFIED),
        (Status.SUBMITTED, Status.REJECTED, Move.REJECTED), (Status.VERIFIED, Status.SUSPECT, Move.LOST),
        (Status.SUBMITTED, Status.MISSING, Move.LOST), (Status.SUBMITTED, Status.EXPIRED, Move.LOST),
        (Status.MISSING, Status.WAIVED, Move.OTHER), (Status.NOT_APPLICABLE, Status.MISSING, Move.OTHER),
        (Status.MISSING, Status.REJECTED, Move.REJECTED),
    ],
)  # fmt: skip
def test_what_a_change_means(before, after, move):
    assert Change("u", REFS[0], before, after).move is move


def test_a_day_counts_and_names_what_changed():
    monday = [cell("u", REFS[0], Status.MISSING), cell("u", REFS[1], Status.SUBMITTED), cell("v", REFS[0], Status.WAIVED)]
    tuesday = [cell("u", REFS[0], Status.SUBMITTED), cell("u", REFS[1], Status.SUBMITTED), cell("w", REFS[0], Status.VERIFIED)]
    day = day_of("2026-03-03", tuesday, standing(monday))
    assert (day.applicable, day.complete, day.verified) == (3, 3, 1)
    assert [(change.unit, change.before, change.after) for change in day.changes] == [("u", Status.MISSING, Status.SUBMITTED)]
    assert day_of("2026-03-02", monday, {}).changes == (), "the first day is no change"


STATES = st.lists(st.sampled_from(Status), min_size=len(REFS), max_size=len(REFS))


@given(st.lists(STATES, min_size=2, max_size=6), st.integers(0, 5))
def test_changes_over_days_come_to_the_difference_between_them(states, start):
    start = min(start, len(states) - 1)
    worlds = [[cell("u", ref, status) for ref, status in zip(REFS, state, strict=True)] for state in states]
    days = [
        day_of(f"2026-03-{number + 1:02}", world, standing(worlds[number - 1]) if number else {})
        for number, world in enumerate(worlds)
    ]
    found = {change.point: (change.before, change.after) for change in since(days, f"2026-03-{start + 1:02}")}
    pairs = zip(REFS, states[start], states[-1], strict=True)
    assert found == {ref: (before, after) for ref, before, after in pairs if before is not after}
