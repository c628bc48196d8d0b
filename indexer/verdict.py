"""Whether one document satisfies a query. Pure; this, not the engine, decides what is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from indexer.entry import Entry
from indexer.match import contains
from indexer.query import And, Expr, Not, Or, Phrase, Property


@dataclass(frozen=True, slots=True)
class Subject:
    """A document as a query sees it.

    parts: folded name, title, number and text, between which no phrase reaches across; properties: for each property its
    folded values.
    """

    parts: Mapping[str, str]
    properties: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, entry: Entry, text: str) -> Subject:
        """Return the subject of a document, given the search text of its bytes."""
        return cls(entry.parts(text), {**entry.properties(), "id": frozenset((entry.id,))})


def satisfies(expr: Expr, subject: Subject) -> bool:
    """Return whether `subject` satisfies `expr`."""
    match expr:
        case Phrase(text, part, open_end):
            places = (subject.parts[part],) if part else subject.parts.values()
            return any(contains(text, place, open_end=open_end) for place in places)
        case Property(name, values):
            return not subject.properties[name].isdisjoint(values)
        case Not(part):
            return not satisfies(part, subject)
        case And(parts):
            return all(satisfies(part, subject) for part in parts)
        case Or(parts):
            return any(satisfies(part, subject) for part in parts)
