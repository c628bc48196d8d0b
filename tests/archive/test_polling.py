"""Inboxes without events: which they are, how often they are scanned, how long their files rest, and that nothing is missed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive import filesystem
from archive.home import Home, load_district
from archive.intake import Intake, Tally
from archive.opening import Archive, writing_archive
from archive.patrol import Patrol, until_next_scan
from archive.pauses import Pauses
from archive.scan import walk
from archive.shares import MARK, ShareState, look
from archive.watch import watch
from schema.messages import Message
from schema.settings import Settings, dump_settings

Drop = Callable[..., Path]
Mounted = Callable[..., None]


@pytest.fixture
def mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mounted:
    """Say which folders lie on shares, in the kernel's own words."""
    told = tmp_path / "mountinfo"
    monkeypatch.setattr(filesystem, "_MOUNTINFO", told)

    def say(*folders: Path) -> None:
        lines = ["22 1 252:1 / / rw - ext4 /dev/vda1 rw", *(f"40 22 0:45 / {folder} rw - cifs //nas/x rw" for folder in folders)]
        told.write_text("\n".join(lines), encoding="utf-8")

    say()
    return say


@pytest.fixture
def archive(home: Home) -> Iterator[Archive]:
    """An archive with a local inbox and one that may lie on a share; files rest five times as long there."""
    settings = replace(load_district(home).settings, inboxes=("收件箱", "共享"), share_settle_seconds=0.1, scan_seconds=30.0)
    home.settings_file.write_text(dump_settings(settings), encoding="utf-8")
    (home.root / "共享" / "清溪小学").mkdir(parents=True)
    with writing_archive(home) as opened:
        yield opened


@pytest.mark.parametrize(
    ("seconds", "heard", "pause"),
    [(0.0, True, 60), (9.0, True, 60), (0.0, False, 20), (1.0, False, 20), (3.0, False, 30), (9.0, False, 60)],
)
def test_a_large_share_is_not_listed_without_end(seconds: float, heard: bool, pause: float) -> None:
    assert until_next_scan(Settings(), seconds, heard=heard) == pause


def test_files_rest_longer_on_a_share(home: Home, archive: Archive, drop: Drop, mounted: Mounted) -> None:
    drop("清溪小学/近.txt")
    far = home.root / "共享" / "清溪小学" / "远.txt"
    far.write_text("far")
    near = next(found for found in walk(home.root / "收件箱", home.root) if found.name == "近.txt")
    there = next(walk(home.root / "共享", home.root))
    pauses = Pauses(home, archive.district.settings)
    assert (pauses.of(near), pauses.of(there), pauses.longest) == (0.02, 0.02, 0.02)
    mounted(home.root / "共享")
    pauses.refresh()
    assert (pauses.of(near), pauses.of(there), pauses.longest) == (0.02, 0.1, 0.1)
    assert (pauses.shortest(()), pauses.shortest((there,)), pauses.shortest((there, near))) == (0.02, 0.1, 0.02)


def test_a_file_on_a_share_waits_for_its_own_pause(home: Home, archive: Archive, drop: Drop, mounted: Mounted) -> None:
    mounted(home.root / "共享")
    (home.root / "共享" / "清溪小学" / "远.txt").write_text("far")
    drop("清溪小学/近.txt")
    now = 0.0
    intake = Intake(archive, clock=lambda: now)
    for root in ("收件箱", "共享"):
        intake.step(walk(home.root / root, home.root))
    assert intake.pause == 0.02
    now = 0.05
    assert intake.again().new == 1
    assert intake.pause == 0.1
    now = 0.11
    assert intake.again().new == 1


def test_a_share_is_told_once_and_scanned_in_time(home: Home, archive: Archive, mounted: Mounted) -> None:
    """The scan of a listened-to inbox is half a minute away: what comes into the share is found by its own scans."""
    mounted(home.root / "共享")
    told: list[Message] = []
    stop = threading.Event()
    passes: Iterator[Tally] = watch(archive, stop, told.append)
    late = home.root / "共享" / "清溪小学" / "后来.txt"
    threading.Timer(0.5, lambda: late.write_text("late")).start()
    threading.Timer(20, stop.set).start()
    begun = time.monotonic()
    assert next(passes).new == 1
    assert time.monotonic() - begun < 15
    stop.set()
    assert list(passes) == []
    assert [sentence.code for sentence in told] == ["watch.network"]


def test_a_folder_that_takes_the_inboxs_name_is_listened_to(home: Home, archive: Archive, mounted: Mounted) -> None:
    told: list[Message] = []
    stop = threading.Event()
    passes: Iterator[Tally] = watch(archive, stop, told.append)
    inbox, other = home.root / "收件箱", home.root / "另一个"
    other.mkdir()
    (other / MARK).write_bytes((inbox / MARK).read_bytes())
    (other / "清溪小学").mkdir()

    def swap() -> None:
        inbox.rename(home.root / "旧")
        other.rename(inbox)
        time.sleep(3)  # more than one look, so that the new folder is listened to
        (inbox / "清溪小学" / "新.txt").write_text("new")

    threading.Timer(0.5, swap).start()
    threading.Timer(25, stop.set).start()
    begun = time.monotonic()
    assert next(passes).new == 1
    assert time.monotonic() - begun < 20, "an event told, not the scan after half a minute"
    stop.set()
    assert list(passes) == []
    assert not [sentence.code for sentence in told if sentence.code == "watch.revived"]


def test_one_inbox_away_does_not_scan_the_others_without_end(
    home: Home, archive: Archive, drop: Drop, mounted: Mounted, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop("清溪小学/近.txt")
    told: list[str] = []
    patrol = Patrol(archive, lambda sentence: told.append(sentence.code))
    heard = (home.root / "收件箱", home.root / "共享")
    new = patrol.look((), heard).new
    time.sleep(0.05)
    assert new + patrol.look((), heard).new == 1
    (home.root / "共享").rename(home.root / "不见")
    walked: list[Path] = []

    def counting(root: Path, base: Path, below: Path | None = None) -> Iterator[object]:
        walked.append(root)
        return walk(root, base, below)

    monkeypatch.setattr("archive.reconcile.walk", counting)
    for _ in range(5):
        patrol.look((), heard)
    assert told == ["share.away"]
    assert walked == []
    (home.root / "不见").rename(home.root / "共享")
    patrol.look((), heard)
    assert told == ["share.away", "share.back"]
    assert walked == [home.root / "共享"]


def test_what_waits_below_a_share_that_lost_its_mark_is_not_taken(home: Home, archive: Archive, mounted: Mounted) -> None:
    share = home.root / "共享"
    patrol = Patrol(archive, lambda _sentence: None)
    patrol.look((), ())
    (share / "清溪小学" / "远.txt").write_text("far")
    new = patrol.look((share / "清溪小学" / "远.txt",), ()).new
    mark = (share / MARK).read_bytes()
    (share / MARK).write_bytes(b"another archive's")
    time.sleep(0.05)
    assert patrol.look((), ()) == Tally()
    assert patrol.at_rest
    (share / MARK).write_bytes(mark)
    new += patrol.look((), ()).new
    time.sleep(0.05)
    assert new + patrol.look((), ()).new == 1


def test_an_inbox_that_cannot_be_marked_is_not_believed(home: Home) -> None:
    root = home.root / "收件箱"
    (root / MARK).unlink()
    (root / MARK).symlink_to("no/such/folder")  # even an administrator cannot write there
    assert look(root, home, known=False) is ShareState.UNMARKED
