from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.errors import FaultsError
from schema.settings import AUDIENCES, Settings, dump_settings, load_settings

words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)


@given(
    st.builds(
        Settings,
        title=words,
        district=words,
        frameworks=st.lists(words, min_size=1, max_size=3).map(tuple),
        inboxes=st.lists(words, min_size=1, max_size=3).map(tuple),
        settle_seconds=st.floats(0.1, 100),
        poll=st.booleans(),
        read_workers=st.integers(0, 9),
        assessment=st.none() | st.dates(date(2000, 1, 1)),
        audience=st.sampled_from(AUDIENCES),
    )
)
def test_settings_come_back_as_they_were_written(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> None:
    path = tmp_path_factory.mktemp("s") / "zuozheng.toml"
    path.write_text(dump_settings(settings), encoding="utf-8")
    assert load_settings(path) == settings


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml") == Settings()


def test_every_fault_is_reported_at_once_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "zuozheng.toml"
    path.write_text(
        '[archive]\ntitel = "x"\nframeworks = []\n[intake]\nsettle_seconds = -1\npoll = 1\n[extra]\n[site]\naudience = "all"\n'
    )
    with pytest.raises(FaultsError) as error:
        load_settings(path)
    places = {fault.place for fault in error.value.faults}
    assert places == {"archive.titel", "archive.frameworks", "intake.settle_seconds", "intake.poll", "extra", "site.audience"}


def test_bad_toml_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "zuozheng.toml"
    path.write_text("[archive]\ntitle = \n", encoding="utf-8")
    with pytest.raises(FaultsError) as error:
        load_settings(path)
    assert "line 2" in error.value.faults[0].text()


@pytest.mark.parametrize(
    ("percent", "right"), [("0", True), ("7.5", True), ("90", True), ("91", False), ("-1", False), ("nan", False)]
)
def test_the_part_of_the_disk_kept_free_is_a_percentage(tmp_path: Path, percent: str, right: bool) -> None:
    path = tmp_path / "zuozheng.toml"
    path.write_text(f"[intake]\nkeep_free_percent = {percent}\n")
    if right:
        assert load_settings(path).keep_free_percent == float(percent)
    else:
        with pytest.raises(FaultsError):
            load_settings(path)
