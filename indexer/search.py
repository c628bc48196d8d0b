"""Search: candidates from the index, certainty from the texts, and an answer with passages, pages, order and counts.

Whatever the index proposes, a document is found exactly when `indexer.verdict` says so of its name, title, number and text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import perf_counter

from indexer.display import block_at, display
from indexer.entry import Entry
from indexer.fold import search_text
from indexer.index import Candidate, Index
from indexer.match import contains
from indexer.query import Phrase
from indexer.question import Filters, Names, Question, question
from indexer.reading import Reading
from indexer.snippet import Passage, best, passage, spots
from indexer.textstore import TextStore
from indexer.verdict import Subject, satisfies
from schema.messages import Message, message
from schema.model import Document, TextStatus

# Texts looked at for one answer. Beyond it the total is an estimate from those looked at.
LOOKED_AT = 20_000
# Documents of equal rank among which the number of hits decides.
_COUNTED = 100
_HEADER = ("number", "title", "name")
_READ = frozenset({str(TextStatus.OK), str(TextStatus.PARTIAL)})

_NO_FILTERS = Filters()

Lookup = Callable[[Iterable[str]], Mapping[str, Document]]


@dataclass(frozen=True, slots=True)
class Library:
    """What a search goes through: index, texts, documents by id, and the names a query may use."""

    index: Index
    store: TextStore
    lookup: Lookup
    names: Names = field(default_factory=Names)


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found. `marks` are offsets in `snippet`; `page` is None where the format has no pages or no text was hit.

    `ocr`: the passage was recognised in a scan, so it may be wrong.
    """

    id: str
    name: str
    unit: str
    points: tuple[str, ...]
    page: int | None
    snippet: str
    marks: tuple[tuple[int, int], ...]
    score: float
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: how many in all (`exact`, or about), the hits asked for, and counts by property over all found."""

    total: int
    exact: bool
    took_ms: float
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    note: Message | None = None


def search(library: Library, query: str, *, filters: Filters = _NO_FILTERS, limit: int = 20, offset: int = 0) -> Answer:
    """Answer `query` (see `indexer.query`) under `filters`, with the hits from `offset` on, at most `limit`.

    Order: a hit in title, name or document number, or the point asked for, first; then documents with assigned points; then the
    newest; then those with most hits. Raises ArchiveError when the index turns out damaged.
    """
    start = perf_counter()
    asked = question(query, filters, library.names)
    found, total, missing = _verify(library, asked)
    exact = total == len(found) and not missing
    ranked = _rank(library, asked, found, offset + limit)
    hits = _hits(library, asked, ranked[offset : offset + limit])
    note = asked.note
    if missing:
        note = message("search.incomplete", count=missing)
    elif not exact:
        note = message("search.about", total=total)
    return Answer(total, exact, (perf_counter() - start) * 1000, hits, _facets(found), note)


def _verify(library: Library, asked: Question) -> tuple[list[Entry], int, int]:
    """Return the entries found, the total (an estimate when not all were looked at), and how many texts are missing."""
    candidates = library.index.candidates(asked.expr)
    open_ones = [candidate.entry for candidate in candidates if not candidate.certain]
    looked_at = sorted(open_ones, key=lambda entry: (-_standing(entry), entry.id))[:LOOKED_AT]
    accepted, missing = _accepted(library, asked, looked_at)
    found = [candidate.entry for candidate in candidates if _stays(candidate, accepted)]
    unseen = len(open_ones) - len(looked_at)
    return found, len(found) + round(unseen * len(accepted) / max(1, len(looked_at))), missing


def _stays(candidate: Candidate, accepted: set[str]) -> bool:
    return candidate.certain or candidate.entry.id in accepted


def _accepted(library: Library, asked: Question, entries: list[Entry]) -> tuple[set[str], int]:
    """Return the ids of those of `entries` that satisfy the query, and how many of them have no text though they were read."""
    by_text: dict[str, list[Entry]] = {}
    for entry in entries:
        by_text.setdefault(entry.sha256, []).append(entry)
    accepted: set[str] = set()
    for sha256, text in library.store.texts(by_text):
        accepted.update(_satisfying(asked, by_text.pop(sha256), text))
    missing = 0
    for without_text in by_text.values():
        accepted.update(_satisfying(asked, without_text, ""))
        missing += sum(entry.status in _READ for entry in without_text)
    return accepted, missing


def _satisfying(asked: Question, entries: list[Entry], text: str) -> Iterable[str]:
    return [entry.id for entry in entries if satisfies(asked.expr, Subject(entry.parts(text), entry.properties()))]


def _rank(library: Library, asked: Question, found: list[Entry], needed: int) -> list[tuple[float, Entry]]:
    """Return scores and entries, best first; sure of the order as far as the first `needed`."""
    scored = sorted(((_score(asked, entry), entry) for entry in found), key=lambda pair: (-pair[0], pair[1].id))
    if not asked.phrases or not scored or needed <= 0:
        return scored
    # Among equals the number of hits decides; it is only counted for those that can come on this page.
    last = scored[min(needed, len(scored)) - 1][0]
    leading = [pair for pair in scored[: needed + _COUNTED] if pair[0] >= last]
    texts = dict(library.store.texts(entry.sha256 for _score, entry in leading))
    counted = [(score + _frequency(asked.phrases, texts.get(entry.sha256, "")), entry) for score, entry in leading]
    return sorted(counted, key=lambda pair: (-pair[0], pair[1].id)) + scored[len(leading) :]


def _score(asked: Question, entry: Entry) -> float:
    """Return 2 for a hit in the header or the point asked for, 1 for having points, and the standing, which is below 1."""
    header = any(contains(*place, open_end=phrase.open_end) for phrase in asked.phrases for place in _header(phrase, entry))
    meant = not asked.points.isdisjoint(point.lower() for point in entry.points)
    return 2.0 * (header or meant) + _standing(entry)


def _standing(entry: Entry) -> float:
    """Return what ranks an entry whatever is asked: 1 for having points, and its date as a fraction (0.20230512)."""
    date = re.sub(r"\D", "", entry.date)[:8]
    return float(bool(entry.points)) + (int(date.ljust(8, "0")) / 1e8 if date else 0.0)


def _header(phrase: Phrase, entry: Entry) -> Iterable[tuple[str, str]]:
    return [(phrase.text, getattr(entry, part)) for part in _HEADER if phrase.part in {"", part}]


def _frequency(phrases: tuple[Phrase, ...], text: str) -> float:
    """Return a number that grows with the hits and stays below one day of the standing."""
    count = sum(text.count(phrase.text) for phrase in phrases)
    return 1e-8 * count / (count + 1)


def _facets(found: list[Entry]) -> dict[str, tuple[tuple[str, int], ...]]:
    counters: dict[str, Counter[str]] = {
        "point": Counter(point for entry in found for point in entry.points),
        "unit": Counter(entry.unit for entry in found),
        "year": Counter(entry.year for entry in found),
        "type": Counter(entry.kind for entry in found),
        "status": Counter(entry.status for entry in found),
    }
    return {name: tuple(sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))) for name, counter in counters.items()}


def _hits(library: Library, asked: Question, ranked: list[tuple[float, Entry]]) -> tuple[Hit, ...]:
    documents = library.lookup([entry.id for _score, entry in ranked])
    return tuple(_hit(library, asked, score, documents[entry.id]) for score, entry in ranked if entry.id in documents)


def _hit(library: Library, asked: Question, score: float, document: Document) -> Hit:
    page, shown, recognised = _shown(library, asked, document)
    points = tuple(dict.fromkeys(str(point) for point in document.points))
    return Hit(document.id, document.name, document.unit, points, page, shown.text, shown.marks, score, recognised)


def _shown(library: Library, asked: Question, document: Document) -> tuple[int | None, Passage, bool]:
    """Return page and passage of the first place with a hit, and whether it was recognised in a scan.

    The place is in the text, else in title, number or name; else it is how the text begins.
    """
    reading = library.store.get(document.sha256)
    body = display(reading) if reading else None
    if body:
        searched = search_text(body.text)
        found = spots([phrase for phrase in asked.phrases if not phrase.part], searched.text)
        spot = best(found)
        if spot:
            at = searched.to_shown(spot.start)
            return body.pages.at(at), passage(body.text, searched, found), _recognised(reading, at)
    facts = document.facts
    for part, text in (("title", facts.title), ("number", facts.doc_number), ("name", document.name)):
        searched = search_text(text)
        found = spots([phrase for phrase in asked.phrases if phrase.part in {"", part}], searched.text)
        if found:
            return None, passage(text, searched, found), False
    if body and body.text:
        return body.pages.at(0), passage(body.text, search_text(body.text), []), _recognised(reading, 0)
    return None, Passage("", ()), False


def _recognised(reading: Reading | None, offset: int) -> bool:
    block = block_at(reading, offset) if reading else None
    return block is not None and block.where == "ocr"
