"""The program as its users run it: the command line in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive.home import Home
from archive.setup import init
from schema.settings import Settings
from zuozheng import conveyor
from zuozheng.demo.district import write_inbox, write_units

ROOT = Path(__file__).parents[2]
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
