"""Doctor: each check comes out as the machine and the archive are, and nothing is left behind."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive import filesystem, probes
from archive.checks import Check, Status
from archive.doctor import examine, examine_folder
from archive.home import Home, load_district
from archive.intake import Intake
from archive.lock import Holder, writing
from archive.opening import writing_archive
from archive.reconcile import scan_inboxes
from archive.shares import MARK, ShareBoard, ShareState
from archive.watch import events_arrive
from schema.settings import dump_settings


def found(home: Home) -> dict[str, Check]:
    """Return the checks of a home by name, every sentence spoken once."""
    checks = list(examine(home))
    assert all(check.detail.text("zh") and check.detail.text("en") for check in checks)
    return {check.name: check for check in checks}


def codes(home: Home) -> dict[str, str]:
    return {name: check.detail.code for name, check in found(home).items()}


@pytest.fixture
def shares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Say which folders lie on shares, in the kernel's own words."""

    def mounted(*folders: Path) -> None:
        lines = ["22 1 252:1 / / rw - ext4 /dev/vda1 rw", *(f"40 22 0:45 / {folder} rw - cifs //nas/x rw" for folder in folders)]
        (tmp_path / "mountinfo").write_text("\n".join(lines), encoding="utf-8")
        monkeypatch.setattr(filesystem, "_MOUNTINFO", tmp_path / "mountinfo")

    return mounted


def test_all_is_well_and_nothing_is_left_behind(home: Home) -> None:
    with writing_archive(home):
        pass
    before = {path.relative_to(home.root): path.read_bytes() for path in home.root.rglob("*") if path.is_file()}
    checks = found(home)
    assert {name: check.detail.code for name, check in checks.items() if check.status is not Status.OK} == {}
    assert {"disk", "room", "exclusive", "links", "case", "names", "flush", "lock", "closing", "catalogue"} <= checks.keys()
    assert {"inbox.state", "inbox.disk", "inbox.writable", "inbox.events", "units", "python"} <= checks.keys()
    after = {path.relative_to(home.root): path.read_bytes() for path in home.root.rglob("*") if path.is_file()}
    assert {path for path in after if not path.name.startswith("catalogue.sqlite-")} == before.keys()
    assert all(after[path] == data for path, data in before.items())


def test_a_new_home_has_no_catalogue_and_a_lost_one_is_missed(home: Home, ingest_one: Callable[[], None]) -> None:
    assert codes(home)["catalogue"] == "doctor.catalogue-new"
    ingest_one()
    for file in home.state.glob("catalogue.sqlite*"):
        file.unlink()
    assert codes(home)["catalogue"] == "doctor.no-catalogue"


@pytest.fixture
def ingest_one(home: Home, drop: Callable[..., Path]) -> Callable[[], None]:
    def ingest() -> None:
        drop("清溪小学/C10/面积.txt", b"96")
        with writing_archive(home) as archive:
            intake = Intake(archive)
            scan_inboxes(archive, intake, ShareBoard(home, archive.district.settings), lambda _sentence: None)
            while intake.waiting:
                intake.again()

    return ingest


@pytest.mark.parametrize("offset", [0, 4096])
def test_a_damaged_catalogue(home: Home, offset: int) -> None:
    with writing_archive(home):
        pass
    path = home.state / "catalogue.sqlite"
    data = bytearray(path.read_bytes())
    data[offset : offset + 100] = b"\xff" * 100
    path.write_bytes(data)
    check = found(home)["catalogue"]
    assert (check.status, check.detail.code) == (Status.PROBLEM, "catalogue.damaged")


def test_the_writer_that_runs_and_the_one_that_was_killed(home: Home) -> None:
    with writing(home.state):
        assert codes(home)["lock"] == "doctor.lock-held"
        assert "closing" not in codes(home)
        note = home.state / "writer.json"
        holder = Holder(**json.loads(note.read_text(encoding="utf-8")))
        # The highest number there is: no process has it.
        note.write_text(json.dumps({"pid": str(2**22), "host": holder.host, "since": holder.since}), encoding="utf-8")
        if os.name != "nt":
            assert codes(home)["lock"] == "doctor.lock-orphan"
    assert codes(home)["closing"] == "doctor.closed"
    (home.state / "writer.json").write_text(json.dumps({"pid": "7", "host": "h", "since": "2026-01-02T03:04:05+00:00"}))
    check = found(home)["closing"]
    assert check.status is Status.WARNING
    assert "2026-01-02" in check.detail.text()


def test_the_states_of_an_inbox(home: Home, ingest_one: Callable[[], None]) -> None:
    inbox = home.root / "收件箱"
    ingest_one()
    board = ShareBoard(home, load_district(home).settings)
    board.set(inbox, ShareState.SHRUNK)
    check = found(home)["inbox.state"]
    assert (check.status, check.detail.code) == (Status.PROBLEM, "doctor.inbox-shrunk-since")
    board.set(inbox, ShareState.AWAY)
    assert codes(home)["inbox.state"] == "doctor.inbox-present", "what is there now counts, not what was"
    mark = (inbox / MARK).read_bytes()
    (inbox / MARK).unlink()
    assert codes(home)["inbox.state"] == "doctor.inbox-unmarked"
    assert not (inbox / MARK).exists(), "marking is for the next pass"
    (inbox / MARK).write_bytes(b"another")
    board.set(inbox, ShareState.FOREIGN)
    assert codes(home)["inbox.state"] == "doctor.inbox-foreign-since"
    (inbox / MARK).write_bytes(mark)
    inbox.rename(home.root / "elsewhere")
    board.set(inbox, ShareState.AWAY)
    checks = found(home)
    assert checks["inbox.state"].detail.code == "doctor.inbox-away-since"
    assert "inbox.events" not in checks
    assert checks["units.missing"].status is Status.WARNING


def test_an_inbox_nothing_came_from_yet(home: Home) -> None:
    with writing_archive(home):
        pass
    (home.root / "收件箱" / MARK).unlink()
    assert codes(home)["inbox.state"] == "doctor.inbox-new"


def test_folders_and_units(home: Home) -> None:
    inbox = home.root / "收件箱"
    (inbox / "溪小").mkdir()  # an alias
    for name in ("清溪中学", "_已收", "@eaDir", ".Trash"):
        (inbox / name).mkdir()
    (inbox / "石桥教学点").rename(inbox.parent / "x")
    checks = found(home)
    assert dict(checks["units.missing"].detail.params)["names"] == "石桥教学点"
    assert dict(checks["units.unknown"].detail.params)["names"] == "清溪中学"


def test_shares(home: Home, shares: Callable[..., None]) -> None:
    inbox = home.root / "收件箱"
    shares(inbox)
    assert codes(home)["disk"] == "doctor.disk-local"
    assert codes(home)["inbox.disk"] == "doctor.inbox-network"
    assert "inbox.events" not in codes(home)
    shares(home.root)
    check = found(home)["disk"]
    assert (check.status, check.detail.code) == (Status.PROBLEM, "catalogue.network")
    settings = replace(load_district(home).settings, network_catalogue=True)
    home.settings_file.write_text(dump_settings(settings), encoding="utf-8")
    check = found(home)["disk"]
    assert (check.status, check.detail.code) == (Status.WARNING, "doctor.disk-forced")


def test_little_room_is_said_before_it_is_gone(home: Home) -> None:
    free = probes_room(home)
    for percent, status in ((free * 0.75, Status.WARNING), (min(free * 1.2, 90), Status.PROBLEM), (free * 0.25, Status.OK)):
        settings = replace(load_district(home).settings, keep_free_percent=round(percent, 3))
        home.settings_file.write_text(dump_settings(settings), encoding="utf-8")
        assert found(home)["room"].status is status


def probes_room(home: Home) -> float:
    """Return how many per cent of the disk under the tests are free."""
    from archive.diskspace import room_on  # noqa: PLC0415 - only this test asks the disk

    room = room_on(home.tree)
    return 100 * room.free / room.total


def test_too_few_watches(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = tmp_path / "limit"
    monkeypatch.setattr(probes, "_INOTIFY_LIMIT", limit)
    assert "watches" not in codes(home), "no such limit here"
    limit.write_text("10\n")
    check = found(home)["watches"]
    assert (check.status, check.detail.code) == (Status.WARNING, "doctor.watches-few")


def test_faulty_settings_do_not_hide_the_rest(home: Home) -> None:
    home.settings_file.write_text("[intake]\nsettle_seconds = -1\nfoo = 2\n", encoding="utf-8")
    checks = found(home)
    assert (checks["settings"].status, dict(checks["settings"].detail.params)) == (Status.PROBLEM, {"count": "2"})
    assert {"room", "catalogue", "inbox.state"} <= checks.keys()


def test_a_folder_of_its_own(tmp_path: Path, shares: Callable[..., None]) -> None:
    checks = {check.name: check for check in examine_folder(tmp_path)}
    assert all(check.status is Status.OK for check in checks.values())
    assert {"disk", "room", "exclusive", "links", "case", "names", "events"} <= checks.keys()
    assert not list(tmp_path.iterdir())
    shares(tmp_path)
    checks = {check.name: check for check in examine_folder(tmp_path)}
    assert checks["disk"].status is Status.WARNING
    assert "events" not in checks


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_where_nothing_can_be_written() -> None:
    checks = {check.name: check for check in examine_folder(Path("/proc/self"))}
    assert checks["writable"].status is Status.PROBLEM
    assert checks["events"].detail.code == "doctor.events-unknown"


def test_events_arrive_here(tmp_path: Path) -> None:
    assert events_arrive(tmp_path, 5.0)
    assert not list(tmp_path.iterdir())
