"""The command search as its users run it: every option, in a pipe and for programs."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.flow.conftest import ENVIRONMENT, Run
from tests.waiting import wait_for

UNITS = "名称,类型\n清溪小学,小学\n桃源幼儿园,幼儿园\n"
FILES = {
    "清溪小学/义教C10/音乐教室.txt": "荣教政发〔2023〕78号\n关于音乐教室建设的通知\n音乐教室面积达到一百平方米。\n2023年5月12日",
    "清溪小学/义教C12/=班额表.txt": "各班学生数，达到85%，C12 材料",
    "桃源幼儿园/学前C12/补助.txt": "普惠性民办园补助已到账，音乐活动正常开展",
    "桃源幼儿园/说明.txt": "音乐教室尚未建成",
}


@pytest.fixture
def home(tmp_path: Path, zuozheng: Run) -> Path:
    register = tmp_path / "units.csv"
    register.write_text(UNITS, encoding="utf-8")
    zuozheng("init", "档案室", "--units", register)
    home = tmp_path / "档案室"
    settings = home / "zuozheng.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("settle_seconds = 2.0", "settle_seconds = 0.1"), "utf-8")
    for path, text in FILES.items():
        target = home / "收件箱" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    zuozheng("ingest", home=home)
    return home


def names(answer: dict[str, Any]) -> set[str]:
    assert answer["total"] == len(answer["hits"])
    return {hit["name"] for hit in answer["hits"]}


def test_what_can_be_asked(home: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    def found(*arguments: str) -> set[str]:
        return names(ask("search", *arguments, home=home))

    assert found("音乐教室 -补助") == {"音乐教室.txt", "说明.txt"}
    assert found("（面积 或 到账） 音乐") == {"音乐教室.txt", "补助.txt"}
    assert found("荣教政发[2023] 78 号") == {"音乐教室.txt"}
    assert found("85%") == {"=班额表.txt"}
    assert found("单位：清溪小学") == {"音乐教室.txt", "=班额表.txt"}
    assert found("音乐", "--unit", "桃源幼儿园") == {"补助.txt", "说明.txt"}
    assert found("年份：2023") == found("--year", "2022..2023") == {"音乐教室.txt"}
    assert found("类型：txt", "--point", "学前C12") == {"补助.txt"}
    assert found("--department", "学前教育科", "--point", "学前C12") <= {"补助.txt"}
    cells = ask("gaps", home=home)["cells"]
    for status in {cell["status"] for cell in cells if cell["documents"]}:
        held = {document for cell in cells if cell["status"] == status for document in cell["documents"]}
        assert {hit["id"] for hit in ask("search", f"status:{status}", home=home)["hits"]} >= held > set()
    assert found("-状态：已对应") == {"说明.txt"}
    assert found("") == {path.rpartition("/")[2] for path in FILES}

    code = ask("search", "C12", home=home)
    assert [entry["label"] for entry in code["direct"]] == ["学前 C12", "义教 C12"]
    assert names(code) == {"=班额表.txt", "补助.txt"}
    assert ask("search", "C50", home=home)["note"].startswith("C50")
    assert "用法" not in zuozheng("search", home=home, code=1).stdout


def test_json_keeps_its_contract(home: Path, ask: Callable[..., Any]) -> None:
    answer = ask("search", "音乐教室面积", home=home)
    assert {"total", "exact", "took_ms", "note", "direct", "hits", "facets"} <= answer.keys()
    (hit,) = answer["hits"]
    assert {"id", "name", "unit", "points", "page", "snippet", "marks", "score", "passages", "ocr"} <= hit.keys()
    ((start, end),) = hit["marks"]
    assert hit["snippet"][start:end] == "音乐教室面积"
    assert (hit["points"], hit["doc_number"], hit["date"]) == (["compulsory/C10"], "荣教政发〔2023〕78号", "2023-05-12")
    assert answer["facets"]["point"] == {"compulsory/C10": 1}
    assert answer["facets"]["year"] == {"2023": 1}
    assert ask("search", "音乐", "--limit", "1", "--offset", "1", home=home)["total"] == 3


def test_lines_for_people_have_no_codes_in_a_pipe(home: Path, zuozheng: Run) -> None:
    told = zuozheng("search", "音乐教室", home=home).stdout
    assert "\x1b" not in told
    assert "找到 2 份" in told
    assert "音乐教室.txt  清溪小学  义教 C10" in told
    assert "单位: " in told
    assert "→ 义教 C10" in zuozheng("search", "义教C10", home=home).stdout


def test_a_table_for_a_spreadsheet(home: Path, zuozheng: Run) -> None:
    told = zuozheng("search", "类型：txt", "--csv", home=home).stdout
    assert told.startswith("\ufeff编号,名称,单位")
    header, *rows = csv.reader(io.StringIO(told.removeprefix("\ufeff")))
    assert len(rows) == 4
    table = [dict(zip(header, row, strict=True)) for row in rows]
    assert {row["名称"] for row in table} == {"音乐教室.txt", "'=班额表.txt", "补助.txt", "说明.txt"}
    room = next(row for row in table if row["名称"] == "音乐教室.txt")
    assert (room["文号"], room["要点"]) == ("荣教政发〔2023〕78号", "义教 C10")


def test_searches_are_saved_and_run(home: Path, zuozheng: Run) -> None:
    assert "searches.toml" in zuozheng("search", "--saved", home=home).stdout
    zuozheng("search", "音乐", "--unit", "桃源幼儿园", "--sort", "date", "--save", "园里的音乐", home=home)
    assert "园里的音乐" in zuozheng("search", "--saved", home=home).stdout
    answer = json.loads(zuozheng("search", "--saved", "园里的音乐", "--json", home=home).stdout)
    assert names(answer) == {"补助.txt", "说明.txt"}
    answer = json.loads(zuozheng("search", "--json", "补助", "--saved", "园里的音乐", home=home).stdout)
    assert names(answer) == {"补助.txt"}
    assert "园里的音乐" in zuozheng("search", "--saved", "别的", home=home, code=1).stderr


def test_a_text_store_that_is_gone_is_told_of(home: Path, zuozheng: Run, ask: Callable[..., Any]) -> None:
    (home / ".zuozheng" / "text.sqlite").unlink()
    answer = ask("search", "音乐教室面积", home=home)
    assert (answer["total"], answer["hits"][0]["snippet"]) == (1, "")
    assert "ingest" in answer["note"]
    zuozheng("ingest", home=home)
    answer = ask("search", "音乐教室面积", home=home)
    assert (answer["note"], "音乐教室面积" in answer["hits"][0]["snippet"]) == ("", True)


def test_documents_like_one(home: Path, ask: Callable[..., Any], zuozheng: Run) -> None:
    (hit,) = ask("search", "尚未建成", home=home)["hits"]
    alike = ask("search", "--like", hit["id"], home=home)
    assert "音乐教室.txt" in names(alike)
    assert "没有编号为 x1" in zuozheng("search", "--like", "x1", home=home, code=1).stderr


def test_a_damaged_index_is_made_again_before_answering(home: Path, zuozheng: Run) -> None:
    for victim in (home / ".zuozheng" / "index").glob("*.grm"):
        victim.write_bytes(bytes(victim.stat().st_size))
    done = zuozheng("search", "音乐", "--json", home=home)
    assert "重建" in done.stderr
    assert json.loads(done.stdout)["total"] == 3
    assert zuozheng("search", "音乐", home=home).stderr == ""


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


@pytest.mark.parametrize("harm", [lambda path: path.write_bytes(bytes(path.stat().st_size)), cut, Path.unlink])
def test_damage_under_a_running_watch_is_healed_while_files_come_in(home: Path, harm: Callable[[Path], object]) -> None:
    command = [sys.executable, "-m", "zuozheng", "--home", str(home), "watch"]
    watch = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    index = home / ".zuozheng" / "index"
    try:
        drop(home, "first", "the watch is at work")
        wait_for(lambda: total(home, "watch is at work") == 1)
        for ending in (".grm", ".toc", ".json", ".trm", ".pst", ".col"):
            for victim in [path for path in index.iterdir() if path.suffix == ending]:
                harm(victim)
            # Asked at once it is made again before it answers; the watch, which has it open, goes on with the new one.
            wait_for(lambda: total(home, "音乐") == 3)
            drop(home, f"after{ending}", f"dropped after {ending[1:]}")
            wait_for(lambda ending=ending: total(home, f"dropped after {ending[1:]}") == 1)
        for victim in [path for path in index.iterdir() if path.suffix == ".grm"]:
            harm(victim)
        # Not asked, the watch itself makes it again with the next file.
        drop(home, "last", "the very last")
        wait_for(lambda: total(home, "the very last") == 1)
        assert total(home, "音乐") == 3
        assert watch.poll() is None
    finally:
        watch.send_signal(signal.SIGTERM)
        watch.communicate(timeout=180)


def total(home: Path, query: str) -> int | None:
    """Ask, and return how many are found; None where search says that the index is being built again. Nothing else will do."""
    command = [sys.executable, "-m", "zuozheng", "--home", str(home), "search", query, "--json"]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode in (0, 75), done.stderr
    answer = json.loads(done.stdout) if done.returncode == 0 else {"total": None}
    return answer["total"]  # type: ignore[no-any-return]


def drop(home: Path, name: str, text: str) -> None:
    (home / "收件箱" / "清溪小学" / f"{name}.txt").write_text(text, encoding="utf-8")
