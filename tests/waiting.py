"""Waiting for what another process does; a limit only ends a hopeless wait, it is no claim of speed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(found: Callable[[], T], seconds: float = 180) -> T:
    """Return what `found` gives once it gives something true. Raises AssertionError when that does not come."""
    end = time.monotonic() + seconds
    while True:
        if value := found():
            return value
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)
