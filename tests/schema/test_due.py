"""By when: the more particular day wins, and a rule that names nobody is told."""

from __future__ import annotations

from datetime import date

import pytest

from schema.due import dues
from schema.errors import FaultsError
from schema.frameworks import load_frameworks
from schema.model import PointRef, Unit, UnitKind

FRAMEWORKS = load_frameworks()
UNITS = (Unit("k1", "某幼儿园", UnitKind.KINDERGARTEN, aliases=("某园",)), Unit("k2", "另一幼儿园", UnitKind.KINDERGARTEN))
C10, C11, OTHER = PointRef("preschool", 10), PointRef("preschool", 11), PointRef("compulsory", 10)
GENERAL = date(2026, 5, 31)


@pytest.mark.parametrize(
    ("written", "unit", "point", "expected"),
    [
        ([], "k1", C10, "2026-05-31"),
        (["preschool 2026-05-01"], "k1", C10, "2026-05-01"),
        (["preschool 2026-05-01"], "k1", OTHER, "2026-05-31"),
        (["学前 2026-05-01"], "k1", C10, "2026-05-01"),
        (["preschool 2026-05-01", "preschool/C10 2026-04-01"], "k1", C10, "2026-04-01"),
        (["preschool/C10 2026-04-01", "preschool 2026-05-01"], "k1", C11, "2026-05-01"),
        (["某园 2026-03-01", "preschool/C10 2026-04-01"], "k1", C10, "2026-04-01"),
        (["某园 2026-03-01", "preschool/C10 2026-04-01"], "k1", C11, "2026-03-01"),
        (["某园 2026-03-01", "preschool 2026-04-01"], "k2", C11, "2026-04-01"),
        (["某园 preschool/C10 2026-02-01", "preschool/C10 2026-04-01"], "k1", C10, "2026-02-01"),
        (["preschool/C10 2026-04-01", "preschool/C10 2026-04-02"], "k1", C10, "2026-04-02"),
    ],
)
def test_the_more_particular_day_wins(written, unit, point, expected):
    assert dues(GENERAL, written, FRAMEWORKS, UNITS).due(unit, point) == date.fromisoformat(expected)


def test_without_any_day_nothing_is_due():
    assert dues(None, [], FRAMEWORKS, UNITS).due("k1", C10) is None


def test_every_fault_is_told_with_its_place():
    written = ["preschool/C10", "preschool/C99 2026-01-01", "某园 2026-13-01", "2026-01-01", "某园 2026-01-01"]
    with pytest.raises(FaultsError) as caught:
        dues(GENERAL, written, FRAMEWORKS, UNITS)
    assert [fault.place for fault in caught.value.faults] == [f"assessment.dues[{number}]" for number in (1, 2, 3, 4)]
    assert "preschool/C99" in caught.value.faults[1].text()
