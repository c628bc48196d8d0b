"""A small district's home for the reliability suites, and files of many kinds to drop into it."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from archive.home import Home
from archive.setup import init
from indexer.index import Index
from schema.settings import Settings
from zuozheng.demo.pdf import Line, pdf

INBOX = "收件箱"
UNITS = ("清溪小学", "桃源幼儿园", "云台初级中学", "石桥教学点")
_REGISTER = (
    "名称,类型,办别,普惠\n清溪小学,小学,公办,\n桃源幼儿园,幼儿园,民办,是\n云台初级中学,初中,公办,\n石桥教学点,教学点,公办,\n"
)
_WORDS = "班额 教师 名册 校舍 面积 经费 体育 器材 图书 收费 公示 作业 食堂 安全 培训 课程 学籍 统计 普通话 实验室".split()
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)


def make_home(folder: Path, units: Iterable[str] = UNITS, **settings: Any) -> Home:
    """Make a home in `folder` for these units (primary schools, where not in UNITS), with settling times that suit a test."""
    register = folder.parent / f"{folder.name}.csv"
    head, *rows = _REGISTER.splitlines()
    known = {row.split(",")[0]: row for row in rows}
    register.write_text("\n".join([head, *(known.get(unit, f"{unit},小学,公办,") for unit in units)]), encoding="utf-8-sig")
    quick = {"settle_seconds": 0.05, "patience_seconds": 0.15, "read_workers": 1, "keep_free_percent": 0.0}
    home = Home(folder)
    init(home, replace(Settings(), **{**quick, **settings}), register)
    # An index is there from the first day; only its first creation is no interesting moment to be killed in.
    Index.open(home.state / "index").close()
    return home


def docx(text: str, ballast: bytes = b"") -> bytes:
    """Return a Word file of one paragraph, with as much more in it as `ballast` is long."""
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'<w:document xmlns:w="{w}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in (("[Content_Types].xml", _TYPES), ("_rels/.rels", _RELATIONS), ("word/document.xml", body)):
            package.writestr(name, part)
        package.writestr("docProps/ballast.bin", ballast, zipfile.ZIP_STORED)
    return out.getvalue()


def varied(number: int, dice: random.Random) -> tuple[str, bytes]:
    """Return the suffix and the bytes of file `number`, unlike all others: text, tables, Word, PDF, pictures, sometimes large."""
    text = f"材料第{number}号，" + "".join(dice.choices(_WORDS, k=dice.randint(3, 60)))
    picture = number.to_bytes(8, "big") + dice.randbytes(dice.randint(1, 4000))
    made = {
        45: (".txt", text.encode()),
        60: (".txt", text.encode("gbk")),
        70: (".csv", f"编号,内容\r\n{number},{text}\r\n".encode("utf-8-sig")),
        80: (".docx", docx(text)),
        88: (".pdf", pdf([[Line(text[:30])]])),
        97: (".jpg", b"\xff\xd8\xff\xe0" + picture + b"\xff\xd9"),
        100: (".dat", picture * dice.randint(1, 400) + b"end"),
    }
    chance = dice.uniform(0, 100)
    return next(file for limit, file in made.items() if chance <= limit)
