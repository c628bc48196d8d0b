"""Gap-coded gram postings and document rows inside Whoosh segments, through Whoosh's own codec interface.

Stock Whoosh makes a Python call, a tuple and a pickle of every posting; that is nine tenths of its indexing time. Here the
grams of a document pass Whoosh as the value of one stored field (`GRAMS`), which our per-document writer takes for itself, as it
takes the document's row (`ROW`). When the segment closes they are written to one file beside Whoosh's own:

    magic, version and byte order · counts and section offsets
    terms    UTF-8, sorted by code points, one after the other   term offsets   uint32[terms + 1]
    postings first document number, then the gaps to the next     offsets        uint32[terms + 1]
             ones, as uint8, uint16 or uint32 (`widths`)          widths         uint8[terms]
    rows     JSON of each document                                offsets        uint64[documents + 1]

UTF-8 sorts as code points do, so a prefix is one range of terms. Everything is read through mmap and decoded when asked for.
"""

from __future__ import annotations

import json
import mmap
import struct
import sys
from array import array
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache, partial
from itertools import accumulate, repeat
from operator import sub
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3PerDocWriter
from whoosh.fields import FieldType
from whoosh.formats import Existence

GRAMS, ROW = "grams", "row"
EXTENSION = ".grm"
_MAGIC = b"zzgrams1" + sys.byteorder[:1].encode()
# magic; documents, terms; ends of the sections terms, postings, rows
_HEAD = struct.Struct("=9s7xIIQQQ")
_WIDTHS = {1: "B", 2: "H", 4: "I"}


class DamagedError(Exception):
    """A segment file does not hold what it must; the index is to be built again."""


class PassedOnField(FieldType):  # type: ignore[misc]
    """A field of which Whoosh itself keeps nothing: its value goes to the codec's per-document writer."""

    def __init__(self) -> None:
        super().__init__(Existence(), None, stored=True)
        self.indexed = False


class GramCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec, with a writer that also writes grams and rows. Its class path is pickled into every index."""

    def per_document_writer(self, storage: Any, segment: Any) -> GramWriter:
        """Return the writer of what is kept document by document."""
        return GramWriter(self, storage, segment)


class GramWriter(W3PerDocWriter):  # type: ignore[misc]
    """Collects postings in memory (4 bytes each, about 100 for a gram) and writes them when the segment closes."""

    def __init__(self, codec: GramCodec, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._postings: defaultdict[str, array[int]] = defaultdict(partial(array, "I"))
        self._rows: dict[int, bytes] = {}

    def add_field(self, fieldname: str, fieldobj: FieldType, value: Any, length: int) -> None:
        """Take grams (a collection of text) and row (a JSON value); leave other fields to Whoosh."""
        if fieldname == GRAMS:
            self._add_grams(value or ())
        elif fieldname == ROW:
            if value is not None:
                self._rows[self._docnum] = _dump(value)
        else:
            super().add_field(fieldname, fieldobj, value, length)

    def merge(self, grams: SegmentGrams, numbers: Mapping[int, int]) -> None:
        """Take over the documents of another segment; `numbers` maps their numbers there, if they live, to those here."""
        for term, documents in grams.items():
            alive = array("I", (numbers[document] for document in documents if document in numbers))
            if alive:
                self._postings[term].extend(alive)
        for there, here in numbers.items():
            self._rows[here] = grams.packed_row(there)

    def close(self) -> None:
        """Write the gram file, then close Whoosh's own files. A segment without documents has none of them."""
        if self._rows and not self.is_closed:
            path = Path(self._storage.folder, self._segment.make_filename(EXTENSION))
            write_grams(path, self._postings, [self._rows[number] for number in range(self._doccount)])
        self._postings.clear()
        self._rows.clear()
        super().close()

    def _add_grams(self, grams: Iterable[str]) -> None:
        # A loop in C, over a million times for a segment: this is the hottest place of all indexing.
        deque(map(array.append, map(self._postings.__getitem__, grams), repeat(self._docnum)), maxlen=0)


def write_grams(path: Path, postings: Mapping[str, array[int]], rows: list[bytes]) -> None:
    """Write the gram file of one segment. Document numbers in each posting ascend."""
    order = sorted(postings)
    terms = [term.encode("utf-8", "replace") for term in order]
    lists, widths = _encode(map(postings.__getitem__, order))
    term_ends = array("I", accumulate(map(len, terms), initial=0))
    list_ends = array("I", accumulate(map(len, lists), initial=0))
    row_ends = array("Q", accumulate(map(len, rows), initial=0))
    sections = [b"".join(terms), b"".join(lists), b"".join(rows)]
    ends = list(accumulate(map(len, sections), initial=_HEAD.size))[1:]
    with path.open("wb") as file:
        file.write(_HEAD.pack(_MAGIC, len(rows), len(terms), *ends))
        for part in (*sections, term_ends.tobytes(), list_ends.tobytes(), widths, row_ends.tobytes()):
            file.write(part)


def _encode(postings: Iterable[array[int]]) -> tuple[list[bytes], bytes]:
    """Return the gap-coded lists, and the width of each list's numbers."""
    lists: list[bytes] = []
    widths = bytearray()
    for documents in postings:
        # Half of all grams stand in one document only.
        width, packed = (4, documents.tobytes()) if len(documents) == 1 else _gaps(documents)
        widths.append(width)
        lists.append(packed)
    return lists, bytes(widths)


def _gaps(documents: array[int]) -> tuple[int, bytes]:
    gaps = [documents[0], *map(sub, documents[1:], documents)]
    with suppress(ValueError):
        return 1, bytes(gaps)
    with suppress(OverflowError):
        return 2, array("H", gaps).tobytes()
    return 4, array("I", gaps).tobytes()


class SegmentGrams:
    """The gram file of one segment, opened. Raises DamagedError where the file does not fit together."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            try:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:
                raise DamagedError(path.name) from None
        if len(self._data) < _HEAD.size:
            raise DamagedError(path.name)
        magic, self.documents, self._terms, terms_end, lists_end, rows_end = _HEAD.unpack_from(self._data)
        term_offsets = rows_end
        list_offsets = term_offsets + 4 * (self._terms + 1)
        widths = list_offsets + 4 * (self._terms + 1)
        row_offsets = widths + self._terms
        end = row_offsets + 8 * (self.documents + 1)
        if magic != _MAGIC or end != len(self._data) or not _HEAD.size <= terms_end <= lists_end <= rows_end:
            raise DamagedError(path.name)
        self._starts = (_HEAD.size, terms_end, lists_end)
        self._term_ends = self._table("I", term_offsets, self._terms + 1)
        self._list_ends = self._table("I", list_offsets, self._terms + 1)
        self._widths = self._data[widths:row_offsets]
        self._row_ends = self._table("Q", row_offsets, self.documents + 1)
        self.postings = lru_cache(maxsize=512)(self._postings)

    def close(self) -> None:
        """Close the file; Windows removes none that is mapped."""
        self._data.close()

    def find(self, gram: str) -> int | None:
        """Return the number of a gram, None when no document has it."""
        term = gram.encode("utf-8", "replace")
        place = bisect_left(range(self._terms), term, key=self._term)
        return place if place < self._terms and self._term(place) == term else None

    def prefixed(self, prefix: str) -> range:
        """Return the numbers of the grams that begin with `prefix`."""
        first = prefix.encode("utf-8", "replace")
        # No UTF-8 text holds the byte FF, so it sorts behind every continuation.
        low = bisect_left(range(self._terms), first, key=self._term)
        return range(low, bisect_left(range(self._terms), first + b"\xff", lo=low, key=self._term))

    def size(self, number: int) -> int:
        """Return how many documents have gram `number`."""
        return (self._list_ends[number + 1] - self._list_ends[number]) // (self._widths[number] or 1)

    def row(self, document: int) -> Any:
        """Return the row of a document."""
        try:
            return json.loads(self.packed_row(document))
        except ValueError:
            raise DamagedError("row") from None

    def packed_row(self, document: int) -> bytes:
        """Return the row of a document as stored."""
        start = self._starts[2]
        return self._data[start + self._row_ends[document] : start + self._row_ends[document + 1]]

    def items(self) -> Iterator[tuple[str, array[int]]]:
        """Yield every gram with its documents, in order."""
        for number in range(self._terms):
            yield str(self._term(number), "utf-8", "replace"), self._postings(number)

    def _term(self, number: int) -> bytes:
        start = self._starts[0]
        return self._data[start + self._term_ends[number] : start + self._term_ends[number + 1]]

    def _postings(self, number: int) -> array[int]:
        start, code = self._starts[1], _WIDTHS.get(self._widths[number])
        if code is None:
            raise DamagedError("postings")
        gaps = array(code)
        gaps.frombytes(self._data[start + self._list_ends[number] : start + self._list_ends[number + 1]])
        documents = array("I", accumulate(gaps))
        if not documents or documents[-1] >= self.documents:
            raise DamagedError("postings")
        return documents

    def _table(self, code: str, start: int, length: int) -> array[int]:
        table = array(code)
        table.frombytes(self._data[start : start + length * table.itemsize])
        return table


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
