"""The stages behind intake in a running watch: when they fail for want of room or a disk, intake goes on and they catch up."""

from __future__ import annotations

from collections.abc import Callable

from archive.reconcile import Tell
from archive.trouble import Passing, Trouble


class Later:
    """Work that may be repeated any number of times and makes up for what it missed. What stops it is told once."""

    def __init__(self, work: Callable[[], None], tell: Tell) -> None:
        self._work = work
        self._trouble = Trouble(tell)

    def run(self) -> None:
        """Do the work, or remember that it is to be tried again."""
        try:
            self._work()
        except Passing as error:
            self._trouble.met(error)
        else:
            self._trouble.is_over()

    def again(self) -> None:
        """Try again what failed, once it is time to."""
        if self._trouble.is_due:
            self.run()
