"""Office documents as single XML files, Word documents that take in whole files, and packages put together by hand."""

import zipfile

import pytest

from indexer.readers import read
from indexer.reading import Limits
from schema.model import TextStatus
from tests.indexer import samples

WORD_2003 = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<?mso-application progid="Word.Document"?>\n'
    '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:p><w:r><w:t>校园安全</w:t></w:r></w:p>'
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>班级</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>人数</w:t></w:r></w:p></w:tc></w:tr>"
    "</w:tbl><w:sectPr><w:hdr><w:p><w:r><w:t>页眉</w:t></w:r></w:p></w:hdr></w:sectPr></w:body></w:wordDocument>"
)
EXCEL_2003 = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
    '<Worksheet ss:Name="名册">'
    '<Table><Row><Cell><Data ss:Type="String">姓名</Data></Cell><Cell><Data ss:Type="Number">45</Data></Cell></Row></Table>'
    "</Worksheet></Workbook>"
)
UOF = (
    '<?xml version="1.0" encoding="UTF-8"?><uof:UOF xmlns:uof="http://schemas.uof.org/cn/2003/uof"'
    ' xmlns:字="http://schemas.uof.org/cn/2003/uof-wordproc"><字:主体><字:段落><字:句><字:文本串>标文通</字:文本串>'
    "<字:文本串>文字</字:文本串></字:句></字:段落></字:主体></uof:UOF>"
)


@pytest.mark.parametrize(
    ("name", "content", "kind", "text"),
    [
        ("旧.doc", WORD_2003, "doc", "校园安全\n班级\t人数\n页眉"),
        ("表.xls", EXCEL_2003, "xls", "名册\n姓名\t45"),
        ("公文.uof", UOF, "uof", "标文通文字"),
    ],
)
def test_a_document_in_one_xml_file_is_read_without_its_marks(tmp_path, name, content, kind, text):
    (tmp_path / name).write_text(content, encoding="utf-8")
    found = read(tmp_path / name, Limits())
    assert (found.status, found.kind, found.text, found.warnings) == (TextStatus.OK, kind, text, ())


def test_a_flat_package_of_word_is_read(tmp_path):
    inner = f"<w:document {samples.W}><w:body>{samples.p('平面文档')}</w:body></w:document>"
    head = '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    about = 'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"'
    data = f"{head}<pkg:package {about}><pkg:part><pkg:xmlData>{inner}</pkg:xmlData></pkg:part></pkg:package>"
    (tmp_path / "平.doc").write_text(data, encoding="utf-8")
    assert read(tmp_path / "平.doc", Limits()).text == "平面文档"


def test_other_xml_stays_text_and_a_bomb_is_refused(tmp_path):
    (tmp_path / "数据.xml").write_text("<?xml version='1.0'?><a>内容</a>", encoding="utf-8")
    assert read(tmp_path / "数据.xml", Limits()).kind == "txt"
    bomb = WORD_2003.replace("<w:wordDocument", '<!DOCTYPE x [<!ENTITY a "aaaa">]><w:wordDocument')
    (tmp_path / "弹.doc").write_text(bomb, encoding="utf-8")
    assert read(tmp_path / "弹.doc", Limits()).status in (TextStatus.CORRUPT, TextStatus.OK)
    broken = WORD_2003[:-40]
    (tmp_path / "断.doc").write_text(broken, encoding="utf-8")
    assert read(tmp_path / "断.doc", Limits()).status is TextStatus.CORRUPT


def test_a_web_page_taken_into_a_word_document_is_its_text(tmp_path):
    path = samples.docx(tmp_path / "导出.docx", "<w:altChunk/>" + samples.p("正文"), {"aFChunk": "x"})
    page = "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<html><body>网页里的文字</body></html>"
    samples.replace(path, "word/aFChunk.xml", page.encode())
    assert read(path, Limits()).text == "正文\n网页里的文字"


def test_a_package_without_relations_or_with_windows_paths_is_read(tmp_path):
    whole = samples.docx(tmp_path / "整.docx", samples.p("反斜杠"))
    with zipfile.ZipFile(whole) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    bare = samples.package(tmp_path / "无.docx", {name: data for name, data in parts.items() if "rels" not in name})
    assert read(bare, Limits()).text == "反斜杠"
    upper = samples.package(tmp_path / "写.docx", {name.replace("word/d", "Word/D"): data for name, data in parts.items()})
    assert read(upper, Limits()).text == "反斜杠"
    slashed = samples.package(tmp_path / "斜.docx", {name.replace("/", "\\\\"[:1]): data for name, data in parts.items()})
    assert read(slashed, Limits()).text == "反斜杠"
