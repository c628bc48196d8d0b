"""What stands in the way of a running watch (a full, read-only or failing disk): told once, tried again ever more slowly."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

from schema.errors import ArchiveError
from schema.messages import Message, message

LONGEST = 60.0
_SHORTEST = 1.0
# What a later try may find mended. Anything else is a fault of the program and ends it.
Passing = (ArchiveError, OSError, sqlite3.OperationalError)


class Trouble:
    """One trouble at a time. `pause` is how many seconds to wait before the next try; 0 while all is well."""

    def __init__(self, tell: Callable[[Message], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._tell, self._clock = tell, clock
        self._told: set[str] = set()
        self._next_try = 0.0
        self.pause = 0.0

    @property
    def is_due(self) -> bool:
        """True when something is wrong and it is time to try again."""
        return bool(self.pause) and self._clock() >= self._next_try

    def met(self, error: Exception) -> None:
        """Tell an error unless one of its kind was told since all was well; wait twice as long as before, up to a minute."""
        sentence = _sentence(error)
        if sentence.code not in self._told:
            self._tell(sentence)
        self._told.add(sentence.code)
        self.pause = min(max(2 * self.pause, _SHORTEST), LONGEST)
        self._next_try = self._clock() + self.pause

    def is_over(self) -> None:
        """Forget it: the try went well."""
        self._told.clear()
        self.pause = 0.0


def _sentence(error: Exception) -> Message:
    if isinstance(error, ArchiveError):
        return error.message
    return message("watch.trouble", error=getattr(error, "strerror", None) or error)
