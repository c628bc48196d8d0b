"""Covering what only its place tells: columns of rosters by their headers, values behind their labels. Pure.

A table is lines whose cells are parted by tabs, as readers write them; in a PDF cells are parted by blanks. What is covered keeps
its length. The headers are data (schema/data/privacy.toml).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import count

from indexer.fold import search_form
from site_builder.data import PageTexts
from site_builder.privacy import COVER

_NOTE = re.compile(r"\([^()]*\)")
_CELL = re.compile(r"[^\t]+")
_WORD = re.compile(r"\S+")
# Longer cells are no headers, longer lines without cells end a table.
_HEADER, _SUBHEADING = 16, 30


@dataclass(frozen=True, slots=True)
class _Rules:
    """What headers look like, as regular expressions over folded text."""

    columns: re.Pattern[str]
    children: re.Pattern[str]
    names: re.Pattern[str]
    labels: re.Pattern[str]
    fields: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of a line: its column, where it stands in the line, its header form."""

    column: int
    start: int
    end: int
    form: str


@dataclass(slots=True)
class _Table:
    """The table one is in: the columns to be covered, how many there are, and what parts them."""

    columns: frozenset[int] = frozenset()
    width: int = 0
    tabbed: bool = True
    covered: int = field(default=0)


def covered(pages: PageTexts, *, children: bool = False) -> tuple[PageTexts, int]:
    """Return texts with columns and labelled values covered, and how many cells and values that were.

    `children`: every table is taken for a roster of children, whose names are covered too. A table goes on over pages.
    """
    table = _Table()
    return tuple((page, _page(text, table, children=children)) for page, text in pages), table.covered


def _page(text: str, table: _Table, *, children: bool) -> str:
    """Return a page with its private parts covered. Most lines are running text, and nothing of them is looked at twice."""
    labelled = _rules().fields.search(text) is not None
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if labelled or table.columns or len(line.split(None, 1)) > 1:
            lines[place] = _line(line, table, children=children)
    return "\n".join(lines)


def _line(line: str, table: _Table, *, children: bool) -> str:
    rules = _rules()
    tabbed = "\t" in line
    cells = _cells(line, tabbed=tabbed)
    private = _private(cells, rules, children=children)
    spans: list[tuple[int, int]] = []
    if len(cells) > 1 and private and (tabbed or (len(private) > 1 and all(_is_label(cell, rules) for cell in cells))):
        table.columns, table.width, table.tabbed = private, len(cells), tabbed
        spans += _beside(cells, private, rules)
    elif _starts_anew(line, cells, rules):
        table.columns = frozenset()
    elif table.columns and tabbed == table.tabbed:
        spans += _in_columns(cells, table)
    spans += [hit.span("value") for hit in rules.fields.finditer(line)]
    table.covered += len(spans)
    return _cover(line, spans)


def _cells(line: str, *, tabbed: bool) -> tuple[_Cell, ...]:
    """Return the cells of a line; of one that is a single cell nobody asks the form."""
    hits = tuple((_CELL if tabbed else _WORD).finditer(line))
    if len(hits) < 2:
        return tuple(_Cell(line.count("\t", 0, hit.start()), hit.start(), hit.end(), "") for hit in hits)
    places = (line.count("\t", 0, hit.start()) for hit in hits) if tabbed else count()
    return tuple(_Cell(place, hit.start(), hit.end(), _form(hit[0])) for place, hit in zip(places, hits, strict=False))


def _form(cell: str) -> str:
    """Return a cell as headers are compared: folded, without blanks and remarks in brackets; "" for what is too long for one."""
    return _NOTE.sub("", search_form(cell)).replace(" ", "") if len(cell) <= 2 * _HEADER else ""


def _private(cells: tuple[_Cell, ...], rules: _Rules, *, children: bool) -> frozenset[int]:
    heads = [cell for cell in cells if 0 < len(cell.form) <= _HEADER]
    found = {cell.column for cell in heads if rules.columns.search(cell.form)}
    roster = children or (found and any(rules.children.search(cell.form) for cell in heads))
    if roster and len(cells) > 1:
        found |= {cell.column for cell in heads if rules.names.search(cell.form)}
    return frozenset(found)


def _is_label(cell: _Cell, rules: _Rules) -> bool:
    return bool(rules.labels.search(cell.form) or rules.columns.search(cell.form))


def _beside(cells: tuple[_Cell, ...], private: frozenset[int], rules: _Rules) -> Iterator[tuple[int, int]]:
    """Yield the cells to the right of private headers that are no headers: forms have labels and values by turns."""
    at_label = False
    for cell in cells:
        if _is_label(cell, rules):
            at_label = cell.column in private
        elif at_label:
            yield cell.start, cell.end


def _starts_anew(line: str, cells: tuple[_Cell, ...], rules: _Rules) -> bool:
    """Return whether a line begins another table, or ends the one before it."""
    if len(cells) < 2:
        return len(line) > _SUBHEADING
    headed = sum(_is_label(cell, rules) for cell in cells)
    return headed > 1 and headed * 2 > len(cells) and not any(character.isdecimal() for character in line)


def _in_columns(cells: tuple[_Cell, ...], table: _Table) -> Iterator[tuple[int, int]]:
    """Yield the cells of private columns. Where blanks part cells and their number differs, all from the first such column on."""
    torn = not table.tabbed and len(cells) != table.width
    if torn and len(cells) < 3:
        return
    first = min(table.columns)
    for cell in cells:
        if cell.column in table.columns or (torn and cell.column >= first):
            yield cell.start, cell.end


def _cover(line: str, spans: list[tuple[int, int]]) -> str:
    if not spans:
        return line
    characters = list(line)
    for start, end in spans:
        characters[start:end] = [character if character.isspace() else COVER for character in line[start:end]]
    return "".join(characters)


@cache
def _rules() -> _Rules:
    data = tomllib.loads((files("schema") / "data" / "privacy.toml").read_text(encoding="utf-8"))
    several = {name: re.compile("|".join(data[name])) for name in ("columns", "children", "names", "labels")}
    fields = re.compile(rf"(?:{'|'.join(data['fields'])})[ \u3000]*[:：][ \u3000]*(?P<value>[^\s，。；;,]{{1,60}})", re.MULTILINE)
    return _Rules(**several, fields=fields)
