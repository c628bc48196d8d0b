from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.duties import load_duties
from schema.errors import FaultsError
from schema.model import Unit, UnitKind
from schema.units import dump_units, fold_name, load_units, parse_kind, unit_names, with_departments

names = st.text("清溪桃源云台小学幼儿园一二三ABCabc", min_size=2, max_size=8)
units = st.builds(
    Unit,
    id=names.map(lambda name: f"id-{name}"),
    name=names,
    kind=st.sampled_from(UnitKind),
    aliases=st.just(()),
    public=st.none() | st.booleans(),
    inclusive=st.none() | st.booleans(),
    boarding=st.none() | st.booleans(),
    pupils=st.none() | st.integers(0, 9999),
    opened=st.none() | st.integers(1900, 2030),
    township=st.sampled_from(["", "清溪镇"]),
)


@given(st.lists(units, max_size=6, unique_by=(lambda unit: fold_name(unit.name), lambda unit: fold_name(unit.id))))
def test_the_register_comes_back_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, register: list[Unit]) -> None:
    path = tmp_path_factory.mktemp("u") / "units.csv"
    path.write_bytes(dump_units(register))
    assert load_units(path) == tuple(register)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_what_excel_and_wps_save_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes('学校类型,单位名称,办别,在校生数\r\n九年一贯制,育才学校,公办,"1,204"\r\n,,,\r\n'.encode(encoding))
    (unit,) = load_units(path)
    assert (unit.id, unit.kind, unit.public, unit.pupils) == ("育才学校", UnitKind.NINE_YEAR, True, 1204)


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("名称,类型,普惠,在校生数\n甲,大学,,\n乙/丙,小学,也许,多\n,小学,,\n丁,小学,,\n丁,初中,,\n", encoding="utf-8")
    with pytest.raises(FaultsError) as error:
        load_units(path)
    lines = [fault.place for fault in error.value.faults]
    assert lines == ["2", "3", "3", "3", "4", ""]


def test_a_missing_register_or_column_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FaultsError) as error:
        load_units(tmp_path / "units.csv")
    assert "init --units" in error.value.faults[0].text()
    path = tmp_path / "empty.csv"
    path.write_text("单位,办别\n", encoding="utf-8")
    with pytest.raises(FaultsError) as error:
        load_units(path)
    assert len(error.value.faults) == 2


def test_kinds_by_id_or_chinese_word() -> None:
    assert parse_kind("幼儿园") is parse_kind("kindergarten") is UnitKind.KINDERGARTEN
    with pytest.raises(ValueError, match="大学"):
        parse_kind("大学")


def test_departments_of_the_duties_join_the_register_once() -> None:
    known = Unit("d1", "财审科", UnitKind.DEPARTMENT, aliases=("财务审计科",))
    joined = with_departments((known,), load_duties())
    assert [unit.name for unit in joined].count("财务审计科") == 0
    assert len(joined) == 11
    assert unit_names(joined)[fold_name("财务 审计科")] is known
