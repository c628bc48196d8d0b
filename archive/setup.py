"""A new home: settings, register, tree, and in the inbox one folder per unit and per point it owes, each with its 说明.txt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from archive.home import District, Home, inboxes, load_district
from archive.layout import drop_folder
from archive.opening import keep_heritage, prepare
from archive.refuse import NOTICE_MARK, REVIEWS
from archive.seal import unseal
from archive.shares import mark
from schema.coverage import Applicability, cells
from schema.demand import Demand, Demands, demands
from schema.due import dues
from schema.duties import duty_of
from schema.errors import ArchiveError
from schema.explain import giver_of
from schema.messages import message
from schema.model import Duty, Point, PointRef, Unit
from schema.settings import Settings, dump_settings
from schema.units import dump_units, load_units


def init(home: Home, settings: Settings, register: Path | None) -> District:
    """Make (or complete) a home. Raises ArchiveError when a register is given and another one is there, FaultsError.

    Departments that the duties name and the register does not are added to units.csv: a district's points are owed by them.
    """
    if register is not None:
        units = load_units(register)
        if home.register_file.exists() and home.register_file.read_bytes() != dump_units(units):
            raise ArchiveError("init.other-register", path=home.register_file)
    home.root.mkdir(parents=True, exist_ok=True)
    if not home.settings_file.exists():
        home.settings_file.write_text(dump_settings(settings), encoding="utf-8", newline="\r\n")
    if not home.register_file.exists():
        home.register_file.write_bytes(dump_units(units if register is not None else ()))
    district = load_district(home)
    home.register_file.write_bytes(dump_units(district.units))
    home.state.mkdir(exist_ok=True)
    unseal(home)
    prepare(home)
    keep_heritage(home, district)
    for inbox in inboxes(home, district.settings):
        mark(inbox, home)
    make_drop_folders(home, district)
    return district


def make_drop_folders(home: Home, district: District) -> int:
    """Make, in the first inbox, the folders of units and points that are lacking. Returns how many 说明.txt were written."""
    inbox = inboxes(home, district.settings)[0]
    frameworks = {framework.id: framework for framework in district.frameworks}
    points = {point.ref: point for framework in district.frameworks for point in framework.points}
    days = dues(district.settings.due, district.settings.dues, district.frameworks, district.units)
    written = 0
    (inbox / REVIEWS).mkdir(exist_ok=True)
    for unit, refs in owed(district).items():
        folder = inbox / unit.name
        folder.mkdir(parents=True, exist_ok=True)
        for ref in refs:
            framework, point = frameworks[ref.framework], points[ref]
            place = folder / drop_folder(framework, point)
            place.mkdir(exist_ok=True)
            note = place / "说明.txt"
            text = notice(district, unit, point, days.due(unit.id, ref))
            if not note.exists() or note.read_bytes() != text:
                note.write_bytes(text)
                written += 1
    return written


def owed(district: District) -> dict[Unit, tuple[PointRef, ...]]:
    """Return every unit with the points it owes evidence for, in the order of the frameworks."""
    found: defaultdict[str, list[PointRef]] = defaultdict(list)
    for cell in cells(district.frameworks, district.duties, district.units, ()):
        if cell.applicability is Applicability.APPLIES:
            found[cell.unit].append(cell.point)
    return {unit: tuple(found[unit.id]) for unit in district.units}


def notice(district: District, unit: Unit, point: Point, due: date | None) -> bytes:
    """Return the 说明.txt of a unit's folder for a point: what to put here, of when, who answers for it, by when.

    UTF-8 with BOM for Notepad.
    """
    framework = next(entry for entry in district.frameworks if entry.id == point.ref.framework)
    asked = demands(point, giver_of(unit), district.settings.assessment)
    lines = [
        NOTICE_MARK,
        "",
        message("notice.point", code=framework.label(point.ref), text=point.text).text("zh"),
        "",
        *_wanted(asked),
        "",
        *_owners(duty_of(district.duties, point.ref)),
        *([message("notice.due", date=due.isoformat()).text("zh")] if due else []),
        message("notice.how").text("zh"),
    ]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


def _wanted(asked: Demands) -> Iterator[str]:
    if not asked.refined:
        yield message("notice.nothing-listed").text("zh")
    else:
        yield message("notice.wanted").text("zh")
        for number, group in enumerate(asked.must, start=1):
            yield f"  {number}. " + message("notice.or").text("zh").join(_times(demand) for demand in group)
    if asked.should:
        yield message("notice.welcome").text("zh")
        yield from (f"  · {_times(demand)}" for demand in asked.should)


def _times(demand: Demand) -> str:
    """Return an item with the times it is owed for, as far as the day of the assessment is set, and how many copies."""
    times = "、".join(filter(None, (slot.text("zh") for slot in demand.slots)))
    copies = message("notice.copies", count=demand.count).text("zh") if demand.count > 1 else ""
    return f"{demand.title}{f'（{times}）' if times else ''}{copies}"


def _owners(duty: Duty | None) -> Iterable[str]:
    if duty is None:
        return ()
    pairs = "；".join(f"{department}（{person}）" for department, person in zip(duty.departments, duty.persons, strict=True))
    return (message("notice.owner", pairs=pairs).text("zh"),)
