"""Commands about frameworks and duties: schema list, schema check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from schema.console import Console, json_line
from schema.crosswalk import read_crosswalk
from schema.duties import check as faults_of
from schema.duties import duty_of, load_duties
from schema.errors import FaultsError
from schema.frameworks import load_frameworks, read_frameworks
from schema.model import Duty, Framework, Point
from schema.settings import FILE, OWN_DATA, Settings, load_settings

_folder = click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


@click.group()
def schema() -> None:
    """List and check frameworks (what is evaluated) and duties (who answers for it)."""


@schema.command("list")
@_folder
@click.option("--district", metavar="ID", help="Whose duties to show (default: the home's, else rongchang).")
@_as_json
@click.pass_obj
def list_points(console: Console, folder: Path | None, district: str | None, as_json: bool) -> None:
    """List every point with its indicator, scope and owners.

    Files in FOLDER/frameworks and FOLDER/duties replace the shipped ones of the same name, or join them. Without FOLDER those of
    the home, where there is one, in its folder 体系.
    """
    root = _home(console) if folder is None else None
    settings = load_settings(root / FILE) if root else Settings()
    folder = root / OWN_DATA if root else folder
    frameworks = load_frameworks(folder, settings.frameworks if root else ())
    duties = load_duties(folder, district or settings.duties)
    if as_json:
        click.echo(json_line({"frameworks": [_framework_record(framework, duties) for framework in frameworks]}))
        return
    for framework in frameworks:
        click.echo(console.say("schema.framework", title=framework.title, source=framework.source, count=len(framework.points)))
        for point in framework.points:
            click.echo(_line(console, framework, point, duty_of(duties, point.ref)))


@schema.command("check")
@_folder
@_as_json
@click.pass_obj
def check(console: Console, folder: Path | None, as_json: bool) -> None:
    """Check the shipped data and that in FOLDER (else the home's own, in 体系); print every fault with its file and line.

    Exits with 1 when there is one.
    """
    root = _home(console) if folder is None else None
    folder = root / OWN_DATA if root else folder
    faults = (*faults_of(folder), *read_crosswalk(folder, read_frameworks(folder)[0].values())[1])
    if as_json:
        records = [{"file": fault.file, "place": fault.place, "message": console.text(fault.message)} for fault in faults]
        click.echo(json_line({"faults": records}))
        if faults:
            click.get_current_context().exit(FaultsError.exit_code)
    elif faults:
        raise FaultsError(faults)
    else:
        click.echo(console.say("schema.sound", frameworks="、".join(entry.title for entry in load_frameworks(folder))))


def _home(console: Console) -> Path | None:
    """Return the root of the home that the caller named or stands in, None where there is none."""
    places = (console.home_path,) if console.home_path else (Path.cwd(), *Path.cwd().parents)
    return next((place for place in places if (place / FILE).is_file()), None)


def _framework_record(framework: Framework, duties: tuple[Duty, ...]) -> dict[str, Any]:
    return {
        "id": framework.id, "title": framework.title, "short": framework.short, "version": framework.version,
        "source": framework.source, "kinds": [str(kind) for kind in framework.kinds],
        "points": [_point_record(point, duty_of(duties, point.ref)) for point in framework.points],
    }  # fmt: skip


def _point_record(point: Point, duty: Duty | None) -> dict[str, Any]:
    owners = {
        "departments": list(duty.departments), "persons": list(duty.persons),
        "departments_inferred": duty.departments_at != point.ref.number,
        "persons_inferred": duty.persons_at != point.ref.number,
    } if duty else {}  # fmt: skip
    return {
        "point": str(point.ref), "code": point.code, "indicator": point.indicator, "text": point.text, "scope": str(point.scope),
        "kinds": [str(kind) for kind in point.kinds], "items": [item.title for item in point.items], **owners,
    }  # fmt: skip


def _line(console: Console, framework: Framework, point: Point, duty: Duty | None) -> str:
    pairs = zip(duty.departments, duty.persons, strict=True) if duty else ()
    inferred = duty is not None and {duty.departments_at, duty.persons_at} != {point.ref.number}
    owners = "、".join(f"{department} {person}" for department, person in pairs) or "-"
    return console.say(
        "schema.inferred" if inferred else "schema.point", code=framework.label(point.ref), indicator=point.indicator,
        scope=console.say(f"schema.scope-{point.scope}"), text=point.text, owners=owners,
    )  # fmt: skip
