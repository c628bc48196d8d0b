"""The command gaps: what is missing, whose duty it is, by when, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from archive.cli import as_json
from archive.evidence import coverage_cells, evidence, terms_of
from archive.gap_records import GapBook
from archive.gap_sheets import gap_sheets
from archive.home import find_home
from archive.letter_paper import write_letters
from archive.letters import reminders, reports
from archive.names import portable
from archive.opening import Archive, reading_archive
from archive.whole_file import write_whole
from archive.workbook import write_workbook
from schema.console import Console, json_line, on_one_line
from schema.coverage import Cell
from schema.errors import ArchiveError
from schema.explain import Account, accounts
from schema.lacks import lacking
from schema.messages import Message, message
from schema.model import PointRef
from schema.presence import PieceState
from schema.reviews import Review, Standing
from schema.units import fold_name

_FILE = click.Path(path_type=Path)


@click.command()
@click.option("--unit", help="Only this unit (id, name or alias).")
@click.option("--department", help="Only points this department answers for.")
@click.option("--framework", metavar="ID", help="Only this framework.")
@click.option("--explain", metavar="POINT", help="Say for one point (framework/C12) why it stands so, to the last document.")
@click.option("--xlsx", type=_FILE, help="Write a workbook: sums, gap list, by department, person and unit, and a matrix.")
@click.option("--docx", type=_FILE, help="Write a letter (with --unit or --department), else letters to all into this folder.")
@as_json
@click.pass_obj
def gaps(  # noqa: PLR0913 - one parameter an option
    console: Console,
    *,
    unit: str | None,
    department: str | None,
    framework: str | None,
    explain: str | None,
    xlsx: Path | None,
    docx: Path | None,
    as_json: bool,
) -> None:
    """Show what is missing, whose duty it is, and by when. With --json every cell, with its status."""
    with reading_archive(find_home(console.home_path, Path.cwd())) as archive:
        every = coverage_cells(archive)
        found = chosen(archive, every, unit, department, framework)
        if explain is not None:
            found = _at(archive, found, explain)
        book = GapBook(archive, found, date.today())
        for told in _written(book, xlsx, docx, unit, department):
            click.echo(console.text(told), err=as_json)
        if as_json:
            wanted = framework or [entry.id for entry in archive.district.frameworks]
            records = [_record(book, cell, console, every if explain is not None else ()) for cell in found]
            click.echo(json_line({"framework": wanted, "cells": records, "totals": book.totals_record()}))
            return
        if xlsx or docx:
            return
        lines = _explained(book, every, console) if explain is not None else _listed(book, console)
        for line in lines:
            click.echo(on_one_line(line))


def chosen(
    archive: Archive, found: tuple[Cell, ...], unit: str | None, department: str | None, framework: str | None
) -> tuple[Cell, ...]:
    """Return the cells of a unit, of a department's points, of a framework. Raises ArchiveError for a name nobody has."""
    district = archive.district
    if unit is not None:
        named = district.unit_by_name.get(fold_name(unit))
        if named is None:
            raise ArchiveError("gaps.no-unit", unit=unit)
        found = tuple(cell for cell in found if cell.unit == named.id)
    if framework is not None:
        if framework not in {entry.id for entry in district.frameworks}:
            raise ArchiveError(
                "gaps.no-framework", framework=framework, known="、".join(entry.id for entry in district.frameworks)
            )
        found = tuple(cell for cell in found if cell.point.framework == framework)
    if department is not None:
        spans = [duty for duty in district.duties if department in duty.departments]
        if not spans:
            raise ArchiveError("gaps.no-department", department=department)
        found = tuple(cell for cell in found if any(duty.covers(cell.point) for duty in spans))
    return found


def _written(book: GapBook, xlsx: Path | None, docx: Path | None, unit: str | None, department: str | None) -> Iterator[Message]:
    """Write what is asked for; yield what was written. Raises ArchiveError where that cannot be done."""
    try:
        if xlsx is not None:
            write_whole(xlsx, lambda place: write_workbook(place, gap_sheets(book), book.archive.district.settings.title))
            yield message("gaps.written", path=xlsx)
        if docx is not None and (unit or department):
            told = reports(book) if unit is None else reminders(book)
            made = [letter for name, letter in told if unit or name == department]
            if not made:
                raise ArchiveError("gaps.no-letter")
            write_whole(docx, lambda place: write_letters(place, made))
            yield message("gaps.written", path=docx)
        elif docx is not None:
            yield _written_letters(book, docx)
    except OSError as error:
        raise ArchiveError("gaps.cannot-write", path=error.filename or xlsx or docx, error=error.strerror or error) from error


def _written_letters(book: GapBook, folder: Path) -> Message:
    counts = {}
    for kind, letters in (("reminder", reminders(book)), ("report", reports(book))):
        place = folder / message(f"letter.{kind}-file").text("zh")
        place.mkdir(parents=True, exist_ok=True)
        counts[f"{kind}s"] = 0
        for name, letter in letters:
            write_whole(place / f"{portable(name)}.docx", lambda path, letter=letter: write_letters(path, [letter]))  # type: ignore[misc]
            counts[f"{kind}s"] += 1
    return message("gaps.letters-written", path=folder, **counts)


def _at(archive: Archive, found: tuple[Cell, ...], text: str) -> tuple[Cell, ...]:
    known = {point.ref for framework in archive.district.frameworks for point in framework.points}
    try:
        ref = PointRef.parse(text)
    except ValueError:
        ref = None
    if ref not in known:
        raise ArchiveError("review.no-point", point=text)
    return tuple(cell for cell in found if cell.point == ref)


def _listed(book: GapBook, console: Console) -> Iterator[str]:
    for cell in book.gaps:
        yield _line(book, cell, console)
    yield console.text(book.totals.sentence())
    late = sum(book.overdue(cell) for cell in book.gaps)
    if late:
        yield console.say("gaps.overdue-count", overdue=late, not_due=len(book.gaps) - late)
    for name, count in (("assumed", book.totals.assumed), ("unrefined", book.totals.unrefined)):
        if count:
            yield console.say(f"gaps.{name}", count=count)


def _line(book: GapBook, cell: Cell, console: Console) -> str:
    duty, due = book.duty(cell), book.due(cell)
    owners = "、".join(f"{one} {other}" for one, other in zip(duty.departments, duty.persons, strict=True)) if duty else ""
    day = due.isoformat() if due else "-"
    return console.say(
        "gaps.line", status=console.say(f"status.{cell.status}"), unit=book.unit_name(cell), code=book.label(cell),
        text=book.points[cell.point].text, owners=owners, due=console.say("gaps.overdue", due=day) if book.overdue(cell) else day,
    ) + "".join(f"  {console.text(told)}" for told in (lacking(cell) if cell.is_gap else ()))  # fmt: skip


def _record(book: GapBook, cell: Cell, console: Console, every: tuple[Cell, ...]) -> dict[str, Any]:
    """Return a cell as a record; where it is explained (`every` cell given), with its documents' accounts and what is near."""
    record = book.record(cell, console.language)
    if every:
        record["near"] = [
            {"point": str(ref), "about": about, "documents": list(documents)} for ref, about, documents in book.near(cell, every)
        ]
        record["accounts"] = [
            {
                "document": entry.evidence.document, "name": entry.evidence.name, "use": str(entry.use),
                "standing": str(entry.claim.standing), "items": list(entry.claim.items), "items_by": str(entry.claim.items_by),
                "times": [_days(span) for span in entry.claim.spans], "times_by": str(entry.claim.spans_by),
            }
            for entry in _accounts(book, cell)
        ]  # fmt: skip
    return record


def _accounts(book: GapBook, cell: Cell) -> tuple[Account, ...]:
    archive = book.archive
    unit = archive.district.unit_by_id.get(cell.unit)
    return accounts(cell, book.points[cell.point], unit, evidence(archive, cell.point), terms_of(archive))


def _explained(book: GapBook, every: tuple[Cell, ...], console: Console) -> Iterator[str]:
    held = terms_of(book.archive)
    day = held.day.isoformat() if held.day else "-"
    set_by = "set" if book.archive.district.settings.assessment else "newest"
    for cell in book.cells:
        yield _line(book, cell, console).replace("\n", " ")
        yield console.say(f"explain.day-{set_by}", day=day)
        if cell.reason:
            yield console.text(cell.reason)
        if not cell.pieces:
            continue
        yield console.say("explain.pieces" if cell.refined else "explain.unrefined", needed=len(cell.needed))
        told = _accounts(book, cell)
        names = {entry.evidence.document: entry.evidence.name for entry in told}
        for piece in cell.pieces:
            state = "assumed" if piece.assumed and piece.state is PieceState.FOUND else str(piece.state)
            yield console.say(
                f"explain.piece-{state}", level=console.say(f"explain.level-{piece.level}"),
                item=piece.item or console.say("gaps.any-document"), period=piece.slot.text(console.language),
                name=names.get(piece.document, piece.document), standing=_standing(console, piece.standing),
            ).rstrip()  # fmt: skip
        for entry in told:
            yield _account(console, entry, held.reviews.get((entry.evidence.document, cell.point)))
        for ref, about, documents in book.near(cell, every):
            filed = book.archive.catalogue.lookup(documents)
            names_there = "、".join(filed[document].name for document in documents if document in filed) or "-"
            yield console.say("explain.near", code=book.frameworks[ref.framework].label(ref), about=about, names=names_there)


def _standing(console: Console, standing: Standing) -> str:
    return "" if standing is Standing.PLAIN else console.say(f"explain.standing-{standing}")


def _account(console: Console, entry: Account, review: Review | None) -> str:
    own = entry.claim
    item = console.say(f"explain.said-{own.items_by}", what="、".join(own.items)) if own.items else console.say("explain.no-item")
    times = "、".join(map(_days, own.spans))
    time = console.say(f"explain.said-{own.spans_by}", what=times) if own.spans else console.say("explain.no-time")
    line = console.say(
        "explain.document", id=entry.evidence.document, name=entry.evidence.name, use=console.say(f"explain.use-{entry.use}"),
        item=item, time=time,
    )  # fmt: skip
    if review is None:
        return line
    ground = message(f"ground.{review.ground}").text(console.language) if review.ground else ""
    return line + console.say(
        "explain.review", by=review.by, at=review.at[:10], verdict=console.say(f"verdict.{review.verdict}"),
        why=" ".join(filter(None, (ground, review.why))),
    )  # fmt: skip


def _days(span: tuple[int, int]) -> str:
    first, last = (date.fromordinal(day).isoformat() for day in span)
    return first if first == last else f"{first}..{last}"
