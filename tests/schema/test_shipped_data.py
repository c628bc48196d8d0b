"""The shipped frameworks and duties say what the notice's two tables say, row by row."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from schema.duties import check, duty_of, load_duties
from schema.frameworks import load_frameworks, points_of
from schema.model import Condition, PointRef, Scope, UnitKind, Window

TABLES = Path(__file__).parent / "data"
FRAMEWORKS = load_frameworks()
DUTIES = load_duties()
POINTS = points_of(FRAMEWORKS)
SCHOOLS = (UnitKind.PRIMARY, UnitKind.JUNIOR, UnitKind.NINE_YEAR, UnitKind.TWELVE_YEAR)


def rows(framework: str) -> list[dict[str, str]]:
    with (TABLES / f"{framework}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.id)
def test_points_indicators_and_dimensions_are_those_of_the_notice(framework):
    table = rows(framework.id)
    dimensions = {entry.code: entry.title for entry in framework.dimensions}
    indicators = {entry.code: entry for entry in framework.indicators}
    said = [
        (
            indicators[point.indicator].dimension, dimensions[indicators[point.indicator].dimension],
            point.indicator, indicators[point.indicator].title, point.code, point.text,
        )
        for point in framework.points
    ]  # fmt: skip
    keys = ("dimension_code", "dimension", "indicator_code", "indicator", "point_code", "point")
    assert said == [tuple(row[key] for key in keys) for row in table]
    assert list(dimensions) == list(dict.fromkeys(row["dimension_code"] for row in table))
    assert list(indicators) == list(dict.fromkeys(row["indicator_code"] for row in table))


@pytest.mark.parametrize("framework", ["preschool", "compulsory"])
def test_duties_are_those_of_the_notice_printed_or_inferred(framework):
    for row in rows(framework):
        ref = PointRef(framework, int(row["point_code"][1:]))
        duty = duty_of(DUTIES, ref)
        assert duty is not None
        assert (";".join(duty.departments), ";".join(duty.persons)) == (row["departments"], row["persons"]), ref
        printed = tuple("printed" if at == ref.number else "inferred" for at in (duty.departments_at, duty.persons_at))
        assert printed == (row["departments_are"], row["persons_are"]), ref


def test_there_are_69_points_in_37_spans_and_no_fault():
    assert [len(framework.points) for framework in FRAMEWORKS] == [37, 32]
    assert [len(framework.indicators) for framework in FRAMEWORKS] == [18, 12]
    assert len(DUTIES) == 37
    assert sum(duty.last - duty.first + 1 for duty in DUTIES) == 69
    assert check() == ()


def test_one_duty_crosses_the_border_of_two_dimensions():
    compulsory = FRAMEWORKS[1]
    duty = duty_of(DUTIES, PointRef("compulsory", 23))
    assert duty is not None
    assert (duty.first, duty.last, duty.departments_at, duty.persons_at) == (20, 24, 20, 22)
    dimension = {entry.code: entry.dimension for entry in compulsory.indicators}
    assert {dimension[compulsory.points[number - 1].indicator] for number in range(20, 25)} == {"A2", "A3"}


def test_scopes_and_kinds_say_who_owes():
    by_scope = {scope: [point.ref for point in POINTS.values() if point.scope is scope] for scope in Scope}
    assert {scope: len(refs) for scope, refs in by_scope.items()} == {Scope.DISTRICT: 33, Scope.MIXED: 11, Scope.UNIT: 25}
    assert {ref.number for ref in by_scope[Scope.MIXED]} == {4, 13, 16, 17, 21, 23, 25, 28, 32, 33, 34}
    assert all(POINTS[ref].kinds == (UnitKind.DEPARTMENT,) for ref in by_scope[Scope.DISTRICT])
    assert all(POINTS[ref].kinds == (UnitKind.DEPARTMENT, UnitKind.KINDERGARTEN) for ref in by_scope[Scope.MIXED])
    narrow = {
        PointRef("compulsory", 13): (UnitKind.PRIMARY, UnitKind.TEACHING_POINT),
        PointRef("compulsory", 14): (UnitKind.SPECIAL,),
    }
    for ref in by_scope[Scope.UNIT]:
        whole = (UnitKind.KINDERGARTEN,) if ref.framework == "preschool" else SCHOOLS
        assert POINTS[ref].kinds == narrow.get(ref, whole), ref


def test_rules_over_unit_facts():
    public, private = (Condition("public", "is", True),), (Condition("public", "is", False),)
    assert {str(ref): point.applies for ref, point in POINTS.items() if point.applies} == {
        "preschool/C13": (public, (Condition("inclusive", "is", True),)),
        "preschool/C16": (public,),
        "preschool/C17": (private,),
        "preschool/C25": (private,),
        "preschool/C27": ((Condition("opened", "from", 2017),),),
        "preschool/C30": (public,),
        "compulsory/C13": ((Condition("pupils", "below", 100),),),
    }


@pytest.mark.parametrize(
    ("point", "window"),
    [
        ("preschool/C10", Window("year", 3)),
        ("preschool/C19", Window("year", 2)),
        ("preschool/C22", Window("year", 4)),
        ("preschool/C27", Window(since=2017)),
        ("preschool/C37", Window(once=True)),
        ("compulsory/C8", Window(once=True)),
        ("compulsory/C12", Window("school-year", 1)),
        ("compulsory/C16", Window("year", 5)),
        ("compulsory/C18", Window("year", 1)),
        ("compulsory/C23", Window("school-year", 3)),
        ("compulsory/C29", Window("term", 1)),
    ],
)
def test_windows(point, window):
    assert POINTS[PointRef.parse(point)].window == window


@pytest.mark.parametrize(
    ("point", "metric", "comparator", "thresholds"),
    [
        ("compulsory/C1", 0, ">=", {"小学": "4.2", "初中": "5.3"}),
        ("compulsory/C4", 0, ">=", {"小学": "4.5", "初中": "5.8"}),
        ("compulsory/C6", 0, ">=", {"小学": "2000", "初中": "2500"}),
        ("compulsory/C10", 1, ">=", {"all": "96"}),
        ("compulsory/C12", 0, "<=", {"小学": "45", "初中": "50"}),
        ("compulsory/C14", 0, ">=", {"特教": "6000"}),
        ("compulsory/C18", 1, ">=", {"all": "20"}),
        ("compulsory/C31", 1, "<", {"all": "0.15"}),
        ("compulsory/C32", 0, ">=", {"all": "85"}),
        ("preschool/C31", 0, ">=", {"all": "1:15"}),
        ("preschool/C37", 0, ">", {"all": "85"}),
    ],
)
def test_thresholds(point, metric, comparator, thresholds):
    found = POINTS[PointRef.parse(point)].metrics[metric]
    assert (found.comparator, dict(found.thresholds)) == (comparator, thresholds)


def test_figures_are_asked_for_where_the_notice_asks_for_one():
    assert [sum(point.quantitative for point in framework.points) for framework in FRAMEWORKS] == [13, 24]


def test_every_point_has_a_list_of_evidence_with_words_and_basis():
    items = [item for point in POINTS.values() for item in point.items]
    assert all(point.items for point in POINTS.values())
    assert len(items) == 201
    assert all(item.keywords and (item.basis == "judgement" or item.basis.startswith("source:S")) for item in items)
    assert sum(item.basis != "judgement" for item in items) == 92
