"""Files of the index damaged under a running watch: what search says next, and how long until it answers right.

    python -m tests.reliability.damage DOCUMENTS [FEW]

Every kind of file of the index is zeroed, cut and deleted, one after the other, in an archive of FEW documents (300), then its
grams and its table of contents once more in one of DOCUMENTS. An answer has to be right, or to say that the index is being built
again (exit code 75); everything else fails. After each damage a file is dropped, and has to be found, so intake goes on.
"""

from __future__ import annotations

import json
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from archive.home import Home
from archive.opening import writing_archive
from bench.papers import Corpus
from indexer.refill import refill
from indexer.update import READER, opened
from tests.flow.conftest import ENVIRONMENT
from tests.reliability.home import INBOX, UNITS, make_home

ENDINGS = (".grm", ".trm", ".pst", ".col", ".toc", ".json")
_PROGRAM = [sys.executable, "-W", "ignore", "-m", "zuozheng", "--home"]
_BUSY = 75
# No answer may take longer, whatever else the machine does.
_LONGEST = 600.0


def zero(path: Path) -> None:
    """Overwrite a file with zeroes, in place."""
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))


def cut(path: Path) -> None:
    """Cut a file in half, in place."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


HARMS: tuple[Callable[[Path], None], ...] = (zero, cut, Path.unlink)


@dataclass(frozen=True, slots=True)
class Healed:
    """How it went: seconds until the right answer, by the clock and in CPU time of search, and how often it said to wait."""

    seconds: float
    cpu: float
    waits: int


class Bench:
    """A home with so many documents, and how many of them hold the word that is asked for."""

    def __init__(self, folder: Path, documents: int) -> None:
        folder.mkdir()
        self.home = make_home(folder / "home")
        self.documents = documents
        self.word, self.holding = self._fill(documents)
        self.dropped = 0

    def _fill(self, documents: int) -> tuple[str, int]:
        """Put made-up papers into catalogue, text store and index, as if they had been taken in and read."""
        corpus = Corpus()
        word = random.Random(1).choice([word for word in corpus.words[200:2000] if len(word) == 2])
        with writing_archive(self.home) as archive, opened(archive) as stages:
            units = [unit.id for unit in archive.district.units]
            holding = 0
            with archive.catalogue.transaction(), stages.store.batch():
                for number in range(documents):
                    document, reading = corpus.paper(number)
                    archive.catalogue.put(replace(document, unit=units[number % len(units)]))
                    stages.store.put(document.sha256, reading)
                    holding += word in reading.text.replace("\n", "")
                archive.catalogue.advance(READER, archive.catalogue.last_seq())
            stages.store.take_note()
            refill(stages.index, archive.catalogue, stages.store.folded)
        return word, holding

    def damage(self, ending: str, harm: Callable[[Path], None]) -> Healed:
        """Damage every file with this ending, and ask until the answer is right. Raises AssertionError at any wrong one."""
        for victim in [path for path in (self.home.state / "index").iterdir() if path.suffix == ending and path.stat().st_size]:
            harm(victim)
        start, before, waits = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN), 0
        while (total := self.ask(self.word)) is None:
            waits += 1
            assert time.monotonic() - start < _LONGEST
            time.sleep(0.5)
        assert total == self.holding, f"{total} instead of {self.holding}"
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Healed(time.monotonic() - start, cpu, waits)

    def drop(self) -> float:
        """Drop a file and return after how many seconds it is found."""
        self.dropped += 1
        word = f"dropped {self.dropped} among {self.documents}"
        (self.home.root / INBOX / UNITS[0] / f"{self.dropped}.txt").write_text(word, encoding="utf-8")
        start = time.monotonic()
        while self.ask(word) != 1:
            assert time.monotonic() - start < _LONGEST
            time.sleep(0.2)
        return time.monotonic() - start

    def ask(self, query: str) -> int | None:
        """Return how many documents search finds, None when it says that the index is being built again. Nothing else will do."""
        command = [*_PROGRAM, str(self.home.root), "search", f'"{query}"', "--limit", "1", "--json"]
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode in (0, _BUSY), done.stderr
        return int(json.loads(done.stdout)["total"]) if done.returncode == 0 else None


@contextmanager
def watching(home: Home) -> Iterator[None]:
    """Run a watch; it must live until the end."""
    watch = subprocess.Popen([*_PROGRAM, str(home.root), "watch"], env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    try:
        yield
        assert watch.poll() is None
    finally:
        watch.send_signal(signal.SIGTERM)
        watch.wait(60)


def run(folder: Path, documents: int, endings: tuple[str, ...], harms: tuple[Callable[[Path], None], ...]) -> int:
    """Damage every kind of file in every way under a watch, print a line for each, and return how many that were."""
    bench = Bench(folder, documents)
    with watching(bench.home):
        bench.drop()
        for ending in endings:
            for harm in harms:
                healed = bench.damage(ending, harm)
                found = bench.drop()
                told = f"right after {healed.seconds:.1f} s ({healed.cpu:.1f} s CPU, told to wait {healed.waits} times)"
                print(f"{documents} documents, {ending} {harm.__name__}: {told}, a new file {found:.1f} s later", flush=True)
    return len(endings) * len(harms)


def main() -> None:
    """Run everything."""
    documents, few = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 300
    with tempfile.TemporaryDirectory() as temporary:
        count = run(Path(temporary, "few"), few, ENDINGS, HARMS)
        if documents > few:
            count += run(Path(temporary, "many"), documents, (".grm", ".toc"), (zero,))
    print(f"{count} damages under a running watch: every answer right, or told to wait")


if __name__ == "__main__":
    main()
