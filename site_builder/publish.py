"""Writing a site into its folder so that readers always see a whole one. The only module that writes.

Files are replaced one by one, never half written; what readers reach through the search pointer has a name that tells its
content and stays for one build longer. A state file outside the site remembers the key of every file (a digest of what it was
made from), so that an unchanged one is neither made nor written again; while a build runs there is none, so a build that was
killed is followed by one that looks at everything. The list of all files with their SHA-256 is written last.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import time
from pathlib import Path
from typing import Any, NamedTuple

from schema.errors import ArchiveError
from site_builder.keys import digest

MARKER = "zuozheng-site.txt"
# As `sha256sum` writes and checks it.
CHECKSUMS = "manifest-sha256.txt"
_MARK = b"zuozheng-site 1\n"
# Folders whose files are reached through the pointer: an open page may still ask for them after the next build.
LINGERING = ("idx/", "d/")
# What a site consists of. Anything else in its folder was put there by somebody and is not ours to remove.
_OURS = re.compile(
    r"(?:(?:[abfkmpru]|d|files|idx|previews|static)/.+|[a-z-]+\.html|gaps\.csv|check\.js|zuozheng-site\.txt|manifest-sha256\.txt)(?:\.new)?"
)
_TRIES = 6


class Kept(NamedTuple):
    """A file of a site: the key it was made under, its size in bytes, its SHA-256."""

    key: str
    size: int
    sha256: str


class Tree:
    """A site folder while it is being brought up to date.

    Raises ArchiveError (site.out-not-a-site) when the folder holds files of somebody else.
    """

    def __init__(self, out: Path, state: Path, *, full: bool = False) -> None:
        self.out, self.state = out, state
        self._claim()
        self._known: dict[str, Kept] = {}
        self.memory: dict[str, Any] = {}
        if not full:
            self._load()
        self._wanted: dict[str, Kept] = {}
        self._memory: dict[str, Any] = {}
        self.written = self.unchanged = self.removed = 0
        state.unlink(missing_ok=True)

    def __len__(self) -> int:
        return len(self._wanted)

    def there(self, path: str) -> bool:
        """Return whether the file at `path` is there as the last build left it."""
        known = self._known.get(path)
        return known is not None and _has_size(self.out / path, known.size)

    def keep(self, path: str) -> None:
        """Keep the file at `path`, which is there, as it is."""
        self._wanted[path] = self._known[path]
        self.unchanged += 1

    def same(self, path: str, key: str) -> bool:
        """Keep the file at `path` when it was made under `key` and is still there; return whether that is so."""
        if not self.there(path) or self._known[path].key != key:
            return False
        self.keep(path)
        return True

    def put(self, path: str, key: str, data: bytes) -> None:
        """Make `path` hold `data`, made under `key`; a file that holds it already is left alone."""
        target = self.out / path
        self._wanted[path] = Kept(key, len(data), hashlib.sha256(data).hexdigest())
        if _has_size(target, len(data)) and target.read_bytes() == data:
            self.unchanged += 1
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(target.name + ".new")
        fresh.write_bytes(data)
        _replace(fresh, target)
        self.written += 1

    def copy(self, source: Path, path: str, sha256: str) -> None:
        """Make `path` a copy of `source`, which has that SHA-256."""
        if self.same(path, sha256):
            return
        target = self.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(target.name + ".new")
        shutil.copyfile(source, fresh)
        self._wanted[path] = Kept(sha256, fresh.stat().st_size, sha256)
        _replace(fresh, target)
        self.written += 1

    def keys(self, folder: str) -> dict[str, str]:
        """Return the files under `folder` as they were after the last build, with their keys."""
        return {path: kept.key for path, kept in self._known.items() if path.startswith(folder)}

    def remember(self, memory: dict[str, Any]) -> None:
        """Keep values of JSON for the next build, which finds them as `memory` unless it looks at everything anew."""
        self._memory = memory

    def paths(self) -> tuple[str, ...]:
        """Return the files of the site so far, in order."""
        return tuple(sorted(self._wanted))

    def finish(self) -> None:
        """List the files with their sums, remove what no longer belongs to the site, and remember what does."""
        sums = "".join(f"{self._wanted[path].sha256}  {path}\n" for path in self.paths()).encode()
        self.put(CHECKSUMS, digest(sums), sums)
        self._clear()
        self.state.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.state.with_name(self.state.name + ".new")
        state = {"files": self._wanted, "memory": self._memory}
        fresh.write_text(json.dumps(state, ensure_ascii=False, sort_keys=True), encoding="utf-8")
        _replace(fresh, self.state)

    def _clear(self) -> None:
        """Remove what an earlier build wrote and nothing leads to any more, and folders that are empty then."""
        lingering = {path for path in self._known if path.startswith(LINGERING)}
        for name, folders, files in os.walk(self.out, topdown=False):
            folder = Path(name)
            place = "" if folder == self.out else f"{folder.relative_to(self.out).as_posix()}/"
            for file in (*files, *(entry for entry in folders if (folder / entry).is_symlink())):
                path = place + file
                if path not in self._wanted and path not in lingering and _OURS.fullmatch(path):
                    self.removed += _remove(folder / file)
            if place and not any(folder.iterdir()):
                folder.rmdir()

    def _claim(self) -> None:
        mark = self.out / MARKER
        if self.out.exists() and not mark.exists() and any(self.out.iterdir()):
            raise ArchiveError("site.out-not-a-site", path=self.out)
        self.out.mkdir(parents=True, exist_ok=True)
        mark.write_bytes(_MARK)

    def _load(self) -> None:
        try:
            state = json.loads(self.state.read_text(encoding="utf-8"))
            self._known = {str(path): Kept(str(key), int(size), str(sha)) for path, (key, size, sha) in state["files"].items()}
            self.memory = dict(state["memory"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self._known, self.memory = {}, {}


def _has_size(path: Path, size: int) -> bool:
    """Return whether a file of that size, and no link, lies at `path`."""
    try:
        state = path.lstat()
    except OSError:
        return False
    return state.st_size == size and stat.S_ISREG(state.st_mode)


def _remove(file: Path) -> bool:
    """Remove a file; one that somebody has open on a Windows share goes with the next build."""
    try:
        file.unlink()
    except PermissionError:
        return False
    return True


def _replace(fresh: Path, target: Path) -> None:
    """Put `fresh` in the place of `target`. On Windows shares a file that somebody has open refuses for a moment."""
    for attempt in range(_TRIES):
        try:
            os.replace(fresh, target)  # noqa: PTH105  (Path.replace is the same call; this one says that it overwrites)
        except PermissionError:
            if attempt == _TRIES - 1:
                raise
            time.sleep(0.05 * 2**attempt)
        else:
            return
