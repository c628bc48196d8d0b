"""The full-text index that a browser reads by script tags: gram shards, a directory of them, columns for the facets. Pure.

Grams, fold and matching are the indexer's own (indexer.grams, indexer.fold), so the site finds what the command line finds.
A gram behind "#" is one of a document's head (title, name, number): such documents are shown first.
"""

from __future__ import annotations

import json
import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from indexer.fold import BLANKS, IGNORED, WORD, fold_table, search_form
from indexer.grams import LONGEST, grams_of
from indexer.match import DECIMAL
from schema.model import Document
from site_builder.links import unit_page
from site_builder.postings import ALPHABET, STOPPERS, Coder, fixed
from site_builder.survey import Survey
from site_builder.views import point_link


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of the index: its first key and its keys with their lists, a key and a list a line by turns."""

    first: str
    lines: str


class IndexWriter:
    """Collects the grams of documents, which must come in the order of their numbers, from 0."""

    def __init__(self) -> None:
        self._postings: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self.documents = 0

    def add(self, head: str, text: str) -> None:
        """Add the next document: what stands in its head, and everything that is searched (the head too), as displayed."""
        number = self.documents
        postings = self._postings
        for gram in grams_of(search_form(text)):
            postings[gram].append(number)
        for gram in grams_of(search_form(head)):
            postings["#" + gram].append(number)
        self.documents += 1

    def shards(self, size: int) -> Iterator[Shard]:
        """Yield the shards, of about `size` bytes each, in the order of their keys (as JavaScript compares them)."""
        coder = Coder(self.documents)
        lines: list[str] = []
        first, filled = "", 0
        for key in sorted(self._postings, key=lambda key: key.encode("utf-16-be", "surrogatepass")):
            line = f"{key}\n{coder.encode(self._postings[key])}"
            if filled + len(line) > size and lines:
                yield Shard(first, "\n".join(lines))
                lines, filled = [], 0
            first = first if lines else key
            lines.append(line)
            filled += len(line) + 3
        if lines:
            yield Shard(first, "\n".join(lines))


def shard_size(documents: int) -> int:
    """Return the size of shards in bytes that keeps both queries short and files few (static site notes: 16 KB to 64 KB)."""
    return 16_384 if documents < 5_000 else 32_768 if documents < 20_000 else 65_536


def columns(survey: Survey, documents: Iterable[Document]) -> dict[str, object]:
    """Return the facets of `documents`, which come in the order of their numbers, and the rank in which hits are shown.

    Newer documents (by their own date, else the day they came) come first. Each column is text of fixed width a document;
    `of` holds for every document the number of its points and then each of them. `points` and `register` name every point
    and unit with its page, for those who type one of them.
    """
    listed = tuple(documents)
    order = sorted(range(len(listed)), key=lambda at: (_date(listed[at]), listed[at].id), reverse=True)
    rank = {at: place for place, at in enumerate(order)}
    points = list(survey.points)
    place = {ref: number for number, ref in enumerate(points)}
    units = sorted({document.unit for document in listed})
    years = sorted({_year(document) for document in listed}, reverse=True)
    kinds = sorted({_kind(document) for document in listed})
    own = [[place[ref] for ref in dict.fromkeys(document.points) if ref in place] for document in listed]
    return {
        "points": [[link.text, link.page, survey.points[ref].text] for ref in points for link in [point_link(survey, ref)]],
        "register": [[unit.name, unit_page(unit.id)] for unit in survey.data.units],
        "units": [survey.units[unit].name if unit in survey.units else unit for unit in units],
        "years": years,
        "kinds": kinds,
        "unit": "".join(fixed(units.index(document.unit), 2) for document in listed),
        "year": "".join(fixed(years.index(_year(document)), 2) for document in listed),
        "kind": "".join(fixed(kinds.index(_kind(document)), 1) for document in listed),
        "rank": "".join(fixed(rank[at], 3) for at in range(len(listed))),
        "of": "".join(fixed(len(numbers), 1) + "".join(fixed(number, 2) for number in numbers) for numbers in own),
    }


@cache
def rules() -> str:
    """Return fold.js: the indexer's fold, blanks, words and decimals as data for the browser."""
    table = fold_table()
    data = {
        "from": "".join(table),
        "to": "".join(table.values()),
        "word": WORD,
        "blanks": BLANKS,
        "ignored": IGNORED,
        "letters": _letters(),
        "decimal": DECIMAL,
        "longest": LONGEST,
        "alphabet": ALPHABET,
        "stoppers": STOPPERS,
    }
    return script("rules", data)


def script(name: str, data: object) -> str:
    """Return data as a script that hands it to the page: works from file://, where nothing can be fetched."""
    return f"Z.take({json.dumps(name)},{json.dumps(data, ensure_ascii=False, separators=(',', ':'))});\n"


def _letters() -> list[tuple[int, int]]:
    """Return the ranges of characters of which gram runs are made, as Python's own regular expressions have letters."""
    letter = re.compile(r"[\w%]")
    ranges: list[tuple[int, int]] = []
    for point in range(0x30000):
        if letter.match(chr(point)):
            if ranges and ranges[-1][1] == point - 1:
                ranges[-1] = (ranges[-1][0], point)
            else:
                ranges.append((point, point))
    return ranges


def _date(document: Document) -> str:
    return document.facts.date or document.received


def _year(document: Document) -> str:
    return document.facts.date[:4]


def _kind(document: Document) -> str:
    extension = document.name.rpartition(".")[2].lower()
    return (document.facts.kind or (extension if extension.isalnum() and len(extension) <= 5 else "")).upper()
