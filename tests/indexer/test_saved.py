from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.question import Filters
from indexer.ranking import Order
from indexer.saved import Saved, choose, load_saved, save
from schema.errors import ArchiveError, FaultsError


def test_searches_are_read_as_written_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "searches.toml"
    assert load_saved(path) == ()
    text = '# mine\n["教师 编制"]\nquery = "教师 编制"\nyear = "2021..2023"\nsort = "date"\n[gaps]\npoint = "C12"\n'
    path.write_text(text, encoding="utf-8")
    teachers, gaps = load_saved(path)
    assert teachers == Saved("教师 编制", "教师 编制", Filters(year="2021..2023"), Order.DATE)
    assert gaps == Saved("gaps", "", Filters(point="C12"))
    assert choose((teachers, gaps), "gaps") is gaps
    with pytest.raises(ArchiveError, match="Known: 教师 编制、gaps"):
        choose((teachers, gaps), "other")


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "searches.toml"
    text = 'top = 1\n[a]\nquery = 5\n[b]\nquery = "x"\nyears = "2021"\nsort = "random"\n[c]\nsort = "date"\n'
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FaultsError) as raised:
        load_saved(path)
    assert [fault.place for fault in raised.value.faults] == ["top", "a.query", "a", "b.years", "b.sort", "c"]
    path.write_text("[教师]\nquery = 1", encoding="utf-8")
    with pytest.raises(FaultsError) as raised:
        load_saved(path)
    assert "引号" in raised.value.faults[0].text("zh")


def test_saving_keeps_what_stands_there(tmp_path: Path) -> None:
    path = tmp_path / "searches.toml"
    save(path, Saved("一", '"甲 乙" -丙\\'))
    path.write_text("# 手写的说明\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    save(path, Saved("二", "", Filters(unit="北小", type="pdf"), Order.UNIT))
    assert path.read_text(encoding="utf-8").startswith("# 手写的说明\n")
    assert load_saved(path) == (Saved("一", '"甲 乙" -丙\\'), Saved("二", "", Filters(unit="北小", type="pdf"), Order.UNIT))
    for taken in (Saved("一", "x"), Saved("三")):
        with pytest.raises(ArchiveError):
            save(path, taken)


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=20))
def test_any_name_and_query_come_back(tmp_path_factory: pytest.TempPathFactory, name: str, query: str) -> None:
    path = tmp_path_factory.mktemp("saved") / "searches.toml"
    if "\ud800" <= max(name + query) <= "\udfff" or not query.strip():
        return
    save(path, Saved(name, query))
    assert load_saved(path) == (Saved(name, query),)
