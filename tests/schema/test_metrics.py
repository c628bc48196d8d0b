"""Figures beside thresholds: each comparison at its border, the spread between schools by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.errors import FaultsError
from schema.frameworks import load_frameworks, points_of
from schema.metrics import Outcome, coefficient, hints, number, read_figures, spreads
from schema.model import Unit, UnitKind

POINTS = points_of(load_frameworks())
UNITS = (
    Unit("p1", "甲小学", UnitKind.PRIMARY, pupils=100), Unit("p2", "乙小学", UnitKind.PRIMARY, pupils=300),
    Unit("j1", "丙初中", UnitKind.JUNIOR), Unit("n1", "丁学校", UnitKind.NINE_YEAR), Unit("d", "某科", UnitKind.DEPARTMENT),
)  # fmt: skip
BY_ID = {unit.id: unit for unit in UNITS}
HEAD = "单位,要点,数据项,学段,年份,数值"


def read(*lines: str):
    return read_figures("\r\n".join((HEAD, *lines)).encode("gb18030"), POINTS, UNITS)


@pytest.mark.parametrize(
    ("line", "threshold", "outcome"),
    [
        ("甲小学,compulsory/C1,,,2025,4.2", "4.2", Outcome.MET),
        ("甲小学,compulsory/C1,,,2025,4.19", "4.2", Outcome.UNMET),
        ("丙初中,compulsory/C1,,,2025,4.2", "5.3", Outcome.UNMET),
        ("丁学校,compulsory/C1,,,2025,4.2", "", Outcome.OPEN),
        ("丁学校,compulsory/C1,,小学,2025,4.2", "4.2", Outcome.MET),
        ("丁学校,compulsory/C11,,,2025年,2500", "2500", Outcome.MET),
        ("甲小学,compulsory/C12,,,2025,45", "45", Outcome.MET),
        ("甲小学,compulsory/C12,,,2025,46", "45", Outcome.UNMET),
        ("某科,preschool/C37,,,2025,85%", "85", Outcome.UNMET),
        ("某科,preschool/C37,,,2025,85.1%", "85", Outcome.MET),
        ("某科,preschool/C31,,,2025,1:15", "1:15", Outcome.MET),
        ("某科,preschool/C31,,,2025,1：16", "1:15", Outcome.UNMET),
        ("某科,compulsory/C31,校际差异率,,2025,0.15", "0.15", Outcome.UNMET),
        ("某科,preschool/C24,,,2025,0", "0", Outcome.MET),
        ("甲小学,compulsory/C10,音乐专用教室面积,,2025,96", "96", Outcome.MET),
        ("某科,compulsory/C31,相关科目学业水平,,2025,3", "Ⅲ", Outcome.OPEN),
    ],
)
def test_a_figure_at_the_border_of_its_threshold(line, threshold, outcome):
    (hint,) = hints(read(line), BY_ID)
    assert (hint.threshold, hint.outcome) == (threshold, outcome)


def test_what_must_not_fall_is_held_to_the_year_before():
    name = "学前教育财政投入总量"
    found = hints(
        read(*(f"某科,preschool/C10,{name},,{year},{value}" for year, value in ((2023, 90), (2024, 90), (2025, 89)))), BY_ID
    )
    assert [hint.outcome for hint in found] == [Outcome.OPEN, Outcome.MET, Outcome.UNMET]


def test_the_spread_between_schools_is_weighted_by_pupils():
    figures = read("甲小学,compulsory/C6,,,2025,1000", "乙小学,compulsory/C6,,,2025,3000", "丙初中,compulsory/C6,,,2025,9000")
    (spread,) = spreads(figures, BY_ID)
    # mean 2500, variance (100 * 1500^2 + 300 * 500^2) / 400 = 750000
    assert spread.coefficient == pytest.approx(math.sqrt(750_000) / 2500)
    assert (spread.stage, spread.schools, spread.weighted, spread.outcome) == ("小学", 2, True, Outcome.OPEN)


def test_every_fault_is_told_with_its_line():
    lines = """
    无此校,compulsory/C1,,,2025,1
    甲小学,C1,,,2025,1
    甲小学,compulsory/C10,,,2025,1
    甲小学,compulsory/C25,,,2025,1
    甲小学,compulsory/C1,,,去年,1
    甲小学,compulsory/C1,,,2025,很多
    甲小学,compulsory/C1,,,2025,4.5
    """.split()
    with pytest.raises(FaultsError) as caught:
        read(*lines)
    assert [fault.place for fault in caught.value.faults] == ["2", "3", "4", "5", "6", "7"]
    with pytest.raises(FaultsError):
        read_figures("单位,要点\n".encode(), POINTS, UNITS)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,864", 1864.0), ("85％", 85.0), ("1:0", None), ("", None), ("nan", None), ("-3", -3.0), ("1:2:3", None)],
)
def test_numbers_as_people_write_them(text, value):
    assert number(text) == value


@given(st.lists(st.floats(0.1, 1e4), min_size=2, max_size=20), st.floats(0.1, 100))
def test_the_coefficient_knows_no_unit_and_no_order(values, factor):
    even = [1.0] * len(values)
    found = coefficient(values, even)
    assert found is not None
    assert found >= 0
    assert coefficient([value * factor for value in values], even) == pytest.approx(found, abs=1e-9)
    assert coefficient(values[::-1], even) == pytest.approx(found, abs=1e-9)
    assert coefficient(values * 2, even * 2) == pytest.approx(found, abs=1e-9)
