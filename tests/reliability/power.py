"""The power fails: a disk image is stopped at a random instant, as the disk is then, and mounted again.

    python -m tests.reliability.power CUTS SEED [--xfs] [--careless | --plain] [FOLDER]

The home lies in the image (ext4, or XFS), the inbox outside. `ioctl(EXT4_IOC_SHUTDOWN)` without a flush of the journal ends the
file system between two writes: what is in memory only is lost, as with a power cut (xfstests uses the same). A pass appends the
path of every file to a list outside the image once it counts as filed; all these must be there when the image is mounted again,
before anything is repaired. With --plain, the pass has none of the system calls that only Linux has. With --careless, flush,
fsync and SQLite's syncing do nothing in it: then something must be lost, or the test is none.

Needs Linux, root and a free loop device. A cut takes about two seconds.
"""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from archive import durable, store
from archive.home import Home
from tests.reliability import passes
from tests.reliability.home import UNITS, make_home, varied
from tests.reliability.outcome import Drop, check, hashed, list_tree
from zuozheng import conveyor

_SHUTDOWN = 2 << 30 | 4 << 16 | ord("X") << 8 | 125
_NO_FLUSH = 2
# How to make and mount each file system; the journal of ext4 is written when asked to, else once a minute.
_SYSTEMS = {
    "ext4": (192 << 20, ["mkfs.ext4", "-q", "-F"], "loop,commit=60"),
    "xfs": (320 << 20, ["mkfs.xfs", "-q", "-f"], "loop"),
}
_A_TIME = 6
_CHECK_EVERY = 20


class Disk:
    """An image and where it is mounted."""

    def __init__(self, folder: Path, system: str = "ext4") -> None:
        self.image, self.place = folder / "disk.img", folder / "disk"
        self.place.mkdir(parents=True)
        size, make, self._options = _SYSTEMS[system]
        with self.image.open("wb") as handle:
            handle.truncate(size)
        _run(*make, str(self.image))

    @contextmanager
    def mounted(self) -> Iterator[Path]:
        """Mount the image while the block runs."""
        _run("mount", "-o", self._options, str(self.image), str(self.place))
        try:
            yield self.place
        finally:
            self._unmount()

    def _unmount(self) -> None:
        for _ in range(100):  # reading processes just killed may hold a file for a moment
            if subprocess.run(["umount", str(self.place)], check=False, capture_output=True).returncode == 0:
                return
            time.sleep(0.05)
        raise OSError(f"{self.place} cannot be unmounted")

    def cut(self) -> None:
        """Cut the power: from now on nothing reaches the image."""
        handle = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, _SHUTDOWN, struct.pack("I", _NO_FLUSH))
        finally:
            os.close(handle)


class District:
    """What lies in the inbox, what passes have told to be filed, and how many had told something when they were cut off."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self.inbox, self.list = folder / "inbox", folder / "filed.list"
        self.inbox.mkdir()
        self.list.touch()
        self.files: dict[str, str] = {}
        self.cut_off = 0
        self._dice = dice

    def drop(self, count: int) -> None:
        """Put files into the inbox."""
        for number in range(len(self.files), len(self.files) + count):
            suffix, data = varied(number, self._dice)
            target = self.inbox / self._dice.choice(UNITS) / "C12" / f"材料{number}{suffix}"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            self.files[str(target)] = hashed(target)

    def filed(self) -> set[str]:
        """Return the paths told to be filed so far, by passes cut off or not."""
        return set(self.list.read_text(encoding="utf-8").split("\n")) & self.files.keys()

    def a_pass(self, home: Path, prepare: Callable[[], None]) -> Callable[[], None]:
        """Return the work of one pass, which writes down every file as soon as it counts as filed."""

        def run() -> None:
            prepare()
            told = os.open(self.list, os.O_WRONLY | os.O_APPEND)
            with conveyor.running(Home(home)) as stages:
                first_look = conveyor.all_inboxes(stages.archive, lambda _sentence: None)
                conveyor.one_pass(stages, first_look, lambda name: os.write(told, f"{name}\n".encode()) and None)

        return run


def forget_durability() -> None:
    """Make this process careless: whatever it writes is left to the system's own time."""

    class Careless(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            return super().execute("PRAGMA synchronous=OFF" if "synchronous" in sql else sql, *values)

    real = sqlite3.connect

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        return real(*arguments, **options | {"factory": Careless})

    sqlite3.connect = connect  # type: ignore[assignment]
    os.fsync = os.fdatasync = lambda _handle: None  # type: ignore[assignment]
    durable.flush = store.flush = lambda _folder, _written: None  # type: ignore[assignment]


def missing(home: Home, district: District) -> list[str]:
    """Return the files told to be filed whose bytes are not in the tree, whole, with their sidecar."""
    kept = {entry.found for entry in list_tree(home.tree)[0].values() if entry.found == entry.record["sha256"]}
    return [path for path in sorted(district.filed()) if district.files[path] not in kept]


def one_cut(
    disk: Disk, home: Home, district: District, dice: random.Random, outputs: Path, prepare: Callable[[], None]
) -> list[str]:
    """Drop some files, start a pass, cut the power, mount again; return what is missing of all that was told to be filed."""
    with disk.mounted():
        district.drop(_A_TIME)
        before = district.list.stat().st_size
        running = passes.start(district.a_pass(home.root, prepare), outputs)
        if dice.random() < 0.5:
            running.wait(dice.uniform(0, 0.8))
        else:  # soon after something was told, however long that takes on a busy machine
            code = None
            while district.list.stat().st_size == before and code is None:
                code = running.wait(0.0005)
            code = running.wait(dice.expovariate(1 / 0.05)) if code is None else code
        disk.cut()
        district.cut_off += bool(running.kill() and district.list.stat().st_size > before)
    with disk.mounted():
        try:
            return missing(home, district)
        except (AssertionError, ValueError) as error:  # a sidecar cut off: allowed only while its journal entry stands
            if prepare is forget_durability:
                return sorted(district.filed())
            return _after_mending(home, district, outputs, error)


def _after_mending(home: Home, district: District, outputs: Path, error: Exception) -> list[str]:
    passes.whole_pass(home.root, outputs)
    found = missing(home, district)
    return [f"{error}: {path}" for path in found]


def run(cuts: int, seed: int, folder: Path, prepare: Callable[[], None], system: str) -> int:
    """Cut the power `cuts` times; print what was lost. Returns the exit status: 0 when nothing was."""
    dice, careless = random.Random(seed), prepare is forget_durability
    disk, district = Disk(folder, system), District(folder, dice)
    home = Home(disk.place / "home")
    with disk.mounted():
        make_home(home.root, inboxes=(str(district.inbox),))
        os.sync()
    lost: set[str] = set()
    faults: list[str] = []
    for number in range(1, cuts + 1):
        lost |= set(one_cut(disk, home, district, dice, folder, prepare))
        if careless and lost:
            break
        if number % _CHECK_EVERY == 0 or number == cuts:
            faults += _compare(disk, home, district, folder)
            print(f"{number} cuts, {len(district.filed())} told: {len(lost)} lost, {len(faults)} faults", flush=True)
    print(*sorted(lost)[:20], *faults[:20], sep="\n")
    how = " without durability" if careless else ""
    layers = "" if careless else ", tree = catalogue = index" if not faults else f", {len(faults)} faults"
    print(f"{district.cut_off} of the cuts came between a pass's first word and its end")
    print(f"{number} power cuts{how}: {len(lost)} lost of {len(district.filed())} told to be filed{layers}", flush=True)
    return 1 if lost or faults else 0


def _compare(disk: Disk, home: Home, district: District, outputs: Path) -> list[str]:
    """Run a whole pass and compare everything; return the faults."""
    with disk.mounted():
        passes.whole_pass(home.root, outputs)
        drops = (Drop(path, Path(path).parts[-3], sha256) for path, sha256 in district.files.items())
        return list(check(home, drops, originals=district.files).faults)


def possible(folder: Path, system: str = "ext4") -> str:
    """Return why power cuts cannot be made here, "" when they can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "needs Linux and root"
    try:
        disk = Disk(folder / "probe", system)
        with disk.mounted():
            disk.cut()
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no loop device, no {system}, or no way to stop it: {error}"
    return ""


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def main() -> int:
    """Run it with the arguments of the command line; the last line says what was found. Returns the exit status."""
    ways = {"--careless": forget_durability, "--plain": passes.without_linux}
    arguments = [argument for argument in sys.argv[1:] if argument not in (*ways, "--xfs")]
    prepare = next((ways[argument] for argument in sys.argv if argument in ways), lambda: None)
    cuts, seed = map(int, arguments[:2])
    folder = Path(arguments[2]) if arguments[2:] else Path(tempfile.mkdtemp(prefix="zuozheng-power-"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return run(cuts, seed, folder, prepare, "xfs" if "--xfs" in sys.argv else "ext4")


if __name__ == "__main__":
    sys.exit(main())
