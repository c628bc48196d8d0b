"""Watching the inboxes: events are hints that shorten the wait, the scan is the truth. The only module that knows watchdog."""

from __future__ import annotations

import errno
import logging
import os
import stat
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from archive.filesystem import network_folders
from archive.home import inboxes
from archive.intake import Tally
from archive.opening import Archive
from archive.patrol import Patrol, until_next_scan
from archive.reconcile import Tell
from archive.shares import MARK
from schema.messages import Message, message
from schema.settings import Settings

# How long an idle watch sleeps before it looks whether it was stopped or a scan is due (seconds).
_IDLE = 1.0
# How long an inbox whose events the system refused is left to the scans before it is asked again (seconds).
_RETRY = 600.0

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


def watch(
    archive: Archive,
    stop: threading.Event,
    tell: Tell,
    *,
    once_settled: bool = False,
    looked: Callable[[], object] = lambda: None,
) -> Iterator[Tally]:
    """Yield a tally after every look that filed, refused or noted something, until `stop` is set.

    Starts with a full scan. With `once_settled`, ends as soon as a look leaves nothing waiting. What cannot be stored now (a full
    or read-only disk) is told once and tried again, ever more slowly; it ends by itself. `looked` is called after every look,
    also where files only wait or have left.
    """
    patrol = Patrol(archive, tell)
    with _listening(archive, tell) as ears:
        while not stop.is_set():
            ears.revive()
            tally = patrol.look(ears.hints.take(), ears.heard)
            looked()
            if tally.seen > tally.pending:
                yield tally
            if once_settled and patrol.at_rest:
                return
            if patrol.at_rest:
                ears.hints.rung.wait(_IDLE)
            else:
                stop.wait(patrol.pause)


@dataclass(frozen=True, slots=True)
class _Ear:
    """An observer, and the device and number of the folder it was started on: another folder may take its name."""

    observer: BaseObserver
    place: tuple[int, int]

    def hears(self, place: tuple[int, int] | None) -> bool:
        """Return whether events of the folder that is `place` now still arrive."""
        alive = self.observer.is_alive() and all(emitter.is_alive() for emitter in self.observer.emitters)
        return alive and self.place == place


class _Ears:
    """The observers of the inboxes. One that hears no more (its thread ended, a share was mounted over it) is started anew.

    None is started on a share: there only this machine's own changes would be heard.
    """

    def __init__(self, roots: Iterable[Path], tell: Tell, settings: Settings) -> None:
        self.hints = _Hints()
        self._tell, self._settings = tell, settings
        self._ears: dict[Path, _Ear | None] = dict.fromkeys(roots)
        self._told: dict[Path, str] = {}
        self._next_try: dict[Path, float] = {}
        self.revive()

    @property
    def heard(self) -> frozenset[Path]:
        """The inboxes whose events arrive."""
        return frozenset(root for root, ear in self._ears.items() if ear is not None)

    def revive(self) -> None:
        """Start what does not run and can: an observer never started, ended, or left on a folder that is no longer this one."""
        shares = network_folders(self._ears)
        for root, ear in self._ears.items():
            place = _place(root)
            if ear is not None and root not in shares and ear.hears(place):
                continue
            if ear is not None:
                if ear.place == place and root not in shares:
                    self._tell(message("watch.revived", path=root))
                _end(ear.observer)
            self._ears[root] = None
            if root in shares:
                seconds = until_next_scan(self._settings, 0.0, heard=False)
                self._tell_once(root, message("watch.network", path=root, seconds=f"{seconds:g}"))
            elif place is not None:
                self._ears[root] = self._start(root, place)

    def close(self) -> None:
        """End all observers."""
        for ear in self._ears.values():
            if ear is not None:
                _end(ear.observer)

    def _start(self, root: Path, place: tuple[int, int]) -> _Ear | None:
        if time.monotonic() < self._next_try.get(root, 0.0):
            return None
        observer = Observer()
        try:
            observer.schedule(self.hints, str(root), recursive=True)
            observer.start()
        except OSError as error:
            # Trying walks the whole inbox until the system refuses again: not at every look.
            self._next_try[root] = time.monotonic() + _RETRY
            code = "watch.too-many" if error.errno in (errno.ENOSPC, errno.EMFILE) else "watch.no-events"
            self._tell_once(root, message(code, path=root, error=error.strerror or error))
            return None
        self._told.pop(root, None)
        return _Ear(observer, place)

    def _tell_once(self, root: Path, sentence: Message) -> None:
        if self._told.get(root) != sentence.code:
            self._tell(sentence)
        self._told[root] = sentence.code


@contextmanager
def _listening(archive: Archive, tell: Tell) -> Iterator[_Ears]:
    """Listen at the inboxes while the block runs; where no events arrive, say so and rely on the scans alone."""
    settings = archive.district.settings
    ears = _Ears(() if settings.poll else inboxes(archive.home, settings), tell, settings)
    try:
        yield ears
    finally:
        ears.close()


def _place(root: Path) -> tuple[int, int] | None:
    """Return the device and number of a folder; None when it is not there."""
    try:
        state = root.stat()
    except OSError:
        return None
    return (state.st_dev, state.st_ino) if stat.S_ISDIR(state.st_mode) else None


def _end(observer: BaseObserver) -> None:
    observer.stop()
    observer.join()
