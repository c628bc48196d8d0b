"""Documents per CPU second of intake, reading and indexing, on generated files.

    python -m bench.pipeline [COUNT]

Every stage's CPU seconds include its child processes. The peer of intake is the least any archive has to do: `cp -r` and
`sha256sum` of the same files, in the same run.
"""

from __future__ import annotations

import resource
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
from bench.corpus import generate
from indexer.update import catch_up, opened
from schema.settings import Settings
from zuozheng.conveyor import all_inboxes


def cpu() -> float:
    """Return the CPU seconds of this process and its ended children."""
    used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(entry.ru_utime + entry.ru_stime for entry in used)


def measured(work: Callable[[], object]) -> float:
    """Return the CPU seconds that `work` took."""
    before = cpu()
    work()
    return cpu() - before


def copy_and_hash(inbox: Path, target: Path) -> None:
    """Do the least that any archive has to do with these files."""
    subprocess.run(["cp", "-r", inbox, target], check=True)
    files = [path for path in target.rglob("*") if path.is_file()]
    subprocess.run(["xargs", "-0", "sha256sum"], input=b"\0".join(map(bytes, files)), check=True, stdout=subprocess.DEVNULL)


def main(count: int) -> None:
    """Generate, take in, read and index `count` files; print a line a stage."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        generate(folder / "home", count)
        inbox = folder / "home" / "收件箱"
        size = sum(path.stat().st_size for path in inbox.rglob("*") if path.is_file())
        home = Home(folder / "home")
        init(home, replace(Settings(), settle_seconds=0.05, patience_seconds=0.2), None)
        peer = measured(lambda: copy_and_hash(inbox, folder / "copy"))
        with writing_archive(home) as archive:
            intake = measured(lambda: take_in(archive, all_inboxes(archive, print)))
            documents = sum(1 for _ in archive.catalogue.documents())

            def read_and_index() -> None:
                with opened(archive) as stages:
                    catch_up(stages)

            rest = measured(read_and_index)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    whole = intake + rest
    print(f"{count} files, {size / 1e6:.1f} MB, {documents} documents; CPU s, documents per CPU s")
    print(f"intake              {intake:7.2f} {documents / intake:7.0f}   {intake / peer:.2f} x (cp -r + sha256sum)")
    print(f"reading + indexing  {rest:7.2f} {documents / rest:7.0f}")
    print(f"all                 {whole:7.2f} {documents / whole:7.0f}   {whole / rest:.2f} x (reading + indexing)")
    print(f"peak memory of the main process {peak:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
