"""What the index keeps of a document beside the grams of its text. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from indexer.fold import search_form
from schema.model import Document, TagState

_YEAR_NAMED = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\s*(?:年|学年|[-—–~～至]\s*20\d\d))")


class Entry(NamedTuple):
    """A document as the index knows it. `name`, `title` and `number` are folded; `year`, `basis` and `date` may be empty.

    A named tuple, because it is made by the ten thousand for one answer, and a frozen dataclass takes four times as long.
    """

    id: str
    seq: int
    sha256: str
    unit: str
    points: tuple[str, ...]
    year: str
    kind: str
    status: str
    basis: str
    date: str
    name: str
    title: str
    number: str

    def parts(self, text: str) -> dict[str, str]:
        """Return the places in which phrases are looked for, given the search text of the document's bytes."""
        return {"name": self.name, "title": self.title, "number": self.number, "text": text}

    def properties(self) -> dict[str, frozenset[str]]:
        """Return the folded values of every property a query can ask for; a point counts with and without its framework."""
        points = [search_form(point) for point in self.points]
        values = {
            "point": [*points, *(point.rpartition("/")[2] for point in points)],
            "unit": [search_form(self.unit)],
            "year": [self.year],
            "type": [self.kind],
            "status": [self.status],
            "basis": [self.basis],
        }
        return {name: frozenset(found) - {""} for name, found in values.items()}


@dataclass(frozen=True, slots=True)
class IndexRecord:
    """One document to be put into the index: its entry and the search text of its bytes ("" when nothing could be read)."""

    entry: Entry
    text: str

    @property
    def id(self) -> str:
        """The document's id."""
        return self.entry.id


def record_of(document: Document, text: str) -> IndexRecord:
    """Return the record of `document`, whose bytes have the search text `text` (`TextStore.folded`)."""
    facts = document.facts
    assigned = [tag for tag in document.tags if tag.state is TagState.ASSIGNED]
    entry = Entry(
        id=document.id,
        seq=document.seq,
        sha256=document.sha256,
        unit=document.unit,
        points=tuple(dict.fromkeys(str(tag.point) for tag in assigned)),
        year=_year(facts.date, facts.title, document.name),
        kind=facts.kind.lower(),
        status=str(facts.text_status),
        basis=str(assigned[0].basis) if assigned else "",
        date=facts.date,
        name=search_form(document.name),
        title=search_form(facts.title),
        number=search_form(facts.doc_number),
    )
    return IndexRecord(entry, text)


def pack(entry: Entry) -> list[Any]:
    """Return `entry` as JSON has it."""
    return list(entry)


def unpack(row: list[Any]) -> Entry:
    """Return the entry packed as `row`. Raises TypeError, ValueError or LookupError when it is none."""
    row[4] = tuple(row[4])
    return Entry._make(row)


def _year(date: str, *named: str) -> str:
    """Return the year of a document: that of its date, else the first one its title or name speaks of, else nothing."""
    if date:
        return date[:4]
    return next((found[1] for found in map(_YEAR_NAMED.search, named) if found), "")
