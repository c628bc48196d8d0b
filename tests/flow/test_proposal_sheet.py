"""Proposals by Excel, as their users do it: out, settled row by row, back, back once more, dropped into the inbox."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from archive.home import Home
from archive.opening import reading_archive
from schema.duties import duty_of
from schema.model import PointRef
from tests.flow.conftest import command_of, paper_district

Clerk = Callable[..., str]
Entry = dict[str, Any]
MUSIC, CARE, YARD = "石桥小学音乐教室、美术教室使用登记册", "石桥小学留守儿童结对关爱活动记录", "白鹤初级中学田径场改造竣工资料"


def documents(clerk: Clerk) -> dict[str, Entry]:
    found = [json.loads(line) for line in clerk("list", "--json").splitlines()]
    return {Path(entry["name"]).stem: entry for entry in found if entry["state"] == "current"}


def assigned(entry: Entry) -> list[str]:
    return [tag["point"] for tag in entry["tags"] if tag["state"] == "assigned" and tag["basis"] == "person"]


def proposals(path: Path) -> Worksheet:
    return load_workbook(path)["归类建议"]


def header(sheet: Worksheet) -> list[str]:
    return [cell.value for cell in sheet[1]]


def fill(path: Path, said: dict[str, dict[str, str]]) -> None:
    """Fill in rows by the name of their document, as a person does in Excel."""
    book = load_workbook(path)
    sheet = book["归类建议"]
    titles = header(sheet)
    for row in sheet.iter_rows(min_row=2):
        for name, words in said.items():
            if str(row[3].value).startswith(name):
                for title, word in words.items():
                    row[titles.index(title)].value = word
    book.save(path)


def taken(clerk: Clerk, path: Path, *more: str) -> Entry:
    return dict(json.loads(clerk("review", "import", path, "--json", *more)))


@pytest.fixture
def sheet(clerk: Clerk, tmp_path: Path) -> Path:
    path = tmp_path / "建议.xlsx"
    clerk("review", "export", path, "--proposals")
    return path


def test_the_sheet_is_filled_in_and_hard_to_spoil(clerk: Clerk, clerks_home, sheet):
    page = proposals(sheet)
    titles = header(page)
    entry = documents(clerk)[MUSIC]
    (row,) = [row for row in page.iter_rows(min_row=2) if str(row[3].value).startswith(MUSIC)]
    cells = dict(zip(titles, row, strict=True))
    assert cells["材料编号"].value == entry["id"]
    assert cells["建议要点"].value == cells["要点"].value
    assert cells["要点"].value.startswith("义教 C10 ")
    assert cells["可信度"].value == pytest.approx(entry["tags"][0]["score"], abs=0.01)
    assert cells["理由"].value == entry["tags"][0]["reason"]
    linked = Path(unquote(urlsplit(cells["原件"].hyperlink.target).path))
    assert linked == clerks_home / "档案" / entry["path"]
    assert linked.is_file()
    assert page.protection.sheet
    assert [title for title in titles if not cells[title].protection.locked] == [
        "决定",
        "要点",
        "应备材料",
        "时间",
        "说明",
        "确认人",
    ]
    offered = {str(check.sqref).split(":")[0]: check.formula1 for check in page.data_validations.dataValidation}
    assert offered["K2"] == '"确认,都不是"'
    assert offered["L2"].startswith("'选项'!$A$2:$A$")
    assert "MATCH($L2," in offered["M2"]
    choices = load_workbook(sheet)["选项"]
    assert choices.sheet_state == "hidden"
    points = {choices.cell(at, 1).value for at in range(2, 71)}
    assert len(points) == 69
    assert {choices.cell(at, 2).value for at in range(2, choices.max_row + 1)} - {None} <= points


def test_rows_are_applied_one_by_one_and_only_once(clerk: Clerk, sheet, tmp_path):
    before = documents(clerk)
    fill(
        sheet,
        {
            MUSIC: {"决定": "确认", "确认人": "王老师"},
            CARE: {"决定": "确认", "要点": "义教 C23", "说明": "看的是控辍保学", "确认人": "王老师"},
            YARD: {"决定": "都不是", "确认人": "李老师"},
            "第三食堂下周菜谱": {"决定": "也许", "确认人": "王老师"},
            "空调清洗报价单": {"要点": "学前 C5"},
            "会议室预约登记": {"决定": "确认", "要点": "学前 C99", "确认人": "王老师"},
            "小星星幼儿园工资集体协商记录": {"决定": "确认"},
        },
    )
    found = taken(clerk, sheet)
    assert (found["tags"], found["unchanged"], found["reviews"]) == (3, 0, 0)
    told = "\n".join(sentence for _row, sentence in found["faults"])
    assert all(words in told for words in ("“也许”", "“决定”一栏空着", "没有要点“学前 C99”", "谁决定的"))
    assert len(found["faults"]) == 4
    after = documents(clerk)
    assert assigned(after[MUSIC]) == ["compulsory/C10"]
    assert assigned(after[CARE]) == ["compulsory/C23"]
    assert after[CARE]["rejected"] == []
    assert "看的是控辍保学" in after[CARE]["tags"][0]["reason"]
    assert {one["point"] for one in after[YARD]["rejected"]} == {tag["point"] for tag in before[YARD]["tags"]}
    again = taken(clerk, sheet)
    assert (again["tags"], again["unchanged"]) == (0, 3)
    second = tmp_path / "再导.xlsx"
    clerk("review", "export", second, "--proposals")
    names = {str(row[3]).split(".")[0] for row in proposals(second).iter_rows(min_row=2, values_only=True)}
    assert MUSIC not in names
    assert CARE not in names
    assert "第三食堂下周菜谱" in names


def test_conflicts_are_told_and_change_nothing(clerk: Clerk, clerks_home, sheet):
    found = documents(clerk)
    clerk("tag", "set", found[MUSIC]["id"], "compulsory/C9", "--by", "赵老师", "--why", "看过原件")
    source = clerks_home / found[CARE]["source"]
    source.write_text("另一份内容", encoding="utf-8")
    clerk("ingest")
    fill(sheet, {MUSIC: {"决定": "确认"}, CARE: {"决定": "确认"}})
    result = taken(clerk, sheet, "--by", "王老师")
    assert result["tags"] == 0
    told = "\n".join(sentence for _row, sentence in result["faults"])
    assert "赵老师于" in told
    assert "已被新版替换" in told
    assert assigned(documents(clerk)[MUSIC]) == ["compulsory/C9"]


def test_an_untouched_sheet_says_nothing(clerk: Clerk, sheet):
    assert taken(clerk, sheet, "--by", "王老师") == {"reviews": 0, "tags": 0, "unchanged": 0, "faults": []}


def test_the_whole_sheet_holds_verdicts_too_and_is_narrowed(clerk: Clerk, clerks_home, tmp_path):
    whole, own, theirs = tmp_path / "全.xlsx", tmp_path / "校.xlsx", tmp_path / "科.xlsx"
    clerk("review", "export", whole)
    assert load_workbook(whole).sheetnames == ["核验", "归类建议", "选项"]
    clerk("review", "export", own, "--unit", "溪小", "--proposals")
    units = {row[2] for row in proposals(own).iter_rows(min_row=2, values_only=True)}
    assert units == {"清溪小学"}
    with reading_archive(Home(clerks_home)) as archive:
        duty = duty_of(archive.district.duties, PointRef("compulsory", 10))
    assert duty is not None
    clerk("review", "export", theirs, "--department", duty.departments[0], "--proposals")
    assert any(str(row[6]).startswith("义教 C10 ") for row in proposals(theirs).iter_rows(min_row=2, values_only=True))
    assert 0 < proposals(theirs).max_row < proposals(whole).max_row
    assert taken(clerk, whole)["faults"] == []


def test_what_looks_like_a_formula_is_inert(clerk: Clerk, clerks_home, tmp_path):
    place = clerks_home / "收件箱" / "清溪小学" / "待分"
    names = ["=HYPERLINK(1).txt", "+1+1.txt", "@SUM(A1).txt", "-2+3.txt"]
    for name in names:
        (place / name).write_text(f"{name} 教师资格证台账", encoding="utf-8")
    clerk("ingest")
    path = tmp_path / "建议.xlsx"
    clerk("review", "export", path, "--proposals")
    cells = [row[3] for row in proposals(path).iter_rows(min_row=2)]
    found = {str(cell.value).split("\n")[0]: cell for cell in cells}
    for name in names:
        assert found[name].data_type == "s"
        assert found[name].quotePrefix


def test_a_sheet_dropped_into_the_inbox_is_answered_and_taken_once(clerk: Clerk, clerks_home, sheet):
    folder = clerks_home / "收件箱" / "_审核"
    assert folder.is_dir()
    fill(sheet, {MUSIC: {"决定": "确认", "确认人": "王老师"}, CARE: {"决定": "确认"}})
    shutil.copy(sheet, folder / "王老师 已填.xlsx")
    (folder / "坏.xlsx").write_bytes(b"no workbook")
    (folder / "照片.jpg").write_bytes(b"\xff\xd8")
    told = clerk("ingest", "--json")
    assert (json.loads(told)["ignored"], json.loads(told)["rejected"]) == (2, 1)
    assert assigned(documents(clerk)[MUSIC]) == ["compulsory/C10"]
    answer = (folder / "王老师 已填 处理结果.txt").read_text(encoding="utf-8-sig")
    assert "新定 1 份" in answer
    assert "谁决定的" in answer
    assert "不是能打开的 Excel 表" in (folder / "坏 处理结果.txt").read_text(encoding="utf-8-sig")
    (folder / "王老师 已填 处理结果.txt").write_text("读过了", encoding="utf-8")
    shutil.copy(sheet, folder / "又放一次.xlsx")
    assert json.loads(clerk("ingest", "--json"))["ignored"] == 1
    assert not (folder / "又放一次 处理结果.txt").exists(), "the same sheet is never applied twice"
    assert (folder / "王老师 已填 处理结果.txt").read_text(encoding="utf-8") == "读过了"
    outcomes = {entry["path"]: entry["outcome"] for entry in map(json.loads, clerk("ledger", "--json").splitlines())}
    assert outcomes["收件箱/_审核/王老师 已填.xlsx"] == "ignored"
    assert not any("处理结果" in path for path in outcomes)
    assert (folder / "王老师 已填.xlsx").is_file()


@pytest.mark.slow
def test_2000_rows_saved_by_libreoffice_come_back(tmp_path):
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is missing")
    clerk = command_of(paper_district(tmp_path, copies=67).root)
    path = tmp_path / "建议.xlsx"
    clerk("review", "export", path, "--proposals")
    page = proposals(path)
    assert page.max_row == 1 + 67 * 30
    ids = {row[0] for row in page.iter_rows(min_row=2, values_only=True)}
    book = load_workbook(path)
    titles, decided = header(book["归类建议"]), 0
    for number, row in enumerate(book["归类建议"].iter_rows(min_row=2)):
        point = row[titles.index("要点")]
        word = ("确认", "确认", "都不是", "")[number % 4]
        if number % 4 == 1 or (word and not point.value):  # a person names the point, always where nothing was proposed
            point.value, word = "义教 C23", "确认"
        row[titles.index("决定")].value, row[titles.index("确认人")].value = word, "王老师"
        decided += bool(word)
    book.save(path)
    out = tmp_path / "saved"
    subprocess.run(["soffice", "--headless", "--convert-to", "xlsx", "--outdir", out, path], check=True, capture_output=True)
    saved = load_workbook(out / path.name)["归类建议"]
    assert header(saved) == titles
    assert saved.protection.sheet
    assert saved["A2"].protection.locked
    assert not saved["K2"].protection.locked
    offered = {str(check.sqref).split(":")[0]: check.formula1 for check in saved.data_validations.dataValidation}
    assert {"K2", "L2", "M2"} <= offered.keys()
    assert "MATCH(" in offered["M2"]
    assert saved["E2"].hyperlink is not None
    assert {row[0] for row in saved.iter_rows(min_row=2, values_only=True)} == ids
    formula = [cell for row in saved.iter_rows() for cell in row if cell.data_type == "f"]
    assert formula == []
    result = taken(clerk, out / path.name)
    assert decided > 1500
    assert (result["tags"], result["faults"]) == (decided, [])
    again = taken(clerk, path)
    assert (again["tags"], again["unchanged"], again["faults"]) == (0, decided, [])
