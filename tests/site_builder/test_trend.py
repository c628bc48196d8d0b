"""The progress chart: nothing invented between the days, nothing outside the drawing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schema.progress import Day
from site_builder.pages.trend import HEIGHT, WIDTH, trend


def test_one_day_is_no_trend():
    assert trend([]) is None
    assert trend([Day("2026-03-01", 10, 1, 0)]) is None


def test_days_stand_where_the_calendar_has_them():
    found = trend([Day("2026-03-01", 10, 0, 0), Day("2026-03-02", 10, 5, 0), Day("2026-03-11", 20, 20, 5)])
    assert found is not None
    places = [tuple(map(float, pair.split(","))) for pair in found.complete.split()]
    assert [x for x, _y in places] == [44.0, 102.4, 628.0]
    assert [y for _x, y in places] == [136.0, 73.0, 10.0]
    assert (found.complete_share, found.verified_share) == (100.0, 25.0)


@given(
    st.lists(
        st.tuples(st.dates(), st.integers(0, 5000), st.integers(0, 5000)), min_size=2, max_size=30, unique_by=lambda day: day[0]
    )
)
def test_every_line_stays_inside(rows):
    days = [Day(day.isoformat(), max(one, other), min(one, other), 0) for day, one, other in sorted(rows)]
    found = trend(days)
    assert found is not None
    for pair in (*found.complete.split(), *found.verified.split()):
        x, y = map(float, pair.split(","))
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT
