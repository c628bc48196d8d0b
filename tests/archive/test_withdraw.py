"""Withdrawing: by a named person with a reason, in the tree and for good, and undone as surely."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import durable
from archive.evidence import evidence
from archive.filing import kept_sidecar
from archive.home import Home
from archive.intake import Tally, take_in
from archive.layout import sidecar_path
from archive.opening import Archive, writing_archive
from archive.rebuild import rebuild_catalogue
from archive.scan import walk
from archive.verify import Verification
from archive.withdraw import bring_back, withdraw
from schema.errors import ArchiveError
from schema.model import Document, DocumentState, LedgerEntry, Outcome

Drop = Callable[[str, bytes], Path]
Ingest = Callable[[], Tally]
Standing = dict[str, tuple[str, DocumentState, object]]

PLACE = "清溪小学/义教 C12 班额/班额.txt"


def current(archive: Archive) -> list[Document]:
    return [document for document in archive.catalogue.documents() if document.state is DocumentState.CURRENT]


def outcome_of(archive: Archive, path: str) -> LedgerEntry:
    return next(entry for entry in archive.catalogue.ledger() if entry.path == path)


def standing(archive: Archive) -> Standing:
    """Return where every document lies, in which state, with which tags."""
    return {document.id: (document.path, document.state, document.tags) for document in archive.catalogue.documents()}


@pytest.fixture
def filed(archive: Archive, drop: Drop, ingest: Ingest) -> Document:
    """Two versions at one path; the newer one is returned."""
    drop(PLACE, b"first")
    ingest()
    drop(PLACE, b"second")
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
    assert (home.root / "收件箱" / PLACE).read_bytes() == b"second"
    assert not list(Verification(home))


def test_its_bytes_are_refused_from_then_on_even_after_a_rebuild(
    archive: Archive, filed: Document, drop: Drop, ingest: Ingest
) -> None:
    withdraw(archive, filed.id, "李主任", "误放")
    drop("清溪小学/另一处.txt", b"second")
    assert ingest().rejected == 1
    entry = outcome_of(archive, "收件箱/清溪小学/另一处.txt")
    assert (entry.reason.code, "误放" in entry.reason.text("zh")) == ("intake.withdrawn", True)
    before = standing(archive)
    rebuilt = rebuild_catalogue(archive)
    assert (rebuilt.documents, rebuilt.findings) == (2, ())
    assert standing(archive) == before
    assert ingest().rejected == 2
    assert not current(archive)
    assert ingest().unchanged >= 2


def test_it_is_brought_back_as_it_was(archive: Archive, home: Home, filed: Document, drop: Drop, ingest: Ingest) -> None:
    before = standing(archive)
    withdraw(archive, filed.id, "李主任", "误放")
    drop("清溪小学/另一处.txt", b"second")
    ingest()
    bring_back(archive, filed.id, "王科长", "核对无误")
    assert standing(archive) == before
    assert ingest().duplicates == 1
    assert outcome_of(archive, "收件箱/清溪小学/另一处.txt").outcome is Outcome.DUPLICATE
    assert not list(Verification(home))


def test_who_decided_what_before_stays_in_the_sidecar(archive: Archive, filed: Document) -> None:
    withdraw(archive, filed.id, "李主任", "误放")
    bring_back(archive, filed.id, "王科长", "核对无误")
    (again, _older) = withdraw(archive, filed.id, "王科长", "有误")
    kept = kept_sidecar(archive, again)
    told = [decision.text("zh") for decision in (*kept.decided, again.withdrawal) if decision is not None]
    assert [("撤回" in text, "恢复" in text) for text in told] == [(True, False), (False, True), (True, False)]
    assert "李主任" in told[0]


def test_an_older_version_goes_and_comes_back_alone(archive: Archive, home: Home, filed: Document) -> None:
    before = standing(archive)
    (older,) = withdraw(archive, filed.supersedes, "李主任", "有个人信息")
    assert [document.id for document in current(archive)] == [filed.id]
    assert older.path.startswith("_撤回/")
    (back,) = bring_back(archive, older.id, "李主任", "已处理")
    assert back.state is DocumentState.SUPERSEDED
    assert standing(archive) == before
    assert not list(Verification(home))


def test_a_version_withdrawn_for_a_reason_of_its_own_stays_so(archive: Archive, filed: Document) -> None:
    withdraw(archive, filed.supersedes, "李主任", "有个人信息")
    assert [document.id for document in withdraw(archive, filed.id, "王科长", "误放")] == [filed.id]
    assert [document.id for document in bring_back(archive, filed.id, "王科长", "核对无误")] == [filed.id]
    older = archive.catalogue.document(filed.supersedes)
    assert older is not None
    assert older.state is DocumentState.WITHDRAWN


def test_a_new_file_at_the_same_path_is_a_new_document(archive: Archive, filed: Document, drop: Drop, ingest: Ingest) -> None:
    withdraw(archive, filed.id, "李主任", "误放")
    drop(PLACE, b"third")
    assert ingest().new == 1
    (document,) = current(archive)
    assert (document.version, document.supersedes) == (3, "")
    bring_back(archive, filed.id, "王科长", "都要")
    assert len({document.path for document in current(archive)}) == 2


@pytest.mark.parametrize(("by", "why"), [("", "误放"), ("李主任", " ")])
def test_nobody_withdraws_without_name_and_reason(archive: Archive, filed: Document, by: str, why: str) -> None:
    with pytest.raises(ArchiveError, match="Say who"):
        withdraw(archive, filed.id, by, why)


def test_what_cannot_be_withdrawn_is_said(archive: Archive, home: Home, filed: Document) -> None:
    with pytest.raises(ArchiveError, match="No document"):
        withdraw(archive, "nothing", "李主任", "误放")
    with pytest.raises(ArchiveError, match="not withdrawn"):
        bring_back(archive, filed.id, "李主任", "误放")
    withdraw(archive, filed.id, "李主任", "误放")
    with pytest.raises(ArchiveError, match="already"):
        withdraw(archive, filed.id, "李主任", "误放")
    with pytest.raises(ArchiveError, match=f"Bring {filed.id} back first"):
        bring_back(archive, filed.supersedes, "李主任", "误放")
    lying = archive.catalogue.document(filed.id)
    assert lying is not None
    (home.tree / sidecar_path(lying.path)).write_bytes(b"{}")
    with pytest.raises(ArchiveError, match="zuozheng repair"):
        bring_back(archive, filed.id, "李主任", "误放")


@pytest.mark.slow
def test_killed_anywhere_it_is_done_whole_or_not_at_all(home: Home, drop: Drop) -> None:
    """Withdrawn and brought back again and again, each time killed one change of a file later."""
    for data in (b"first", b"second"):
        drop(PLACE, data)
        with writing_archive(home) as archive:
            take_in(archive, lambda intake: intake.step(walk(home.root / "收件箱", home.root)))
            (filed,) = current(archive)
    for act, undo, begun in ((withdraw, bring_back, False), (bring_back, withdraw, True)):
        ends = []
        while _killed_at(home, len(ends), act, filed.id):
            with writing_archive(home) as archive:
                found = standing(archive)
                (is_out,) = {place.startswith("_撤回/") for place, _state, _tags in found.values()}  # both versions, or none
                rebuild_catalogue(archive)
                assert standing(archive) == found
                if is_out is not begun:
                    undo(archive, filed.id, "王科长", "再试")
            ends.append(is_out)
        assert set(ends) == {True, False}
        assert ends == sorted(ends, reverse=begun), "once it is written down, it is done"


def _killed_at(home: Home, step: int, act: Callable[[Archive, str, str, str], object], document: str) -> bool:
    """Let a child act and kill itself before the `step`-th call that changes a file; return whether it came so far."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    try:
        durable._RENAMEAT2 = None  # link and unlink are announced to the hook, a call by ctypes is not
        with writing_archive(home) as archive:
            calls = iter(range(step))

            def hook(event: str, arguments: tuple[object, ...]) -> None:
                writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_CREAT
                if (writes or event in ("os.link", "os.remove", "os.rename", "os.mkdir")) and next(calls, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(hook)
            act(archive, document, "李主任", "误放")
            os._exit(0)
    finally:
        os._exit(70)
