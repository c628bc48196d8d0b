"""Workbooks, written and opened again: nothing typed becomes a formula, numbers stay numbers, and pages print."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from archive.workbook import Column, Sheet, Value, is_formula_like, safe_text, write_workbook

TWO = (Column("单位", 20), Column("数量", 8))


def written(path: Path, *rows: tuple[Value, ...], title: str = "表") -> Worksheet:
    write_workbook(path, [Sheet(title, TWO, rows)])
    return load_workbook(path).worksheets[0]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+86 23",
        "-5",
        "@SUM(A1)",
        "\t=1",
        "＝HYPERLINK",
        "＋1",
        "－1",
        "＠x",
        " =1+1",
        "　=1",
        "=cmd|'/c calc'!A0",
        "\n=1",
        "#N/A",
    ],
)
def test_what_looks_like_a_formula_stays_text(tmp_path: Path, text: str) -> None:
    sheet = written(tmp_path / "a.xlsx", (text, 1))
    cell = sheet["A2"]
    assert (cell.data_type, cell.value) == ("s", text)
    assert cell.quotePrefix or not is_formula_like(text)
    assert "<f>" not in zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml").decode()


def test_a_leading_carriage_return_is_shown_and_inert(tmp_path: Path) -> None:
    assert written(tmp_path / "a.xlsx", ("\r=1", 1))["A2"].value == "\\r=1"


def test_values_keep_their_kind(tmp_path: Path) -> None:
    sheet = written(
        tmp_path / "a.xlsx", ("0012", 12), ("85.5", 85.5), ("1-2", -3), (None, date(2025, 9, 1)), ("无", float("nan"))
    )
    assert [cell.value for cell in sheet["A"]] == ["单位", "0012", "85.5", "1-2", None, "无"]
    assert [cell.value for cell in sheet["B"]][1:4] == [12, 85.5, -3]
    assert [cell.data_type for cell in sheet["B"]][1:4] == ["n", "n", "n"]
    assert sheet["B5"].value.date() == date(2025, 9, 1)
    assert sheet["B6"].value == "nan"


def test_numbers_too_long_for_a_spreadsheet_are_text(tmp_path: Path) -> None:
    assert written(tmp_path / "a.xlsx", ("证号", 500226201001011234))["B2"].value == "500226201001011234"


def test_control_characters_are_shown(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", ("a\x00b\x1bc\ud800", 1), ("两行\r\n第二行", 2))
    assert sheet["A2"].value == "a\\x00b\\x1bc\\ud800"
    assert sheet["A3"].value == "两行\n第二行"
    assert len(str(written(tmp_path / "b.xlsx", ("长" * 40_000, 1))["A2"].value)) == 32_767


def test_the_sheet_is_set_up_to_filter_and_to_print(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", ("清溪小学", 1), ("桃源幼儿园", 2))
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:B3", "$1:$1")
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        True,
        1,
        0,
    )
    assert [sheet.column_dimensions[letter].width for letter in "AB"] == [20, 8]
    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold


def test_an_empty_sheet_still_has_its_header(tmp_path: Path) -> None:
    assert written(tmp_path / "a.xlsx").auto_filter.ref == "A1:B1"


def test_sheet_titles_become_legal_and_distinct(tmp_path: Path) -> None:
    titles = ["学前/普及[1]", "学前/普及[1]", "A" * 40, "a" * 40, "'", ""]
    write_workbook(tmp_path / "a.xlsx", [Sheet(title, TWO, ()) for title in titles])
    found = load_workbook(tmp_path / "a.xlsx").sheetnames
    assert found == ["学前_普及_1_", "学前_普及_1_ (2)", "A" * 31, "a" * 27 + " (2)", "_", "_ (2)"]
    assert all(len(title) <= 31 and not re.search(r"[\[\]:*?/\\]", title) for title in found)


@settings(max_examples=8)
@given(st.lists(st.text(), min_size=40, max_size=80))
def test_any_text_can_be_written_and_comes_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    sheet = written(tmp_path_factory.mktemp("book") / "a.xlsx", *((text, 1) for text in texts))
    assert [cell.value or "" for cell in sheet["A"]][1:] == [safe_text(text) for text in texts]


def test_another_reader_agrees(tmp_path: Path) -> None:
    written(tmp_path / "a.xlsx", ("=1+1", 3), ("名册", 2.5))
    assert CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_index(0).to_python() == [
        ["单位", "数量"], ["=1+1", 3.0], ["名册", 2.5],
    ]  # fmt: skip
