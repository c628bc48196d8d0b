"""The formats before 2007, and the Kingsoft files that are the same."""

import pytest

from indexer.readers import read
from indexer.reading import Block, Limits
from schema.model import TextStatus
from tests.indexer import samples

LIMITS = Limits()
BODY = "1. 标题\r段落一\x0b换行\r序号\x07姓名\x07\x07甲\x07陈一诺\x07\x07\x13PAGE \x13 IF \x14x\x15\x14第3页\x15\x08末尾\r"


@pytest.mark.parametrize("name", ["旧.doc", "旧.wps"])
@pytest.mark.parametrize("flags", [0, 0x0200])
def test_word_97_is_read_through_its_pieces(tmp_path, name, flags):
    found = read(samples.doc(tmp_path / name, BODY, header="页眉\r", flags=flags), LIMITS)
    assert (found.status, found.kind, found.pages) == (TextStatus.OK, name[2:], None)
    assert found.blocks == (
        Block(None, "body", "1. 标题\n段落一\n换行"),
        Block(None, "table", "序号\t姓名\n甲\t陈一诺"),
        Block(None, "body", "第3页末尾"),
        Block(None, "header", "页眉"),
    )


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"flags": 0x0300}, TextStatus.ENCRYPTED),
        ({"version": 180}, TextStatus.UNSUPPORTED),
    ],
)
def test_locked_and_older_word_files_are_told_apart(tmp_path, options, status):
    assert read(samples.doc(tmp_path / "旧.doc", BODY, **options), LIMITS).status is status


@pytest.mark.parametrize("ole", [True, False], ids=["Word 6", "Word 2"])
def test_older_word_files_are_read_in_the_code_page_of_their_language(tmp_path, ole):
    path = samples.old_doc(tmp_path / "旧.doc", "校舍安全\r甲\x07乙\x07\x07末\r", header="页眉\r", ole=ole)
    found = read(path, LIMITS)
    assert (found.status, found.kind) == (TextStatus.OK, "doc")
    assert [(block.where, block.text) for block in found.blocks] == [
        ("body", "校舍安全"),
        ("table", "甲\t乙"),
        ("body", "末"),
        ("header", "页眉"),
    ]
    assert read(samples.old_doc(tmp_path / "块.doc", "甲", flags=4, ole=ole), LIMITS).status is TextStatus.PARTIAL
    assert read(samples.old_doc(tmp_path / "锁.doc", "甲", flags=0x100, ole=ole), LIMITS).status is TextStatus.ENCRYPTED


def test_pieces_that_point_into_binary_data_are_no_text(tmp_path):
    path = samples.doc(tmp_path / "坏.doc", "a" + "\x01\x02\x03\x11" * 50 + "\r")
    found = read(path, LIMITS)
    assert (found.status, found.blocks) == (TextStatus.CORRUPT, ())


def test_a_word_file_without_its_pieces_is_corrupt(tmp_path):
    path = samples.compound(tmp_path / "坏.doc", {"WordDocument": b"\xec\xa5\xc1\0" + b"\0" * 2000, "0Table": b"x"})
    assert read(path, LIMITS).status is TextStatus.CORRUPT


@pytest.mark.parametrize("name", ["旧.xls", "旧.et"])
def test_excel_97_is_read(tmp_path, name):
    found = read(samples.xls(tmp_path / name, "设备", [["设备台账"], ["显微镜", 12.0]]), LIMITS)
    assert (found.status, found.kind, found.pages) == (TextStatus.OK, name[2:], 1)
    assert found.blocks == (Block(1, "sheet", "设备\n设备台账\n显微镜\t12"),)


def test_a_locked_workbook_is_encrypted(tmp_path):
    assert read(samples.xls(tmp_path / "锁.xls", "一", [["甲"]], locked=True), LIMITS).status is TextStatus.ENCRYPTED


@pytest.mark.parametrize("name", ["旧.ppt", "旧.dps"])
def test_slides_of_powerpoint_97_come_in_order_and_from_the_last_save(tmp_path, name):
    path = samples.ppt(tmp_path / name, [("安全教育\r第一课", "图中文字"), ("第二课", "")])
    found = read(path, LIMITS)
    assert (found.status, found.kind, found.pages) == (TextStatus.OK, name[2:], 2)
    assert found.blocks == (Block(1, "slide", "安全教育\n第一课\n图中文字"), Block(2, "slide", "第二课"))
    assert read(path, Limits(pages=1)).status is TextStatus.PARTIAL


def test_notes_follow_the_slide_they_belong_to(tmp_path):
    found = read(samples.ppt(tmp_path / "旧.ppt", [("第一课", ""), ("第二课", "图")], notes={2: "讲稿二", 1: "讲稿一"}), LIMITS)
    assert [(block.page, block.where, block.text) for block in found.blocks] == [
        (1, "slide", "第一课"),
        (1, "note", "讲稿一"),
        (2, "slide", "第二课\n图"),
        (2, "note", "讲稿二"),
    ]


def test_deleted_text_is_left_out_of_word_files_too(tmp_path):
    path = samples.doc(tmp_path / "旧.doc", "1保留\r删去的话\r甲\x07删\x07\x07末尾\r", deleted=(4, 8))
    assert read(path, LIMITS).text == "1保留\n甲\t删\n末尾"
    marks = samples.doc(tmp_path / "格.doc", "1\r甲\x07乙\x07\x07末\r", deleted=(2, 7))
    assert "乙" not in read(marks, LIMITS).text
    assert "末" in read(marks, LIMITS).text


def test_comments_and_text_boxes_of_sheets_are_read(tmp_path):
    found = read(samples.xls(tmp_path / "旧.xls", "一", [["甲"]], boxes=["请核对学生数", "填表说明"]), LIMITS)
    assert found.blocks == (Block(1, "sheet", "一\n甲"), Block(1, "textbox", "请核对学生数\n填表说明"))


def test_locked_slides_are_encrypted(tmp_path):
    assert read(samples.ppt(tmp_path / "锁.ppt", [("甲", "乙")], locked=True), LIMITS).status is TextStatus.ENCRYPTED


def test_slides_without_a_directory_are_corrupt(tmp_path):
    path = samples.compound(tmp_path / "坏.ppt", {"Current User": b"\0" * 20, "PowerPoint Document": b"\xff" * 64})
    assert read(path, LIMITS).status is TextStatus.CORRUPT


@pytest.mark.parametrize("make", [samples.doc, samples.xls, samples.ppt], ids=["doc", "xls", "ppt"])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_truncated_files_are_a_status(tmp_path, make, share):
    arguments = {samples.doc: (BODY,), samples.xls: ("一", [["甲"]]), samples.ppt: ([("甲", "乙")],)}[make]
    path = make(tmp_path / f"断.{make.__name__}", *arguments)
    whole, text = path.read_bytes(), read(path, LIMITS).text
    path.write_bytes(whole[: int(len(whole) * share)])
    found = read(path, LIMITS)
    # What is cut off may be no more than the padding of the last stream.
    assert found.status in (TextStatus.CORRUPT, TextStatus.UNSUPPORTED) or found.text == text
