"""Megabytes per CPU second of `verify`, beside `sha256sum` of the same stored files in the same run.

    python -m bench.verify [SMALL] [LARGE]

SMALL files of 30 kB, and LARGE ones of 20 MB; each is measured three times, and the least CPU counts. Verification also reads
every sidecar and every row, so small files cost more by the byte; what it costs a document is printed as well.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from archive.home import Home
from archive.intake import take_in
from archive.opening import writing_archive
from archive.setup import init
from archive.verify import Verification
from bench.pipeline import measured
from schema.settings import Settings
from zuozheng.conveyor import all_inboxes

_REGISTER = "名称,类型,办别,普惠\n清溪小学,小学,公办,\n"


def fill(folder: Path, count: int, size: int) -> Home:
    """Make a home with `count` documents of `size` bytes."""
    register = folder.with_suffix(".csv")
    register.write_text(_REGISTER, encoding="utf-8-sig")
    home = Home(folder)
    init(home, replace(Settings(), settle_seconds=0.05, patience_seconds=0.2, keep_free_percent=0.0), register)
    dice = random.Random(1)
    inbox = folder / "收件箱" / "清溪小学" / "C12"
    inbox.mkdir(parents=True)
    for number in range(count):
        (inbox / f"{number}.jpg").write_bytes(b"\xff\xd8\xff" + dice.randbytes(size - 3))
    with writing_archive(home) as archive:
        take_in(archive, all_inboxes(archive, print))
    return home


def sha256sum(files: list[Path]) -> None:
    """Hash files as the system's own tool does."""
    subprocess.run(["xargs", "-0", "sha256sum"], input=b"\0".join(map(bytes, files)), check=True, stdout=subprocess.DEVNULL)


def best(work: Callable[[], object]) -> float:
    """Return the least CPU seconds of three runs."""
    return min(measured(work) for _ in range(3))


def report(home: Home, count: int) -> None:
    """Measure a home and print a line."""
    with_sidecar = [path for path in home.tree.rglob("*.jpg") if path.is_file()]
    size = sum(path.stat().st_size for path in with_sidecar) / 1e6
    peer = best(lambda: sha256sum(with_sidecar))
    ours = best(lambda: list(Verification(home)))
    assert list(Verification(home)) == []
    print(
        f"{count:6} files, {size:7.1f} MB   verify {size / ours:6.0f} MB per CPU s, {1e6 * ours / count:7.0f} µs a document   "
        f"sha256sum {size / peer:6.0f} MB per CPU s   {ours / peer:.2f} x its CPU"
    )


def main(small: int, large: int) -> None:
    """Measure both kinds."""
    with tempfile.TemporaryDirectory() as scratch:
        for name, count, size in (("small", small, 30_000), ("large", large, 20_000_000)):
            report(fill(Path(scratch) / name, count, size), count)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000, int(sys.argv[2]) if len(sys.argv) > 2 else 20)
