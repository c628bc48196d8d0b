"""What a folder can do, found out by doing it there with files of our own, which are never taken in and removed at once."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.durable import publish
from archive.shares import MARK

# Names the archive gives are cut to 180 bytes; version mark, draft mark and the sidecar's ".json" come on top.
NEEDED_BYTES = 200
_SIZES = (255, 240, NEEDED_BYTES, 143, 100)
_INOTIFY_LIMIT = Path("/proc/sys/fs/inotify/max_user_watches")


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """Yield a new folder in `folder`, removed afterwards. Raises OSError where nothing can be written."""
    place = Path(tempfile.mkdtemp(prefix="_zuozheng-probe-", dir=folder))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def has_links(place: Path) -> bool:
    """Return whether a file can have a second name, so that publishing needs no second copy."""
    origin = _file(place, "link")
    try:
        os.link(origin, origin.with_name(f"{origin.name}ed"))
    except OSError:
        return False
    return True


def never_overwrites(place: Path) -> bool:
    """Return whether publishing onto a file that stands is refused and leaves it as it was. Raises OSError."""
    standing, late = _file(place, "standing"), _file(place, "late")
    try:
        publish(late, standing)
    except FileExistsError:
        return standing.read_text(encoding="utf-8") == "standing"
    return False


def tells_case(place: Path) -> bool:
    """Return whether "a" and "A" are two files. Raises OSError."""
    _file(place, "a")
    return not (place / f"{MARK}-A").exists()


def longest_name(place: Path) -> int:
    """Return how many bytes a name of Chinese characters may have here, up to 255; 0 when even 100 are too many."""
    for size in _SIZES:
        characters, rest = divmod(size - len(MARK), 3)
        name = MARK + "x" * rest + "长" * characters
        try:
            (place / name).write_bytes(b"")
        except OSError:
            continue
        return len(name.encode())
    return 0


def folders_below(root: Path) -> int:
    """Return how many folders an observer of `root` must watch, `root` itself among them."""
    return sum(1 for _ in os.walk(root))


def watch_limit() -> int | None:
    """Return how many folders one user may watch on this system; None where there is no such limit (not Linux)."""
    try:
        return int(_INOTIFY_LIMIT.read_text())
    except (OSError, ValueError):
        return None


def _file(place: Path, name: str) -> Path:
    path = place / f"{MARK}-{name}"
    path.write_text(name, encoding="utf-8")
    return path
