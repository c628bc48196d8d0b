"""The patrol of a running watch: when each inbox is scanned, and what is looked at between scans."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from archive.home import inboxes
from archive.intake import Intake, Tally
from archive.opening import Archive, mend
from archive.reconcile import Tell, scan_inboxes
from archive.scan import Found, look_at, walk
from archive.shares import ShareBoard, ShareState, look
from archive.trouble import Passing, Trouble
from schema.settings import Settings

# At most so many of the waiting files are filed before new arrivals are looked at, and what was filed is read and published.
_SLICE = 2000
# Where only scans find new files, a scan may cost a tenth of the time.
_REST_FOR_SCAN = 10


def until_next_scan(settings: Settings, seconds: float, *, heard: bool) -> float:
    """Return the pause before an inbox is scanned again, when the last scan took `seconds`.

    Where events arrive a scan only makes sure. Where none do, files wait for it: it comes as soon as a file can have come to
    rest, but a share of 50,000 files, whose scan takes seconds, is not listed without end. Never later than `scan_seconds`.
    """
    if heard:
        return settings.scan_seconds
    return min(settings.scan_seconds, max(settings.share_settle_seconds, _REST_FOR_SCAN * seconds))


class Patrol:
    """What a running watch remembers: what it waits for, when each inbox is scanned next, and what stands in the way."""

    def __init__(self, archive: Archive, tell: Tell) -> None:
        self._archive, self._tell = archive, tell
        self._settings = archive.district.settings
        self._board = ShareBoard(archive.home, self._settings)
        self._intake = Intake(archive)
        self._due = dict.fromkeys(inboxes(archive.home, self._settings), 0.0)
        self._trouble = Trouble(tell)
        self._busy = False

    @property
    def at_rest(self) -> bool:
        """True when nothing is waited for."""
        return not self._intake.waiting and not self._trouble.pause

    @property
    def pause(self) -> float:
        """Seconds until the next look is worth while."""
        return self._trouble.pause or (0.0 if self._busy else self._intake.pause / 2)

    def look(self, hinted: Iterable[Path], heard: Collection[Path]) -> Tally:
        """Look once: at every inbox whose scan is due, else at what is waited for and hinted at. `heard`: inboxes with events."""
        try:
            if self._trouble.pause:
                mend(self._archive)
            tally = self._round(hinted, heard)
        except Passing as error:
            self._trouble.met(error)
            self._due = dict.fromkeys(self._due, 0.0)  # everything is looked at again once it is over
            return Tally()
        self._trouble.is_over()
        self._busy = tally.seen > tally.pending
        return replace(tally, pending=self._intake.waiting)

    def _round(self, hinted: Iterable[Path], heard: Collection[Path]) -> Tally:
        believed = [root for root in self._due if self._is_believed(root)]
        now = time.monotonic()
        due = [root for root, when in self._due.items() if when <= now]
        tally = Tally()
        for root in due:
            tally = tally.plus(self._scan(root, heard=root in heard))
        if len(due) == len(self._due):
            return tally
        others = tuple(root for root in believed if root not in due)
        hints = _hinted(hinted, others, self._archive.home.root, self._intake)
        return tally.plus(self._intake.again(_SLICE)).plus(self._intake.step(hints))

    def _is_believed(self, root: Path) -> bool:
        """Return whether an inbox is there; when that has changed, its scan is due and says so."""
        present = look(root, self._archive.home, known=True) is ShareState.PRESENT
        if present != self._board.is_there(root):
            self._due[root] = 0.0
        if not present:
            self._intake.forget(root)
        return present

    def _scan(self, root: Path, *, heard: bool) -> Tally:
        begun = time.monotonic()
        tally = scan_inboxes(self._archive, self._intake, self._board, self._tell, only=(root,))
        ended = time.monotonic()
        self._due[root] = ended + until_next_scan(self._settings, ended - begun, heard=heard)
        return tally


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
