"""The program as its users run it: the command line in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive.home import Home
from archive.setup import init
from schema.errors import ArchiveError
from schema.settings import Settings
from zuozheng import conveyor
from zuozheng.__main__ import cli
from zuozheng.demo.district import write_inbox, write_units

ROOT = Path(__file__).parents[2]
REGISTER = """编号,名称,别名,类型,办别,普惠,寄宿,在校生数,开办年份,镇街,联系人
u01,清溪小学,溪小,小学,公办,,否,860,1958,清溪镇,林晓
u02,桃源幼儿园,,幼儿园,民办,是,,210,2019,桃源街道,
u03,云台初级中学,云台中学,初中,公办,,是,1200,,云台镇,
u04,石桥教学点,,教学点,公办,,,46,,石桥镇,
u05,启明特殊教育学校,,特殊教育学校,公办,,,88,,,
"""
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "ZUOZHENG_HOME"} | {
    "PYTHONPATH": str(ROOT),
    "LANG": "zh_CN.UTF-8",
}
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def zuozheng(tmp_path: Path) -> Run:
    """Run a command and expect it to succeed, unless `code` says otherwise."""

    def run(
        *arguments: object, code: int = 0, home: Path | None = None, cwd: Path = tmp_path
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "zuozheng", *(["--home", str(home)] if home else []), *map(str, arguments)]
        done = subprocess.run(
            command, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300
        )
        assert done.returncode == code, done.stderr + done.stdout
        return done

    return run


@pytest.fixture
def ask(zuozheng: Run) -> Callable[..., Any]:
    """Run a command with --json and return what it printed: one value, or a list where it prints a line an object."""

    def run(*arguments: object, home: Path) -> Any:
        lines = zuozheng(*arguments, "--json", home=home).stdout.splitlines()
        values = [json.loads(line) for line in lines]
        return values if arguments[0] in ("list", "ledger", "tag") else values[0]

    return run


@pytest.fixture(scope="session")
def demo_district(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo district, read and tagged, with the assessment on 20 December 2025. Not to be changed: copy it."""
    settings = Settings(settle_seconds=0.02, patience_seconds=0.2, read_workers=2, district="示例区")
    settings = replace(settings, assessment=date(2025, 12, 20), due=date(2025, 12, 10))
    home = Home(tmp_path_factory.mktemp("demo") / "示例档案")
    home.root.mkdir()
    write_units(home.register_file)
    init(home, settings, None)
    write_inbox(home.root / settings.inboxes[0])
    with conveyor.running(home) as stages:
        conveyor.one_pass(stages, conveyor.all_inboxes(stages.archive, lambda _sentence: None))
    return home


def paper_district(folder: Path, copies: int = 1) -> Home:
    """Make five units and the departments, whose papers lie in no point's folder: content alone tells. Read and tagged."""
    register = folder / "register.csv"
    register.write_text(REGISTER, encoding="utf-8-sig")
    home = Home(folder / "档案馆")
    settings = Settings(
        settle_seconds=0.02,
        patience_seconds=0.1,
        scan_seconds=0.3,
        read_workers=1,
        content_assigns=False,
        assessment=date(2025, 12, 20),
    )
    kinds = {str(unit.kind): unit.name for unit in init(home, settings, register).units}
    papers = tomllib.loads((ROOT / "tests" / "indexer" / "proposals.toml").read_text(encoding="utf-8"))["paper"]
    for number, paper in ((number, paper) for number in range(copies) for paper in papers):
        name = f"{paper['title']}{f'（{number}）' if number else ''}"
        place = home.root / "收件箱" / kinds.get(paper["kind"], "清溪小学") / "待分" / f"{name}.txt"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{name}\n\n{paper['text']}\n", encoding="utf-8")
    with conveyor.running(home) as stages:
        conveyor.one_pass(stages, conveyor.all_inboxes(stages.archive, lambda _sentence: None))
    return home


@pytest.fixture(scope="session")
def clerks_district(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A district of papers that wait for a person. Not to be changed: copy it."""
    return paper_district(tmp_path_factory.mktemp("clerks"))


@pytest.fixture
def clerks_home(clerks_district: Home, tmp_path: Path) -> Path:
    """A copy of that district, to be changed."""
    return Path(shutil.copytree(clerks_district.root, tmp_path / "档案馆"))


def command_of(home: Path) -> Callable[..., str]:
    """Return what runs a command on a home in this process: it returns what is printed, or the sentence it ends with."""

    def run(*arguments: object, code: int = 0) -> str:
        done = CliRunner().invoke(cli, ["--home", str(home), "--lang", "zh", *map(str, arguments)])
        if isinstance(done.exception, ArchiveError):
            assert code == done.exception.exit_code, done.exception
            return done.exception.message.text("zh")
        assert done.exit_code == code, (done.output, done.exception)
        return done.output

    return run


@pytest.fixture
def clerk(clerks_home: Path) -> Callable[..., str]:
    """Run a command on that copy."""
    return command_of(clerks_home)
