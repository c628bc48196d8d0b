"""Command, workbook, letters and site say the same figures, to the digit, because they come from one place."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook

from archive.evidence import coverage_cells, coverage_of
from archive.gap_records import GapBook
from archive.gap_sheets import gap_sheets, todo_sheet
from archive.home import Home
from archive.judgements import judge
from archive.letter_paper import write_letters
from archive.letters import reminders, reports
from archive.opening import Archive, reading_archive
from archive.workbook import write_workbook
from indexer.textstore import TextStore
from schema.frameworks import points_of
from schema.lacks import lacking
from schema.model import PointRef
from schema.reviews import Ground, Review, Verdict, Waiver, text_key
from site_builder.audience import for_audience
from site_builder.build import build
from site_builder.data import Audience
from site_builder.gather import gather, texts_of
from site_builder.survey import Survey

TODAY = date(2025, 12, 12)  # two days after what is due
AT = "2025-12-01T00:00:00+00:00"


@pytest.fixture(scope="module")
def home(demo_district: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo with one review of each kind and a waiver."""
    home = Home(tmp_path_factory.mktemp("handouts") / "示例档案")
    shutil.copytree(demo_district.root, home.root)
    with reading_archive(home) as archive:
        documents = {document.name: document for document in archive.catalogue.documents()}
        texts = {ref: text_key(point.text) for ref, point in points_of(archive.district.frameworks).items()}
    made = []
    for name, point, word, ground in (
        ("C19 教师资格证台账.xlsx", "compulsory/C19", Verdict.VERIFIED, None),
        ("C30作业管理制度.txt", "compulsory/C30", Verdict.REJECTED, Ground.NO_SEAL),
        ("C30 作业公示照片.zip", "compulsory/C30", Verdict.REJECTED, Ground.ILLEGIBLE),
    ):
        document, ref = documents[name], PointRef.parse(point)
        made.append(Review(document.id, document.sha256, ref, texts[ref], word, "王老师", AT, "请重交" if ground else "", ground))
    made.append(Waiver("D02", PointRef("preschool", 10), "李主任", AT, "市里统一提供", "2026-01-31"))
    judge(home, [(record, "") for record in made])
    return home


@pytest.fixture
def archive(home: Home) -> Iterator[Archive]:
    with reading_archive(home) as opened:
        yield opened


@pytest.fixture
def book(archive: Archive) -> GapBook:
    return GapBook(archive, coverage_cells(archive), TODAY)


def text_of(path: Path) -> list[str]:
    document = docx.Document(str(path))
    return [paragraph.text for paragraph in document.paragraphs]


def test_command_workbook_letters_and_site_agree_to_the_digit(home, archive, book, tmp_path):
    record = book.totals_record()
    complete, applicable = record["complete"]
    verified, _ = record["verified"]
    assert (applicable, complete, verified, record["lacking"]) == (267, 22, 1, 245)
    assert record["overdue"] == 245
    assert record["not_due"] == 0

    write_workbook(tmp_path / "gaps.xlsx", gap_sheets(book))
    workbook = load_workbook(tmp_path / "gaps.xlsx")
    (whole,) = [row for row in workbook["汇总"].iter_rows(min_row=2, values_only=True) if row[0] == "全部"]
    assert whole[1:7] == (applicable, complete, "8.2%", verified, "0.4%", record["lacking"])
    assert workbook["缺口清单"].max_row - 1 == record["lacking"]
    units = list(workbook["按单位"].iter_rows(min_row=2, values_only=True))
    assert [sum(row[column] for row in units) for column in (1, 2, 4, 6, 12)] == [applicable, complete, verified, 245, 245]
    matrices = [row for name in ("矩阵 学前", "矩阵 义教") for row in workbook[name].iter_rows(min_row=2, values_only=True)]
    words = [value for row in matrices for value in row[2:] if value]
    assert len(words) == len(book.cells)
    assert words.count("已核") == verified
    assert words.count("已退回") == 1

    data = gather(archive, Audience.TASKFORCE)
    counts = Survey(for_audience(data)).counts(Survey(data).points)
    assert (counts.owed, counts.given, counts.verified, counts.lacking) == (applicable, complete, verified, record["lacking"])
    store = TextStore(home.state / "text.sqlite")
    build(data, texts_of(store.get), tmp_path / "site", state=tmp_path / "manifest.json")
    store.close()
    page = re.sub(r"<[^>]+>|\s+", "", (tmp_path / "site/about.html").read_text(encoding="utf-8"))
    assert str(applicable) in page

    letters = dict(reminders(book))
    owed = {name: int(re.search(r"还欠(\d+)项", letter.opening[0])[1]) for name, letter in letters.items()}
    assert sum(owed.values()) == record["lacking"]
    assert owed == {row[0]: row[6] for row in units if row[6]}
    for name, letter in reports(book):
        (row,) = [row for row in workbook["按科室"].iter_rows(min_row=2, values_only=True) if row[0] == name]
        table = next(part.table for part in letter.parts if part.table)
        assert (row[1], row[6]) == (sum(int(line[1]) for line in table.rows), sum(int(line[4]) for line in table.rows))
        assert f"应交佐证材料{row[1]}项" in letter.opening[0]


def test_a_reminder_says_what_is_lacking_what_came_back_and_by_when(book, tmp_path):
    letters = dict(reminders(book))
    write_letters(tmp_path / "letter.docx", [letters["示例区望桥镇第二小学"]])
    lines = text_of(tmp_path / "letter.docx")
    assert lines[0] == "关于补交迎评佐证材料的通知"
    assert lines[1] == "示例区望桥镇第二小学："
    assert "截止日期为2025年12月10日，现已逾期" in lines[2]
    (exams,) = [line for line in lines if "义教 C30" in line and "已退回" in line]
    assert "缺：作业管理制度、作业公示；考试次数、作息时间安排" in exams
    assert "退回 2 份：" in exams
    assert any("《C30作业管理制度.txt》（义教 C30）：缺章，请重交。核验人王老师" in line for line in lines)
    assert lines[-2:] == ["示例区迎评工作组", "2025年12月12日"]
    section = docx.Document(str(tmp_path / "letter.docx")).sections[0]
    lengths = (section.page_width, section.top_margin, section.left_margin, section.right_margin)
    assert [round(length.mm) for length in lengths] == [210, 37, 28, 26]


def test_a_letter_is_the_same_values_whatever_the_clock_of_the_machine(book):
    assert list(reminders(book)) == list(reminders(book))
    assert "2025年12月12日" in next(reminders(book))[1].date


def test_what_a_unit_owes_as_its_own_sheet(archive, tmp_path):
    cells = tuple(cell for cell in coverage_cells(archive) if cell.unit == "P03")
    sheet = todo_sheet(GapBook(archive, cells, TODAY))
    rows = {row[0]: row for row in sheet.rows}
    assert "义教 C19" not in rows, "verified"
    assert rows["义教 C30"][2:4] == ("已退回", "0/2")
    assert rows["义教 C30"][7] == "义教 C30 无过重课业负担"
    assert rows["义教 C30"][5] == date(2025, 12, 10)
    assert all(row[4] for row in rows.values())


def test_names_of_documents_and_units_stay_texts_in_the_workbook(book, tmp_path):
    write_workbook(tmp_path / "gaps.xlsx", gap_sheets(book))
    kinds = {cell.data_type for sheet in load_workbook(tmp_path / "gaps.xlsx") for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "d"}


def test_a_waived_cell_lacks_nothing_to_anybody(archive, book):
    (cell,) = coverage_of(archive, PointRef("preschool", 10), "D02")
    assert not cell.is_gap
    assert cell not in book.gaps
    assert lacking(cell), "what would lack without the waiver can still be told"
