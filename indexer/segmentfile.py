"""What one segment of the index holds: grams of texts and of heads, entries, and the search texts themselves, in one file.

The head of a document is its name, title and number, the body its text; both lie in the file as UTF-16, so that a candidate is
looked at without asking anything else. Terms are grams of whole texts as they are, grams of heads behind "#", and properties
("@unit=U001").

    entries, rows     JSON of each document, and where each ends          uint64
    texts, bounds     search text of each document, and where each ends   uint64
    standing          what ranks each document, whatever is asked         uint32
    ties              a sum of each document's id                         uint32
    body.*, head.*    tables of pairs (`indexer.tables`)
    other.*           table of all other terms
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexer.entry import Entry, IndexRecord, pack, unpack
from indexer.gather import BODY, Gathered
from indexer.sections import DamagedError, Sections, SectionWriter
from indexer.tables import Pairs, PairTable, Terms, TermTable, write_pairs, write_terms

# What terms begin with that are no grams of one or two characters.
HEAD, PROPERTY, RUN = "#", "@", "="
CODING = "utf-16-le"
# Merging holds the lists of about so many pairs in memory.
_PIECE = 50_000

Renumber = Callable[[Sequence[int]], Iterable[int]]


@dataclass(slots=True)
class NewDocuments:
    """Documents for a segment, gathered in memory."""

    body: Gathered = field(default_factory=Gathered)
    head: Gathered = field(default_factory=Gathered)
    properties: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    rows: list[bytes] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    standing: array[int] = field(default_factory=lambda: array("I"))
    ties: array[int] = field(default_factory=lambda: array("I"))

    def add(self, record: IndexRecord) -> None:
        """Add the next document."""
        number, entry, head = len(self.rows), record.entry, record.entry.head()
        text = f"{head}{BODY}{record.text}"
        self.rows.append(_dump(pack(entry)))
        self.texts.append(text.encode(CODING, "surrogatepass"))
        self.standing.append(entry.standing())
        self.ties.append(zlib.crc32(entry.id.encode("utf-8", "surrogatepass")))
        for name, value in entry.stored_properties():
            self.properties[f"{PROPERTY}{name}={value}"].append(number)
        self.body.add(number, text)
        self.head.add(number, head)

    def write(self, path: Path) -> None:
        """Write the file of these documents."""
        self.body.close()
        self.head.close()
        terms = self.body.others | {HEAD + name: numbers for name, numbers in self.head.others.items()} | self.properties
        with SectionWriter(path) as writer:
            _write_column(writer, "rows", "entries", self.rows)
            _write_column(writer, "texts", "bounds", self.texts)
            writer.add("standing", (self.standing,))
            writer.add("ties", (self.ties,))
            _write_tables(writer, self.body.grams(), self.head.grams(), terms, len(self.rows))


class SegmentFile:
    """The file of a segment, open for reading."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises DamagedError where it does not fit together, OSError when it is not there."""
        self._sections = Sections(path)
        try:
            self.standing = self._sections.numbers("standing", "I")
            self.ties = self._sections.numbers("ties", "I")
            self.documents = len(self.standing)
            self._entries = self._sections.numbers("entries", "Q")
            self.bounds = self._sections.numbers("bounds", "Q")
            self.body = PairTable(self._sections, "body", self.documents)
            self.head = PairTable(self._sections, "head", self.documents)
            self.other = TermTable(self._sections, "other")
            if not len(self._entries) == len(self.bounds) == len(self.ties) + 1 == self.documents + 1:
                raise DamagedError(path.name)
        except BaseException:
            self._sections.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._sections.close()

    def entry(self, number: int) -> Entry:
        """Return the entry of a document. Raises DamagedError."""
        try:
            return unpack(json.loads(self.row(number)))
        except (TypeError, ValueError, LookupError):
            raise DamagedError("entry") from None

    def row(self, number: int) -> bytes:
        """Return the entry of a document as stored."""
        start = self._entries[number]
        return self._sections.read("rows", start, self._entries[number + 1] - start)

    def text(self, number: int) -> bytes:
        """Return head and body of a document in UTF-16."""
        start = self.bounds[number]
        return self._sections.read("texts", start, self.bounds[number + 1] - start)

    def texts(self, first: int, last: int) -> bytes:
        """Return head and body of the documents from `first` to `last`, one after the other as `bounds` has them."""
        start = self.bounds[first]
        return self._sections.read("texts", start, self.bounds[last + 1] - start)

    def copy_texts(self, number: int, after: int) -> Iterable[bytes]:
        """Yield the texts of the documents from `number` to before `after`, bit by bit."""
        start = self.bounds[number]
        return self._sections.chunks("texts", start, self.bounds[after] - start)


def merge(sources: Sequence[tuple[SegmentFile, frozenset[int]]], path: Path) -> None:
    """Write one file of the documents of `sources` in their order, without the dead ones named beside each."""
    alive = [[number for number in range(file.documents) if number not in dead] for file, dead in sources]
    bases = [sum(map(len, alive[:place])) for place in range(len(sources))]
    renumber = [
        _renumber(file.documents, numbers, base) for (file, _dead), numbers, base in zip(sources, alive, bases, strict=True)
    ]
    files = [file for file, _dead in sources]
    terms: defaultdict[str, list[int]] = defaultdict(list)
    for file, moved in zip(files, renumber, strict=True):
        for term, numbers in file.other.items():
            terms[term].extend(moved(numbers))
    with SectionWriter(path) as writer:
        kept = list(zip(files, alive, strict=True))
        _write_column(writer, "rows", "entries", (file.row(number) for file, numbers in kept for number in numbers))
        writer.add("texts", (chunk for file, numbers in kept for chunk in _stretches(file, numbers)))
        ends = array("Q", (0,))
        for file, numbers in kept:
            for number in numbers:
                ends.append(ends[-1] + file.bounds[number + 1] - file.bounds[number])
        writer.add("bounds", (ends,))
        writer.add("standing", (array("I", (file.standing[number] for file, numbers in kept for number in numbers)),))
        writer.add("ties", (array("I", (file.ties[number] for file, numbers in kept for number in numbers)),))
        body = _merged([file.body for file in files], renumber)
        head = _merged([file.head for file in files], renumber)
        _write_tables(writer, body, head, {term: numbers for term, numbers in terms.items() if numbers}, len(ends) - 1)


def _merged(tables: Sequence[PairTable], renumber: Sequence[Renumber]) -> Pairs:
    borders = max((table.borders(_PIECE // max(1, len(tables))) for table in tables), key=len)
    for low, high in zip([0, *borders], [*borders, 1 << 32], strict=True):
        lists: defaultdict[int, list[int]] = defaultdict(list)
        for table, moved in zip(tables, renumber, strict=True):
            for pair, numbers in table.between(low, high):
                lists[pair].extend(moved(numbers))
        yield from ((pair, numbers) for pair, numbers in sorted(lists.items()) if numbers)


def _renumber(documents: int, alive: Sequence[int], base: int) -> Renumber:
    if len(alive) == documents:
        return lambda numbers: map(base.__add__, numbers)
    there = {number: base + place for place, number in enumerate(alive)}
    return lambda numbers: [there[number] for number in numbers if number in there]


def _stretches(file: SegmentFile, numbers: Sequence[int]) -> Iterator[bytes]:
    """Yield the texts of ascending documents, neighbours together."""
    start = 0
    for place in range(1, len(numbers) + 1):
        if place == len(numbers) or numbers[place] != numbers[place - 1] + 1:
            yield from file.copy_texts(numbers[start], numbers[place - 1] + 1)
            start = place


def _write_column(writer: SectionWriter, name: str, ends_name: str, values: Iterable[bytes]) -> None:
    ends = array("Q", (0,))

    def counted() -> Iterator[bytes]:
        for value in values:
            ends.append(ends[-1] + len(value))
            yield value

    writer.add(name, counted())
    writer.add(ends_name, (ends,))


def _write_tables(writer: SectionWriter, body: Pairs, head: Pairs, terms: Terms, documents: int) -> None:
    others: defaultdict[str, set[int]] = defaultdict(set)
    for term, numbers in terms.items():
        if term[0] not in (HEAD, PROPERTY, RUN):
            others[term[0]].update(numbers)
    starts = write_pairs(writer, "body", body, documents, others)
    write_pairs(writer, "head", head, documents)
    write_terms(writer, "other", {**terms, **starts}, documents)


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
