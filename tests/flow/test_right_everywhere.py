"""The hard cases at every place where people see them: command, workbook, letters, the unit's list, its receipt, the site."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from archive.evidence import coverage_cells
from archive.gap_records import GapBook
from archive.gap_sheets import gap_sheets
from archive.home import Home
from archive.judgements import judge
from archive.letters import reminders
from archive.opening import Archive, reading_archive
from archive.refuse import RECEIPT, TODO
from archive.setup import init
from archive.workbook import write_workbook
from indexer.textstore import TextStore
from schema.frameworks import points_of
from schema.model import PointRef
from schema.reviews import Ground, Review, Verdict, Waiver, text_key
from schema.settings import Settings
from site_builder.build import build
from site_builder.data import Audience
from site_builder.gather import gather, texts_of
from site_builder.links import unit_page
from zuozheng import conveyor

AT = "2025-12-01T00:00:00+00:00"
SCHOOL, GARDEN, OFFICE = "示例区望桥镇第二小学", "示例区青禾幼儿园", "财务审计科"
FIVE = "义教C1、C2、C3、C5、C6 办学条件统计表（2025年秋季）.xlsx"
OLD, NEW = "C19 教师资格证台账.xlsx", "C19 教师资格证台账（盖章扫描）.xlsx"


def ingest(home: Home) -> None:
    with conveyor.running(home) as stages:
        conveyor.one_pass(stages, conveyor.all_inboxes(stages.archive, lambda _sentence: None))


def verdict(archive: Archive, name: str, point: str, word: Verdict, ground: Ground | None = None) -> Review:
    (about,) = [entry for entry in archive.catalogue.documents() if entry.name == name]
    ref = PointRef.parse(point)
    text = text_key(points_of(archive.district.frameworks)[ref].text)
    return Review(about.id, about.sha256, ref, text, word, "王老师", AT, "请重交" if ground else "", ground)


@pytest.fixture(scope="module")
def home(demo_district: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo with one file for five points, a newer accepted file beside a rejected one, a waiver, a change of ownership."""
    home = Home(tmp_path_factory.mktemp("hard") / "示例档案")
    shutil.copytree(demo_district.root, home.root)
    inbox = home.root / "收件箱" / SCHOOL
    table = home.root / "收件箱/示例区望桥初级中学"
    some = sorted(path for path in table.rglob("*.xlsx") if path.name != TODO)
    shutil.copy(some[0], inbox / FIVE)
    shutil.copy(some[0], inbox / NEW)
    (inbox / NEW).write_bytes((inbox / NEW).read_bytes() + b"\0")  # other bytes: another document
    ingest(home)
    with reading_archive(home) as archive:
        made = [
            verdict(archive, OLD, "compulsory/C19", Verdict.REJECTED, Ground.NO_SEAL),
            verdict(archive, NEW, "compulsory/C19", Verdict.VERIFIED),
            Waiver("D02", PointRef("preschool", 10), "李主任", AT, "市里统一提供", "2026-01-31"),
        ]
    judge(home, [(record, "") for record in made])
    register = home.register_file.read_text(encoding="utf-8-sig").splitlines()
    changed = [line.replace("公办", "民办") if GARDEN in line else line for line in register]
    assert changed != register
    home.register_file.write_text("\r\n".join(changed), encoding="utf-8-sig")
    init(home, Settings(), None)  # completes the folders
    ingest(home)
    return home


@dataclass(frozen=True)
class Places:
    """What every place says of a unit, by point: the command's record, and the words of all others."""

    archive: Archive
    records: dict[tuple[str, str], dict[str, object]]
    matrix: dict[tuple[str, str], str]
    gap_list: set[tuple[str, str]]
    letters: dict[str, str]
    todo: dict[str, set[str]]
    receipts: dict[str, str]
    site: dict[str, str]


def bare(path: Path) -> str:
    text = re.sub(r"<(style|script)\b.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


@pytest.fixture(scope="module")
def places(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    folder = tmp_path_factory.mktemp("places")
    with reading_archive(home) as archive:
        book = GapBook(archive, coverage_cells(archive), date(2025, 12, 12))
        records = {(book.unit_name(cell), book.label(cell)): book.record(cell, "zh") for cell in book.cells}
        write_workbook(folder / "gaps.xlsx", gap_sheets(book))
        workbook = load_workbook(folder / "gaps.xlsx")
        matrix = {}
        for title in ("矩阵 学前", "矩阵 义教"):
            head, *rows = workbook[title].iter_rows(values_only=True)
            for row in rows:
                matrix |= {(str(name), str(row[0])): str(word) for name, word in zip(head[2:], row[2:], strict=True) if word}
        letters = {name: "".join(text for part in letter.parts for text in part.paragraphs) for name, letter in reminders(book)}
        inbox = home.root / "收件箱"
        todo = {
            unit: {str(row[0]) for row in load_workbook(inbox / unit / TODO).active.iter_rows(min_row=2, values_only=True)}
            for unit in (SCHOOL, GARDEN, OFFICE)
        }
        store = TextStore(home.state / "text.sqlite")
        build(gather(archive, Audience.TASKFORCE), texts_of(store.get), folder / "site", state=folder / "manifest.json")
        store.close()
        gaps = {(str(row[4]), str(row[0])) for row in workbook["缺口清单"].iter_rows(min_row=2, values_only=True)}
        yield Places(
            archive, records, matrix, gaps, letters, todo,
            {unit: bare(inbox / unit / RECEIPT) for unit in (SCHOOL, GARDEN, OFFICE)},
            {unit.name: bare(folder / "site" / unit_page(unit.id)) for unit in archive.district.units if "示例区" in unit.name},
        )  # fmt: skip


def test_no_place_contradicts_another(places):
    """Every gap of the command is in the list, the letter, the unit's own list and its receipt; nothing else is."""
    lacking = ("missing", "partial", "rejected", "expired", "suspect")
    owed = {key for key, record in places.records.items() if record["status"] in lacking}
    assert places.gap_list == owed
    for unit in (SCHOOL, GARDEN, OFFICE):
        points = {label for name, label in owed if name == unit}
        assert places.todo[unit] == points
        assert f"还欠 {len(points)} 个要点" in places.receipts[unit]
        assert set(re.findall(r"(?:学前|义教) C\d+", places.letters[unit])) == points
        block = places.receipts[unit].partition("还欠什么，放到哪里")[2].partition("要处理")[0]
        assert set(re.findall(r"(?:学前|义教) C\d+", block)) == points


def test_one_file_for_five_points(home, places):
    (document,) = [entry for entry in places.archive.catalogue.documents() if entry.name == FIVE]
    assert [str(ref) for ref in document.points] == [f"compulsory/C{number}" for number in (1, 2, 3, 5, 6)]
    for number in (1, 2, 3, 5, 6):
        record = places.records[SCHOOL, f"义教 C{number}"]
        assert document.id in record["documents"]
        assert record["status"] in ("submitted", "partial")
        assert places.matrix[SCHOOL, f"义教 C{number}"] in ("已交待核", "部分缺")
    stored = list(home.tree.rglob(FIVE))
    assert len(stored) == 1, "stored once"
    pointers = [path for path in home.tree.rglob("_另见.html") if FIVE in path.read_text(encoding="utf-8")]
    assert len(pointers) == 4
    assert places.receipts[SCHOOL].count(FIVE) == 1, "arrived once"
    assert FIVE in places.site[SCHOOL]


def test_a_rejected_file_beside_a_newer_accepted_one(places):
    record = places.records[SCHOOL, "义教 C19"]
    assert (record["status"], record["review"]) == ("verified", "verified")
    assert [entry["ground"] for entry in record["rejected"]] == ["no-seal"], "it is told, and changes nothing"
    assert places.matrix[SCHOOL, "义教 C19"] == "已核"
    assert (SCHOOL, "义教 C19") not in places.gap_list
    assert "C19" not in places.letters[SCHOOL], "nobody is asked to hand in what is accepted"
    assert "义教 C19" not in places.todo[SCHOOL]


def test_a_waived_point_is_owed_nowhere(places):
    record = places.records[OFFICE, "学前 C10"]
    assert record["status"] == "waived"
    assert "李主任" in str(record["reason"])
    assert places.matrix["全区", "学前 C10"] == "已豁免"
    assert (OFFICE, "学前 C10") not in places.gap_list
    assert "学前C10" not in places.letters[OFFICE].replace(" ", "")
    assert "学前 C10" not in places.todo[OFFICE]


def test_a_kindergarten_that_turned_private_owes_other_points_everywhere(home, places):
    for label, status, word in (
        ("学前 C16", "not-applicable", "不适用"), ("学前 C30", "not-applicable", "不适用"), ("学前 C17", "missing", "缺材料"),
        ("学前 C25", "missing", "缺材料"),
    ):  # fmt: skip
        assert places.records[GARDEN, label]["status"] == status
        assert places.matrix[GARDEN, label] == word
        assert ((GARDEN, label) in places.gap_list) is (status == "missing")
        assert (label in places.todo[GARDEN]) is (status == "missing")
        assert (label.replace(" ", "") in places.letters[GARDEN].replace(" ", "")) is (status == "missing")
    folders = {path.name.split(" ")[1] for path in (home.root / "收件箱" / GARDEN).glob("学前 *")}
    assert {"C17", "C25"} <= folders, "there is a folder to drop into for what is owed now"
