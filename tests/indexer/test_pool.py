import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from itertools import count, islice
from pathlib import Path

import pytest

from indexer import pool as module
from indexer.pool import ReadingPool
from indexer.readers import VERSION
from indexer.reading import Limits
from schema.model import TextStatus
from tests.indexer import samples


@pytest.fixture(scope="module")
def pool() -> Iterator[ReadingPool]:
    with ReadingPool(Limits(seconds=3), workers=2) as reading_pool:
        yield reading_pool


@pytest.fixture
def good(tmp_path) -> Path:
    return samples.docx(tmp_path / "好.docx", samples.p("下一个文件照常读取"))


def test_readings_come_in_the_order_of_the_jobs(pool, tmp_path):
    paths = [samples.docx(tmp_path / f"{number}.docx", samples.p(f"第{number}份")) for number in range(30)]
    found = list(pool.read_all((path.stem, path) for path in paths))
    assert [key for key, _ in found] == [path.stem for path in paths]
    assert [reading.text for _, reading in found] == [f"第{number}份" for number in range(30)]


def test_jobs_are_taken_as_there_is_room(pool, good):
    endless = pool.read_all((str(number), good) for number in count())
    assert [key for key, _ in islice(endless, 20)] == [str(number) for number in range(20)]
    endless.close()
    assert pool.read(good).status is TextStatus.OK


def test_a_file_that_hangs_is_given_up(pool, tmp_path, good):
    hanging = samples.hanging_pdf(tmp_path / "挂.pdf")
    (_, hung), (_, after) = pool.read_all([("挂", hanging), ("好", good)])
    # pdfminer comes back from it, without text; what matters is that it ends and the next file is read.
    assert hung.status in (TextStatus.EMPTY, TextStatus.TIMEOUT)
    assert after.status is TextStatus.OK


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux's list of processes")
@pytest.mark.parametrize("rounds", [1, 3])
def test_processes_that_are_told_to_end_cost_no_reading(tmp_path, rounds):
    """As when the system goes down: the files being read are not to blame."""
    paths = [samples.docx(tmp_path / f"{number}.docx", samples.p(f"第{number}份" * 2000)) for number in range(60)]
    found = []
    with ReadingPool(Limits(), workers=2) as pool:
        for number, (_, reading) in enumerate(pool.read_all((path.stem, path) for path in paths)):
            found.append(reading)
            if number % 20 == 0 and number < 20 * rounds:
                for process in descendants():
                    os.kill(process, signal.SIGTERM)
    assert [reading.status for reading in found] == [TextStatus.OK] * 60


def descendants() -> list[int]:
    """The reading processes and their fork server."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(entry.name)] = int((entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    found = [os.getpid()]
    for process in found:
        found += [child for child, parent in parents.items() if parent == process]
    return [process for process in found[1:] if b"forkserver" in Path(f"/proc/{process}/cmdline").read_bytes()]


def test_what_is_left_when_no_engine_can_is_the_first_failure(pool, tmp_path, monkeypatch):
    hanging = samples.hanging_pdf(tmp_path / "挂.pdf")
    monkeypatch.setattr(module, "read_second", module.read)
    found = pool.read(hanging)
    assert (found.status, found.kind, found.version) == (TextStatus.TIMEOUT, "pdf", VERSION)


@pytest.mark.skipif(not hasattr(module.os, "fork"), reason="no memory limit on this system")
def test_memory_is_limited(tmp_path, good):
    heavy = tmp_path / "大.txt"
    heavy.write_text("安全工作记录。" * 12_000_000, encoding="utf-8")
    with ReadingPool(Limits(seconds=30, memory_bytes=500 << 20, characters=200_000_000), workers=1) as small:
        (_, first), (_, after) = small.read_all([("大", heavy), ("好", good)])
    assert first.status in (TextStatus.TOO_LARGE, TextStatus.CRASHED)
    assert after.status is TextStatus.OK


def test_a_missing_file_is_a_status(pool, tmp_path):
    assert pool.read(tmp_path / "没有.pdf").status is TextStatus.CRASHED
