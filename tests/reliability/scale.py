"""Very many files dropped at once: all get in, the intake's memory stays bounded, and no unit waits for another's big drop.

    python -m tests.reliability.scale (intake|ingest|watch) FILES [FOLDER]

`ingest`: one pass over FILES tiny files of fifty units; its peak memory is read from the kernel. `intake`: the same, but killed
as soon as all are filed: reading, which takes ten times as long, is left out. `watch`: the files are dropped under a running
watch, and one file of another unit after the first tenth is in; what counts is how much of the big drop is filed when that one
is.
"""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from archive.home import Home
from archive.opening import writing_archive
from tests.flow.conftest import ENVIRONMENT, ROOT
from tests.reliability.home import INBOX, make_home
from tests.reliability.outcome import Drop, check, hashed

UNITS = tuple(f"第{number:02d}小学" for number in range(1, 51))
LATE = "后来小学"
_POINTS = tuple(f"C{number}" for number in range(1, 31))


def files(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield path below the inbox and bytes of `count` tiny files, no two alike, unit after unit as a big copy brings them."""
    share = -(-count // len(UNITS))
    for number in range(count):
        unit, point = UNITS[number // share], _POINTS[number % len(_POINTS)]
        yield f"{unit}/{point}/材料{number}.txt", f"材料{number}：{unit}{point}的佐证\n".encode()


def drop(home: Home, count: int) -> list[Drop]:
    """Put the files into the inbox."""
    drops = []
    for path, data in files(count):
        target = home.root / INBOX / path
        try:
            target.write_bytes(data)
        except FileNotFoundError:
            target.parent.mkdir(parents=True)
            target.write_bytes(data)
        drops.append(Drop(f"{INBOX}/{path}", path.split("/")[0], hashed(target)))
    return drops


def start(home: Home, *arguments: str) -> subprocess.Popen[bytes]:
    """Start the program; what it says goes to a file beside the home."""
    with (home.root.parent / "program.err").open("wb") as err:
        command = [sys.executable, "-m", "zuozheng", "--home", str(home.root), *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=err)


def said(home: Home) -> str:
    """Return what the program said on stderr."""
    return (home.root.parent / "program.err").read_text(encoding="utf-8")


def peak(process: subprocess.Popen[bytes]) -> int:
    """Return the peak resident memory of a process that has ended but was not waited for, or still runs, in MB."""
    for line in Path(f"/proc/{process.pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) >> 10
    return 0


def filed(home: Home, below: str = "") -> int:
    """Return how many documents the catalogue holds, all or those from below a folder of the inbox."""
    try:
        with closing(sqlite3.connect(f"{(home.state / 'catalogue.sqlite').as_uri()}?mode=ro", uri=True, timeout=60)) as db:
            pattern = f"{INBOX}/{below}%"
            return int(db.execute("SELECT count(*) FROM document WHERE source LIKE ?", (pattern,)).fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # not made yet


def wait_for(process: subprocess.Popen[bytes], true: Callable[[], bool], pause: float, each: Callable[[], None]) -> None:
    """Wait until something is true, calling `each` in between. Raises AssertionError when the process ends."""
    while not true():
        assert process.poll() is None, f"ended with {process.returncode}"
        each()
        time.sleep(pause)


def intake_alone(folder: Path, count: int) -> int:
    """Drop, run `ingest` until all are filed and kill it, compare tree and catalogue; return the exit status."""
    home = make_home(folder / "home", UNITS, settle_seconds=1.0)
    drops = drop(home, count)
    began, highest = time.monotonic(), [0]
    process = start(home, "ingest")

    def look() -> None:
        highest[0] = max(highest[0], peak(process))

    try:
        wait_for(process, lambda: filed(home) >= count, 1.0, look)
        look()
    finally:
        process.kill()
        process.wait()
    with writing_archive(home):  # what the kill left half done is carried out
        pass
    found = check(home, drops, has_been_read=False)
    print(f"filed after {time.monotonic() - began:.0f} s")
    layers = "tree = catalogue" if not found.mismatched else f"{found.mismatched} mismatches"
    print(
        f"{count} files at once, intake alone: {found.lost} lost, {found.doubled} doubled, {layers}, peak memory {highest[0]} MB"
    )
    return 0 if found.clean and highest[0] <= 300 else 1


def one_pass(folder: Path, count: int) -> int:
    """Drop, run `ingest`, compare; return the exit status."""
    home = make_home(folder / "home", UNITS, settle_seconds=1.0)
    drops = drop(home, count)
    began = time.monotonic()
    process = start(home, "ingest")
    highest, taken = 0, 0.0
    while process.poll() is None:
        highest = max(highest, peak(process))
        if not taken and filed(home) >= count:
            taken = time.monotonic() - began
        time.sleep(0.2)
    assert process.returncode == 0, said(home)
    found = check(home, drops)
    whole = time.monotonic() - began
    print(f"filed after {taken:.0f} s, read and indexed after {whole:.0f} s")
    print(f"{count} files at once: {found}, peak memory {highest} MB", flush=True)
    return 0 if found.clean and highest <= 300 else 1


def under_watch(folder: Path, count: int) -> int:
    """Start a watch, drop, drop one file of another unit on the way, wait for all; return the exit status."""
    home = make_home(folder / "home", (*UNITS, LATE), settle_seconds=1.0)
    process = start(home, "watch")
    highest = [0]

    def look() -> None:
        highest[0] = max(highest[0], peak(process))

    try:
        wait_for(process, lambda: "看守" in said(home), 0.1, look)
        began = time.monotonic()
        drops = drop(home, count)
        print(f"dropped after {time.monotonic() - began:.0f} s", flush=True)
        wait_for(process, lambda: filed(home) >= count // 10, 0.1, look)
        before, single = filed(home), time.monotonic()
        late = home.root / INBOX / LATE / "C12" / "一份.txt"
        late.parent.mkdir(parents=True, exist_ok=True)
        late.write_text("一份材料", encoding="utf-8")
        drops.append(Drop(late.relative_to(home.root).as_posix(), LATE, hashed(late)))
        wait_for(process, lambda: filed(home, LATE) == 1, 0.1, look)
        waited, then = time.monotonic() - single, filed(home) - 1
        print(
            f"the single file was filed after {waited:.1f} s, with {before} of {count} filed before and {then} then", flush=True
        )
        wait_for(process, lambda: filed(home) > count, 0.5, look)
        print(f"all filed after {time.monotonic() - began:.0f} s", flush=True)
        process.send_signal(signal.SIGTERM)
        while process.poll() is None:
            time.sleep(0.2)
    finally:
        process.kill()
        process.wait()
    found = check(home, drops)
    fair = then <= count // 2
    print(f"{count} files under a watch: {found}, one of another unit filed with {then} of them, peak memory {highest[0]} MB")
    return 0 if found.clean and fair and highest[0] <= 300 else 1


def main() -> int:
    """Run it with the arguments of the command line; the last line says what was found. Returns the exit status."""
    count = int(sys.argv[2])
    folder = Path(sys.argv[3]) if sys.argv[3:] else Path(tempfile.mkdtemp(prefix="zuozheng-scale-"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return {"intake": intake_alone, "ingest": one_pass, "watch": under_watch}[sys.argv[1]](folder, count)


if __name__ == "__main__":
    sys.exit(main())
