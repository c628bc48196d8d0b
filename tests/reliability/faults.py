"""Every system call that touches the home may fail, or be the last one: one fault a pass, then a pass without.

    python -m tests.reliability.faults COUNT SEED [FOLDER]

One pass is traced to list its calls. Then the n-th call of a kind is made to fail (or to be the last: SIGKILL), in a home like
the first, for n = 1, 2, 3…; COUNT of all these points are tried, spread over all kinds, or every one with COUNT 0. Needs strace.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from archive.home import Home
from tests.reliability import passes
from tests.reliability.home import INBOX, docx, make_home
from tests.reliability.outcome import Drop, check, hashed
from zuozheng.demo.pdf import Line, pdf

_ON_NAMES = ("EACCES", "EIO", "ENOSPC", "KILL")
_ON_DATA = ("EIO", "ENOSPC", "KILL")
_ON_DISK = ("EIO", "KILL")
_KINDS = {
    "openat": _ON_NAMES, "write": _ON_DATA, "pwrite64": _ON_DATA, "ftruncate": _ON_DISK, "fallocate": _ON_DATA,
    "fsync": _ON_DISK, "fdatasync": _ON_DISK, "syncfs": _ON_DISK, "link": _ON_NAMES, "linkat": _ON_NAMES, "rename": _ON_NAMES,
    "renameat": _ON_NAMES, "renameat2": _ON_NAMES, "unlink": _ON_NAMES, "unlinkat": _ON_NAMES, "rmdir": _ON_NAMES,
    "mkdir": _ON_NAMES, "read": ("EIO",), "pread64": ("EIO",), "getdents64": ("EIO",), "newfstatat": ("EACCES",),
    "statx": ("EACCES",), "flock": ("EIO",), "fcntl": ("EIO",), "copy_file_range": _ON_DATA, "sendfile": _ON_DATA,
}  # fmt: skip
_CALL = re.compile(r"(\w+)\(")
_UNIT = "桃源幼儿园"
_BEFORE = {"学前 C12 补助/补助.txt": "补助已到账".encode(), "收费.txt": "收费公示内容".encode(), "C15/公示.txt": b"notice"}
_AFTER = {
    "学前 C12 补助/补助.txt": "补助已到账，更正".encode(), "学前 C15 收费/收费公示.txt": "收费公示内容".encode(),
    "C3/保教.docx": docx("保教人员名册"), "杂/无编号.pdf": pdf([[Line("保育教育")]]), "C15/公示.txt": b"notice, second",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    """The `number`-th call of `call` in a pass, and what is to happen there: an errno's name, or KILL."""

    call: str
    number: int
    fault: str

    @property
    def injection(self) -> str:
        """The fault as strace is told it."""
        what = "signal=SIGKILL" if self.fault == "KILL" else f"error={self.fault}"
        return f"inject={self.call}:{what}:when={self.number}"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one point: what the fault met, how the pass ended, and all that was wrong then."""

    point: Point
    met: str
    code: int | None
    wrong: tuple[str, ...]
    lost: int = 0
    doubled: int = 0
    mismatched: int = 0


def drop(home: Home, files: dict[str, bytes]) -> list[Drop]:
    """Put files into the unit's folder of the inbox."""
    return [Drop(_put(home, path, data), _UNIT, "") for path, data in files.items()]


def _put(home: Home, path: str, data: bytes) -> str:
    target = home.root / INBOX / _UNIT / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return target.relative_to(home.root).as_posix()


def pattern(folder: Path) -> tuple[Home, list[Drop]]:
    """Make the home every trial begins with: some files are in, others lie there: new, changed, and doubled under a point."""
    home = make_home(folder / "pattern", (_UNIT,), settle_seconds=0.01, patience_seconds=0.02, frameworks=("preschool",))
    lying = [Drop(drop_.source, _UNIT, hashed(home.root / drop_.source)) for drop_ in drop(home, _BEFORE)]
    passes.whole_pass(home.root, folder)
    lying += [Drop(drop_.source, _UNIT, hashed(home.root / drop_.source)) for drop_ in drop(home, _AFTER)]
    return home, lying


def traced(home: Path, outputs: Path, *options: str) -> tuple[int | None, str]:
    """Run a pass under strace; return how it ended and what strace wrote. None: it hung and was ended."""
    wait_here, go_on = os.pipe()

    def work() -> None:
        os.close(go_on)
        os.read(wait_here, 1)
        os.close(wait_here)
        passes.run_command("--home", str(home), "ingest")()

    running = passes.start(work, outputs)
    os.close(wait_here)
    log = outputs / "strace.log"
    command = ["strace", "-y", "-s", "0", "-o", str(log), "-p", str(running.pid), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        assert "attached" in strace.stderr.readline()
        os.close(go_on)
        code = running.wait(60)
        running.kill()
        strace.wait()
    return code, log.read_text(encoding="utf-8", errors="replace")


def points(home: Home, folder: Path) -> Iterator[Point]:
    """Yield every point of a pass over `home` (which is changed by it)."""
    code, log = traced(home.root, folder, "-e", "trace=" + ",".join(f"?{call}" for call in _KINDS))
    assert code == 0, (folder / "pass.err").read_text(encoding="utf-8")
    counts: Counter[str] = Counter()
    for line in log.splitlines():
        call = _CALL.match(line)
        if call is None:
            continue
        counts[call[1]] += 1
        if str(home.root) in line:
            yield from (Point(call[1], counts[call[1]], fault) for fault in _KINDS[call[1]])


def spread(found: Iterable[Point], count: int, dice: random.Random) -> list[Point]:
    """Return `count` points (0: all), as many of each kind of call and fault as there are, the rest left to chance."""
    groups: defaultdict[tuple[str, str], list[Point]] = defaultdict(list)
    for point in found:
        groups[point.call, point.fault].append(point)
    for group in groups.values():
        dice.shuffle(group)
    mixed = [point for row in zip_longest(*groups.values()) for point in row if point is not None]
    return mixed[:count] if count else mixed


def attempt(point: Point, patterned: Home, drops: Iterable[Drop], folder: Path) -> Trial:
    """Try one point in a copy of the pattern, then run a whole pass and compare."""
    home = Home(folder / "home")
    shutil.rmtree(home.root, ignore_errors=True)
    shutil.copytree(patterned.root, home.root, symlinks=True)
    lying = [path for path in (home.root / INBOX).rglob("*") if path.is_file() and not path.name.startswith("_回执")]
    originals = {path.relative_to(home.root).as_posix(): hashed(path) for path in lying}
    code, log = traced(home.root, folder, "-e", f"trace={point.call}", "-e", point.injection)
    met = next((line for line in log.splitlines() if "INJECTED" in line or "killed by" in line), "")
    wrong = list(_manners(point, code, (folder / "pass.err").read_text(encoding="utf-8")))
    try:
        passes.whole_pass(home.root, folder)
        found = check(home, drops, originals=originals)
    except (AssertionError, OSError, ValueError) as error:
        return Trial(point, met, code, (*wrong, f"the next pass fails: {error}"))
    return Trial(point, met, code, (*wrong, *found.faults), found.lost, found.doubled, found.mismatched)


def _manners(point: Point, code: int | None, err: str) -> Iterator[str]:
    """Yield what was wrong with how the faulted pass ended: it must go on, or say one clear sentence."""
    lines = [line for line in err.splitlines() if line.strip()]
    if code is None:
        yield "hangs"
    if "Traceback" in err or "Exception" in err:
        yield f"traceback: {lines[-1]}"
    elif code == 1 and len(lines) != 1:
        yield f"{len(lines)} lines of complaint: {err}"
    if code not in (None, 0, 1, -9) or (code == -9) != (point.fault == "KILL"):
        yield f"exit status {code}"


def main() -> int:
    """Run it with the arguments of the command line; the last line says what was found. Returns the exit status."""
    count, seed = map(int, sys.argv[1:3])
    folder = Path(sys.argv[3]) if sys.argv[3:] else Path(tempfile.mkdtemp(prefix="zuozheng-faults-"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    home, drops = pattern(folder)
    first = Home(folder / "home")
    shutil.copytree(home.root, first.root)
    found = list(points(first, folder))
    chosen = spread(found, count, random.Random(seed))
    trials = []
    for number, point in enumerate(chosen, 1):
        trials.append(attempt(point, home, drops, folder))
        if trials[-1].wrong:
            print(point, trials[-1].met[:200], *trials[-1].wrong, sep="\n    ", flush=True)
        if number % 50 == 0:
            print(f"{number} of {len(chosen)} points", flush=True)
    ends = Counter({0: "went on", 1: "said why", -9: "killed"}.get(trial.code, "other") for trial in trials)
    bad = sum(bool(trial.wrong) for trial in trials)
    lost, doubled = sum(trial.lost for trial in trials), sum(trial.doubled for trial in trials)
    print(f"{dict(ends)}; {sum(not trial.met for trial in trials)} met no call")
    print(f"{len(trials)} of {len(found)} fault points: {lost} lost, {doubled} doubled, {bad} with anything wrong", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
