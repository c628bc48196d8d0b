import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.readers import read, rtf
from indexer.readers.rtf_tokens import decoded, tokens
from indexer.reading import Block, Limits
from schema.model import TextStatus

LIMITS = Limits()
HEAD = r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 \'cb\'ce\'cc\'e5;}{\f1\fcharset0 Times;}{\f2\fcharset136 Ming;}}\f0 "


def gbk(text: str) -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode("gbk"))


def unicode(text: str) -> str:
    halves = text.encode("utf-16-le")
    numbers = (int.from_bytes(halves[at : at + 2], "little", signed=True) for at in range(0, len(halves), 2))
    return "".join(f"\\u{number}?" for number in numbers)


def written(tmp_path, body: str, head: str = HEAD):
    path = tmp_path / "通知.rtf"
    path.write_bytes(f"{head}{body}}}".encode("latin-1"))
    return path


def body_of(tmp_path, body: str) -> str:
    return read(written(tmp_path, body), LIMITS).text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (gbk("柳溪小学"), "柳溪小学"),
        (unicode("柳溪😀"), "柳溪😀"),
        (r"\uc2\u26611\'c1\'f8" + gbk("溪"), "柳溪"),
        (r"{\f1 " + gbk("西文字体里的汉字，学校安全工作") + "}", "西文字体里的汉字，学校安全工作"),
        (r"{\f2 \'be\'c7\'ae\'d5}", "學校"),
        # The second byte of a character is a letter or bracket, written as itself.
        (r"\'81[", "乕"),
        ("甲\r\n乙".encode("gbk").decode("latin-1"), "甲乙"),
        (rf"{gbk('一')}\tab {gbk('二')}\line {gbk('三')}\par \{{C12\}}\~\_", "一\t二\n三\n{C12} -"),
        (rf"{{\upr{{ab}}{{\*\ud{{{unicode('双写')}}}}}}}", "双写"),
        (rf"{{\field{{\*\fldinst{{HYPERLINK x}}}}{{\fldrslt {gbk('链接')}}}}}", "链接"),
        (rf"{{\listtext\pard {gbk('一、')}\tab}}{gbk('目标')}", "一、\t目标"),
        (rf"{gbk('留')}{{\deleted {gbk('删')}}}{{\*\unknown {gbk('不读')}}}", "留"),
        (r"{\pict\pngblip\bin5 }}}}}}abcdefghijklmnop", "abcdefghijklmnop"),
    ],
)  # fmt: skip
def test_text_is_read_whichever_way_it_is_written(tmp_path, body, text):
    assert body_of(tmp_path, body) == text


def test_a_file_that_does_not_say_its_code_page_is_chinese_all_the_same(tmp_path):
    path = written(tmp_path, gbk("关于开展校园安全检查的通知"), head=r"{\rtf1\ansi ")
    assert read(path, LIMITS).text == "关于开展校园安全检查的通知"
    assert decoded("café naïve".encode("cp1252"), "cp1252") == "café naïve"


def test_tables_keep_their_rows_and_nested_ones_follow(tmp_path):
    nested = r"\itap2 n1\nestcell n2\nestcell{\*\nesttableprops\nestrow}{\nonesttables\par}"
    body = rf"a\par\trowd\pard\intbl b\par c\cell {nested}\itap1 d\cell\row\pard e\par"
    assert read(written(tmp_path, body), LIMITS).blocks == (
        Block(None, "body", "a"),
        Block(None, "table", "b c\td\nn1\tn2"),
        Block(None, "body", "e"),
    )


def test_what_stands_outside_the_body_has_its_place(tmp_path):
    shape = r"{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt box\par}}{\shprslt{\*\do{\dptxbxtext again\par}}}}"
    body = (
        r"{\header head\par}{\headerr head\par}{\footerl foot\par}{\*\atnid A}text{\footnote{\*\ftncn c}note}"
        rf"{{\*\annotation{{\*\atndate 1}}remark}}{shape}"
    )
    assert read(written(tmp_path, body), LIMITS).blocks == (
        Block(None, "body", "text"),
        Block(None, "header", "head"),
        Block(None, "footer", "foot"),
        Block(None, "note", "note"),
        Block(None, "comment", "remark"),
        Block(None, "textbox", "box"),
    )


def test_title_author_and_objects_are_told(tmp_path):
    body = (
        rf"{{\info{{\title {gbk('题名')}}}{{\author {gbk('校办')}}}{{\creatim\yr2024}}}}{gbk('文')}{{\object{{\*\objdata 00}}}}"
    )
    found = read(written(tmp_path, body), LIMITS)
    assert (found.kind, found.meta, found.text) == ("rtf", (("title", "题名"), ("author", "校办")), "文")
    assert [warning.code for warning in found.warnings] == ["reading.warning.objects"]


def test_a_picture_alone_needs_ocr(tmp_path):
    assert read(written(tmp_path, r"{\pict\jpegblip ffd8}"), LIMITS).status is TextStatus.NEEDS_OCR


def test_a_cut_file_tells_what_is_left(tmp_path):
    path = tmp_path / "断.rtf"
    path.write_text(HEAD + gbk("开头还在"), encoding="latin-1")
    found = read(path, LIMITS)
    assert (found.status, found.text) == (TextStatus.PARTIAL, "开头还在")
    path.write_text(r"{\rtf1{\fonttbl", encoding="latin-1")
    assert read(path, LIMITS).status is TextStatus.CORRUPT


def test_no_more_is_read_than_the_limit(tmp_path):
    found = read(written(tmp_path, gbk("学校") * 1000), Limits(characters=50))
    assert (found.status, len(found.text)) == (TextStatus.PARTIAL, 50)


def test_groups_may_nest_as_deep_as_they_like(tmp_path):
    assert body_of(tmp_path, "{" * 50_000 + "x" + "}" * 50_000) == "x"


PIECES = [
    r"\u-10", r"\'b9", "{", "}", r"\*", r"\cell", r"\row", r"\nestrow", r"\ud", r"\upr", r"\footnote", r"\info", r"\title",
    r"\f1", r"\bin9", "\\", "文", "a", " ", r"\intbl", r"\deleted", r"\uc3", r"\fcharset134",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_mixture_of_words_ends_in_blocks(pieces):
    walk = rtf._Walk(1_000)
    for token in tokens(("{" + "".join(pieces)).encode("gbk")):
        if not walk.take(token):
            break
    assert all(isinstance(block, Block) for block in walk.finish())
