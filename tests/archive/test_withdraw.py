"""Withdrawing: by a named person with a reason, in the tree and for good, and undone as surely."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.evidence import evidence
from archive.home import Home
from archive.intake import Tally
from archive.opening import Archive
from archive.rebuild import rebuild_catalogue
from archive.withdraw import bring_back, withdraw
from schema.errors import ArchiveError
from schema.model import Document, DocumentState, LedgerEntry, Outcome

Drop = Callable[[str, bytes], Path]
Ingest = Callable[[], Tally]


def current(archive: Archive) -> list[Document]:
    return [document for document in archive.catalogue.documents() if document.state is DocumentState.CURRENT]


def outcome_of(archive: Archive, path: str) -> LedgerEntry:
    return next(entry for entry in archive.catalogue.ledger() if entry.path == path)


@pytest.fixture
def filed(archive: Archive, drop: Drop, ingest: Ingest) -> Document:
    drop("清溪小学/义教 C12 班额/班额.txt", b"first")
    ingest()
    drop("清溪小学/义教 C12 班额/班额.txt", b"second")
    ingest()
    return current(archive)[0]


def test_a_withdrawn_document_leaves_the_evidence_and_stays_in_the_tree(archive: Archive, home: Home, filed: Document) -> None:
    gone = withdraw(archive, filed.id, "李主任", "误放")
    assert [document.version for document in gone] == [2, 1]
    assert not list(evidence(archive))
    for document, data in zip(gone, (b"second", b"first"), strict=True):
        assert document.path.startswith("_撤回/清溪小学/")
        assert (home.tree / document.path).read_bytes() == data
        assert document.withdrawal is not None
        assert "李主任" in document.withdrawal.text("zh")
    assert not (home.tree / filed.path).exists()
    assert (home.root / "收件箱/清溪小学/义教 C12 班额/班额.txt").read_bytes() == b"second"


def test_its_bytes_are_refused_from_then_on_even_after_a_rebuild(
    archive: Archive, filed: Document, drop: Drop, ingest: Ingest
) -> None:
    withdraw(archive, filed.id, "李主任", "误放")
    drop("清溪小学/另一处.txt", b"second")
    assert ingest().rejected == 1
    entry = outcome_of(archive, "收件箱/清溪小学/另一处.txt")
    assert (entry.reason.code, "误放" in entry.reason.text("zh")) == ("intake.withdrawn", True)
    rebuilt = rebuild_catalogue(archive)
    assert (rebuilt.documents, rebuilt.findings) == (2, ())
    assert ingest().rejected == 2
    assert not current(archive)
    assert ingest().unchanged >= 2


def test_it_is_brought_back_as_it_was(archive: Archive, home: Home, filed: Document, drop: Drop, ingest: Ingest) -> None:
    before = {document.id: (document.path, document.state, document.tags) for document in archive.catalogue.documents()}
    withdraw(archive, filed.id, "李主任", "误放")
    drop("清溪小学/另一处.txt", b"second")
    ingest()
    bring_back(archive, filed.id, "王科长", "核对无误")
    assert {document.id: (document.path, document.state, document.tags) for document in archive.catalogue.documents()} == before
    assert ingest().duplicates == 1
    assert outcome_of(archive, "收件箱/清溪小学/另一处.txt").outcome is Outcome.DUPLICATE
    assert all((home.tree / path).is_file() for path, _state, _tags in before.values())


def test_a_new_file_at_the_same_path_is_a_new_document(archive: Archive, filed: Document, drop: Drop, ingest: Ingest) -> None:
    withdraw(archive, filed.id, "李主任", "误放")
    drop("清溪小学/义教 C12 班额/班额.txt", b"third")
    assert ingest().new == 1
    (document,) = current(archive)
    assert (document.version, document.supersedes) == (3, "")


@pytest.mark.parametrize(("by", "why"), [("", "误放"), ("李主任", " ")])
def test_nobody_withdraws_without_name_and_reason(archive: Archive, filed: Document, by: str, why: str) -> None:
    with pytest.raises(ArchiveError, match="Say who"):
        withdraw(archive, filed.id, by, why)


def test_what_cannot_be_withdrawn_is_said(archive: Archive, filed: Document) -> None:
    with pytest.raises(ArchiveError, match="No document"):
        withdraw(archive, "nothing", "李主任", "误放")
    with pytest.raises(ArchiveError, match="not withdrawn"):
        bring_back(archive, filed.id, "李主任", "误放")
    withdraw(archive, filed.id, "李主任", "误放")
    with pytest.raises(ArchiveError, match="already"):
        withdraw(archive, filed.id, "李主任", "误放")
