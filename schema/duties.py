"""The duties (责任科室、责任人) of a district as data: `data/duties/*.toml`, spans of points with their owners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from schema.datafile import DataFile, Rule, is_code, is_format, is_some_tables, is_text, is_texts
from schema.errors import Fault, FaultsError
from schema.frameworks import data_sources, read_frameworks
from schema.messages import message
from schema.model import Duty, Framework, PointRef

_TOP = {
    "format": Rule(is_format), "district": Rule(is_text), "title": Rule(is_text), "source": Rule(is_text),
    "duty": Rule(is_some_tables),
}  # fmt: skip
_DUTY = {
    "framework": Rule(is_text), "first": Rule(is_code("C")), "last": Rule(is_code("C")), "departments": Rule(is_texts),
    "persons": Rule(is_texts), "departments_at": Rule(is_code("C")), "persons_at": Rule(is_code("C")),
}  # fmt: skip


def load_duties(folder: Path | None = None, district: str = "rongchang") -> tuple[Duty, ...]:
    """Load the duties of `district`: the shipped file, or the one of that name in `folder`/duties.

    Raises FaultsError with every fault at once; that each point of each framework has one owner is checked here too.
    """
    known = {source.name.removesuffix(".toml"): source for source in data_sources(folder, "duties")}
    if district not in known:
        raise FaultsError((Fault(f"duties/{district}.toml", "", message("duties.unknown", known=", ".join(known))),))
    duties, faults = _read(DataFile(f"duties/{district}.toml", known[district].read_bytes()), _frameworks(folder))
    if faults:
        raise FaultsError(tuple(faults))
    return duties


def check(folder: Path | None = None) -> tuple[Fault, ...]:
    """Return every fault in the frameworks and duties, shipped ones and those of `folder`."""
    faults = read_frameworks(folder)[1]
    for source in data_sources(folder, "duties"):
        faults += _read(DataFile(f"duties/{source.name}", source.read_bytes()), _frameworks(folder))[1]
    return tuple(faults)


def duty_of(duties: Iterable[Duty], ref: PointRef) -> Duty | None:
    """Return the duty whose span holds a point, or None when nobody answers for it."""
    return next((duty for duty in duties if duty.covers(ref)), None)


def _read(file: DataFile, frameworks: Mapping[str, Framework | None]) -> tuple[tuple[Duty, ...], list[Fault]]:
    if file.broken:
        return (), file.faults
    file.table(file.data, _TOP)
    name = file.name.removeprefix("duties/").removesuffix(".toml")
    if file.data.get("district", name) != name:
        file.fault(file.at("", "district"), message("datafile.name", expected=name))
    duties = [(place, _duty(entry)) for place, entry in file.tables("duty", _DUTY)]
    for place, duty in duties:
        _check_duty(file, place, duty, frameworks)
    for identity in dict.fromkeys(duty.framework for _, duty in duties):
        owned = _owned(file, [(place, duty) for place, duty in duties if duty.framework == identity])
        framework = frameworks.get(identity)
        # A hole is only told when no duty had to be left out for faults of its own.
        if framework is not None and len(duties) == len(file.data["duty"]):
            for point in (point for point in framework.points if point.ref.number not in owned):
                file.fault("duty", message("duties.nobody", code=framework.label(point.ref)))
    return tuple(duty for _, duty in duties), file.faults


def _frameworks(folder: Path | None) -> dict[str, Framework | None]:
    """Return frameworks by id; None for one whose own file has faults, so that they are not told a second time here."""
    names = (source.name.removesuffix(".toml") for source in data_sources(folder, "frameworks"))
    return dict.fromkeys(names) | read_frameworks(folder)[0]


def _duty(entry: Mapping[str, Any]) -> Duty:
    numbers = {key: int(entry[key][1:]) for key in ("first", "last", "departments_at", "persons_at")}
    return Duty(framework=entry["framework"], departments=tuple(entry["departments"]), persons=tuple(entry["persons"]), **numbers)


def _check_duty(file: DataFile, place: str, duty: Duty, frameworks: Mapping[str, Framework | None]) -> None:
    if duty.last < duty.first:
        file.fault(file.at(place, "last"), message("duties.backwards", first=f"C{duty.first}", last=f"C{duty.last}"))
    for key in ("departments_at", "persons_at"):
        if duty.last >= duty.first and not duty.first <= getattr(duty, key) <= duty.last:
            file.fault(file.at(place, key), message("duties.span", first=f"C{duty.first}", last=f"C{duty.last}"))
    if len(duty.departments) != len(duty.persons):
        counts = {"departments": len(duty.departments), "persons": len(duty.persons)}
        file.fault(file.at(place, "persons"), message("duties.pairs", **counts))
    framework = frameworks.get(duty.framework)
    if duty.framework not in frameworks:
        file.fault(file.at(place, "framework"), message("frameworks.unknown", known=", ".join(frameworks)))
    elif framework is not None and duty.last > len(framework.points):
        file.fault(file.at(place, "last"), message("duties.beyond", code=framework.points[-1].code))


def _owned(file: DataFile, duties: list[tuple[str, Duty]]) -> dict[int, str]:
    """Return the numbers of the points in these duties of one framework, each with the place of its duty. No point has two."""
    owned: dict[int, str] = {}
    for place, duty in duties:
        twice = [number for number in range(duty.first, duty.last + 1) if owned.setdefault(number, place) != place]
        if twice:
            code, other = f"C{twice[0]}", owned[twice[0]]
            file.fault(file.at(place, "first"), message("duties.overlap", code=code, other=other))
    return owned
