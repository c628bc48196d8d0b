import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.characters import clean, control_share, decode, is_garbage
from indexer.readers import read
from indexer.reading import Block, Limits
from schema.model import TextStatus

SENTENCE = "学校食堂严格执行食品留样制度，每餐留样不少于一百二十五克。"
TRADITIONAL = "學校認真開展體育與藝術教育活動，促進學生全面發展。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_chinese_encodings_are_told_apart(tmp_path, encoding):
    path = tmp_path / "说明.txt"
    path.write_bytes(SENTENCE.encode(encoding))
    found = read(path, Limits())
    assert (found.status, found.kind, found.blocks) == (TextStatus.OK, "txt", (Block(None, "body", SENTENCE),))


def test_big5_is_told_from_gbk():
    assert decode(TRADITIONAL.encode("big5")) == (TRADITIONAL, "big5")
    assert decode(TRADITIONAL.encode("gb18030")) == (TRADITIONAL, "gb18030")


@pytest.mark.parametrize("text", ["校舍安全", "教师名册", "一年级二班", "会议记录"])
def test_four_characters_are_enough_for_gbk(text):
    assert decode(text.encode("gbk")) == (text, "gb18030")


def test_letters_of_other_scripts_are_not_taken_for_chinese():
    assert decode("一一一一".encode("gbk")) == ("一一一一", "gb18030")
    for text in ("Café à Genève, déjà vu", "Привет, как дела?", "Größe überprüfen", "γειά σου κόσμε"):
        assert decode(text.encode()) == (text, "utf-8")


def test_a_csv_file_keeps_its_commas(tmp_path):
    path = tmp_path / "名单.csv"
    path.write_bytes("姓名,年级\r\n陈一诺,三\r\n".encode("gbk"))
    found = read(path, Limits())
    assert (found.kind, found.text, dict(found.meta)) == ("csv", "姓名,年级\n陈一诺,三", {"encoding": "gb18030"})


def test_a_long_text_is_read_up_to_the_limit(tmp_path):
    path = tmp_path / "长.txt"
    path.write_text(SENTENCE * 100, encoding="utf-8")
    found = read(path, Limits(characters=50))
    assert (found.status, len(found.text)) == (TextStatus.PARTIAL, 50)


def test_bytes_are_not_text(tmp_path):
    path = tmp_path / "数据.txt"
    path.write_bytes(bytes(range(256)) * 8)
    found = read(path, Limits())
    assert (found.status, found.kind, found.blocks) == (TextStatus.UNSUPPORTED, "unknown", ())


def test_cleaning_keeps_the_text_and_nothing_else():
    assert clean("\uf0a7甲\x00乙\r\n丙\x0b丁  \n\ufeff") == "甲乙\n丙\n丁"
    assert clean("\ud83d\ude00和\ud83d") == "😀和\ufffd"


@given(st.text())
def test_clean_text_can_always_be_stored(text):
    cleaned = clean(text + "\ud800")
    cleaned.encode("utf-8")
    assert "\0" not in cleaned
    assert clean(cleaned) == cleaned


@given(st.binary())
def test_decoding_never_fails(data):
    found = decode(data)
    assert found is None or isinstance(found[0], str)


@given(st.text(alphabet=SENTENCE, min_size=4, max_size=60), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_everyday_text_survives_every_encoding(text, encoding):
    found = decode(text.encode(encoding))
    assert found is not None
    assert found[0] == text


def test_garbage_fonts_are_recognised():
    assert is_garbage("犐犆犛犕犘犎犖犜犈犔犆犐犛犛犜犃犖犇犃犚犇犛犛犜犃犖犇犃犚犇犛")
    assert not is_garbage(SENTENCE + TRADITIONAL)
    assert control_share("\x01\x02ab") == 0.25
