"""Putting aside: damaged bytes are never deleted, they go to .zuozheng/damaged/ where a person may still look at them."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from archive.durable import flush
from archive.hashing import Hasher
from archive.home import Home


def damaged_folder(home: Home) -> Path:
    """Return where an archive puts damaged files aside."""
    return home.state / "damaged"


def put_aside(home: Home, path: Path) -> None:
    """Copy what lies at `path` (in the home) to the damaged files, durably. Raises OSError.

    Its folder is named by the content, so that the same damage is kept once, and another one beside it. What the disk cannot give
    back any more is moved there as it is, if that goes.
    """
    try:
        mark = hashlib.sha256(os.fsencode(path.readlink())).hexdigest() if path.is_symlink() else Hasher().sha256(path)
        kept = _room(home, mark[:8], path)
        shutil.copy2(path, kept, follow_symlinks=False)
    except OSError:
        kept = _room(home, "unreadable", path)
        path.rename(kept)
    flush(damaged_folder(home), [kept])


def _room(home: Home, mark: str, path: Path) -> Path:
    kept = damaged_folder(home) / mark / path.relative_to(home.root)
    kept.parent.mkdir(parents=True, exist_ok=True)
    return kept


def move_aside(home: Home, path: Path) -> None:
    """Move a file or folder of the state folder, with a database's log, to the damaged ones; the last such one is kept.

    For what is made again anyway. Raises OSError.
    """
    folder = damaged_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal", "-shm"):
        origin, target = path.with_name(path.name + suffix), folder / (path.name + suffix)
        if target.is_dir():
            shutil.rmtree(target)
        target.unlink(missing_ok=True)
        if origin.exists():
            origin.rename(target)
    flush(home.state, [])


def set_aside_files(home: Home, ending: str = "") -> Iterator[Path]:
    """Yield the files put aside whose names end so."""
    yield from (path for path in sorted(damaged_folder(home).rglob(f"*{ending}")) if path.is_file() and not path.is_symlink())
