"""The list that goes with a hand-over package, in the form of DA/T 22-2015, 5.5: one line a document, nine columns, A4 across.

Titles that the program made up stand in square brackets, dates are eight digits, what is not known stays empty (rules of the
standard). The archival code stays empty too: an archive gives it once and for ever, a package could only give it twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from archive.home import District
from archive.workbook import Column, Sheet, Value
from schema.messages import message
from schema.model import Document, Framework

FILE = "归档文件目录.xlsx"
_WIDTHS = (6, 16, 20, 20, 44, 11, 6, 6, 50)


@dataclass(frozen=True, slots=True)
class Item:
    """A document of the package and where its file lies in it, relative to the payload folder."""

    document: Document
    place: str


def transfer_list(district: District, items: Iterable[Item]) -> Iterator[Sheet]:
    """Yield a sheet for every framework that has items, then one for items of none; each in the order of points and units."""
    left = list(items)
    order = {unit.id: number for number, unit in enumerate(district.units)}
    for framework in district.frameworks:
        mine = [item for item in left if framework_of(item.document) == framework.id]
        mine.sort(key=lambda item: (_number(item.document), order.get(item.document.unit, len(order))))
        if mine:
            yield _sheet(framework.title, district, mine)
    rest = [item for item in left if framework_of(item.document) not in {framework.id for framework in district.frameworks}]
    if rest or not left:
        yield _sheet(message("transfer.unplaced").text("zh"), district, rest)


def framework_of(document: Document) -> str:
    """Return the id of the framework a document is filed under, "" when it is under none."""
    return document.points[0].framework if document.points else document.indicator.partition("/")[0]


def _number(document: Document) -> int:
    """Return the number of the point a document is filed under; documents known only to an indicator come last."""
    return document.points[0].number if document.points else 1000 + int(document.indicator.rpartition("B")[2] or 0)


def _sheet(title: str, district: District, items: Sequence[Item]) -> Sheet:
    titles = message("transfer.columns").text("zh").split("|")
    columns = tuple(Column(*pair) for pair in zip(titles, _WIDTHS, strict=True))
    return Sheet(title, columns, (_row(number, district, item) for number, item in enumerate(items, start=1)))


def _row(number: int, district: District, item: Item) -> tuple[Value, ...]:
    document, facts = item.document, item.document.facts
    title = facts.title or f"[{PurePosixPath(document.name).stem}]"
    date = facts.date.replace("-", "")
    return (number, None, facts.doc_number, facts.issuer, title, date, None, facts.pages, _note(district, item))


def _note(district: District, item: Item) -> str:
    """Return whose the document is, for which points, which version if not the first, and where its file lies."""
    document = item.document
    unit = district.unit_by_id.get(document.unit)
    frameworks: dict[str, Framework] = {framework.id: framework for framework in district.frameworks}
    known = [point for point in document.points if point.framework in frameworks]
    points = "、".join(frameworks[point.framework].label(point) for point in known)
    version = message("transfer.version", version=document.version).text("zh") if document.version > 1 else ""
    return "；".join(filter(None, (unit.name if unit else document.unit, points, version, item.place)))
