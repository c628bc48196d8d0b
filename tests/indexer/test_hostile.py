"""Every hostile file ends in a status within its limits, the right one, and the next file is read as if nothing had been."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from indexer import pool as module
from indexer.pool import ReadingPool, processes
from indexer.readers import read
from indexer.reading import Limits, Reading
from schema.model import TextStatus
from tests.indexer import hostile, samples

SECONDS = 20.0
# Two engines may each use up the time; what goes beyond is the start of a new process on a busy machine.
PATIENCE = 2 * SECONDS + 30
T = TextStatus


@pytest.fixture(scope="module")
def pool() -> Iterator[ReadingPool]:
    with ReadingPool(Limits(seconds=SECONDS), workers=1) as reading_pool:
        yield reading_pool


@pytest.fixture
def survive(pool, tmp_path) -> Callable[[Path], Reading]:
    """Read a file in the pool and, after it, a harmless one."""

    def after(path: Path) -> Reading:
        good = samples.docx(tmp_path / "好.docx", samples.p("下一个文件照常读取"))
        start = time.monotonic()
        (_, reading), (_, following) = pool.read_all([("坏", path), ("好", good)])
        assert time.monotonic() - start < PATIENCE
        assert (following.status, following.text) == (T.OK, "下一个文件照常读取")
        for warning in reading.warnings:
            assert warning.text("zh")
        return reading

    return after


@pytest.mark.parametrize(
    ("make", "name", "allowed"),
    [
        (hostile.deep_docx, "深.docx", {T.CORRUPT}),
        (hostile.looping_tree, "环.pdf", {T.CORRUPT, T.EMPTY}),
        (hostile.endless_page, "大.pdf", {T.NEEDS_OCR}),
        (hostile.matryoshka, "套.zip", {T.UNSUPPORTED, T.OK, T.PARTIAL}),
        (hostile.vast_picture, "大.png", {T.TOO_LARGE}),
        (hostile.deep_html, "深.html", {T.OK, T.PARTIAL, T.EMPTY, T.CORRUPT}),
    ],
)
def test_what_costs_nothing_to_refuse_is_refused(survive, tmp_path, make, name, allowed):
    assert survive(make(tmp_path / name)).status in allowed


def test_a_file_that_ends_the_interpreter_is_read_by_the_second_engine(survive, tmp_path):
    found = survive(hostile.far_corner(tmp_path / "角.xlsx"))
    assert found.status is T.OK
    assert {"开头", "角落"} <= set(found.text.split())
    assert found.warnings[0].code == "reading.warning.second-engine"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "name", "allowed"),
    [
        (hostile.nested_forms, "套.pdf", {T.TIMEOUT, T.CRASHED, T.TOO_LARGE, T.EMPTY}),
        (hostile.many_letters, "字.pdf", {T.TIMEOUT, T.TOO_LARGE, T.OK, T.PARTIAL}),
        (hostile.many_strokes, "线.pdf", {T.EMPTY}),
        (hostile.bursting_stream, "流.pdf", {T.TOO_LARGE, T.TIMEOUT}),
        (hostile.many_objects, "多.pdf", {T.EMPTY, T.CORRUPT, T.TIMEOUT}),
        (hostile.swollen_docx, "肿.docx", {T.TOO_LARGE}),
        (hostile.lying_docx, "谎.docx", {T.TOO_LARGE, T.CORRUPT}),
        (hostile.zeros, "零.zip", {T.TOO_LARGE}),
        (hostile.vast_text, "长.txt", {T.PARTIAL}),
    ],
)
def test_what_is_costly_stays_within_its_limits(survive, tmp_path, make, name, allowed):
    assert survive(make(tmp_path / name)).status in allowed


def whole_files(folder: Path) -> Iterator[Path]:
    """A file of every format there is."""
    lines = ["学校安全工作", "应急演练记录"]
    yield samples.pdf(folder / "文.pdf", [lines] * 20)
    yield samples.docx(folder / "文.docx", "".join(map(samples.p, lines * 50)))
    book = openpyxl.Workbook()
    for _ in range(50):
        book.active.append(lines)
    book.save(folder / "表.xlsx")
    yield folder / "表.xlsx"
    yield samples.xlsb(folder / "表.xlsb", "一", [lines] * 50)
    yield samples.doc(folder / "旧.doc", "1" + "\r".join(lines * 50))
    yield samples.old_doc(folder / "更旧.doc", "\r".join(lines * 50))
    yield samples.xls(folder / "旧.xls", "一", [lines] * 10)
    yield samples.ppt(folder / "旧.ppt", [("甲", "乙")] * 9)
    yield samples.ofd(folder / "文.ofd", [samples.ofd_text("学校", 10, 10)] * 9)
    (folder / "文.rtf").write_bytes(b"{\\rtf1\\ansicpg936 " + "学校安全".encode("gbk") * 99 + b"}")
    yield folder / "文.rtf"
    for suffix in ("jpg", "png", "tif", "gif", "bmp"):
        yield samples.picture(folder / f"图.{suffix}", (300, 400))


def test_a_file_cut_anywhere_never_raises_and_never_claims_to_be_whole(tmp_path):
    for whole in list(whole_files(tmp_path)):
        text = read(whole, Limits()).text
        for path in hostile.cut_in_nine(whole):
            found = read(path, Limits())
            lost = found.text != text or found.status is T.NEEDS_OCR
            assert not (lost and found.status is T.OK), path.name


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only there are workers forked")
def test_a_worker_is_replaced_after_so_many_files(monkeypatch):
    monkeypatch.setattr(module, "_TASKS", 3)
    workers = processes(1, 2 << 30)
    try:
        seen = [workers.schedule(os.getpid).result(timeout=60) for _ in range(8)]
    finally:
        workers.close()
        workers.join()
    assert len(set(seen)) >= 3
    assert os.getpid() not in seen
