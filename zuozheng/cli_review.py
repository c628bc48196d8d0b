"""Commands by which people decide: review (one document, or an Excel sheet that goes out and comes back), waive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.cli import as_json
from archive.evidence import coverage_of
from archive.home import find_home
from archive.judgements import judge
from archive.lock import Holder
from archive.opening import Archive, reading_archive
from archive.proposal_sheet import proposal_sheets
from archive.returned import take_back
from archive.review_sheet import review_sheet
from archive.reviewing import Said, about, label, owing_unit, person, point_named, review_of_words
from archive.whole_file import write_whole
from archive.workbook import write_workbook
from schema.console import Console, json_line, on_one_line
from schema.errors import ArchiveError
from schema.model import PointRef, UnitKind
from schema.reviews import Verdict, Waiver
from schema.units import fold_name
from zuozheng.deciding import decide

_DAY = click.DateTime(["%Y-%m-%d"])


class _Review(click.Group):
    """A group whose unnamed command reviews one document: `review ID verified` beside `review export`."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            return "one", self.commands["one"], args
        return super().resolve_command(ctx, args)


@click.group(cls=_Review, subcommand_metavar="DOCUMENT VERDICT | export FILE | import FILE")
def review() -> None:
    """Say of a document (its id) that it is verified or rejected as evidence, one by one or by an Excel sheet."""


@review.command("one", hidden=True)
@click.argument("document")
@click.argument("verdict", type=click.Choice([str(verdict) for verdict in Verdict]))
@click.option("--point", default="", help="For which point (framework/C12); needed where the document is evidence for several.")
@click.option("--by", required=True, help="Who says so.")
@click.option("--why", default="", help="Why; needed for a rejection on the ground “other”.")
@click.option("--code", "ground", default="", help="Ground of a rejection, by its word or id (no-seal, no-date, wrong-year, …).")
@click.option("--item", "items", multiple=True, help="Which item it answers (number or title); may be given several times.")
@click.option("--period", default="", help="The time it covers, as titles have it.")
@click.option("--until", type=_DAY, help="The last day on which a verified document holds.")
@click.pass_obj
def review_one(  # noqa: PLR0913 - one parameter an option
    console: Console,
    document: str,
    verdict: str,
    *,
    point: str,
    by: str,
    why: str,
    ground: str,
    items: tuple[str, ...],
    period: str,
    until: datetime | None,
) -> None:
    """Say of DOCUMENT (its id) that it is verified or rejected as evidence for a point, or take back what was said."""
    home = find_home(console.home_path, Path.cwd())
    said = Said(document, Verdict(verdict), by, point, why, ground, items, period, _day(until))
    with reading_archive(home) as archive:
        made, found = review_of_words(archive, said, _now())
        words = about(archive, made, found)
    judge(home, [(made, words)])
    with reading_archive(home) as archive:
        _tell(console, archive, found.unit, made.point)


@review.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--unit", help="Only this unit's documents (id, name or alias).")
@click.option("--department", help="Only points this department answers for.")
@click.option("--proposals", is_flag=True, help="Only what waits to be filed under a point, no verdicts.")
@click.pass_obj
def review_export(console: Console, file: Path, unit: str | None, department: str | None, proposals: bool) -> None:
    """Write what waits for a person into FILE (xlsx): documents at their points for a verdict, and proposals to be settled."""
    with reading_archive(find_home(console.home_path, Path.cwd())) as archive:
        named = archive.district.unit_by_name.get(fold_name(unit)) if unit is not None else None
        if unit is not None and named is None:
            raise ArchiveError("gaps.no-unit", unit=unit)
        if department is not None and not any(department in duty.departments for duty in archive.district.duties):
            raise ArchiveError("gaps.no-department", department=department)
        chosen = named.id if named else None, department
        verdicts = () if proposals else (review_sheet(archive, *chosen),)
        sheets = (*verdicts, *proposal_sheets(archive, *chosen))
        try:
            write_whole(file, lambda place: write_workbook(place, sheets, sheets[0].title))
        except OSError as error:
            raise ArchiveError("gaps.cannot-write", path=file, error=error.strerror or error) from error
    click.echo(console.say("gaps.written", path=file))


@review.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--by", default="", help="Who says so, where a row names nobody.")
@as_json
@click.pass_obj
def review_import(console: Console, file: Path, by: str, as_json: bool) -> None:
    """Take what a filled-in sheet says; the same as dropping it into the inbox folder _审核.

    Rows that say nothing new are passed over; a row with a fault, or that somebody else decided meanwhile, is told and left out.
    """
    home = find_home(console.home_path, Path.cwd())
    with reading_archive(home) as archive:
        back = take_back(archive, file, by, _now())
    if back.reviews:
        judge(home, back.reviews)
    done = decide(home, back.rulings, lambda sentence: click.echo(console.text(sentence), err=True)) if back.rulings else ()
    faults = [(entry.row, console.text(entry.told)) for entry in back.faults]
    if as_json:
        sums = {"reviews": len(back.reviews), "tags": len(back.rulings), "unchanged": back.unchanged, "faults": faults}
        click.echo(json_line(sums | ({"handed_over": True} if isinstance(done, Holder) else {})))
        return
    for _row, told in faults:
        click.echo(on_one_line(told), err=True)
    click.echo(console.text(back.sums))
    if isinstance(done, Holder):
        click.echo(console.say("tag.handed-over", pid=done.pid, host=done.host))


@click.command()
@click.argument("point")
@click.option("--unit", "units", multiple=True, required=True, help="Whose duty (id, name or alias); may be given several times.")
@click.option("--by", required=True, help="Who approved it.")
@click.option("--why", default="", help="Why; needed unless the waiver is lifted.")
@click.option("--until", type=_DAY, help="The last day of the waiver; needed unless it is lifted.")
@click.option("--lift", is_flag=True, help="End a waiver.")
@click.pass_obj
def waive(console: Console, point: str, units: tuple[str, ...], by: str, why: str, until: datetime | None, lift: bool) -> None:
    """Free a unit of its duty on POINT (framework/C12) until a day, or end that."""
    if not lift and not (why.strip() and until):
        raise ArchiveError("review.waiver-needs")
    home = find_home(console.home_path, Path.cwd())
    with reading_archive(home) as archive:
        asked = point_named(archive, point)
        owing = [owing_unit(archive, asked, name) for name in units]
        shown = label(archive, asked.ref)
    now = _now()
    made = [Waiver(unit, asked.ref, person(by), now, why.strip(), _day(until), lift) for unit in owing]
    judge(home, [(waiver, f"{shown} {waiver.unit}") for waiver in made])
    with reading_archive(home) as archive:
        for unit in owing:
            _tell(console, archive, unit, asked.ref)


def _tell(console: Console, archive: Archive, unit: str, ref: PointRef) -> None:
    """Say how the cell stands now that a judgement touched; a department's document counts for the district's cell."""
    named = archive.district.unit_by_id.get(unit)
    district = named is not None and named.kind is UnitKind.DEPARTMENT
    departments: Iterable[str] = {entry.id for entry in archive.district.units if entry.kind is UnitKind.DEPARTMENT}
    for cell in coverage_of(archive, ref, None if district else unit):
        if cell.unit == unit or (district and cell.unit in departments):
            owner = archive.district.unit_by_id.get(cell.unit)
            status = console.say(f"status.{cell.status}")
            line = console.say(
                "review.done", unit=owner.name if owner else cell.unit, code=label(archive, ref), status=status,
                found=len(cell.needed) - len(cell.lacking), needed=len(cell.needed),
            )  # fmt: skip
            click.echo(on_one_line(line))


def _day(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d") if moment else ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
