"""Letters on paper as offices write them (GB/T 9704-2012): A4, title, recipient, body, numbered parts, sign-off, page numbers.

The only module that writes Word files for people. The fonts are named as the standard has them; where a machine lacks one, its
program takes another, and the layout stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from archive.workbook import safe_text
from schema.messages import message

# 5.2: 22 lines of 28 characters on 156 x 225 mm, 37 mm above and 28 mm left of it; title 22 pt, text 16 pt, page number 14 pt.
_LINE, _TITLE_SIZE, _TEXT_SIZE, _TABLE_SIZE, _NUMBER_SIZE = Pt(28), Pt(22), Pt(16), Pt(12), Pt(14)
_TITLE_FONT, _TEXT_FONT, _HEAD_FONT, _NUMBER_FONT = message("letter.fonts").text("zh").split("|")
_LATIN = "Times New Roman"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its header, and rows as long; `widths` in mm, together no more than the 156 of the text."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part under a heading: paragraphs, a table, then paragraphs."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter. `recipient` may be empty (a report to everybody); `date` is written out."""

    title: str
    recipient: str
    opening: tuple[str, ...]
    parts: tuple[Part, ...]
    sender: str
    date: str
    closing: tuple[str, ...] = field(default=())


def write_letters(path: Path, letters: Iterable[Letter]) -> None:
    """Write letters to one Word file, each on a page of its own. Raises OSError."""
    document = docx.Document()
    _set_up(document)
    for number, letter in enumerate(letters):
        if number:
            document.add_section(WD_SECTION.NEW_PAGE)
        _write(document, letter)
    document.core_properties.author = "zuozheng"
    document.core_properties.title = ""
    document.save(str(path))


def _set_up(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _LATIN, _TEXT_SIZE
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _TEXT_FONT)
    _page_number(section.footer.paragraphs[0])


def _write(document: Document, letter: Letter) -> None:
    title = _paragraph(document, letter.title, font=_TITLE_FONT, size=_TITLE_SIZE, indent=False)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing, title.paragraph_format.space_after = Pt(35), _LINE
    if letter.recipient:
        _paragraph(document, f"{letter.recipient}：", indent=False)
    for text in letter.opening:
        _paragraph(document, text)
    for part in letter.parts:
        _paragraph(document, part.heading, font=_HEAD_FONT).paragraph_format.keep_with_next = True
        for text in part.paragraphs:
            _paragraph(document, text)
        if part.table is not None:
            _table(document, part.table)
    for text in letter.closing:
        _paragraph(document, text)
    for number, text in enumerate((letter.sender, letter.date)):
        line = _paragraph(document, text, indent=False)
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.space_before = Pt(0) if number else _LINE
        line.paragraph_format.right_indent = Pt(4 * 16)  # 7.3.5.3: four characters from the edge
        line.paragraph_format.keep_with_next = not number


def _paragraph(document: Document, text: str, *, font: str = _TEXT_FONT, size: Pt = _TEXT_SIZE, indent: bool = True) -> Paragraph:
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
    form.space_before = form.space_after = Pt(0)
    if indent:
        form.first_line_indent = Pt(2 * 16)
    _run(paragraph, text, font, size)
    return paragraph


def _run(paragraph: Paragraph, text: str, font: str, size: Pt) -> Run:
    run = paragraph.add_run(safe_text(text))
    run.font.size, run.font.name = size, _LATIN
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _table(document: Document, table: Table) -> None:
    made = document.add_table(rows=1, cols=len(table.header), style="Table Grid")
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    for column, width in zip(made.columns, table.widths, strict=True):
        column.width = Mm(width)
    for row in (table.header, *table.rows):
        cells = made.rows[0].cells if row is table.header else made.add_row().cells
        for cell, text, width in zip(cells, row, table.widths, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
            _run(paragraph, text, _HEAD_FONT if row is table.header else _TEXT_FONT, _TABLE_SIZE)
    _mark(made.rows[0]._tr, "w:tblHeader")
    for line in made.rows:
        _mark(line._tr, "w:cantSplit")


def _mark(row: CT_Row, name: str) -> None:
    """Set a property of a row: repeated at the head of each page, or kept whole on one."""
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(mark)


def _page_number(paragraph: Paragraph) -> None:
    """Write "— 1 —" as a field, centred."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "— ", _NUMBER_FONT, _NUMBER_SIZE)
    run = _run(paragraph, "", _NUMBER_FONT, _NUMBER_SIZE)
    for kind in ("begin", "", "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = "PAGE"
        run._element.append(element)
    _run(paragraph, " —", _NUMBER_FONT, _NUMBER_SIZE)
