"""The register of units (units.csv), as a person keeps it in Excel or WPS.

Headers may be Chinese or English, kinds may be ids or Chinese words, facts may be blank. The file is written as UTF-8 with a
byte order mark, the one form that both Excel and WPS open without mojibake; GB18030 (what they save as "CSV") is read too.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from schema.errors import Fault, FaultsError
from schema.messages import Language, Message, message
from schema.model import Duty, Unit, UnitKind

KIND_WORDS: dict[UnitKind, tuple[str, ...]] = {
    UnitKind.KINDERGARTEN: ("幼儿园",),
    UnitKind.PRIMARY: ("小学", "完全小学", "村小"),
    UnitKind.JUNIOR: ("初中", "初级中学"),
    UnitKind.NINE_YEAR: ("九年一贯制学校", "九年一贯制"),
    UnitKind.TWELVE_YEAR: ("十二年一贯制学校", "十二年一贯制"),
    UnitKind.SPECIAL: ("特殊教育学校", "特教学校", "特教"),
    UnitKind.TEACHING_POINT: ("教学点",),
    UnitKind.DEPARTMENT: ("科室", "部门", "机关科室"),
}

HEADERS: dict[str, str] = {
    "id": "编号", "name": "名称", "aliases": "别名", "kind": "类型", "public": "办别", "inclusive": "普惠",
    "boarding": "寄宿", "pupils": "在校生数", "opened": "开办年份", "township": "镇街", "contact": "联系人",
}  # fmt: skip
_OTHER_HEADERS = {
    "单位编号": "id",
    "单位名称": "name",
    "单位类型": "kind",
    "学校类型": "kind",
    "公办民办": "public",
    "简称": "aliases",
}
_WORD_TO_KIND = {word: kind for kind, words in KIND_WORDS.items() for word in (*words, kind.value)}
_TRUE, _FALSE = {"是", "有", "yes", "true", "1", "y"}, {"否", "无", "no", "false", "0", "n"}
_PUBLIC, _PRIVATE = {"公办", "public"}, {"民办", "private"}
# A unit's name becomes a folder on every system: these characters are not allowed there.
_NO_FOLDER = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')


def kind_word(kind: UnitKind, language: Language = "zh") -> str:
    """Return the word for a unit kind: the Chinese one as written to the register, the English one after the kind's id."""
    return KIND_WORDS[kind][0] if language == "zh" else kind.replace("-", " ")


def parse_kind(word: str) -> UnitKind:
    """Return the kind named by an id or a Chinese word. Raises ValueError for anything else."""
    try:
        return _WORD_TO_KIND[word.strip().lower()]
    except KeyError:
        raise ValueError(word) from None


def load_units(path: Path) -> tuple[Unit, ...]:
    """Read the register. Raises FaultsError with every fault at once (file, line, what to do)."""
    try:
        rows = list(csv.reader(io.StringIO(decode(path.read_bytes()), newline="")))
    except FileNotFoundError:
        raise FaultsError((Fault(path.name, "", message("units.missing", path=path)),)) from None
    header = [_field(cell) for cell in rows[0]] if rows else []
    faults = [
        Fault(path.name, "1", message("units.no-column", column=HEADERS[name])) for name in ("name", "kind") if name not in header
    ]
    if faults:
        raise FaultsError(tuple(faults))
    units: list[Unit] = []
    for line, row in enumerate(rows[1:], start=2):
        record = {name: cell.strip() for name, cell in zip(header, row, strict=False) if name and cell.strip()}
        if record:
            unit, wrong = _unit(record)
            faults += [Fault(path.name, str(line), what) for what in wrong]
            units += [unit] if unit else []
    faults += [Fault(path.name, "", what) for what in _clashes(units)]
    if faults:
        raise FaultsError(tuple(faults))
    return tuple(units)


def dump_units(units: Iterable[Unit]) -> bytes:
    """Return the register as the bytes of a CSV file with Chinese headers, UTF-8 with byte order mark, CRLF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADERS.values())
    writer.writerows([_cell(name, getattr(unit, name)) for name in HEADERS] for unit in units)
    return text.getvalue().encode("utf-8-sig")


def with_departments(units: tuple[Unit, ...], duties: Iterable[Duty]) -> tuple[Unit, ...]:
    """Return `units` with a unit for every department named in `duties` that the register does not know yet."""
    known = {name for unit in units for name in (unit.name, *unit.aliases)}
    names = dict.fromkeys(name for duty in duties for name in duty.departments if name not in known)
    return units + tuple(Unit(id=name, name=name, kind=UnitKind.DEPARTMENT) for name in names)


def fold_name(name: str) -> str:
    """Return the form under which unit names are compared: NFKC, without white space, casefolded."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def unit_names(units: Iterable[Unit]) -> dict[str, Unit]:
    """Return every id, name and alias, folded, with its unit."""
    return {fold_name(name): unit for unit in units for name in (unit.id, *unit.aliases, unit.name) if name}


def decode(data: bytes) -> str:
    """Return the text of a CSV file as Excel and WPS save it: UTF-8, else GB18030."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def _field(header: str) -> str:
    word = fold_name(header)
    by_word = {fold_name(title): name for name, title in HEADERS.items()} | _OTHER_HEADERS
    return word if word in HEADERS else by_word.get(word, "")


def _unit(record: dict[str, str]) -> tuple[Unit | None, list[Message]]:
    wrong: list[Message] = []
    values: dict[str, Any] = {}
    for name, cell in record.items():
        try:
            values[name] = _READ[name](cell)
        except ValueError:
            wrong.append(message(f"units.bad-{name}", value=cell))
    if "name" not in record:
        wrong.append(message("units.no-name"))
    if "kind" not in record:
        wrong.append(message("units.no-kind"))
    if wrong:
        return None, wrong
    return Unit(**({"id": values["name"]} | values)), []


def _clashes(units: list[Unit]) -> Iterator[Message]:
    seen: dict[str, Unit] = {}
    for unit in units:
        for name in dict.fromkeys(fold_name(name) for name in (unit.id, unit.name, *unit.aliases)):
            if seen.setdefault(name, unit) is not unit:
                yield message("units.clash", name=name, one=seen[name].name, other=unit.name)


def _folder_name(cell: str) -> str:
    name = unicodedata.normalize("NFC", cell)
    if _NO_FOLDER.search(name) or name.startswith(("_", ".")) or name.endswith(".") or len(name.encode()) > 120:
        raise ValueError(cell)
    return name


def _yes_no(yes: set[str], no: set[str]) -> Callable[[str], bool]:
    def read(cell: str) -> bool:
        word = fold_name(cell)
        if word in yes or word in no:
            return word in yes
        raise ValueError(cell)

    return read


def _count(cell: str) -> int:
    number = int(unicodedata.normalize("NFKC", cell).replace(",", "").removesuffix("人").removesuffix("年"))
    if number < 0:
        raise ValueError(cell)
    return number


_READ: dict[str, Callable[[str], Any]] = {
    "id": _folder_name,
    "name": _folder_name,
    "aliases": lambda cell: tuple(word for word in re.split(r"[;；、,，\s]+", cell) if word),
    "kind": parse_kind,
    "public": _yes_no(_PUBLIC | _TRUE, _PRIVATE | _FALSE),
    "inclusive": _yes_no(_TRUE | {"普惠"}, _FALSE | {"非普惠"}),
    "boarding": _yes_no(_TRUE | {"寄宿"}, _FALSE | {"走读"}),
    "pupils": _count,
    "opened": _count,
    "township": str,
    "contact": str,
}


def _cell(name: str, value: object) -> str:
    if isinstance(value, UnitKind):
        return kind_word(value)
    if isinstance(value, bool):
        return ("公办" if value else "民办") if name == "public" else ("是" if value else "否")
    if isinstance(value, tuple):
        return "；".join(value)
    return "" if value is None else str(value)
