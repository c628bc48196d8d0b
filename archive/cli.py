"""Commands about the archive itself: init, list, ledger."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from archive.home import Home, find_home
from archive.opening import Archive, reading_archive
from archive.setup import init as make_home
from schema.console import Console, json_line, on_one_line
from schema.errors import ArchiveError
from schema.model import Document, LedgerEntry, Outcome, Tag
from schema.settings import Settings
from schema.units import fold_name

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--units", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Register of units (CSV).")
@click.option("--framework", "frameworks", multiple=True, metavar="ID", help="Framework to use; may be given several times.")
@click.option("--duties", default=Settings().duties, show_default=True, metavar="ID", help="Whose duties to use.")
@click.pass_obj
def init(console: Console, folder: Path, units: Path | None, frameworks: tuple[str, ...], duties: str) -> None:
    """Make a home in FOLDER: settings, register, archive tree, and an inbox folder for every unit and point it owes.

    Frameworks and duties in FOLDER/体系 (from schema import) may be named as well as the shipped ones.
    """
    settings = replace(Settings(), frameworks=frameworks or Settings().frameworks, duties=duties)
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
@click.option("--unit", help="Only this unit's (id, name or alias; - for paths that belong to none).")
@click.option("--outcome", type=click.Choice([str(outcome) for outcome in Outcome]), help="Only paths with this outcome.")
@as_json
@click.pass_obj
def ledger(console: Console, unit: str | None, outcome: str | None, as_json: bool) -> None:
    """List every path ever seen in the inboxes with its one outcome, then the sums."""
    with reading_archive(find_home(console.home_path, Path.cwd())) as archive:
        chosen = _unit_id(archive, unit), Outcome(outcome) if outcome else None
        withdrawn = {document: console.text(said) for document, said in archive.catalogue.withdrawals().items()}
        show = _ledger_record if as_json else _ledger_line
        for entry in archive.catalogue.ledger(*chosen):
            click.echo(show(entry, withdrawn.get(entry.document, ""), console))
        if not as_json:
            click.echo(ledger_sums(console, archive.catalogue.outcomes(*chosen), whole=chosen == (None, None)))


def ledger_sums(console: Console, outcomes: dict[str, int], *, whole: bool = True) -> str:
    """Return the line that says how many paths ended in which outcome; `whole`: of all paths ever seen."""
    if not outcomes:
        return console.say("ledger.empty" if whole else "ledger.none")
    sums = console.say("ledger.comma").join(f"{console.say(f'outcome.{name}')} {count}" for name, count in outcomes.items())
    return console.say("ledger.sums", count=sum(outcomes.values()), sums=sums)


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
        "tags": [tag_record(tag, console) for tag in document.tags],
        "rejected": [{"point": str(entry.point), "reason": console.text(entry.reason)} for entry in document.dismissed],
    }  # fmt: skip


def tag_record(tag: Tag, console: Console) -> dict[str, Any]:
    """Return a tag as the `list --json` and `tag --json` contracts have it."""
    return {
        "point": str(tag.point), "state": str(tag.state), "basis": str(tag.basis), "score": round(tag.score, 3),
        "reason": console.text(tag.reason), **({"item": tag.item} if tag.item else {}),
        **({"period": tag.period} if tag.period else {}),
    }  # fmt: skip


def _unit_id(archive: Archive, name: str | None) -> str | None:
    """Return the id of the unit called `name`: "" for "-", what belongs to none; None when no name is given."""
    if name is None or name == "-":
        return None if name is None else ""
    found = archive.district.unit_by_name.get(fold_name(name))
    if found is None:
        raise ArchiveError("gaps.no-unit", unit=name)
    return found.id


def _ledger_record(entry: LedgerEntry, withdrawn: str, console: Console) -> str:
    record = {
        "path": entry.path, "outcome": str(entry.outcome), "reason": console.text(entry.reason), "document": entry.document,
        "unit": entry.unit, "seen": entry.seen, "size": entry.size, "withdrawn": withdrawn,
    }  # fmt: skip
    return json_line(record)


def _ledger_line(entry: LedgerEntry, withdrawn: str, console: Console) -> str:
    line = f"{console.say(f'outcome.{entry.outcome}')}  {entry.path}  {console.text(entry.reason)}"
    # Where it was refused because it had been withdrawn, the reason says so already.
    return on_one_line(f"{line}  {withdrawn}" if withdrawn and entry.outcome is not Outcome.REJECTED else line)
