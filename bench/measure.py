"""What the search benchmarks share: clocks, sizes, and the texts in an index."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from indexer.entry import Entry
from indexer.index import Index
from indexer.question import Filters, question
from indexer.ranking import Order, page
from indexer.search import Library, find


def first(library: Library, text: str) -> int:
    """Find everything and order the first twenty, without reading them out."""
    asked = question(text, Filters(), library.names)
    found = find(library.index, asked)
    page(found.parts, Order.RELEVANCE, asked.phrases, 0, 20)
    return found.total


def texts_of(index: Index) -> Iterator[tuple[Entry, str]]:
    """Yield every document in an index with its search text."""
    for segment in index.segments:
        for number in range(segment.documents):
            if number not in segment.dead:
                yield segment.entry(number), segment.body(number)


def sample(index: Index) -> list[str]:
    """Return the texts of some documents, the same for the same index."""
    dice = random.Random(4)
    texts = [(segment, number) for segment in index.segments for number in range(segment.documents)]
    return [segment.body(number) for segment, number in dice.sample(texts, min(500, len(texts)))]


def cpu_of(work: Callable[[], object]) -> float:
    """Return the CPU seconds of all threads that some work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def timed(work: Callable[[], object], repeat: int = 3) -> tuple[float, float]:
    """Return the shortest of `repeat` runs by the clock and the shortest by CPU time, in milliseconds."""
    walls, cpus = [], []
    for _run in range(repeat):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return min(walls) * 1000, min(cpus) * 1000


def spread(times: Sequence[tuple[float, float]]) -> str:
    """Return median and 95th percentile of each column of times."""
    cells = []
    for column in zip(*times, strict=True):
        ordered = sorted(column)
        cells += [statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]]
    return " ".join(f"{cell:9.2f}" for cell in cells)


def size_of(path: Path) -> int:
    """Return how many bytes a file or all files in a folder have."""
    files = [path, *path.glob("**/*")] if path.exists() else []
    return sum(file.stat().st_size for file in files if file.is_file())
