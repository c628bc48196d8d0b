"""The demo's files are what the demo says they are: real, alike at every run, and awkward in just the ways claimed."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from bench.corpus import generate
from schema.errors import ArchiveError
from schema.model import PointRef, UnitKind
from schema.units import load_units
from zuozheng.demo.district import PASSWORD, entries, render, units, write_demo, write_inbox
from zuozheng.demo.office import docx, fixed, xlsx
from zuozheng.demo.pages import lay_out, wrap
from zuozheng.demo.paper import Paper, sections
from zuozheng.demo.pdf import Line, pdf, width

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
LITTER = re.compile(r"(^|/)(~\$|Thumbs\.db$|\.DS_Store$)")
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x8000), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("district")
    assert write_demo(folder) == len(entries())
    return folder / "收件箱"


def bytes_of(fault: str) -> list[bytes]:
    return [render(entry) for entry in entries() if entry.fault == fault]


def page_texts(data: bytes, password: str | None = None) -> list[str]:
    with pypdfium2.PdfDocument(data, password=password) as file:
        return ["".join(page.get_textpage().get_text_range().split()) for page in file]


def all_files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_two_runs_write_the_same_bytes(inbox: Path, tmp_path: Path) -> None:
    write_demo(tmp_path)
    again = all_files(tmp_path)
    assert again == all_files(inbox.parent)
    assert sum(map(len, again.values())) < 3_000_000


def test_nothing_is_overwritten(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(ArchiveError) as told:
        write_demo(tmp_path)
    assert "units.csv" in told.value.message.text("zh")
    assert (tmp_path / "units.csv").read_text(encoding="utf-8") == "mine"
    with pytest.raises(ArchiveError):
        write_inbox(inbox)


def test_the_register_has_every_kind_and_is_read_back(inbox: Path) -> None:
    register = load_units(inbox.parent / "units.csv")
    assert register == units()
    assert {unit.kind for unit in register} == set(UnitKind)
    assert sum(unit.kind is not UnitKind.DEPARTMENT for unit in register) >= 14
    gardens = {(unit.public, unit.inclusive) for unit in register if unit.kind is UnitKind.KINDERGARTEN}
    assert gardens == {(True, True), (False, True), (False, False)}
    assert any(unit.kind is UnitKind.TEACHING_POINT and unit.pupils is not None and unit.pupils < 100 for unit in register)
    assert (inbox.parent / "units.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_counts_formats_and_points(inbox: Path) -> None:
    kinds = Counter(path.suffix.lower() for path in inbox.rglob("*") if path.is_file())
    assert min(kinds[".docx"], kinds[".xlsx"], kinds[".pdf"]) >= 20
    assert min(kinds[".txt"], kinds[".csv"]) >= 2
    assert kinds[".jpg"]
    assert kinds[".zip"]
    evidence = [entry for entry in entries() if entry.points]
    assert len(evidence) >= 64
    points = {PointRef.parse(point) for entry in evidence for point in entry.points}
    assert Counter(point.framework for point in points).keys() == {"preschool", "compulsory"}
    assert min(Counter(point.framework for point in points).values()) >= 15
    assert len(points) >= 30
    assert {entry.unit for entry in entries()} == {unit.name for unit in units()}


def test_every_path_is_legal_on_windows_and_stands_once() -> None:
    paths = [f"{entry.unit}/{entry.path}" for entry in entries()]
    assert len({path.casefold() for path in paths}) == len(paths)
    for path in paths:
        assert not re.search(r'[\\:*?"<>|\x00-\x1f]', path)
        assert all(part == part.strip() and not part.endswith(".") for part in path.split("/"))
        assert len(path) < 120


def test_every_sound_file_opens_and_says_its_title() -> None:
    for entry in entries():
        title = entry.paper.title
        if entry.fault or not title:
            continue
        data = render(entry)
        match Path(entry.path).suffix:
            case ".pdf":
                assert title in page_texts(data)[0]
            case ".docx":
                assert title in [paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs]
            case ".xlsx":
                assert openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]["A1"].value == title
            case ".txt":
                assert title in data.decode()


def test_a_phrase_in_a_word_table_and_one_on_page_two_of_a_pdf(inbox: Path) -> None:
    word = Document(io.BytesIO(next((inbox / "示例区实验小学").glob("【C12】*.docx")).read_bytes()))
    phrase = "五年级三班因随迁子女转入暂为46人"
    assert not any(phrase in paragraph.text for paragraph in word.paragraphs)
    assert any(phrase in cell.text for table in word.tables for row in table.rows for cell in row.cells)
    pages = page_texts(next((inbox / "教育秘书科").rglob("*.pdf")).read_bytes())
    assert ["放学时段校门口拥堵" in page for page in pages] == [False, True]


def test_a_workbook_with_two_sheets_and_figures_as_numbers(inbox: Path) -> None:
    book = openpyxl.load_workbook(inbox / "示例区第一幼儿园/学前 C28 班额/2025年秋季学期班额统计表.xlsx")
    assert book.sheetnames == ["Sheet1", "分班名册"]
    assert book["Sheet1"]["C3"].value == 25
    assert book["分班名册"]["A1"].value == "分班名册"


def test_the_scan_has_a_picture_and_no_text() -> None:
    (data,) = bytes_of("scan")
    assert page_texts(data) == [""]
    with pypdfium2.PdfDocument(data) as file:
        (picture,) = file[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
        left, bottom, right, top = picture.get_bounds()
    assert (right - left) * (top - bottom) > 0.95 * 595 * 841


def test_the_encrypted_file_opens_with_its_password_alone() -> None:
    (data,) = bytes_of("locked")
    for wrong in (None, "", "123456"):
        with pytest.raises(pypdfium2.PdfiumError, match="password"):
            pypdfium2.PdfDocument(data, password=wrong)
    assert "同工同酬" in page_texts(data, PASSWORD)[0]


def test_the_broken_file_is_a_zip_without_its_end() -> None:
    (data,) = bytes_of("truncated")
    assert data.startswith(b"PK\x03\x04")
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(data))


def test_the_gbk_file_is_not_utf_8() -> None:
    (data,) = bytes_of("gbk")
    with pytest.raises(UnicodeDecodeError):
        data.decode()
    assert "作业管理制度" in data.decode("gbk")


def test_copies_within_a_unit_and_across_units(inbox: Path) -> None:
    copies = [entry for entry in entries() if entry.fault == "copy"]
    for copy in copies:
        assert (inbox / copy.unit / copy.path).read_bytes() == (inbox / copy.of).read_bytes()
    assert {copy.of.startswith(copy.unit + "/") for copy in copies} == {True, False}
    by_content = Counter(path.read_bytes() for path in inbox.rglob("*") if path.is_file())
    assert sum(number - 1 for number in by_content.values()) == len(copies)


def test_photos_and_the_archive_of_photos_are_real() -> None:
    photos = bytes_of("photo")
    assert len(set(photos)) == len(photos) >= 2
    assert all(data.startswith(b"\xff\xd8\xff") and data.endswith(b"\xff\xd9") for data in photos)
    (packed,) = bytes_of("zip")
    with zipfile.ZipFile(io.BytesIO(packed)) as package:
        assert package.testzip() is None
        assert sorted(Path(name).suffix for name in package.namelist()) == [".docx", ".jpg"]


def test_litter_an_executable_and_papers_of_no_point() -> None:
    raw = [entry.path for entry in entries() if entry.fault == "raw"]
    assert sorted(bool(LITTER.search(path)) for path in raw) == [False, True, True, True]
    assert any(path.endswith("setup.bat") for path in raw)
    assert sum(not entry.points and not entry.fault for entry in entries()) >= 3


def test_the_habits_of_schools_are_all_there() -> None:
    paths = [f"{entry.unit}/{entry.path}" for entry in entries() if entry.points]
    habits = (
        *(r"/义教 C10 ", r"/C\d+/", r"【C12】", r"（C12）", r"学前C15", r"/A\dB\d+C\d+ ", r"C1、C2", r"C5-C7", r"Ｃ１７"),
        *(r"最终版", r"定稿", r"规划建设科/C5 ", r"/B9 [^/]+/[^C]*$", r"/A3 .*/B16 .*/C33/"),
    )
    for habit in habits:
        assert any(re.search(habit, path) for path in paths), habit
    assert sum(not re.search(r"[ABCＣ]\d", path) for path in paths) >= 8


def test_every_id_number_has_a_right_check_digit_and_no_real_region() -> None:
    text = "\n".join(cell for entry in entries() for section in entry.paper.sections for part in section.parts
                     for row in getattr(part, "rows", ()) for cell in row)  # fmt: skip
    numbers = re.findall(r"(?<!\d)\d{17}[\dX](?!\d)", text)
    assert len(set(numbers)) >= 10
    for number in numbers:
        total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
        assert number[-1] == "10X98765432"[total % 11]
        assert number.startswith("500199")
    assert len(re.findall(r"(?<!\d)199000\d{5}(?!\d)", text)) >= 8


def test_no_clock_is_left_in_a_package() -> None:
    paper = Paper("标题", sections("甲|乙\n1|2"))
    for data in (docx(paper), xlsx(paper)):
        assert data == fixed(data)
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            assert {entry.date_time for entry in package.infolist()} == {(2025, 9, 1, 8, 0, 0)}
            assert set(re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", package.read("docProps/core.xml"))) == {b"2025-09-01T08:00:00Z"}


def test_a_table_with_uneven_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="cells"):
        sections("甲|乙\n1|2|3")


@given(st.lists(CHINESE, min_size=1, max_size=12))
def test_a_pdf_gives_back_what_was_written_page_by_page(lines: list[str]) -> None:
    pages = [[Line(line, 10)] for line in lines]
    assert page_texts(pdf(pages)) == lines
    assert pdf(pages) == pdf(pages)


@given(st.text("学前教育，。C10 ", max_size=200), st.integers(4, 30))
def test_wrapping_keeps_every_character_within_the_width(text: str, ems: int) -> None:
    lines = wrap(text, ems, first=2)
    assert "".join(lines) == text
    # Closing marks may hang over the edge; everything else fits.
    assert all(width(line.rstrip("，。")) <= ems for line in lines)
    assert not any(line.startswith(("，", "。")) and before for before, line in pairwise(lines))


def test_long_papers_run_over_pages_without_losing_a_line() -> None:
    body = "\n".join(f"第{number}条　本条规定第{number}项事宜，自发布之日起执行。" for number in range(1, 61))
    texts = page_texts(pdf(lay_out(Paper("制度", sections(body)))))
    assert len(texts) == 3
    assert "".join(texts).endswith("第60条本条规定第60项事宜，自发布之日起执行。")
    assert all(f"第{number}条" in "".join(texts) for number in range(1, 61))


def test_the_benchmark_corpus_is_alike_at_every_run_and_readable(tmp_path: Path) -> None:
    generate(tmp_path / "one", 200, seed=7)
    generate(tmp_path / "two", 200, seed=7)
    generate(tmp_path / "other", 20, seed=8)
    files = all_files(tmp_path / "one")
    assert files == all_files(tmp_path / "two")
    assert not files.keys() & all_files(tmp_path / "other").keys() - {"units.csv"}
    assert len(files) == 201
    register = {unit.name for unit in load_units(tmp_path / "one" / "units.csv")}
    assert {path.split("/")[1] for path in files if path != "units.csv"} <= register
    assert min(map(len, files.values())) > 50
    for path, data in files.items():
        if path.endswith(".docx") and zipfile.is_zipfile(io.BytesIO(data)):
            assert "材料编号：SL" in Document(io.BytesIO(data)).paragraphs[-3].text
