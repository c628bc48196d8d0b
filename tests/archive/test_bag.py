"""Hand-over packages: made from a real archive, validated by the library, by sha256sum, and by rules of our own."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest
from openpyxl import load_workbook

from archive.bag import Bagged, DamagedDocumentsError, bag
from archive.choice import Choice, choice
from archive.intake import Tally
from archive.manifest import decoded, dump_manifest, encoded, load_manifest
from archive.opening import Archive
from archive.sidecar import load
from schema.errors import ArchiveError
from schema.model import Document, Facts, PointRef, TextStatus

Drop = Callable[..., Path]
Ingest = Callable[[], Tally]


@pytest.fixture
def filed(archive: Archive, drop: Drop, ingest: Ingest) -> Archive:
    drop("清溪小学/C10/面积表.txt", b"96")
    drop("清溪小学/C12/达标率100%.txt", b"all")
    drop("桃源幼儿园/C3/=1+1.txt", b"kindergarten")
    drop("云台初级中学/无编号.txt", b"menu")
    drop("清溪小学/C10/旧.txt", b"first")
    ingest()
    drop("清溪小学/C10/旧.txt", b"second")
    ingest()
    return archive


def made(archive: Archive, target: Path, **asked: str) -> Bagged:
    return bag(archive, target, choice(archive.district, *(asked.get(name) for name in ("unit", "point", "framework"))), "试验")


def rows(target: Path) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(target / "data/归档文件目录.xlsx")
    return {sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book.worksheets}


def validate(target: Path) -> bagit.Bag:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = bagit.Bag(str(target))
        found.validate()
    return found


def test_the_bag_holds_current_documents_with_their_sidecars(filed: Archive, tmp_path: Path) -> None:
    target = tmp_path / "移交"
    bagged = made(filed, target)
    found = validate(target)
    assert bagged.documents == 5
    assert bagged.files == 11
    assert found.version_info == (1, 0)
    assert found.info["Payload-Oxum"] == f"{bagged.bytes}.{bagged.files}"
    assert found.info["Document-Count"] == "5"
    assert found.info["Source-Organization"] == "佐证材料档案"
    for document in filed.catalogue.documents():
        place = document.path.replace("%", "％")
        stored = target / "data" / place
        if document.state != "current":
            assert not stored.exists()
            continue
        assert hashlib.sha256(stored.read_bytes()).hexdigest() == document.sha256
        sidecar = load((stored.parent / "_meta" / f"{stored.name}.json").read_bytes())
        assert sidecar.document.path == document.path, "the sidecar keeps the name as filed"
    assert not list(tmp_path.glob(".*draft"))


def test_the_manifest_is_one_that_sha256sum_checks(filed: Archive, tmp_path: Path) -> None:
    made(filed, tmp_path / "移交")
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "-c", "--quiet", "--strict", name], cwd=tmp_path / "移交", check=True)
    listed = load_manifest((tmp_path / "移交/manifest-sha256.txt").read_bytes())
    lying = {path.relative_to(tmp_path / "移交").as_posix() for path in (tmp_path / "移交/data").rglob("*") if path.is_file()}
    assert listed.keys() == lying


def test_the_list_has_the_columns_of_the_standard(filed: Archive, tmp_path: Path) -> None:
    with filed.catalogue.transaction():
        (document,) = (entry for entry in filed.catalogue.documents() if entry.name == "面积表.txt")
        facts = Facts(TextStatus.OK, "txt", 3, "专用教室面积统计表", "荣教政发〔2023〕78号", "清溪小学", "2025-09-01")
        filed.catalogue.describe([(document.id, facts, ())])
    target = tmp_path / "移交"
    made(filed, target)
    book = load_workbook(target / "data/归档文件目录.xlsx")
    assert book.sheetnames == ["学前教育普及普惠", "义务教育优质均衡", "未归到要点"]
    for sheet in book.worksheets:
        assert [cell.value for cell in sheet[1]] == ["序号", "档号", "文号", "责任者", "题名", "日期", "密级", "页数", "备注"]
        assert sheet.page_setup.orientation == "landscape"
    found = rows(target)
    assert [row[0] for row in found["义务教育优质均衡"]] == [1, 2, 3]
    row = next(row for row in found["义务教育优质均衡"] if row[4] == "专用教室面积统计表")
    assert row[:8] == (row[0], None, "荣教政发〔2023〕78号", "清溪小学", "专用教室面积统计表", "20250901", None, 3)
    assert row[8] == f"清溪小学；义教 C10；{document.path}"
    assert found["学前教育普及普惠"][0][4] == "[=1+1]"
    assert "第 2 版" in str(next(row for row in found["义务教育优质均衡"] if row[4] == "[旧]")[8])


def test_a_choice_of_unit_point_and_framework(filed: Archive, tmp_path: Path) -> None:
    assert made(filed, tmp_path / "a", unit="溪小").documents == 3
    assert made(filed, tmp_path / "b", point="义教C10").documents == 2
    assert made(filed, tmp_path / "c", point="C10", framework="compulsory", unit="u01").documents == 2
    assert made(filed, tmp_path / "d", framework="学前").documents == 1
    with pytest.raises(ArchiveError, match="No document fits"):
        made(filed, tmp_path / "e", unit="u05")
    assert not (tmp_path / "e").exists()


@pytest.mark.parametrize(
    ("written", "ref"),
    [
        ("preschool/C12", PointRef("preschool", 12)),
        ("学前 c12", PointRef("preschool", 12)),
        ("义教Ｃ１２", PointRef("compulsory", 12)),
        ("C37", PointRef("preschool", 37)),
    ],
)
def test_points_as_people_write_them(archive: Archive, written: str, ref: PointRef) -> None:
    assert choice(archive.district, None, written, None) == Choice(point=ref)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ((None, "C12", None), "choice.which-point"),
        ((None, "义教C40", None), "choice.no-point"),
        ((None, "随便", None), "choice.no-point"),
        (("没有的学校", None, None), "choice.no-unit"),
        ((None, None, "高中"), "choice.no-framework"),
    ],
)
def test_what_is_not_known_is_said(archive: Archive, asked: tuple[str | None, ...], code: str) -> None:
    with pytest.raises(ArchiveError) as error:
        choice(archive.district, *asked)
    assert error.value.message.code == code


def test_a_damaged_document_stops_the_bag_and_is_named(filed: Archive, tmp_path: Path) -> None:
    document = next(entry for entry in filed.catalogue.documents() if entry.name == "面积表.txt")
    (filed.home.tree / document.path).write_bytes(b"97")
    other = next(entry for entry in filed.catalogue.documents() if entry.name == "无编号.txt")
    shutil.rmtree((filed.home.tree / other.path).parent / "_meta")
    with pytest.raises(DamagedDocumentsError) as error:
        made(filed, tmp_path / "移交")
    assert {fault.file for fault in error.value.faults} == {document.path, other.path}
    assert list(tmp_path.glob("*移交*")) == []


def test_a_bag_never_overwrites_and_never_lies_in_the_archive(filed: Archive, tmp_path: Path) -> None:
    (tmp_path / "移交").mkdir()
    for target, code in (
        (tmp_path / "移交", "bag.exists"),
        (filed.home.tree / "移交", "bag.inside"),
        (filed.home.root / "收件箱/清溪小学/移交", "bag.inside"),
    ):
        with pytest.raises(ArchiveError) as error:
            made(filed, target)
        assert error.value.message.code == code


def test_a_draft_that_was_cut_off_is_no_obstacle(filed: Archive, tmp_path: Path) -> None:
    left = tmp_path / ".移交.zuozheng-draft/data"
    left.mkdir(parents=True)
    (left / "半个.txt").write_bytes(b"half")
    made(filed, tmp_path / "移交")
    assert "data/半个.txt" not in validate(tmp_path / "移交").entries
    assert not left.exists()


def test_documents_that_move_meanwhile_are_taken_where_they_are(
    filed: Archive, drop: Drop, ingest: Ingest, tmp_path: Path
) -> None:
    """A new version arrives while the bag is being made: the bag holds it, not the one the first look chose."""
    changed: list[Document] = []

    def disturb(_name: str) -> None:
        if not changed:
            drop("清溪小学/C10/面积表.txt", b"third")
            ingest()
            changed.extend(entry for entry in filed.catalogue.documents() if entry.name == "面积表.txt")

    bag(filed, tmp_path / "移交", Choice(), "试验", disturb)
    validate(tmp_path / "移交")
    (version,) = changed
    assert (tmp_path / "移交/data" / version.path).read_bytes() == b"third"


def test_names_in_a_manifest_come_back_as_they_were() -> None:
    names = ["a.txt", "100%.txt", "%25.txt", "two\r\nlines", "%0D", "反斜\\杠", b"caf\xe9".decode("utf-8", "surrogateescape")]
    entries = {name: hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest() for name in names}
    assert load_manifest(dump_manifest(entries)) == entries
    assert encoded("50%\n") == "50%25%0A"
    assert decoded("50%25%0a%20") == "50%\n%20"
    with pytest.raises(ValueError, match="not a line"):
        load_manifest(b"nonsense\n")
