"""Slides, OFD and OpenDocument."""

import pytest

from indexer.readers import read
from indexer.reading import Block, Limits
from schema.model import TextStatus
from tests.indexer import samples
from tests.indexer.samples import ofd_text, relations

LIMITS = Limits()
A = 'xmlns:a="a" xmlns:p="p" xmlns:r="r"'


def slide(body: str) -> str:
    return f"<p:sld {A}><p:cSld><p:spTree>{body}</p:spTree></p:cSld></p:sld>"


def shape(*paragraphs: str) -> str:
    runs = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in paragraphs)
    return f"<p:sp><p:txBody>{runs}</p:txBody></p:sp>"


@pytest.fixture
def slides(tmp_path):
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    table = f"<a:tbl><a:tr>{cell.format('项目')}{cell.format('结果')}</a:tr></a:tbl>"
    number = '<p:sp><a:p><a:fld type="slidenum"><a:t>2</a:t></a:fld></a:p></p:sp>'
    types = "<Types T='application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml'/>"
    order = '<p:sldIdLst><p:sldId id="9" r:id="rB"/><p:sldId id="8" r:id="rA"/></p:sldIdLst>'
    return samples.package(
        tmp_path / "课件.pptx",
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relations(("r1", "officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f"<p:presentation {A}>{order}</p:presentation>",
            "ppt/_rels/presentation.xml.rels": relations(("rA", "slide", "slides/s1.xml"), ("rB", "slide", "slides/s2.xml")),
            "ppt/slides/s1.xml": slide(f"<p:grpSp>{shape('组合里的字')}</p:grpSp>{table}{number}"),
            "ppt/slides/s2.xml": slide(shape("消防安全", "第一讲")),
            "ppt/slides/_rels/s2.xml.rels": relations(("n", "notesSlide", "../notes/n1.xml"), ("c", "chart", "../charts/c1.xml")),
            "ppt/notes/n1.xml": f"<p:notes {A}>{shape('讲稿')}{number}</p:notes>",
            "ppt/charts/c1.xml": "<c:chart xmlns:c='c'><c:v>参加人数</c:v><c:v>参加人数</c:v></c:chart>",
        },
    )


def test_slides_come_in_the_order_they_are_shown(slides):
    found = read(slides, LIMITS)
    assert (found.status, found.kind, found.pages) == (TextStatus.OK, "pptx", 2)
    assert found.blocks == (
        Block(1, "slide", "消防安全\n第一讲\n参加人数"),
        Block(1, "note", "讲稿"),
        Block(2, "slide", "组合里的字\n项目\t结果"),
    )
    assert read(slides, Limits(pages=1)).status is TextStatus.PARTIAL


def test_ofd_pages_keep_their_lines(tmp_path):
    page = ofd_text("青禾县教育", 10, 20) + ofd_text("委员会", 35, 20.4) + ofd_text("远处", 90, 20) + ofd_text("下一行", 10, 30)
    found = read(samples.ofd(tmp_path / "公文.ofd", [page, ofd_text("第二页", 10, 10)]), LIMITS)
    assert (found.status, found.kind, found.pages) == (TextStatus.OK, "ofd", 2)
    assert found.blocks == (Block(1, "body", "青禾县教育委员会 远处\n下一行"), Block(2, "body", "第二页"))
    assert dict(found.meta)["title"] == "公文"


def test_ofd_templates_annotations_and_shared_graphics_are_read(tmp_path):
    unit = f'<ofd:CompositeGraphicUnit ID="7"><ofd:Content>{ofd_text("图元文字", 0, 50)}</ofd:Content></ofd:CompositeGraphicUnit>'
    loop = '<ofd:CompositeGraphicUnit ID="8"><ofd:CompositeObject ResourceID="8"/></ofd:CompositeGraphicUnit>'
    document = '<ofd:DocumentRes>RES.xml</ofd:DocumentRes><ofd:TemplatePage ID="5" BaseLoc="TPLS\\T.xml"/>'
    page = '<ofd:CompositeObject ResourceID="7"/><ofd:CompositeObject ResourceID="8"/><ofd:Template TemplateID="5"/>'
    extra = {
        "Doc_0/Res.xml": f"<x ><y>{unit}{loop}</y></x>",
        "Doc_0/Tpls/T.xml": f"<x >{ofd_text('模板表头', 0, 10)}</x>",
        "Doc_0/Annots.xml": '<x ><ofd:Page PageID="1"><ofd:FileLoc>A/a.xml</ofd:FileLoc></ofd:Page></x>',
        "Doc_0/A/a.xml": f"<x >{ofd_text('注释', 0, 70)}</x>",
        "Doc_0/Pages/P9.xml": f"<x >{ofd_text('没有列出的页', 0, 70)}</x>",
    }
    found = read(samples.ofd(tmp_path / "表.ofd", [page], extra, document=document), LIMITS)
    assert (found.status, found.text) == (TextStatus.OK, "模板表头\n图元文字\n注释")


def test_ofd_scans_losses_and_locks(tmp_path):
    picture = '<ofd:ImageObject Boundary="0 0 200 100" ResourceID="1"/>'
    scan = samples.ofd(tmp_path / "扫描.ofd", [picture])
    assert read(scan, LIMITS).status is TextStatus.NEEDS_OCR
    half = samples.ofd(tmp_path / "半.ofd", [ofd_text("第一页", 0, 0), "<broken"])
    found = read(half, LIMITS)
    assert (found.status, found.pages) == (TextStatus.PARTIAL, 2)
    assert {warning.code for warning in found.warnings} == {"reading.warning.lost-pages", "reading.warning.part"}
    assert read(samples.ofd(tmp_path / "线.ofd", ["<ofd:PathObject/>"]), LIMITS).status is TextStatus.EMPTY
    locked = samples.ofd(tmp_path / "锁.ofd", [picture], head="<ofd:Encryptions/>")
    assert read(locked, LIMITS).status is TextStatus.ENCRYPTED


OFFICE = 'xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:draw="d" xmlns:style="s" xmlns:presentation="n"'


def opendocument(path, kind, body, extra=None):
    content = f"<office:document-content {OFFICE}><office:body>{body}</office:body></office:document-content>"
    head = {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content}
    return samples.package(path, head | (extra or {}))


def test_opendocument_text(tmp_path):
    body = (
        "<office:text><text:tracked-changes><text:p>删去</text:p></text:tracked-changes>"
        "<text:h>标题</text:h><text:p>正文<text:s/>一<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>脚注</text:p></text:note-body></text:note>尾</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>甲</text:p></table:table-cell>"
        "<table:table-cell><text:p>乙</text:p></table:table-cell></table:table-row></table:table></office:text>"
    )
    styles = f"<style:x {OFFICE}><style:header><text:p>页眉</text:p></style:header></style:x>"
    found = read(opendocument(tmp_path / "文.odt", "text", body, {"styles.xml": styles}), LIMITS)
    assert (found.status, found.kind, found.pages) == (TextStatus.OK, "odt", None)
    assert found.blocks == (
        Block(None, "body", "标题\n正文 一尾"),
        Block(None, "table", "甲\t乙"),
        Block(None, "note", "脚注"),
        Block(None, "header", "页眉"),
    )


def test_opendocument_sheets_and_slides(tmp_path):
    row = (
        '<table:table-row><table:table-cell><text:p>设备</text:p></table:table-cell><table:table-cell'
        ' table:number-columns-repeated="2"/><table:table-cell><text:p>12</text:p></table:table-cell></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )  # fmt: skip
    body = f'<office:spreadsheet><table:table table:name="台账">{row}</table:table></office:spreadsheet>'
    found = read(opendocument(tmp_path / "表.ods", "spreadsheet", body), LIMITS)
    assert (found.pages, found.blocks) == (1, (Block(1, "sheet", "台账\n设备\t\t\t12"),))
    notes = "<presentation:notes><text:p>讲稿</text:p></presentation:notes>"
    page = f"<draw:page><draw:text-box><text:p>第一张</text:p></draw:text-box>{notes}</draw:page>"
    body = f"<office:presentation>{page}</office:presentation>"
    found = read(opendocument(tmp_path / "课.odp", "presentation", body), LIMITS)
    assert (found.kind, found.blocks) == ("odp", (Block(1, "slide", "第一张"), Block(1, "note", "讲稿")))


def test_a_locked_opendocument_is_encrypted(tmp_path):
    manifest = {"META-INF/manifest.xml": "<m><encryption-data/></m>"}
    assert read(opendocument(tmp_path / "锁.odt", "text", "", manifest), LIMITS).status is TextStatus.ENCRYPTED
