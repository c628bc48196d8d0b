import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.readers import kinds, read
from indexer.reading import Block, Limits, Reading, pack, unpack
from schema.advice import advice, family
from schema.messages import Message, codes, message
from schema.model import TextStatus
from tests.indexer import samples

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)
READINGS = st.builds(
    Reading,
    status=st.sampled_from(TextStatus),
    kind=TEXT,
    pages=st.none() | st.integers(0, 99),
    blocks=st.lists(st.builds(Block, st.none() | st.integers(1, 9), TEXT, TEXT), max_size=3).map(tuple),
    meta=PAIRS,
    warnings=st.lists(st.builds(Message, TEXT, PAIRS), max_size=2).map(tuple),
    engine=TEXT,
)


@given(READINGS)
def test_a_reading_comes_back_from_json_as_it_was(reading):
    assert unpack(json.loads(json.dumps(pack(reading)))) == reading


@pytest.mark.parametrize("status", TextStatus)
@pytest.mark.parametrize("kind", ["pdf", "jpg", "zip", "mp4", "unknown", ""])
def test_every_status_has_a_sentence_in_both_languages(status, kind):
    for language in ("zh", "en"):
        assert advice(status, kind).text(language)


def test_the_sentences_name_the_kind():
    assert "ppt" in advice(TextStatus.UNSUPPORTED, "ppt").text()
    assert advice(TextStatus.UNSUPPORTED, "rar").code == "reading.status.unsupported.package"
    assert family("heic") == "image"
    assert all(code in codes() for code in (f"reading.status.{status.value}" for status in TextStatus))


def test_files_of_no_bytes_are_empty_whatever_they_claim(tmp_path):
    for name in ("空.pdf", "空.docx", "空"):
        (tmp_path / name).touch()
        assert read(tmp_path / name, Limits()).status is TextStatus.EMPTY


def test_a_wrong_extension_is_read_by_content_and_said(tmp_path):
    path = samples.docx(tmp_path / "其实是.pdf", samples.p("内容"))
    found = read(path, Limits())
    assert (found.status, found.kind, found.text) == (TextStatus.OK, "docx", "内容")
    assert found.warnings == (message("reading.warning.name", extension="pdf", kind="docx"),)
    found.warnings[0].text("zh")


@pytest.mark.parametrize("name", ["照片.jpg", "照片.png", "照片.tif", "照片.bmp", "照片.gif", "照片.webp"])
def test_pictures_need_ocr(tmp_path, name):
    found = read(samples.picture(tmp_path / name), Limits())
    assert (found.status, found.kind, found.warnings) == (TextStatus.NEEDS_OCR, name.rpartition(".")[2], ())


def test_a_locked_package_is_said_to_be_locked(tmp_path):
    path = samples.package(tmp_path / "材料.zip", {"一.txt": "甲"})
    assert read(path, Limits()).status is TextStatus.OK
    data = bytearray(path.read_bytes())
    # The flag of encryption, in the member's own header and in the directory.
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    assert read(path, Limits()).status is TextStatus.ENCRYPTED


def test_a_file_that_is_gone_is_no_exception(tmp_path):
    found = read(tmp_path / "没有.pdf", Limits())
    assert found.status is TextStatus.CRASHED
    assert found.warnings[0].code == "reading.warning.unreadable"


def test_the_kinds_that_are_read_are_known():
    assert {"pdf", "docx", "xlsx", "txt", "csv"} <= kinds()
    assert "zip" not in kinds()
