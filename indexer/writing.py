"""Commits of the index: Whoosh's writer with our codec, what is merged when, and what a failing disk makes of it (whoosh)."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from whoosh.fields import ID, Schema
from whoosh.index import FileIndex, LockError
from whoosh.index import IndexError as WhooshError
from whoosh.writing import SegmentWriter

from indexer.commit import DurableStorage, clear
from indexer.entry import IndexRecord
from indexer.gramcodec import DOCUMENT, GramCodec, PassedOnField
from indexer.segment import Segment
from schema.errors import ArchiveBusyError, ArchiveError

# Documents and characters of one segment when many come at once. It bounds the memory of a commit (about 250 MB), and as lists
# outgrow the processor's caches, larger ones take longer for each document.
_SEGMENT = 5_000
_CHARACTERS = 10_000_000
# Segments of one size class are merged when there are this many; a class holds segments up to this many times larger.
_FAN = 8
# A merge takes at most this many documents, so that it stays quick; segments of a bulk are large enough as they are.
_MERGE = 8_192
# Seconds to wait for another process to finish a commit.
_PATIENCE = 10.0


class OvertakenError(Exception):
    """Another process has committed since the index was looked at."""


@dataclass(frozen=True)
class Disk:
    """An index as it was last committed: its folder, and its segments as opened, in the order of Whoosh's table of contents."""

    storage: DurableStorage
    generation: int
    segments: Sequence[Segment]

    def worth_merging(self) -> tuple[Segment, ...]:
        """Return the segments worth rewriting: those mostly deleted, and the smallest full size class, within the bound."""
        alive = {segment: segment.alive.bit_count() for segment in self.segments if segment.alive}
        classes: dict[int, list[Segment]] = {}
        for segment, count in sorted(alive.items(), key=lambda pair: pair[1]):
            classes.setdefault(int(math.log(count, _FAN) + 1e-9), []).append(segment)
        full = next((members for _size, members in sorted(classes.items()) if len(members) >= _FAN), [])
        wasted = [segment for segment, count in alive.items() if 2 * count < segment.documents]
        chosen: list[Segment] = []
        for segment in dict.fromkeys([*wasted, *full]):
            if sum(alive[other] for other in (*chosen, segment)) <= _MERGE:
                chosen.append(segment)
        worth = len(chosen) > 1 or any(segment in wasted for segment in chosen)
        return tuple(segment for segment in alive if segment in chosen) if worth else ()


def create(storage: DurableStorage) -> None:
    """Make an empty index. Raises ArchiveBusyError when another process is writing there."""
    lock = storage.lock("MAIN_WRITELOCK")
    if not lock.acquire():
        raise ArchiveBusyError("search.index-busy")
    try:
        clear(storage)
        FileIndex.create(storage, Schema(id=ID(unique=True), **{DOCUMENT: PassedOnField()}))
    finally:
        lock.release()


def batches(puts: Iterable[IndexRecord]) -> Iterator[tuple[dict[str, IndexRecord], bool]]:
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


def put(disk: Disk, batch: Mapping[str, IndexRecord], gone: Iterable[str], position: int) -> None:
    """Commit: take out `gone` and what is put in anew, put in `batch`. Raises OvertakenError, ArchiveBusyError, OSError."""

    def change(writer: SegmentWriter) -> None:
        base, leaving = 0, {*gone, *batch}
        for segment in disk.segments:
            for identity in leaving:
                for number in segment.numbers(identity):
                    writer.delete_document(base + number)
            base += segment.documents
        # In the order in which answers show them: the texts looked at first are read in a few large pieces.
        for record in sorted(batch.values(), key=lambda record: record.entry.standing(), reverse=True):
            writer.add_document(id=record.id, **{DOCUMENT: record})

    _commit(disk, position, change, lambda _writer, segments: _alive(segments))


def merge(disk: Disk, chosen: Sequence[Segment], position: int) -> None:
    """Commit: make one segment of `chosen`. Raises as `put` does, and DamagedError when one of them cannot be read."""
    names = {segment.name for segment in chosen}

    def rewrite(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
        for segment in chosen:
            with closing(segment.reader()) as reader:
                writer.add_reader(reader)
        writer.perdocwriter.merge([(segment.file, segment.dead) for segment in chosen])
        return [segment for segment in _alive(segments) if segment.segment_id() not in names]

    _commit(disk, position, lambda _writer: None, rewrite)


@contextmanager
def told(storage: DurableStorage) -> Iterator[None]:
    """Turn whatever a failing disk makes of a commit into one sentence."""
    try:
        yield
    except (OSError, WhooshError) as error:
        what = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise ArchiveError("search.index-write", path=storage.folder, error=what) from error


def _commit(
    disk: Disk, position: int, change: Callable[[SegmentWriter], None], policy: Callable[[SegmentWriter, list[Any]], list[Any]]
) -> None:
    try:
        writer = SegmentWriter(FileIndex(disk.storage), codec=GramCodec(), compound=False, timeout=_PATIENCE)
    except LockError:
        raise ArchiveBusyError("search.index-busy") from None
    try:
        if writer.generation != disk.generation + 1:
            raise OvertakenError
        with _no_collector():
            change(writer)
            disk.storage.position = position
            writer.commit(mergetype=policy)
    except BaseException:
        _give_up(writer)
        raise


def _alive(segments: list[Any]) -> list[Any]:
    return [segment for segment in segments if segment.doc_count()]


def _give_up(writer: SegmentWriter) -> None:
    """Cancel a writer that failed. Whatever fails in that too, the lock must be free for the next try."""
    with suppress(Exception):
        if not writer.is_closed:
            writer.perdocwriter.give_up()
            writer.cancel()
    with suppress(Exception):
        writer.writelock.release()


@contextmanager
def _no_collector() -> Iterator[None]:
    """Pause Python's cycle collector: it would walk over hundreds of thousands of lists again and again, for half the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
