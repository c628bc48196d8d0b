"""Are text store and index what they ought to be? For verification: it looks, and unlike the layers themselves mends nothing.

Both are throw-aways; what is wrong here is made good by reading and indexing again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from archive.catalogue import Catalogue
from archive.sqlite_file import DAMAGE, faults
from indexer.index import Index
from indexer.textstore import damaged_texts, lacks
from schema.errors import ArchiveError
from schema.model import TextStatus

# A writer may finish a commit, and clear away what was about to be read, at any moment; but hardly so often in a row.
_LOOKS = 5


def text_faults(path: Path) -> Iterator[str]:
    """Yield, in the words of whoever noticed, what is wrong with the text store at `path`."""
    found = tuple(faults(path))
    yield from found
    if found:
        return
    try:
        for key, said in damaged_texts(path):
            yield f"{key[:12]}: {said}"
    except sqlite3.DatabaseError as error:
        yield str(error)


def unread(path: Path, catalogue: Catalogue) -> Iterator[str]:
    """Yield the paths (from the tree) of documents that were read, but of whose text the store at `path` has nothing."""
    yield from lacks(path, _described(catalogue))


def index_fault(folder: Path, last_change: Callable[[], int | None]) -> str:
    """Return what is wrong with the index in `folder`, "" for nothing. `last_change` asks the catalogue, if it can."""
    said = ""
    for _look in range(_LOOKS):
        files = _names(folder)
        try:
            index = Index.read(folder)
        except ArchiveError as error:
            said = f"{type(error.__cause__).__name__}: {error.__cause__}"
            if _names(folder) == files:
                break
            continue
        position = index.position
        index.close()
        # An index ahead of the catalogue belongs to another one, and would never be brought up to date.
        last = last_change()
        return "" if last is None or position <= last else f"position {position} > {last}"
    return said


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _described(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for document_id, place in catalogue.placed():
        try:
            document = catalogue.document(document_id)
        except DAMAGE:
            continue  # verification names the row
        if document is not None and document.facts.text_status is not TextStatus.PENDING:
            yield document.sha256, place
