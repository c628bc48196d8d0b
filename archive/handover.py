"""Rulings handed to the process that holds the archive: small files it takes in when it next looks; on the disk at once."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from archive.durable import flush
from archive.home import Home
from archive.opening import Archive
from archive.reconcile import Tell
from archive.ruling import rule
from schema.messages import message
from schema.model import PointRef
from schema.rulings import Ruling, Verb

_FOLDER = "rulings"
_encode = json.JSONEncoder(ensure_ascii=False, indent=0).encode


def hand_over(home: Home, rulings: Iterable[tuple[Ruling, str]]) -> None:
    """Leave rulings, each with the mark of the document its author saw, for whoever holds the archive. Raises OSError."""
    folder = home.state / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns():020d}-{os.getpid()}"
    draft, place = folder / f"{name}.draft", folder / f"{name}.json"
    draft.write_text(_encode([_dump(ruling, seen) for ruling, seen in rulings]), encoding="utf-8")
    flush(home.state, [draft])
    draft.replace(place)
    flush(home.state, [place])


def handed_over(home: Home) -> Iterator[tuple[Path, list[tuple[Ruling, str]]]]:
    """Yield what was handed over, oldest first, with the file to be removed once it is carried out.

    A file that says nothing sensible is set aside, so that it stops nothing.
    """
    for place in sorted((home.state / _FOLDER).glob("*.json")):
        try:
            yield place, [_load(fields) for fields in json.loads(place.read_text(encoding="utf-8"))]
        except (ValueError, KeyError, TypeError):
            place.replace(place.with_suffix(".damaged"))


def take_handed_over(archive: Archive, tell: Tell) -> int:
    """Carry out what was handed over; what is not possible is told. Returns how many documents changed.

    The archive is open for writing; the later stages are the caller's to bring up to date. Raises OSError.
    """
    changed = 0
    for place, rulings in handed_over(archive.home):
        for outcome in rule(archive, rulings):
            changed += outcome.done
            if outcome.fault is not None:
                name = outcome.document.name if outcome.document else ""
                tell(message("tag.fault", name=name, id=outcome.ruling.document, fault=outcome.fault.text("zh")))
        place.unlink(missing_ok=True)
    return changed


def _dump(ruling: Ruling, seen: str) -> dict[str, Any]:
    return {
        "document": ruling.document, "verb": str(ruling.verb), "points": [str(point) for point in ruling.points], "by": ruling.by,
        "at": ruling.at, "why": ruling.why, "items": [[str(point), title] for point, title in ruling.items],
        "period": ruling.period, "seen": seen,
    }  # fmt: skip


def _load(fields: dict[str, Any]) -> tuple[Ruling, str]:
    points = tuple(map(PointRef.parse, fields["points"]))
    items = tuple((PointRef.parse(point), str(title)) for point, title in fields["items"])
    words = {name: str(fields[name]) for name in ("document", "by", "at", "why", "period")}
    return Ruling(verb=Verb(fields["verb"]), points=points, items=items, **words), str(fields["seen"])
