"""Word and Excel files of a paper (python-docx and openpyxl), with every clock taken out of the package."""

from __future__ import annotations

import io
import re
import zipfile

from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from zuozheng.demo.paper import Paper, Section, Table

_EPOCH = (2025, 9, 1, 8, 0, 0)
_CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
# Longer runs of digits are numbers of persons or telephones: text, or Excel rounds them.
_FIGURE = re.compile(r"-?(?:0|[1-9]\d{0,8})(?:\.\d{1,6})?")
_BODY_SIZE, _TABLE_SIZE, _TITLE_SIZE, _HEAD_SIZE = Pt(16), Pt(12), Pt(22), Pt(36)
_THIN = Side(style="thin")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def docx(paper: Paper) -> bytes:
    """Return `paper` as a Word file; every section after the first begins on a page of its own."""
    word = Document()
    _set_page(word)
    for text, size in ((paper.head, _HEAD_SIZE), (paper.number, _BODY_SIZE), (paper.title, _TITLE_SIZE)):
        if text:
            line = _paragraph(word, text, WD_ALIGN_PARAGRAPH.CENTER)
            line.runs[0].font.size = size
            line.runs[0].font.bold = text == paper.title
            line.runs[0].font.color.rgb = RGBColor(0xE0, 0, 0) if text == paper.head else None
    if paper.to:
        _paragraph(word, paper.to)
    for number, section in enumerate(paper.sections):
        if number:
            word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        _add_section(word, section)
    for text in filter(None, (paper.sign, paper.date)):
        _paragraph(word, text, WD_ALIGN_PARAGRAPH.RIGHT)
    word.core_properties.author, word.core_properties.title = paper.sign, paper.title
    out = io.BytesIO()
    word.save(out)
    return fixed(out.getvalue())


def xlsx(paper: Paper) -> bytes:
    """Return `paper` as a workbook, a sheet for every section; figures are numbers."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, section in enumerate(paper.sections, start=1):
        _fill(book.create_sheet(section.heading or f"Sheet{number}"), section.heading if number > 1 else paper.title, section)
    sheet = book.worksheets[-1]
    for text in filter(None, (paper.sign, paper.date)):
        sheet.append([text])
    book.properties.creator, book.properties.title = paper.sign, paper.title
    out = io.BytesIO()
    book.save(out)
    return fixed(out.getvalue())


def fixed(package: bytes) -> bytes:
    """Return a zip package with the same members, all of one fixed date, inside its core properties too."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _CLOCK.sub(rb"\g<1>%04d-%02d-%02dT%02d:%02d:%02dZ\g<2>" % _EPOCH, data)
            new.writestr(member(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def member(name: str) -> zipfile.ZipInfo:
    """Return the directory entry of a zip member: of a fixed date, and made on no system in particular."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system, entry.external_attr = 0, 0
    return entry


def _set_page(word: Word) -> None:
    page, normal = word.sections[0], word.styles["Normal"]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    normal.font.name, normal.font.size = "FangSong", _BODY_SIZE
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "FangSong")


def _add_section(word: Word, section: Section) -> None:
    if section.heading:
        _paragraph(word, section.heading, WD_ALIGN_PARAGRAPH.CENTER).runs[0].font.bold = True
    for part in section.parts:
        if isinstance(part, Table):
            _add_table(word, part)
        else:
            _paragraph(word, part).paragraph_format.first_line_indent = _BODY_SIZE * 2


def _paragraph(word: Word, text: str, align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY) -> Paragraph:
    paragraph = word.add_paragraph(text)
    paragraph.alignment = align
    return paragraph


def _add_table(word: Word, table: Table) -> None:
    grid = word.add_table(len(table.rows), len(table.rows[0]), "Table Grid")
    for cells, row in zip(grid.rows, table.rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
            for run in cell.paragraphs[0].runs:
                run.font.size = _TABLE_SIZE
    word.add_paragraph()


def _fill(sheet: Worksheet, title: str, section: Section) -> None:
    sheet.append([title])
    columns = max((len(part.rows[0]) for part in section.parts if isinstance(part, Table)), default=1)
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=columns)
    sheet["A1"].font, sheet["A1"].alignment = Font(size=16, bold=True), Alignment(horizontal="center")
    for part in section.parts:
        if isinstance(part, Table):
            _fill_table(sheet, part)
        else:
            sheet.append([part])


def _fill_table(sheet: Worksheet, table: Table) -> None:
    for number, row in enumerate(table.rows):
        sheet.append([_value(cell) for cell in row])
        for cell in sheet[sheet.max_row]:
            cell.border = _GRID
            cell.font = Font(bold=number == 0)
    for column, cells in enumerate(zip(*table.rows, strict=True), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = min(2 + 2 * max(map(len, cells)), 40)


def _value(cell: str) -> str | int | float:
    if not _FIGURE.fullmatch(cell):
        return cell
    return float(cell) if "." in cell else int(cell)
