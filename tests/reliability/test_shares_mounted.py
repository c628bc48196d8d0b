"""Real file systems that come and go: an inbox unmounted under a watch, an archive on a full, read-only or failing disk."""

from __future__ import annotations

import hashlib
import os
import random
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from archive.home import Home
from tests.reliability.home import UNITS, make_home
from tests.reliability.mounts import count_documents, mounted, run, wait_until, watching, why_not
from tests.reliability.outcome import Drop, check

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_not()), reason=why_not() or "images can be mounted")]

_SCAN = 10.0
_MB = 1 << 20


def put(home: Home, inbox: Path, name: str, size: int = 100, text: bytes = b"") -> Drop:
    """Drop a file of `text`, or of random bytes, unlike all others."""
    unit = UNITS[hash(name) % len(UNITS)]
    data = text or f"{name} ".encode() + os.urandom(size)
    target = inbox / unit / "C12" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    source = target.relative_to(home.root) if target.is_relative_to(home.root) else target
    return Drop(source.as_posix(), unit, hashlib.sha256(data).hexdigest())


def gone(home: Home) -> int:
    """Return how many paths the ledger believes to have left their inbox."""
    with closing(sqlite3.connect(f"{(home.state / 'catalogue.sqlite').as_uri()}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM source WHERE gone != ''").fetchone()[0])


def all_is_there(home: Home, drops: Iterable[Drop]) -> str:
    outcome = check(home, drops)
    assert outcome.clean, outcome.faults
    return f"{outcome.dropped} dropped: {outcome}"


def test_an_inbox_unmounted_and_mounted_again_under_a_running_watch(tmp_path: Path) -> None:
    share = tmp_path / "share"
    with mounted(share, 64) as image:
        home = make_home(tmp_path / "home", inboxes=(str(share),), scan_seconds=_SCAN, settle_seconds=0.3, patience_seconds=1.0)
        drops = [put(home, share, f"{number}.txt") for number in range(200)]
        with watching(home, tmp_path / "told") as process:
            wait_until(lambda: count_documents(home) == 200, 120)
            arrivals, again = [], []
            issues = home.sites / "taskforce" / "issues.html"
            for turn in range(4):
                image.unmount()
                if turn % 2:  # the mount point itself goes as well
                    share.rmdir()
                wait_until(lambda turn=turn: len(process.lines("收件暂停")) == turn + 1, 2 * _SCAN)  # type: ignore[misc]
                wait_until(lambda: str(share) in issues.read_text(encoding="utf-8"), 60)
                assert (count_documents(home), gone(home)) == (len(drops), 0)
                share.mkdir(exist_ok=True)
                image.mount()
                drops.append(put(home, share, f"回来 {turn}.txt"))
                arrivals.append(wait_until(lambda: count_documents(home) == len(drops), 2 * _SCAN))
                assert len(process.lines("恢复了")) == turn + 1
                wait_until(lambda: str(share) not in issues.read_text(encoding="utf-8"), 60)
                drops.append(put(home, share, f"再来 {turn}.txt"))
                again.append(wait_until(lambda: count_documents(home) == len(drops), 2 * _SCAN))
                assert gone(home) == 0
            told = process.text
        print(f"\n4 times away and back: {all_is_there(home, drops)}; none marked gone")
        print(f"new file after return: {max(arrivals):.1f} s at most, a later one {max(again):.1f} s (scan interval {_SCAN:g} s)")
        print(told)


def test_a_disk_nearly_full_and_one_with_no_byte_left(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", 300) as image:
        ballast = image.place / "other people's files"
        inbox = tmp_path / "inbox"
        home = make_home(
            image.place / "home", inboxes=(str(inbox),), settle_seconds=0.3, patience_seconds=1.0, keep_free_percent=5.0,
            scan_seconds=_SCAN,
        )  # fmt: skip
        ballast.write_bytes(bytes(120 * _MB))
        with watching(home, tmp_path / "told") as process:
            drops = [put(home, inbox, f"{number}.dat", _MB) for number in range(180)]
            wait_until(lambda: bool(process.lines("快满了")), 60)
            before = count_documents(home)
            free = os.statvfs(image.place)
            kept = 100 * free.f_bavail / free.f_blocks
            time.sleep(5)
            assert 64 <= before < 180
            assert kept >= 4.5
            assert len(process.lines("快满了")) == 1
            ballast.unlink()
            went_on = wait_until(lambda: count_documents(home) == len(drops), 120)
        print(f"\nkept free: {kept:.1f} %, {before} of 180 in, one line, then all {went_on:.0f} s after there was room")
        print(all_is_there(home, drops))

        settings = home.settings_file
        settings.write_text(
            settings.read_text(encoding="utf-8").replace("keep_free_percent = 5.0", "keep_free_percent = 0"), encoding="utf-8"
        )
        with watching(home, tmp_path / "told") as process:
            wait_until(lambda: not process.lines("写不进"), 5)
            fill(ballast)
            drops += [put(home, inbox, f"满 {number}.dat", 20_000) for number in range(50)]
            time.sleep(20)
            assert process.alive, process.text
            troubles = process.text.splitlines()[1:]
            assert 1 <= len(troubles) == len(set(troubles)) <= 6, "every stage says once what it cannot do"
            ballast.unlink()
            went_on = wait_until(lambda: count_documents(home) == len(drops), 120)
        print(f"no byte left: {troubles}, then all {went_on:.0f} s after there was room")
        print(all_is_there(home, drops))


def test_texts_that_do_not_fit(tmp_path: Path) -> None:
    """The files are filed, but there is no room to read and index them: that is made up for without another file coming."""
    home = Home(tmp_path / "home")
    with mounted(home.state, 128) as image:
        make_home(home.root, settle_seconds=0.3, patience_seconds=1.0, scan_seconds=_SCAN)
        inbox = home.root / "收件箱"
        dice = random.Random(1)
        texts = [text(dice, 100_000) for _ in range(12)]
        with watching(home, tmp_path / "told") as process:
            ballast = image.place / "ballast"
            fill(ballast)
            with ballast.open("r+b") as handle:
                handle.truncate(handle.seek(0, os.SEEK_END) - 2 * _MB)
            drops = [put(home, inbox, f"{number}.txt", text=one) for number, one in enumerate(texts)]
            wait_until(lambda: len(process.text.splitlines()) > 1, 120)
            time.sleep(5)
            unread = count_unread(home)
            assert count_documents(home) == 12, process.text
            assert unread > 0
            ballast.unlink()
            went_on = wait_until(lambda: count_unread(home) == 0, 180)
            time.sleep(5)
        print(f"\nno room for texts: {process.text.splitlines()[1:]}, {unread} of 12 unread")
        print(f"all read {went_on:.0f} s after there was room")
        print(all_is_there(home, drops))


def text(dice: random.Random, characters: int) -> bytes:
    """Return Chinese text that hardly packs."""
    return "".join(chr(dice.randrange(0x4E00, 0x9FA0)) for _ in range(characters)).encode()


def count_unread(home: Home) -> int:
    """Return how many documents of the catalogue wait to be read."""
    with closing(sqlite3.connect(f"{(home.state / 'catalogue.sqlite').as_uri()}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM document WHERE text_status = 'pending'").fetchone()[0])


def fill(path: Path) -> None:
    """Write zeros until the disk takes no more."""
    for size in (_MB, 4096, 512, 1):
        with path.open("ab", buffering=0) as handle:
            try:
                while handle.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


def test_a_tree_that_turns_read_only_for_a_while(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with mounted(home.tree, 64) as image:
        make_home(home.root, settle_seconds=0.3, patience_seconds=1.0, scan_seconds=_SCAN)
        inbox = home.root / "收件箱"
        with watching(home, tmp_path / "told") as process:
            drops = [put(home, inbox, f"{number}.txt") for number in range(20)]
            wait_until(lambda: count_documents(home) == 20, 60)
            time.sleep(2)
            image.remount("ro")
            drops += [put(home, inbox, f"只读 {number}.txt") for number in range(20)]
            wait_until(lambda: bool(process.lines("写不进")), 30)
            time.sleep(10)
            assert count_documents(home) == 20
            troubles = process.text.splitlines()[1:]
            assert len(process.lines("写不进")) == 1
            assert len(troubles) == len(set(troubles)) <= 3, "every stage says once what it cannot do"
            image.remount("rw")
            went_on = wait_until(lambda: count_documents(home) == 40, 120)
        print(f"\nread-only: {troubles}, then all {went_on:.0f} s after it was writable")
        print(all_is_there(home, drops))


def test_a_disk_that_fails_under_the_watch(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", 128) as image:
        inbox = tmp_path / "inbox"
        home = make_home(
            image.place / "home", inboxes=(str(inbox),), settle_seconds=0.3, patience_seconds=1.0, scan_seconds=_SCAN
        )
        with watching(home, tmp_path / "told") as process:
            drops = [put(home, inbox, f"{number}.txt") for number in range(20)]
            wait_until(lambda: count_documents(home) == 20, 60)
            image.fail()
            drops += [put(home, inbox, f"坏盘 {number}.txt") for number in range(20)]
            time.sleep(15)
            assert process.alive, process.text
            troubles = process.text.splitlines()[1:]
            assert 1 <= len(troubles) == len(set(troubles)) <= 6, "every stage says once what it cannot do"
        image.unmount()
        image.mount()
        run("ingest", home)
        print("\nfailing disk:", *troubles, sep="\n  ")
        print(all_is_there(home, drops))
