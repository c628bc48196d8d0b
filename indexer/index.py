"""The search index: Whoosh segments with our gram files. Whoosh itself is used in the modules below only.

The index gives candidates, never answers; whoever searches looks at the texts it holds. It is a throw-away and tells how far it
has come by a position; whoever feeds it applies every change after that one. Where it turns out damaged, at opening or in use, a
new one is begun aside at position 0, and takes its place when it is `publish`ed; readers never see half of one.

The folder is private to the service: Whoosh unpickles what lies there. One process writes; readers may be others.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from indexer.commit import DurableStorage, adopt, check, clear, files_of, marks, newest, read_toc, sweep
from indexer.entry import Entry, IndexRecord
from indexer.sections import DamagedError
from indexer.segment import Segment
from indexer.writing import Disk, OvertakenError, batches, create, merge, put, told
from schema.errors import ArchiveBusyError, ArchiveError

_ASIDE = "aside"
_REBUILDING = "REBUILDING"
# A writer of another process may finish a commit, and clear away what we were about to read, at any moment.
_ATTEMPTS = 5


class Index:
    """An open index. Made by `Index.open` for those who feed it, by `Index.read` for those who only search."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._storage = DurableStorage(folder)
        self._segments: dict[str, Segment] = {}
        self._toc: Any = None
        self._marks: dict[str, tuple[int, int, int]] = {}
        self._position = 0
        self._rebuilding: Any = None
        self._fault: Exception | None = None

    @classmethod
    def open(cls, folder: Path) -> Index:
        """Open the index in `folder` to feed it; where there is none, or a damaged one, it begins at position 0.

        While another process makes a damaged one anew this one stays empty and takes no changes; it looks again at each `apply`.
        Raises ArchiveError when the folder cannot be written.
        """
        index = cls(folder)
        with told(index._storage):
            index._storage.create()
            if newest(index._storage) < 0 and not (folder / _ASIDE).exists():
                create(index._storage)
            if not index._try_load():
                index._begin_aside()
        return index

    @classmethod
    def read(cls, folder: Path) -> Index:
        """Open the index in `folder` to search it. Raises ArchiveError (search.index-damaged) when it cannot be used."""
        index = cls(folder)
        if not index._try_load():
            raise ArchiveError("search.index-damaged") from index._fault
        return index

    @property
    def position(self) -> int:
        """The position given with the last change applied; 0 for an index made anew."""
        return self._position

    @property
    def doc_count(self) -> int:
        """How many documents are in the index."""
        return sum(segment.alive.bit_count() for segment in self._segments.values())

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments, in the order of the index."""
        return tuple(self._segments.values())

    @property
    def waiting(self) -> bool:
        """True while another process makes a damaged index anew: this one is empty and takes no changes."""
        return self._toc is None

    def close(self) -> None:
        """Close all files."""
        self._drop()
        if self._rebuilding is not None:
            self._rebuilding.release()
            self._rebuilding = None

    def refresh(self) -> None:
        """See to it that what is read next is what was last committed, whole. Raises ArchiveError when that is damaged."""
        if not self._is_fit() and not self._try_load():
            raise ArchiveError("search.index-damaged") from self._fault

    def apply(self, puts: Iterable[IndexRecord], deletes: Iterable[str], position: int) -> bool:
        """Take documents out, then put documents in (in place of those with the same id), and remember `position`.

        On return everything is on the disk. What a crash leaves is the state before or after, or, when there are many puts, one
        between with the former position; applying the same changes again is harmless. Returns False, and changes nothing, where
        the index turns out damaged or exchanged: its `position` is another one now, from which to go on. Raises ArchiveBusyError
        when another process is writing, ArchiveError when the folder cannot be written.
        """
        before = self._position
        if not self._settle() or self._position != before:
            return False
        gone = set(deletes)
        for batch, last in batches(puts):
            if not self._commit(partial(put, batch=batch, gone=gone, position=position if last else before)):
                return False
            gone = set()
        # What was put in is there to be found; tidying up may take its time now.
        self._commit(partial(_tidy, position=position))
        return True

    def restart(self) -> None:
        """Begin anew at position 0, aside."""
        with told(self._storage):
            shutil.rmtree(self._folder / _ASIDE, ignore_errors=True)
            self._begin_aside()

    def publish(self) -> None:
        """Let a new index that has been filled aside take the place of the damaged one. Nothing happens to any other."""
        if self._rebuilding is None:
            return
        aside, self._storage = self._storage, DurableStorage(self._folder)
        lock = self._storage.lock("MAIN_WRITELOCK")
        if not lock.acquire():
            self._storage = aside
            raise ArchiveBusyError("search.index-busy")
        try:
            aside.position = self._position
            self._drop()
            with told(self._storage):
                adopt(aside, self._storage, self._toc)
                self._load()
        finally:
            lock.release()
        self._rebuilding.release()
        self._rebuilding = None

    def entries(self) -> Iterator[Entry]:
        """Yield the entry of every document in the index."""
        for segment in self.segments:
            yield from (segment.entry(number) for number in range(segment.documents) if number not in segment.dead)

    def _commit(self, work: Callable[[Disk], bool | None]) -> bool:
        """Do a commit; return False when the index turned out damaged, or another process was quicker."""
        with told(self._storage):
            try:
                if work(Disk(self._storage, self._toc.generation, self.segments)) is not False:
                    self._load()
                    sweep(self._storage, self._toc.generation)
            except (DamagedError, OvertakenError):
                _ = self._try_load() or self._begin_aside()
                return False
        return True

    def _settle(self) -> bool:
        """Return whether changes can be applied: not while another process makes a damaged index anew."""
        with told(self._storage):
            return self._is_fit() or self._try_load() or self._begin_aside()

    def _is_fit(self) -> bool:
        """Return whether all files are as they were when they were opened, and no commit came after."""
        with suppress(OSError):
            return (
                self._toc is not None
                and newest(self._storage) == self._toc.generation
                and marks(self._storage, self._marks) == self._marks
            )
        return False

    def _try_load(self) -> bool:
        for _attempt in range(_ATTEMPTS):
            try:
                self._load()
                return True
            except Exception as error:  # what a damaged pickle, hash table or column raises inside Whoosh has no bounds
                self._fault = error.with_traceback(None)
        return False

    def _load(self) -> None:
        """Open what was last committed; segments that were open before, and untouched since, only learn what is deleted."""
        toc, note = read_toc(self._storage)
        names = {segment.segment_id(): files_of(segment.segment_id(), note) for segment in toc.segments}
        seen = marks(self._storage, (name for files in names.values() for name in files))
        fresh: dict[str, Segment] = {}
        try:
            for segment in toc.segments:
                name = segment.segment_id()
                if name in self._segments and all(self._marks.get(file) == seen.get(file) for file in names[name]):
                    fresh[name] = self._segments[name]
                else:
                    check(self._storage, name, note)
                    fresh[name] = Segment(self._storage, toc.schema, segment)
        except BaseException:
            for name, opened in fresh.items():
                if opened is not self._segments.get(name):
                    opened.close()
            raise
        for segment in toc.segments:
            fresh[segment.segment_id()].renew(segment)
        seen |= marks(self._storage, (f"_MAIN_{toc.generation}.toc", f"note_{toc.generation}.json"))
        self._drop(fresh.values())
        self._segments, self._toc, self._marks, self._position = fresh, toc, seen, note.position

    def _drop(self, kept: Collection[Segment] = ()) -> None:
        for segment in self._segments.values():
            if segment not in kept:
                segment.close()
        self._segments = {}

    def _begin_aside(self) -> bool:
        """Go on with a new index aside, at position 0 or where it was left; return False while another process makes one."""
        self._drop()
        self._toc, self._position, self._marks = None, 0, {}
        if self._rebuilding is None:
            lock = DurableStorage(self._folder).lock(_REBUILDING)
            if not lock.acquire():
                self._storage = DurableStorage(self._folder)
                return False
            self._rebuilding = lock
        self._storage = DurableStorage(self._folder / _ASIDE)
        self._storage.create()
        if not self._try_load():
            clear(self._storage)
            create(self._storage)
            self._load()
        return True


def _tidy(disk: Disk, position: int) -> bool:
    """Merge small segments when it is time; return whether it was."""
    chosen = disk.worth_merging()
    if chosen:
        merge(disk, chosen, position)
    return bool(chosen)
