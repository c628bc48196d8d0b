"""A notice's tables come in whole: from Word and PDF with truly merged cells, over page breaks, in more than one shape."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path

import docx
import pytest
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as ALIGN
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from schema.duties import check, load_duties
from schema.frameworks import load_frameworks
from schema.model import Duty, Framework
from schema.notice import Block, Cell, Draft, drafts
from schema.notice_toml import duties_toml, framework_toml
from zuozheng import notice_docx, notice_pdf

FRAMEWORKS = load_frameworks()
DUTIES = load_duties()
HEAD = ("维度", "指 标", "评估要点", "责任科室", "责任人")
TITLES = ("荣昌区创建全国学前教育普及普惠区工作职责表", "荣昌区创建全国义务教育优质均衡发展区工作职责表")
SOURCE = "荣教政发〔2023〕78号"
Merge = tuple[str, int, int]
"""A text, and the first and last row (from 0) of the cell it stands in."""


def columns(framework: Framework) -> list[list[Merge]]:
    """Return the five columns of a framework's table as merged cells."""
    rows = len(framework.points)
    by_indicator = [point.indicator for point in framework.points]
    dimension_of = {entry.code: entry.dimension for entry in framework.indicators}
    words = {entry.code: f"{entry.code}{entry.title}" for entry in (*framework.dimensions, *framework.indicators)}
    mine = [duty for duty in DUTIES if duty.framework == framework.id]
    points = [(f"{point.code}{point.text}", number, number) for number, point in enumerate(framework.points)]
    return [
        runs([words[dimension_of[code]] for code in by_indicator], rows),
        runs([words[code] for code in by_indicator], rows),
        points,
        [("\n".join(duty.departments), duty.first - 1, duty.last - 1) for duty in mine],
        [("\n".join(duty.persons), duty.first - 1, duty.last - 1) for duty in mine],
    ]


def runs(texts: list[str], rows: int) -> list[Merge]:
    starts = [number for number in range(rows) if number == 0 or texts[number] != texts[number - 1]]
    return [(texts[start], start, end - 1) for start, end in zip(starts, [*starts[1:], rows], strict=True)]


def word_notice(path: Path, tables: list[tuple[str, tuple[str, ...], list[list[Merge]]]], duties: tuple[Duty, ...] = ()) -> None:
    document = docx.Document()
    for text in ("重庆市荣昌区教育委员会文件", SOURCE, "各中小学："):
        document.add_paragraph(text)
    for number, (title, head, cells) in enumerate(tables, start=1):
        document.add_paragraph(f"附件{number}")
        document.add_paragraph(title)
        rows = max(last for column in cells for _text, _first, last in column) + 1
        table = document.add_table(rows + 1, len(head), style="Table Grid")
        for place, word in enumerate(head):
            table.cell(0, place).text = word
        for place, column in enumerate(cells):
            for text, first, last in column:
                cell = table.cell(first + 1, place).merge(table.cell(last + 1, place))
                cell.text = text
                cell.vertical_alignment = aligned(duties, len(tables), number, place, first)
    document.save(str(path))


def aligned(duties: tuple[Duty, ...], tables: int, number: int, place: int, first: int) -> ALIGN:
    """Return how a cell of names is aligned, so that they are printed in the row where the notice has them."""
    framework = FRAMEWORKS[number - 1].id if tables == 2 else ""
    duty = next((entry for entry in duties if entry.framework == framework and entry.first == first + 1), None)
    if duty is None or place < 3:
        return ALIGN.TOP
    at = duty.departments_at if place == 3 else duty.persons_at
    middle = duty.first + (duty.last - duty.first) // 2
    return ALIGN.TOP if at == duty.first else ALIGN.CENTER if at == middle else ALIGN.BOTTOM


def html_notice(tables: list[tuple[str, tuple[str, ...], list[list[Merge]]]]) -> str:
    pages = []
    for title, head, cells in tables:
        rows = max(last for column in cells for _text, _first, last in column) + 1
        lines = []
        for row in range(rows):
            here = [(text, last - first + 1) for column in cells for text, first, last in column if first == row]
            boxes = "".join(f'<td rowspan="{span}">{escape(text).replace(chr(10), "<br>")}</td>' for text, span in here)
            lines.append(f"<tr>{boxes}</tr>")
        heads = "".join(f"<th>{word}</th>" for word in head)
        pages.append(
            f"<p>{SOURCE}</p><p>{title}</p><table><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
        )
    style = (
        "body { font-family: 'Noto Serif CJK SC'; font-size: 15px } table { border-collapse: collapse; width: 100% }"
        "td, th { border: 1px solid #000; padding: 4px; vertical-align: top; width: 18% } tr { break-inside: avoid }"
        "div { break-after: page }"
    )
    return f"<style>{style}</style>" + "".join(f"<div>{page}</div>" for page in pages)


def load(folder: Path, found: tuple[Draft, ...], identities: tuple[str, ...], district: str = "x"):
    known = {framework.id: framework for framework in FRAMEWORKS}
    named = list(zip(identities, found, strict=True))
    for place, text in (
        *((f"frameworks/{name}.toml", framework_toml(draft, name, known.get(name))) for name, draft in named),
        (f"duties/{district}.toml", duties_toml(named, district)),
    ):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")
    assert [fault.text() for fault in check(folder)] == []
    return load_frameworks(folder, identities), load_duties(folder, district)


def both() -> list[tuple[str, tuple[str, ...], list[list[Merge]]]]:
    return [(title, HEAD, columns(framework)) for title, framework in zip(TITLES, FRAMEWORKS, strict=True)]


def test_word_gives_both_frameworks_and_all_duties_exactly(tmp_path):
    word_notice(tmp_path / "通知.docx", both(), DUTIES)
    found = drafts(notice_docx.blocks(tmp_path / "通知.docx"))
    assert [draft.title for draft in found] == list(TITLES)
    frameworks, duties = load(tmp_path, found, ("preschool", "compulsory"))
    assert frameworks == FRAMEWORKS
    assert duties == DUTIES


@pytest.mark.browser
def test_pdf_gives_both_frameworks_and_all_duties_over_page_breaks(tmp_path, browser: Browser):
    page = browser.new_page()
    page.set_content(html_notice(both()))
    margin = dict.fromkeys(("top", "bottom", "left", "right"), "15mm")
    page.pdf(path=tmp_path / "通知.pdf", format="A4", landscape=True, margin=margin)
    page.close()
    found = drafts(notice_pdf.blocks(tmp_path / "通知.pdf"))
    frameworks, duties = load(tmp_path, found, ("preschool", "compulsory"))
    assert frameworks == FRAMEWORKS

    def owners(entries: tuple[Duty, ...]) -> list[Duty]:
        return [replace(entry, departments_at=0, persons_at=0) for entry in entries]

    assert owners(duties) == owners(DUTIES), "where on paper the names stood, a page break may have changed"


INVENTED = [
    [("B1组织保障", 0, 1), ("B2条件保障", 2, 4)],
    [
        ("C1成立领导小组。", 0, 0),
        ("C2每年研究一次以上。", 1, 1),
        ("C32025年前完成改造。", 2, 2),
        ("C4设施齐全。", 3, 3),
        ("C5图书达标。", 4, 4),
    ],
    [("办公室", 0, 2), ("后勤科\n财务科", 3, 4)],
    [("甲某", 0, 2), ("乙某\n丙某", 3, 4)],
]


def test_another_shape_without_dimensions(tmp_path):
    table = ("某区创建书香校园责任分工表", ("二级指标", "评估内容", "责任单位", "联系人"), INVENTED)
    word_notice(tmp_path / "另一个.docx", [table])
    (found,) = drafts(notice_docx.blocks(tmp_path / "另一个.docx"))
    (framework,), duties = load(tmp_path, (found,), ("books",))
    assert [entry.title for entry in framework.dimensions] == ["某区创建书香校园责任分工表"]
    assert [point.text for point in framework.points] == [
        "成立领导小组。", "每年研究一次以上。", "2025年前完成改造。", "设施齐全。", "图书达标。",
    ]  # fmt: skip
    assert [point.indicator for point in framework.points] == ["B1", "B1", "B2", "B2", "B2"]
    assert [(duty.first, duty.last, duty.departments, duty.persons) for duty in duties] == [
        (1, 3, ("办公室",), ("甲某",)), (4, 5, ("后勤科", "财务科"), ("乙某", "丙某")),
    ]  # fmt: skip
    assert any("没有维度" in note.text() for note in found.notes)


def plain(*rows: tuple[str, ...]) -> Block:
    return Block(rows=tuple(tuple(Cell(text) for text in row) for row in rows))


def test_blank_cells_page_breaks_and_glued_codes_are_read_by_the_rules():
    """The rows of a flattened table: nothing is merged, blanks continue, repeats stand at the head of a page."""
    first = plain(HEAD, ("A1甲", "B1子", "C1一。", "张科\n李科", ""), ("", "", "C2二的前半", "", "张三\n李四"))
    second = plain(
        HEAD,
        ("A1甲", "B1子", "和后半。", "", ""),
        ("", "B2丑", "C32017年后建的。", "张科\n李科", ""),
        ("A2乙", "", "C4四。", "", ""),
    )
    third = plain(("", "B3丑", "C5五。", "王 科", "王五"))
    (found,) = drafts([Block("附件1"), Block("工作职责表"), first, second, third])
    assert [point for _indicator, point in found.points] == ["一。", "二的前半和后半。", "2017年后建的。", "四。", "五。"]
    assert [entry.title for entry in found.dimensions] == ["甲", "乙"]
    assert [(entry.code, entry.title) for entry in found.indicators] == [("B1", "子"), ("B2", "丑"), ("B3", "丑")]
    spans = [(span.first, span.last, span.departments, span.persons) for span in found.spans]
    assert spans[0] == (1, 2, ("张科", "李科"), ("张三", "李四"))
    assert spans[-1] == (5, 5, ("王科",), ("王五",))
    assert any("C2 在下一行" in note.text() for note in found.notes)


def test_a_name_broken_over_two_lines_is_joined_by_the_number_of_persons():
    (found,) = drafts([plain(HEAD, ("A1甲", "B1子", "C1一。", "质量评估与干部人事\n档案中心\n基教科", "潘某\n赵某"))])
    assert found.spans[0].departments == ("质量评估与干部人事档案中心", "基教科")
    assert found.notes


def test_what_is_no_table_of_duties_gives_nothing(tmp_path):
    assert drafts([Block("通知"), plain(("姓名", "职务"), ("张某", "主任"))]) == ()


CELLS = st.none() | st.builds(
    Cell, st.sampled_from(["", "C1一", "C2二", "B1子", "A1甲", "某科", "张三", "C12", "评估要点", "责任科室", "x"])
)
TABLES = st.lists(st.lists(CELLS, max_size=6).map(tuple), max_size=8).map(lambda rows: Block(rows=tuple(rows)))


@given(st.lists(TABLES | st.builds(Block, st.text(max_size=20)), max_size=4))
def test_any_table_is_read_without_a_fault_into_spans_that_follow_each_other(blocks):
    for draft in drafts([*blocks, plain(HEAD), *blocks]):
        assert draft.points
        assert [span.first for span in draft.spans] == sorted({span.first for span in draft.spans})
        assert draft.spans[-1].last <= len(draft.points)
        assert all(span.first <= span.last for span in draft.spans)
        framework_toml(draft, "x", None)
