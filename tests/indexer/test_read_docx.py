from datetime import UTC, datetime

import docx as python_docx
import pytest

from indexer.readers import read
from indexer.reading import Block, Limits
from schema.model import TextStatus
from tests.indexer import samples
from tests.indexer.samples import p, table

LIMITS = Limits()
BOX = (
    '<w:p><w:r><mc:AlternateContent xmlns:mc="m"><mc:Choice>{0}</mc:Choice><mc:Fallback>{0}</mc:Fallback>'
    "</mc:AlternateContent></w:r></w:p>"
)
MANY = "".join(p(f"第{number}条，学校应当按照要求做好记录并归档。") for number in range(3))


def test_a_document_of_python_docx_is_read_whole(tmp_path):
    document = python_docx.Document()
    document.core_properties.title = "食品安全自查报告"
    document.core_properties.created = datetime(2024, 3, 1, tzinfo=UTC)
    document.add_paragraph("正文第一段")
    grid = document.add_table(2, 2)
    grid.cell(0, 0).text, grid.cell(0, 1).text = "项目", "结果"
    grid.cell(1, 0).merge(grid.cell(1, 1)).text = "留样记录齐全"
    document.sections[0].header.paragraphs[0].text = "柳溪小学"
    document.sections[0].footer.paragraphs[0].text = "内部资料"
    path = tmp_path / "报告.docx"
    document.save(str(path))
    found = read(path, LIMITS)
    assert (found.status, found.kind, found.pages) == (TextStatus.OK, "docx", None)
    assert found.blocks == (
        Block(None, "body", "正文第一段"),
        Block(None, "table", "项目\t结果\n留样记录齐全"),
        Block(None, "header", "柳溪小学"),
        Block(None, "footer", "内部资料"),
    )
    assert dict(found.meta)["title"] == "食品安全自查报告"


def test_nested_tables_follow_their_row_and_keep_their_rows(tmp_path):
    path = samples.docx(tmp_path / "表.docx", table(("序号", table(("内一", "内二"))), ("甲", "<w:p/>")))
    assert read(path, LIMITS).blocks == (Block(None, "table", "序号\n内一\t内二\n甲"),)


def test_what_the_usual_library_leaves_out_is_read(tmp_path):
    body = (
        f"<w:sdt><w:sdtContent>{p('内容控件')}</w:sdtContent></w:sdt>"
        "<w:p><w:ins><w:r><w:t>新增文字</w:t></w:r></w:ins><w:smartTag><w:r><w:t>智能标记</w:t></w:r></w:smartTag>"
        "<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>制表</w:t><w:br/><w:t>换行</w:t></w:r></w:p>"
        + BOX.format(f"<w:txbxContent>{p('文本框里的字')}</w:txbxContent>")
    )
    notes = {"footnotes": f"<w:footnote>{p('脚注')}</w:footnote>", "comments": f"<w:comment>{p('批注')}</w:comment>"}
    found = read(samples.docx(tmp_path / "全.docx", body, notes), LIMITS)
    assert found.blocks == (
        Block(None, "body", "内容控件\n新增文字智能标记链接\t制表\n换行"),
        Block(None, "textbox", "文本框里的字"),
        Block(None, "note", "脚注"),
        Block(None, "comment", "批注"),
    )


def test_deleted_text_and_field_codes_are_left_out(tmp_path):
    body = (
        "<w:p><w:r><w:t>保留</w:t></w:r><w:del><w:r><w:delText>删去一</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
        "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>删去的行</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    assert read(samples.docx(tmp_path / "删.docx", body), LIMITS).text == "保留"


@pytest.mark.parametrize(("main", "namespace"), [("word/document2.xml", samples.W), ("word/document.xml", samples.STRICT)])
def test_other_main_parts_and_strict_files_are_read(tmp_path, main, namespace):
    path = samples.docx(tmp_path / "严.docx", p("正文"), {"header": p("页眉")}, main=main, ns=namespace)
    assert read(path, LIMITS).blocks == (Block(None, "body", "正文"), Block(None, "header", "页眉"))


def test_a_scan_pasted_into_word_needs_ocr(tmp_path):
    document = python_docx.Document()
    document.add_picture(str(samples.picture(tmp_path / "扫描.png")))
    document.save(str(tmp_path / "扫描.docx"))
    assert read(tmp_path / "扫描.docx", LIMITS).status is TextStatus.NEEDS_OCR


def test_embedded_files_are_named(tmp_path):
    path = samples.docx(tmp_path / "嵌.docx", "<w:p/>")
    samples.add(path, {"word/embeddings/附件.xlsx": b"x"})
    found = read(path, LIMITS)
    assert found.status is TextStatus.EMPTY
    assert "附件.xlsx" in found.warnings[0].text("zh")


def test_a_locked_document_is_encrypted(tmp_path):
    path = samples.compound(tmp_path / "锁.docx", {"encryptedpackage": b"\0" * 64, "EncryptionInfo": b"\4"})
    assert (read(path, LIMITS).status, read(path, LIMITS).kind) == (TextStatus.ENCRYPTED, "docx")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_document_is_corrupt(tmp_path, share):
    whole = samples.docx(tmp_path / "全.docx", MANY).read_bytes()
    path = tmp_path / "断.docx"
    path.write_bytes(whole[: int(len(whole) * share)])
    assert (read(path, LIMITS).status, read(path, LIMITS).kind) == (TextStatus.CORRUPT, "docx")


def test_a_bomb_is_refused_by_its_directory(tmp_path):
    path = samples.docx(tmp_path / "弹.docx", " " * (40 << 20))
    assert path.stat().st_size < 1 << 20
    found = read(path, LIMITS)
    assert found.status is TextStatus.TOO_LARGE
    assert found.warnings[0].code == "reading.warning.bomb"
    assert read(samples.docx(tmp_path / "多.docx", MANY), Limits(members=3)).status is TextStatus.TOO_LARGE
    assert read(samples.docx(tmp_path / "大.docx", MANY), Limits(unpacked_bytes=500)).status is TextStatus.TOO_LARGE
    assert read(samples.docx(tmp_path / "长.docx", MANY), Limits(file_bytes=100)).status is TextStatus.TOO_LARGE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(tmp_path, encoding):
    head = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE w [<!ENTITY a "bbb">]>'
    text = f"{head}<w:document {samples.W}><w:body>&a;</w:body></w:document>"
    path = samples.docx(tmp_path / "实.docx", "")
    samples.replace(path, "word/document.xml", text.encode(encoding))
    found = read(path, LIMITS)
    assert found.status is TextStatus.CORRUPT
    assert found.warnings[0].code == "reading.warning.dtd"


def test_text_beyond_the_limit_is_cut_and_said(tmp_path):
    found = read(samples.docx(tmp_path / "长.docx", MANY), Limits(characters=10))
    assert (found.status, len(found.text)) == (TextStatus.PARTIAL, 10)
    assert found.warnings[0].code == "reading.warning.characters"


DRAWN = '<w:p><w:r><w:drawing><wp:docPr xmlns:wp="wp" id="1" name="图片 1" descr="{}"/></w:drawing></w:r></w:p>'


@pytest.mark.parametrize(
    ("body", "parts", "blocks"),
    [
        pytest.param(
            table((f"<w:sdt><w:sdtContent>{p('格内控件')}</w:sdtContent></w:sdt>", "乙")).replace(
                "</w:tbl>", f"<w:sdt><w:sdtContent><w:tr><w:tc>{p('行控件')}</w:tc></w:tr></w:sdtContent></w:sdt></w:tbl>"
            ),
            {},
            [Block(None, "table", "格内控件\t乙\n行控件")],
            id="content controls around cells and rows",
        ),
        pytest.param(
            table(("外", table(("中", table(("里一", "里二"))))), ("尾", "末")),
            {},
            [Block(None, "table", "外\n中\n里一\t里二\n尾\t末")],
            id="tables three deep",
        ),
        pytest.param(
            p("正文"),
            {"header": p("页眉") + table(("表", "头")), "footer": p("页脚"), "endnotes": f"<w:endnote>{p('尾注')}</w:endnote>"},
            [
                Block(None, "body", "正文"), Block(None, "header", "页眉"), Block(None, "header", "表\t头"),
                Block(None, "footer", "页脚"), Block(None, "note", "尾注"),
            ],
            id="tables in headers, and endnotes",
        ),
        pytest.param(
            "<w:p><w:moveTo><w:r><w:t>移来</w:t></w:r></w:moveTo><w:fldSimple><w:r><w:t>域</w:t></w:r></w:fldSimple><w:ruby><w:rt>"
            "<w:r><w:t>pin</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>拼</w:t></w:r></w:rubyBase></w:ruby></w:p>",
            {},
            [Block(None, "body", "移来域拼")],
            id="moved text, fields and ruby",
        ),
        pytest.param(
            DRAWN.format("操场全景，跑道四百米") + DRAWN.format("IMG_2024.JPG") + DRAWN.format("一间教室&#10;描述已自动生成"),
            {},
            [Block(None, "picture", "操场全景，跑道四百米\n一间教室")],
            id="what is written about pictures",
        ),
        pytest.param(
            p("正文"),
            {"chart": "<w:c><w:t>达标率</w:t><w:v>2023</w:v><w:v>2023</w:v></w:c>"},
            [Block(None, "body", "正文"), Block(None, "textbox", "达标率\n2023")],
            id="labels of charts",
        ),
    ],
)  # fmt: skip
def test_every_place_of_a_document_is_read(tmp_path, body, parts, blocks):
    found = read(samples.docx(tmp_path / "全.docx", body, parts), LIMITS)
    assert (found.status, list(found.blocks)) == (TextStatus.OK, blocks)


def test_deleted_text_in_notes_and_boxes_is_left_out_too(tmp_path):
    deleted = "<w:p><w:r><w:t>留</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del></w:p>"
    body = BOX.format(f"<w:txbxContent>{deleted}</w:txbxContent>") + table((deleted, "乙"))
    found = read(samples.docx(tmp_path / "删.docx", body, {"footnotes": f"<w:footnote>{deleted}</w:footnote>"}), LIMITS)
    assert [block.text for block in found.blocks] == ["留", "留\t乙", "留"]
