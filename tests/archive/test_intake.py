"""What becomes of dropped files, on a real disk with a real catalogue."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.home import Home
from archive.intake import Intake, Tally
from archive.layout import sidecar_path
from archive.opening import Archive, writing_archive
from archive.scan import look_at, walk
from archive.sidecar import load
from schema.errors import ArchiveBusyError
from schema.model import DocumentState, Outcome, PointRef

Drop = Callable[..., Path]
Ingest = Callable[[], Tally]


def outcomes(archive: Archive) -> dict[str, Outcome]:
    return {
        entry.path.removeprefix("收件箱/"): entry.outcome
        for entry in archive.catalogue.ledger()
        if not entry.path.endswith("说明.txt")
    }


def test_init_makes_a_folder_for_every_point_a_unit_owes(home: Home) -> None:
    inbox = home.root / "收件箱"
    school = {folder.name.split()[1] for folder in (inbox / "清溪小学").iterdir() if folder.name.startswith("义教")}
    assert {"C1", "C10", "C30"} <= school
    assert "C14" not in school
    assert {folder.name.split()[1] for folder in (inbox / "启明特殊教育学校").iterdir()} >= {"C14"}
    assert (inbox / "桃源幼儿园").is_dir()
    assert (inbox / "财务审计科").is_dir(), "departments of the duties are units too"
    text = next((inbox / "清溪小学").glob("义教 C10 *")).joinpath("说明.txt").read_text(encoding="utf-8-sig")
    assert "技装中心（付国勇）" in text


def test_a_folder_named_by_a_code_files_its_documents(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    dropped = drop("清溪小学/C10/面积表.txt", b"96")
    tally = ingest()
    assert tally.new == 1
    (document,) = archive.catalogue.documents()
    assert document.points == (PointRef("compulsory", 10),)
    assert document.path.endswith("/清溪小学/面积表.txt")
    assert "/C10 " in document.path
    stored = archive.home.tree / document.path
    assert stored.read_bytes() == b"96"
    sidecar = load((stored.parent / "_meta" / "面积表.txt.json").read_bytes())
    assert sidecar.document.sha256 == document.sha256
    assert dropped.read_bytes() == b"96", "the original stays"


@pytest.mark.parametrize("damaged", [b"{}", None])
def test_a_damaged_sidecar_makes_its_own_file_wait_and_no_other(
    archive: Archive, drop: Drop, ingest: Ingest, damaged: bytes | None
) -> None:
    drop("清溪小学/C10/面积表.txt", b"96")
    ingest()
    (document,) = archive.catalogue.documents()
    place = archive.home.tree / sidecar_path(document.path)
    kept = place.read_bytes()
    place.write_bytes(damaged) if damaged is not None else place.unlink()
    drop("清溪小学/C10/面积表.txt", b"97")
    drop("清溪小学/C10/另一张.txt", b"98")
    tally = ingest()
    assert (tally.new, tally.versions, tally.pending) == (1, 0, 1)
    (waiting,) = archive.catalogue.ledger(outcome=Outcome.PENDING)
    assert "zuozheng repair" in waiting.reason.text("zh")
    place.write_bytes(kept)
    assert ingest().versions == 1


def test_every_path_ends_in_one_outcome_and_the_sums_agree(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    drop("清溪小学/C10/面积表.txt", b"96")
    drop("清溪小学/C10/副本.txt", b"96")
    drop("清溪小学/~$面积表.docx")
    drop("清溪小学/setup.bat")
    drop("清溪小学/照片.jpg", b"MZ program")
    drop("没登记的学校/x.txt")
    drop("散落.txt")
    drop("清溪小学/无编号.txt", b"menu")
    (archive.home.root / "收件箱/清溪小学/link.txt").symlink_to("C10/面积表.txt")
    os.mkfifo(archive.home.root / "收件箱/清溪小学/pipe")
    tally = ingest()
    found = outcomes(archive)
    assert found["清溪小学/C10/面积表.txt"] is Outcome.DUPLICATE, "副本.txt sorts first and is the document"
    assert {path for path, outcome in found.items() if outcome is Outcome.REJECTED} == {
        "清溪小学/setup.bat", "清溪小学/照片.jpg", "没登记的学校/x.txt", "散落.txt", "清溪小学/link.txt", "清溪小学/pipe",
    }  # fmt: skip
    assert found["清溪小学/~$面积表.docx"] is Outcome.IGNORED
    assert (tally.new, tally.duplicates, tally.rejected, tally.pending) == (2, 1, 6, 0)
    assert tally.seen == sum((tally.new, tally.versions, tally.duplicates, tally.rejected, tally.ignored, tally.pending))
    again = ingest()
    assert again.seen == 0
    assert again.unchanged == tally.seen
    assert sum(archive.catalogue.outcomes().values()) == tally.seen


def test_changed_bytes_are_a_new_version_and_the_old_one_is_kept(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    for content in (b"first", b"second", b"first"):
        drop("清溪小学/C12/班额.txt", content)
        ingest()
    documents = list(archive.catalogue.documents())
    assert [(document.version, document.state) for document in documents] == [
        (1, DocumentState.SUPERSEDED), (2, DocumentState.SUPERSEDED), (3, DocumentState.CURRENT),
    ]  # fmt: skip
    assert [(archive.home.tree / document.path).read_bytes() for document in documents] == [b"first", b"second", b"first"]
    assert documents[2].supersedes == documents[1].id
    assert documents[2].path.endswith("/清溪小学/班额.txt")
    assert "/_versions/班额__v1_" in documents[0].path


def test_touching_a_file_changes_nothing(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    path = drop("清溪小学/C12/班额.txt", b"same")
    ingest()
    before = list(archive.catalogue.documents())
    os.utime(path, ns=(1, 1))
    tally = ingest()
    assert list(archive.catalogue.documents()) == before
    assert (tally.versions, tally.duplicates) == (0, 0)


def test_a_copy_under_another_point_adds_the_point(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    drop("清溪小学/义教 C1 师资/名册.txt", b"roster")
    ingest()
    drop("清溪小学/义教 C2 骨干/名册.txt", b"roster")
    tally = ingest()
    (document,) = archive.catalogue.documents()
    assert tally.duplicates == 1
    assert document.points == (PointRef("compulsory", 1), PointRef("compulsory", 2))


def test_many_drops_of_one_document_in_one_pass(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    """A copy that adds a point concerns a document of the same batch, three times over."""
    for place in ("a.txt", "义教 C1 师资/b.txt", "义教 C2 骨干/c.txt", "义教 C3 体艺/d.txt"):
        drop(f"清溪小学/{place}", b"roster")
    tally = ingest()
    (document,) = archive.catalogue.documents()
    assert (tally.new, tally.duplicates) == (1, 3)
    assert document.points == tuple(PointRef("compulsory", number) for number in (1, 2, 3))
    assert (archive.home.tree / document.path).read_bytes() == b"roster"
    assert len([path for path in archive.home.tree.rglob("*") if path.is_file() and path.read_bytes() == b"roster"]) == 1
    assert not list(archive.home.staging.iterdir())


def test_moving_an_unplaced_file_into_the_right_folder_files_it(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    dropped = drop("清溪小学/名册.txt", b"roster")
    ingest()
    (document,) = archive.catalogue.documents()
    assert document.path == "_待归类/清溪小学/名册.txt"
    target = dropped.parent / "义教 C1 师资" / "名册.txt"
    target.parent.mkdir(exist_ok=True)
    dropped.rename(target)
    ingest()
    (document,) = archive.catalogue.documents()
    assert document.points == (PointRef("compulsory", 1),)
    assert (archive.home.tree / document.path).read_bytes() == b"roster"
    assert not (archive.home.tree / "_待归类/清溪小学/名册.txt").exists()


def test_names_that_clash_on_windows_get_places_of_their_own(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    drop("清溪小学/C10/a/Roster.txt", b"1")
    drop("清溪小学/C10/b/roster.txt", b"2")
    ingest()
    paths = [document.path for document in archive.catalogue.documents()]
    assert len({path.casefold() for path in paths}) == 2


def test_a_name_in_gbk_bytes_is_filed_under_its_chinese_name(archive: Archive, home: Home, ingest: Ingest) -> None:
    folder = home.root / "收件箱/清溪小学/C10"
    folder.mkdir(exist_ok=True)
    raw = os.fsencode(folder) + "/面积.txt".encode("gbk")
    with open(raw, "wb") as handle:  # noqa: PTH123 - a path of bytes
        handle.write(b"96")
    ingest()
    (document,) = archive.catalogue.documents()
    assert document.name == "面积.txt"
    sidecar = load((home.tree / document.path).parent.joinpath("_meta", "面积.txt.json").read_bytes())
    assert bytes.fromhex(sidecar.original_bytes) == "面积.txt".encode("gbk")


def test_the_same_bytes_from_two_units_are_two_documents(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    drop("清溪小学/C30/减负.txt", b"same")
    drop("云台中学/C30/减负.txt", b"same")
    assert ingest().new == 2
    assert [document.unit for document in archive.catalogue.documents()] == ["u03", "u01"], "an alias names its unit"


def test_a_growing_file_is_not_taken_until_it_rests(archive: Archive, drop: Drop) -> None:
    now = 0.0
    intake = Intake(archive, clock=lambda: now)
    path = drop("清溪小学/C10/大文件.txt", b"half")
    found = look_at(path, ("清溪小学", "C10", "大文件.txt"), archive.home.root)
    assert found is not None
    assert intake.step([found]).pending == 1
    now = 1.0
    path.write_bytes(b"half and half")
    assert intake.again().pending == 1
    now = 1.01
    assert intake.again().pending == 1
    now = 2.0
    assert intake.again().new == 1
    assert next(archive.catalogue.documents()).size == len(b"half and half")


def test_a_file_that_vanishes_while_waiting_is_forgotten(archive: Archive, drop: Drop) -> None:
    path = drop("清溪小学/C10/一会儿.txt")
    intake = Intake(archive)
    intake.step(found for found in walk(archive.home.root / "收件箱", archive.home.root) if found.path == path)
    path.unlink()
    assert intake.again().seen == 0
    assert not intake.waiting


def test_one_archive_has_one_writer(home: Home, archive: Archive) -> None:
    with pytest.raises(ArchiveBusyError) as busy, writing_archive(home):
        pass
    assert str(os.getpid()) in busy.value.message.text("zh")
    assert busy.value.exit_code == 75


def test_bytes_that_lie_elsewhere_too_stay_evidence_when_one_copy_is_replaced(
    archive: Archive, drop: Callable[[str, bytes], Path], ingest: Callable[[], Tally]
) -> None:
    drop("清溪小学/义教 C12 班额/班额.txt", b"A")
    drop("清溪小学/义教 C12 班额/班额 副本.txt", b"A")
    assert (ingest().new, len(list(archive.catalogue.documents()))) == (1, 1)
    drop("清溪小学/义教 C12 班额/班额 副本.txt", b"B")
    drop("清溪小学/义教 C12 班额/班额.txt", b"C")
    ingest()
    current = [document for document in archive.catalogue.documents() if document.state is DocumentState.CURRENT]
    assert {document.source.rpartition("/")[2]: document.sha256 for document in current} == {
        "班额 副本.txt": hashlib.sha256(b"B").hexdigest(),
        "班额.txt": hashlib.sha256(b"C").hexdigest(),
    }
