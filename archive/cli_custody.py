"""Commands that keep the archive in more than one place: backup, restore, bag."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from archive.backup import back_up
from archive.bag import bag as make_bag
from archive.choice import choice
from archive.cli import as_json
from archive.home import Home, find_home
from archive.opening import reading_archive
from archive.restore import restore as make_home
from archive.transfer_list import FILE
from schema.console import Console, json_line, on_one_line
from schema.findings import Finding
from schema.messages import message


@click.command()
@click.argument("dest", type=click.Path(path_type=Path, file_okay=False))
@click.option("--check", is_flag=True, help="Read all that the backup holds again instead of believing its manifest.")
@as_json
@click.pass_context
def backup(ctx: click.Context, dest: Path, check: bool, as_json: bool) -> None:
    """Bring the backup in the folder DEST up to date, or begin one: browsable, incremental, also while a watch runs.

    Exits 1 when something in the archive is damaged or missing; all the rest is backed up nevertheless.
    """
    console: Console = ctx.obj
    with _progress(console.say("backup.running")) as advance:
        done = back_up(find_home(console.home_path, Path.cwd()), dest.absolute(), check=check, progress=advance)
    if as_json:
        click.echo(json_line(asdict(done) | {"findings": _records(done.findings, console)}))
    else:
        click.echo(console.say("backup.done", path=dest, **asdict(done) | {"findings": len(done.findings)}))
        _list(done.findings, console)
    ctx.exit(1 if done.findings else 0)


@click.command()
@click.argument("backup", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("home", type=click.Path(path_type=Path, file_okay=False))
@click.option("--partial", is_flag=True, help="Restore what is whole even where the backup is damaged.")
@as_json
@click.pass_context
def restore(ctx: click.Context, backup: Path, home: Path, partial: bool, as_json: bool) -> None:
    """Make an archive in the new folder HOME from a BACKUP, after checking the whole of it.

    Exits 1 when something of the backup is damaged or missing.
    """
    console: Console = ctx.obj
    with _progress(console.say("restore.running")) as advance:
        done = make_home(backup.absolute(), Home(home.absolute()), partial=partial, progress=advance)
    if as_json:
        click.echo(json_line(asdict(done) | {"findings": _records(done.findings, console)}))
    else:
        click.echo(console.say("restore.done", home=home, **asdict(done)).strip())
        if done.rebuilt:
            click.echo(console.say("restore.rebuilt"))
        _list(done.findings, console)
    ctx.exit(1 if done.findings else 0)


@click.command()
@click.argument("dest", type=click.Path(path_type=Path))
@click.option("--unit", help="Only documents of this unit (id, name or alias).")
@click.option("--point", help="Only documents of this point (preschool/C12, 学前C12).")
@click.option("--framework", metavar="ID", help="Only documents of this framework.")
@as_json
@click.pass_obj
def bag(console: Console, dest: Path, unit: str | None, point: str | None, framework: str | None, as_json: bool) -> None:
    """Make a BagIt package of the current documents in the new folder DEST, with their archival list, and validate it."""
    with reading_archive(find_home(console.home_path, Path.cwd())) as archive:
        asked = choice(archive.district, unit, point, framework)
        named = [archive.district.unit_by_id[asked.unit].name if asked.unit else "", asked.framework, str(asked.point or "")]
        scope = "；".join(filter(None, named)) or message("bag.scope-all").text("zh")
        with _progress(console.say("bag.running")) as advance:
            done = make_bag(archive, dest.absolute(), asked, scope, advance)
    listing = dest / "data" / FILE
    if as_json:
        click.echo(json_line({"path": str(dest), "list": str(listing)} | asdict(done)))
    else:
        click.echo(console.say("bag.done", path=dest, list=listing, **asdict(done)))


def _records(findings: Iterable[Finding], console: Console) -> list[dict[str, str]]:
    return [{"code": finding.code, "subject": finding.subject, "detail": console.text(finding.detail)} for finding in findings]


def _list(findings: Iterable[Finding], console: Console) -> None:
    for finding in findings:
        click.echo(on_one_line(console.text(finding.detail)))


@contextmanager
def _progress(label: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal (stderr) how many files are done, nothing elsewhere; yield what counts one more."""
    if not sys.stderr.isatty():
        yield lambda _name: None
        return
    count = 0

    def advance(_name: str) -> None:
        nonlocal count
        count += 1
        if count % 50 == 0:
            click.echo(f"\r{label} {count}", nl=False, err=True)

    yield advance
    click.echo(f"\r{label} {count}", err=True)
