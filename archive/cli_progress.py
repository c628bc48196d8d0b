"""The command progress: how completeness moved, and what changed since a day (the last meeting)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import click

from archive.cli import as_json
from archive.home import District, find_home, load_district
from archive.progress import read_days
from schema.console import Console, json_line, on_one_line
from schema.progress import Change, Move, since


@click.command()
@click.option("--since", "day", type=click.DateTime(["%Y-%m-%d"]), help="Also list every change after this day.")
@as_json
@click.pass_obj
def progress(console: Console, day: datetime | None, as_json: bool) -> None:
    """Show how completeness moved from day to day; with --since what is new, verified, rejected or lost."""
    home = find_home(console.home_path, Path.cwd())
    district = load_district(home)
    days = read_days(home)
    changes = tuple(since(days, day.strftime("%Y-%m-%d"))) if day else ()
    if as_json:
        rows = [[entry.day, entry.applicable, entry.complete, entry.verified] for entry in days]
        click.echo(json_line({"days": rows, "changes": [_record(change) for change in changes]}))
        return
    for entry in days:
        click.echo(
            console.say(
                "progress.day", day=entry.day, applicable=entry.applicable, complete=entry.complete, verified=entry.verified
            )
        )
    for change in sorted(changes, key=lambda change: (list(Move).index(change.move), change.point, change.unit)):
        click.echo(on_one_line(_line(console, district, change)))
    if day:
        counted = Counter(change.move for change in changes)
        click.echo(console.say("progress.sums", **{move.name.lower(): counted[move] for move in Move}))


def _record(change: Change) -> dict[str, str]:
    return {
        "unit": change.unit, "point": str(change.point), "before": str(change.before), "after": str(change.after),
        "move": str(change.move),
    }  # fmt: skip


def _line(console: Console, district: District, change: Change) -> str:
    unit = district.unit_by_id.get(change.unit)
    code = next(
        (entry.label(change.point) for entry in district.frameworks if entry.id == change.point.framework), str(change.point)
    )
    return console.say(
        "progress.change", move=console.say(f"progress.{change.move}"), code=code, unit=unit.name if unit else change.unit,
        before=console.say(f"status.{change.before}"), after=console.say(f"status.{change.after}"),
    )  # fmt: skip
