"""The conformance suite as a run of any length, with other documents, changes and questions for every seed; prints its figures.

    python -m tests.indexer.conform SECONDS KILLS [SEED] [ENGINE]

Planted slices and random query trees after random changes, merges and reopenings, for so many seconds; then a writer killed
(SIGKILL) so many times, with the questions asked after every kill; then a thousand commits of one document. The last line is
recall and precision over all of it. ENGINE is a class of `tests.indexer.engines` (OurIndex).
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from indexer.query import Expr, Phrase
from tests.indexer import engines
from tests.indexer.conformance import QUESTIONS, STEPS, TREES, Make, Shelf, Tally, after_changes, grow, killed_shelf, planted
from tests.indexer.scan import invented, plain_form, record

_ROOT = Path(__file__).parents[2]
# Documents of a round, and slices planted in them, of each kind.
_DOCUMENTS, _SLICES = 40, 6


def rounds(engine: Make, folder: Path, seconds: float, number: int) -> Tally:
    """Ask questions of engines filled and changed at random until the time is over. Raises AssertionError at a wrong answer."""
    until, tally = time.monotonic() + seconds, Tally()
    for turn in count():
        if time.monotonic() > until:
            return tally
        _round(engine, folder / str(turn), number * 10_000 + turn, tally)
    raise AssertionError


def kills(engine: Make, folder: Path, times: int, number: int) -> Tally:
    """Kill a writer `times` times at a random instant, and compare what it leaves with what it acknowledged."""
    chance, tally, turn = random.Random(number), Tally(), 0
    for _kill in range(times):
        told = _killed(engine, folder, turn, chance.random() * 0.4)
        with closing(engine(folder)) as opened:
            shelf, turn = killed_shelf(opened, max(told, default=turn), tally)
            for expr in QUESTIONS:
                shelf.check(expr)
    return tally


def write(engine: Make, folder: Path, turn: int) -> None:
    """Change an engine over and over from change `turn` on, and print each change when it is acknowledged; to be killed."""
    opened = engine(folder)
    print("open", flush=True)
    for at in count(turn + 1):
        _numbers, gone = after_changes(at)
        opened.change([record(*invented(number)) for number in range(at * 3 - 3, at * 3)], gone)
        print(at, flush=True)


def _round(engine: Make, folder: Path, number: int, tally: Tally) -> None:
    first = number * 1000

    @seed(number)
    @settings(max_examples=1, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(STEPS, st.lists(TREES, min_size=30, max_size=60))
    def ask(steps: list[tuple[list[int], str, list[int], bool]], trees: list[Expr]) -> None:
        shelf = Shelf(engine(folder), tally)
        with closing(shelf.engine):
            shelf.put(*range(first, first + _DOCUMENTS))
            for numbers, version, gone, reopen in steps:
                shelf.put(
                    *(first + n for n in numbers), seed=version, without=[f"d{first + n}" for n in gone if n not in numbers]
                )
                if reopen:
                    shelf.engine.reopen()
                for expr in QUESTIONS:
                    shelf.check(expr)
            for expr in (*trees, *_phrases(shelf, number)):
                shelf.check(expr)

    ask()


def _phrases(shelf: Shelf, number: int) -> Iterator[Expr]:
    forms = (plain_form(piece) for piece in planted(shelf, _SLICES, number))
    yield from (Phrase(form) for form in forms if form)


def _killed(engine: Make, folder: Path, turn: int, after: float) -> list[int]:
    """Start a writer, kill it some time after it is open, and return the changes it acknowledged."""
    code = "from tests.indexer import conform, engines; from pathlib import Path; import sys\n"
    code += f"conform.write(engines.{getattr(engine, '__name__', '')}, Path(sys.argv[1]), {turn})"
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code, str(folder)], stdout=subprocess.PIPE, cwd=_ROOT, text=True
    )
    assert child.stdout
    child.stdout.readline()
    time.sleep(after)
    child.send_signal(signal.SIGKILL)
    return [int(line) for line in child.communicate()[0].split()]


def main() -> None:
    """Run everything and print the figures."""
    seconds, times = float(sys.argv[1]), int(sys.argv[2])
    number = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    engine: Make = getattr(engines, sys.argv[4] if len(sys.argv) > 4 else "OurIndex")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        asked = rounds(engine, folder / "rounds", seconds, number)
        print(f"any question after any change: {asked}", flush=True)
        after = kills(engine, folder / "kills", times, number)
        print(f"after {times} kills: {after}", flush=True)
        one_by_one, at_once = grow(engine, folder / "grown", 1000)
        ratio = one_by_one.engine.size() / max(1, at_once.engine.size())
        print(f"1000 commits of one document: {ratio:.2f} times the size of one commit")
        total = Tally(*(getattr(asked, name) + getattr(after, name) for name in ("queries", "wanted", "found", "right", "wrong")))
    print(f"all: {total}")


if __name__ == "__main__":
    main()
