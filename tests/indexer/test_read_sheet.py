from datetime import date, datetime, time

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image

from indexer.readers import read, read_second
from indexer.readers.cells import lines, shown
from indexer.reading import Block, Limits
from schema.model import TextStatus
from tests.indexer import samples

LIMITS = Limits()


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    first = book.active
    first.title = "教师"
    first.append(["2024年教师花名册"])
    first.append(["姓名", "年龄", "比例", "入职", "在编"])
    first.append(["陈一诺", 35, 0.85, date(2019, 9, 1), True])
    first["A3"].comment = Comment("请核对", "校办")
    book.create_sheet("空表")
    book.create_sheet("设备").append(["显微镜", None, 12])
    path = tmp_path / "花名册.xlsx"
    book.save(path)
    return path


def test_sheets_are_pages_and_rows_are_lines(workbook):
    found = read(workbook, LIMITS)
    assert (found.status, found.kind, found.pages, found.engine.split()[0]) == (TextStatus.OK, "xlsx", 3, "python-calamine")
    assert found.blocks[:2] == (
        Block(1, "sheet", "教师\n2024年教师花名册\n姓名\t年龄\t比例\t入职\t在编\n陈一诺\t35\t0.85\t2019-09-01\tTRUE"),
        Block(3, "sheet", "设备\n显微镜\t\t12"),
    )
    assert dict(found.meta)["sheets"] == "教师\t空表\t设备"


def test_comments_are_read_with_their_sheet(workbook):
    assert Block(1, "comment", "请核对") in read(workbook, LIMITS).blocks


def test_the_second_engine_reads_the_same(workbook):
    second = read_second(workbook, LIMITS)
    assert second is not None
    assert second.blocks == read(workbook, LIMITS).blocks
    assert second.engine.startswith("openpyxl")


def test_no_more_is_read_than_the_limits_allow(workbook):
    found = read(workbook, Limits(characters=20))
    assert (found.status, len("".join(block.text for block in found.blocks))) == (TextStatus.PARTIAL, 20)


def test_a_scan_pasted_into_a_sheet_needs_ocr(tmp_path):
    book = openpyxl.Workbook()
    book.active.add_image(Image(str(samples.picture(tmp_path / "扫描.png"))))
    book.save(tmp_path / "扫描.xlsx")
    assert read(tmp_path / "扫描.xlsx", LIMITS).status is TextStatus.NEEDS_OCR


def test_entities_in_any_part_are_refused(workbook):
    samples.replace(workbook, "xl/sharedStrings.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>')
    assert read(workbook, LIMITS).warnings[0].code == "reading.warning.dtd"


def test_damage_is_said(workbook, tmp_path):
    samples.replace(workbook, "xl/workbook.xml", b"<workbook>")
    assert read(workbook, LIMITS).status is TextStatus.CORRUPT


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), ("", ""), (True, "TRUE"), (3.0, "3"), (0.1 + 0.2, "0.3"), (1e20, "1e+20"), (7, "7"), ("甲\n 乙", "甲 乙"),
        (datetime(2024, 3, 1, 8, 30), "2024-03-01 08:30"), (datetime(2024, 3, 1), "2024-03-01"), (time(8, 5), "08:05:00"),
        (float("inf"), "inf"),
    ],
)  # fmt: skip
def test_cells_are_shown_as_people_write_them(value, text):
    assert shown(value) == text


def test_blank_rows_are_left_out_and_reading_stops_at_the_limit():
    endless = (["行"] if number % 2 else [None, ""] for number in iter(int, 1) for number in range(10))
    assert list(lines(endless, 3)) == ["行"] * 4


def test_a_binary_workbook_is_read(tmp_path):
    found = read(samples.xlsb(tmp_path / "台账.xlsb", "设备", [["设备台账"], ["显微镜", 12.0]]), LIMITS)
    assert (found.status, found.kind, found.pages) == (TextStatus.OK, "xlsb", 1)
    assert found.blocks == (Block(1, "sheet", "设备\n设备台账\n显微镜\t12"),)
