"""The record of days, in the tree (档案/_体系/进展.jsonl): what rebuild cannot make again, because nobody can ask the past."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from archive.home import Home
from archive.opening import Archive
from archive.store import replace_file
from schema.coverage import Cell, Status
from schema.model import PointRef
from schema.progress import Change, Day, day_of, standing

FILE = "进展.jsonl"
_STANDING = "standing.json"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def note_day(archive: Archive, cells: Iterable[Cell], today: date) -> None:
    """Write down how the cells stand today, in place of what was written earlier today.

    The archive is open for writing. Raises OSError.
    """
    cells = tuple(cells)
    home = archive.home
    day = today.isoformat()
    known = _read_standing(home)
    before = known["before"] if known["day"] == day else known["now"]
    earlier = [entry for entry in read_days(home) if entry.day < day]
    data = "".join(f"{_encode(_record(entry))}\n" for entry in (*earlier, day_of(day, cells, before)))
    replace_file(home.heritage / FILE, data.encode(), home.staging)
    now = _encode({"day": day, "before": _packed(before), "now": _packed(standing(cells))})
    replace_file(home.state / _STANDING, now.encode(), home.state)


def read_days(home: Home) -> tuple[Day, ...]:
    """Return the record of days in order; a line that cannot be read is passed over."""
    found = []
    with suppress(FileNotFoundError):
        for line in _path(home).read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError, KeyError, TypeError):
                found.append(_day(json.loads(line)))
    return tuple(sorted(found, key=lambda entry: entry.day))


def _path(home: Home) -> Path:
    return home.heritage / FILE


def _record(entry: Day) -> dict[str, Any]:
    changes = [[change.unit, str(change.point), change.before, change.after] for change in entry.changes]
    counts = {"applicable": entry.applicable, "complete": entry.complete, "verified": entry.verified}
    return {"day": entry.day, **counts, "changes": changes}


def _day(record: dict[str, Any]) -> Day:
    changes = tuple(
        Change(unit, PointRef.parse(point), Status(before), Status(after)) for unit, point, before, after in record["changes"]
    )
    day = date.fromisoformat(record["day"]).isoformat()
    return Day(day, int(record["applicable"]), int(record["complete"]), int(record["verified"]), changes)


def _read_standing(home: Home) -> dict[str, Any]:
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads((home.state / _STANDING).read_text(encoding="utf-8"))
        return {"day": str(found["day"]), "before": _unpacked(found["before"]), "now": _unpacked(found["now"])}
    return {"day": "", "before": {}, "now": {}}


def _packed(statuses: dict[tuple[str, str], str]) -> list[list[str]]:
    return [[unit, point, status] for (unit, point), status in statuses.items()]


def _unpacked(rows: list[list[str]]) -> dict[tuple[str, str], str]:
    return {(unit, point): status for unit, point, status in rows}
