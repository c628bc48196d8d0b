"""A notice's table of duties read into drafts: dimensions, indicators, points, and who answers for which span. Pure.

Rows come as a reader saw them: a merged cell once, with the rows it covers. What is printed is taken as printed; what is only
inferred (a blank that continues the group above, a number nobody printed, a name broken over two lines) is noted for a person.
Rules found in a real notice: a blank department continues the group above, also over the border of two indicators or dimensions;
a group's persons stand in any of its rows; a code that repeats is the same thing after a page break; a point without a code
continues the point above; digits glued to a code are cut by the number that must come.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from schema.codes import plain
from schema.messages import Message, message
from schema.model import Dimension, Indicator


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, a line a paragraph; how many rows it covers; in which of them, from 0, its text is printed."""

    text: str
    rows: int = 1
    at: int = 0


Row = tuple[Cell | None, ...]
"""The cells of a row; None where a cell from above reaches down."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a notice in order: a paragraph, or the rows of a table."""

    text: str = ""
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Who answers for the points `first` to `last`, and at which points the names are printed."""

    first: int
    last: int
    departments: tuple[str, ...]
    persons: tuple[str, ...]
    departments_at: int
    persons_at: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What one table of a notice comes to. `points` are pairs of indicator code and text; `notes` what a person must look at."""

    title: str
    source: str
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]
    points: tuple[tuple[str, str], ...]
    spans: tuple[Span, ...]
    notes: tuple[Message, ...]


_HEADS = {
    "dimension": re.compile(r"维度|一级指标"), "indicator": re.compile(r"二级指标|^指标|指标名称"),
    "point": re.compile(r"要点|评估内容|三级指标|评估标准"), "department": re.compile(r"责任(科室|单位|部门)|牵头(科室|单位)"),
    "person": re.compile(r"责任人|联系人|负责人"),
}  # fmt: skip
_SOURCE = re.compile(r"[\u4e00-\u9fff]{2,12}〔\d{4}〕\d+号")
_ANNEX = re.compile(r"附件\d*[:：]?")


def drafts(blocks: Iterable[Block]) -> tuple[Draft, ...]:
    """Return a draft for every table of duties in a notice; tables without a column of points and of departments are none."""
    found: list[_Table] = []
    title, source = "", ""
    columns: dict[str, int] = {}
    for block in blocks:
        if not block.rows:
            text = _squeezed(block.text)
            source = source or next(iter(_SOURCE.findall(text)), "")
            title = text if text and not _ANNEX.fullmatch(text) else title
            continue
        for number, row in enumerate(block.rows):
            heads = _columns(row)
            if heads:
                columns = heads
                if not found or (found[-1].points and _starts_anew(block.rows[number + 1 :], heads, found[-1])):
                    found.append(_Table(title, source))
                if found:
                    found[-1].broken = True
            elif columns and found:
                found[-1].add({name: row[place] for name, place in columns.items() if place < len(row)})
    return tuple(table.draft() for table in found if table.points)


@dataclass(slots=True)
class _Group:
    first: int
    departments: str
    departments_at: int
    persons: str = ""
    persons_at: int = 0
    last: int = 0


@dataclass(slots=True)
class _Table:
    """A table while its rows come in. `broken`: the next row is the first of a page; `coded`: points bear their numbers."""

    title: str
    source: str
    dimensions: list[Dimension] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    points: list[tuple[str, str]] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    broken: bool = False
    coded: bool = False

    def add(self, row: dict[str, Cell | None]) -> None:
        """Take in one row."""
        self._take_dimension(row.get("dimension"), has_column="dimension" in row)
        self._take_indicator(row.get("indicator"))
        if self._take_point(row.get("point")):
            self._take_owners(row.get("department"), row.get("person"))
        elif self.groups:
            self._take_rest(row.get("department"), row.get("person"))
        self.broken = False

    def draft(self) -> Draft:
        """Return what the rows came to."""
        spans = tuple(self._span(group) for group in self.groups)
        return Draft(
            self.title, self.source, tuple(self.dimensions), tuple(self.indicators), tuple(self.points), spans, tuple(self.notes)
        )

    def _take_dimension(self, cell: Cell | None, *, has_column: bool) -> None:
        if not has_column and not self.dimensions:
            self.dimensions.append(Dimension("A1", self.title or "A1"))
            self.notes.append(message("notice-import.no-dimension"))
        text = _squeezed(cell.text) if cell else ""
        if text:
            number, words = _coded(text, "A", len(self.dimensions) + 1)
            if number == len(self.dimensions) or words == (self.dimensions[-1].title if self.dimensions else None):
                return  # repeated after a page break
            self.dimensions.append(Dimension(f"A{len(self.dimensions) + 1}", words))

    def _take_indicator(self, cell: Cell | None) -> None:
        text = _squeezed(cell.text) if cell else ""
        if not text:
            return
        number, words = _coded(text, "B", len(self.indicators) + 1)
        if number is not None and number == len(self.indicators):
            return  # the same number again is the same indicator; the same name under the next number is another one
        if number is None and self.indicators and words == self.indicators[-1].title:
            return
        code = f"B{len(self.indicators) + 1}"
        dimension = self.dimensions[-1].code if self.dimensions else "A1"
        self.indicators.append(Indicator(code, words, dimension))
        if number is None:
            self.notes.append(message("notice-import.numbered", code=code, text=words[:20]))

    def _take_point(self, cell: Cell | None) -> bool:
        """Take in a point; False when the row only continues the one above."""
        text = _squeezed(cell.text) if cell else ""
        if not text:
            return False
        expected = len(self.points) + 1
        number, words = _coded(text, "C", expected)
        indicator = self.indicators[-1].code if self.indicators else "B1"
        if number is None and self.points and self.coded:
            last, before = self.points[-1]
            if not before.endswith(words):  # not the same words once more at the head of a page
                self.points[-1] = (last, before + words)
                self.notes.append(message("notice-import.continued", code=f"C{len(self.points)}", text=words[:20]))
            return False
        if number is not None and number < expected:
            return False  # repeated after a page break
        if number is None:
            self.notes.append(message("notice-import.numbered", code=f"C{expected}", text=words[:20]))
        elif number > expected:
            self.notes.append(message("notice-import.skipped", expected=f"C{expected}", found=f"C{number}"))
        self.coded = self.coded or number is not None
        self.points.append((indicator, words))
        return True

    def _take_owners(self, departments: Cell | None, persons: Cell | None) -> None:
        point = len(self.points)
        names = departments.text.strip() if departments else ""
        if names and not self._repeats(names, persons):
            self.groups.append(_Group(point, names, point + (departments.at if departments else 0)))
        elif not self.groups:
            self.groups.append(_Group(point, "", point))
        elif departments is not None:
            self.notes.append(message("notice-import.blank", code=f"C{point}", names=_listed(self.groups[-1].departments)))
        self.groups[-1].last = point
        self._take_persons(persons, point)

    def _take_rest(self, departments: Cell | None, persons: Cell | None) -> None:
        """Take names from a row that continues a point: the rest of a cell that a page break cut."""
        names = departments.text.strip() if departments else ""
        if names and _listed(names) != _listed(self.groups[-1].departments):
            self.groups[-1].departments += f"\n{names}"
        self._take_persons(persons, len(self.points))

    def _take_persons(self, persons: Cell | None, point: int) -> None:
        names = persons.text.strip() if persons else ""
        group = self.groups[-1]
        if names and _listed(names) != _listed(group.persons):
            group.persons_at = group.persons_at or point + (persons.at if persons else 0)
            group.persons = f"{group.persons}\n{names}".strip()

    def _repeats(self, names: str, persons: Cell | None) -> bool:
        """Return whether the same departments stand there once more only because a page began, in the middle of their cell."""
        same = bool(self.groups) and _listed(names) == _listed(self.groups[-1].departments)
        again = persons is None or _listed(persons.text) in ("", _listed(self.groups[-1].persons if self.groups else ""))
        return self.broken and same and again

    def _span(self, group: _Group) -> Span:
        persons = tuple(_names(group.persons))
        departments = tuple(_names(group.departments))
        if len(departments) > len(persons) > 0:
            departments = _joined(departments, len(persons))
            self.notes.append(message("notice-import.joined", code=f"C{group.first}", names="、".join(departments)))
        if len(departments) != len(persons):
            self.notes.append(
                message("notice-import.pairs", code=f"C{group.first}", departments=len(departments), persons=len(persons))
            )
        return Span(
            group.first, group.last, departments, persons, min(group.departments_at, group.last),
            min(group.persons_at or group.first, group.last),
        )  # fmt: skip


def _columns(row: Row) -> dict[str, int]:
    """Return where each column stands when the row is a header: points and departments at least."""
    texts = [_squeezed(cell.text) if cell else "" for cell in row]
    found: dict[str, int] = {}
    for name in ("dimension", "person", "department", "point", "indicator"):
        free = (number for number in range(len(texts)) if number not in found.values() and len(texts[number]) <= 12)
        place = next((number for number in free if _HEADS[name].search(texts[number])), None)
        if place is not None:
            found[name] = place
    return found if {"point", "department"} <= found.keys() else {}


def _starts_anew(rows: Sequence[Row], columns: dict[str, int], table: _Table) -> bool:
    """Return whether the rows after a header begin another table: their first point is number one, or has no number."""
    for row in rows:
        cell = row[columns["point"]] if columns["point"] < len(row) else None
        if cell is not None and cell.text.strip():
            number, _words = _coded(_squeezed(cell.text), "C", len(table.points) + 1)
            return number == 1 or (number is None and not table.coded)
    return False


def _coded(text: str, letter: str, expected: int) -> tuple[int | None, str]:
    """Return the number after `letter` at the beginning of a text, and the rest; digits glued to it are cut by what must come."""
    match = re.match(rf"{letter}\s*[-.、]?\s*(\d+)\s*[.、．:：]?\s*", plain(text), re.IGNORECASE)
    if match is None:
        return None, text
    digits = match[1]
    glued = len(digits) > 2 or int(digits) > expected
    for number in (expected, expected - 1):
        if glued and number > 0 and digits.startswith(str(number)):
            return number, text[match.start(1) + len(str(number)) :]
    return int(digits), text[match.end() :]


def _squeezed(text: str) -> str:
    """Return text without the white space that lines and cells bring in; between Latin words and figures one blank stays."""
    words = re.sub(r"(?<=\d)\.\s+(?=\d)", ".", text.strip())
    return re.sub(r"(?<![0-9A-Za-z])\s+|\s+(?![0-9A-Za-z])", "", re.sub(r"\s+", " ", words))


def _names(text: str) -> list[str]:
    parts = (re.sub(r"\s+", "", part) for part in re.split(r"[\n、,，;；]", text))
    return [part for part in parts if part]


def _listed(text: str) -> str:
    return "、".join(_names(text))


def _joined(names: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Return names put together until there are `count`: some were broken over two lines, and the longest lines are full."""
    parts = list(names)
    while len(parts) > count:
        place = max(range(len(parts) - 1), key=lambda number: len(parts[number]))
        parts[place : place + 2] = [parts[place] + parts[place + 1]]
    return tuple(parts)
