"""Commands by which people decide: review, waive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import click

from archive.evidence import coverage_of
from archive.home import find_home
from archive.judgements import judge
from archive.opening import Archive, reading_archive
from schema import when
from schema.console import Console, on_one_line
from schema.errors import ArchiveError
from schema.frameworks import points_of
from schema.messages import codes, message
from schema.model import Document, DocumentState, Item, Point, PointRef, Unit, UnitKind
from schema.reviews import Ground, Review, Verdict, Waiver, text_key
from schema.units import fold_name

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("document")
@click.argument("verdict", type=click.Choice([str(verdict) for verdict in Verdict]))
@click.option("--point", help="For which point (framework/C12); needed where the document is evidence for several.")
@click.option("--by", required=True, help="Who says so.")
@click.option("--why", default="", help="Why; needed for a rejection on the ground “other”.")
@click.option("--code", "ground", help="Ground of a rejection, by its word or id (no-seal, no-date, wrong-year, …).")
@click.option("--item", "items", multiple=True, help="Which item it answers (number or title); may be given several times.")
@click.option("--period", default="", help="The time it covers, as titles have it.")
@click.option("--until", type=_DAY, help="The last day on which a verified document holds.")
@click.pass_obj
def review(  # noqa: PLR0913 - one parameter an option
    console: Console,
    document: str,
    verdict: str,
    *,
    point: str | None,
    by: str,
    why: str,
    ground: str | None,
    items: tuple[str, ...],
    period: str,
    until: datetime | None,
) -> None:
    """Say of DOCUMENT (its id) that it is verified or rejected as evidence for a point, or take back what was said."""
    home = find_home(console.home_path, Path.cwd())
    with reading_archive(home) as archive:
        found = _document(archive, document)
        asked = _point_of(archive, found, point)
        made = Review(
            found.id, found.sha256, asked.ref, text_key(asked.text), Verdict(verdict), _person(by), _now(), why.strip(),
            _ground(ground, why, Verdict(verdict)), _items(asked, items), _period(period), _day(until),
        )  # fmt: skip
        about = f"{_label(archive, asked.ref)} {found.unit}/{found.name}"
    judge(home, [(made, about)])
    with reading_archive(home) as archive:
        _tell(console, archive, found.unit, asked.ref)


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
        asked = _point(archive, point)
        owing = [_unit(archive, asked, name) for name in units]
        label = _label(archive, asked.ref)
    now = _now()
    made = [Waiver(unit, asked.ref, _person(by), now, why.strip(), _day(until), lift) for unit in owing]
    judge(home, [(waiver, f"{label} {waiver.unit}") for waiver in made])
    with reading_archive(home) as archive:
        for unit in owing:
            _tell(console, archive, unit, asked.ref)


def ground_of(word: str) -> Ground:
    """Return the ground that a word names: its id, or the word people see. Raises ArchiveError with those there are."""
    by_word = {text: ground for ground in Ground for text in (str(ground), message(f"ground.{ground}").text("zh"))}
    found = by_word.get(word.strip())
    if found is None:
        raise ArchiveError("review.no-ground", word=word, known=_grounds())
    return found


def _grounds() -> str:
    return "、".join(message(f"ground.{ground}").text("zh") for ground in Ground)


def _document(archive: Archive, document_id: str) -> Document:
    found = archive.catalogue.document(document_id)
    if found is None:
        raise ArchiveError("review.no-document", id=document_id)
    if found.state is not DocumentState.CURRENT:
        raise ArchiveError("review.old-document", id=document_id, name=found.name)
    return found


def _point(archive: Archive, text: str) -> Point:
    points = points_of(archive.district.frameworks)
    try:
        return points[PointRef.parse(text)]
    except (ValueError, KeyError):
        raise ArchiveError("review.no-point", point=text) from None


def _point_of(archive: Archive, document: Document, text: str | None) -> Point:
    """Return the point that is meant: the one named, which the document must be evidence for, or its only one."""
    held = document.points
    if text is None and len(set(held)) != 1:
        raise ArchiveError("review.which-point", name=document.name, points=_listed(held) or "-")
    asked = _point(archive, text or str(held[0]))
    if asked.ref not in held:
        raise ArchiveError("review.not-evidence", name=document.name, point=asked.ref, points=_listed(held) or "-")
    return asked


def _ground(word: str | None, why: str, verdict: Verdict) -> Ground | None:
    if verdict is not Verdict.REJECTED:
        return None
    if word is None:
        raise ArchiveError("review.needs-ground", known=_grounds())
    found = ground_of(word)
    if found is Ground.OTHER and not why.strip():
        raise ArchiveError("review.needs-why")
    return found


def _items(point: Point, words: Iterable[str]) -> tuple[str, ...]:
    return tuple(_item(point, word).title for word in words)


def _item(point: Point, word: str) -> Item:
    if word.isdecimal() and 0 < int(word) <= len(point.items):
        return point.items[int(word) - 1]
    fitting = [item for item in point.items if word == item.title] or [item for item in point.items if word in item.title]
    if len(fitting) != 1:
        known = "；".join(f"{number} {item.title}" for number, item in enumerate(point.items, start=1))
        raise ArchiveError("review.no-item", item=word, point=point.ref, known=known or "-")
    return fitting[0]


def _period(text: str) -> str:
    if text and not when.spans(text):
        raise ArchiveError("review.no-period", period=text)
    return text


def _unit(archive: Archive, point: Point, name: str) -> str:
    """Return the id of the unit that owes a point: one of the register, or the department that answers for it."""
    district = archive.district
    unit: Unit | None = district.unit_by_name.get(fold_name(name))
    if unit is None:
        raise ArchiveError("gaps.no-unit", unit=name)
    if not coverage_of(archive, point.ref, unit.id):
        raise ArchiveError("review.not-owed", unit=unit.name, point=point.ref)
    return unit.id


def _person(name: str) -> str:
    if not name.strip():
        raise ArchiveError("review.needs-name")
    return name.strip()


def _tell(console: Console, archive: Archive, unit: str, ref: PointRef) -> None:
    """Say how the cell stands now that a judgement touched; a department's document counts for the district's cell."""
    named = archive.district.unit_by_id.get(unit)
    district = named is not None and named.kind is UnitKind.DEPARTMENT
    departments = {entry.id for entry in archive.district.units if entry.kind is UnitKind.DEPARTMENT}
    for cell in coverage_of(archive, ref, None if district else unit):
        if cell.unit == unit or (district and cell.unit in departments):
            owner = archive.district.unit_by_id.get(cell.unit)
            status = console.say(f"status.{cell.status}")
            line = console.say(
                "review.done", unit=owner.name if owner else cell.unit, code=_label(archive, ref), status=status,
                found=len(cell.needed) - len(cell.lacking), needed=len(cell.needed),
            )  # fmt: skip
            click.echo(on_one_line(line))


def _label(archive: Archive, ref: PointRef) -> str:
    return next(framework.label(ref) for framework in archive.district.frameworks if framework.id == ref.framework)


def _listed(points: Iterable[PointRef]) -> str:
    return "、".join(str(point) for point in dict.fromkeys(points))


def _day(moment: datetime | date | None) -> str:
    return moment.strftime("%Y-%m-%d") if moment else ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


assert all(f"ground.{ground}" in codes() for ground in Ground), "every ground has a word"
