"""One segment of the index, opened for reading (whoosh)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from whoosh.fields import Schema
from whoosh.reading import SegmentReader

from indexer.commit import DurableStorage
from indexer.entry import Entry, unpack
from indexer.gramcodec import EXTENSION, DamagedError, SegmentGrams


class Segment:
    """One segment, opened: Whoosh's reader for properties, ours for grams and entries."""

    def __init__(self, storage: DurableStorage, schema: Schema, segment: Any) -> None:
        self.grams = SegmentGrams(Path(storage.folder, segment.make_filename(EXTENSION)))
        if self.grams.documents != segment.doc_count_all():
            raise DamagedError(segment.segment_id())
        self._reader = SegmentReader(storage, schema, segment)
        self._properties: dict[tuple[str, str], frozenset[int]] = {}
        self._entries: dict[int, Entry] = {}
        self.dead = frozenset(segment.deleted_docs())

    def close(self) -> None:
        """Close its files."""
        self._reader.close()
        self.grams.close()

    def everything(self) -> set[int]:
        """Return the number of every document, deleted ones too."""
        return set(range(self.grams.documents))

    def having(self, name: str, value: str) -> frozenset[int]:
        """Return the documents whose property `name` holds `value`."""
        known = self._properties.get((name, value))
        if known is None:
            known = self._properties[name, value] = frozenset(self.numbers(name, value))
        return known

    def numbers(self, name: str, value: str) -> list[int]:
        """Return the same, ascending and not kept in memory."""
        if (name, value) not in self._reader:
            return []
        return list(self._reader.postings(name, value).all_ids())

    def entry(self, number: int) -> Entry:
        """Return the entry of a document. Raises DamagedError."""
        entry = self._entries.get(number)
        if entry is None:
            try:
                entry = self._entries[number] = unpack(self.grams.row(number))
            except (TypeError, ValueError, LookupError):
                raise DamagedError("entry") from None
        return entry
