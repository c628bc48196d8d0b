"""Hashing files at a pace that leaves room for others."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

_PIECE = 1 << 20


class Hasher:
    """Reads and hashes files, never faster than `rate` bytes per second (None: as fast as it goes)."""

    def __init__(
        self,
        rate: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate, self._clock, self._sleep = rate, clock, sleep
        self._due = 0.0
        self._buffer = bytearray(_PIECE)
        self.bytes = 0

    def sha256(self, path: str | Path) -> str:
        """Return the SHA-256 of a file in hexadecimal. Raises OSError."""
        digest = hashlib.sha256()
        view = memoryview(self._buffer)
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - cheaper for a small file than a Path
            while size := file.readinto(self._buffer):
                digest.update(view[:size])
                self.bytes += size
                if self._rate is not None:
                    self._wait(size / self._rate)
        return digest.hexdigest()

    def _wait(self, seconds: float) -> None:
        """Let the time pass that reading took at most of: a pause between files is not saved up for a rush later."""
        now = self._clock()
        self._due = max(self._due, now) + seconds
        self._sleep(self._due - now)
