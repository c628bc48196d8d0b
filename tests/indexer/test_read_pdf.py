from io import BytesIO
from pathlib import Path

import pytest
from PIL import ImageFont

from indexer.readers import plumber, read, read_second
from indexer.readers.pages import Page, PageState, judge, ranges, verdict
from indexer.readers.pdf_fonts import square_font
from indexer.reading import Block, Limits
from schema.model import TextStatus
from tests.indexer import samples

LIMITS = Limits()


def test_pages_are_counted_from_one_and_keep_their_text(tmp_path):
    found = read(samples.pdf(tmp_path / "两页.pdf", [["校园安全工作"], ["第二页：应急演练记录", "C12"]]), LIMITS)
    assert (found.status, found.kind, found.pages) == (TextStatus.OK, "pdf", 2)
    assert [(block.page, block.text) for block in found.blocks] == [(1, "校园安全工作"), (2, "第二页：应急演练记录\nC12")]
    assert found.engine.startswith("pypdfium2 ")


def test_the_second_engine_reads_the_same(tmp_path):
    path = samples.pdf(tmp_path / "两页.pdf", [["校园安全工作"], ["第二页：应急演练记录", "C12"]])
    second = read_second(path, LIMITS)
    assert second is not None
    assert second.blocks == read(path, LIMITS).blocks
    assert [warning.code for warning in second.warnings] == ["reading.warning.second-engine"]


def test_a_password_is_not_damage(tmp_path):
    path = samples.pdf(tmp_path / "锁.pdf", [["看不到"]], locked=True)
    assert read(path, LIMITS).status is TextStatus.ENCRYPTED
    second = read_second(path, LIMITS)
    assert second is not None
    assert second.status is TextStatus.ENCRYPTED


def test_scanned_pages_beside_text_make_a_reading_partial(tmp_path):
    path = samples.pdf(tmp_path / "扫描.pdf", [[], [], ["有文字的一页一共有十五个以上的字符吧"]], picture=True)
    found = read(path, LIMITS)
    assert found.status is TextStatus.PARTIAL
    assert dict(found.warnings[0].params) == {"pages": "1-2"}
    assert found.warnings[1].code == "reading.warning.ocr-layer"
    assert read(samples.pdf(tmp_path / "全扫描.pdf", [[]], picture=True), LIMITS).status is TextStatus.NEEDS_OCR


def test_a_page_without_anything_is_empty(tmp_path):
    assert read(samples.pdf(tmp_path / "空.pdf", [[]]), LIMITS).status is TextStatus.EMPTY


def test_no_more_pages_than_the_limit_are_read(tmp_path):
    path = samples.pdf(tmp_path / "长.pdf", [[f"第{number}页"] for number in range(5)])
    for found in (read(path, Limits(pages=2)), plumber.read(path, Limits(pages=2))):
        assert (found.status, found.pages, len(found.blocks)) == (TextStatus.PARTIAL, 5, 2)
        assert any(warning.code == "reading.warning.pages" for warning in found.warnings)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_corrupt_or_tells_what_is_left(tmp_path, share):
    whole = samples.pdf(tmp_path / "全.pdf", [["截断的文件"]]).read_bytes()
    path = tmp_path / "断.pdf"
    path.write_bytes(whole[: int(len(whole) * share)])
    found = read(path, LIMITS)
    assert found.status is TextStatus.CORRUPT or (share == 0.9 and "截断的文件" in found.text)


def test_pages_are_judged_by_text_and_picture():
    sentence = "学校认真落实安全管理制度，开展应急疏散演练，做好记录并归档保存，请各单位按要求报送材料。"
    garbage = "犐犆犛犕犘犎犖犜犈犔犆犐犛犛犜犃犖犇犃犚犇犛犛犜犃犖犇犃犚犇犛"
    assert judge(1, sentence, 0.0) == Page(1, PageState.TEXT, sentence)
    assert judge(1, sentence, 0.9).state is PageState.OCR_LAYER
    assert judge(1, "页码 3", 0.6).state is PageState.SCAN
    assert judge(1, "页码 3", 0.4).state is PageState.TEXT
    assert judge(1, garbage * 2, 0.0) == Page(1, PageState.SCAN)
    assert judge(1, "(cid:12)(cid:7)文", 0.0).state is PageState.SCAN
    # Bullets of Word lie in the private-use area and are no sign of a font that cannot be read.
    assert judge(1, "\uf0a7 目标\n\uf0a7 措施", 0.0).state is PageState.TEXT


def test_a_verdict_names_what_was_not_read():
    status, warnings = verdict((Page(1, PageState.TEXT, "a"), Page(2, PageState.LOST)), 2, 9)
    assert status is TextStatus.PARTIAL
    assert warnings[0].code == "reading.warning.lost-pages"
    assert verdict((Page(1, PageState.LOST),), 1, 9)[0] is TextStatus.CORRUPT
    assert ranges([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"


def test_a_file_only_the_second_engine_can_open_is_read(tmp_path, monkeypatch):
    path = samples.pdf(tmp_path / "怪.pdf", [["换一个引擎"]])
    from indexer.readers import pdf  # noqa: PLC0415 - loaded on first use in the product, too

    monkeypatch.setattr(pdf, "read", lambda path, limits: (_ for _ in ()).throw(AssertionError("engine failure")))
    found = read(Path(path), LIMITS)
    assert (found.status, found.text) == (TextStatus.OK, "换一个引擎")


def test_remarks_fields_and_attached_files_are_read(tmp_path):
    path = samples.remarked_pdf(tmp_path / "表.pdf", ["请补盖公章", "日期有误"], ["柳溪小学"], ["佐证.xlsx", "照片.jpg"])
    found = read(path, LIMITS)
    assert (found.status, found.pages) == (TextStatus.OK, 1)
    assert found.blocks == (
        Block(1, "comment", "请补盖公章\n日期有误"),
        Block(1, "textbox", "柳溪小学"),
        Block(None, "attachment", "佐证.xlsx\n照片.jpg"),
    )
    assert dict(found.warnings[0].params) == {"count": "2", "names": "佐证.xlsx、照片.jpg"}


def test_links_are_no_remarks(tmp_path):
    assert read(samples.remarked_pdf(tmp_path / "链接.pdf", []), LIMITS).status is TextStatus.EMPTY


def test_single_characters_in_a_font_that_is_not_embedded_are_kept(tmp_path):
    # Without the stand-in they are lost on every machine that has no Chinese fonts.
    path = samples.pdf(tmp_path / "表.pdf", [["是否达标", "是", "整改情况", "无"], ["一"]])
    assert read(path, LIMITS).text == "是否达标\n是\n整改情况\n无\n一"


def test_the_stand_in_is_a_font_with_one_square_for_every_character():
    font = ImageFont.truetype(BytesIO(square_font()), 100)
    assert {font.getbbox(character) for character in "中A。𠮷"} == {font.getbbox("校")}
    assert font.getbbox("校")[2] > 80
