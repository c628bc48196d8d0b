"""One segment of the index, opened: its documents as sets of bits (`indexer.postings`), by gram, property and id (whoosh)."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from whoosh.fields import Schema
from whoosh.reading import SegmentReader

from indexer.commit import DurableStorage
from indexer.entry import ALSO, Entry, forms
from indexer.gather import BODY, pair_of
from indexer.gramcodec import EXTENSION
from indexer.postings import everything, to_bits, to_numbers
from indexer.sections import DamagedError
from indexer.segmentfile import CODING, HEAD, PROPERTY, SegmentFile
from indexer.tables import START, PairTable, TermTable

# A list is known by its table and its place there.
List = tuple[PairTable | TermTable, int]


class Segment:
    """One segment. `dead` are the documents deleted or replaced since it was written."""

    def __init__(self, storage: DurableStorage, schema: Schema, segment: Any) -> None:
        """Open the file of a Whoosh segment. Raises DamagedError, OSError."""
        self.name: str = segment.segment_id()
        self._storage, self._schema = storage, schema
        self.file = SegmentFile(Path(storage.folder, segment.make_filename(EXTENSION)))
        self.documents = self.file.documents
        if self.documents != segment.doc_count_all():
            self.file.close()
            raise DamagedError(self.name)
        self.all = everything(self.documents)
        self.renew(segment)
        # 512 lists of 50,000 documents are 3 MB.
        self.bits = lru_cache(maxsize=512)(_bits)
        self._values: dict[str, tuple[tuple[str, int], ...]] = {}
        self._having: dict[tuple[str, str], int] = {}
        self._by_document: dict[str, tuple[tuple[str, ...], ...]] = {}

    def renew(self, segment: Any) -> None:
        """Take over what a later table of contents says of this segment: which documents are deleted."""
        self._whoosh = segment
        self.dead = frozenset(segment.deleted_docs())
        self.alive = self.all & ~to_bits(sorted(self.dead))

    def close(self) -> None:
        """Close all files."""
        self.file.close()
        if "_ids" in self.__dict__:
            self._ids.close()

    def reader(self) -> SegmentReader:
        """Return Whoosh's own reader of the segment, for the caller to close."""
        return SegmentReader(self._storage, self._schema, self._whoosh)

    @cached_property
    def _ids(self) -> SegmentReader:
        # Only those who change the index need it.
        return self.reader()

    def numbers(self, identity: str) -> list[int]:
        """Return the documents with this id, deleted ones too."""
        if ("id", identity) not in self._ids:
            return []
        return list(self._ids.postings("id", identity).all_ids())

    def gram(self, gram: str, *, head: bool) -> List | None:
        """Return the list of a gram of whole texts or of heads, None when no document has it."""
        pair = pair_of(gram)
        table: PairTable | TermTable
        if pair is not None:
            table = self.file.head if head else self.file.body
            place = table.find(pair)
        else:
            table = self.file.other
            place = table.find(HEAD + gram if head else gram)
        return None if place is None else (table, place)

    def beginning(self, prefix: str, *, head: bool) -> int:
        """Return the documents that have a gram which begins with `prefix`."""
        start = None if head else self.file.other.find(START + prefix)
        if start is not None:
            return self.bits(self.file.other, start)
        found = 0
        other = self.file.other.beginning(HEAD + prefix if head else prefix)
        lists: list[List] = [(self.file.other, place) for place in other]
        if len(prefix) == 1 and prefix <= "\uffff":
            pairs = self.file.head if head else self.file.body
            lists += [(pairs, place) for place in pairs.beginning(ord(prefix))]
        for table, place in lists:
            found |= _bits(table, place)
        return found

    def having(self, name: str, value: str) -> int:
        """Return the documents whose property `name` has the folded `value`."""
        if name == "id":
            return to_bits(self.numbers(value))
        known = self._having.get((name, value))
        if known is None:
            known = 0
            for stored in (name, *ALSO.get(name, ())):
                for other, bits in self.values(stored):
                    if value in forms(stored, other):
                        known |= bits
            self._having[name, value] = known
        return known

    def values(self, name: str) -> tuple[tuple[str, int], ...]:
        """Return every value of a property, as stored, with the documents that have it."""
        if name not in self._values:
            prefix, other = f"{PROPERTY}{name}=", self.file.other
            places = other.beginning(prefix)
            self._values[name] = tuple((other.terms[place][len(prefix) :], other.lists.bits(place)) for place in places)
        return self._values[name]

    def values_of(self, name: str) -> tuple[tuple[str, ...], ...]:
        """Return, for every document, the values of a property, as stored."""
        if name not in self._by_document:
            listed: list[tuple[str, ...]] = [()] * self.documents
            for value, bits in self.values(name):
                for number in to_numbers(bits):
                    listed[number] += (value,)
            self._by_document[name] = tuple(listed)
        return self._by_document[name]

    def body(self, number: int) -> str:
        """Return the search text of a document, without its head."""
        return self.file.text(number).decode(CODING, "surrogatepass").partition(BODY)[2]

    def entry(self, number: int) -> Entry:
        """Return the entry of a document. Raises DamagedError."""
        return self.file.entry(number)


def size(found: List) -> int:
    """Return a measure of how many documents a list has."""
    table, place = found
    return table.lists.size(place) if place >= 0 else 1


def _bits(table: PairTable | TermTable, place: int) -> int:
    return table.lists.bits(place) if place >= 0 else 1 << ~place
