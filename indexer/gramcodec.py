"""Our segment file inside Whoosh's segments, through Whoosh's own codec interface.

Stock Whoosh makes a Python call, a tuple and a pickle of every posting; that is nine tenths of its indexing time. Here a document
passes Whoosh as the value of one stored field (`DOCUMENT`), which our per-document writer takes for itself; when the segment
closes, everything but the document's id is written to one file (`indexer.segmentfile`) beside Whoosh's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3PerDocWriter
from whoosh.fields import FieldType
from whoosh.formats import Existence

from indexer.segmentfile import NewDocuments, SegmentFile, merge

DOCUMENT = "document"
EXTENSION = ".grm"


class PassedOnField(FieldType):  # type: ignore[misc]
    """A field of which Whoosh itself keeps nothing: its value goes to the codec's per-document writer."""

    def __init__(self) -> None:
        super().__init__(Existence(), None, stored=True)
        self.indexed = False


class GramCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec, with a writer that also writes our file. Its class path is pickled into every index."""

    def per_document_writer(self, storage: Any, segment: Any) -> GramWriter:
        """Return the writer of what is kept document by document."""
        return GramWriter(self, storage, segment)


class GramWriter(W3PerDocWriter):  # type: ignore[misc]
    """Collects new documents in memory (8 bytes a posting), or merges segments; writes the file when the segment closes."""

    def __init__(self, codec: GramCodec, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._new = NewDocuments()
        self._sources: Sequence[tuple[SegmentFile, frozenset[int]]] = ()

    def add_field(self, fieldname: str, fieldobj: FieldType, value: Any, length: int) -> None:
        """Take a document (an IndexRecord); leave other fields to Whoosh."""
        if fieldname != DOCUMENT:
            super().add_field(fieldname, fieldobj, value, length)
        elif value is not None:
            self._new.add(value)

    def merge(self, sources: Sequence[tuple[SegmentFile, frozenset[int]]]) -> None:
        """Make this segment out of others, each with its dead documents; the files stay open until this writer is closed."""
        self._sources = sources

    def give_up(self) -> None:
        """Forget everything, so that `close` writes nothing."""
        self._new, self._sources = NewDocuments(), ()

    def close(self) -> None:
        """Write our file, then close Whoosh's own files. A segment without documents has none of them."""
        if not self.is_closed:
            path = Path(self._storage.folder, self._segment.make_filename(EXTENSION))
            if self._sources:
                merge(self._sources, path)
            elif self._new.rows:
                self._new.write(path)
        self.give_up()
        super().close()
