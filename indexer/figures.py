"""Figures that filed tables and texts hold for the metrics of a point, each with its place: hints, never verdicts. Pure.

A figure is taken only where the table or sentence names the metric: as the head of a column, at the beginning of a row, or right
before the number. What is named per head (生均, 每百名) must be said to be so, or a total would be taken for a rate; a standard
printed beside the figure is no figure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import takewhile

from indexer.reading import Block
from schema import when
from schema.metrics import Outcome, judged, number
from schema.model import Document, Metric, Point, PointRef, TagState, Unit
from schema.units import fold_name

_PER_HEAD = re.compile(r"生均|每百名学生|每12个班级")
_UNIT_WORDS = re.compile(r"[（(][^（）()]*[）)]|[\s、，,：:／/]")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:\s*[:：]\s*\d+(?:\.\d+)?)?\s*[%％]?")
# Between the name of a metric and its number in a sentence.
_BETWEEN = r"(?:为|是|达到|达|约|均为|共|计|实际|平均|[：:，,\s])*"
_ASKED = re.compile(r"标准|规定|要求|应[配达]|上限|下限|目标")
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A figure of a document. `place` names sheet or table, row and column, or the words before it; `year` is 0 where unknown.

    `value` is in the metric's unit, `text` as printed; `threshold` is "" where there is none for its stage.
    """

    document: str
    unit: str
    point: PointRef
    metric: Metric
    stage: str
    year: int
    value: float
    text: str
    place: str
    threshold: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class _Hit:
    """A number under a name: what is printed, the first cell of its row, and the words of row, column, table and date."""

    text: str
    row: str
    label: str
    column: str
    table: str
    dated: str = ""


def figures_of(
    documents: Iterable[Document],
    points: Mapping[PointRef, Point],
    units: Mapping[str, Unit],
    blocks: Callable[[str], Iterable[Block]],
) -> Iterator[Found]:
    """Yield the figures of documents filed under points that ask for some. `units` are by every folded name; `blocks` by hash."""
    for document in documents:
        wanted = [points[tag.point] for tag in document.tags if tag.state is TagState.ASSIGNED and tag.point in points]
        asked = [(point, metric) for point in dict.fromkeys(wanted) for metric in point.metrics]
        if not asked:
            continue
        read = tuple(blocks(document.sha256))
        for point, metric in asked:
            seen: set[tuple[object, ...]] = set()
            for hit in _hits(read, metric.name):
                found = _found(document, point, metric, hit, units)
                if found is not None and (key := (found.unit, found.stage, found.year, found.value)) not in seen:
                    seen.add(key)
                    yield found


def _hits(blocks: Iterable[Block], name: str) -> Iterator[_Hit]:
    for block in blocks:
        lines = block.text.split("\n")
        if block.where in ("sheet", "table"):
            table = lines[0] if block.where == "sheet" else ""
            yield from _in_table([line.split("\t") for line in lines], name, table, lines[-1])
        yield from (hit for line in lines for hit in _in_words(line, name, lines[-1]))


def _in_table(rows: list[list[str]], name: str, table: str, dated: str) -> Iterator[_Hit]:
    """Yield numbers in columns headed by the name, and in rows that begin with it."""
    heads: list[str] = []
    for row in rows:
        cells = [cell.strip() for cell in row]
        if len(cells) < 2:
            heads = []
        elif not any(map(_numeric, cells)) and (not heads or any(_names(cell, name) for cell in cells[1:])):
            heads = cells
        else:
            label = " ".join(takewhile(lambda cell: not _numeric(cell), cells)) or cells[0]
            for place, cell in enumerate(cells):
                head = heads[place] if place < len(heads) else ""
                if _is_figure(name, cell, head, cells[0] if place else ""):
                    yield _Hit(cell, cells[0], label, head, table, dated)


def _is_figure(name: str, cell: str, head: str, first: str) -> bool:
    """Return whether a cell holds a figure of a metric, by the head of its column and the first cell of its row."""
    # Under a head that is no time, 1999 is a figure and not a year.
    is_number = _numeric(cell) or (cell.isdigit() and bool(head) and "年" not in head)
    if not is_number or _ASKED.search(f"{head}{cell}") or not (_names(head, name) or _names(first, name)):
        return False
    return not _PER_HEAD.search(name) or bool(_PER_HEAD.search(f"{head}{first}{cell}"))


def _in_words(line: str, name: str, dated: str) -> Iterator[_Hit]:
    """Yield the number that stands right behind the name in a sentence."""
    bare = line.replace(" ", "")
    for word in _forms(name):
        for match in re.finditer(rf"{re.escape(word)}{_BETWEEN}({_NUMBER.pattern})", bare):
            before = re.split(r"[，。；、\t]", bare[: match.start()])[-1][-20:]
            if not _PER_HEAD.search(name) or _PER_HEAD.search(f"{before}{word}"):
                yield _Hit(match[1], "", f"{before}{match[0]}", "", "", dated)
                return


def _forms(name: str) -> tuple[str, ...]:
    """Return the ways a metric is called, longest first: whole, and without the count word at its end."""
    if "／" in name:
        return (name,)  # what is divided by what: neither is the quotient
    whole = _UNIT_WORDS.sub("", name)
    rest = _PER_HEAD.sub("", whole).removeprefix("拥有")
    forms = (whole, whole.removesuffix("数"), rest, rest.removesuffix("数"))
    return tuple(dict.fromkeys(form for form in forms if len(form) >= _SHORTEST or form == whole))


@lru_cache(maxsize=4096)
def _names(cell: str, name: str) -> bool:
    """Return whether a cell names a metric: it is one of its forms, holds one, or is the end of one (巩固率)."""
    words = _UNIT_WORDS.sub("", cell)
    if not words or len(words) > 30:
        return False
    forms = _forms(name)
    is_end = len(words) >= _SHORTEST and "／" not in name and any(form.endswith(words) for form in forms)
    return is_end or any(form in words for form in forms)


def _numeric(cell: str) -> bool:
    return bool(cell) and bool(_NUMBER.search(cell)) and len(cell) <= 16 and not when.spans(cell)


def _found(document: Document, point: Point, metric: Metric, hit: _Hit, units: Mapping[str, Unit]) -> Found | None:
    printed = _NUMBER.search(hit.text)
    value = number(printed[0].replace(" ", "")) if printed else None
    if printed is None or value is None:
        return None
    if metric.unit == "%" and not printed[0].rstrip().endswith(("%", "％")) and value <= 1:
        value *= 100  # a spreadsheet keeps 99.3 % as 0.993
    unit = units.get(fold_name(hit.row)) or units.get(fold_name(document.unit))
    stages = [stage for stage, _value in metric.thresholds if stage != "all"]
    stage = next((stage for stage in stages if stage in f"{hit.label}{hit.column}"), "")
    if not stage and len(metric.thresholds) == len(stages) == 1:
        stage = stages[0]
    threshold, outcome = judged(metric, stage, unit, value)
    place = " · ".join(filter(None, (hit.table, hit.label, hit.column)))
    facts = document.facts
    year = _year(hit.row, hit.column, hit.table, facts.title, document.name, hit.dated, facts.date)
    return Found(
        document.id,
        unit.id if unit else document.unit,
        point.ref,
        metric,
        stage,
        year,
        value,
        hit.text,
        place,
        threshold,
        outcome,
    )


def _year(*words: str) -> int:
    """Return the year that the first of these words to tell one speaks of; 0 where none does."""
    for text in words:
        bare = re.fullmatch(r"(20\d\d)年?", text.strip())
        found = when.spans(text if bare is None else f"{bare[1]}年")
        if found:
            first, _last = max(found, key=lambda span: span[1])
            return date.fromordinal(first).year  # of a school year or an autumn term the one it begins in
    return 0
