import zipfile

import pytest

from indexer.sniff import extension, sniff
from tests.indexer import samples

OOXML = '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{}.main+xml"/></Types>'


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"\n\n%PDF-1.7\n", "pdf"),
        (b"{\\rtf1\\ansi", "rtf"),
        (b"\xff\xd8\xff\xe0..JFIF", "jpg"),
        (b"II*\0....", "tif"),
        (b"GIF89a...", "gif"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "heic"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "mp4"),
        (b"Rar!\x1a\x07\x01\0", "rar"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "7z"),
        (b"\x1f\x8b\x08\0", "gz"),
        (b"\xdb\xa5\x2d\0\0\0", "doc"),
        (b"\x09\x04\x06\0\0\0\x10\0", "xls"),
        (b"\xef\xbb\xbf\n<!-- a --><!-- b --><html><body>", "html"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html>', "html"),
        (b"From: a@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\n", "eml"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n", "mht"),
        ("会议记录".encode("gbk"), "txt"),
        (bytes(range(1, 256)), "unknown"),
    ],
)
@pytest.mark.parametrize("name", ["文件", "文件.dat", "文件.xls"])
def test_content_decides(tmp_path, data, kind, name):
    path = tmp_path / name
    path.write_bytes(data)
    assert sniff(path) == kind


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ({"[Content_Types].xml": OOXML.format("wordprocessingml.document"), "word/document.xml": ""}, "docx"),
        ({"[Content_Types].xml": OOXML.format("spreadsheetml.sheet"), "xl/workbook.xml": ""}, "xlsx"),
        ({"[Content_Types].xml": OOXML.format("presentationml.presentation"), "odd/p.xml": ""}, "pptx"),
        (
            {"[Content_Types].xml": "<Types ContentType='application/vnd.ms-excel.sheet.binary.macroEnabled.main'/>", "xl/a": ""},
            "xlsb",
        ),
        ({"mimetype": "application/vnd.oasis.opendocument.text"}, "odt"),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "ods"),
        ({"mimetype": "application/vnd.oasis.opendocument.presentation"}, "odp"),
        ({"OFD.xml": ""}, "ofd"),
        ({"报告.docx": ""}, "zip"),
    ],
)
def test_packages_are_told_apart_by_their_parts(tmp_path, parts, kind):
    assert sniff(samples.package(tmp_path / "包.zip", parts)) == kind


@pytest.mark.parametrize(
    ("stream", "name", "kind"),
    [
        ("WordDocument", "a.doc", "doc"),
        ("worddocument", "a.wps", "wps"),
        ("Workbook", "a.xls", "xls"),
        ("Book", "a.et", "et"),
        ("Workbook", "a.doc", "xls"),
        ("PowerPoint Document", "a.ppt", "ppt"),
        ("PowerPoint Document", "a.dps", "dps"),
        ("ENCRYPTEDPACKAGE", "a.docx", "locked"),
        ("CONTENTS", "a.wps", "works"),
        ("Other", "a.doc", "unknown"),
    ],
)
def test_ole_files_are_told_apart_by_their_streams(tmp_path, stream, name, kind):
    assert sniff(samples.compound(tmp_path / name, {stream: b"x"})) == kind


def test_a_truncated_package_is_still_known(tmp_path):
    whole = samples.docx(tmp_path / "a.docx", samples.p("文字")).read_bytes()
    cut = tmp_path / "b"
    cut.write_bytes(whole[: len(whole) // 2])
    assert sniff(cut) == "docx"


def test_a_damaged_ole_file_is_what_its_name_says(tmp_path):
    for name, kind in (("a.doc", "doc"), ("a.bin", "unknown")):
        (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100)
        assert sniff(tmp_path / name) == kind


def test_extensions_of_one_format_count_as_one():
    names = ["A.DOCX", "a.docm", "a.jpeg", "a.tiff", "a.htm", "a.mhtml", "a", "a.tar.tgz"]
    assert [extension(name) for name in names] == ["docx", "docx", "jpg", "tif", "html", "mht", "", "gz"]


def test_a_lying_directory_is_no_exception(tmp_path):
    path = samples.docx(tmp_path / "a.docx", samples.p("文字"))
    data = path.read_bytes()
    path.write_bytes(data.replace(b"PK\1\2", b"PK\1\3"))
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(path)
    assert sniff(path) == "docx"
