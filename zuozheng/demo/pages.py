"""A paper laid out on A4 pages: what `zuozheng.demo.pdf` prints. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zuozheng.demo.paper import Paper, Section, Table
from zuozheng.demo.pdf import TYPE_HEIGHT, TYPE_WIDTH, Line, Printed, Row, Rule, width

_BODY = 15.75  # 三号: 28 characters a line, 22 lines a page
_CELL = 11.0
_NOT_FIRST = frozenset("，。、；：！？）》”’〕】%")  # a line must not begin with these


def lay_out(paper: Paper) -> tuple[tuple[Printed, ...], ...]:
    """Return the pages of `paper`; every section after the first begins on a page of its own."""
    pages: list[list[Printed]] = []
    for number, section in enumerate(paper.sections):
        parts = [*(_opening(paper) if number == 0 else ()), *_section(section)]
        if number == len(paper.sections) - 1:
            parts += _closing(paper)
        pages += _pages(parts)
    return tuple(tuple(page) for page in pages)


def wrap(text: str, ems: float, first: float = 0) -> tuple[str, ...]:
    """Return `text` in lines at most `ems` wide, the first one shorter by `first`; a line never begins with a closing mark."""
    lines, line, room = [], "", ems - first
    for character in text:
        if width(line + character) > room and character not in _NOT_FIRST:
            lines.append(line)
            line, room = "", ems
        line += character
    return (*lines, line)


def _opening(paper: Paper) -> Iterator[Printed]:
    if paper.head:
        size = min(36.0, TYPE_WIDTH / width(paper.head))
        yield from (Line("", 12), Line(paper.head, size, "center", red=True), Line("", 12))
    if paper.number:
        yield Line(paper.number, _BODY, "center")
    if paper.head:
        yield from (Rule(), Line("", 12))
    for text in wrap(paper.title, 20):
        yield Line(text, 21, "center")
    yield Line("", 10)
    for text in wrap(paper.to, 28) if paper.to else ():
        yield Line(text, _BODY)


def _closing(paper: Paper) -> Iterator[Printed]:
    if paper.sign or paper.date:
        yield Line("", 10)
    for text in filter(None, (paper.sign, paper.date)):
        yield Line(text, _BODY, "right", indent=2 * _BODY)


def _section(section: Section) -> Iterator[Printed]:
    for text in wrap(section.heading, 24) if section.heading else ():
        yield Line(text, 18, "center")
    for part in section.parts:
        if isinstance(part, Table):
            yield Line("", 5)
            yield from _rows(part)
            yield Line("", 7)
        else:
            for number, text in enumerate(wrap(part, 28, first=2)):
                yield Line(text, _BODY, indent=0 if number else 2 * _BODY)


def _rows(table: Table) -> Iterator[Row]:
    # A column is as wide as its longest cell asks, within bounds, and all of them fill the type area.
    asked = [min(max([3, *map(width, column)]), 14) for column in zip(*table.rows, strict=True)]
    widths = tuple(TYPE_WIDTH * share / sum(asked) for share in asked)
    for row in table.rows:
        cells = (wrap(cell, max(wide / _CELL - 0.8, 1)) for cell, wide in zip(row, widths, strict=True))
        yield Row(tuple(cells), widths, _CELL)


def _pages(parts: Iterable[Printed]) -> list[list[Printed]]:
    pages: list[list[Printed]] = [[]]
    left = TYPE_HEIGHT
    for part in parts:
        if part.height > left:
            pages.append([])
            left = TYPE_HEIGHT
        pages[-1].append(part)
        left -= part.height
    return pages
