"""Files that hold a known sentence in every place text can stand, and the same saved in other formats by LibreOffice.

`TRUTH` says which sentences a file must yield by where they stand; those of GONE were deleted and must not come back. PAGES stand
on pages 1 to 3 of the text.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"

WORD: Mapping[str, tuple[str, ...]] = {
    "body": ("关于加强校园安全管理的通知", "各学校要落实门卫值守制度", "末段要求按月报送台账"),
    "table": ("检查项目甲", "完成情况乙", "消防器材三十具", "已全部年检合格", "合并单元格的内容"),
    "nested table": ("内层表格左格", "内层表格右格"),
    "header": ("页眉柳溪小学",),
    "footer": ("页脚内部资料",),
    "note": ("脚注说明数据来源", "尾注说明统计口径"),
    "comment": ("批注请核对日期",),
    "text box": ("文本框里的重要提示",),
    "content control": ("内容控件填写的校名",),
    "insertion": ("修订新增的一句话",),
    "link": ("链接显示的文字",),
    "alternative text": ("操场全景跑道四百米",),
}
GONE = ("修订删除的一句话",)
PAGES = ("第一页讲疏散演练", "第二页讲食品留样", "第三页讲校车管理")
SHEETS: Mapping[str, tuple[str, ...]] = {
    "cell": ("教师花名册", "陈一诺", "在编在岗", "显微镜", "投影仪两台"),
    "sheet name": ("设备台账表",),
    "comment": ("单元格批注请补齐",),
}
SLIDES: Mapping[str, tuple[str, ...]] = {
    "slide": ("校园食品安全专题", "第二张谈留样要求", "第三张谈从业人员"),
    "table": ("幻灯表格左格", "幻灯表格右格"),
    "note of a slide": ("备注里的讲稿文字",),
}
# What a format cannot hold, or LibreOffice does not write into it; what is printed shows deletions struck through.
LACKING: Mapping[str, frozenset[str]] = {
    "rtf": frozenset({"alternative text"}),
    "doc": frozenset({"alternative text"}),
    "html": frozenset({"comment", "alternative text", "deletion"}),
    "pdf": frozenset({"comment", "alternative text", "note of a slide", "deletion"}),
}
SAVED = {"docx": ("doc", "rtf", "odt", "pdf", "html"), "xlsx": ("xls", "ods"), "pptx": ("ppt", "odp", "pdf")}
# Files of Kingsoft are those of Office 97 under other names.
RENAMED = {"doc": "wps", "xls": "et", "ppt": "dps"}
TRUTH = {"docx": WORD, "xlsx": SHEETS, "pptx": SLIDES}


def written(folder: Path) -> Iterator[Path]:
    """Write the three sources into `folder`; yield their paths."""
    yield _docx(folder / "文字.docx")
    yield _xlsx(folder / "表格.xlsx")
    yield _pptx(folder / "演示.pptx")


def converted(source: Path, format_: str) -> Path | None:
    """Return the file saved by LibreOffice in another format beside it, None where there is no LibreOffice."""
    office = shutil.which("soffice")
    if office is None:
        return None
    profile = f"-env:UserInstallation={(source.parent / 'profile').absolute().as_uri()}"
    command = [office, profile, "--headless", "--convert-to", format_, "--outdir", str(source.parent), str(source)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=180)
    return source.with_suffix(f".{format_}")


def _package(path: Path, parts: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{data}')
    return path


def _relations(entries: Mapping[str, tuple[str, str]], mode: str = "") -> str:
    listed = "".join(
        f'<Relationship Id="{id_}" Type="{_OFFICE}/{type_}" Target="{target}"{mode if type_ == "hyperlink" else ""}/>'
        for id_, (type_, target) in entries.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{listed}</Relationships>'


def _types(overrides: Mapping[str, str]) -> str:
    listed = "".join(f'<Override PartName="/{name}" ContentType="{type_}"/>' for name, type_ in overrides.items())
    defaults = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{defaults}{listed}</Types>'


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def _p(*inner: str) -> str:
    return f"<w:p>{''.join(part if part.startswith('<') else _run(part) for part in inner)}</w:p>"


def _table(*rows: tuple[str, ...]) -> str:
    grid = "".join('<w:gridCol w:w="3000"/>' for _ in rows[0])
    cells = ("".join(f"<w:tc><w:tcPr/>{cell if cell.startswith('<') else _p(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def _box(text: str) -> str:
    """Return a text box as Word 2010 writes it, with its alternative text and a fallback for older versions."""
    shape = (
        '<wp:anchor xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" behindDoc="0" locked="0"'
        ' layoutInCell="1" allowOverlap="1" distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2">'
        '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>9000</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>9000</wp:posOffset></wp:positionV>'
        '<wp:extent cx="2000000" cy="500000"/><wp:wrapTopAndBottom/>'
        f'<wp:docPr id="7" name="Box" descr="{WORD["alternative text"][0]}"/>'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData'
        ' uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        '<wps:wsp xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:cNvSpPr txBox="1"/>'
        '<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2000000" cy="500000"/></a:xfrm><a:prstGeom prst="rect"/></wps:spPr>'
        f"<wps:txbx><w:txbxContent>{_p(text)}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>"
        "</a:graphicData></a:graphic></wp:anchor>"
    )
    inside = f"<v:textbox><w:txbxContent>{_p(text)}</w:txbxContent></v:textbox>"
    fallback = f'<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml">{inside}</v:shape></w:pict>'
    return (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="wps"><w:drawing>{shape}</w:drawing></mc:Choice><mc:Fallback>{fallback}</mc:Fallback>'
        "</mc:AlternateContent></w:r>"
    )


def _docx(path: Path) -> Path:
    place = {name: iter(texts) for name, texts in WORD.items()}

    def say(name: str) -> str:
        return next(place[name])

    author = 'w:id="1" w:author="校办" w:date="2025-01-01T00:00:00Z"'
    table = _table(
        (say("table"), say("table")),
        (say("table"), say("table")),
        (say("table"), _table((say("nested table"), say("nested table"))) + _p()),
    )
    notes = (
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
        '<w:r><w:endnoteReference w:id="2"/></w:r>',
        '<w:commentRangeStart w:id="0"/>',
        say("body"),
        '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>',
    )
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{_p(say('content control'))}</w:sdtContent></w:sdt>"
    changed = _p(
        f"<w:ins {author}>{_run(say('insertion'))}</w:ins>",
        f"<w:del {author}><w:r><w:delText>{GONE[0]}</w:delText></w:r></w:del>",
        f'<w:hyperlink r:id="rL" xmlns:r="{_OFFICE}">{_run(say("link"))}</w:hyperlink>',
    )
    breaks = '<w:r><w:br w:type="page"/></w:r>'
    pages = "".join(_p(breaks, text) for text in PAGES[1:])
    section = (
        f'<w:sectPr xmlns:r="{_OFFICE}"><w:headerReference w:type="default" r:id="rH"/>'
        '<w:footerReference w:type="default" r:id="rF"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="700"'
        ' w:footer="700" w:gutter="0"/></w:sectPr>'
    )
    first = _p(PAGES[0]) + _p(say("body")) + _p(*notes) + table + control + changed
    body = first + _p(_box(say("text box"))) + _p(say("body")) + pages + section
    part = "<w:{0} xmlns:w='" + _WORD + "'>{1}</w:{0}>"
    footnote = '<w:footnote w:id="2">{}</w:footnote>'.format(_p("<w:r><w:footnoteRef/></w:r>", say("note")))
    endnote = '<w:endnote w:id="2">{}</w:endnote>'.format(_p("<w:r><w:endnoteRef/></w:r>", say("note")))
    comment = f'<w:comment w:id="0" w:author="校办" w:date="2025-01-01T00:00:00Z">{_p(say("comment"))}</w:comment>'
    return _package(
        path,
        {
            "[Content_Types].xml": _types(
                {f"word/{name}.xml": f"{_TYPE}.{type_}+xml" for name, type_ in (
                    ("document", "document.main"), ("header1", "header"), ("footer1", "footer"), ("footnotes", "footnotes"),
                    ("endnotes", "endnotes"), ("comments", "comments"),
                )}
            ),
            "_rels/.rels": _relations({"r1": ("officeDocument", "word/document.xml")}),
            "word/document.xml": part.format("document", f"<w:body>{body}</w:body>"),
            "word/_rels/document.xml.rels": _relations(
                {
                    "rH": ("header", "header1.xml"), "rF": ("footer", "footer1.xml"), "rN": ("footnotes", "footnotes.xml"),
                    "rE": ("endnotes", "endnotes.xml"), "rC": ("comments", "comments.xml"),
                    "rL": ("hyperlink", "https://example.com/"),
                },
                ' TargetMode="External"',
            ),
            "word/header1.xml": part.format("hdr", _p(say("header"))),
            "word/footer1.xml": part.format("ftr", _p(say("footer"))),
            "word/footnotes.xml": part.format("footnotes", footnote),
            "word/endnotes.xml": part.format("endnotes", endnote),
            "word/comments.xml": part.format("comments", comment),
        },
    )  # fmt: skip


def _xlsx(path: Path) -> Path:
    import openpyxl  # noqa: PLC0415 - slow to load, and not needed by everybody
    from openpyxl.comments import Comment  # noqa: PLC0415

    book = openpyxl.Workbook()
    first = book.active
    first.title = "名册"
    first.append([SHEETS["cell"][0]])
    first.append([*SHEETS["cell"][1:3], 35])
    first["A2"].comment = Comment(SHEETS["comment"][0], "校办")
    book.create_sheet(SHEETS["sheet name"][0]).append(SHEETS["cell"][3:])
    book.save(path)
    return path


def _pptx(path: Path) -> Path:
    a, p = "http://schemas.openxmlformats.org/drawingml/2006/main", "http://schemas.openxmlformats.org/presentationml/2006/main"
    names = f'xmlns:a="{a}" xmlns:p="{p}" xmlns:r="{_OFFICE}"'
    main = "application/vnd.openxmlformats-officedocument.presentationml"
    tree = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'

    def shape(text: str, kind: str = "") -> str:
        holder = f'<p:nvPr><p:ph type="{kind}" idx="1"/></p:nvPr>' if kind else "<p:nvPr/>"
        place = '<a:xfrm><a:off x="500000" y="500000"/><a:ext cx="6000000" cy="900000"/></a:xfrm>'
        frame = f'<p:spPr>{place}<a:prstGeom prst="rect"/></p:spPr>'
        words = f"<p:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody>"
        return f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="x"/><p:cNvSpPr/>{holder}</p:nvSpPr>{frame}{words}</p:sp>'

    def table(*cells: str) -> str:
        grid = "".join('<a:gridCol w="2000000"/>' for _ in cells)
        inner = "<a:tc><a:txBody><a:bodyPr/><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody><a:tcPr/></a:tc>"
        row = "".join(map(inner.format, cells))
        return (
            '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="3" name="t"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
            '<p:xfrm><a:off x="500000" y="2500000"/><a:ext cx="4000000" cy="500000"/></p:xfrm><a:graphic>'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl><a:tblPr/>'
            f'<a:tblGrid>{grid}</a:tblGrid><a:tr h="400000">{row}</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>'
        )

    def part(kind: str, inner: str) -> str:
        return f"<p:{kind} {names}><p:cSld><p:spTree>{tree}{inner}</p:spTree></p:cSld></p:{kind}>"

    texts = SLIDES["slide"]
    inners = [shape(texts[0]), shape(texts[1]) + table(*SLIDES["table"]), shape(texts[2])]
    ids = "".join(f'<p:sldId id="{255 + n}" r:id="s{n}"/>' for n in range(1, 4))
    parts = {
        "[Content_Types].xml": _types(
            {"ppt/presentation.xml": f"{main}.presentation.main+xml", "ppt/notesSlides/n2.xml": f"{main}.notesSlide+xml"}
            | {f"ppt/slides/s{n}.xml": f"{main}.slide+xml" for n in range(1, 4)}
        ),
        "_rels/.rels": _relations({"r1": ("officeDocument", "ppt/presentation.xml")}),
        "ppt/presentation.xml": f'<p:presentation {names}><p:sldIdLst>{ids}</p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/>'
        '<p:notesSz cx="6858000" cy="9144000"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": _relations({f"s{n}": ("slide", f"slides/s{n}.xml") for n in range(1, 4)}),
        "ppt/slides/_rels/s2.xml.rels": _relations({"n": ("notesSlide", "../notesSlides/n2.xml")}),
        "ppt/notesSlides/n2.xml": part("notes", shape(SLIDES["note of a slide"][0], "body")),
        "ppt/notesSlides/_rels/n2.xml.rels": _relations({"s": ("slide", "../slides/s2.xml")}),
    }
    return _package(path, parts | {f"ppt/slides/s{n}.xml": part("sld", inner) for n, inner in enumerate(inners, 1)})


def bare(text: str) -> str:
    """Return the text without blanks, in one form of characters: what is compared."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def missing(kind: str, saved: str, text: str) -> tuple[list[str], int]:
    """Return which sentences of a source file of `kind` the text of its copy `saved` lacks, and how many it should hold.

    A deleted sentence that came back is missing, too.
    """
    lacking = LACKING.get(saved, frozenset())
    wanted = [sentence for place, sentences in TRUTH[kind].items() if place not in lacking for sentence in sentences]
    wanted += PAGES if kind == "docx" else ()
    gone = [sentence for sentence in GONE if kind == "docx" and "deletion" not in lacking]
    seen = bare(text)
    lost = [sentence for sentence in wanted if bare(sentence) not in seen]
    return lost + [sentence for sentence in gone if sentence in seen or not seen], len(wanted) + len(gone)
