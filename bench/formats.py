"""Files in the formats LibreOffice does not write, each with known sentences: OFD, xlsb, text in all encodings, mail, zip."""

from __future__ import annotations

import base64
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.indexer import samples

SENTENCES = (
    "青禾县教育局关于加强校园安全管理的通知",
    "第一学期共开展疏散演练四次",
    "食堂每餐次留样一百二十五克",
    "专任教师五十二人其中高级教师九人",
    "音乐教室与美术教室各两间",
    "体育运动场馆面积三千六百平方米",
    "生均公用经费七百二十元",
    "控辍保学台账按月更新",
)
_ENCODINGS = ("utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "big5")


def written(folder: Path) -> Iterator[tuple[str, Path, tuple[str, ...]]]:
    """Write a file of every one of these formats; yield what it is called here, its path, and the sentences it must yield."""
    yield "ofd", _ofd(folder / "公文.ofd"), (*SENTENCES, "批注里的一句话")
    yield "xlsb", samples.xlsb(folder / "表.xlsb", "台账", [SENTENCES[at : at + 2] for at in range(0, 8, 2)]), SENTENCES
    text = "\n".join(SENTENCES)
    for encoding in _ENCODINGS:
        # Big5 has no simplified characters.
        lines = ("學前教育普及普惠", "義務教育優質均衡發展", "校園安全管理台賬") if encoding == "big5" else SENTENCES
        path = folder / f"文字-{encoding}.txt"
        path.write_bytes("\n".join(lines).encode(encoding))
        yield f"txt {encoding}", path, lines
    rows = "\n".join(f"{number},{line}" for number, line in enumerate(SENTENCES))
    yield "csv gbk", _put(folder / "表.csv", f"序号,内容\n{rows}", "gbk"), SENTENCES
    page = f"<html><head><meta charset=gb2312></head><body><p>{'</p><p>'.join(SENTENCES)}</p></body></html>"
    yield "html gbk", _put(folder / "页.html", page, "gbk"), SENTENCES
    yield "eml gbk", _mail(folder / "信.eml", text, "text/plain"), SENTENCES
    yield "mht gbk", _mail(folder / "页.mht", page, "text/html"), SENTENCES
    yield "zip, gbk names", _zip(folder / "材料.zip"), (*SENTENCES, "班额统计表.txt", "方案.docx")


def _put(path: Path, text: str, encoding: str) -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def _ofd(path: Path) -> Path:
    texts = [samples.ofd_text(line, 10, 10 + 8 * (at % 3)) for at, line in enumerate(SENTENCES)]
    pages = ["".join(texts[at : at + 3]) for at in range(0, len(texts), 3)]
    named = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    place = '<ofd:Page PageID="1"><ofd:FileLoc>A1.xml</ofd:FileLoc></ofd:Page>'
    note = f"<ofd:Annot><ofd:Appearance>{samples.ofd_text('批注里的一句话', 10, 50)}</ofd:Appearance></ofd:Annot>"
    extra = {
        "Doc_0/Annots.xml": f"<ofd:Annotations {named}>{place}</ofd:Annotations>",
        "Doc_0/A1.xml": f"<ofd:PageAnnot {named}>{note}</ofd:PageAnnot>",
    }
    return samples.ofd(path, pages, extra)


def _mail(path: Path, text: str, kind: str) -> Path:
    body = base64.encodebytes(text.encode("gbk")).decode()
    head = 'MIME-Version: 1.0\nSubject: x\nContent-Type: multipart/related; boundary="b"\n\n'
    part = f"--b\nContent-Type: {kind}; charset=gb2312\nContent-Transfer-Encoding: base64\n\n{body}\n--b--\n"
    path.write_text(head + part, encoding="ascii")
    return path


def _zip(path: Path) -> Path:
    inner = samples.docx(path.with_suffix(".docx"), "".join(map(samples.p, SENTENCES[:4]))).read_bytes()
    members = {"班额统计表.txt": "\n".join(SENTENCES[4:]).encode("gbk"), "方案.docx": inner}
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr("x" * len(name.encode("gbk")), data)
    data = path.read_bytes()
    for name in members:
        data = data.replace(b"x" * len(name.encode("gbk")), name.encode("gbk"))
    path.write_bytes(data)
    return path
