"""How long a file must rest before it is taken, by where it lies.

Clients of a share repeat sizes and times from memory for some seconds, so a copy that is still growing looks at rest; below an
inbox on a share two looks are further apart. Which inboxes those are is asked anew, because shares come and go.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from archive.filesystem import network_folders
from archive.home import Home, inboxes
from archive.scan import Found
from schema.settings import Settings


class Pauses:
    """The pauses of one archive's inboxes, in seconds."""

    def __init__(self, home: Home, settings: Settings) -> None:
        self._roots = inboxes(home, settings)
        self._near, self._far = settings.settle_seconds, max(settings.settle_seconds, settings.share_settle_seconds)
        self._shares: tuple[str, ...] = ()
        self.refresh()

    def refresh(self) -> None:
        """Ask the system again which inboxes lie on shares; costs a stat an inbox and one small read."""
        self._shares = tuple(f"{root}{os.sep}" for root in network_folders(self._roots))

    def of(self, found: Found) -> float:
        """Return the pause of one file."""
        return self._far if self._shares and found.place.startswith(self._shares) else self._near

    def shortest(self, founds: Iterable[Found]) -> float:
        """Return the shortest pause of some files; that of a local one when there are none."""
        if not self._shares:
            return self._near
        pause = None
        for found in founds:
            pause = self.of(found)
            if pause == self._near:
                break
        return self._near if pause is None else pause

    @property
    def longest(self) -> float:
        """The longest pause that any file of the inboxes may need."""
        return self._far if self._shares else self._near
