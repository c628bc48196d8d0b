"""Who owes what, and how it stands: checked against the rules said once more, in other words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.conditions import applies
from schema.coverage import (
    NOT_OWED,
    OWED,
    Applicability,
    Cell,
    Evidence,
    Freshness,
    Presence,
    Review,
    Status,
    cells,
    shown,
    totals,
)
from schema.duties import duty_of, load_duties
from schema.frameworks import load_frameworks, points_of
from schema.model import PointRef, Scope, Unit, UnitKind
from schema.units import with_departments

FRAMEWORKS = load_frameworks()
DUTIES = load_duties()
POINTS = points_of(FRAMEWORKS)
KINDS = [kind for kind in UnitKind if kind is not UnitKind.DEPARTMENT]
FACTS = st.builds(
    Unit,
    id=st.uuids().map(str),
    name=st.just("某单位"),
    kind=st.sampled_from(KINDS),
    public=st.sampled_from([True, False, None]),
    inclusive=st.sampled_from([True, False, None]),
    pupils=st.none() | st.integers(0, 3000),
    opened=st.none() | st.integers(1950, 2030),
)


def district(*units: Unit) -> tuple[Unit, ...]:
    return with_departments(units, DUTIES)


def found(units, evidence=(), point=None) -> dict[tuple[str, str], Cell]:
    every = cells(FRAMEWORKS, DUTIES, units, evidence)
    return {(cell.unit, str(cell.point)): cell for cell in every if point in (None, str(cell.point))}


def kindergarten(name: str = "k1", **facts) -> Unit:
    return Unit(name, f"{name}幼儿园", UnitKind.KINDERGARTEN, **facts)


@pytest.mark.parametrize(
    ("applicability", "presence", "review", "freshness"), list(product(Applicability, Presence, Review, Freshness))
)
def test_the_shown_status_is_the_first_that_holds(applicability, presence, review, freshness):
    if applicability is not Applicability.APPLIES:
        expected = Status(applicability.value)
    elif review is Review.REJECTED:
        expected = Status.REJECTED
    elif presence is Presence.MISSING:
        expected = Status.MISSING
    elif freshness is not Freshness.CURRENT:
        expected = Status(freshness.value)
    elif presence is Presence.PARTIAL:
        expected = Status.PARTIAL
    else:
        expected = Status.VERIFIED if review is Review.VERIFIED else Status.SUBMITTED
    assert shown(applicability, presence, review, freshness) is expected


def test_the_precedence_is_written_in_the_order_of_the_statuses():
    assert [str(status) for status in Status] == [
        "not-applicable", "waived", "rejected", "missing", "expired", "suspect", "partial", "submitted", "verified",
    ]  # fmt: skip
    assert set(Status) - OWED - NOT_OWED == {Status.SUBMITTED, Status.VERIFIED}


def test_a_district_point_is_owed_once_by_the_lead_department():
    units = district(kindergarten(), kindergarten("k2"))
    for point in (entry for entry in POINTS.values() if entry.scope is Scope.DISTRICT):
        ((unit, _),) = found(units, point=str(point.ref))
        assert unit == duty_of(DUTIES, point.ref).departments[0]


def test_a_department_is_known_by_its_alias():
    units = district(Unit("d9", "区教委基教科", UnitKind.DEPARTMENT, aliases=("基础教育科",)))
    assert ("d9", "preschool/C1") in found(units)
    assert not any(unit == "基础教育科" for unit, _ in found(units))


def test_evidence_of_any_department_satisfies_the_district_and_a_schools_does_not():
    units = district(kindergarten())
    for owner, status in (("职成教科", Status.SUBMITTED), ("k1", Status.MISSING), ("不在册", Status.MISSING)):
        ((_, cell),) = found(units, [Evidence("d1", owner, PointRef("preschool", 5), title="布局规划")], "preschool/C5").items()
        assert cell.status is status
        assert cell.documents == (("d1",) if status is Status.SUBMITTED else ())


def test_a_mixed_point_is_owed_by_the_district_and_by_each_unit_of_its_kind():
    units = district(kindergarten(public=True), kindergarten("k2", public=False), Unit("p1", "某小学", UnitKind.PRIMARY))
    mine = found(units, [Evidence("d1", "k1", PointRef("preschool", 16))], "preschool/C16")
    assert {unit: cell.status for (unit, _), cell in mine.items()} == {
        "财务审计科": Status.MISSING, "k1": Status.PARTIAL, "k2": Status.NOT_APPLICABLE,
    }  # fmt: skip
    assert mine["k2", "preschool/C16"].reason.text() == "只适用于公办的单位。"


def test_departments_never_owe_what_units_owe():
    departments = {unit.id for unit in district() if unit.kind is UnitKind.DEPARTMENT}
    owners = Counter(str(cell.point) for cell in cells(FRAMEWORKS, DUTIES, district(), ()) if cell.unit in departments)
    assert len(owners) == 44
    assert set(owners.values()) == {1}


def test_schools_owe_by_kind():
    units = district(
        Unit("p", "小学", UnitKind.PRIMARY, pupils=99), Unit("q", "大小学", UnitKind.PRIMARY, pupils=100),
        Unit("t", "教学点", UnitKind.TEACHING_POINT), Unit("s", "特教", UnitKind.SPECIAL), Unit("n", "九年", UnitKind.NINE_YEAR),
    )  # fmt: skip
    owed = {
        unit: {ref for (owner, ref), cell in found(units).items() if owner == unit and cell.status not in NOT_OWED}
        for unit in "pqtsn"
    }
    assert len(owed["q"]) == len(owed["n"]) == 17
    assert owed["p"] - owed["q"] == owed["t"] == {"compulsory/C13"}
    assert owed["s"] == {"compulsory/C14"}
    assert found(units)["q", "compulsory/C13"].reason.text() == "只适用于在校生不足 100 人的单位。"


def test_the_rule_with_an_alternative_is_told_in_words():
    units = district(kindergarten(public=False, inclusive=False))
    cell = found(units)["k1", "preschool/C13"]
    assert cell.status is Status.NOT_APPLICABLE
    assert cell.reason.text() == "只适用于公办或普惠性的单位。"


@given(FACTS)
def test_a_blank_fact_never_hides_a_gap(unit):
    known = found(district(unit))
    for fact in ("public", "inclusive", "pupils", "opened"):
        for key, cell in found(district(replace(unit, **{fact: None}))).items():
            if known[key].applicability is Applicability.APPLIES:
                assert cell.applicability is Applicability.APPLIES


@given(st.lists(FACTS, max_size=4, unique_by=lambda unit: unit.id))
def test_there_is_a_cell_for_every_duty_and_no_other(units):
    every = cells(FRAMEWORKS, DUTIES, district(*units), ())
    expected = Counter()
    for point in POINTS.values():
        expected[point.ref] += point.scope is not Scope.UNIT
        expected[point.ref] += sum(unit.kind in point.kinds for unit in units) if point.scope is not Scope.DISTRICT else 0
    assert Counter(cell.point for cell in every) == +expected
    assert [cell.point for cell in every] == sorted(cell.point for cell in every)
    for cell in every:
        unit = next((unit for unit in units if unit.id == cell.unit), None)
        owed = unit is None or applies(POINTS[cell.point].applies, unit)
        assert (cell.status is Status.MISSING) is owed
        assert (cell.reason is None) is owed


@given(st.lists(FACTS, min_size=1, max_size=3, unique_by=lambda unit: unit.id), st.data())
def test_evidence_moves_its_own_cell_and_no_other(units, data):
    register = district(*units)
    pairs = st.tuples(st.sampled_from(units), st.sampled_from(list(POINTS)))
    claims = [Evidence(f"d{at}", unit.id, ref) for at, (unit, ref) in enumerate(data.draw(st.lists(pairs, max_size=6)))]
    bare, filed = found(register), found(register, claims)
    assert found(register, data.draw(st.permutations(claims))).keys() == filed.keys() == bare.keys()
    claimed = {(claim.unit, str(claim.point)) for claim in claims}
    for key, cell in filed.items():
        moved = key in claimed and bare[key].status is Status.MISSING
        assert (cell.status in (Status.PARTIAL, Status.SUBMITTED)) is moved
        assert cell.status is bare[key].status or moved
        assert bool(cell.documents) is moved


@given(st.lists(st.tuples(st.sampled_from(Applicability), st.sampled_from(Presence), st.sampled_from(Review))))
def test_totals_add_up(facts):
    found = [Cell("u", PointRef("preschool", 1), *fact) for fact in facts]
    sums = totals(found)
    assert sum(number for _, number in sums.by_status) == len(found)
    assert sums.applicable == sum(cell.status not in NOT_OWED for cell in found)
    assert sums.verified <= sums.complete <= sums.applicable
    assert sums.applicable - sums.complete == sum(cell.is_gap for cell in found)
    assert sums.record()["complete"] == [sums.complete, sums.applicable]
    assert sums.record()["verified"] == [sums.verified, sums.applicable]


def test_totals_in_words_and_nothing_owed_has_no_rate():
    assert totals([]).sentence().text() == "没有应交的要点。"
    one, other = Cell("u", PointRef("preschool", 1)), Cell("u", PointRef("preschool", 2), presence=Presence.SUBMITTED)
    assert totals([one, other]).sentence().text() == "应交 2 项（单位×要点），已齐 1 项（50.0%），还欠 1 项；已核 0 项。"


def test_without_a_duty_the_district_as_a_whole_owes_the_point():
    found = cells(FRAMEWORKS, (), (), ())
    assert {cell.unit for cell in found} == {""}
    assert len(found) == 44
