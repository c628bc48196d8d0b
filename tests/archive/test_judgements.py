"""Judgements in the tree: durable, append-only, telling when they were changed, copied to the catalogue and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.evidence import coverage_cells, coverage_of, evidence
from archive.home import Home
from archive.intake import take_in
from archive.judgements import FOLDER, damage, judge, judgements, lines, note_judgements
from archive.opening import Archive, reading_archive, writing_archive
from archive.rebuild import rebuild_catalogue
from archive.scan import walk
from archive.sidecar import load_tag, tag_record
from schema.coverage import Status
from schema.messages import message
from schema.model import Basis, PointRef, Tag, TagState
from schema.reviews import Ground, Review, Verdict, Waiver, text_key

REF = PointRef("compulsory", 25)
AT = "2026-03-01T02:00:00+00:00"
WAIVER = Waiver("u01", REF, "李主任", AT, "正在重修章程\n明年补交", "2026-12-31")


def reviewed(archive: Archive, verdict: Verdict = Verdict.VERIFIED, ground: Ground | None = None, at: str = AT) -> Review:
    (document,) = archive.catalogue.documents()
    point = next(point for framework in archive.district.frameworks for point in framework.points if point.ref == REF)
    return Review(document.id, document.sha256, REF, text_key(point.text), verdict, "王老师", at, "", ground)


def status(archive: Archive) -> Status:
    (cell,) = coverage_of(archive, REF, "u01")
    assert cell in coverage_cells(archive)
    return cell.status


@pytest.fixture
def filed(home: Home, drop) -> Home:
    drop("清溪小学/C25 章程/清溪小学章程.txt")
    with writing_archive(home) as archive:
        take_in(archive, lambda intake: intake.step(walk(archive.home.root / "收件箱", archive.home.root)))
    return home


def test_what_is_judged_is_read_back_the_same_in_order(filed):
    with reading_archive(filed) as archive:
        made = [reviewed(archive, Verdict.REJECTED, Ground.NO_SEAL), WAIVER, reviewed(archive, at="2027-01-01T00:00:00+00:00")]
    judge(filed, [(record, "甲、乙") for record in made])
    assert [line.record for line in lines(filed)] == made
    assert sorted(path.name for path in (filed.tree / FOLDER).iterdir()) == ["2026.jsonl", "2027.jsonl"]
    with reading_archive(filed) as archive:
        assert archive.catalogue.judged() == {path.name: path.stat().st_size for path in (filed.tree / FOLDER).iterdir()}
        assert list(judgements(archive)) == made


def test_a_judgement_counts_at_once(filed):
    with reading_archive(filed) as archive:
        assert status(archive) is Status.PARTIAL
        rejected = reviewed(archive, Verdict.REJECTED, Ground.NO_SEAL)
    judge(filed, [(rejected, "")])
    with reading_archive(filed) as archive:
        assert status(archive) is Status.REJECTED
    judge(filed, [(WAIVER, "")])
    with reading_archive(filed) as archive:
        assert status(archive) is Status.WAIVED


def test_beside_a_running_writer_the_files_are_read(filed):
    with writing_archive(filed) as archive:
        judge(filed, [(WAIVER, "")])
        assert archive.catalogue.judged() == {}
        assert status(archive) is Status.WAIVED
        note_judgements(archive)
        assert list(archive.catalogue.judgements())
        assert list(judgements(archive)) == [WAIVER]


def test_rebuild_brings_the_judgements_back_from_the_tree(filed):
    judge(filed, [(WAIVER, "")])
    for name in ("catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm"):
        (filed.state / name).unlink(missing_ok=True)
    with writing_archive(filed) as archive:
        assert list(judgements(archive)) == [WAIVER]
        assert rebuild_catalogue(archive).findings == ()
        assert archive.catalogue.judged()
        assert status(archive) is Status.WAIVED


def file_of(home: Home) -> Path:
    return home.tree / FOLDER / "2026.jsonl"


def test_a_changed_character_is_told_and_no_longer_counts(filed):
    judge(filed, [(WAIVER, ""), (WAIVER, "")])
    path = file_of(filed)
    path.write_text(path.read_text(encoding="utf-8").replace("李主任", "赵主任", 1), encoding="utf-8")
    assert [finding.code for finding in damage(filed)] == ["judgement-damaged"]
    with writing_archive(filed) as archive:
        assert [finding.code for finding in rebuild_catalogue(archive).findings] == ["judgement-damaged"]
        assert list(judgements(archive)) == [WAIVER]


def test_a_line_taken_out_is_told(filed):
    judge(filed, [(WAIVER, "一"), (WAIVER, "二"), (WAIVER, "三")])
    path = file_of(filed)
    first, _second, third = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + third)
    (finding,) = damage(filed)
    assert finding.code == "judgement-gap"
    assert "第 2 行" in finding.detail.text()
    with reading_archive(filed) as archive:
        assert list(judgements(archive)) == [WAIVER, WAIVER], "the catalogue's copy is longer than the file: the file is right"


def test_a_line_cut_off_by_a_crash_stays_alone(filed):
    judge(filed, [(WAIVER, "一")])
    whole = file_of(filed).read_bytes()
    file_of(filed).write_bytes(whole + whole[:100])
    judge(filed, [(WAIVER, "二")])
    assert [line.record for line in lines(filed)] == [WAIVER, None, WAIVER]
    assert [finding.code for finding in damage(filed)] == ["judgement-damaged"]
    with reading_archive(filed) as archive:
        assert list(judgements(archive)) == [WAIVER, WAIVER]


def test_a_line_is_readable_without_this_program(filed):
    judge(filed, [(WAIVER, "义教 C25 清溪小学")])
    record = json.loads(file_of(filed).read_text(encoding="utf-8"))
    assert (record["kind"], record["about"], record["by"], record["until"]) == (
        "waiver",
        "义教 C25 清溪小学",
        "李主任",
        "2026-12-31",
    )


def test_a_tag_may_name_item_and_period_and_old_records_are_as_before():
    plain = Tag(REF, TagState.ASSIGNED, Basis.FOLDER, 1.0, message("tag.folder", name="x", code="C25"))
    assert set(tag_record(plain)) == {"point", "state", "basis", "score", "reason"}
    assert load_tag(tag_record(plain)) == plain
    full = Tag(REF, TagState.ASSIGNED, Basis.PERSON, 1.0, plain.reason, item="学校章程及核准批复", period="2024年")
    assert load_tag(json.loads(json.dumps(tag_record(full)))) == full


def test_evidence_takes_folders_below_the_units_own_and_earlier_versions(home, drop):
    drop("清溪小学/2024-2025学年/德育/C28 计划.txt", b"one")
    with writing_archive(home) as archive:
        take_in(archive, lambda intake: intake.step(walk(archive.home.root / "收件箱", archive.home.root)))
    drop("清溪小学/2024-2025学年/德育/C28 计划.txt", b"two")
    with writing_archive(home) as archive:
        take_in(archive, lambda intake: intake.step(walk(archive.home.root / "收件箱", archive.home.root)))
        documents = list(archive.catalogue.documents())
        (entry,) = evidence(archive)
    assert len(documents) == 2
    assert (entry.folders, entry.folder) == (("德育", "2024-2025学年"), "德育")
    assert entry.former == tuple(document.id for document in documents if document.id != entry.document)
