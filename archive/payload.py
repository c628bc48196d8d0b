"""The payload of a hand-over package while it fills: documents and sidecars, each held against what was filed.

The library `bagit`, by which most archives check packages, decodes line ends in the names of a manifest but not the percent sign,
as RFC 8493 asks, and its widespread releases refuse names with `$` that look like a variable. So both become full-width in the
names of payload files: strict and lenient readers agree on such names. The sidecar beside keeps the name as it was.
"""

from __future__ import annotations

import time
from pathlib import Path

from archive.choice import Choice
from archive.layout import sidecar_path
from archive.manifest import UnreadableError, copy
from archive.names import name_key, with_mark
from archive.opening import Archive
from archive.sidecar import load
from archive.transfer_list import Item
from schema.model import Document

_FULL_WIDTH = str.maketrans("%$", "％＄")
# Seconds before another look at a document that is not as the catalogue has it: a watch may just be moving it.
_PAUSES = (0.0, 0.3, 1.0)


class MovedError(Exception):
    """A document is no longer among those asked for."""


class Payload:
    """The payload folder: what lies where (manifest entries from the bag's root), and which documents could not be taken."""

    def __init__(self, archive: Archive, folder: Path, asked: Choice) -> None:
        self._archive, self._folder, self._asked = archive, folder, asked
        self._taken: set[str] = set()
        self.entries: dict[str, str] = {}
        self.items: list[Item] = []
        self.damaged: list[str] = []
        self.bytes = 0

    def take(self, document: Document) -> None:
        """Copy a document and its sidecar. One that is not as filed is looked at again, then listed as damaged.

        Raises MovedError, OSError.
        """
        for pause in _PAUSES:
            time.sleep(pause)
            now = self._archive.catalogue.document(document.id)
            if now is None or not self._asked.fits(now):
                raise MovedError(document.id)
            if self._copy(now):
                return
        self.damaged.append(document.path)

    def enter(self, place: str, sha256: str, size: int) -> None:
        """Add a payload file to the manifest; `place` is relative to the payload folder."""
        self.entries[f"{self._folder.name}/{place}"] = sha256
        self.bytes += size

    def _copy(self, document: Document) -> bool:
        """Copy a document and its sidecar; False, with nothing left behind, when either is not what was filed."""
        tree, place = self._archive.home.tree, self._free(document)
        target, beside = self._folder / place, self._folder / sidecar_path(place)
        beside.parent.mkdir(parents=True, exist_ok=True)
        try:
            sha256, size = copy(tree / document.path, target)
            own = copy(tree / sidecar_path(document.path), beside)
            told = load(beside.read_bytes()).document
            fits = (told.id, told.sha256, told.path) == (document.id, sha256, document.path)
        except (UnreadableError, ValueError):
            fits = False
        if not fits or sha256 != document.sha256:
            target.unlink(missing_ok=True)
            beside.unlink(missing_ok=True)
            return False
        self._taken.add(name_key(place))
        self.enter(place, sha256, size)
        self.enter(sidecar_path(place), *own)
        self.items.append(Item(document, place))
        return True

    def _free(self, document: Document) -> str:
        """Return where in the payload a document goes: where it lies in the tree, but for the characters replaced."""
        folder, _, name = document.path.translate(_FULL_WIDTH).rpartition("/")
        names = (name, *(with_mark(name, f"__{document.sha256[:8]}_{number}") for number in range(1, 1000)))
        return next(place for entry in names if name_key(place := f"{folder}/{entry}") not in self._taken)
