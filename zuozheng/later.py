"""The stages behind intake in a running watch: when they fail for want of room or a disk, intake goes on and they catch up."""

from __future__ import annotations

from collections.abc import Callable

from archive.reconcile import Tell
from archive.trouble import Passing, Trouble


class Later:
    """Work that may be repeated any number of times and makes up for what it missed. What stops it is told once."""

    def __init__(self, work: Callable[[], object], tell: Tell, *, patient: bool = True) -> None:
        """`patient`: there will be another time; else what stops the work is raised."""
        self._work, self._patient = work, patient
        self._trouble = Trouble(tell)

    def run(self) -> bool:
        """Do the work, or remember that it is to be tried again. Returns whether it was done."""
        try:
            self._work()
        except Passing as error:
            if not self._patient:
                raise
            self._trouble.met(error)
            return False
        self._trouble.is_over()
        return True

    def again(self) -> bool:
        """Try again what failed, once it is time to. Returns whether it was done now."""
        return self._trouble.is_due and self.run()


class Changing:
    """A value that is looked at again and again."""

    def __init__(self, value: Callable[[], object]) -> None:
        self._value = value
        self._seen = value()

    def changed(self) -> bool:
        """Return whether it is another than at the last look."""
        before, self._seen = self._seen, self._value()
        return before != self._seen
