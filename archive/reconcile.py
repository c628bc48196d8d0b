"""The reconciling scan, the truth about the inboxes: what is there is taken in, what has left is noted, a broken share not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from archive.home import inboxes
from archive.intake import Intake, Tally
from archive.opening import Archive
from archive.scan import Found, Kind, walk
from archive.shares import ShareBoard, ShareState, below, look, sudden
from schema.messages import Message, message

Tell = Callable[[Message], None]


def scan_inboxes(
    archive: Archive,
    intake: Intake,
    board: ShareBoard,
    tell: Tell,
    *,
    only: Iterable[Path] | None = None,
    accept_gone: bool = False,
) -> Tally:
    """Look at every inbox (or `only` some) that can be believed, and tell when one changes its state. Returns the tally of all.

    `accept_gone`: a person has looked; files that are gone are so, however many.
    """
    tally = Tally()
    for root in inboxes(archive.home, archive.district.settings) if only is None else only:
        known = {key: gone for key, gone in archive.catalogue.source_keys().items() if below(root, archive.home, key)}
        state = look(root, archive.home, known=bool(known))
        detail: Message | None = None
        if state is ShareState.PRESENT:
            scan = _Scan(root, archive.home.root)
            tally = tally.plus(intake.step(scan.founds()))
            state, detail = _note_absence(archive, root, known, scan, accept_gone=accept_gone)
        told = board.set(root, state)
        if told is not None:
            tell(detail or told)
    return tally


class _Scan:
    """A walk that remembers what it saw, and whether it could see everything."""

    def __init__(self, root: Path, home: Path) -> None:
        self._root, self._home = root, home
        self.seen: set[bytes] = set()
        self.complete = True

    def founds(self) -> Iterator[Found]:
        for found in walk(self._root, self._home):
            self.seen.add(found.key)
            self.complete = self.complete and found.kind is not Kind.UNREADABLE
            yield found


def _note_absence(
    archive: Archive, root: Path, known: dict[bytes, bool], scan: _Scan, *, accept_gone: bool
) -> tuple[ShareState, Message | None]:
    """Note which known files have left an inbox and which are back. Nothing is noted of a share that went away meanwhile."""
    state = look(root, archive.home, known=bool(known))
    if state is not ShareState.PRESENT or not scan.complete:
        return state, None
    there = [key for key, gone in known.items() if not gone]
    # A second look: an office program saving a file takes it away for a moment.
    left = [key for key in there if key not in scan.seen and not os.path.lexists(archive.home.root / os.fsdecode(key))]
    if sudden(len(left), len(there)) and not accept_gone:
        return ShareState.SHRUNK, message("share.shrunk", path=root, gone=len(left), known=len(there))
    back = [key for key, gone in known.items() if gone and key in scan.seen]
    if left or back:
        with archive.catalogue.transaction():
            archive.catalogue.mark_gone(left, datetime.now(UTC).isoformat(timespec="seconds"))
            archive.catalogue.mark_gone(back, "")
    return ShareState.PRESENT, None
