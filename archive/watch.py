"""Watching the inboxes: events are hints that shorten the wait, the scan is the truth. The only module that knows watchdog."""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from archive.home import inboxes
from archive.intake import Intake, Tally
from archive.opening import Archive, mend
from archive.reconcile import Tell, scan_inboxes
from archive.scan import Found, look_at, walk
from archive.shares import MARK, ShareBoard, ShareState, look
from schema.errors import ArchiveError
from schema.messages import message

# How long an idle watch sleeps before it looks whether it was stopped or a scan is due (seconds).
_IDLE = 1.0
_LONGEST_BACK_OFF = 60.0
# At most so many of the waiting files are filed before new arrivals are looked at, and what was filed is read and published.
_SLICE = 2000


# Stopping an emitter while an event arrives is no error, only a race that watchdog 7.1 reports as one.
logging.getLogger("watchdog.observers.inotify").addFilter(lambda record: "thread is inactive" not in record.getMessage())


def events_arrive(folder: Path, seconds: float) -> bool:
    """Return whether the system tells within `seconds` of a file made in `folder`; such a file is made and removed.

    Its name is one of ours, which are never taken in. Raises OSError where nothing can be written or watched.
    """
    hints, observer = _Hints(), Observer()
    probe = folder / f"{MARK}-probe-{os.getpid()}"
    end = time.monotonic() + seconds
    observer.schedule(hints, str(folder), recursive=False)
    observer.start()
    try:
        probe.write_bytes(b"")
        while not (heard := any(path.name == probe.name for path in hints.take())) and time.monotonic() < end:
            hints.rung.wait(max(end - time.monotonic(), 0))
    finally:
        probe.unlink(missing_ok=True)
        _end(observer)
    return heard


class _Hints(FileSystemEventHandler):
    """Collects the paths of events and rings once something is there."""

    def __init__(self) -> None:
        self.rung = threading.Event()
        self._paths: set[str] = set()
        self._guard = threading.Lock()

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in ("opened", "closed_no_write"):
            return
        with self._guard:
            for path in (event.src_path, event.dest_path):
                if path:
                    self._paths.add(path if isinstance(path, str) else bytes(path).decode(errors="surrogateescape"))
        self.rung.set()

    def take(self) -> tuple[Path, ...]:
        """Return and forget the paths hinted at so far."""
        with self._guard:
            paths, self._paths = self._paths, set()
            self.rung.clear()
        return tuple(Path(path) for path in sorted(paths))


def watch(archive: Archive, stop: threading.Event, tell: Tell, *, once_settled: bool = False) -> Iterator[Tally]:
    """Yield a tally after every look that filed, refused or noted something, until `stop` is set.

    Starts with a full scan. With `once_settled`, ends as soon as a look leaves nothing waiting. What cannot be stored now (a full
    or read-only disk) is told once and tried again, ever more slowly; it ends by itself.
    """
    settings = archive.district.settings
    watcher = _Watcher(archive, tell)
    with _listening(inboxes(archive.home, settings), tell, poll=settings.poll) as ears:
        while not stop.is_set():
            ears.revive()
            tally = watcher.look(ears.hints.take())
            if tally.seen > tally.pending:
                yield tally
            if once_settled and watcher.at_rest:
                return
            if watcher.at_rest:
                ears.hints.rung.wait(_IDLE)
            else:
                stop.wait(watcher.pause)


class _Watcher:
    """What a running watch remembers: what it waits for, when the next full scan is due, and how long to back off."""

    def __init__(self, archive: Archive, tell: Tell) -> None:
        self._archive, self._tell = archive, tell
        self._settings = archive.district.settings
        self._roots = inboxes(archive.home, self._settings)
        self._board = ShareBoard(archive.home, self._settings)
        self._intake = Intake(archive)
        self._next_scan = 0.0
        self._back_off = 0.0
        self._busy = False
        self._trouble = ""

    @property
    def at_rest(self) -> bool:
        """True when nothing is waited for."""
        return not self._intake.waiting and not self._back_off

    @property
    def pause(self) -> float:
        """Seconds until the next look is worth while."""
        return self._back_off or (0.0 if self._busy else self._settings.settle_seconds / 2)

    def look(self, hinted: Iterable[Path]) -> Tally:
        """Look once: at everything when a scan is due, else at what is waited for and hinted at."""
        try:
            if self._back_off:
                mend(self._archive)
            tally = self._scan() if time.monotonic() >= self._next_scan else self._glance(hinted)
        except (ArchiveError, OSError) as error:
            return self._hold(error)
        self._back_off, self._trouble, self._busy = 0.0, "", tally.seen > tally.pending
        return replace(tally, pending=self._intake.waiting)

    def _scan(self) -> Tally:
        tally = scan_inboxes(self._archive, self._intake, self._board, self._tell)
        self._next_scan = time.monotonic() + self._settings.scan_seconds
        return tally

    def _glance(self, hinted: Iterable[Path]) -> Tally:
        home = self._archive.home
        there = [root for root in self._roots if look(root, home, known=True) is ShareState.PRESENT]
        if len(there) < len(self._roots):
            self._next_scan = 0.0  # the scan says what is wrong
            return Tally()
        return self._intake.again(_SLICE).plus(self._intake.step(_hinted(hinted, self._roots, home.root, self._intake)))

    def _hold(self, error: ArchiveError | OSError) -> Tally:
        """Tell a trouble once, wait longer each time, and look at everything again once it is over."""
        sentence = error.message if isinstance(error, ArchiveError) else message("watch.trouble", error=error.strerror or error)
        if sentence.code != self._trouble:
            self._tell(sentence)
        self._trouble = sentence.code
        self._back_off = min(max(2 * self._back_off, 1.0), _LONGEST_BACK_OFF)
        self._next_scan = 0.0
        return Tally()


class _Ears:
    """The observers of the inboxes; those whose threads end (a mount point that vanished) are started anew."""

    def __init__(self, roots: Iterable[Path], tell: Tell) -> None:
        self.hints = _Hints()
        self._tell = tell
        self._observers: dict[Path, BaseObserver | None] = dict.fromkeys(roots)
        self._deaf: set[Path] = set()
        self.revive()

    def revive(self) -> None:
        """Start what does not run: an observer never started, ended, or with an emitter that has ended."""
        for root, observer in self._observers.items():
            if observer is not None and observer.is_alive() and all(emitter.is_alive() for emitter in observer.emitters):
                continue
            if observer is not None:
                self._tell(message("watch.revived", path=root))
                _end(observer)
            self._observers[root] = self._start(root) if root.is_dir() else None

    def close(self) -> None:
        """End all observers."""
        for observer in self._observers.values():
            if observer is not None:
                _end(observer)

    def _start(self, root: Path) -> BaseObserver | None:
        observer = Observer()
        try:
            observer.schedule(self.hints, str(root), recursive=True)
            observer.start()
        except OSError as error:
            if root not in self._deaf:
                code = "watch.too-many" if error.errno in (errno.ENOSPC, errno.EMFILE) else "watch.no-events"
                self._tell(message(code, path=root, error=error.strerror or error))
            self._deaf.add(root)
            return None
        self._deaf.discard(root)
        return observer


@contextmanager
def _listening(roots: Iterable[Path], tell: Tell, *, poll: bool) -> Iterator[_Ears]:
    """Listen below the roots while the block runs; where the system refuses, say so and rely on the scans alone."""
    ears = _Ears(() if poll else roots, tell)
    try:
        yield ears
    finally:
        ears.close()


def _end(observer: BaseObserver) -> None:
    observer.stop()
    observer.join()


def _hinted(paths: Iterable[Path], roots: tuple[Path, ...], home: Path, intake: Intake) -> Iterator[Found]:
    """Yield what lies at the hinted paths, folders walked; paths that are waited for already are looked at elsewhere."""
    for path in paths:
        root = next((root for root in roots if path.is_relative_to(root)), None)
        if root is None:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from (found for found in walk(root, home, below=path) if not intake.waits_for(found))
        elif (found := look_at(path, path.relative_to(root).parts, home)) is not None and not intake.waits_for(found):
            yield found
