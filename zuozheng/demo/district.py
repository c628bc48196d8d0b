"""The district itself: the stories in data/*.toml turned into a register of units and files in an inbox."""

from __future__ import annotations

import csv
import io
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any

from schema.errors import ArchiveError
from schema.model import Unit, UnitKind
from schema.units import dump_units
from zuozheng.demo.office import docx, member, xlsx
from zuozheng.demo.pages import lay_out
from zuozheng.demo.paper import Paper, Section, Table, sections
from zuozheng.demo.pdf import pdf
from zuozheng.demo.pictures import photo, scan

PASSWORD = "sl2025"  # what opens the encrypted file of the demo


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the inbox: the unit whose folder it lies in, its path there, what is wrong with it, and what it says.

    `points` are the points a careful clerk would file it under ("preschool/C12"), empty where nobody could tell. `fault` is
    empty or one of the keys of the table below; `of` is the path "unit/file" of the entry whose bytes a copy repeats.
    """

    unit: str
    path: str
    paper: Paper
    points: tuple[str, ...]
    fault: str
    of: str
    raw: str


def write_demo(folder: Path) -> int:
    """Write units.csv and the inbox (收件箱) of the fictitious district into `folder`; return the number of files in the inbox.

    The same bytes every time. Raises ArchiveError when a file is already there: nothing is overwritten.
    """
    write_units(folder / "units.csv")
    return write_inbox(folder / _words()["inbox"])


def write_units(path: Path) -> None:
    """Write the register of the fictitious district. Raises ArchiveError when `path` exists."""
    _write(path, dump_units(units()))


def write_inbox(folder: Path) -> int:
    """Write the files of all units into `folder`/<unit>/…; return their number. Raises ArchiveError when one exists."""
    data: dict[str, bytes] = {}
    for entry in entries():
        data[f"{entry.unit}/{entry.path}"] = data[entry.of] if entry.fault == "copy" else render(entry)
    for name, content in data.items():
        _write(folder / name, content)
    return len(data)


@cache
def units() -> tuple[Unit, ...]:
    """Return the invented units, and departments called as in the notice."""
    rows = _load("units.toml")["unit"]
    return tuple(Unit(**(row | {"kind": UnitKind(row["kind"]), "aliases": tuple(row.get("aliases", ()))})) for row in rows)


@cache
def entries() -> tuple[Entry, ...]:
    """Return every file of the inbox in the order of the data; a copy stands after what it copies."""
    sources = ("preschool.toml", "compulsory.toml", "departments.toml", "awkward.toml")
    return tuple(_entry(row) for source in sources for row in _load(source)["file"])


def render(entry: Entry) -> bytes:
    """Return the bytes of one file that is no copy."""
    if entry.fault:
        return _FAULTS[entry.fault](entry)
    return _FORMATS[PurePosixPath(entry.path).suffix.lower()](entry.paper)


def plain(paper: Paper) -> str:
    """Return `paper` as the text of a text file: a paragraph a line, table cells parted by tabs, CRLF."""
    lines = [paper.head, paper.number, paper.title, paper.to]
    for section in paper.sections:
        lines += [section.heading, *(line for part in section.parts for line in _lines(part))]
    return "".join(f"{line}\r\n" for line in (*lines, paper.sign, paper.date) if line)


def _lines(part: str | Table) -> list[str]:
    return ["\t".join(row) for row in part.rows] if isinstance(part, Table) else [part]


def _csv(paper: Paper) -> bytes:
    out = io.StringIO(newline="")
    tables = (part for section in paper.sections for part in section.parts if isinstance(part, Table))
    csv.writer(out, lineterminator="\r\n").writerows(row for table in tables for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def _zip(entry: Entry) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(member(f"{entry.paper.title}.docx"), docx(entry.paper), zipfile.ZIP_DEFLATED, 9)
        package.writestr(member(f"{entry.paper.title}.jpg"), photo(90))
    return out.getvalue()


_FORMATS: Mapping[str, Callable[[Paper], bytes]] = {
    ".pdf": lambda paper: pdf(lay_out(paper)),
    ".docx": docx,
    ".xlsx": xlsx,
    ".txt": lambda paper: plain(paper).encode(),
    ".csv": _csv,
}
_FAULTS: Mapping[str, Callable[[Entry], bytes]] = {
    "scan": lambda entry: scan(),  # noqa: ARG005
    "photo": lambda entry: photo(len(entry.path)),
    "zip": _zip,
    "locked": lambda entry: pdf(lay_out(entry.paper), PASSWORD),
    "truncated": lambda entry: docx(entry.paper)[:9000],
    "gbk": lambda entry: plain(entry.paper).encode("gbk"),
    "raw": lambda entry: entry.raw.encode("latin-1"),
}


def _entry(row: Mapping[str, Any]) -> Entry:
    parts: tuple[Section, ...] = sections(row.get("text", ""))
    facts = {name: row.get(name, "") for name in ("head", "number", "to", "date")}
    paper = Paper(row.get("title", ""), parts, sign=row.get("sign", row["unit"] if row.get("date") else ""), **facts)
    points = tuple(row.get("points", ()))
    return Entry(row["unit"], row["path"], paper, points, row.get("fault", ""), row.get("of", ""), row.get("raw", ""))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise ArchiveError("demo.exists", path=path) from None


def _words() -> dict[str, str]:
    words: dict[str, str] = _load("units.toml")["words"]
    return words


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((files("zuozheng.demo") / "data" / name).read_text(encoding="utf-8"))
