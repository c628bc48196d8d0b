"""Reading many files in child processes that may hang, run out of memory or die: the next file is read all the same.

pebble is used here only: the standard pool is lost with its first dead worker and cannot stop a task that hangs.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from pebble import ProcessExpired, ProcessPool

from indexer.readers import VERSION, read, read_second, tell_kind
from indexer.reading import Limits, Reading
from schema.model import TextStatus

# A worker is replaced after so many files: what a library leaks stays small, and starting one costs half a second.
_TASKS = 500
_IN_FLIGHT = 4
# pebble's workers answer SIGTERM with that number as exit status; 255 remains when the fork server has ended as well.
_TOLD_TO_END = frozenset({signal.SIGTERM, signal.SIGINT, 255})
_FAILED = frozenset({TextStatus.TIMEOUT, TextStatus.CRASHED})
# Loaded once in the fork server, not in every worker. Never pdfium: it must not be forked once it has started.
_PRELOAD = ["lxml.etree", "python_calamine", "olefile", "zipfile"]


class ReadingPool:
    """Processes that read files under limits. A context manager; keep it open between calls, starting it takes a moment.

    workers: number of processes; None or 0 for one per core, at most four.
    """

    def __init__(self, limits: Limits | None = None, workers: int | None = None) -> None:
        self._limits = limits or Limits()
        self._count = workers or min(4, os.cpu_count() or 1)
        self._window = _IN_FLIGHT * self._count
        self._pool = processes(self._count, self._limits.memory_bytes)

    def read_all(self, jobs: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, Reading]]:
        """Read each (key, path) and yield (key, Reading), in the order of the jobs.

        Jobs are taken as there is room, so the iterable may be endless. Whatever happens to a worker becomes a status; a file
        that hung or ended its worker is tried once more with the second engine of its format, where there is one.
        """
        running: deque[tuple[str, Path, _Task]] = deque()
        try:
            for key, path in jobs:
                running.append((key, path, self._schedule(read, path)))
                if len(running) >= self._window:
                    yield self._next(running)
            while running:
                yield self._next(running)
        finally:
            for _, _, task in running:
                task.future.cancel()

    def read(self, path: Path) -> Reading:
        """Read one file."""
        return next(self.read_all((("", path),)))[1]

    def close(self) -> None:
        """End the workers once they have finished what they hold."""
        self._pool.close()
        self._pool.join()

    def stop(self) -> None:
        """End the workers at once."""
        self._pool.stop()
        self._pool.join()

    def __enter__(self) -> ReadingPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self.stop()

    def _next(self, running: deque[tuple[str, Path, _Task]]) -> tuple[str, Reading]:
        key, path, task = running.popleft()
        if task.told_to_end():  # the file is not to blame, and is read again
            self._renew(task.pool)
            task = self._schedule(read, path)
        reading = _outcome(task.future)
        if reading is None:
            return key, Reading(TextStatus.CRASHED)
        if reading.status in _FAILED and not reading.engine:
            again = _outcome(self._schedule(read_second, path).future)
            if again is not None and again.status not in _FAILED:
                return key, again
            # Where both engines hang or die, at least say what kind of file did that to them.
            named = next((found for found in (reading, again) if found and found.kind), None)
            named = named or _outcome(self._schedule(tell_kind, path).future)
            reading = replace(reading, kind=named.kind if named else "", version=VERSION)
        return key, reading

    def _schedule(self, task: Any, path: Path) -> _Task:
        call = {"args": (path, self._limits), "timeout": self._limits.seconds}
        try:
            return _Task(self._pool.schedule(task, **call), self._pool)
        except RuntimeError:  # pebble gives a pool up whose processes cannot be started any more: the fork server was ended
            self._renew(self._pool)
            return _Task(self._pool.schedule(task, **call), self._pool)

    def _renew(self, ended: Any) -> None:
        """Begin anew with other processes: one that was told to end may have taken the lock of the others with it."""
        if ended is self._pool:
            self.stop()
            self._pool = processes(self._count, self._limits.memory_bytes)


def processes(count: int, memory_bytes: int, *, idle: bool = False) -> Any:
    """Return a pebble pool of `count` prepared processes; with `idle` they only get what the rest of the machine leaves them."""
    return _Processes(
        max_workers=count, max_tasks=_TASKS, initializer=_prepare, initargs=(memory_bytes, idle), context=_context()
    )


def failure(error: BaseException) -> TextStatus:
    """Return what it means for a file that its task in a pool ended with `error`."""
    if isinstance(error, TimeoutError):
        return TextStatus.TIMEOUT
    return TextStatus.TOO_LARGE if isinstance(error, MemoryError) else TextStatus.CRASHED


@dataclass(frozen=True, slots=True)
class _Task:
    """A task given to a pool."""

    future: Any
    pool: Any

    def told_to_end(self) -> bool:
        """Wait for it; return whether it ended, or never began, because the processes were told to end: the system goes down."""
        while True:
            try:
                error = self.future.exception(timeout=1.0)
            except TimeoutError:
                if self.pool.active:
                    continue
                return not self.future.done()
            if isinstance(error, ProcessExpired):
                return abs(error.exitcode) in _TOLD_TO_END
            return isinstance(error, BrokenProcessPool)


def _outcome(future: Any) -> Reading | None:
    """Return what came of a scheduled reading; None when there is no second engine."""
    try:
        reading: Reading | None = future.result()
    except Exception as error:  # the process hung or died, or the result itself could not be sent
        return Reading(failure(error))
    return reading


def _context() -> Any:
    """Return the way to start workers: a fork server, whose children inherit no threads; where there is none, new processes."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOAD)
    return context


class _Processes(ProcessPool):
    """A pool whose processes do not hear Ctrl+C, which a terminal sends to all of ours: what to do is for the first to decide."""

    def schedule(self, *arguments: Any, **options: Any) -> Any:
        """As ProcessPool's. The fork server's children inherit what it was started with."""
        if sys.platform == "win32":
            return super().schedule(*arguments, **options)
        from multiprocessing import forkserver, resource_tracker  # noqa: PLC0415 - there is none on Windows

        resource_tracker.ensure_running()  # starting it would lift the mask
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        return super().schedule(*arguments, **options)


def _prepare(memory_bytes: int, idle: bool) -> None:
    """Prepare a worker: limit its memory, and keep what libraries print (panics, aborts) away from the terminal."""
    if idle:
        _yield_to_others()
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.close(silence)
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - there is none on Windows

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _yield_to_others() -> None:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), 0x40)  # IDLE_PRIORITY_CLASS
    else:
        os.nice(19)
