"""Points of different frameworks that ask for much the same (`data/crosswalks/*.toml`): suggestions, which never count. Pure.

A result carried over without a person is what makes false completeness; so near points only say where else to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schema.datafile import DataFile, Rule, is_format, is_some_tables, is_text
from schema.errors import Fault, FaultsError
from schema.frameworks import data_sources
from schema.messages import Message, message
from schema.model import Framework, PointRef


@dataclass(frozen=True, slots=True)
class Near:
    """Points whose evidence is much the same, and what it is about."""

    points: tuple[PointRef, ...]
    about: str


def _points(value: Any) -> Message | None:
    good = isinstance(value, list) and len(value) > 1 and all(isinstance(entry, str) and _parsed(entry) for entry in value)
    return None if good else message("crosswalk.points")


_TOP = {"format": Rule(is_format), "near": Rule(is_some_tables)}
_NEAR = {"points": Rule(_points), "about": Rule(is_text)}


def load_crosswalk(folder: Path | None, frameworks: Iterable[Framework]) -> tuple[Near, ...]:
    """Load the shipped crosswalk, with files in `folder`/crosswalks replacing or joining it: what is about `frameworks` in use.

    Raises FaultsError with every fault.
    """
    found, faults = read_crosswalk(folder, frameworks)
    if faults:
        raise FaultsError(tuple(faults))
    return found


def read_crosswalk(folder: Path | None, frameworks: Iterable[Framework]) -> tuple[tuple[Near, ...], list[Fault]]:
    """Return what could be read, and the faults.

    Points of frameworks that are not given are left out without a word; so are those that the shipped crosswalk names and a
    framework of the home's own does not have.
    """
    known = {framework.id: {point.ref for point in framework.points} for framework in frameworks}
    found: list[Near] = []
    faults: list[Fault] = []
    for source in data_sources(folder, "crosswalks"):
        file = DataFile(f"crosswalks/{source.name}", source.read_bytes())
        own = folder is not None and (folder / "crosswalks" / source.name).is_file()
        if not file.broken:
            file.table(file.data, _TOP)
            for place, entry in file.tables("near", _NEAR):
                refs = tuple(ref for text in entry["points"] if (ref := _parsed(text)) and ref.framework in known)
                there = tuple(ref for ref in refs if ref in known[ref.framework])
                for ref in (ref for ref in refs if own and ref not in there):
                    file.fault(file.at(place, "points"), message("crosswalk.unknown", point=ref))
                if len({ref.framework for ref in there}) > 1:
                    found.append(Near(there, entry["about"]))
        faults += file.faults
    return tuple(found), faults


def near_points(crosswalk: Iterable[Near], ref: PointRef) -> Iterator[tuple[PointRef, str]]:
    """Yield the points of other frameworks that are near `ref`, each with what both are about."""
    for near in crosswalk:
        if ref in near.points:
            yield from ((other, near.about) for other in near.points if other.framework != ref.framework)


def _parsed(text: str) -> PointRef | None:
    try:
        return PointRef.parse(text)
    except ValueError:
        return None
