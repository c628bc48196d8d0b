"""What the task force works with in Excel: sums, gap list, departments, persons, units, and a matrix a framework. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archive.gap_records import GapBook
from archive.workbook import Column, Sheet, Value
from schema.coverage import Cell, Status, Totals, totals
from schema.lacks import lacking, welcome
from schema.messages import message
from schema.model import Framework, UnitKind
from schema.units import kind_word

_SUM_WIDTHS = (26, *[9] * 13)
_GAP_WIDTHS = (11, 44, 9, 12, 24, 12, 9, 44, 26, 24, 18, 12, 9, 40)
_TODO_WIDTHS = (11, 44, 9, 9, 50, 12, 9, 30, 26, 18, 30)
_SHOWN = (Status.MISSING, Status.REJECTED, Status.EXPIRED, Status.SUSPECT, Status.PARTIAL, Status.SUBMITTED, Status.VERIFIED)


def gap_sheets(book: GapBook) -> Iterator[Sheet]:
    """Yield the sheets of a workbook about the cells of `book`."""
    yield _sums_sheet("total", book, _wholes(book))
    yield Sheet(_say("gap-list"), _columns("gap", _GAP_WIDTHS), (_gap_row(book, cell) for cell in book.gaps))
    yield _sums_sheet("department", book, _by_owner(book, persons=False))
    yield _sums_sheet("person", book, _by_owner(book, persons=True))
    yield _sums_sheet("unit", book, _by_unit(book))
    for framework in book.archive.district.frameworks:
        if any(cell.point.framework == framework.id for cell in book.cells):
            yield _matrix(book, framework)


def todo_sheet(book: GapBook) -> Sheet:
    """Return what a unit still owes, for its own folder; `book` holds that unit's cells."""
    return Sheet(_say("todo"), _columns("todo", _TODO_WIDTHS), [_todo_row(book, cell) for cell in book.gaps])


def percent(part: int, whole: int) -> str:
    """Return a share as people are told it, "—" of nothing."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


def rates(sums: Totals) -> tuple[Value, ...]:
    """Return the figures of some cells: owed, complete, its rate, verified, its rate, lacking."""
    complete, verified, whole = sums.complete, sums.verified, sums.applicable
    return whole, complete, percent(complete, whole), verified, percent(verified, whole), whole - complete


def _wholes(book: GapBook) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    yield _say("all"), book.cells
    for framework in book.archive.district.frameworks:
        own = tuple(cell for cell in book.cells if cell.point.framework == framework.id)
        if own:
            yield framework.title, own


def _by_owner(book: GapBook, *, persons: bool) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    known = [duty for duty in book.archive.district.duties if duty.framework in book.frameworks]
    for name in dict.fromkeys(name for duty in known for name in (duty.persons if persons else duty.departments)):
        own = tuple(cell for cell in book.cells if name in _owners(book, cell, persons=persons))
        if own:
            yield name, own


def _owners(book: GapBook, cell: Cell, *, persons: bool) -> tuple[str, ...]:
    duty = book.duty(cell)
    return () if duty is None else duty.persons if persons else duty.departments


def _by_unit(book: GapBook) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    by_unit: dict[str, list[Cell]] = {}
    for cell in book.cells:
        by_unit.setdefault(cell.unit, []).append(cell)
    order = [unit.id for unit in book.archive.district.units]
    for unit in sorted(by_unit, key=lambda unit: order.index(unit) if unit in order else len(order)):
        yield book.unit_name(by_unit[unit][0]), tuple(by_unit[unit])


def _sums_sheet(name: str, book: GapBook, groups: Iterable[tuple[str, tuple[Cell, ...]]]) -> Sheet:
    columns = (Column(_say(f"by-{name}"), _SUM_WIDTHS[0]), *_columns("sums", _SUM_WIDTHS[1:]))
    return Sheet(_say(name), columns, [(title, *_sums(book, own)) for title, own in groups])


def _sums(book: GapBook, own: tuple[Cell, ...]) -> tuple[Value, ...]:
    sums = totals(own)
    late = sum(book.overdue(cell) for cell in own)
    return (*rates(sums), *(sums.count(status) for status in _SHOWN[:5]), late, sums.assumed)


def _gap_row(book: GapBook, cell: Cell) -> tuple[Value, ...]:
    unit = book.archive.district.unit_by_id.get(cell.unit)
    duty = book.duty(cell)
    found = len(cell.needed) - len(cell.lacking)
    return (
        book.label(cell), book.points[cell.point].text, _status(cell.status), cell.unit, book.unit_name(cell),
        kind_word(unit.kind) if unit else "", f"{found}/{len(cell.needed)}", _sentences(cell), "；".join(welcome(cell)),
        "、".join(duty.departments) if duty else "", "、".join(duty.persons) if duty else "", book.due(cell),
        _late(book, cell), _note(cell),
    )  # fmt: skip


def _todo_row(book: GapBook, cell: Cell) -> tuple[Value, ...]:
    duty = book.duty(cell)
    found = len(cell.needed) - len(cell.lacking)
    return (
        book.label(cell), book.points[cell.point].text, _status(cell.status), f"{found}/{len(cell.needed)}", _sentences(cell),
        book.due(cell), _late(book, cell), book.folder(cell), "、".join(duty.departments) if duty else "",
        "、".join(duty.persons) if duty else "", "；".join(welcome(cell)),
    )  # fmt: skip


def _matrix(book: GapBook, framework: Framework) -> Sheet:
    """Return the points of a framework against its units: what the district owes in the first column, then each unit's own."""
    cells = [cell for cell in book.cells if cell.point.framework == framework.id]
    departments = {unit.id for unit in book.archive.district.units if unit.kind is UnitKind.DEPARTMENT} | {""}
    units = list(dict.fromkeys(cell.unit for cell in cells if cell.unit not in departments))
    order = [unit.id for unit in book.archive.district.units]
    units.sort(key=order.index)
    names = [book.archive.district.unit_by_id[unit].name for unit in units]
    by_place = {(cell.point, "" if cell.unit in departments else cell.unit): _status(cell.status) for cell in cells}
    points = [point for point in framework.points if any(cell.point == point.ref for cell in cells)]
    rows = [
        (framework.label(point.ref), point.text, *(by_place.get((point.ref, unit), "") for unit in ("", *units)))
        for point in points
    ]
    head = (Column(_say("point"), 11), Column(_say("text"), 44), Column(_say("district"), 9))
    return Sheet(f"{_say('matrix')} {framework.short}", (*head, *(Column(name, 9) for name in names)), rows)


def _sentences(cell: Cell) -> str:
    return "\n".join(told.text("zh") for told in lacking(cell))


def _note(cell: Cell) -> str:
    told = [code for code, holds in (("unrefined", not cell.refined), ("assumed", cell.assumed)) if holds]
    return "；".join(_say(code) for code in told)


def _late(book: GapBook, cell: Cell) -> str:
    return _say("late") if book.overdue(cell) else ""


def _status(status: Status) -> str:
    return message(f"status.{status}").text("zh")


def _columns(name: str, widths: tuple[int, ...]) -> tuple[Column, ...]:
    titles = _say(f"columns-{name}").split("|")
    return tuple(Column(*pair) for pair in zip(titles, widths, strict=True))


def _say(code: str) -> str:
    return message(f"sheet.{code}").text("zh")
