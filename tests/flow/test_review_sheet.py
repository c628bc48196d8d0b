"""Reviews by command and by Excel sheet, as their users do: out, filled in, back, back once more."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from archive.home import Home
from archive.judgements import lines
from tests.flow.conftest import Run


@pytest.fixture
def home(demo_district: Home, tmp_path: Path) -> Path:
    shutil.copytree(demo_district.root, tmp_path / "示例档案")
    return tmp_path / "示例档案"


def fill(path: Path, verdicts: dict[str, dict[str, str]]) -> None:
    """Fill in rows by the name of their document, as a person does in Excel."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        for name, said in verdicts.items():
            if str(row[3].value).endswith(name):
                for title, word in said.items():
                    row[header.index(title)].value = word
    book.save(path)


def cells(ask: Callable[..., Any], home: Path) -> dict[tuple[str, str], str]:
    return {(cell["unit_name"], cell["point"]): cell["status"] for cell in ask("gaps", home=home)["cells"]}


SAID = {
    "C19 教师资格证台账.xlsx": {"核验结论": "核验通过"},
    "（C12）均衡编班会议纪要.docx": {"核验结论": "退回", "退回原因": "缺章", "说明": "请盖章"},
    "C4 校舍面积统计表.xlsx": {"核验结论": "通过"},
    "C11/学校规模统计表（学籍）.xlsx": {"核验结论": "退回"},
    "学校规模统计表（学籍）.xlsx": {"核验结论": "退回"},
    "云栖苑小区配套幼儿园移交协议.pdf": {"核验结论": "核验通过", "有效期至": "2026-06-30", "核验人": "孙老师"},
}


def test_a_sheet_goes_out_is_filled_in_and_comes_back(home, tmp_path, zuozheng: Run, ask):
    sheet = tmp_path / "核验.xlsx"
    zuozheng("review", "export", sheet, home=home)
    book = load_workbook(sheet)
    assert book.worksheets[0].max_row > 80
    offered = [validation.formula1 for validation in book.worksheets[0].data_validations.dataValidation]
    assert offered == ['"核验通过,退回,撤回核验意见"', '"缺章,缺日期,年度不符,内容不符,模糊,涉隐私,其他"']
    fill(sheet, SAID)
    taken = zuozheng("review", "import", sheet, "--by", "王老师", "--json", home=home).stdout
    assert '"reviews":3,"tags":0,"unchanged":0' in taken
    assert taken.count("请从下拉里选") == 1
    assert taken.count("退回要写明原因") == 1
    found = cells(ask, home)
    assert found["示例区望桥镇第二小学", "compulsory/C19"] == "verified"
    assert found["示例区第一初级中学", "compulsory/C12"] == "rejected"
    made = [line.record for line in lines(Home(home)) if line.record]
    assert sorted(record.by for record in made) == ["孙老师", "王老师", "王老师"]
    assert {record.why for record in made} == {"", "请盖章"}
    again = zuozheng("review", "import", sheet, "--by", "李老师", "--json", home=home).stdout
    assert '"reviews":0,"tags":0,"unchanged":3' in again
    assert len(list(lines(Home(home)))) == 3


def test_what_was_said_stands_in_the_next_sheet(home, tmp_path, zuozheng: Run):
    first, second = tmp_path / "一.xlsx", tmp_path / "二.xlsx"
    zuozheng("review", "export", first, "--department", "组织人事科", home=home)
    fill(first, SAID)
    zuozheng("review", "import", first, "--by", "王老师", home=home)
    zuozheng("review", "export", second, "--unit", "望桥二小", home=home)
    rows = {row[3]: row for row in load_workbook(second).worksheets[0].iter_rows(min_row=2, values_only=True)}
    row = rows["义教 C19 C19 教师资格证台账.xlsx"]
    assert (row[4], row[7], row[10]) == ("已核", "核验通过", "王老师")
    assert all(row[2] == "示例区望桥镇第二小学" for row in rows.values())
    zuozheng("review", "import", second, "--by", "王老师", home=home)
    assert len(list(lines(Home(home)))) == 1, "a sheet that says what is known adds nothing"


def test_a_sheet_of_another_kind_is_told(home, tmp_path, zuozheng: Run):
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"no workbook")
    assert "另存为 .xlsx" in zuozheng("review", "import", broken, home=home, code=1).stderr
    zuozheng("gaps", "--xlsx", tmp_path / "gaps.xlsx", home=home)
    assert "少了这几列" in zuozheng("review", "import", tmp_path / "gaps.xlsx", home=home, code=1).stderr


@pytest.mark.slow
def test_a_sheet_saved_by_libreoffice_comes_back_the_same(home, tmp_path, zuozheng: Run):
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is missing")
    sheet = tmp_path / "核验.xlsx"
    zuozheng("review", "export", sheet, home=home)
    fill(sheet, SAID)
    out = tmp_path / "saved"
    subprocess.run(["soffice", "--headless", "--convert-to", "xlsx", "--outdir", out, sheet], check=True, capture_output=True)
    assert '"reviews":3' in zuozheng("review", "import", out / "核验.xlsx", "--by", "王老师", "--json", home=home).stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nobody", "verified", "--by", "甲"), "没有编号"),
        (("{id}", "rejected", "--by", "甲"), "退回要写明原因"),
        (("{id}", "rejected", "--by", "甲", "--code", "其他"), "--why"),
        (("{id}", "rejected", "--by", "甲", "--code", "不好看"), "没有“不好看”"),
        (("{id}", "verified", "--by", " "), "--by"),
        (("{id}", "verified", "--by", "甲", "--point", "compulsory/C99"), "没有要点"),
        (("{id}", "verified", "--by", "甲", "--point", "compulsory/C1"), "没有归入要点"),
        (("{id}", "verified", "--by", "甲", "--item", "没有的"), "应备材料"),
        (("{id}", "verified", "--by", "甲", "--period", "昨天"), "看不懂时间"),
    ],
)
def test_mistakes_of_a_reviewer_get_one_clear_sentence(home, zuozheng: Run, ask, arguments, told):
    (document,) = [entry["id"] for entry in ask("list", home=home) if entry["name"] == "C19 教师资格证台账.xlsx"]
    words = [word.replace("{id}", document) for word in arguments]
    assert told in zuozheng("review", *words, home=home, code=1).stderr
    assert list(lines(Home(home))) == []


def test_a_waiver_by_command_and_its_end(home, zuozheng: Run, ask):
    terms = ("--by", "李主任", "--why", "市里统一提供", "--until", "2026-01-31")
    assert "--why" in zuozheng("waive", "preschool/C10", "--unit", "财务审计科", "--by", "甲", home=home, code=1).stderr
    zuozheng("waive", "preschool/C10", "--unit", "财务审计科", *terms, home=home)
    cell = next(cell for cell in ask("gaps", "--unit", "财务审计科", home=home)["cells"] if cell["point"] == "preschool/C10")
    assert (cell["status"], cell["reason"]) == ("waived", "经李主任同意免交，有效期到 2026-01-31：市里统一提供")
    zuozheng("waive", "preschool/C10", "--unit", "财务审计科", "--by", "李主任", "--lift", home=home)
    assert cells(ask, home)["财务审计科", "preschool/C10"] == "partial"
    assert "本来就不用交" in zuozheng("waive", "compulsory/C14", "--unit", "实验小学", *terms, home=home, code=1).stderr
