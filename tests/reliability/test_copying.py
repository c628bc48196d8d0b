"""Nine ways of copying a file into an inbox under a running watch: no half state is ever stored, the whole file always is.

The times are short but real: a copier pauses well within the settling time, except where a pause longer than it is the very
point; then the file's own structure must tell that it is not whole yet.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from archive.home import Home
from tests.flow.conftest import ENVIRONMENT, ROOT
from tests.reliability.home import INBOX, docx, make_home
from tests.reliability.outcome import Drop, check, hashed, list_tree
from zuozheng.demo.pdf import Line, pdf

SETTLE, PATIENCE = 1.5, 60.0
WITHIN, BEYOND = 0.1, 3.2
UNIT = "清溪小学"
pytestmark = pytest.mark.slow

Copy = Callable[[Path, Path], None]


def pieces(data: bytes, count: int = 5) -> Iterator[bytes]:
    size = -(-len(data) // count)
    yield from (data[start : start + size] for start in range(0, len(data), size))


def at_once(whole: Path, target: Path) -> None:
    subprocess.run(["cp", whole, target], check=True)


def slowly(whole: Path, target: Path, pause: float = WITHIN) -> None:
    with target.open("wb", buffering=0) as handle:
        for piece in pieces(whole.read_bytes()):
            handle.write(piece)
            time.sleep(pause)


def with_long_pauses(whole: Path, target: Path) -> None:
    slowly(whole, target, BEYOND)


def allocated_first(whole: Path, target: Path, pause: float = WITHIN) -> None:
    """As Explorer does on a share: the whole size at once, then the bytes."""
    data = whole.read_bytes()
    with target.open("wb", buffering=0) as handle:
        os.posix_fallocate(handle.fileno(), 0, len(data))
        time.sleep(pause)
        for piece in pieces(data):
            handle.write(piece)
            time.sleep(pause)


def allocated_first_with_long_pauses(whole: Path, target: Path) -> None:
    allocated_first(whole, target, BEYOND)


def with_the_time_set_back(whole: Path, target: Path) -> None:
    """As rsync and cp -p do; rsync writes beside, under a name of its own."""
    beside = target.with_name(f".{target.name}.Ab3dE6")
    slowly(whole, beside, BEYOND)
    os.utime(beside, ns=(10**18, 10**18))
    beside.rename(target)


def under_another_name_first(whole: Path, target: Path) -> None:
    part = target.with_name(f"{target.name}.part")
    slowly(whole, part, BEYOND)
    part.rename(target)


def saved_by_an_office_program(whole: Path, target: Path) -> None:
    """Word: a lock companion, the new state in a temporary file, the old one renamed away, the new one renamed to the name."""
    companion = target.with_name(f"~${target.name[2:]}")
    companion.write_bytes(b"\x06clerk")
    half = whole.read_bytes()
    target.write_bytes(half[: len(half) // 2])  # what Word's first, interrupted save left
    time.sleep(BEYOND)
    temporary, former = target.with_name("~WRD0001.tmp"), target.with_name("~WRL0001.tmp")
    slowly(whole, temporary)
    target.rename(former)
    temporary.rename(target)
    former.unlink()
    time.sleep(WITHIN)
    companion.unlink()


def opened_and_closed_again_and_again(whole: Path, target: Path) -> None:
    """As a network scanner does."""
    for piece in pieces(whole.read_bytes()):
        with target.open("ab") as handle:
            handle.write(piece)
        time.sleep(WITHIN)


def aborted_and_begun_again(whole: Path, target: Path) -> None:
    data = whole.read_bytes()
    target.write_bytes(data[: len(data) * 2 // 3])
    time.sleep(BEYOND)
    slowly(whole, target)


def moved_in(whole: Path, target: Path) -> None:
    beside = whole.with_name("moved")
    shutil.copyfile(whole, beside)
    beside.rename(target)


def linked_in(whole: Path, target: Path) -> None:
    os.link(whole, target)


# Ways after which even a text without any structure must never be stored by halves.
ANY_FILE: dict[str, Copy] = {
    "at once": at_once, "slowly": slowly, "allocated first": allocated_first, "time set back": with_the_time_set_back,
    ".part, then renamed": under_another_name_first, "opened and closed": opened_and_closed_again_and_again,
    "moved in": moved_in, "linked in": linked_in, "allocated first, long pauses": allocated_first_with_long_pauses,
}  # fmt: skip
# Ways in which a file rests, half written, for longer than the settling time: only its structure can tell.
STRUCTURED: dict[str, Copy] = ANY_FILE | {
    "long pauses": with_long_pauses, "office program": saved_by_an_office_program,
    "aborted, begun again": aborted_and_begun_again,
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home", (UNIT,), settle_seconds=SETTLE, patience_seconds=PATIENCE, scan_seconds=2.0)


@pytest.fixture
def watching(home: Home, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        with (tmp_path / "watch.err").open("wb") as err:
            command = [sys.executable, "-m", "zuozheng", "--home", str(home.root), "watch"]
            process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=err, stderr=err)
        running.append(process)
        until(lambda: "看守" in (tmp_path / "watch.err").read_text(encoding="utf-8"))
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is true. The limit only ends a hopeless wait; it is no claim of speed."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


def wholes(folder: Path) -> dict[str, Path]:
    """Files to be copied, by suffix: large enough for several pieces, the same text never twice."""
    text = "".join(f"第{number}行，教师名册与班额统计\n" for number in range(4000))
    made = {
        ".txt": text.encode(),
        ".docx": docx(text, text.encode("utf-16")),
        ".pdf": pdf([[Line(line)] for line in text.splitlines()[:60]]),
        ".zip": docx(text[:100], text.encode("gbk")),
    }
    for suffix, data in made.items():
        (folder / f"whole{suffix}").write_bytes(data)
    return {suffix: folder / f"whole{suffix}" for suffix in made}


def test_no_way_of_copying_stores_a_half_state(
    home: Home, tmp_path: Path, watching: Callable[[], subprocess.Popen[bytes]]
) -> None:
    """All ways at the same time, each with a file of its own bytes."""
    watching()
    sources = wholes(tmp_path)
    drops: list[Drop] = []
    copiers: list[threading.Thread] = []
    for number, (way, copy) in enumerate(STRUCTURED.items()):
        for suffix, pattern in sources.items():
            if suffix == ".txt" and way not in ANY_FILE:
                continue
            whole = tmp_path / "wholes" / f"{number}{suffix}"
            whole.parent.mkdir(exist_ok=True)
            whole.write_bytes(_varied(pattern.read_bytes(), suffix, number))
            target = home.root / INBOX / UNIT / f"C12 {number}{suffix[1:]}" / f"{way}{suffix}"
            target.parent.mkdir()
            drops.append(Drop(target.relative_to(home.root).as_posix(), UNIT, hashed(whole)))
            copiers.append(threading.Thread(target=copy, args=(whole, target)))
    for copier in copiers:
        copier.start()
    for copier in copiers:
        copier.join()
    wanted = {drop.sha256 for drop in drops}
    with suppress(AssertionError):
        until(lambda: {entry.found for entry in list_tree(home.tree)[0].values()} >= wanted, 60)
    time.sleep(2 * SETTLE)
    stored = [(entry.record["source"], entry.found) for entry in list_tree(home.tree)[0].values()]
    halves = sorted(source for source, found in stored if found not in wanted)
    missing = sorted(drop.source for drop in drops if drop.sha256 not in {found for _, found in stored})
    print(f"{len(drops)} copies in {len(STRUCTURED)} ways: {len(halves)} half states stored, {len(missing)} whole files missing")
    assert (halves, missing) == ([], [])


def test_an_office_save_over_a_stored_file_is_one_new_version(
    home: Home, tmp_path: Path, watching: Callable[[], subprocess.Popen[bytes]]
) -> None:
    process = watching()
    target = home.root / INBOX / UNIT / "C12" / "名册.docx"
    target.parent.mkdir(exist_ok=True)
    whole = wholes(tmp_path)[".docx"]
    at_once(whole, target)
    until(lambda: len(list_tree(home.tree)[0]) == 1)
    newer = tmp_path / "newer.docx"
    newer.write_bytes(_varied(whole.read_bytes(), ".docx", 1))
    companion, temporary, former = (target.with_name(name) for name in ("~$名册.docx", "~WRD0002.tmp", "~WRL0002.tmp"))
    companion.write_bytes(b"\x06clerk")
    slowly(newer, temporary)
    target.rename(former)
    time.sleep(WITHIN)
    temporary.rename(target)
    former.unlink()
    time.sleep(BEYOND)
    assert len(list_tree(home.tree)[0]) == 1, "open in Word: not taken yet"
    companion.unlink()
    until(lambda: len(list_tree(home.tree)[0]) == 2)
    process.terminate()
    assert process.wait(60) == 0
    versions = sorted((entry.record["version"], entry.record["state"]) for entry in list_tree(home.tree)[0].values())
    assert versions == [(1, "superseded"), (2, "current")]
    source = target.relative_to(home.root).as_posix()
    assert check(home, [Drop(source, UNIT, hashed(whole)), Drop(source, UNIT, hashed(newer))]).clean


def _varied(data: bytes, suffix: str, number: int) -> bytes:
    """Return the same file with other bytes, still whole: a mark where each format has room for one."""
    mark = f"copy {number:04d}".encode()
    if suffix in (".txt", ".pdf"):
        return data + b"%" + mark
    return data[:-2] + len(mark).to_bytes(2, "little") + mark  # the comment that a zip ends with
