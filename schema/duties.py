"""The duties (责任科室、责任人) of a district as data: `data/duties/*.toml`, spans of points with their owners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from schema.datafile import DataFile, Rule, is_code, is_tables, is_text, is_texts
from schema.errors import Fault, FaultsError
from schema.messages import message
from schema.model import Duty, Framework, PointRef

_TOP = {"id": Rule(is_text), "title": Rule(is_text), "source": Rule(is_text), "duty": Rule(is_tables)}
_DUTY = {
    "framework": Rule(is_text), "first": Rule(is_code("C")), "last": Rule(is_code("C")), "departments": Rule(is_texts),
    "persons": Rule(is_texts), "departments_at": Rule(is_code("C")), "persons_at": Rule(is_code("C")),
}  # fmt: skip


def load_duties(folder: Path | None = None, district: str = "rongchang") -> tuple[Duty, ...]:
    """Load the duties of `district` from `folder` (the shipped ones when None). Raises FaultsError with every fault at once."""
    place: Traversable = folder if folder is not None else files("schema") / "data" / "duties"
    source = place / f"{district}.toml"
    if not source.is_file():
        known = ", ".join(sorted(entry.name.removesuffix(".toml") for entry in place.iterdir()))
        raise FaultsError((Fault(f"{district}.toml", "", message("duties.unknown", known=known)),))
    file = DataFile(source.name, source.read_text(encoding="utf-8-sig"))
    file.table(file.data, _TOP, "")
    entries = [(line, _duty(entry)) for line, entry in file.tables("duty", _DUTY)]
    _check(file, entries)
    if file.faults:
        raise FaultsError(tuple(file.faults))
    return tuple(duty for _line, duty in entries)


def duty_of(duties: Iterable[Duty], ref: PointRef) -> Duty | None:
    """Return the duty whose span holds a point, or None when nobody answers for it."""
    return next((duty for duty in duties if duty.covers(ref)), None)


def unfit(duties: Iterable[Duty], frameworks: Iterable[Framework]) -> tuple[Fault, ...]:
    """Return what does not fit between duties and frameworks: points without an owner, spans beyond the last point."""
    duties = tuple(duties)
    faults = []
    for framework in frameworks:
        for point in framework.points:
            if duty_of(duties, point.ref) is None:
                faults.append(Fault(framework.id, point.code, message("duties.nobody", code=point.code)))
        for duty in duties:
            if duty.framework == framework.id and duty.last > len(framework.points):
                faults.append(Fault(framework.id, f"C{duty.last}", message("duties.beyond", code=f"C{len(framework.points)}")))
    return tuple(faults)


def _duty(entry: Mapping[str, Any]) -> Duty:
    numbers = {key: int(entry[key][1:]) for key in ("first", "last", "departments_at", "persons_at")}
    return Duty(framework=entry["framework"], departments=tuple(entry["departments"]), persons=tuple(entry["persons"]), **numbers)


def _check(file: DataFile, entries: list[tuple[str, Duty]]) -> None:
    ends: dict[str, int] = {}
    for place, duty in entries:
        if (
            not duty.first
            <= min(duty.departments_at, duty.persons_at, duty.last)
            <= max(duty.departments_at, duty.persons_at)
            <= duty.last
        ):
            file.fault(place, message("duties.span", first=f"C{duty.first}", last=f"C{duty.last}"))
        if len(duty.departments) != len(duty.persons):
            file.fault(place, message("duties.pairs", departments=len(duty.departments), persons=len(duty.persons)))
        if duty.first <= ends.get(duty.framework, 0):
            file.fault(place, message("duties.overlap", code=f"C{duty.first}"))
        ends[duty.framework] = max(duty.last, ends.get(duty.framework, 0))
