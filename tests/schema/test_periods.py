"""Windows at their borders: which times are asked for on which assessment day, by a table written out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.model import Per, Window
from schema.periods import ANY_TIME, Period, PeriodUnit, containing, slots

YEAR, SCHOOL_YEAR, TERM = PeriodUnit.YEAR, PeriodUnit.SCHOOL_YEAR, PeriodUnit.TERM
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def names(window: Window, day: str, per: Per = Per.PERIOD) -> list[str]:
    return [slot.text() for slot in slots(window, per, date.fromisoformat(day))]


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        ("2025-12-30", ["2023年", "2024年", "2025年或2022年"]),
        ("2025-12-31", ["2023年", "2024年", "2025年"]),  # on its last day a year is over
        ("2026-01-01", ["2024年", "2025年", "2026年或2023年"]),
        ("2026-06-15", ["2024年", "2025年", "2026年或2023年"]),
    ],
)
def test_the_last_three_calendar_years(day, asked):
    assert names(Window("year", 3), day) == asked


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        ("2025-08-30", ["2024-2025学年或2023-2024学年"]),
        ("2025-08-31", ["2024-2025学年"]),
        ("2025-09-01", ["2025-2026学年或2024-2025学年"]),
    ],
)
def test_the_last_school_year(day, asked):
    assert names(Window("school-year", 1), day) == asked


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        ("2026-01-30", ["2025-2026学年第一学期或2024-2025学年第二学期"]),
        ("2026-01-31", ["2025-2026学年第一学期"]),
        ("2026-02-01", ["2025-2026学年第二学期或2025-2026学年第一学期"]),
        ("2026-08-31", ["2025-2026学年第二学期"]),
        ("2026-09-01", ["2026-2027学年第一学期或2025-2026学年第二学期"]),
    ],
)
def test_the_last_term(day, asked):
    assert names(Window("term", 1), day) == asked


def test_three_school_years():
    assert names(Window("school-year", 3), "2025-11-30") == ["2023-2024学年", "2024-2025学年", "2025-2026学年或2022-2023学年"]


@pytest.mark.parametrize(
    ("window", "per", "asked"),
    [
        (Window(since=2017), Per.PERIOD, ["2017年至2026年之间"]),
        (Window(since=2023), Per.YEAR, ["2023年", "2024年", "2025年"]),
        (Window(since=2026), Per.YEAR, ["2026年"]),
        (Window(once=True), Per.PERIOD, [""]),
        (Window("year", 4), Per.UNIT, ["2022年至2026年之间"]),
        (Window("year", 4), Per.ONCE, [""]),
        (Window("school-year", 1), Per.YEAR, ["2026年或2025年"]),
        (Window("year", 2), Per.SCHOOL_YEAR, ["2024-2025学年", "2025-2026学年或2023-2024学年"]),
        (Window("school-year", 1), Per.TERM, ["2025-2026学年第一学期", "2025-2026学年第二学期或2024-2025学年第二学期"]),
        (Window("term", 1), Per.YEAR, ["2026年或2025年"]),
        (Window("term", 3), Per.SCHOOL_YEAR, ["2024-2025学年", "2025-2026学年或2023-2024学年"]),
    ],
)
def test_how_often_an_item_is_owed_in_a_window(window, per, asked):
    assert names(window, "2026-03-01", per) == asked


def test_without_an_assessment_day_any_time_will_do():
    assert slots(Window("year", 3), Per.PERIOD, None) == (ANY_TIME,)


@given(st.sampled_from(PeriodUnit), DAYS)
def test_periods_follow_each_other_without_a_hole(unit, day):
    period = containing(unit, day)
    assert period.first <= day <= period.last
    assert period.last + timedelta(days=1) == period.back(-1).first
    assert containing(unit, period.first) == containing(unit, period.last) == period
    assert containing(unit, period.first - timedelta(days=1)) == period.back(1)


@given(st.sampled_from(PeriodUnit), st.integers(1, 8), DAYS)
def test_a_window_of_n_asks_n_times_and_never_for_what_is_not_over(unit, last, day):
    asked = slots(Window(unit, last), Per.PERIOD, day)
    assert len(asked) == last
    for slot in asked:
        assert any(period.last <= day for period in slot.periods)
        assert all(period.first <= day for period in slot.periods)
    over = [period for slot in asked for period in slot.periods]
    assert len(set(over)) == len(over), "no period is asked for twice"


def test_two_terms_make_a_school_year():
    whole = Period(SCHOOL_YEAR, 2025)
    first, second = Period(TERM, 4050), Period(TERM, 4051)
    assert (whole.first, whole.last) == (first.first, second.last)
    assert containing(YEAR, date(2025, 1, 1)).text("en") == "2025"
