"""Figures picked out of tables and sentences: what names the metric and stands where a figure stands, and nothing else."""

from __future__ import annotations

import pytest

from indexer.figures import Found, figures_of
from indexer.reading import Block
from schema.frameworks import load_frameworks, points_of
from schema.messages import message
from schema.metrics import Outcome
from schema.model import Basis, Document, DocumentState, Facts, PointRef, Tag, TagState, Unit, UnitKind
from schema.units import unit_names

POINTS = {ref: point for ref, point in points_of(load_frameworks()).items() if point.metrics}
UNITS = (
    Unit("p1", "清溪小学", UnitKind.PRIMARY), Unit("j1", "石桥中学", UnitKind.JUNIOR), Unit("n1", "白塔学校", UnitKind.NINE_YEAR),
    Unit("d1", "基础教育科", UnitKind.DEPARTMENT),
)  # fmt: skip


def found(point: str, *blocks: Block, unit: str = "p1", name: str = "材料.xlsx", state=TagState.ASSIGNED) -> list[Found]:
    tag = Tag(PointRef.parse(point), state, Basis.FOLDER, 1.0, message("tag.folder", name="x", code="C1"))
    document = Document(
        "d", 1, "0" * 64, 1, unit, name, name, name, "2025-11-01T00:00:00+00:00", 1, "", DocumentState.CURRENT, Facts(), (tag,)
    )
    return list(figures_of([document], POINTS, unit_names(UNITS), lambda _hash: blocks))


def sheet(*rows: str, where: str = "sheet") -> Block:
    return Block(1, where, "\n".join(rows).replace("|", "\t"))


def short(figures: list[Found]) -> list[tuple[str, str, int, float, Outcome]]:
    return [(entry.unit, entry.stage, entry.year, entry.value, entry.outcome) for entry in figures]


MET, UNMET, OPEN = Outcome.MET, Outcome.UNMET, Outcome.OPEN


def test_a_column_headed_by_the_end_of_the_name_gives_each_schools_figure_with_its_place():
    table = sheet(
        "巩固率", "2025年测算", "学校|入学|毕业|巩固率", "石桥中学|100|96|96.0%", "白塔学校|100|94|94.9%", "合计|200|190|95%"
    )
    figures = found("compulsory/C23", table, unit="d1")
    assert short(figures) == [("j1", "", 0, 96.0, MET), ("n1", "", 0, 94.9, UNMET), ("d1", "", 0, 95.0, MET)]
    assert figures[1].place == "巩固率 · 白塔学校 · 巩固率"
    assert figures[1].text == "94.9%"


def test_a_row_that_begins_with_the_name_is_a_rate_only_where_it_says_per_head():
    table = sheet("Sheet1", "指标|总量|生均|标准|结论", "教学仪器设备值（元）|1548000|1999|2000|否", "2025年9月1日")
    (figure,) = found("compulsory/C6", table)
    assert short([figure]) == [("p1", "", 2025, 1999.0, UNMET)]
    assert figure.place == "Sheet1 · 教学仪器设备值（元） · 生均"


@pytest.mark.parametrize(
    ("point", "unit", "words", "expected"),
    [
        ("compulsory/C4", "p1", "生均教学及辅助用房面积为4.5平方米，达到标准。", [(4.5, MET)]),
        ("compulsory/C4", "j1", "生均教学及辅助用房面积4.5平方米", [(4.5, UNMET)]),
        ("compulsory/C4", "p1", "教学及辅助用房面积共504平方米", []),
        ("compulsory/C7", "p1", "每百名学生拥有网络多媒体教室2.88间", [(2.88, MET)]),
        ("compulsory/C14", "d1", "特殊教育学校生均公用经费 6500 元", [(6500.0, MET)]),
        ("compulsory/C31", "d1", "校际差异率：0.15", [(0.15, UNMET)]),
        ("preschool/C37", "d1", "综合社会认可度85%", [(85.0, UNMET)]),
        ("compulsory/C32", "d1", "综合社会认可度85%", [(85.0, MET)]),
        ("compulsory/C19", "p1", "全部教师持证上岗。", []),
    ],
)
def test_the_number_right_behind_the_name_in_a_sentence(point, unit, words, expected):
    figures = found(point, Block(None, "body", words), unit=unit)
    assert [(entry.value, entry.outcome) for entry in figures] == expected


def test_years_of_rows_outrank_those_of_the_file_and_a_standard_is_no_figure():
    table = sheet("年份|毛入园率|标准值", "2023|84.9%|85%", "2024|91.2%|85%", "2024-2025学年|92%|85%", where="table")
    figures = found("preschool/C1", table, unit="d1", name="2025年毛入园率.docx")
    assert short(figures) == [("d1", "", 2023, 84.9, UNMET), ("d1", "", 2024, 91.2, MET), ("d1", "", 2024, 92.0, MET)]


def test_a_percentage_as_a_spreadsheet_keeps_it_and_stages_by_their_rows():
    assert [entry.value for entry in found("compulsory/C23", sheet("s", "学校|巩固率", "石桥中学|0.993"))] == [99.3]
    table = sheet("s", "学段|年级|最大班额", "小学|一年级|45", "初中|七年级|51")
    assert short(found("compulsory/C12", table, unit="n1")) == [("n1", "小学", 0, 45.0, MET), ("n1", "初中", 0, 51.0, UNMET)]


def test_neither_part_of_a_quotient_is_the_quotient_and_proposals_say_nothing():
    table = sheet("s", "年度|教师平均工资收入（元）|公务员平均工资收入（元）", "2024|116940|116120")
    assert found("compulsory/C15", table, unit="d1") == []
    words = Block(None, "body", "综合社会认可度85%")
    assert found("compulsory/C32", words, state=TagState.PROPOSED) == []


def test_what_is_said_twice_is_told_once_and_dates_are_no_figures():
    table = sheet("s", "学校|巩固率|2025年9月", "石桥中学|96%|2025年9月", "石桥中学|96%|2025年9月")
    assert len(found("compulsory/C23", table)) == 1
