"""Writing a site into its folder so that readers always see a whole one. The only module that writes.

Files are replaced one by one, never half written; what readers reach through the search pointer has a name that tells its
content and stays for one build longer. A state file outside the site remembers the key of every file (a digest of what it was
made from), so that an unchanged one is neither made nor written again; while a build runs there is none, so a build that was
killed is followed by one that looks at everything.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from pathlib import Path

from schema.errors import ArchiveError

MARKER = "zuozheng-site.txt"
_MARK = b"zuozheng-site 1\n"
# Folders whose files are reached through the pointer: an open page may still ask for them after the next build.
_LINGERING = ("idx/", "d/")
# What a site consists of. Anything else in its folder was put there by somebody and is not ours to remove.
_OURS = re.compile(r"(?:(?:[abfkmpru]|d|files|idx|static)/.+|[a-z-]+\.html|gaps\.csv|zuozheng-site\.txt)(?:\.new)?")
_TRIES = 6


class Tree:
    """A site folder while it is being brought up to date.

    Raises ArchiveError (site.out-not-a-site) when the folder holds files of somebody else.
    """

    def __init__(self, out: Path, state: Path, *, full: bool = False) -> None:
        self.out, self.state = out, state
        self._claim()
        self._known = {} if full else self._load()
        self._wanted: dict[str, tuple[str, int]] = {}
        self.written = self.unchanged = self.removed = 0
        state.unlink(missing_ok=True)

    def __len__(self) -> int:
        return len(self._wanted)

    def same(self, path: str, key: str) -> bool:
        """Keep the file at `path` when it was made under `key` and is still there; return whether that is so."""
        known = self._known.get(path)
        if known is None or known[0] != key or not _has_size(self.out / path, known[1]):
            return False
        self._wanted[path] = known
        self.unchanged += 1
        return True

    def put(self, path: str, key: str, data: bytes) -> None:
        """Make `path` hold `data`, made under `key`; a file that holds it already is left alone."""
        target = self.out / path
        self._wanted[path] = (key, len(data))
        if _has_size(target, len(data)) and target.read_bytes() == data:
            self.unchanged += 1
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(target.name + ".new")
        fresh.write_bytes(data)
        _replace(fresh, target)
        self.written += 1

    def copy(self, source: Path, path: str, key: str) -> None:
        """Make `path` a copy of `source`, whose content is named by `key`."""
        if self.same(path, key):
            return
        target = self.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(target.name + ".new")
        shutil.copyfile(source, fresh)
        self._wanted[path] = (key, fresh.stat().st_size)
        _replace(fresh, target)
        self.written += 1

    def keys(self, folder: str) -> dict[str, str]:
        """Return the files under `folder` as they were after the last build, with their keys."""
        return {path: key for path, (key, _) in self._known.items() if path.startswith(folder)}

    def finish(self) -> None:
        """Remove what no longer belongs to the site and remember what does."""
        lingering = {path for path in self._known if path.startswith(_LINGERING)}
        for file in sorted(self.out.rglob("*"), reverse=True):
            path = file.relative_to(self.out).as_posix()
            if file.is_dir() and not file.is_symlink():
                _remove_if_empty(file)
            elif path not in self._wanted and path not in lingering and _OURS.fullmatch(path):
                self.removed += _remove(file)
        self.state.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.state.with_name(self.state.name + ".new")
        fresh.write_text(json.dumps({"files": self._wanted}, ensure_ascii=False, indent=0, sort_keys=True), encoding="utf-8")
        _replace(fresh, self.state)

    def _claim(self) -> None:
        mark = self.out / MARKER
        if self.out.exists() and not mark.exists() and any(self.out.iterdir()):
            raise ArchiveError("site.out-not-a-site", path=self.out)
        self.out.mkdir(parents=True, exist_ok=True)
        mark.write_bytes(_MARK)

    def _load(self) -> dict[str, tuple[str, int]]:
        try:
            files = json.loads(self.state.read_text(encoding="utf-8"))["files"]
            return {str(path): (str(key), int(size)) for path, (key, size) in files.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}


def digest(*parts: object) -> str:
    """Return a key for what a file is made from: frozen values whose repr is all they hold."""
    return hashlib.sha256("\0".join(map(repr, parts)).encode()).hexdigest()


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size and not path.is_symlink()
    except OSError:
        return False


def _remove(file: Path) -> bool:
    """Remove a file; one that somebody has open on a Windows share goes with the next build."""
    try:
        file.unlink()
    except PermissionError:
        return False
    return True


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()


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
