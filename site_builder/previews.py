"""Previews for the inspector: a thumbnail of the first page of documents, the newest first, as long as they fit their room.

Nobody else gets any: a scan shows what its text would have had covered.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from indexer.thumbnails import KINDS, thumbnails
from schema.model import Document, DocumentState
from site_builder import links

Previews = dict[str, Path]
"""Where a preview lies in the site, and the file it is copied from."""


def previews(tree: Path, documents: Iterable[Document], kept: Path, megabytes: int) -> Previews:
    """Return previews of `documents` in the archive's `tree`, of at most `megabytes` (10**6 bytes) together.

    `kept` is the folder in which thumbnails stay between builds, by content hash.
    """
    room, found = megabytes * 1_000_000, Previews()
    for sha256, file in thumbnails(kept, _wanted(tree, documents) if room else ()):
        room -= file.stat().st_size
        if room < 0:
            break
        found[links.preview_file(sha256)] = file
    return found


def _wanted(tree: Path, documents: Iterable[Document]) -> Iterable[tuple[str, Path]]:
    current = (document for document in documents if document.state is DocumentState.CURRENT)
    seen: set[str] = set()
    for document in sorted(current, key=lambda document: (document.received, document.id), reverse=True):
        path = tree / document.path
        if document.sha256 not in seen and path.suffix.lower() in KINDS and path.is_file() and not path.is_symlink():
            seen.add(document.sha256)
            yield document.sha256, path
