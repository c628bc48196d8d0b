"""The list in each unit's folder: there, right, written only when it changes, never taken for evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from archive.evidence import coverage_of
from archive.home import Home
from archive.intake import take_in
from archive.judgements import judge
from archive.opening import writing_archive
from archive.scan import walk
from archive.todo import Todos, still_owed
from schema.model import PointRef
from schema.reviews import Waiver

AT = "2026-03-01T02:00:00+00:00"


def write(home: Home) -> tuple[int, list[str]]:
    told: list[str] = []
    with writing_archive(home) as archive:
        take_in(archive, lambda intake: intake.step(walk(home.root / "收件箱", home.root)))
        return Todos(archive, lambda sentence: told.append(sentence.text())).write(), told


def rows(path: Path) -> dict[str, tuple]:
    sheet = load_workbook(path)["待办"]
    return {row[0]: row for row in sheet.iter_rows(min_row=2, values_only=True)}


def folder(home: Home, unit: str) -> Path:
    return home.root / "收件箱" / unit


def test_every_unit_that_owes_something_gets_its_own_list(home):
    written, told = write(home)
    assert told == []
    with writing_archive(home) as archive:
        owing = {archive.district.unit_by_id[unit].name for unit, book in still_owed(archive).items() if book.gaps}
    assert written == len(owing) == len(list((home.root / "收件箱").glob("*/_待办.xlsx")))
    school = rows(folder(home, "清溪小学") / "_待办.xlsx")
    assert len(school) == 17
    assert school["义教 C25"][2:5] == ("缺材料", "0/2", "缺：学校章程及核准批复；信息化建设规划、智慧校园材料。")
    assert (folder(home, "清溪小学") / school["义教 C25"][7]).is_dir(), "the folder it names is there"
    assert rows(folder(home, "启明特殊教育学校") / "_待办.xlsx").keys() == {"义教 C14"}


def test_only_what_changed_is_written_again(home, drop):
    settings = home.settings_file.read_text(encoding="utf-8").replace("# date =", "date = 2026-03-01")
    home.settings_file.write_text(settings, encoding="utf-8")
    write(home)
    before = {path: path.stat().st_mtime_ns for path in (home.root / "收件箱").glob("*/_待办.xlsx")}
    assert write(home) == (0, [])
    drop("清溪小学/C25 章程/清溪小学章程.txt")
    assert write(home)[0] == 1
    changed = {path.parent.name for path, time in before.items() if path.stat().st_mtime_ns != time}
    assert changed == {"清溪小学"}
    assert rows(folder(home, "清溪小学") / "_待办.xlsx")["义教 C25"][2] == "部分缺"


def test_a_list_that_was_deleted_or_moved_is_written_again(home):
    write(home)
    (folder(home, "清溪小学") / "_待办.xlsx").unlink()
    assert write(home)[0] == 1


def test_a_list_is_never_evidence(home):
    write(home)
    with writing_archive(home) as archive:
        tally = take_in(archive, lambda intake: intake.step(walk(home.root / "收件箱", home.root)))
        assert tally.seen == 0
        assert list(archive.catalogue.documents()) == []


def test_a_list_of_nothing_says_so(home):
    write(home)
    ref = PointRef("compulsory", 14)
    judge(home, [(Waiver("u05", ref, "李主任", AT, "另行安排", "2099-12-31"), "")])
    assert write(home)[0] == 1
    ((first, *_others),) = rows(folder(home, "启明特殊教育学校") / "_待办.xlsx").values()
    assert first == "都交齐了，暂时没有要补的。"


def test_a_list_that_cannot_be_written_is_told_once_and_tried_again(home):
    told: list[str] = []
    target = folder(home, "清溪小学") / "_待办.xlsx"
    with writing_archive(home) as archive:
        todos = Todos(archive, lambda sentence: told.append(sentence.text()))
        target.mkdir()  # as good as a file that another program holds
        (target / "x").touch()
        todos.write()
        todos.write()
        assert len(told) == 1
        assert "_待办.xlsx" in told[0]
        assert not list(folder(home, "清溪小学").glob("*.new"))
        (target / "x").unlink()
        target.rmdir()
        assert todos.write() >= 1
    assert target.is_file()


def test_lists_are_not_written_more_often_than_they_may_cost(home):
    moments = iter([0.0, 2.0, 10.0, 25.0, 26.0])
    with writing_archive(home) as archive:
        todos = Todos(archive, lambda sentence: None, clock=lambda: next(moments))
        assert todos.keep_up() > 0  # from 0 to 2: pause until 20
        assert todos.keep_up() == 0  # at 10
        (folder(home, "清溪小学") / "_待办.xlsx").unlink()
        assert todos.keep_up() == 1  # at 25


def test_what_is_owed_is_told_with_its_day(home):
    settings = home.settings_file.read_text(encoding="utf-8").replace("# due =", "due = 2026-05-31")
    settings = settings.replace("# dues =", 'dues = ["清溪小学 2026-04-30", "compulsory/C25 2026-03-31"]')
    home.settings_file.write_text(settings, encoding="utf-8")
    with writing_archive(home) as archive:
        book = still_owed(archive, date(2026, 4, 15))["u01"]
        found = {str(cell.point): (book.due(cell), book.overdue(cell)) for cell in book.gaps}
        assert found["compulsory/C25"] == (date(2026, 3, 31), True)
        assert found["compulsory/C12"] == (date(2026, 4, 30), False)
        assert still_owed(archive)["u03"].due(coverage_of(archive, PointRef("compulsory", 12), "u03")[0]) == date(2026, 5, 31)


def test_a_wrong_day_in_the_settings_stops_nothing(home):
    settings = home.settings_file.read_text(encoding="utf-8").replace("# dues =", 'dues = ["某校 2026-04-30"]')
    home.settings_file.write_text(settings, encoding="utf-8")
    written, told = write(home)
    assert written == 0
    assert len(told) == 1
    assert "某校" in told[0]
