"""What a receipt says of a unit's files, from a real disk and catalogue; and which units have news."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from archive.catalogue_paths import Standing
from archive.home import Home
from archive.intake import Intake, Tally, take_in
from archive.opening import Archive
from archive.rebuild import rebuild_catalogue
from archive.receipt_rows import Matter, Row, matter
from archive.receipts import Receipt, receipts
from archive.reconcile import scan_inboxes
from archive.refuse import DRAFT_END, RECEIPT, TODO, is_ours
from archive.scan import look_at
from archive.shares import MARK, ShareBoard
from schema.messages import message
from schema.model import DocumentState, Facts, Outcome, TextStatus

Drop = Callable[..., Path]
Ingest = Callable[[], Tally]


def of_unit(archive: Archive, unit: str, **options: int) -> Receipt:
    (receipt,) = receipts(archive, [unit], **options)
    return receipt


def pass_over(archive: Archive) -> None:
    """Scan the inboxes as a pass does: what has left is noted, too."""
    board = ShareBoard(archive.home, archive.district.settings)
    take_in(archive, lambda intake: scan_inboxes(archive, intake, board, lambda _sentence: None))


def named(rows: tuple[Row, ...]) -> dict[str, Row]:
    return {"/".join(row.parts[1:] or row.parts): row for row in rows}


def said(row: Row) -> str:
    return "".join(sentence.text() for sentence in row.says)


def describe(archive: Archive, name: str, **facts: object) -> None:
    """Tell the catalogue what reading told about the current document called `name`."""
    (document,) = (
        entry for entry in archive.catalogue.documents() if entry.name == name and entry.state is DocumentState.CURRENT
    )
    with archive.catalogue.transaction():
        archive.catalogue.describe([(document.id, replace(Facts(TextStatus.OK, "txt"), **facts), ())])  # type: ignore[arg-type]


def test_each_file_has_its_row_and_the_sums_are_the_ledgers(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    drop("清溪小学/义教 C10 音美/面积表.txt", b"96")
    drop("清溪小学/义教 C10 音美/面积表副本.txt", b"96")
    drop("溪小/义教 C12 班额/班额.txt", b"44")
    drop("清溪小学/停电通知.txt", b"notice")
    drop("清溪小学/setup.bat")
    drop("清溪小学/~$面积表.docx")
    drop("桃源幼儿园/run.exe")
    ingest()
    receipt = of_unit(archive, "u01")
    ledger = Counter(entry.outcome for entry in archive.catalogue.ledger() if entry.unit == "u01")
    assert dict(receipt.sums) == {outcome: ledger[outcome] for outcome in Outcome}
    assert {str(outcome): number for outcome, number in receipt.sums if number} == archive.catalogue.outcomes("u01")
    assert receipt.total == len(list(archive.catalogue.ledger("u01"))) == 6
    rows = named(receipt.rows)
    assert rows["义教 C12 班额/班额.txt"].points == ("义教 C12 小学初中所有班级学生数分别不超过45人5",), "as on its folder"
    assert rows["义教 C12 班额/班额.txt"].parts[0] == "溪小"
    assert "“义教 C10 音美/面积表.txt”内容相同" in said(rows["义教 C10 音美/面积表副本.txt"])
    assert "不入档" in said(rows["~$面积表.docx"])
    assert {row.inbox for row in receipt.rows} == {"收件箱"}


def test_what_needs_a_person_comes_first_and_ends_when_it_is_done(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    drop("清溪小学/C10/加密.txt", b"a")
    drop("清溪小学/C10/扫描.txt", b"b")
    drop("清溪小学/停电通知.txt", b"c")
    drop("清溪小学/停电通知 副本.txt", b"c")
    drop("清溪小学/C10/好.txt", b"d")
    refused = drop("清溪小学/setup.bat")
    ingest()
    describe(archive, "加密.txt", text_status=TextStatus.ENCRYPTED)
    describe(archive, "扫描.txt", text_status=TextStatus.NEEDS_OCR, kind="jpg")
    describe(archive, "好.txt")
    receipt = of_unit(archive, "u01")
    assert [(row.parts[-1], row.matter) for row in receipt.todo] == [
        ("setup.bat", Matter.REFUSED), ("加密.txt", Matter.UNREADABLE), ("停电通知 副本.txt", Matter.UNPLACED),
        ("扫描.txt", Matter.ADVISED),
    ]  # fmt: skip
    assert [said(row)[:5] for row in receipt.todo] == ["是程序、脚", "文件已加密", "还没有归到", "这是图片，"]
    assert dict(receipt.todo_sums) == {
        Matter.REFUSED: 1, Matter.WAITING: 0, Matter.UNREADABLE: 1, Matter.UNPLACED: 1, Matter.ADVISED: 1,
    }  # fmt: skip
    refused.unlink()
    pass_over(archive)
    receipt = of_unit(archive, "u01")
    assert dict(receipt.todo_sums)[Matter.REFUSED] == 0
    gone = named(receipt.rows)["setup.bat"]
    assert (gone.outcome, gone.matter, bool(gone.gone)) == (Outcome.REJECTED, Matter.NOTHING, True)
    assert dict(receipt.sums)[Outcome.REJECTED] == 1, "the ledger forgets nothing"
    assert receipt.as_of == gone.gone


def test_a_copy_speaks_for_its_document_once_the_original_has_gone(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    original = drop("清溪小学/停电通知.txt", b"c")
    ingest()
    original.rename(original.with_name("还没归类.txt"))
    pass_over(archive)
    (row,) = of_unit(archive, "u01").todo
    assert (row.parts[-1], row.outcome, row.matter) == ("还没归类.txt", Outcome.DUPLICATE, Matter.UNPLACED)


def test_new_versions_old_versions_and_points_that_a_copy_adds(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    drop("清溪小学/义教 C12 班额/班额.txt", b"first")
    copy = drop("清溪小学/义教 C12 班额/班额副本.txt", b"first")
    ingest()
    copy.unlink()
    pass_over(archive)
    drop("清溪小学/义教 C12 班额/班额.txt", b"second")
    ingest()
    rows = named(of_unit(archive, "u01").rows)
    assert said(rows["义教 C12 班额/班额.txt"]) == "第 2 版，旧版本已保留。"
    assert "后来有了新版本" in said(rows["义教 C12 班额/班额副本.txt"])
    drop("清溪小学/义教 C2 骨干/班额.txt", b"second")
    ingest()
    assert "已给它加上要点：义教 C2 " in said(named(of_unit(archive, "u01").rows)["义教 C2 骨干/班额.txt"])


def test_a_withdrawn_document_is_no_evidence_any_more(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    drop("清溪小学/义教 C12 班额/班额.txt", b"first")
    ingest()
    (document,) = archive.catalogue.documents()
    with archive.catalogue.transaction():
        archive.catalogue.put(replace(document, state=DocumentState.WITHDRAWN, withdrawal=message("intake.litter")))
    receipt = of_unit(archive, "u01")
    (row,) = receipt.rows
    assert (row.matter, row.points, receipt.orphan_sum) == (Matter.NOTHING, (), 0)
    assert said(row) == message("receipt.withdrawn").text() + message("intake.litter").text()


def test_files_of_no_unit_are_in_the_receipt_of_the_inbox(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    drop("没登记的学校/x.txt")
    drop("散落.txt")
    drop("_新建文件夹/y.txt")
    ingest()
    receipt = of_unit(archive, "")
    assert (receipt.inbox, receipt.total) == ("收件箱", 3)
    told = {row.parts[-1]: said(row) for row in receipt.todo}
    assert "“没登记的学校”不是登记表中的单位" in told["x.txt"]
    assert "直接放在了收件箱里" in told["散落.txt"]
    assert "“_新建文件夹”" in told["y.txt"], "a folder that only looks like one of ours is not passed over in silence"
    everyone = list(receipts(archive))
    assert sum(entry.total for entry in everyone) == sum(archive.catalogue.outcomes().values())
    assert [entry.unit for entry in everyone].count("") == 1


def test_the_same_state_gives_the_same_receipt(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    for number in range(5):
        drop(f"清溪小学/C10/{number}.txt", str(number % 3).encode())
    ingest()
    before = list(receipts(archive))
    ingest()
    assert list(receipts(archive)) == before
    assert of_unit(archive, "u02").as_of == ""


def test_a_waiting_file_is_told_without_a_clock(archive: Archive, drop: Drop) -> None:
    """It is looked at again each second; a receipt that told when would never stand still."""
    drop("清溪小学/C10/没拷完.txt", bytes(8192))
    settings = archive.district.settings
    patient = replace(archive, district=replace(archive.district, settings=replace(settings, patience_seconds=60)))
    intake = Intake(patient)
    board = ShareBoard(patient.home, patient.district.settings)
    scan_inboxes(patient, intake, board, lambda _sentence: None)
    receipt = of_unit(archive, "u01")
    time.sleep(intake.pause * 2)
    intake.again()
    assert archive.catalogue.take_news() == {"u01"}
    (row,) = of_unit(archive, "u01").todo
    assert (row.outcome, row.matter, row.when) == (Outcome.PENDING, Matter.WAITING, "")
    assert "没有拷完" in said(row)
    intake.again()
    assert archive.catalogue.take_news() == frozenset()
    assert receipt.total == 0, "the first look at a file is not worth a note"


def test_a_large_unit_has_a_small_receipt(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    for number in range(12):
        drop(f"清溪小学/停电通知{number:02d}.txt", str(number).encode())
        drop(f"清溪小学/{number:02d}.exe")
    ingest()
    receipt = of_unit(archive, "u01", limit=10)
    assert (len(receipt.rows), len(receipt.todo)) == (10, 10)
    assert {row.matter for row in receipt.todo} == {Matter.REFUSED}, "what presses most is what is kept"
    assert dict(receipt.todo_sums)[Matter.UNPLACED] == 12
    assert receipt.total == 24


def test_after_a_rebuild_the_documents_are_there_without_paths(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    drop("清溪小学/C10/面积表.txt", b"96")
    drop("清溪小学/停电通知.txt", b"notice")
    ingest()
    rebuild_catalogue(archive)
    receipt = of_unit(archive, "u01")
    assert (receipt.total, receipt.orphan_sum) == (0, 2)
    assert {(row.parts[-1], row.matter) for row in receipt.orphans} == {
        ("面积表.txt", Matter.NOTHING), ("停电通知.txt", Matter.UNPLACED),
    }  # fmt: skip
    ingest()
    assert of_unit(archive, "u01").orphan_sum == 0


def test_only_units_that_were_touched_have_news(archive: Archive, drop: Drop, ingest: Ingest) -> None:
    path = drop("清溪小学/C10/面积表.txt", b"96")
    drop("云台中学/C30/减负.txt")
    drop("散落.txt")
    ingest()
    assert archive.catalogue.take_news() == {"u01", "u03", ""}
    ingest()
    assert archive.catalogue.take_news() == frozenset()
    describe(archive, "面积表.txt")
    assert archive.catalogue.take_news() == {"u01"}
    describe(archive, "面积表.txt")
    assert archive.catalogue.take_news() == frozenset(), "told the same again"
    path.unlink()
    pass_over(archive)
    assert archive.catalogue.take_news() == {"u01"}, "a file that has left its inbox is news"


def test_only_files_of_ours_are_passed_over(home: Home, drop: Drop) -> None:
    ours = [RECEIPT, RECEIPT + DRAFT_END, TODO, TODO + DRAFT_END, MARK]
    theirs = ["_回执单.pdf", "_回执.htm", "_回执", "回执.html", "_待办事项.xlsx", "_回执 (1).html"]
    for name in (*ours, *theirs):
        found = look_at(drop(f"清溪小学/{name}"), ("清溪小学", name), home.root)
        assert found is not None
        assert is_ours(found) == (name in ours), name


@given(
    st.builds(
        Standing, st.just("u"), st.binary(), st.sampled_from(Outcome), st.sampled_from(["", "2026-01-01T00:00:00+00:00"]),
        st.text(max_size=1), st.none() | st.sampled_from(DocumentState), st.none() | st.sampled_from(TextStatus),
        st.sampled_from(["jpg", "zip", "mp4", "docx", ""]), st.booleans(),
    )
)  # fmt: skip
def test_what_a_path_asks_for(standing: Standing) -> None:
    what = matter(standing)
    if standing.gone:
        assert what is Matter.NOTHING
    elif standing.outcome in (Outcome.REJECTED, Outcome.PENDING):
        assert what in (Matter.REFUSED, Matter.WAITING)
    elif what is Matter.NOTHING and standing.state is DocumentState.CURRENT and standing.status is not None:
        assert standing.placed
        assert standing.status in (TextStatus.OK, TextStatus.PENDING)
    assert matter(replace(standing, gone="2026-01-01T00:00:00+00:00")) is Matter.NOTHING
