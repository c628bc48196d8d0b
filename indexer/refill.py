"""Bringing the index up to the catalogue's last change, also when it has to be made anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from archive.catalogue import Catalogue
from indexer.entry import record_of
from indexer.index import Index
from schema.errors import ArchiveBusyError, ArchiveError
from schema.model import DocumentState

# Documents applied in one go: they become one segment or two.
_CHUNK = 5_000

# Returns the search text of the bytes with this hash, None when nothing has read them.
Texts = Callable[[str], str | None]


def refill(index: Index, catalogue: Catalogue, texts: Texts) -> int:
    """Apply every change since the index's own position: current documents go in, others out. Returns how many went in.

    An index that turns out damaged on the way begins anew aside and takes its place at the end. While another process does
    that, nothing happens here.
    """
    if index.position > catalogue.last_seq():
        # It belongs to another catalogue, and would never be brought up to date.
        index.restart()
    count = 0
    while changed := catalogue.changes(index.position, _CHUNK):
        before = index.position
        alive = [document for document in changed if document.state is DocumentState.CURRENT]
        gone = [document.id for document in changed if document.state is not DocumentState.CURRENT]
        records = (record_of(document, texts(document.sha256) or "") for document in alive)
        if index.apply(records, gone, changed[-1].seq):
            count += len(alive)
        elif index.position == before:
            return count
    index.publish()
    return count


def usable(folder: Path, catalogue: Catalogue, texts: Texts, tell: Callable[[], None] = lambda: None) -> Index:
    """Open the index in `folder` to search it; one that cannot be used is made again first, after saying so by `tell`.

    Raises ArchiveBusyError (search.rebuilding) while another process is at that.
    """
    try:
        return Index.read(folder)
    except ArchiveError:
        index = Index.open(folder)
    try:
        if index.waiting:
            raise ArchiveBusyError("search.rebuilding")
        if index.position < catalogue.last_seq():
            tell()
        refill(index, catalogue, texts)
    finally:
        index.close()
    return Index.read(folder)
