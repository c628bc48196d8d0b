"""A made-up district of any size for the benchmarks: the demo's papers, varied in unit, figures, dates, length, format and name.

    python -m bench.corpus FOLDER COUNT [SEED]

The same arguments give the same bytes. Word files are written without python-docx here: that is ten times as fast.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import escape

from schema.model import PointRef, Unit, UnitKind
from schema.units import dump_units, kind_word
from zuozheng.demo.district import Entry, entries, render, units
from zuozheng.demo.office import docx, member
from zuozheng.demo.paper import Paper, Section, Table

# Shares as one meets them in a school's folder; among the rest (2 in 100) the faults of the demo, and repeated files.
FORMATS = {".docx": 36, ".pdf": 30, ".xlsx": 25, ".txt": 5, ".csv": 4}
FAULTS = {"": 95, "scan": 1, "locked": 1, "truncated": 1, "repeat": 2}
KINDS = {
    UnitKind.KINDERGARTEN: 40, UnitKind.PRIMARY: 30, UnitKind.JUNIOR: 12, UnitKind.NINE_YEAR: 5,
    UnitKind.TWELVE_YEAR: 3, UnitKind.SPECIAL: 1, UnitKind.TEACHING_POINT: 9,
}  # fmt: skip
FRAMEWORK_WORDS = {"preschool": "学前", "compulsory": "义教"}
_FIGURE = re.compile(r"(?<![\d.〔—])[1-9]\d{1,2}(?![\d.年月日号〕%])")


def generate(folder: Path, count: int, seed: int = 1) -> None:
    """Write units.csv and `count` files under 收件箱/<unit>/ into `folder`, the same for the same `count` and `seed`."""
    dice = random.Random(seed)
    register = district(max(20, min(240, count // 40)), dice)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "units.csv").write_bytes(dump_units(register))
    for path, data in files(register, count, dice):
        target = folder / "收件箱" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def district(count: int, dice: random.Random) -> tuple[Unit, ...]:
    """Return `count` invented units of mixed kinds, and the departments of the demo."""
    kinds = dice.choices(list(KINDS), list(KINDS.values()), k=count)
    made = (
        Unit(f"U{n:03d}", f"示例区第{n}{kind_word(kind)}", kind, public=True, inclusive=True)
        for n, kind in enumerate(kinds, start=1)
    )
    return (*made, *(unit for unit in units() if unit.kind is UnitKind.DEPARTMENT))


def files(register: Sequence[Unit], count: int, dice: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield `count` files: path below the inbox, and bytes."""
    stories, last = _stories(), b""
    for number in range(count):
        unit = dice.choice(register)
        entry = dice.choice(stories[unit.kind])
        paper = varied(entry, unit, number, dice)
        suffix = dice.choices(list(FORMATS), list(FORMATS.values()))[0]
        fault = dice.choices(list(FAULTS), list(FAULTS.values()))[0]
        suffix = {"scan": ".pdf", "locked": ".pdf", "truncated": ".docx"}.get(fault, suffix)
        if suffix == ".csv" and not any(isinstance(part, Table) for section in paper.sections for part in section.parts):
            suffix = ".txt"  # nothing but a table can be a CSV file
        name = f"{named(entry, paper, dice)}_{number}{suffix}"
        if fault != "repeat" or not last:
            last = _written(replace(entry, path=name, paper=paper, fault=fault.replace("repeat", "")))
        yield f"{unit.name}/{name}", last


def varied(entry: Entry, unit: Unit, number: int, dice: random.Random) -> Paper:
    """Return the entry's paper as `unit` would have written it: other figures and date, more paragraphs, a number of its own."""

    def told(text: str) -> str:
        return _FIGURE.sub(
            lambda found: str(max(10, round(int(found[0]) * dice.uniform(0.8, 1.25)))), text.replace(entry.unit, unit.name)
        )

    def part(old: str | Table) -> str | Table:
        return told(old) if isinstance(old, str) else Table(tuple(tuple(map(told, row)) for row in old.rows))

    more = dice.choices(_paragraphs(), k=min(60, int(dice.expovariate(1 / 8))))
    bodies = [Section(section.heading, tuple(map(part, section.parts))) for section in entry.paper.sections]
    bodies[-1] = replace(bodies[-1], parts=(*bodies[-1].parts, *map(told, more), f"材料编号：SL{number:07d}。"))
    date = f"{dice.randint(2022, 2025)}年{dice.randint(1, 12)}月{dice.randint(1, 28)}日"
    title = entry.paper.title.replace(entry.unit, unit.name) or unit.name
    return replace(
        entry.paper, title=title, sections=tuple(bodies), sign=entry.paper.sign.replace(entry.unit, unit.name), date=date
    )


def named(entry: Entry, paper: Paper, dice: random.Random) -> str:
    """Return a path below the unit's folder in one of the habits of schools, without suffix; some bear no code."""
    point = PointRef.parse(dice.choice(entry.points))
    word, title = FRAMEWORK_WORDS[point.framework], paper.title[:30].replace("/", "／")
    habits = (f"{word} {point.code} 佐证/{title}", f"{word}{point.code}{title}", f"{word}/（{point.code}）{title}",
              f"{word}/【{point.code}】{title}", f"{point.code}/{title}", title, f"2025年材料/{title}")  # fmt: skip
    return dice.choice(habits)


def word_file(paper: Paper) -> bytes:
    """Return `paper` as a plain Word file: paragraphs and tables in the package python-docx writes for an empty one."""
    shell = _shell()
    start, end = (
        shell["word/document.xml"].split(b"<w:body>")[0],
        b"<w:sectPr" + shell["word/document.xml"].split(b"<w:sectPr")[1],
    )
    parts = chain.from_iterable((section.heading, *section.parts) for section in paper.sections)
    lines = (paper.head, paper.number, paper.title, paper.to, *parts, paper.sign, paper.date)
    body = start + b"<w:body>" + "".join(_word(line) for line in lines if line).encode() + end
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, data in shell.items():
            package.writestr(member(name), body if name == "word/document.xml" else data, zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def _word(part: str | Table) -> str:
    if isinstance(part, str):
        return f'<w:p><w:r><w:t xml:space="preserve">{escape(part)}</w:t></w:r></w:p>'
    grid = "<w:gridCol/>" * len(part.rows[0])
    rows = ("".join(f"<w:tc>{_word(cell)}</w:tc>" for cell in row) for row in part.rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def _written(entry: Entry) -> bytes:
    if not entry.fault and entry.path.endswith(".docx"):
        return word_file(entry.paper)
    return _scan() if entry.fault == "scan" else render(entry)


@cache
def _shell() -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(docx(Paper("", ())))) as package:
        return {name: package.read(name) for name in package.namelist()}


@cache
def _scan() -> bytes:
    return render(next(entry for entry in entries() if entry.fault == "scan"))


@cache
def _paragraphs() -> tuple[str, ...]:
    return tuple(
        part for entry in entries() for section in entry.paper.sections for part in section.parts if isinstance(part, str)
    )


def _stories() -> Mapping[UnitKind, list[Entry]]:
    """Return the papers of the demo by the kind of unit that wrote them."""
    kinds = {unit.name: unit.kind for unit in units()}
    found: defaultdict[UnitKind, list[Entry]] = defaultdict(list)
    for entry in entries():
        if entry.points and entry.paper.sections:
            found[kinds[entry.unit]].append(entry)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the district."""
    parser = argparse.ArgumentParser(description="Write a made-up district with COUNT files into FOLDER.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    asked = parser.parse_args(arguments)
    generate(asked.folder, asked.count, asked.seed)


if __name__ == "__main__":
    main()
