"""What is wrong with the catalogue as a whole, or with what only it speaks of; and with the judgements it has a copy of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from archive.catalogue import Catalogue
from archive.fixity import in_journal
from archive.home import Home
from archive.judgements import FOLDER, damage
from archive.layout import TREE, sidecar_path
from archive.sqlite_file import DAMAGE, faults
from schema.errors import ArchiveError
from schema.findings import Finding
from schema.messages import message

CATALOGUE = ".zuozheng/catalogue.sqlite"


def unsound(home: Home) -> Iterator[Finding]:
    """Yield what SQLite itself finds wrong with the catalogue."""
    for said in faults(home.state / "catalogue.sqlite"):
        yield Finding("catalogue-unsound", CATALOGUE, message("verify.catalogue-unsound", path=CATALOGUE, error=said))


def lost_documents(home: Home, catalogue: Catalogue) -> Iterator[Finding]:
    """Yield a finding for every document of the catalogue of which the tree holds neither bytes nor sidecar."""
    try:
        for document_id, path in catalogue.placed():
            if not _lies(home.tree, path) and _still_lost(home.tree, catalogue, path) and not in_journal(home, path):
                shown = f"{TREE}/{path}"
                yield Finding("document-lost", shown, message("verify.document-lost", path=shown, id=document_id))
    except DAMAGE as error:
        yield Finding("row-unreadable", CATALOGUE, message("verify.row-unreadable", path=CATALOGUE, error=error))


def ledger_faults(catalogue: Catalogue) -> Iterator[Finding]:
    """Yield a finding for every path of the ledger whose document does not exist, or that cannot be read."""
    try:
        for source in catalogue.leading_nowhere():
            detail = message("verify.ledger-nowhere", path=source.entry.path, id=source.entry.document)
            yield Finding("ledger-nowhere", source.entry.path, detail, source.entry.unit)
        for _entry in catalogue.ledger():
            pass
    except DAMAGE as error:
        yield Finding("ledger-unreadable", CATALOGUE, message("verify.ledger-unreadable", path=CATALOGUE, error=error))


def judgement_faults(home: Home, catalogue: Catalogue | None) -> Iterator[Finding]:
    """Yield a finding for every line of the judgements that is damaged or follows nothing, and for what is cut off or gone."""
    for finding in set(damage(home)) & set(damage(home)):  # twice: one may be in the middle of being written
        yield Finding(finding.code, f"{TREE}/{finding.subject}", finding.detail)
    try:
        noted = catalogue.judged() if catalogue is not None else {}
    except DAMAGE as error:
        yield Finding("row-unreadable", CATALOGUE, message("verify.row-unreadable", path=CATALOGUE, error=error))
        return
    for name, size in noted.items():
        path = home.tree / FOLDER / name
        if (path.stat().st_size if path.exists() else 0) < size:
            shown = f"{TREE}/{FOLDER}/{name}"
            yield Finding("judgement-lost", shown, message("verify.judgement-lost", path=shown))


def _lies(tree: Path, path: str) -> bool:
    return os.path.lexists(tree / path) or os.path.lexists(tree / sidecar_path(path))


def _still_lost(tree: Path, catalogue: Catalogue, path: str) -> bool:
    """Look again while no writer is within a transaction: the document may have moved meanwhile."""
    try:
        with catalogue.transaction():
            return catalogue.path_taken(path) and not _lies(tree, path)
    except (ArchiveError, *DAMAGE):
        return not _lies(tree, path)
