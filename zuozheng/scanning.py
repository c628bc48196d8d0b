"""Recognition beside the conveyor: a little at a time while watching, all of it when asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from archive.opening import Archive
from archive.reconcile import Tell
from indexer.scans import Recogniser, recogniser
from indexer.update import Stages
from schema.errors import ArchiveError
from schema.messages import message

# While watching, what was recognised becomes searchable after so many seconds: the site is built anew with it.
SELDOM = 300.0
# How long a trouble (a full disk) puts recognition off.
_REST = 60.0


@dataclass(slots=True)
class Aside:
    """Recognition beside a running watch."""

    scans: Recogniser
    tell: Tell
    publish: Callable[[Archive], object]
    _until: float = 0.0

    def go_on(self) -> None:
        """Keep what is done and hand out more, without waiting; a trouble is told and never stops the watch."""
        if time.monotonic() < self._until:
            return
        before = self.scans.done.documents
        try:
            self.scans.step(0.0)
        except (ArchiveError, OSError) as error:
            self._until = time.monotonic() + _REST
            self.tell(message("ocr.trouble", error=error))
        if self.scans.done.documents > before:
            self.publish(self.scans.stages.archive)


def recognise_all(stages: Stages, progress: Callable[[str], None]) -> None:
    """Recognise whatever waits, to the end; nothing where the extra is not installed."""
    with recogniser(stages) as scans:
        while scans.step(1.0, progress):
            pass
