"""Another district brings its notice: imported, checked, edited, filed by, lost, and brought back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.flow.conftest import Run

ROWS = (
    ("二级指标", "评估内容", "责任单位", "联系人"),
    ("B1组织保障", "C1成立书香校园领导小组。", "办公室", "甲某"),
    ("", "C2每年举办读书节。", "", ""),
    ("B2条件保障", "C32020年后新增图书达标。", "装备站", "乙某"),
)
UNITS = "编号,名称,类型\nx1,清溪小学,小学\nx2,石桥小学,小学\n"


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    document = Document()
    document.add_paragraph("示教发〔2025〕9号")
    document.add_paragraph("示例区创建书香校园责任分工表")
    table = document.add_table(len(ROWS), 4, style="Table Grid")
    for row, texts in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.save(str(tmp_path / "通知.docx"))
    return tmp_path / "通知.docx"


@pytest.fixture
def home(notice: Path, tmp_path: Path, zuozheng: Run) -> Path:
    """A home that works by an imported framework, its second point owed by every primary school."""
    root = tmp_path / "档案库"
    own = root / "体系"
    zuozheng("schema", "import", notice, own, "--framework", "books", "--district", "sample")
    draft = own / "frameworks" / "books.toml"
    parts = draft.read_text(encoding="utf-8").split("[[point]]")
    parts[2] = parts[2].replace('scope = "district"', 'scope = "unit"').replace('kinds = ["department"]', 'kinds = ["primary"]')
    draft.write_text("[[point]]".join(parts).replace('short = "books"', 'short = "书香"'), encoding="utf-8")
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    zuozheng("init", root, "--units", tmp_path / "units.csv", "--framework", "books", "--duties", "sample")
    settings = root / "zuozheng.toml"
    quick = settings.read_text(encoding="utf-8").replace("settle_seconds = 2.0", "settle_seconds = 0.02")
    settings.write_text(quick, encoding="utf-8")
    return root


def statuses(answer: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {(cell["unit_name"], cell["point"]): cell["status"] for cell in answer["cells"]}


def test_a_home_files_by_its_own_framework_and_duties(home: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    folder = next((home / "收件箱/清溪小学").glob("书香 C2*"))
    (folder / "读书节方案.txt").write_text("清溪小学2025年读书节方案", encoding="utf-8")
    zuozheng("ingest", home=home)
    answer = ask("gaps", home=home)
    assert statuses(answer) == {
        ("办公室", "books/C1"): "missing", ("清溪小学", "books/C2"): "submitted", ("石桥小学", "books/C2"): "missing",
        ("装备站", "books/C3"): "missing",
    }  # fmt: skip
    assert answer["totals"]["unrefined"] == 4, "nobody has written down what would be complete"
    (cell,) = [cell for cell in answer["cells"] if cell["point"] == "books/C3"]
    assert (cell["departments"], cell["persons"]) == (["装备站"], ["乙某"])
    zuozheng("site", home=home)
    page = (home / "网站/taskforce/index.html").read_text(encoding="utf-8")
    assert "书香" in page
    listed = zuozheng("schema", "list", home=home).stdout
    assert "书香 C3" in listed
    assert "学前" not in listed


def test_with_nothing_left_but_the_tree_the_framework_comes_back(home: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    folder = next((home / "收件箱/清溪小学").glob("书香 C2*"))
    (folder / "读书节方案.txt").write_text("清溪小学2025年读书节方案", encoding="utf-8")
    zuozheng("ingest", home=home)
    before = ask("gaps", home=home)
    own = (home / "体系/frameworks/books.toml").read_bytes()
    for place in ("体系", ".zuozheng", "收件箱"):
        shutil.rmtree(home / place)
    for name in ("zuozheng.toml", "units.csv"):
        (home / name).unlink()
    zuozheng("rebuild", home=home)
    assert (home / "体系/frameworks/books.toml").read_bytes() == own
    assert (home / "体系/duties/sample.toml").is_file()
    assert ask("gaps", home=home) == before


def test_a_fault_in_an_edited_file_is_told_with_file_and_line_and_one_in_an_unused_file_stops_nobody(
    home: Path, zuozheng: Run, ask: Callable[..., Any]
) -> None:
    draft = home / "体系/frameworks/books.toml"
    good = draft.read_text(encoding="utf-8")
    lines = good.splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text == 'scope = "unit"')
    lines[line - 1] = 'scope = "school"'
    draft.write_text("\n".join(lines), encoding="utf-8")
    for arguments in (("schema", "check"), ("gaps",)):
        done = zuozheng(*arguments, home=home, code=1)
        assert f"frameworks/books.toml:{line}:point[2].scope: 只能是：district, unit, mixed" in done.stderr
        assert "Traceback" not in done.stderr
    (draft.with_name("unfinished.toml")).write_text(draft.read_text(encoding="utf-8"), encoding="utf-8")
    draft.write_text(good, encoding="utf-8")
    assert ask("gaps", home=home)["totals"]["applicable"] == 4
    assert "frameworks/unfinished.toml" in zuozheng("schema", "check", home=home, code=1).stderr


def test_backup_and_restore_bring_the_own_files(home: Path, tmp_path: Path, zuozheng: Run) -> None:
    zuozheng("backup", tmp_path / "备份", home=home)
    zuozheng("restore", tmp_path / "备份", tmp_path / "新家")
    for place in ("frameworks/books.toml", "duties/sample.toml"):
        assert (tmp_path / "新家/体系" / place).read_bytes() == (home / "体系" / place).read_bytes()


def test_importing_again_replaces_nothing_unless_told(home: Path, notice: Path, zuozheng: Run) -> None:
    own = home / "体系/frameworks/books.toml"
    before = own.read_bytes()
    done = zuozheng("schema", "import", notice, "--framework", "books", "--district", "sample", home=home, code=1)
    assert "没有覆盖" in done.stderr
    assert own.read_bytes() == before
