"""The command that examines machine, archive and inboxes."""

from __future__ import annotations

from pathlib import Path

import click

from archive.checks import Check, Status
from archive.cli import as_json
from archive.doctor import examine, examine_folder
from archive.home import find_home
from schema.console import Console, json_line, on_one_line


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@as_json
@click.pass_context
def doctor(context: click.Context, path: Path | None, as_json: bool) -> None:
    """Say what this machine and its shares can do, and what to change; with PATH, what that folder can.

    Ends with 1 when something does not work, with 0 when there are warnings at most.
    """
    console: Console = context.obj
    counts = dict.fromkeys(Status, 0)
    for check in examine_folder(path.absolute()) if path else examine(find_home(console.home_path, Path.cwd())):
        counts[check.status] += 1
        click.echo(json_line(_record(check, console)) if as_json else _line(check, console))
    if not as_json:
        sums = {str(status): count for status, count in counts.items()}
        click.echo(console.say("doctor.sums", count=sum(counts.values()), **sums))
    if counts[Status.PROBLEM]:
        context.exit(1)


def _record(check: Check, console: Console) -> dict[str, str]:
    return {"check": check.name, "status": str(check.status), "detail": console.text(check.detail)}


def _line(check: Check, console: Console) -> str:
    return on_one_line(f"{console.say(f'doctor.status.{check.status}')}  {console.text(check.detail)}")
