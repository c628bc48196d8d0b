"""Single bits flipped, files cut, zeroed, removed and swapped: `verify` has to find each and name it, and to name nothing else.

    python -m tests.reliability.flips [FLIPS] [SEED]

A home with documents of every kind and state is made once; then one thing is damaged at a time, verified, and put back. A damage
is found when a finding names the damaged file, as its subject or in its sentence. A false alarm is a finding about a document
when another one was damaged, and any finding at all once only the times of all files were touched.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from archive.home import Home
from archive.judgements import judge
from archive.seal import own_files
from archive.verify import Verification
from schema.findings import Finding
from schema.model import PointRef
from schema.reviews import Waiver
from tests.reliability.home import INBOX, UNITS, make_home, varied
from zuozheng.conveyor import all_inboxes, one_pass, running
from zuozheng.fixity import lower_layers

# How many in a hundred flips go to which kind of file.
SHARES = {"bytes": 25, "sidecars": 25, "catalogue": 15, "texts": 10, "index": 10, "own files": 8, "seal": 5, "judgements": 2}
_DOCUMENTS = 24
_LARGEST = 20_000


def fill(folder: Path, dice: random.Random) -> Home:
    """Make a home of some thirty documents with older versions, evidence of two points and a waiver; read, indexed, closed."""
    home = make_home(folder)
    drops = [f"{UNITS[number % 4]}/C{number % 9 + 1} 材料/第{number}号" for number in range(_DOCUMENTS)]
    for number, path in enumerate(drops):
        suffix, data = varied(number, dice)
        _drop(home, path + suffix, data[:_LARGEST])
    _drop(home, f"{UNITS[0]}/C1、C2 师资.txt", "两个要点的材料".encode())
    _ingest(home)
    for path in sorted((home.root / INBOX).rglob("第*号.*"))[::5]:
        path.write_bytes(path.read_bytes() + b"\nnext version")
    _ingest(home)
    waiver = Waiver("u01", PointRef("compulsory", 12), "李主任", "2026-03-01T02:00:00+00:00", "重修章程", "2026-12-31")
    judge(home, [(waiver, UNITS[0])])
    return home


def _drop(home: Home, path: str, data: bytes) -> None:
    target = home.root / INBOX / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _ingest(home: Home) -> None:
    with running(home) as stages:
        one_pass(stages, all_inboxes(stages.archive, lambda _sentence: None))


def kinds(home: Home) -> dict[str, list[Path]]:
    """Return the files of a home that verification has to vouch for, by kind; empty ones have no bit to flip."""
    tree, state = home.tree, home.state
    stored = [path for path in sorted(tree.rglob("_meta/*.json")) if path.is_file()]
    found = {
        "bytes": [path.parent.parent / path.name.removesuffix(".json") for path in stored],
        "sidecars": stored,
        "catalogue": [state / "catalogue.sqlite"],
        "texts": [state / "text.sqlite"],
        "index": [path for path in sorted((state / "index").iterdir()) if not path.name.endswith("LOCK")],
        "own files": list(own_files(home)),
        "seal": [state / "seal.json"],
        "judgements": sorted(tree.glob("_核验/*.jsonl")),
    }
    return {kind: [path for path in paths if path.stat().st_size] for kind, paths in found.items()}


def findings(home: Home) -> list[Finding]:
    """Verify all of a home."""
    return list(Verification(home, further=lower_layers(home)))


class Trial:
    """Damages one thing of a home at a time and counts what verification makes of it."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.tried: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.false_alarms = 0
        self.missed: list[str] = []

    def flip(self, kind: str, path: Path, at: int, bit: int) -> None:
        """Flip a bit, verify, put it back."""
        data = bytearray(path.read_bytes())
        data[at] ^= 1 << bit
        self.replace(kind, {path: bytes(data)}, f"byte {at}, bit {bit}")

    def replace(self, kind: str, damaged: dict[Path, bytes | None], what: str) -> None:
        """Give files other bytes (None: none at all), verify, put them back. Each of them has to be named."""
        before = {path: path.read_bytes() for path in damaged}
        for path, data in damaged.items():
            path.unlink() if data is None else path.write_bytes(data)
        found = findings(self.home)
        for path, data in before.items():
            path.write_bytes(data)
            for log in ("-wal", "-shm", "-journal"):
                path.with_name(path.name + log).unlink(missing_ok=True)
        self.tried[kind] += 1
        names = [path.relative_to(self.home.root).as_posix() for path in damaged]
        if all(any(_names(finding, name) for finding in found) for name in names):
            self.found[kind] += 1
        else:
            self.missed.append(f"{kind}: {', '.join(names)}, {what}: {[finding.code for finding in found]}")
        if kind in ("bytes", "sidecars"):
            self.false_alarms += sum(not any(_names(finding, name) for name in names) for finding in found)

    def untouched(self) -> None:
        """Verify with nothing damaged, before and after all times are touched."""
        self.false_alarms += len(findings(self.home))
        for path in self.home.root.rglob("*"):
            os.utime(path, (0, 981_000_000))
        self.false_alarms += len(findings(self.home))


def _names(finding: Finding, name: str) -> bool:
    return name == finding.subject or name in finding.detail.text("zh")


def flips(home: Home, count: int, dice: random.Random) -> Iterator[tuple[str, Path, int, int]]:
    """Yield `count` bits to flip: kind, file, byte, bit; in each kind spread over its files, one after the other."""
    files = kinds(home)
    wanted = {kind: count * share // 100 for kind, share in SHARES.items()}
    wanted["bytes"] += count - sum(wanted.values())
    for kind, number in wanted.items():
        for turn in range(number):
            path = files[kind][turn % len(files[kind])]
            yield kind, path, dice.randrange(path.stat().st_size), dice.randrange(8)


def coarse(home: Home, dice: random.Random) -> Iterator[tuple[str, dict[Path, bytes | None], str]]:
    """Yield damage of other sorts: three files of each kind cut, zeroed, emptied and removed, and two of them swapped."""
    for kind, paths in kinds(home).items():
        chosen = dice.sample(paths, min(3, len(paths)))
        for path in chosen:
            data = path.read_bytes()
            yield kind, {path: data[:-1]}, "cut by a byte"
            yield kind, {path: data[: len(data) // 2]}, "cut in half"
            yield kind, {path: bytes(len(data))}, "zeroed"
            yield kind, {path: b""}, "emptied"
            if kind != "seal":  # without a seal there is less to check: that is no damage
                yield kind, {path: None}, "removed"
        one, other = (chosen * 2)[:2]
        if one.read_bytes() != other.read_bytes():
            yield kind, {one: other.read_bytes(), other: one.read_bytes()}, "swapped"


def main(count: int, seed: int) -> int:
    """Run, print a line a kind and a last one for all; return 1 unless everything was found without a false alarm."""
    began, dice = time.monotonic(), random.Random(seed)
    with tempfile.TemporaryDirectory() as scratch:
        home = fill(Path(scratch) / "home", dice)
        single, others = Trial(home), Trial(home)
        for kind, path, at, bit in flips(home, count, dice):
            single.flip(kind, path, at, bit)
        for kind, damaged, what in coarse(home, dice):
            others.replace(kind, damaged, what)
        others.untouched()
    for kind in SHARES:
        bits = f"{single.found[kind]} of {single.tried[kind]} flips"
        print(f"{kind:11} {bits:18} {others.found[kind]} of {others.tried[kind]} others")
    for line in (*single.missed, *others.missed):
        print("missed", line)
    false_alarms = single.false_alarms + others.false_alarms
    print(f"{time.monotonic() - began:.0f} s")
    print(
        f"{single.found.total()} of {single.tried.total()} flipped bits found, "
        f"{others.found.total()} of {others.tried.total()} files cut, zeroed, removed or swapped, {false_alarms} false alarms"
    )
    return int(bool(single.missed or others.missed or false_alarms))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 600, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
