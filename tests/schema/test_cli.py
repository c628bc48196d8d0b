"""The commands schema list and schema check, as typed."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from click.testing import CliRunner

from schema.cli import schema
from schema.console import Console
from schema.errors import FaultsError


def run(*words: str, language="zh"):
    return CliRunner().invoke(schema, words, obj=Console(language, None), catch_exceptions=True)


@pytest.fixture
def faulty(tmp_path):
    text = (files("schema") / "data" / "frameworks" / "compulsory.toml").read_text(encoding="utf-8")
    (tmp_path / "frameworks").mkdir()
    (tmp_path / "frameworks" / "compulsory.toml").write_text(text.replace('scope = "unit"', 'scope = "all"', 2), encoding="utf-8")
    return tmp_path


def test_list_names_every_point_and_its_owners():
    result = run("list")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert len(lines) == 2 + 69
    assert lines[0] == "学前教育普及普惠（荣教政发〔2023〕78号），37 个要点"
    assert "  义教 C22  B7  全区  基础教育科 朱祥兵（由合并单元格推定）  留守儿童关爱体系健全" in result.output
    assert "  义教 C12  B5  单位  基础教育科 朱祥兵  小学、初中所有班级" in result.output
    assert run("list", language="en").output.splitlines()[0].endswith(", 37 points")


def test_list_as_json_tells_what_is_inferred():
    found = json.loads(run("list", "--json").output)["frameworks"]
    assert [(entry["id"], len(entry["points"])) for entry in found] == [("preschool", 37), ("compulsory", 32)]
    point = found[1]["points"][22]
    assert point["point"] == "compulsory/C23"
    assert (point["scope"], point["indicator"], point["kinds"]) == ("district", "B8", ["department"])
    assert (point["departments"], point["persons"]) == (["基础教育科"], ["朱祥兵"])
    assert (point["departments_inferred"], point["persons_inferred"]) == (True, True)
    assert (found[1]["points"][21]["departments_inferred"], found[1]["points"][21]["persons_inferred"]) == (True, False)


def test_check_of_sound_data():
    assert run("check").output == "没有错误：学前教育普及普惠、义务教育优质均衡。\n"
    assert json.loads(run("check", "--json").output) == {"faults": []}


def test_check_tells_every_fault_and_fails(faulty):
    result = run("check", str(faulty))
    assert isinstance(result.exception, FaultsError)
    assert [fault.place.partition(":")[2] for fault in result.exception.faults] == ["point[1].scope", "point[2].scope"]
    result = run("check", str(faulty), "--json", language="en")
    assert result.exit_code == 1
    first = json.loads(result.output)["faults"][0]
    assert (first["file"], first["message"]) == ("frameworks/compulsory.toml", "must be one of: district, unit, mixed")


def test_list_refuses_faulty_data(faulty):
    assert isinstance(run("list", str(faulty)).exception, FaultsError)
    assert isinstance(run("list", "--district", "nowhere").exception, FaultsError)
