"""A small real home: five invented units, everything on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.home import Home
from archive.intake import Tally, take_in
from archive.opening import Archive, writing_archive
from archive.scan import walk
from archive.setup import init
from schema.settings import Settings

REGISTER = """编号,名称,别名,类型,办别,普惠,寄宿,在校生数,开办年份,镇街,联系人
u01,清溪小学,溪小,小学,公办,,否,860,1958,清溪镇,林晓
u02,桃源幼儿园,,幼儿园,民办,是,,210,2019,桃源街道,
u03,云台初级中学,云台中学,初中,公办,,是,1200,,云台镇,
u04,石桥教学点,,教学点,公办,,,46,,石桥镇,
u05,启明特殊教育学校,,特殊教育学校,公办,,,88,,,
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    register = tmp_path / "register.csv"
    register.write_text(REGISTER, encoding="utf-8-sig")
    home = Home(tmp_path / "档案馆")
    init(home, replace(Settings(), settle_seconds=0.02, patience_seconds=0.1, scan_seconds=0.3), register)
    return home


@pytest.fixture
def drop(home: Home) -> Callable[[str, bytes], Path]:
    def put(path: str, data: bytes = b"evidence") -> Path:
        target = home.root / "收件箱" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return target

    return put


@pytest.fixture
def archive(home: Home) -> Iterator[Archive]:
    with writing_archive(home) as opened:
        yield opened


@pytest.fixture
def ingest(archive: Archive) -> Callable[[], Tally]:
    return lambda: take_in(archive, lambda intake: intake.step(walk(archive.home.root / "收件箱", archive.home.root)))
