"""The record of days: one line a day, kept in the tree, the last word of a day standing."""

from __future__ import annotations

import shutil
from datetime import date

from archive.evidence import coverage_cells
from archive.intake import take_in
from archive.opening import writing_archive
from archive.progress import FILE, note_day, read_days
from archive.scan import walk
from schema.coverage import Status


def test_a_line_a_day_with_what_changed(home, drop):
    def note(day: int) -> None:
        with writing_archive(home) as archive:
            take_in(archive, lambda intake: intake.step(walk(home.root / "收件箱", home.root)))
            note_day(archive, coverage_cells(archive), date(2026, 3, day))

    note(1)
    drop("清溪小学/C25 章程/清溪小学章程.txt")
    note(2)
    note(2)
    drop("清溪小学/C25 章程/信息化建设规划.txt", b"another")
    note(2)
    note(4)
    days = read_days(home)
    assert [day.day for day in days] == ["2026-03-01", "2026-03-02", "2026-03-04"]
    assert [day.complete for day in days] == [0, 1, 1]
    (change,) = days[1].changes
    assert (change.unit, str(change.point), change.before, change.after) == (
        "u01", "compulsory/C25", Status.MISSING, Status.SUBMITTED,
    )  # fmt: skip
    assert days[0].changes == days[2].changes == ()


def test_the_record_outlives_everything_but_the_tree(home):
    with writing_archive(home) as archive:
        note_day(archive, coverage_cells(archive), date(2026, 3, 1))
    shutil.rmtree(home.state)
    with writing_archive(home) as archive:
        note_day(archive, coverage_cells(archive), date(2026, 3, 2))
    assert [day.day for day in read_days(home)] == ["2026-03-01", "2026-03-02"]


def test_a_damaged_line_is_passed_over(home):
    with writing_archive(home) as archive:
        note_day(archive, coverage_cells(archive), date(2026, 3, 1))
    path = home.heritage / FILE
    path.write_bytes(path.read_bytes() + b'{"day": "no\n\xff\n')
    assert [day.day for day in read_days(home)] == ["2026-03-01"]
