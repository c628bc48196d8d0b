"""Verification of all layers: what the archive checks of itself, and of text store and index what no seal vouches for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archive.catalogue import Catalogue
from archive.home import Home
from archive.layout import TREE
from archive.sqlite_file import DAMAGE
from archive.verify import Further
from indexer.soundness import index_fault, text_faults, unread
from indexer.update import READER
from schema.findings import Finding
from schema.messages import message

TEXTS, INDEX = ".zuozheng/text.sqlite", ".zuozheng/index"


def lower_layers(home: Home) -> Further:
    """Return the checks of text store and index for a verification of `home`."""

    def check(confirmed: frozenset[str], catalogue: Catalogue | None) -> Iterator[Finding]:
        read = _has_been_read(catalogue)
        yield from _texts(home.root / TEXTS, confirmed, catalogue, read=read)
        yield from _index(home.root / INDEX, confirmed, catalogue, read=read)

    return check


def _texts(path: Path, confirmed: frozenset[str], catalogue: Catalogue | None, *, read: bool) -> Iterator[Finding]:
    if TEXTS in confirmed:
        return
    if not path.exists():
        if read:
            yield Finding("texts-missing", TEXTS, message("verify.texts-missing", path=TEXTS))
        return
    found = [
        Finding("texts-damaged", TEXTS, message("verify.texts-damaged", path=TEXTS, error=said)) for said in text_faults(path)
    ]
    yield from found
    if found or catalogue is None:
        return
    try:
        for place in unread(path, catalogue):
            yield Finding("text-missing", f"{TREE}/{place}", message("verify.text-missing", path=f"{TREE}/{place}"))
    except DAMAGE as error:
        yield Finding("texts-damaged", TEXTS, message("verify.texts-damaged", path=TEXTS, error=error))


def _index(folder: Path, confirmed: frozenset[str], catalogue: Catalogue | None, *, read: bool) -> Iterator[Finding]:
    files = [f"{INDEX}/{path.name}" for path in folder.glob("*") if not path.name.endswith("LOCK")]
    if files and confirmed.issuperset(files):
        return
    if not files:
        if read:
            yield Finding("index-missing", INDEX, message("verify.index-missing", path=INDEX))
        return
    if said := index_fault(folder, lambda: _last_change(catalogue)):
        yield Finding("index-damaged", INDEX, message("verify.index-damaged", path=INDEX, error=said))


def _has_been_read(catalogue: Catalogue | None) -> bool:
    """Return whether anything was ever read of what the catalogue lists."""
    try:
        return catalogue is not None and catalogue.position(READER) > 0
    except DAMAGE:
        return False


def _last_change(catalogue: Catalogue | None) -> int | None:
    try:
        return catalogue.last_seq() if catalogue is not None else None
    except DAMAGE:
        return None
