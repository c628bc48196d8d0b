"""Search: candidates from the index, certainty from the texts it holds, and an answer with passages, pages, order and counts.

Whatever grams propose, a document is found exactly when `indexer.verdict` says so of its name, title, number and text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from time import perf_counter

from indexer.candidates import certain, possible
from indexer.display import Display, Pages, display
from indexer.entry import Entry
from indexer.fold import search_text
from indexer.index import Index
from indexer.names import Names
from indexer.postings import to_numbers
from indexer.query import Phrase, Property
from indexer.question import Direct, Filters, Question, question
from indexer.ranking import Order, Part, Ranked, best, facets, page
from indexer.reading import Reading
from indexer.sections import DamagedError
from indexer.snippet import passages, spots
from indexer.textstore import TextStore
from indexer.verify import accepted, heads
from schema.errors import ArchiveError
from schema.messages import Message, message
from schema.model import Document

# Texts looked at for one answer. Beyond it the total is an estimate from those looked at, which are the first in order.
LOOKED_AT = 5_000
_NO_FILTERS = Filters()

Lookup = Callable[[Iterable[str]], Mapping[str, Document]]


@dataclass(frozen=True, slots=True)
class Library:
    """What a search goes through: index, readings, documents by id, the names a query may use, and the last change there was."""

    index: Index
    store: TextStore
    lookup: Lookup
    names: Names = field(default_factory=Names)
    last_change: Callable[[], int] = lambda: 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage of a hit: its page (None where the format has none), its text and the marks in it as offsets.

    `ocr`: what was hit was recognised in a scan, and may be misread. `member`: the file of a package in which it stands.
    """

    page: int | None
    text: str
    marks: tuple[tuple[int, int], ...]
    ocr: bool = False
    member: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found. Page, snippet and marks are those of the first of its passages (up to three)."""

    id: str
    name: str
    unit: str
    points: tuple[str, ...]
    page: int | None
    snippet: str
    marks: tuple[tuple[int, int], ...]
    score: float
    passages: tuple[Shown, ...] = ()
    title: str = ""
    number: str = ""
    date: str = ""
    kind: str = ""
    status: str = ""
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: how many in all (`exact`, or about), the hits asked for, and counts by property over all found.

    `direct` are the points that the query as a whole names; `note` says what the asker should know of this answer.
    """

    total: int
    exact: bool
    took_ms: float
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    note: Message | None = None
    direct: tuple[Direct, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that satisfies a question, segment by segment; `total` is an estimate unless `exact`."""

    parts: tuple[Part, ...]
    total: int
    exact: bool

    def entries(self) -> Iterator[Entry]:
        """Yield the entries of all documents found, in the order of the index."""
        return (part.segment.entry(number) for part in self.parts for number in to_numbers(part.found))


def search(
    library: Library,
    query: str,
    *,
    filters: Filters = _NO_FILTERS,
    limit: int = 20,
    offset: int = 0,
    order: Order = Order.RELEVANCE,
) -> Answer:
    """Answer `query` (see `indexer.query`) under `filters`, with the hits from `offset` on, at most `limit`.

    By relevance come first: a hit in title, name or document number, or the point asked for; then documents with assigned
    points; then the newest; then those with most hits. Raises ArchiveError when the index turns out damaged.
    """
    start = perf_counter()
    asked = question(query, filters, library.names)
    library.index.refresh()
    try:
        found = find(library.index, asked, order)
        ranked = page(found.parts, order, asked.phrases, offset, limit)
        hits = hits_of(library, ranked, asked.phrases)
        counts = facets(found.parts)
    except DamagedError as error:
        raise ArchiveError("search.index-damaged") from error
    note = asked.note or _reservation(library, found)
    return Answer(found.total, found.exact, (perf_counter() - start) * 1000, hits, counts, note, asked.direct)


def _reservation(library: Library, found: Found) -> Message | None:
    """Return what the asker should know: that this is an estimate, that passages cannot be shown, that changes are not in it."""
    if not found.exact:
        return message("search.about", total=found.total)
    if library.store.fresh:
        return message("search.no-passages")
    behind = library.last_change() - library.index.position
    return message("search.behind", count=behind) if behind > 0 else None


def find(index: Index, asked: Question, order: Order = Order.RELEVANCE, most: int | None = None) -> Found:
    """Return everything that satisfies `asked`; of more than `most` candidates only the first ones in `order` are looked at."""
    most = LOOKED_AT if most is None else most
    sure, open_ones = [], []
    for segment in index.segments:
        candidates = possible(asked.expr, segment) & segment.alive
        certainly = candidates and certain(asked.expr, segment) & candidates
        first = heads(asked.phrases, segment, candidates) if order is Order.RELEVANCE else 0
        if asked.points:
            first |= candidates & possible(Property("point", tuple(asked.points)), segment)
        sure.append(Part(segment, certainly, first))
        open_ones.append(Part(segment, candidates & ~certainly, first))
    waiting = sum(part.found.bit_count() for part in open_ones)
    looked_at = best(open_ones, order, most) if waiting > most else open_ones
    parts, yes, seen = [], 0, 0
    for certain_part, part in zip(sure, looked_at, strict=True):
        right = accepted(asked.expr, part.segment, part.found) if part.found else 0
        yes, seen = yes + right.bit_count(), seen + part.found.bit_count()
        parts.append(Part(part.segment, certain_part.found | right, part.first))
    total = sum(part.found.bit_count() for part in parts) + round((waiting - seen) * yes / max(1, seen))
    return Found(tuple(parts), total, waiting == seen)


def hits_of(library: Library, ranked: Sequence[Ranked], phrases: tuple[Phrase, ...]) -> tuple[Hit, ...]:
    """Return the hits of a page, without those that the catalogue no longer knows."""
    ids = [(entry, entry.segment.entry(entry.number).id) for entry in ranked]
    documents = library.lookup([identity for _entry, identity in ids])
    return tuple(_hit(library, phrases, entry, documents[identity]) for entry, identity in ids if identity in documents)


def _hit(library: Library, phrases: tuple[Phrase, ...], ranked: Ranked, document: Document) -> Hit:
    shown = _shown(library, phrases, document)
    points = tuple(dict.fromkeys(str(point) for point in document.points))
    facts, first = document.facts, shown[0]
    return Hit(
        document.id, document.name, document.unit, points, first.page, first.text, first.marks, ranked.score, shown,
        facts.title, facts.doc_number, facts.date, facts.kind, str(facts.text_status), first.ocr,
    )  # fmt: skip


def _shown(library: Library, phrases: tuple[Phrase, ...], document: Document) -> tuple[Shown, ...]:
    """Return the passages with hits: of the text, else of title, number or name; else how the text begins."""
    reading = library.store.get(document.sha256)
    body = display(reading) if reading else Display("", Pages())
    searched = search_text(body.text)
    found = spots([phrase for phrase in phrases if not phrase.part], searched.text)
    facts = document.facts
    for part, text in () if found else (("title", facts.title), ("number", facts.doc_number), ("name", document.name)):
        form = search_text(text)
        spotted = spots([phrase for phrase in phrases if phrase.part in {"", part}], form.text)
        if spotted:
            return tuple(Shown(None, cut.text, cut.marks) for _at, cut in passages(text, form, spotted, 1))
    recognised = _recognised(reading) if reading else []
    members = {block.page: block.text for block in reading.blocks if block.where == "member"} if reading else {}
    shown = []
    for at, cut in passages(body.text, searched, found):
        number = body.pages.at(at) if body.text else None
        shown.append(Shown(number, cut.text, cut.marks, any(at in span for span in recognised), members.get(number, "")))
    return tuple(shown)


def _recognised(reading: Reading) -> list[range]:
    """Return which stretches of the display text were recognised in scans."""
    starts = accumulate((len(block.text) + 1 for block in reading.blocks), initial=0)
    return [range(at, at + len(block.text)) for at, block in zip(starts, reading.blocks, strict=False) if block.where == "ocr"]
