"""The search index: Whoosh segments with our gram postings. Whoosh is used here, in `gramcodec` and `commit`.

The index gives candidates, never answers: `candidates` returns a superset of what satisfies a query, and says of which documents
it is certain. It is a throw-away: damage found at opening, or an index of another version, is cleared and begins again at
position 0, and whoever feeds it applies everything after that position.

The folder is private to the service: Whoosh unpickles what lies there. One process writes; readers may be others.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.fields import ID, KEYWORD, Schema
from whoosh.index import FileIndex, LockError
from whoosh.index import IndexError as WhooshError
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from indexer.candidates import certain, possible
from indexer.commit import DurableStorage, check, clear, read_toc, sweep
from indexer.entry import Entry, IndexRecord, pack
from indexer.gramcodec import EXTENSION, GRAMS, ROW, DamagedError, GramCodec, PassedOnField, SegmentGrams
from indexer.grams import grams_of
from indexer.query import Expr
from indexer.segment import Segment
from schema.errors import ArchiveBusyError, ArchiveError

# Documents of one segment when many come at once: bounds the memory a commit needs (about 90 MB at 2,000 characters each).
_SEGMENT = 5_000
_CHARACTERS = 20_000_000
# Segments of one size class are merged when there are this many; a class holds segments up to this many times larger.
_FAN = 8
# A commit merges at most this many documents, or eight times those it adds, so that a small one stays quick.
_MERGE = 4_096
# Seconds to wait for another process to finish a commit.
_PATIENCE = 10.0
_FIELDS = ("point", "unit", "year", "type", "status", "basis")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that may satisfy the query; `certain` when it does."""

    entry: Entry
    certain: bool


class Index:
    """An open index. Made by `Index.open`."""

    def __init__(self, storage: DurableStorage) -> None:
        self._storage = storage
        self._segments: list[Segment] = []
        self._load()

    @classmethod
    def open(cls, folder: Path) -> Index:
        """Open the index in `folder`; one that is missing, damaged or of another version is made anew, at position 0.

        Raises ArchiveBusyError when it would have to be made anew while another process is writing it, ArchiveError when the
        folder cannot be written.
        """
        storage = DurableStorage(folder)
        with _told(storage):
            storage.create()
        # A writer of another process may finish a commit, and clear away what we were about to read, at any moment.
        for _attempt in range(5):
            # What a damaged pickle, hash table or column raises inside Whoosh has no bounds, hence Exception.
            with suppress(Exception):
                return cls(storage)
        with _told(storage):
            lock = storage.lock("MAIN_WRITELOCK")
            if not lock.acquire():
                raise ArchiveBusyError("search.index-busy")
            try:
                clear(storage)
                FileIndex.create(storage, _schema())
            finally:
                lock.release()
            return cls(storage)

    @property
    def position(self) -> int:
        """The position given with the last change applied; 0 for an index made anew."""
        return self._position

    @property
    def doc_count(self) -> int:
        """How many documents are in the index."""
        return sum(segment.grams.documents - len(segment.dead) for segment in self._segments)

    def close(self) -> None:
        """Close all files."""
        for segment in self._segments:
            segment.close()
        self._segments = []

    def reopen(self) -> None:
        """Look at what another process has committed since. Raises DamagedError when that cannot be read."""
        if FileIndex(self._storage).latest_generation() != self._generation:
            self._load()

    def apply(self, puts: Iterable[IndexRecord], deletes: Iterable[str], position: int) -> None:
        """Take documents out, then put documents in (in place of those with the same id), and remember `position`.

        On return everything is on the disk. What a crash leaves is the state before or after, or, when there are more than 5,000
        puts, one between with the former position; applying the same changes again is harmless. Raises ArchiveBusyError when
        another process is writing, ArchiveError when the folder cannot be written.
        """
        gone = set(deletes)
        for batch, last in _batches(puts):
            with _told(self._storage), _no_collector():
                self._commit(batch, gone, position if last else self._position)
                self._load()
            sweep(self._storage, self._generation)
            gone = set()

    def candidates(self, expr: Expr) -> tuple[Candidate, ...]:
        """Return every document that may satisfy `expr`, in the order of the index.

        Raises ArchiveError when the index turns out damaged; the next `Index.open` then makes it anew.
        """
        try:
            return tuple(candidate for segment in self._segments for candidate in _candidates(expr, segment))
        except (MemoryError, RecursionError):
            raise
        # As in `open`: damage that the sums did not show may come out of Whoosh as anything.
        except Exception as error:
            Path(self._storage.folder, f"note_{self._generation}.json").unlink(missing_ok=True)
            raise ArchiveError("search.index-damaged") from error

    def entries(self) -> Iterator[Entry]:
        """Yield the entry of every document in the index."""
        for segment in self._segments:
            yield from (segment.entry(number) for number in range(segment.grams.documents) if number not in segment.dead)

    def _load(self) -> None:
        """Open what was last committed."""
        toc = read_toc(self._storage)
        note = check(self._storage, toc)
        fresh: list[Segment] = []
        try:
            fresh.extend(Segment(self._storage, toc.schema, segment) for segment in toc.segments)
        except BaseException:
            for segment in fresh:
                segment.close()
            raise
        self.close()
        self._segments, self._generation, self._position = fresh, toc.generation, note.position

    def _writer(self) -> SegmentWriter:
        try:
            writer = SegmentWriter(FileIndex(self._storage), codec=GramCodec(), compound=False, timeout=_PATIENCE)
        except LockError:
            raise ArchiveBusyError("search.index-busy") from None
        if writer.generation != self._generation + 1:
            self._load()
        return writer

    def _commit(self, batch: dict[str, IndexRecord], gone: set[str], position: int) -> None:
        writer = self._writer()
        try:
            self._delete(writer, gone | batch.keys())
            for record in batch.values():
                _add(writer, record)
            self._storage.position = position
            writer.commit(mergetype=self._merge)
        except BaseException:
            _give_up(writer)
            raise

    def _delete(self, writer: SegmentWriter, ids: Iterable[str]) -> None:
        base = 0
        for segment in self._segments:
            for identity in ids:
                for number in segment.numbers("id", identity):
                    writer.delete_document(base + number)
            base += segment.grams.documents

    def _merge(self, writer: SegmentWriter, segments: list[Any]) -> list[Any]:
        """Whoosh's merge policy: rewrite the segments chosen into the one being written and return those that stay."""
        chosen = _to_merge(segments, max(_MERGE, _FAN * writer.doc_count()))
        for segment in chosen:
            first = writer.docnum
            reader = SegmentReader(self._storage, writer.schema, segment)
            alive = [number for number in range(segment.doc_count_all()) if not segment.is_deleted(number)]
            writer.add_reader(reader)
            reader.close()
            grams = SegmentGrams(Path(self._storage.folder, segment.make_filename(EXTENSION)))
            writer.perdocwriter.merge(grams, {number: first + place for place, number in enumerate(alive)})
            grams.close()
        return [segment for segment in segments if segment not in chosen and segment.doc_count()]


def _candidates(expr: Expr, segment: Segment) -> Iterator[Candidate]:
    numbers = possible(expr, segment) - segment.dead
    sure = certain(expr, segment) if numbers else set()
    yield from (Candidate(segment.entry(number), number in sure) for number in sorted(numbers))


def _schema() -> Schema:
    fields: dict[str, Any] = {name: KEYWORD(commas=True) for name in _FIELDS}
    return Schema(id=ID(unique=True), **fields, **{GRAMS: PassedOnField(), ROW: PassedOnField()})


@contextmanager
def _no_collector() -> Iterator[None]:
    """Pause Python's cycle collector: it would walk over hundreds of thousands of postings again and again, for half the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@contextmanager
def _told(storage: DurableStorage) -> Iterator[None]:
    """Turn whatever a failing disk makes of a commit into one sentence."""
    try:
        yield
    except (OSError, WhooshError, DamagedError) as error:
        what = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise ArchiveError("search.index-write", path=storage.folder, error=what) from error


def _give_up(writer: SegmentWriter) -> None:
    """Cancel a writer that failed. Whatever fails in that too, the lock must be free for the next try."""
    with suppress(Exception):
        if not writer.is_closed:
            writer.cancel()
    with suppress(Exception):
        writer.writelock.release()


def _batches(puts: Iterable[IndexRecord]) -> Iterator[tuple[dict[str, IndexRecord], bool]]:
    """Yield what goes into one segment each, with distinct ids, and whether it is the last; at least one batch, maybe empty."""
    batch: dict[str, IndexRecord] = {}
    length = 0
    for record in puts:
        if record.id in batch or len(batch) == _SEGMENT or length > _CHARACTERS:
            yield batch, False
            batch, length = {}, 0
        batch[record.id] = record
        length += len(record.text)
    yield batch, True


def _add(writer: SegmentWriter, record: IndexRecord) -> None:
    entry = record.entry
    grams: set[str] = set()
    for part in entry.parts(record.text).values():
        grams |= grams_of(part)
    properties = {name: sorted(values) for name, values in entry.properties().items() if values}
    writer.add_document(id=entry.id, **properties, **{GRAMS: grams, ROW: pack(entry)})


def _to_merge(segments: list[Any], budget: int) -> list[Any]:
    """Return the segments worth rewriting: those mostly deleted, and the smallest full size class, within `budget` documents."""
    alive = sorted((segment for segment in segments if segment.doc_count()), key=lambda segment: segment.doc_count())
    chosen = [segment for segment in alive if segment.deleted_count() > segment.doc_count()]
    classes: dict[int, list[Any]] = {}
    for segment in alive:
        classes.setdefault(int(math.log(segment.doc_count(), _FAN) + 1e-9), []).append(segment)
    full = next((members for _size, members in sorted(classes.items()) if len(members) >= _FAN), [])
    kept: list[Any] = []
    for segment in dict.fromkeys([*chosen, *full]):
        budget -= segment.doc_count()
        if budget >= 0:
            kept.append(segment)
    return kept
