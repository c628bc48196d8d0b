"""Repair of the tree's own files: format marker, explanation, heritage, pointers.

Most are written anew by whoever next opens the archive for writing, from what the home and the program hold. Before that, bytes
with the digest the seal remembers are looked for, since not all of them can be made again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from archive.aside import put_aside
from archive.durable import flush
from archive.hashing import Hasher
from archive.home import MARKER, Home, inboxes
from archive.layout import POINTER, TREE
from archive.opening import marker
from archive.repair import Mended, Result
from archive.salvage import has_digest, unflipped
from archive.seal import Mark, hold_to, read_seal
from archive.shares import MARK
from archive.store import replace_file
from schema.errors import ArchiveError
from schema.findings import Finding
from schema.messages import message
from schema.settings import load_settings


class OwnFiles:
    """The damaged or missing own files that `findings` name, and what they ought to be: made while the seal can be read."""

    def __init__(self, home: Home, findings: Iterable[Finding], backup: Path | None) -> None:
        seal = read_seal(home) if (findings := tuple(findings)) else None
        self._home, self._backup, self._hasher = home, backup, Hasher()
        self._marks = {finding.subject: seal.marks[finding.subject] for finding in findings} if seal else {}
        self._findings = {finding.subject: finding for finding in findings}
        self._before = {path: self._digest(path) for path in self._marks}

    def mend(self) -> None:
        """Write what can be had with the right digest, damaged files put aside. The seal is broken already. Raises OSError."""
        for path, mark in self._marks.items():
            file = self._home.root / path
            data = next(filter(has_digest(mark.sha256), self._candidates(path, mark)), None)
            if os.path.lexists(file):
                put_aside(self._home, file)
            if data is not None:
                replace_file(file, data, self._home.staging)
                flush(self._home.tree, [file])
        # What nobody writes anew until the archive is closed is not to be sealed as if it were right.
        hold_to(self._home, self._marks)

    def outcomes(self) -> Iterator[Mended]:
        """Say what has become of each, once the archive was opened for writing and its pointers were refreshed."""
        for path, mark in self._marks.items():
            now = self._digest(path)
            wanted_no_more = not now and path.endswith(POINTER)
            if wanted_no_more or now == mark.sha256 or (now and now != self._before[path]):
                yield Mended(path, Result.MENDED, message("repair.own", path=path))
            else:
                yield Mended(path, Result.FAILED, self._findings[path].detail)

    def _candidates(self, path: str, mark: Mark) -> Iterator[bytes]:
        with suppress(OSError):
            data = unflipped((self._home.root / path).read_bytes(), has_digest(mark.sha256))
            yield from (data,) if data is not None else ()
        if self._backup is not None:
            with suppress(OSError):
                yield (self._backup / path).read_bytes()
        if path == f"{TREE}/{MARKER}":
            yield from (marker(archive_id) for archive_id in self._marked_ids())

    def _marked_ids(self) -> Iterator[str]:
        """Yield the archive ids that the marks of the inboxes speak of."""
        with suppress(ArchiveError):
            for inbox in inboxes(self._home, load_settings(self._home.settings_file)):
                with suppress(OSError):
                    yield from re.findall(r"[0-9a-f]{32}", (inbox / MARK).read_text(encoding="utf-8", errors="replace"))

    def _digest(self, path: str) -> str:
        try:
            return self._hasher.sha256(self._home.root / path)
        except OSError:
            return ""
