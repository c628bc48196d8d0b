"""Checks as values, and those any folder can be put to: room, links, exclusive publishing, case, names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from archive import probes
from archive.diskspace import room_on
from schema.messages import Message, message

_MB = 1 << 20


class Status(StrEnum):
    """How a check came out. WARNING: it works, but something should be changed; PROBLEM: it does not work."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name ("room", "inbox.state"), how it came out, and what it is or what to change."""

    name: str
    status: Status
    detail: Message


def folder_checks(path: Path, keep_percent: float) -> Iterator[Check]:
    """Check what a folder can do. Writes there for a moment and removes what it wrote."""
    try:
        yield _room(path, keep_percent)
        with probes.scratch(path) as place:
            yield from _abilities(path, place)
    except OSError as error:
        yield Check("writable", Status.PROBLEM, message("doctor.not-writable", path=path, error=error.strerror or error))


def _room(path: Path, keep_percent: float) -> Check:
    room = room_on(path)
    told = {"path": path, "free": room.free // _MB, "total": room.total // _MB, "percent": f"{keep_percent:g}"}
    lack = room.lack(path, 0, keep_percent)
    if lack is not None:
        return Check("room", Status.PROBLEM, lack)
    if room.free < 2 * room.kept(keep_percent):
        return Check("room", Status.WARNING, message("doctor.room-short", **told))
    return Check("room", Status.OK, message("doctor.room", **told))


def _abilities(path: Path, place: Path) -> Iterator[Check]:
    if probes.never_overwrites(place):
        yield Check("exclusive", Status.OK, message("doctor.exclusive"))
    else:
        yield Check("exclusive", Status.PROBLEM, message("doctor.overwrites", path=path))
    if probes.has_links(place):
        yield Check("links", Status.OK, message("doctor.links"))
    else:
        yield Check("links", Status.WARNING, message("doctor.no-links", path=path))
    yield Check("case", Status.OK, message("doctor.case-told") if probes.tells_case(place) else message("doctor.case-ignored"))
    longest = probes.longest_name(place)
    told = {"path": path, "bytes": longest, "characters": longest // 3, "needed": probes.NEEDED_BYTES}
    if longest < probes.NEEDED_BYTES:
        yield Check("names", Status.PROBLEM, message("doctor.names-short", **told))
    else:
        yield Check("names", Status.OK, message("doctor.names", **told))
