"""What the task force sends out: a reminder to each unit that owes something, a report on progress to each department. Values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from archive.gap_records import GapBook
from archive.gap_sheets import percent
from archive.letter_paper import Letter, Part, Table
from schema.coverage import Cell, totals
from schema.lacks import lacking
from schema.messages import message
from schema.model import PointRef


def reminders(book: GapBook) -> Iterator[tuple[str, Letter]]:
    """Yield a letter to every unit that owes something (催报通知), with the unit's name."""
    by_unit: dict[str, list[Cell]] = {}
    for cell in book.cells:
        by_unit.setdefault(cell.unit, []).append(cell)
    for own in by_unit.values():
        if any(cell.is_gap for cell in own):
            yield book.unit_name(own[0]), _reminder(book, tuple(own))


def reports(book: GapBook) -> Iterator[tuple[str, Letter]]:
    """Yield a report to every department about the points it answers for (进展通报), with the department's name."""
    order = dict.fromkeys(name for duty in book.archive.district.duties for name in duty.departments)
    for name in order:
        own = tuple(cell for cell in book.cells if (duty := book.duty(cell)) and name in duty.departments)
        if own:
            yield name, _report(book, name, own)


def _reminder(book: GapBook, own: tuple[Cell, ...]) -> Letter:
    gaps = sorted((cell for cell in own if cell.is_gap), key=lambda cell: (not book.overdue(cell), book.due(cell) or date.max))
    days = {book.due(cell) for cell in gaps}
    common = days.pop() if len(days) == 1 else None
    lines = tuple(_gap(book, number, cell, told=common) for number, cell in enumerate(gaps, start=1))
    parts = [Part(_say("owed"), lines)]
    returned = tuple(_returned(book, own))
    if returned:
        parts.append(Part(_say("returned"), returned))
    numeral = _say("third" if returned else "second")
    opening = _say("reminder-opening", **_figures(book, own))
    if common is not None:
        opening += _say("all-due-late" if common < book.today else "all-due", due=_written(common))
    parts.append(Part(_say("how", number=numeral), (_say("how-text"),)))
    return Letter(_say("reminder-title"), book.unit_name(own[0]), (opening,), tuple(parts), _sender(book), _written(book.today))


def _gap(book: GapBook, number: int, cell: Cell, told: date | None) -> str:
    """Return one numbered paragraph; its day is left out where it was `told` for all."""
    duty, due = book.duty(cell), book.due(cell)
    status = message(f"status.{cell.status}").text("zh")
    head = _say("gap", number=number, code=book.label(cell), text=book.points[cell.point].text.rstrip("。"), status=status)
    lacks = "".join(sentence.text("zh") for sentence in lacking(cell))
    day = _say("due-late" if book.overdue(cell) else "due", due=_written(due)) if due and due != told else ""
    return head + lacks + day + (_say("ask", departments="、".join(duty.departments)) if duty else "")


def _returned(book: GapBook, own: tuple[Cell, ...]) -> Iterator[str]:
    """Yield the documents that were sent back, each with its ground; one that names no newer version is to be given anew."""
    verdicts = [(cell, entry) for cell in own if cell.is_gap for entry in cell.returned]
    known = book.archive.catalogue.lookup({entry.document for _cell, entry in verdicts})
    for number, (cell, entry) in enumerate(verdicts, start=1):
        ground = message(f"ground.{entry.ground or 'other'}").text("zh")
        name = known[entry.document].name if entry.document in known else entry.document
        why = f"{ground}，{entry.why}" if entry.why else ground
        yield _say("returned-line", number=number, name=name, code=book.label(cell), why=why, by=entry.by, day=entry.at[:10])


def _report(book: GapBook, name: str, own: tuple[Cell, ...]) -> Letter:
    owing = Counter(book.unit_name(cell) for cell in own if cell.is_gap)
    parts = [Part(_say("points"), table=_points(book, own))]
    if owing:
        lines = (
            _say("owing-line", number=number, unit=unit, count=count)
            for number, (unit, count) in enumerate(owing.most_common(), 1)
        )
        parts.append(Part(_say("owing"), tuple(lines)))
    return Letter(
        _say("report-title"), name, (_say("report-opening", points=len({cell.point for cell in own}), **_figures(book, own)),),
        tuple(parts), _sender(book), _written(book.today),
    )  # fmt: skip


def _points(book: GapBook, own: tuple[Cell, ...]) -> Table:
    by_point: dict[PointRef, list[Cell]] = {}
    for cell in own:
        by_point.setdefault(cell.point, []).append(cell)
    rows = []
    for cells in by_point.values():
        sums = totals(cells)
        rate = percent(sums.complete, sums.applicable)
        text = f"{book.label(cells[0])} {book.points[cells[0].point].text}"
        lacks = sums.applicable - sums.complete
        rows.append((text, str(sums.applicable), f"{sums.complete}（{rate}）", str(sums.verified), str(lacks)))
    return Table(tuple(_say("points-columns").split("|")), tuple(rows), (78, 16, 32, 14, 16))


def _figures(book: GapBook, own: tuple[Cell, ...]) -> dict[str, object]:
    sums = totals(own)
    late = sum(book.overdue(cell) for cell in own)
    return {
        "day": _written(book.today), "applicable": sums.applicable, "complete": sums.complete,
        "share": percent(sums.complete, sums.applicable), "verified": sums.verified,
        "checked": percent(sums.verified, sums.applicable), "lacking": sums.applicable - sums.complete, "late": late,
    }  # fmt: skip


def _sender(book: GapBook) -> str:
    settings = book.archive.district.settings
    return _say("sender", district=settings.district) if settings.district else settings.title


def _written(day: date) -> str:
    return _say("date", year=day.year, month=day.month, day=day.day)


def _say(code: str, /, **params: object) -> str:
    return message(f"letter.{code}", **params).text("zh")
