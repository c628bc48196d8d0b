"""Writing a file for people in one step: what stands there is replaced by the whole new file, or stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Have `write` make the file beside `path`, then put it there. Raises OSError; nothing half written is left behind."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        write(draft)
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
