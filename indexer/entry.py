"""What the index keeps of a document beside the grams of its text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from indexer.fold import search_form
from indexer.gather import PART
from schema.model import Document, TagState

PROPERTIES = ("point", "unit", "year", "type", "status", "filing", "basis")
# Whoever asks for a status means either: what came of reading, or how the document is filed.
ALSO = {"status": ("filing",)}
# What having points adds to the standing, above every date.
POINTED = 100_000_000
# How a document is filed: under points, only proposed for some, or neither.
ASSIGNED, PROPOSED, UNASSIGNED = "assigned", "proposed", "unassigned"

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
    filing: str

    def head(self) -> str:
        """Return name, title and number as they stand before the text in the index."""
        return PART.join((self.name, self.title, self.number))

    def parts(self, text: str) -> dict[str, str]:
        """Return the places in which phrases are looked for, given the search text of the document's bytes."""
        return {"name": self.name, "title": self.title, "number": self.number, "text": text}

    def stored_properties(self) -> Iterator[tuple[str, str]]:
        """Yield the properties a query can ask for and their values as they are, each once."""
        columns = {
            "point": self.points, "unit": (self.unit,), "year": (self.year,), "type": (self.kind,),
            "status": (self.status,), "filing": (self.filing,), "basis": (self.basis,),
        }  # fmt: skip
        yield from ((name, value) for name, values in columns.items() for value in dict.fromkeys(values) if value)

    def properties(self) -> dict[str, frozenset[str]]:
        """Return the folded values of every property a query can ask for (`forms`)."""
        found: dict[str, set[str]] = {name: set() for name in PROPERTIES}
        for name, value in self.stored_properties():
            found[name] |= forms(name, value)
        return {name: frozenset(values).union(*(found[also] for also in ALSO.get(name, ()))) for name, values in found.items()}

    def standing(self) -> int:
        """Return what ranks a document whatever is asked: first whether it has points, then its date (20230512; 0 for none)."""
        digits = re.sub(r"[^0-9]", "", self.date)[:8].ljust(8, "0")
        return POINTED * bool(self.points) + int(digits)


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
        year=year_of(document),
        kind=facts.kind.lower(),
        status=str(facts.text_status),
        basis=str(assigned[0].basis) if assigned else "",
        date=facts.date,
        name=search_form(document.name),
        title=search_form(facts.title),
        number=search_form(facts.doc_number),
        filing=filing_of(document),
    )
    return IndexRecord(entry, text)


def filing_of(document: Document) -> str:
    """Return how a document is filed: under points, only proposed for some, or neither."""
    assigned = any(tag.state is TagState.ASSIGNED for tag in document.tags)
    return ASSIGNED if assigned else PROPOSED if document.tags else UNASSIGNED


def year_of(document: Document) -> str:
    """Return the year of a document: that of its date, else the first one its title or name speaks of, else nothing."""
    facts = document.facts
    if facts.date:
        return facts.date[:4]
    return next((found[1] for found in map(_YEAR_NAMED.search, (facts.title, document.name)) if found), "")


def forms(name: str, value: str) -> frozenset[str]:
    """Return the folded forms in which a query may name a value; a point counts with and without its framework."""
    form = search_form(value)
    return frozenset((form, form.rpartition("/")[2])) if name == "point" else frozenset((form,))


def pack(entry: Entry) -> list[Any]:
    """Return `entry` as JSON has it."""
    return list(entry)


def unpack(row: list[Any]) -> Entry:
    """Return the entry packed as `row`. Raises TypeError, ValueError or LookupError when it is none."""
    row[4] = tuple(row[4])
    return Entry._make(row)
