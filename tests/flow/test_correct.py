"""Elements of papers and a person's word on them through the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.flow.conftest import Run

PAPER = """青禾县教育局文件
青教发〔2024〕7号
关于班额管理的通知
各校：
请控制班额。
附件：班额统计表
青禾县教育局
2024年3月5日
"""


@pytest.fixture
def home(tmp_path: Path, zuozheng: Run) -> Path:
    register = tmp_path / "units.csv"
    register.write_text("名称,类型\n清溪小学,小学\n", encoding="utf-8")
    zuozheng("init", "档案馆", "--units", register)
    folder = tmp_path / "档案馆/收件箱/清溪小学/义教 C12 班额"
    folder.mkdir(exist_ok=True)
    (folder / "通知.txt").write_text(PAPER, encoding="utf-8")
    zuozheng("ingest", home=tmp_path / "档案馆")
    return tmp_path / "档案馆"


def test_elements_are_shown_corrected_and_kept(home: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    found = ask("elements", home=home)
    assert {entry["element"]: entry["values"] for entry in found["elements"]} == {
        "title": ["关于班额管理的通知"], "kind": ["通知"], "number": ["青教发〔2024〕7号"], "issuer": ["青禾县教育局"],
        "date": ["2024-03-05"], "recipients": ["各校"], "attachments": ["班额统计表"],
    }  # fmt: skip
    assert found["elements"][0]["line"] == 3
    shown = zuozheng("elements", found["id"], home=home).stdout
    assert "文号  青教发〔2024〕7号  （第 2 行，版头里的发文字号，97%）" in shown
    signed = ("--by", "林主任", "--why", "看了原件")
    zuozheng("correct", found["id"], "--date", "2023-03-05", "--number", "青教〔2023〕9号", "--secrecy", "", *signed, home=home)
    assert ask("search", "文号:青教〔2023〕9号", home=home)["hits"][0]["date"] == "2023-03-05"
    zuozheng("reread", home=home)
    zuozheng("rebuild", home=home)
    (document,) = ask("list", home=home)
    assert (document["date"], document["doc_number"], document["title"]) == (
        "2023-03-05",
        "青教〔2023〕9号",
        "关于班额管理的通知",
    )
    assert "由人填写" in zuozheng("elements", home=home).stdout
    assert not zuozheng("elements", "--unsure", home=home).stdout


def test_what_makes_no_sense_is_said_so(home: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    document, signed = ask("list", home=home)[0]["id"], ("--by", "林主任", "--why", "看了原件")
    assert "不是日期" in zuozheng("correct", document, "--date", "去年", *signed, home=home, code=1).stderr
    assert "没有编号为" in zuozheng("correct", "nonsense", "--title", "甲", *signed, home=home, code=1).stderr
    assert "请写明" in zuozheng("correct", document, *signed, home=home, code=1).stderr
    assert "nonsense" in zuozheng("elements", "nonsense", home=home, code=1).stderr
