"""A share that goes away is a state; it never looks like evidence taken away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.home import Home
from archive.intake import Intake, Tally
from archive.opening import Archive
from archive.reconcile import scan_inboxes
from archive.shares import MARK, ShareBoard, ShareState, read_shares, sudden
from archive.watch import watch
from schema.messages import Message

Drop = Callable[..., Path]


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def scan(archive: Archive, told: list[str]) -> Callable[..., Tally]:
    board = ShareBoard(archive.home, archive.district.settings)
    intake = Intake(archive)

    def once(*, accept_gone: bool = False) -> Tally:
        def tell(sentence: Message) -> None:
            told.append(sentence.code)

        tally = scan_inboxes(archive, intake, board, tell, accept_gone=accept_gone)
        while intake.waiting:
            tally = tally.then(intake.again())
        return tally

    return once


def gone(archive: Archive) -> set[str]:
    return {entry.path.rpartition("/")[2] for entry in archive.catalogue.ledger() if entry.gone}


def test_away_and_back(home: Home, archive: Archive, drop: Drop, scan: Callable[..., Tally], told: list[str]) -> None:
    inbox = home.root / "收件箱"
    for number in range(30):
        drop(f"清溪小学/C10/{number}.txt", str(number).encode())
    assert scan().new == 30
    elsewhere = home.root / "elsewhere"
    inbox.rename(elsewhere)
    assert scan() == Tally()
    inbox.mkdir()
    assert scan() == Tally(), "an empty mount point is not an empty inbox"
    assert told == ["share.away", "share.unmarked"]
    assert [share.state for share in read_shares(home)] == [ShareState.UNMARKED]
    assert not gone(archive)
    inbox.rmdir()
    elsewhere.rename(inbox)
    drop("清溪小学/C10/new.txt", b"new")
    assert scan().new == 1
    assert told[-1] == "share.back"
    assert sum(1 for _ in archive.catalogue.documents()) == 31
    assert not gone(archive)


def test_a_file_taken_away_is_an_event_and_the_evidence_stays(
    home: Home, archive: Archive, drop: Drop, scan: Callable[..., Tally]
) -> None:
    path = drop("清溪小学/C10/面积.txt", b"96")
    drop("清溪小学/C12/班额.txt", b"44")
    scan()
    before = list(archive.catalogue.documents())
    path.unlink()
    scan()
    assert gone(archive) == {"面积.txt"}
    assert list(archive.catalogue.documents()) == before
    assert (home.tree / before[0].path).exists()
    path.write_bytes(b"96")
    assert scan().new == 0 or gone(archive) == set()
    scan()
    assert not gone(archive)


def test_many_files_gone_at_once_are_asked_about(
    archive: Archive, drop: Drop, scan: Callable[..., Tally], told: list[str]
) -> None:
    paths = [drop(f"清溪小学/C10/{number}.txt", str(number).encode()) for number in range(40)]
    scan()
    for path in paths[:25]:
        path.unlink()
    scan()
    assert told == ["share.shrunk"]
    assert not gone(archive)
    scan(accept_gone=True)
    assert len(gone(archive)) == 25
    assert told[-1] == "share.back"


def test_another_archives_inbox_is_left_alone(
    home: Home, archive: Archive, drop: Drop, scan: Callable[..., Tally], told: list[str]
) -> None:
    drop("清溪小学/C10/面积.txt", b"96")
    (home.root / "收件箱" / MARK).write_text("档案编号 0123456789", encoding="utf-8")
    assert scan() == Tally()
    assert told == ["share.foreign"]


@pytest.mark.parametrize(
    ("left", "known", "asked"), [(20, 20, False), (21, 21, True), (21, 210, False), (22, 210, True), (0, 0, False)]
)
def test_how_many_are_sudden(left: int, known: int, asked: bool) -> None:
    assert sudden(left, known) is asked


def test_a_full_disk_is_told_once_and_the_watch_goes_on(
    home: Home, archive: Archive, drop: Drop, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drop("清溪小学/C10/面积.txt", b"96")
    stop = threading.Event()
    monkeypatch.setattr("archive.trouble.LONGEST", 0.05)
    failures = iter([OSError(28, "No space left on device"), OSError(28, "No space left on device")])

    def journal(*arguments: object) -> object:
        failing = next(failures, None)
        if failing is not None:
            raise failing
        return real(*arguments)  # type: ignore[arg-type]

    from archive import intake as intake_module  # noqa: PLC0415 - the module whose door is closed

    real = intake_module.journal
    monkeypatch.setattr(intake_module, "journal", journal)
    passes: Iterator[Tally] = watch(archive, stop, lambda sentence: told.append(sentence.code), once_settled=True)
    tallies = list(passes)
    assert sum(tally.new for tally in tallies) == 1
    assert told == ["intake.storage"]
    assert next(archive.catalogue.documents()).size == 2
    assert not list(home.staging.iterdir())
