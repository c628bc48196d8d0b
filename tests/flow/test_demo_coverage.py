"""How the demo district stands on a fixed assessment day: a table worked out by hand from its files, then what people decide.

The day is 20 December 2025. So "school-year 1" asks for 2025-2026 or, as that is not over, 2024-2025; "year 1" for 2025 or 2024;
"term 1" for autumn 2025 or spring 2025; C10 for 2023, 2024 and one of 2025 and 2022; C27 for anything since 2017.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.evidence import coverage_cells
from archive.home import Home
from archive.judgements import judge
from archive.opening import Archive, reading_archive
from schema.coverage import Cell, totals
from schema.frameworks import points_of
from schema.model import Document, PointRef
from schema.reviews import Ground, Review, Verdict, Waiver, text_key
from zuozheng import conveyor

AT = "2025-12-01T00:00:00+00:00"

# Unit, point, what is there of what is needed; ? marks a cell that rests on a paper which does not say for what or when it is.
# Written down from zuozheng/demo/data/*.toml, the items in schema/data/frameworks and the rules in schema/presence.py.
FILED = """
基础教育科 preschool/C1 partial 1/3                 of annual report, population, calculation: the calculation of 2025
基础教育科 preschool/C2 partial 1/3                 of list, recognition, statistics by type: the statistics of autumn 2025
基础教育科 preschool/C3 submitted 1/1               the same file as for C2
第一幼儿园 preschool/C4 partial 1/2                 of party branch approval, its records: the records
规划建设科 preschool/C8 partial 1/3                 of rule, hand-over, ledger: the hand-over, owed once
财务审计科 preschool/C10 partial 1/4 ?              of one table and three years of accounts: the table, without a date
财务审计科 preschool/C12 partial 1/3                of rule, subsidies, recognition published: the last
小太阳幼儿园 preschool/C13 submitted 1/1            filing of fees or notice board: the filing
第一幼儿园 preschool/C15 partial 1/2                of self-check, published meals: fees published
小太阳幼儿园 preschool/C15 submitted 2/2            the same file as for C13: the self-check; and meals, told by content
博雅双语幼儿园 preschool/C15 partial 1/2            the self-check of 2025
青禾幼儿园 preschool/C16 missing 0/2                a pay list that nobody can open
小太阳幼儿园 preschool/C17 partial 1/2 ?            of comparison, contracts: the comparison, without a date
安全稳定科 preschool/C19 submitted 1/1              the statement
博雅双语幼儿园 preschool/C21 partial 1/2            of registration, publication: the registration
基础教育科 preschool/C22 partial 1/5                of one plan and four years of reports: the plan
望桥镇中心幼儿园 preschool/C23 submitted 2/2 ?      notice board (a photo without a date), records of October 2025
小太阳幼儿园 preschool/C25 partial 1/2              of audit, pledge: the audit of 2024, which ends in the school year
第一幼儿园 preschool/C26 missing 0/3                a self-check, which is welcome and not needed
青禾幼儿园 preschool/C27 partial 2/3                of permit, comparison, acceptance of 2019: no permit
金摇篮幼儿园 preschool/C27 partial 1/3              the permit
第一幼儿园 preschool/C28 partial 1/2                of class sizes, roster: class sizes, twice the same file
青禾幼儿园 preschool/C28 partial 1/2 ?              class sizes without a date
小太阳幼儿园 preschool/C28 missing 0/2              measures against large classes: an item of the department
青禾幼儿园 preschool/C29 partial 1/2 ?              of roster, staffing: the staffing, without a date
望桥镇中心幼儿园 preschool/C29 partial 1/2 ?        the staffing, without a date
青禾幼儿园 preschool/C30 partial 1/2                of approval of posts, statement: the statement
金摇篮幼儿园 preschool/C32 submitted 1/1 ?          statistics without a date
望桥镇中心幼儿园 preschool/C33 partial 1/2          of plan, sign-in lists: the plan of 2025
第一幼儿园 preschool/C34 partial 1/2                of rules, assessment: the rules, owed once
第一幼儿园 preschool/C36 partial 2/3                of time-table, cases, report: the time-table; a case, told by content
博雅双语幼儿园 preschool/C36 partial 1/3            the report of June 2025
教育秘书科 preschool/C37 partial 1/2                of report, plan of the survey: the report
实验小学 compulsory/C1 partial 1/2 ?                one file for C1, C2, C3 that names no item and no year
实验小学 compulsory/C2 submitted 1/1 ?
实验小学 compulsory/C3 submitted 1/1 ?
云坪乡泉水村小学 compulsory/C4 partial 1/3 ?        of statistics, title deed, plan: statistics without a date
育才学校 compulsory/C4 partial 1/3 ?                one paper about buildings and deed: names both, so it is open which
松涧镇中心小学 compulsory/C5 submitted 1/1 ?        without a date
望桥初级中学 compulsory/C5 submitted 1/1 ?          one file for C5, C6, C7 without a date
实验小学 compulsory/C6 submitted 1/1 ?
望桥初级中学 compulsory/C6 submitted 1/1 ?
望桥镇第二小学 compulsory/C7 submitted 1/1 ?
望桥初级中学 compulsory/C7 submitted 1/1 ?
实验小学 compulsory/C10 submitted 2/2 ?             list without a date, photo of 16 October 2025
松涧镇中心小学 compulsory/C10 partial 1/2           of list, photos or use: the use
第一初级中学 compulsory/C11 submitted 1/1 ?
启明学校 compulsory/C11 missing 0/1                 a request to relieve the school: welcome, not needed
实验小学 compulsory/C12 partial 1/2                 of class sizes, rosters: class sizes
第一初级中学 compulsory/C12 partial 1/2             minutes of 29 August 2025 about the classes to come
望桥初级中学 compulsory/C12 missing 0/2             a roster that is damaged
启明学校 compulsory/C12 partial 1/2                 class sizes of autumn 2025
云坪乡泉水村小学 compulsory/C13 submitted 1/1       approval and proof of payment in one
云坪乡石板教学点 compulsory/C13 submitted 1/1
特殊教育学校 compulsory/C14 submitted 1/1
组织人事科 compulsory/C15 partial 1/2 ?             of comparison, total of pay: the comparison, without a date
组织人事科 compulsory/C17 partial 1/2               one file for C17 and C18 about both
组织人事科 compulsory/C18 partial 1/3 ?             it does not say which of plan, list, transfers it is
望桥镇第二小学 compulsory/C19 submitted 1/1 ?
基础教育科 compulsory/C20 partial 1/3               of plan, figures, map: the plan of 2025
基础教育科 compulsory/C23 partial 1/4 ?             of one calculation and three years of ledgers: the calculation
第一初级中学 compulsory/C25 partial 1/2             of charter, digital plan: the charter of 2024, owed once
育才学校 compulsory/C26 partial 1/2                 of budget, spending: the budget of 2025
松涧镇中心小学 compulsory/C28 submitted 2/2 ?       plan of 2025-2026, and a scan nobody can tell apart
望桥镇第二小学 compulsory/C29 partial 1/3           of time-table, inspections, practice: the time-table
实验小学 compulsory/C30 partial 1/2                 of homework, exams and hours: homework of October 2025
望桥镇第二小学 compulsory/C30 partial 1/2           homework rules, and photos of the same
质量评估与干部人事档案中心 compulsory/C31 partial 1/2   of report, differences between schools: the report
教育秘书科 compulsory/C32 partial 1/2               of report, plan of the survey: the report
财务审计科 preschool/C14 partial 1/2                of plan or cost report, approval: the report, told by content
安全稳定科 preschool/C18 partial 1/3                of duties, joint inspections, checks: the inspections, told by content
金摇篮幼儿园 preschool/C25 partial 1/2              of audit, pledge: the pledge, told by content
第一幼儿园 preschool/C29 partial 1/2                of roster, staffing: the roster, told by content
博雅双语幼儿园 preschool/C33 partial 1/2            of plan, sign-in lists: a list, told by content
组织人事科 preschool/C35 submitted 1/1              the statement, told by content
实验小学 compulsory/C26 partial 1/2                 of budget, spending: the spending, told by content
实验小学 compulsory/C27 partial 1/2                 of training, use of rooms: the training, told by content
启明学校 compulsory/C28 partial 1/2                 of plan, school culture: the culture, told by content
"""
# By the facts of the register: not public (C16, C30), public (C17, C25), neither public nor inclusive (C13), opened before 2017
# (C27), a hundred pupils and more (compulsory C13).
NOT_APPLICABLE = """
preschool/C13 博雅双语幼儿园
preschool/C16 小太阳幼儿园 金摇篮幼儿园 博雅双语幼儿园
preschool/C17 第一幼儿园 青禾幼儿园 望桥镇中心幼儿园
preschool/C25 第一幼儿园 青禾幼儿园 望桥镇中心幼儿园
preschool/C27 第一幼儿园 望桥镇中心幼儿园 小太阳幼儿园 博雅双语幼儿园
preschool/C30 小太阳幼儿园 金摇篮幼儿园 博雅双语幼儿园
compulsory/C13 实验小学 松涧镇中心小学 望桥镇第二小学
"""
# Points of the district: 33 alone, 11 with the kindergartens; of each of 6 kindergartens these 11 and 6; of each of 8 schools
# 17; C13 of 4 primary schools and a teaching point, C14 of the special school.
CELLS = 44 + 6 * (11 + 6) + 8 * 17 + 4 + 1 + 1


@pytest.fixture
def home(demo_district: Home, tmp_path: Path) -> Home:
    shutil.copytree(demo_district.root, tmp_path / "示例档案")
    return Home(tmp_path / "示例档案")


@pytest.fixture
def archive(home: Home) -> Iterator[Archive]:
    with reading_archive(home) as opened:
        yield opened


def row(cell: Cell) -> str:
    needed = len(cell.needed)
    return f"{cell.status} {needed - len(cell.lacking)}/{needed}{' ?' if cell.assumed else ''}"


def rows(archive: Archive) -> dict[tuple[str, str], str]:
    names = {unit.id: unit.name.removeprefix("示例区") for unit in archive.district.units}
    return {(names[cell.unit], str(cell.point)): row(cell) for cell in coverage_cells(archive)}


def table() -> dict[tuple[str, str], str]:
    written = {}
    for line in FILED.strip().splitlines():
        unit, point, status, count, *more = line.split()
        written[unit, point] = f"{status} {count}{' ?' if more[:1] == ['?'] else ''}"
    return written


def test_every_cell_stands_as_worked_out_by_hand(archive):
    expected, found = table(), rows(archive)
    assert {key: found[key] for key in expected} == expected
    lines = (line.split() for line in NOT_APPLICABLE.strip().splitlines())
    free = {(unit, point) for point, *units in lines for unit in units}
    assert {key for key, value in found.items() if value.startswith("not-applicable")} == free
    rest = {key: value for key, value in found.items() if key not in expected and key not in free}
    assert {key: value for key, value in rest.items() if not value.startswith("missing 0/")} == {}
    assert len(found) == CELLS
    sums = totals(coverage_cells(archive))
    assert (sums.applicable, sums.complete, sums.verified) == (CELLS - 20, 22, 0)
    assert (sums.assumed, sums.unrefined) == (14, 0)


def document(archive: Archive, name: str) -> Document:
    (found,) = [entry for entry in archive.catalogue.documents() if entry.name == name]
    return found


def verdict(archive: Archive, name: str, point: str, word: Verdict, **said) -> Review:
    about, ref = document(archive, name), PointRef.parse(point)
    text = text_key(points_of(archive.district.frameworks)[ref].text)
    return Review(about.id, about.sha256, ref, text, word, "王老师", AT, "", **said)


def test_reviews_move_their_own_cell_and_no_other(home, archive):
    before = rows(archive)
    shared, minutes = "C1、C2、C3 教师队伍统计.xlsx", "（C12）均衡编班会议纪要.docx"
    made = [
        verdict(archive, shared, "compulsory/C2", Verdict.VERIFIED),
        verdict(archive, shared, "compulsory/C3", Verdict.REJECTED, ground=Ground.WRONG_CONTENT),
        verdict(archive, minutes, "compulsory/C12", Verdict.REJECTED, ground=Ground.NO_SEAL),
        verdict(archive, "近两年无安全责任事故情况说明.pdf", "preschool/C19", Verdict.VERIFIED, until="2025-12-19"),
        verdict(archive, "C19 教师资格证台账.xlsx", "compulsory/C19", Verdict.VERIFIED, period="2023-2024学年"),
        verdict(archive, "2025年9月工资发放表（已加密）.pdf", "preschool/C16", Verdict.VERIFIED),
        replace(verdict(archive, "C4 校舍面积统计表.xlsx", "compulsory/C4", Verdict.VERIFIED), text="the text before"),
        Waiver("D02", PointRef("preschool", 10), "李主任", AT, "市里统一提供", "2025-12-20"),
        Waiver("D02", PointRef("preschool", 12), "李主任", AT, "市里统一提供", "2025-12-19"),
    ]
    judge(home, [(record, "") for record in made])
    moved = {key: value for key, value in rows(archive).items() if before[key] != value}
    assert moved == {
        ("实验小学", "compulsory/C2"): "verified 1/1",
        ("实验小学", "compulsory/C3"): "rejected 0/1",
        ("第一初级中学", "compulsory/C12"): "rejected 0/2",
        ("安全稳定科", "preschool/C19"): "expired 0/1",
        ("望桥镇第二小学", "compulsory/C19"): "expired 0/1",
        ("青禾幼儿园", "preschool/C16"): "partial 1/2",
        ("云坪乡泉水村小学", "compulsory/C4"): "suspect 1/3 ?",
        ("财务审计科", "preschool/C10"): "waived 1/4 ?",
    }


def ingest(home: Home) -> None:
    with conveyor.running(home) as stages:
        conveyor.one_pass(stages, conveyor.all_inboxes(stages.archive, lambda _sentence: None))


def test_a_verified_file_that_changes_is_suspect_and_a_rejected_one_is_handed_in_anew(home):
    with reading_archive(home) as archive:
        made = [
            verdict(archive, "C19 教师资格证台账.xlsx", "compulsory/C19", Verdict.VERIFIED),
            verdict(archive, "C30作业管理制度.txt", "compulsory/C30", Verdict.REJECTED, ground=Ground.WRONG_YEAR),
            verdict(archive, "C30 作业公示照片.zip", "compulsory/C30", Verdict.REJECTED, ground=Ground.ILLEGIBLE),
        ]
        judge(home, [(record, "") for record in made])
        found = rows(archive)
        assert found["望桥镇第二小学", "compulsory/C19"] == "verified 1/1"
        assert found["望桥镇第二小学", "compulsory/C30"] == "rejected 0/2"
    inbox = home.root / "收件箱/示例区望桥镇第二小学"
    shutil.copy(inbox.parent / "示例区松涧镇中心小学/C5 运动场地/运动场馆面积台账.xlsx", inbox / "C19 教师资格证台账.xlsx")
    (inbox / "C30作业管理制度.txt").write_text("作业管理制度（2025年修订）", encoding="utf-8")
    ingest(home)
    with reading_archive(home) as archive:
        found = rows(archive)
        assert found["望桥镇第二小学", "compulsory/C19"].startswith("suspect 1/1")
        assert found["望桥镇第二小学", "compulsory/C30"].startswith("partial 1/2"), "one rejected, a newer one handed in"


def test_a_school_that_changes_from_public_to_private_owes_other_points(home, archive):
    before = rows(archive)
    register = home.register_file.read_text(encoding="utf-8-sig").splitlines()
    changed = [line.replace("公办", "民办") if "示例区青禾幼儿园" in line else line for line in register]
    assert changed != register
    home.register_file.write_text("\r\n".join(changed), encoding="utf-8-sig")
    with reading_archive(home) as again:
        moved = {key: value.split()[0] for key, value in rows(again).items() if before[key] != value}
    assert moved == {
        ("青禾幼儿园", "preschool/C16"): "not-applicable", ("青禾幼儿园", "preschool/C17"): "missing",
        ("青禾幼儿园", "preschool/C25"): "missing", ("青禾幼儿园", "preschool/C30"): "not-applicable",
    }  # fmt: skip


def test_another_assessment_day_makes_what_is_there_too_old(home):
    settings = home.settings_file.read_text(encoding="utf-8").replace("date = 2025-12-20", "date = 2027-03-01")
    home.settings_file.write_text(settings, encoding="utf-8")
    with reading_archive(home) as archive:
        found = rows(archive)
    assert found["第一幼儿园", "preschool/C15"] == "partial 1/2", "the school year 2025-2026 is the last complete one"
    assert found["特殊教育学校", "compulsory/C14"] == "expired 0/1", "2025 is neither 2027 nor 2026"
    assert found["第一初级中学", "compulsory/C25"] == "partial 1/2", "a charter is owed once"
