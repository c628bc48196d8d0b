"""The stage behind all others: recognising the text of scans, a page at a time, in one process that gets what nobody else needs.

What waits is written in the text store, and so is every page that is done; so it can be stopped and killed at any time, and goes
on where it was. Ordinary files never wait for it: they are searchable before the first page is looked at.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.catalogue import Catalogue
from indexer import ocr
from indexer.pool import failure, processes
from indexer.reading import Limits, Reading
from indexer.recognition import Recognised, waiting
from indexer.scan_page import Outcome, recognise
from indexer.textstore import TextStore
from indexer.update import Stages, catch_up, limits, texts_change
from schema.messages import Message, message
from schema.model import Document, DocumentState, TextStatus

# What one page may cost: wall seconds, address space (the engine alone takes a third of it).
_SECONDS, _MEMORY = 180.0, 4 << 30
# Pages handed to the process: one is looked at, one waits, so that it never idles.
_AHEAD = 2
# What is done becomes searchable after so many seconds at the latest: a commit of the index for every page would cost more.
DELAY = 30.0


@dataclass(slots=True)
class Done:
    """How much was done: pages looked at, how many of them showed text, pages that failed, documents that became searchable."""

    pages: int = 0
    with_text: int = 0
    failed: int = 0
    documents: int = 0


@dataclass(frozen=True, slots=True)
class _Job:
    """A page being looked at."""

    document: Document
    number: int
    future: Future[Outcome]


@dataclass(slots=True)
class Recogniser:
    """Works off what waits. `step` it until it returns False; `done` says how much was done so far.

    engine: what looks, kept with every page; nothing is looked at without one. again: also look where another engine (or another
    version of it) has looked, or it failed. delay: what is done becomes searchable after so many seconds at the latest.
    """

    stages: Stages
    pool: Any
    engine: str
    again: bool = False
    delay: float = DELAY
    look: Callable[[Path, str, int, Limits], Outcome] = recognise
    done: Done = field(default_factory=Done)
    _running: deque[_Job] = field(default_factory=deque)
    _pages: Iterator[tuple[Document, Reading, int]] = field(default_factory=lambda: iter(()))
    _given: set[tuple[str, int]] = field(default_factory=set)
    _settled: dict[str, None] = field(default_factory=dict)
    _since: float = 0.0

    def step(self, seconds: float, progress: Callable[[str], None] = lambda _: None) -> bool:
        """Wait at most so long for the page at work, keep what came of it, hand out the next; return whether anything is left.

        `progress` is called with the name of the document for every page done.
        """
        self._hand_out()
        if self._running:
            job = self._running[0]
            wait([job.future], timeout=seconds)
            if job.future.done():
                self._running.popleft()
                self._keep(job)
                progress(job.document.name)
                self._hand_out()
        if self._settled and (not self._running or time.monotonic() - self._since > self.delay):
            self.publish()
        return bool(self._running)

    def publish(self) -> None:
        """Make searchable what has been recognised so far."""
        if self._settled:
            documents = [held for sha256 in self._settled for held in self.stages.archive.catalogue.holding(sha256)]
            with texts_change(self.stages, documents):
                for sha256 in self._settled:
                    self.stages.store.settle(sha256)
            catch_up(self.stages)
        self.done.documents += len(self._settled)
        self._settled.clear()
        self._since = time.monotonic()

    def left(self) -> int:
        """Return how many pages wait and are not at work."""
        return sum(1 for _ in self._waiting())

    def _hand_out(self) -> None:
        while len(self._running) < _AHEAD:
            page = next(self._pages, None)
            if page is None:
                # Others may have come in meanwhile; what was given out before is not given out again.
                self._pages = self._waiting()
                page = next(self._pages, None)
                if page is None:
                    return
            document, reading, number = page
            self._given.add((document.sha256, number))
            path = self.stages.archive.home.tree / document.path
            arguments = (path, reading.kind, number, limits(self.stages.archive.district.settings))
            self._running.append(_Job(document, number, self.pool.schedule(self.look, args=arguments, timeout=_SECONDS)))

    def _waiting(self) -> Iterator[tuple[Document, Reading, int]]:
        """Yield the places that wait, of documents that are current, those with the fewest pages first."""
        store, catalogue = self.stages.store, self.stages.archive.catalogue
        for sha256 in store.waiting(self._anew) if self.engine else ():
            holders = (document for document in catalogue.holding(sha256) if document.state is DocumentState.CURRENT)
            document, reading = next(holders, None), store.read_alone(sha256)
            if document is None or reading is None:
                continue
            left = waiting(reading, store.recognised(sha256), self._anew)
            if not left:
                self._settled[sha256] = None  # killed between the last page and its publication
            yield from ((document, reading, number) for number in left if (sha256, number) not in self._given)

    def _keep(self, job: _Job) -> None:
        found = _outcome(job.future)
        if found is TextStatus.PENDING:
            return
        failed = found.value if isinstance(found, TextStatus) else ""
        blocks = () if isinstance(found, TextStatus) else found
        sha256, store = job.document.sha256, self.stages.store
        store.recognise(sha256, job.number, Recognised(blocks, self.engine, failed))
        self.done.pages += 1
        self.done.with_text += bool(blocks)
        self.done.failed += bool(failed)
        reading = store.read_alone(sha256)
        left = waiting(reading, store.recognised(sha256), self._anew) if reading else ()
        at_work = any(other.document.sha256 == sha256 for other in self._running)
        if not at_work and all((sha256, number) in self._given for number in left):
            self._settled[sha256] = None

    @property
    def _anew(self) -> str:
        return self.engine if self.again else ""


@contextmanager
def recogniser(stages: Stages, *, again: bool = False, delay: float = DELAY) -> Iterator[Recogniser]:
    """Open the stage; where the extra is not installed it finds nothing to do. Pages at work when it ends are looked at anew."""
    pool = processes(1, _MEMORY, idle=True)
    working = Recogniser(stages, pool, ocr.engine(), again, delay)
    try:
        yield working
    finally:
        working.publish()
        pool.stop()
        pool.join()


def waiting_documents(store: TextStore, catalogue: Catalogue) -> Iterator[tuple[Document, int]]:
    """Yield the current documents with scans that nobody has looked at, each with the number of its pages that wait."""
    for sha256 in store.waiting():
        reading = store.read_alone(sha256)
        pages = len(waiting(reading, store.recognised(sha256))) if reading else 0
        holders = catalogue.holding(sha256)
        yield from ((document, pages) for document in holders if pages and document.state is DocumentState.CURRENT)


def still_waiting(store: TextStore, catalogue: Catalogue) -> Message | None:
    """Return the sentence that says how many scans wait and what to do about it; None when there are none."""
    count = sum(1 for _ in waiting_documents(store, catalogue))
    return message("ocr.waiting" if ocr.available() else "ocr.waiting-without", count=count) if count else None


def _outcome(future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except Exception as error:  # the process hung or died
        return failure(error)
