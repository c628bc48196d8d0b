"""A notice's tables come in whole: from Word and PDF with truly merged cells, over page breaks, in more than one shape."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
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
from tests.zuozheng.flattened import parts, write_word
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


def owners(entries: Iterable[Duty]) -> list[Duty]:
    """Leave out where on paper the names stand: a page break moves them."""
    return [replace(entry, departments_at=0, persons_at=0) for entry in entries]


def pdf_of(page_of: Browser, path: Path, tables: list[tuple[str, tuple[str, ...], list[list[Merge]]]]) -> Path:
    page = page_of.new_page()
    page.set_content(html_notice(tables))
    margin = dict.fromkeys(("top", "bottom", "left", "right"), "15mm")
    page.pdf(path=path, format="A4", landscape=True, margin=margin)
    page.close()
    return path


@pytest.mark.browser
def test_pdf_gives_both_frameworks_and_all_duties_over_page_breaks(tmp_path, browser: Browser):
    found = drafts(notice_pdf.blocks(pdf_of(browser, tmp_path / "通知.pdf", both())))
    frameworks, duties = load(tmp_path, found, ("preschool", "compulsory"))
    assert frameworks == FRAMEWORKS
    assert owners(duties) == owners(DUTIES)


NOTICE = next(iter(sorted((Path(__file__).parents[3] / "shared" / "domain").glob("notice-*.txt"))), None)


@pytest.mark.slow
@pytest.mark.skipif(NOTICE is None, reason="the notice does not lie beside the repository")
@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice")
@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_what_libreoffice_makes_of_the_notice_gives_everything_exactly(tmp_path, kind):
    """Stray blanks, half-width signs, names repeated at page breaks; in PDF the page cuts rows in two."""
    source = list(parts(NOTICE.read_text(encoding="utf-8")))
    assert [len(part.rows) for part in source if part.rows] == [38, 33]
    write_word(tmp_path / "通知.docx", source)
    made = tmp_path / "made"
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        kind,
        "--outdir",
        made,
    ]
    subprocess.run([*command, tmp_path / "通知.docx"], check=True, capture_output=True, timeout=300)
    reader = notice_docx if kind == "docx" else notice_pdf
    found = drafts(reader.blocks(made / f"通知.{kind}"))
    assert [draft.title for draft in found] == list(TITLES)
    assert [draft.source for draft in found] == [SOURCE, SOURCE]
    frameworks, duties = load(tmp_path, found, ("preschool", "compulsory"))
    assert frameworks == FRAMEWORKS
    assert owners(duties) == owners(DUTIES)
    if kind == "docx":
        assert duties == DUTIES
    tidied = {dict(note.params)["code"] for draft in found for note in draft.notes if note.code == "notice-import.tidied"}
    assert tidied == {"C3", "C18", "C20", "C21"}


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


SHAPE = ("某区创建书香校园责任分工表", ("二级指标", "评估内容", "责任单位", "联系人"), INVENTED)


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_another_shape_without_dimensions(tmp_path, browser: Browser, kind):
    if kind == "docx":
        word_notice(tmp_path / "另一个.docx", [SHAPE])
        found = drafts(notice_docx.blocks(tmp_path / "另一个.docx"))
    else:
        found = drafts(notice_pdf.blocks(pdf_of(browser, tmp_path / "另一个.pdf", [SHAPE])))
    (framework,), duties = load(tmp_path, found, ("books",))
    assert [entry.title for entry in framework.dimensions] == ["某区创建书香校园责任分工表"]
    assert [(entry.code, entry.title) for entry in framework.indicators] == [("B1", "组织保障"), ("B2", "条件保障")]
    assert [point.text for point in framework.points] == [
        "成立领导小组。", "每年研究一次以上。", "2025年前完成改造。", "设施齐全。", "图书达标。",
    ]  # fmt: skip
    assert [point.indicator for point in framework.points] == ["B1", "B1", "B2", "B2", "B2"]
    assert duties == (
        Duty("books", 1, 3, ("办公室",), ("甲某",), 1, 1), Duty("books", 4, 5, ("后勤科", "财务科"), ("乙某", "丙某"), 4, 4),
    )  # fmt: skip
    assert any("没有维度" in note.text() for note in found[0].notes)


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
    assert spans == [(1, 4, ("张科", "李科"), ("张三", "李四")), (5, 5, ("王科",), ("王五",))]
    assert any("C3 又印了同样的科室" in note.text() for note in found.span_notes)
    assert any("C2 在下一行" in note.text() for note in found.notes)


def test_a_row_that_a_page_cuts_in_two_goes_on_in_every_column():
    first = plain(HEAD, ("A1甲的情", "B1子的名", "C1做到每", "张科", "张三"))
    second = plain(("况", "称", "年一次。", "", ""), ("", "", "C2二。", "", ""))
    (found,) = drafts([first, second])
    assert [entry.title for entry in found.dimensions] == ["甲的情况"]
    assert [entry.title for entry in found.indicators] == ["子的名称"]
    assert [text for _indicator, text in found.points] == ["做到每年一次。", "二。"]
    assert {note.code for note in found.notes} == {"notice-import.continued"}


def test_numbers_that_begin_again_under_each_heading_lose_nothing():
    rows = (
        ("A1甲", "B1组织", "C1一。", "张科", "张三"),
        ("A2乙", "B1组织", "C1二。", "李科", "李四"),
        ("", "", "C2三。", "", ""),
    )
    (found,) = drafts([plain(HEAD, *rows)])
    assert [text for _indicator, text in found.points] == ["一。", "二。", "三。"]
    codes = [note.code.partition(".")[2] for note in found.notes]
    assert codes.count("renumbered") == 3, "an indicator and two points"
    assert [(entry.code, entry.dimension) for entry in found.indicators] == [("B1", "A1"), ("B2", "A2")]
    assert [indicator for indicator, _text in found.points] == ["B1", "B2", "B2"]


def test_names_printed_again_on_a_new_page_with_no_person_go_on_with_the_span():
    first = plain(HEAD, ("A1甲", "B1子", "C1一。", "张科", "张三"), ("", "", "C2二。", "", ""))
    second = plain(HEAD, ("A1甲", "B1子", "C3三。", "张科", ""), ("", "", "C4四。", "李科", "李四"))
    (found,) = drafts([first, second])
    assert [(span.first, span.last, span.persons) for span in found.spans] == [(1, 3, ("张三",)), (4, 4, ("李四",))]


def test_three_columns_and_nobody_named_still_make_a_draft_that_loads(tmp_path):
    head = ("评估标准", "牵头科室", "备注")
    (found,) = drafts([Block("平安校园建设分工"), plain(head, ("建立制度。", "安全科", ""), ("每月演练。", "", ""))])
    (framework,), duties = load(tmp_path, (found,), ("safe",))
    assert [point.text for point in framework.points] == ["建立制度。", "每月演练。"]
    assert duties == (Duty("safe", 1, 2, ("安全科",), ("待定",), 1, 1),)


def test_a_table_of_something_else_adds_nothing():
    duties = plain(HEAD, ("A1甲", "B1子", "C1一。", "张科", "张三"))
    (found,) = drafts([duties, Block("专班名单"), plain(("姓名", "职务"), ("张三", "主任"))])
    assert [text for _indicator, text in found.points] == ["一。"]


def test_every_inference_stands_in_the_draft_where_it_was_made(tmp_path):
    """A merged cell, an order taken for a pairing, a number nobody printed, tidied signs, a guess: each above its entry."""
    rows = (
        ("A1甲", "B1子", "C1每年(含寒暑假)一次。", "张科\n李科", "张三\n李四"),
        ("", "B2丑", "C2二。", "", ""),
        ("", "无编号", "C4四。", "王科", "王五"),
    )
    (found,) = drafts([plain(HEAD, *rows)])
    lines = framework_toml(found, "x", None).splitlines()

    def above(text: str, start: str) -> str:
        end = next(number for number, line in enumerate(lines) if text in line)
        begin = max(number for number in range(end) if lines[number] == "")
        return "\n".join(line for line in lines[begin:end] if line.startswith("#")) or start

    assert "半角标点" in above('code = "C1"', "")
    assert "程序按顺序编的号" in above('code = "B3"', "")
    assert "编号跳了" in above('code = "C3"', "")
    assert sum("推断：通知没有写谁来交" in line for line in lines) == 3, "every point without a known list"
    assert any("推断：通知没有写由哪几类学校" in line for line in lines)
    lines = duties_toml([("x", found)], "d").splitlines()
    told = above('first = "C1"', "")
    assert "合并单元格推断：C2 " in told
    assert "C2 的责任科室是空的" in told
    assert "按次序推断" in told
    assert above('first = "C3"', "nothing") == "nothing"


def test_a_new_version_of_a_known_framework_keeps_the_lists_of_points_that_read_nearly_the_same(tmp_path):
    known = FRAMEWORKS[0]
    cells = columns(known)
    cells[2][0] = ("C1学前三年毛入园率达到90%以上。", 0, 0)
    cells[2][4] = ("C5完全不同的一个要求。", 4, 4)
    word_notice(tmp_path / "新版.docx", [(TITLES[0], HEAD, cells)])
    (found,) = drafts(notice_docx.blocks(tmp_path / "新版.docx"))
    text = framework_toml(found, "preschool", known)
    (framework,), _duties = load(tmp_path, (found,), ("preschool",))
    first, fifth = framework.points[0], framework.points[4]
    assert (first.items, first.window, first.metrics) == (known.points[0].items, known.points[0].window, known.points[0].metrics)
    assert first.text == "学前三年毛入园率达到90%以上。"
    assert fifth.items == ()
    assert framework.version == "draft"
    assert "有 2 个要点的文字与" in text
    assert "与原来的 C1 相近" in text
    assert framework.points[1:4] == known.points[1:4]


def test_a_name_broken_over_two_lines_is_joined_by_the_number_of_persons():
    (found,) = drafts([plain(HEAD, ("A1甲", "B1子", "C1一。", "质量评估与干部人事\n档案中心\n基教科", "潘某\n赵某"))])
    assert found.spans[0].departments == ("质量评估与干部人事档案中心", "基教科")
    assert [note.code for note in found.span_notes] == ["notice-import.joined"]


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
