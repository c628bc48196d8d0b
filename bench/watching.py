"""How long a dropped file takes to be found, in a home that holds documents already and is watched.

    python -m bench.watching [DOCUMENTS] [DROPS]

Drops DROPS files, one after the other, some seconds apart, into a home of DOCUMENTS documents under `zuozheng watch` (as it is:
search and site are kept up to date) and asks for a phrase of each until it is found. Prints the seconds by the clock from the end
of writing, without the time a file must rest.
"""

from __future__ import annotations

import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from archive.home import Home
from archive.intake import take_in
from archive.opening import writing_archive
from archive.setup import init
from bench.corpus import generate
from indexer.index import Index
from indexer.names import Names
from indexer.question import Filters, question
from indexer.search import find
from indexer.update import catch_up, opened
from schema.settings import Settings
from zuozheng.conveyor import all_inboxes

# Longer than a watch takes over its site at this size, so that no drop waits for the one before.
_APART = 8.0
_LOST = 120.0


def prepared(folder: Path, count: int) -> Home:
    """Return a home that holds `count` generated documents, read and indexed."""
    generate(folder, count)
    home = Home(folder)
    init(home, Settings(), None)
    with writing_archive(home) as archive:
        take_in(archive, all_inboxes(archive, lambda _: None))
        with opened(archive) as stages:
            catch_up(stages)
    return home


def until_found(home: Home, folder: Path) -> float:
    """Drop a file and return the seconds until search finds it."""
    phrase = "".join(secrets.choice("春夏秋冬东南西北金木水火土天地人和") for _ in range(12))
    (folder / f"{phrase}.txt").write_text(f"{phrase}的说明\n", encoding="utf-8")
    dropped = time.perf_counter()
    asked = question(f'"{phrase}的说明"', Filters(), Names())
    index = Index.open(home.state / "index")
    try:
        while not find(index, asked).total:
            if time.perf_counter() - dropped > _LOST:
                raise TimeoutError(f"not found {_LOST:.0f} s after it was dropped; has the watch ended?")
            time.sleep(0.02)
            index.refresh()
        return time.perf_counter() - dropped
    finally:
        index.close()


def main(documents: int, drops: int) -> None:
    """Prepare a home, watch it, drop files, print what it took."""
    with tempfile.TemporaryDirectory() as scratch:
        home = prepared(Path(scratch, "home"), documents)
        command = [sys.executable, "-m", "zuozheng", "--home", str(home.root), "watch"]
        folder = next(path for path in (home.root / "收件箱").iterdir() if path.is_dir() and not path.name.startswith("_"))
        watch = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(2 * _APART)  # its first scan and first site
            took = []
            for _ in range(drops):
                took.append(until_found(home, folder) - Settings().settle_seconds)
                time.sleep(_APART)
        finally:
            watch.terminate()
            watch.wait()
        took.sort()
        p95 = took[-(-len(took) * 95 // 100) - 1]
        print(f"{documents} documents, {drops} drops: found {statistics.median(took):.2f} s after the settling time (p50),")
        print(f"p95 {p95:.2f} s, at most {took[-1]:.2f} s")


if __name__ == "__main__":
    main(*(int(word) for word in (*sys.argv[1:], *("2000", "40")[len(sys.argv) - 1 :])))
