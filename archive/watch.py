"""Watching the inboxes: events are hints that shorten the wait, the scan is the truth. The only module that knows watchdog."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from archive.home import inboxes
from archive.intake import Intake, Tally
from archive.opening import Archive
from archive.scan import Found, look_at, walk
from schema.messages import Message, message

# How long an idle watch sleeps before it looks whether it was stopped or a scan is due (seconds).
_IDLE = 1.0


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
    archive: Archive, stop: threading.Event, tell: Callable[[Message], None], *, once_settled: bool = False
) -> Iterator[Tally]:
    """Yield a tally after every look that filed, refused or noted something, until `stop` is set.

    Starts with a full scan. With `once_settled`, ends as soon as a full scan leaves nothing waiting.
    """
    settings = archive.district.settings
    roots = inboxes(archive.home, settings)
    intake = Intake(archive)
    with _listening(roots, tell, poll=settings.poll) as hints:
        next_scan = 0.0
        while not stop.is_set():
            hinted = hints.take()
            if time.monotonic() >= next_scan:
                tally = intake.step(found for root in roots for found in walk(root, archive.home.root))
                next_scan = time.monotonic() + settings.scan_seconds
            else:
                tally = intake.again().then(intake.step(_hinted(hinted, roots, archive.home.root, intake)))
            if tally.seen > tally.pending:
                yield tally
            if once_settled and not intake.waiting:
                return
            if intake.waiting:
                stop.wait(settings.settle_seconds / 2)
            else:
                hints.rung.wait(_IDLE)


@contextmanager
def _listening(roots: Iterable[Path], tell: Callable[[Message], None], *, poll: bool) -> Iterator[_Hints]:
    """Listen below the roots while the block runs; where the system refuses, say so and rely on the scans alone."""
    hints = _Hints()
    with ExitStack() as stack:
        for root in () if poll else roots:
            observer = Observer()
            try:
                observer.schedule(hints, str(root), recursive=True)
                observer.start()
            except OSError as error:
                tell(message("watch.no-events", path=root, error=error.strerror or error))
                continue
            stack.callback(observer.join)
            stack.callback(observer.stop)
        yield hints


def _hinted(paths: Iterable[Path], roots: tuple[Path, ...], home: Path, intake: Intake) -> Iterator[Found]:
    """Yield what lies at the hinted paths, folders walked; paths that are waited for already are looked at elsewhere."""
    waiting = {found.path for found in intake.waiting}
    for path in paths:
        root = next((root for root in roots if path.is_relative_to(root)), None)
        if root is None or path in waiting:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from (found for found in walk(root, home, below=path) if found.path not in waiting)
        elif (found := look_at(path, path.relative_to(root).parts, home)) is not None:
            yield found
