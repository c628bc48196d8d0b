"""A notice's tables of duties read into drafts: dimensions, indicators, points, and who answers for which span. Pure.

Rows come as a reader saw them: a merged cell once, with the rows it covers. What is printed is taken as printed; what is only
inferred (a blank that continues the group above, a number nobody printed, a name broken over two lines) is noted for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schema.messages import Message
from schema.model import Dimension, Indicator
from schema.notice_rows import Cell, Row, Span, Table
from schema.notice_words import coded, squeezed

__all__ = ["Block", "Cell", "Draft", "Row", "Span", "drafts"]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a notice in order: a paragraph, or the rows of a table."""

    text: str = ""
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What one table of a notice comes to. `points` are pairs of indicator code and text; `notes` what a person must look at.

    A note about one entry carries its code as the parameter `code`; `span_notes` belong to the span that begins there.
    """

    title: str
    source: str
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]
    points: tuple[tuple[str, str], ...]
    spans: tuple[Span, ...]
    notes: tuple[Message, ...] = ()
    span_notes: tuple[Message, ...] = ()


_HEADS = {
    "dimension": re.compile(r"维度|一级指标"), "indicator": re.compile(r"二级指标|^指标|指标名称"),
    "point": re.compile(r"要点|评估内容|三级指标|评估标准"), "department": re.compile(r"责任(科室|单位|部门)|牵头(科室|单位)"),
    "person": re.compile(r"责任人|联系人|负责人"),
}  # fmt: skip
_SOURCE = re.compile(r"[\u4e00-\u9fff]{2,12}〔\d{4}〕\d+号")
_ANNEX = re.compile(r"附件\d*[:：]?")


def drafts(blocks: Iterable[Block]) -> tuple[Draft, ...]:
    """Return a draft for every table of duties in a notice; tables without a column of points and of departments are none."""
    found: list[tuple[str, str, Table]] = []
    title, source = "", ""
    columns: dict[str, int] = {}
    width = 0
    for block in blocks:
        if not block.rows:
            text = squeezed(block.text)
            source = source or next(iter(_SOURCE.findall(text)), "")
            title = text if text and not _ANNEX.fullmatch(text) else title
            continue
        if not any(map(_columns, block.rows)) and max(map(len, block.rows)) != width:
            continue  # a table of something else
        _begin_page(found)
        for number, row in enumerate(block.rows):
            heads = _columns(row)
            if heads:
                columns, width = heads, len(row)
                if not found or (found[-1][2].points and _starts_anew(block.rows[number + 1 :], heads, found[-1][2])):
                    found.append((title, source, Table(title)))
                _begin_page(found)
            elif found:
                found[-1][2].add({name: row[place] for name, place in columns.items() if place < len(row)})
    return tuple(_draft(*entry) for entry in found if entry[2].points)


def _draft(title: str, source: str, table: Table) -> Draft:
    dimensions = tuple(Dimension(f"A{number}", words) for number, words in enumerate(table.dimensions, start=1))
    pairs = zip(table.indicators, table.dimension_of, strict=True)
    indicators = tuple(Indicator(f"B{number}", words, f"A{above}") for number, (words, above) in enumerate(pairs, start=1))
    points = tuple((f"B{above}", words) for words, above in zip(table.points, table.indicator_of, strict=True))
    spans = table.spans()
    return Draft(title, source, dimensions, indicators, points, spans, tuple(table.notes), tuple(table.span_notes))


def _begin_page(found: Sequence[tuple[str, str, Table]]) -> None:
    if found:
        found[-1][2].broken = True


def _columns(row: Row) -> dict[str, int]:
    """Return where each column stands when the row is a header: points and departments at least."""
    texts = [squeezed(cell.text) if cell else "" for cell in row]
    found: dict[str, int] = {}
    for name in ("dimension", "person", "department", "point", "indicator"):
        free = (number for number in range(len(texts)) if number not in found.values() and len(texts[number]) <= 12)
        place = next((number for number in free if _HEADS[name].search(texts[number])), None)
        if place is not None:
            found[name] = place
    return found if {"point", "department"} <= found.keys() else {}


def _starts_anew(rows: Sequence[Row], columns: dict[str, int], table: Table) -> bool:
    """Return whether the rows after a header begin another table: their first point is number one, or has no number."""
    for row in rows:
        cell = row[columns["point"]] if columns["point"] < len(row) else None
        if cell is not None and cell.text.strip():
            number, _words = coded(squeezed(cell.text), "C", len(table.points) + 1)
            return number == 1 or (number is None and "C" not in table.coded)
    return False
