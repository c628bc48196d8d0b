"""The folder of a backup while a run brings it up to date: nothing good is overwritten, nothing deleted, the manifest comes last.

New files get their place at once; no manifest speaks of them yet. What replaces a file waits in `.staging` until all is there and
on the disk; then, in one short phase, the former files go to 以前/<time>/ and the new ones take their places. A run cut off
before that phase leaves the former backup whole; after one cut off within it, the next hashes what it finds instead of believing
the manifest.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from archive.durable import flush
from archive.layout import TREE
from archive.manifest import UnreadableError, copy, digest_of, dump_manifest, load_manifest
from archive.store import replace_file
from archive.survey import Wanted

MANIFEST = "manifest-sha256.txt"
CATALOGUE = "catalogue.sqlite"
FORMER = "以前"
STAGING = ".staging"
_CHANGING = "changing"


class DamagedError(Exception):
    """A file of the archive is not what its sidecar says."""


class Mirror:
    """A backup's folder. `copied` and `bytes` count what this run has copied into it.

    `check`: hash what lies there instead of believing the manifest.
    """

    def __init__(self, root: Path, *, check: bool = False) -> None:
        self.root, self.staging = root, root / STAGING
        self._changing = self.staging / _CHANGING
        self._listed = read_manifest(root)
        self._believed = not check and not self._changing.exists()
        self._there: dict[str, str] = {}
        self._waiting: dict[str, Path] = {}
        self._written: list[Path] = []
        self._drafts = 0
        self.copied: set[str] = set()
        self.bytes = 0
        self.staging.mkdir(exist_ok=True)
        for left in self.staging.iterdir():
            if left != self._changing:
                left.unlink()

    def bring(self, path: str, wanted: Wanted) -> str:
        """Make the backup hold `wanted` at `path`, and return its digest. Raises DamagedError, UnreadableError, OSError."""
        sha256, size = (wanted.sha256, wanted.size) if wanted.sha256 else digest_of(wanted.source)
        if self._holds(path, sha256, size):
            return sha256
        self._drafts += 1
        draft = self.staging / f"{self._drafts}.draft"
        found, size = copy(wanted.source, draft)
        if wanted.sha256 and found != wanted.sha256:
            draft.unlink()
            raise DamagedError(path)
        target = self.root / path
        if os.path.lexists(target):
            self._waiting[path] = draft
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(target)
            self._written += [target, target.parent]
        self._there[path] = found
        self.copied.add(path)
        self.bytes += size
        return found

    def keep(self, path: str) -> str:
        """Return the digest of the good copy the backup has of `path` from before, "" when it has none."""
        if path in self._waiting:
            del self._waiting[path], self._there[path]
        known = self._listed.get(path, "")
        return known if known and self._holds(path, known, None) else ""

    def finish(self, entries: Mapping[str, str]) -> int:
        """Make `entries`, all brought or kept, the backup's content. Returns how many files went aside. Raises OSError."""
        flush(self.root, [*self._written, *self._waiting.values()])
        left = [path for path in self._files() if path not in entries]
        replaced = [path for path in self._waiting if path in entries]
        if left or replaced:
            self._changing.touch()
            flush(self.root, [self._changing, self.staging])
            self._exchange(left, replaced)
        replace_file(self.root / MANIFEST, dump_manifest(entries), self.staging)
        flush(self.root, [self.root])
        self._changing.unlink(missing_ok=True)
        shutil.rmtree(self.staging, ignore_errors=True)
        return len(left) + len(replaced)

    def _exchange(self, left: list[str], replaced: list[str]) -> None:
        former = self._former()
        touched = [former]
        with suppress(FileNotFoundError):
            shutil.copyfile(self.root / MANIFEST, former / MANIFEST)
            touched.append(former / MANIFEST)
        for path in (*left, *replaced):
            (former / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).replace(former / path)
            touched += [(self.root / path).parent, (former / path).parent]
        for path in replaced:
            self._waiting.pop(path).replace(self.root / path)
        flush(self.root, touched)
        for path in left:
            for folder in (self.root / path).relative_to(self.root).parents:
                with suppress(OSError):  # not empty: it stays
                    if folder.name:
                        (self.root / folder).rmdir()

    def _former(self) -> Path:
        """Return the folder where the former files of this run go, new and empty."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        names = (stamp, *(f"{stamp}-{number}" for number in range(2, 100)))
        folder = next(place for name in names if not (place := self.root / FORMER / name).exists())
        folder.mkdir(parents=True)
        return folder

    def _holds(self, path: str, sha256: str, size: int | None) -> bool:
        """Return whether the backup has these bytes at `path` (`size` None: of whatever length the manifest's are)."""
        if path not in self._there:
            target = self.root / path
            if not target.is_file() or target.is_symlink() or (size is not None and target.stat().st_size != size):
                return False
            listed = self._listed.get(path, "") if self._believed else ""
            try:
                self._there[path] = listed if listed == sha256 else digest_of(target)[0]
            except UnreadableError:
                return False
        return self._there[path] == sha256

    def _files(self) -> Iterator[str]:
        for folder, _folders, names in os.walk(self.root / TREE):
            yield from ((Path(folder) / name).relative_to(self.root).as_posix() for name in names)
        yield from (path for path in self._listed if "/" not in path and (self.root / path).is_file())


def read_manifest(root: Path) -> dict[str, str]:
    """Return the manifest of a backup, empty when there is none yet or it is damaged: then nothing is believed."""
    try:
        return load_manifest((root / MANIFEST).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
