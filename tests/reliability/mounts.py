"""File systems in image files, mounted and taken away under a running watch. Needs Linux, root and free loop devices."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from archive.home import Home
from tests.flow.conftest import ENVIRONMENT, ROOT

_PROGRAM = (sys.executable, "-m", "zuozheng")


@cache
def why_not() -> str:
    """Return why images cannot be mounted here, "" when they can."""
    if not sys.platform.startswith("linux"):
        return "images are mounted on Linux only"
    if os.geteuid() != 0:
        return "mounting needs root"
    if shutil.which("mkfs.ext4") is None or shutil.which("losetup") is None:
        return "mkfs.ext4 and losetup are needed (packages e2fsprogs and mount)"
    if subprocess.run(["losetup", "-f"], capture_output=True, check=False).returncode:
        return "there is no free loop device"
    return ""


class Image:
    """An ext4 file system of `megabytes` in a file, and the folder where it is mounted."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.file, self.place = folder.with_suffix(".img"), folder
        self.place.mkdir(parents=True)
        with self.file.open("wb") as handle:
            handle.truncate(megabytes << 20)
        # No blocks kept for root, so that a full disk is full for the test too.
        _run("mkfs.ext4", "-q", "-F", "-m", "0", str(self.file))

    def mount(self) -> None:
        """Mount it. An error of the file system turns it read-only, as administrators set it up."""
        _run("mount", "-o", "loop,errors=remount-ro", str(self.file), str(self.place))

    def unmount(self) -> None:
        """Take it away, waiting for a look that is just going on; as a last resort from under open files."""
        for _ in range(100):
            if subprocess.run(["umount", str(self.place)], capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.05)
        _run("umount", "-l", str(self.place))

    def remount(self, how: str) -> None:
        """Make it read-only ("ro") or writable ("rw"), waiting until no file is open for writing."""
        for _ in range(100):
            if (
                subprocess.run(["mount", "-o", f"remount,{how}", str(self.place)], capture_output=True, check=False).returncode
                == 0
            ):
                return
            time.sleep(0.1)
        raise OSError(f"{self.place} cannot be made {how}")

    def fail(self) -> None:
        """Make the file system believe that its disk failed: it turns read-only at once, whatever is open."""
        device = Path(_run("findmnt", "-n", "-o", "SOURCE", str(self.place)).strip()).name
        Path(f"/sys/fs/ext4/{device}/trigger_fs_error").write_text("test")


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[Image]:
    """Make and mount an image; in the end it is gone again."""
    image = Image(folder, megabytes)
    image.mount()
    try:
        yield image
    finally:
        if os.path.ismount(image.place):
            image.unmount()
        image.file.unlink()


class Watching:
    """`zuozheng watch` as a process of its own; what it tells (stderr) is kept in a file outside the home."""

    def __init__(self, home: Home, told: Path) -> None:
        self._told = told
        with told.open("wb") as errors:
            command = [*_PROGRAM, "--home", str(home.root), "watch"]
            self._process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=errors)
        wait_until(lambda: "看守" in self.text or not self.alive, 60)
        assert self.alive, self.text

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def text(self) -> str:
        """Everything it has told."""
        return self._told.read_text(encoding="utf-8")

    def lines(self, word: str) -> list[str]:
        """Return the lines that contain `word`."""
        return [line for line in self.text.splitlines() if word in line]

    def end(self) -> int:
        """Ask it to end, and return its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(120)

    def kill(self) -> None:
        """End it at once, if it still runs."""
        self._process.kill()
        self._process.wait()


@contextmanager
def watching(home: Home, told: Path) -> Iterator[Watching]:
    """Watch while the block runs; it must end in good order."""
    process = Watching(home, told)
    try:
        yield process
        assert process.alive, process.text
        assert process.end() == 0, process.text
    finally:
        process.kill()


def run(command: str, home: Home) -> None:
    """Run a command of the program to its end; it must succeed."""
    subprocess.run([*_PROGRAM, "--home", str(home.root), command], cwd=ROOT, env=ENVIRONMENT, check=True, capture_output=True)


def wait_until(true: Callable[[], bool], seconds: float) -> float:
    """Return how many seconds passed until `true()`; fails after `seconds`."""
    begun = time.monotonic()
    while not true():
        if time.monotonic() - begun > seconds:
            raise AssertionError(f"not within {seconds:g} seconds")
        time.sleep(0.05)
    return time.monotonic() - begun


def count_documents(home: Home) -> int:
    """Return how many documents the tree holds, counted without the program."""
    return sum(1 for path in home.tree.rglob("_meta/*.json"))


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
