"""Commands about the archive itself: init, list, ledger, gaps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from archive.evidence import evidence
from archive.home import Home, find_home
from archive.opening import Archive, reading_archive
from archive.setup import init as make_home
from schema.console import Console, json_line, on_one_line
from schema.coverage import Cell, cells, totals
from schema.duties import duty_of
from schema.errors import ArchiveError
from schema.model import Document, Framework, LedgerEntry, Tag
from schema.settings import Settings
from schema.units import fold_name

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--units", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Register of units (CSV).")
@click.option("--framework", "frameworks", multiple=True, metavar="ID", help="Framework to use; may be given several times.")
@click.pass_obj
def init(console: Console, folder: Path, units: Path | None, frameworks: tuple[str, ...]) -> None:
    """Make a home in FOLDER: settings, register, archive tree, and an inbox folder for every unit and point it owes."""
    settings = replace(Settings(), frameworks=frameworks) if frameworks else Settings()
    district = make_home(Home(folder.absolute()), settings, units)
    click.echo(console.say("init.done", home=folder, units=len(district.units), inbox=folder / district.settings.inboxes[0]))


@click.command("list")
@as_json
@click.pass_obj
def list_documents(console: Console, as_json: bool) -> None:
    """List the documents in the order they were received, older versions included."""
    with reading_archive(find_home(console.home_path, Path.cwd())) as archive:
        for document in archive.catalogue.documents():
            if as_json:
                click.echo(json_line(document_record(document, console)))
            else:
                points = " ".join(str(point) for point in document.points) or "-"
                click.echo(on_one_line(f"{document.id}  {document.state}  {points}  {document.path}"))


@click.command()
@as_json
@click.pass_obj
def ledger(console: Console, as_json: bool) -> None:
    """List every path ever seen in the inboxes with its one outcome, then the sums."""
    with reading_archive(find_home(console.home_path, Path.cwd())) as archive:
        for entry in archive.catalogue.ledger():
            click.echo(json_line(_ledger_record(entry, console)) if as_json else on_one_line(_ledger_line(entry, console)))
        if not as_json:
            outcomes = archive.catalogue.outcomes()
            sums = "，".join(f"{console.say(f'outcome.{outcome}')} {count}" for outcome, count in outcomes.items())
            click.echo(console.say("ledger.sums", count=sum(outcomes.values()), sums=sums))


@click.command()
@click.option("--unit", help="Only this unit (id, name or alias).")
@click.option("--department", help="Only points this department answers for.")
@click.option("--framework", metavar="ID", help="Only this framework.")
@as_json
@click.pass_obj
def gaps(console: Console, unit: str | None, department: str | None, framework: str | None, as_json: bool) -> None:
    """Show what is missing, whose duty it is, and by when. With --json every cell, with its status."""
    with reading_archive(find_home(console.home_path, Path.cwd())) as archive:
        found = _chosen(archive, coverage_cells(archive), unit, department, framework)
        if as_json:
            chosen = framework or [entry.id for entry in archive.district.frameworks]
            records = [_cell_record(archive, cell, console) for cell in found]
            click.echo(json_line({"framework": chosen, "cells": records, "totals": totals(found).record()}))
            return
        for cell in found:
            if cell.is_gap:
                click.echo(on_one_line(_gap_line(archive, cell, console)))
        click.echo(console.text(totals(found).sentence()))


def coverage_cells(archive: Archive) -> tuple[Cell, ...]:
    """Return every cell of the archive as it stands."""
    district = archive.district
    return cells(district.frameworks, district.duties, district.units, evidence(archive.catalogue.documents()))


def document_record(document: Document, console: Console) -> dict[str, Any]:
    """Return a document as the `list --json` contract has it."""
    facts = document.facts
    return {
        "id": document.id, "sha256": document.sha256, "unit": document.unit, "name": document.name, "source": document.source,
        "path": document.path, "size": document.size, "kind": facts.kind, "text_status": str(facts.text_status),
        "pages": facts.pages, "title": facts.title, "doc_number": facts.doc_number, "issuer": facts.issuer, "date": facts.date,
        "state": str(document.state), "version": document.version, "supersedes": document.supersedes,
        "received": document.received, "indicator": document.indicator,
        "problems": [console.text(problem) for problem in document.problems],
        "tags": [
            tag_record(tag, console) for tag in document.tags
        ],
    }  # fmt: skip


def tag_record(tag: Tag, console: Console) -> dict[str, Any]:
    """Return a tag as the `list --json` and `tag --json` contracts have it."""
    return {
        "point": str(tag.point), "state": str(tag.state), "basis": str(tag.basis), "score": round(tag.score, 3),
        "reason": console.text(tag.reason),
    }  # fmt: skip


def _ledger_record(entry: LedgerEntry, console: Console) -> dict[str, Any]:
    return {
        "path": entry.path, "outcome": str(entry.outcome), "reason": console.text(entry.reason), "document": entry.document,
        "unit": entry.unit, "seen": entry.seen, "size": entry.size,
    }  # fmt: skip


def _ledger_line(entry: LedgerEntry, console: Console) -> str:
    return f"{console.say(f'outcome.{entry.outcome}')}  {entry.path}  {console.text(entry.reason)}"


def _chosen(
    archive: Archive, found: tuple[Cell, ...], unit: str | None, department: str | None, framework: str | None
) -> tuple[Cell, ...]:
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


def _cell_record(archive: Archive, cell: Cell, console: Console) -> dict[str, Any]:
    district = archive.district
    duty = duty_of(district.duties, cell.point)
    items = next(point.items for framework in district.frameworks for point in framework.points if point.ref == cell.point)
    unit = district.unit_by_id.get(cell.unit)
    due = district.settings.due
    return {
        "unit": cell.unit, "unit_name": unit.name if unit else cell.unit, "point": str(cell.point), "status": str(cell.status),
        "items": [item.title for item in items], "documents": list(cell.documents),
        "departments": list(duty.departments) if duty else [], "persons": list(duty.persons) if duty else [],
        "due": due.isoformat() if due else None, "reason": console.text(cell.reason) if cell.reason else "",
    }  # fmt: skip


def _gap_line(archive: Archive, cell: Cell, console: Console) -> str:
    record = _cell_record(archive, cell, console)
    framework: Framework = next(entry for entry in archive.district.frameworks if entry.id == cell.point.framework)
    point = next(entry for entry in framework.points if entry.ref == cell.point)
    owners = "、".join(
        f"{department} {person}" for department, person in zip(record["departments"], record["persons"], strict=True)
    )
    return console.say(
        "gaps.line", status=console.say(f"status.{cell.status}"), unit=record["unit_name"], code=framework.label(cell.point),
        text=point.text, owners=owners, due=record["due"] or "-",
    )  # fmt: skip
