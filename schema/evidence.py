"""A document's claim to a point, with what is known of the item it answers and the time it covers. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from schema.model import PointRef, TextStatus

# What no person can open either: such a file is there, and yet it shows nothing. A scan without text is as good as a paper, and
# what only this program could not read (its limits, its formats) is for people to look at.
UNUSABLE = frozenset({TextStatus.ENCRYPTED, TextStatus.CORRUPT, TextStatus.EMPTY})


@dataclass(frozen=True, slots=True)
class Evidence:
    """One document's claim to one point: an assigned tag. Proposed tags never become evidence.

    `items` are titles of items and `period` a time as the tag has them ("" and empty: nobody said). `title`, `name` and `folders`
    (innermost first, `folder` only where it names no code) are words as found; `date` is the document's date, ISO 8601. `former`
    are the ids of earlier versions, newest first.
    """

    document: str
    unit: str
    point: PointRef
    items: tuple[str, ...] = ()
    period: str = ""
    title: str = ""
    name: str = ""
    folders: tuple[str, ...] = ()
    folder: str = ""
    date: str = ""
    usable: bool = True
    sha256: str = ""
    former: tuple[str, ...] = ()
