"""What the browser knows of all documents without their texts: facets and order as columns; what names in a query mean. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from typing import TypeVar

from indexer.entry import filing_of, year_of
from indexer.names import basis_words, kind_words, status_words
from schema.coverage import Status
from schema.model import Document, PointRef
from site_builder.links import unit_page
from site_builder.postings import ALPHABET, fixed
from site_builder.records import bucket
from site_builder.survey import Survey
from site_builder.views import point_link

Value = TypeVar("Value", bound=Hashable)


def columns(survey: Survey, documents: Sequence[Document]) -> dict[str, object]:
    """Return the facets of `documents`, which come in the order of their numbers, and the order in which hits are shown.

    Each column is text of fixed width a document; `of` holds for every document the number of its points and then each of them.
    `order` is highest for what is shown first: verified evidence, then by date (the document's own, else the day it came).
    `states` are what a query can ask for as a status or basis: reading, filing, basis, then the statuses of its cells.
    """
    place = {ref: number for number, ref in enumerate(survey.points)}
    own = [[place[ref] for ref in dict.fromkeys(document.points) if ref in place] for document in documents]
    return {
        **_column("unit", 2, documents, lambda document: document.unit),
        **_column("year", 2, documents, year_of),
        **_column("kind", 1, documents, lambda document: document.facts.kind.lower()),
        **_column("state", 2, documents, lambda document: _state(survey, document)),
        "order": "".join(_order(survey, document) for document in documents),
        "of": "".join(fixed(len(numbers), 1) + "".join(fixed(number, 2) for number in numbers) for numbers in own),
    }


def names(survey: Survey) -> dict[str, object]:
    """Return what a typed name can mean: points with their pages, units of the register, departments, words for statuses."""
    frameworks = [
        [framework.id, [framework.id, framework.short, framework.title, *framework.words]] for framework in survey.data.frameworks
    ]
    return {
        "frameworks": frameworks,
        "points": [_point(survey, ref) for ref in survey.points],
        "register": [[unit.name, unit_page(unit.id), unit.id, list(unit.aliases)] for unit in survey.data.units],
        "departments": [
            [name, [f"{ref.framework}/c{ref.number}" for ref in survey.points_of_department(name)]] for name in survey.departments
        ],
        "types": {name: list(kinds) for name, kinds in kind_words().items()},
        "bases": basis_words(),
        "words": {word: [list(mean) for mean in means] for word, means in sorted(status_words().items())},
    }


def _point(survey: Survey, ref: PointRef) -> list[str]:
    """Return label, page and text of a point, its framework, and the codes it lies under: its own, indicator, dimension."""
    link, point = point_link(survey, ref), survey.points[ref]
    above = [entry.dimension for entry in survey.frameworks[ref.framework].indicators if entry.code == point.indicator]
    codes = (ref.code, point.indicator, *above)
    return [link.text, link.page, point.text, ref.framework, *(code.lower() for code in codes)]


def _column(name: str, width: int, documents: Sequence[Document], value: Callable[[Document], Value]) -> dict[str, object]:
    """Return a column of places in a list of all values that occur, and that list."""
    own = [value(document) for document in documents]
    every = sorted(set(own), key=repr)
    place = {entry: number for number, entry in enumerate(every)}
    return {name: "".join(fixed(place[entry], width) for entry in own), f"{name}s": every}


def _state(survey: Survey, document: Document) -> tuple[str, ...]:
    facts, assigned = document.facts, [tag for tag in document.tags if tag.state == "assigned"]
    basis = str(assigned[0].basis) if assigned else ""
    return str(facts.text_status), filing_of(document), basis, *survey.statuses_of_document.get(document.id, ())


def _order(survey: Survey, document: Document) -> str:
    verified = Status.VERIFIED in survey.statuses_of_document.get(document.id, ())
    # Documents of one day come in an order that follows from their ids alone, whatever index they are in.
    tie = bucket(document.id, 1 << 16)
    return fixed(verified * len(ALPHABET) ** 3 + _day(document), 4) + fixed(tie, 3)


def _day(document: Document) -> int:
    """Return the day of a document as a number, of its year where only that is known; 0 for none."""
    shown = document.facts.date or document.received[:10]
    try:
        return date.fromisoformat(shown[:10]).toordinal()
    except ValueError:
        return date(int(shown[:4]), 1, 1).toordinal() if shown[:4].isdecimal() and int(shown[:4]) else 0
