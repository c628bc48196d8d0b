"""CPU seconds of the coverage of a whole district: 200 units, both frameworks, 50,000 documents in a catalogue on disk.

    python -m bench.coverage [DOCUMENTS]

Full: every cell from the catalogue, nothing remembered from before. One change: the cell of one document's unit and point, as
after a review. The peer is the least that any answer has to do: reading the documents from the catalogue.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from archive.evidence import coverage_cells, coverage_of
from archive.home import Home
from archive.opening import Archive, writing_archive
from archive.setup import init
from schema import when
from schema.coverage import Status, cells, totals
from schema.messages import message
from schema.model import Basis, Document, DocumentState, Facts, Point, Tag, TagState, TextStatus, Unit, UnitKind
from schema.settings import Settings
from schema.units import dump_units

Value = TypeVar("Value")
_KINDS = [UnitKind.KINDERGARTEN] * 12 + [UnitKind.PRIMARY] * 5 + [UnitKind.JUNIOR] * 2 + [UnitKind.NINE_YEAR]


def units(count: int) -> tuple[Unit, ...]:
    """Return invented units: six kindergartens to four schools."""
    return tuple(
        Unit(f"u{number:03d}", f"第{number}单位", _KINDS[number % len(_KINDS)], public=number % 3 > 0, pupils=400 + number)
        for number in range(count)
    )


def documents(archive: Archive, count: int) -> Iterator[Document]:
    """Yield invented documents, filed under the points that their units owe, titled after their items."""
    chance = random.Random(7)
    district = archive.district
    owed = [cell for cell in cells(district.frameworks, district.duties, district.units, ()) if cell.status is Status.MISSING]
    points = {point.ref: point for framework in archive.district.frameworks for point in framework.points}
    for number in range(count):
        cell = chance.choice(owed)
        title = _title(chance, points[cell.point], number)
        tag = Tag(cell.point, TagState.ASSIGNED, Basis.FOLDER, 1.0, message("tag.folder", name="x", code=cell.point.code))
        day = f"{chance.choice([2023, 2024, 2025])}-0{chance.randint(1, 9)}-1{number % 9}"
        facts = Facts(TextStatus.OK, "docx", 3, title, date=day)
        folder = f"收件箱/{cell.unit}/{chance.choice(['2024年', '2024-2025学年', '材料'])}/{cell.point.code}"
        yield Document(
            f"d{number}", 0, f"{number:064x}", 1000, cell.unit, f"{title}.docx", f"{folder}/{title}.docx", f"x/{number}.docx",
            "2025-11-20T00:00:00+00:00", 1, "", DocumentState.CURRENT, facts, (tag,),
        )  # fmt: skip


def _title(chance: random.Random, point: Point, number: int) -> str:
    year = chance.choice(["", "2024年", "2025年", "2024-2025学年", "2025年秋季学期"])
    return f"第{number}号{year}{chance.choice([*(item.title for item in point.items), '情况说明'])}"


def cpu(work: Callable[[], Value]) -> tuple[float, Value]:
    """Return the CPU seconds of this process that `work` took, and its value."""
    before = time.process_time()
    value = work()
    return time.process_time() - before, value


def main(count: int) -> None:
    """Fill a catalogue, then measure; print a line a figure."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        register = folder / "units.csv"
        register.write_bytes(dump_units(units(200)))
        home = Home(folder / "home")
        init(home, replace(Settings(), assessment=date(2025, 12, 20)), register)
        with writing_archive(home) as archive:
            with archive.catalogue.transaction():
                for document in documents(archive, count):
                    archive.catalogue.put(document)
            base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            reading, _ = cpu(lambda: sum(1 for _ in archive.catalogue.documents()))
            when.spans.cache_clear()
            full, found = cpu(lambda: coverage_cells(archive))
            one = found[len(found) // 2]
            change, again = cpu(lambda: coverage_of(archive, one.point, one.unit))
    assert again == (one,)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{count} documents, {len(found)} cells: {totals(found).sentence().text('en')}")
    print(f"reading the documents  {reading:7.3f} CPU s")
    print(f"full coverage          {full:7.3f} CPU s   (to reach: 3)")
    print(f"one change             {change:7.3f} CPU s   (to reach: 0.05)")
    print(f"peak memory            {peak / 1024:7.0f} MB, {(peak - base) / 1024:.0f} MB of it since the catalogue was filled")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
