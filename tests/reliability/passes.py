"""One pass of the program in a process group of its own, forked from a parent that has imported everything: cheap enough to be
killed a thousand times. To be used from a process without threads.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import archive.cli
import archive.watch
import indexer.readers
import indexer.update
import site_builder.publishing
import zuozheng.cli
from archive import durable
from zuozheng import __main__ as launcher

# Imported for the children's sake; naming them keeps linters quiet and shows what is meant.
_LOADED = (archive.cli, archive.watch, indexer.readers, indexer.update, site_builder.publishing, zuozheng.cli)


@dataclass(frozen=True, slots=True)
class Pass:
    """A running pass: its process (and process group), and the files its stdout and stderr go to."""

    pid: int
    out: Path
    err: Path

    def wait(self, seconds: float = 120.0) -> int | None:
        """Return the exit status (negative: the signal that ended it), or None when it still runs after `seconds`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.001)
        return None

    def kill(self) -> bool:
        """End the whole group, reading processes too, at once. Returns whether the pass was still running."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        try:
            _, status = os.waitpid(self.pid, 0)
        except ChildProcessError:
            return False
        return os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def run_command(*arguments: str) -> Callable[[], None]:
    """Return what runs a `zuozheng` command in a child, launcher and error sentences included."""

    def run() -> None:
        sys.argv = ["zuozheng", *arguments]
        launcher.main()

    return run


def without_linux() -> None:
    """Take away from this process the system calls that only Linux has: what other systems use must keep the promises too."""
    durable._SYNCFS = durable._RENAMEAT2 = None


def start(work: Callable[[], None], outputs: Path) -> Pass:
    """Start `work` in a forked child that leads a group of its own; its output goes to files in `outputs`."""
    running = Pass(0, outputs / "pass.out", outputs / "pass.err")
    gc.collect()
    gc.freeze()
    pid = os.fork()
    if pid:
        with suppress(PermissionError):
            os.setpgid(pid, pid)
        return Pass(pid, running.out, running.err)
    code = 70
    try:
        os.setpgid(0, 0)
        sys.modules["__main__"] = launcher  # reading processes import the main module anew: the program's, not the suite's
        for stream, path in ((1, running.out), (2, running.err)):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(handle, stream)
            os.close(handle)
        code = _finish(work)
    finally:
        os._exit(code)
    raise AssertionError("never comes here")


def _finish(work: Callable[[], None]) -> int:
    """Do the work as the interpreter would at the top level, and return the exit status."""
    try:
        work()
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else 0
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def whole_pass(home: Path, outputs: Path) -> None:
    """Run `zuozheng ingest` to its end. Raises AssertionError when it fails."""
    running = start(run_command("--home", str(home), "ingest", "--json"), outputs)
    code = running.wait(1800)
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    assert code == 0, f"a pass that nobody disturbs ends with {code}: {running.err.read_text(encoding='utf-8')}"
