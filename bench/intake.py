"""What intake costs beside the least any archive has to do, and what flushing every file by itself would cost.

    python -m bench.intake [COUNT] [ROUNDS]

Prints, for COUNT small files of 50 units, once of about 50 KB (as in the measurements the goal comes from) and once of about
11 KB, the CPU seconds of intake and of its peer, `cp -r` and `sha256sum` of the same files, measured in turns; then the wall time
of 500 of them taken in by batches and, in the same run, with every file flushed by itself.

Nothing is deleted between two measurements: ext4 does not give a number of a file deleted shortly before to another one, and the
search for one that it may give would be most of what is measured. Best on a file system made for the purpose (TMPDIR).
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from archive import durable, intake
from archive.home import Home
from archive.intake import take_in
from archive.opening import writing_archive
from archive.setup import init
from bench.pipeline import copy_and_hash, cpu, measured
from schema.model import Unit, UnitKind
from schema.settings import Settings
from schema.units import dump_units
from zuozheng.conveyor import all_inboxes

SETTINGS = replace(Settings(), settle_seconds=0.05, patience_seconds=0.2)
SIZES = ((40_000, 60_000), (2_000, 20_000))
POINTS = ("义教 C1 师资", "义教 C12 班额", "义教 C20 培训", "资料/C7", "其他材料")


def small_files(folder: Path, count: int, sizes: tuple[int, int], seed: int = 1) -> None:
    """Write units.csv and `count` files of 50 units, of so many bytes from the one to the other, into `folder`."""
    dice = random.Random(seed)
    names = [f"示例区第{number}小学" for number in range(1, 51)]
    units = [Unit(f"U{n:02d}", name, UnitKind.PRIMARY, public=True, inclusive=None) for n, name in enumerate(names, start=1)]
    folder.mkdir(parents=True)
    (folder / "units.csv").write_bytes(dump_units(units))
    for number in range(count):
        target = folder / "收件箱" / dice.choice(names) / dice.choice(POINTS) / f"第{number}号材料.txt"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(dice.randbytes(dice.randrange(*sizes)))


def taken_in(folder: Path) -> tuple[float, float]:
    """Take in what lies in a fresh home; return the CPU seconds and the wall time of that alone."""
    home = Home(folder)
    init(home, SETTINGS, None)
    with writing_archive(home) as archive:
        started = time.perf_counter()
        used = measured(lambda: take_in(archive, all_inboxes(archive, print)))
        return used, time.perf_counter() - started


@contextmanager
def each_by_itself() -> Iterator[None]:
    """Flush every file and folder by itself, one file a transaction."""
    kept = intake._BATCH_FILES, durable._SYNCFS
    intake._BATCH_FILES, durable._SYNCFS = 1, None
    try:
        yield
    finally:
        intake._BATCH_FILES, durable._SYNCFS = kept


def beside_peer(folder: Path, count: int, sizes: tuple[int, int]) -> float:
    """Copy and hash files, take them in, copy and hash them again; print the CPU seconds and return their ratio."""
    small_files(folder / "home", count, sizes)
    inbox = folder / "home" / "收件箱"
    before = measured(lambda: copy_and_hash(inbox, folder / "copy"))
    used, _wall = taken_in(folder / "home")
    after = measured(lambda: copy_and_hash(inbox, folder / "again"))
    peer = (before + after) / 2
    print(f"intake {used:6.2f} CPU s   cp -r + sha256sum {peer:6.2f} CPU s   {used / peer:.2f} x")
    return used / peer


def beside_itself(scratch: Path, count: int, rounds: int) -> None:
    """Take files in by batches and with every one flushed by itself, in turns; print the median ratio of the wall times."""
    ratios = []
    for number in range(rounds):
        walls = []
        for context in (nullcontext(), each_by_itself()):
            folder = scratch / f"{'batches' if not walls else 'each'}-{number}"
            small_files(folder, count, SIZES[0])
            with context:
                walls.append(taken_in(folder)[1] - SETTINGS.settle_seconds)
        ratios.append(walls[1] / walls[0])
    print(f"{count} files: flushing every file by itself takes {statistics.median(ratios):.1f} x the time of batches")


def main(count: int, rounds: int) -> None:
    """Measure in turns and print the medians."""
    with tempfile.TemporaryDirectory() as scratch:
        for small, large in SIZES:
            ratios = [beside_peer(Path(scratch, f"{small}-{number}"), count, (small, large)) for number in range(rounds)]
            ratio, size = statistics.median(ratios), f"{small / 1000:g} to {large / 1000:g} KB"
            print(f"{count} files of {size}: intake costs {ratio:.2f} x the CPU of cp -r + sha256sum")
        beside_itself(Path(scratch), 500, rounds)
    print(f"CPU in all {cpu():.0f} s")


if __name__ == "__main__":
    main(*(int(word) for word in (*sys.argv[1:], *("10000", "3")[len(sys.argv) - 1 :])))
