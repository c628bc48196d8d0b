"""Near points of two frameworks: known from both sides, checked like all data, and never more than a hint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from schema.crosswalk import load_crosswalk, near_points, read_crosswalk
from schema.errors import FaultsError
from schema.frameworks import load_frameworks, points_of
from schema.model import PointRef

FRAMEWORKS = load_frameworks()


def near(text: str) -> list[str]:
    return [str(ref) for ref, _about in near_points(load_crosswalk(None, FRAMEWORKS), PointRef.parse(text))]


def test_near_points_are_found_from_either_side_and_only_across_frameworks():
    assert near("preschool/C37") == ["compulsory/C32"]
    assert near("compulsory/C32") == ["preschool/C37"]
    assert near("preschool/C16") == ["compulsory/C15"], "C17 is of the same framework"
    assert near("preschool/C26") == ["compulsory/C4", "compulsory/C5", "compulsory/C6"]
    assert near("preschool/C1") == []


def test_every_shipped_point_of_the_crosswalk_exists_and_a_framework_alone_has_no_near_points():
    known = points_of(FRAMEWORKS)
    assert all(ref in known for entry in load_crosswalk(None, FRAMEWORKS) for ref in entry.points)
    assert load_crosswalk(None, FRAMEWORKS[:1]) == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('points = ["preschool/C38", "compulsory/C1"]', "crosswalks/own.toml:4:near[1].points: 体系里没有要点 preschool/C38。"),
        ('points = ["preschool/C3"]', "crosswalks/own.toml:4:near[1].points: 应为两个以上要点"),
        ('points = ["C3", "C4"]', "crosswalks/own.toml:4:near[1].points: 应为两个以上要点"),
    ],
)
def test_a_faulty_file_is_told_with_its_line(tmp_path: Path, line, told):
    (tmp_path / "crosswalks").mkdir()
    (tmp_path / "crosswalks/own.toml").write_text(f'format = 1\n\n[[near]]\n{line}\nabout = "x"\n', encoding="utf-8")
    _found, faults = read_crosswalk(tmp_path, FRAMEWORKS)
    assert [fault.text()[: len(told)] for fault in faults] == [told]
    with pytest.raises(FaultsError):
        load_crosswalk(tmp_path, FRAMEWORKS)


def test_a_framework_of_the_homes_own_need_not_have_the_points_of_the_shipped_crosswalk():
    preschool, compulsory = FRAMEWORKS
    shorter = replace(compulsory, points=compulsory.points[:-1])
    entries = load_crosswalk(None, (preschool, shorter))
    assert list(near_points(entries, PointRef.parse("preschool/C37"))) == []
    assert [str(ref) for ref, _about in near_points(entries, PointRef.parse("preschool/C16"))] == ["compulsory/C15"]


def test_an_own_file_of_the_shipped_name_replaces_it(tmp_path: Path):
    (tmp_path / "crosswalks").mkdir()
    text = 'format = 1\n[[near]]\npoints = ["preschool/C1", "compulsory/C1"]\nabout = "一"\n'
    (tmp_path / "crosswalks/near.toml").write_text(text, encoding="utf-8")
    (entry,) = load_crosswalk(tmp_path, FRAMEWORKS)
    assert entry.about == "一"
