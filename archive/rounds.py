"""Where verification stands: how far a full run came, and where the next sample begins. Only a convenience, never a verdict."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from archive.store import replace_file

# Seconds between two writings: a run that is broken off repeats at most so much.
_EVERY = 5.0


@dataclass(slots=True)
class Counts:
    """What a run has looked at so far: documents, bytes of theirs, and how much was wrong."""

    documents: int = 0
    bytes: int = 0
    findings: int = 0


@dataclass(slots=True)
class Standing:
    """The last place of an unfinished full run ("" when there is none) with its counts, and the last place of the last sample."""

    full: str = ""
    counts: Counts = field(default_factory=Counts)
    sample: str = ""


class Rounds:
    """The standing of an archive's verification, kept in its state folder and written there every few seconds."""

    def __init__(self, state: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._file, self._clock = state / "verify.json", clock
        self._written = clock()
        self.standing = self._read()

    def note(self) -> None:
        """Write the standing down when it is time to."""
        if self._clock() - self._written >= _EVERY:
            self.keep()

    def keep(self) -> None:
        """Write the standing down, in one step; where that cannot be, a later run only starts further back."""
        self._written = self._clock()
        with suppress(OSError):
            data = json.dumps(asdict(self.standing), ensure_ascii=False, indent=1).encode("utf-8", "surrogateescape")
            replace_file(self._file, data, self._file.parent)

    def _read(self) -> Standing:
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            plain = json.loads(self._file.read_bytes().decode("utf-8", "surrogateescape"))
            counts = Counts(*(int(plain["counts"][name]) for name in ("documents", "bytes", "findings")))
            return Standing(str(plain["full"]), counts, str(plain["sample"]))
        return Standing()
