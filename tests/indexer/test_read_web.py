from base64 import b64encode

import pytest

from indexer.readers import read
from indexer.reading import Block, Limits
from schema.model import TextStatus

LIMITS = Limits()
PAGE = """<html><head><title>学校 公告</title><style>p{}</style></head><body><p>第一段<br>换行</p><!-- 注释 -->
<script>var a = "脚本";</script><table><tr><th>姓名</th><td><p>陈一诺</p></td></tr><tr><td>年级</td><td>三</td></tr>
</table></body></html>"""
TEXT = "第一段\n换行\n姓名\t陈一诺\n年级\t三"


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "utf-16"])
@pytest.mark.parametrize("declared", [True, False])
def test_a_page_shows_what_a_browser_shows(tmp_path, encoding, declared):
    meta = f'<meta charset="{encoding}">' if declared and encoding != "utf-16" else ""
    path = tmp_path / "公告.html"
    path.write_bytes(PAGE.replace("<title>", f"{meta}<title>").encode(encoding))
    found = read(path, LIMITS)
    assert (found.status, found.blocks) == (TextStatus.OK, (Block(None, "body", TEXT),))
    assert dict(found.meta).get("title", "学校 公告") == "学校 公告"


def test_a_page_called_xls_is_read_and_said(tmp_path):
    path = tmp_path / "导出.xls"
    path.write_text(PAGE, encoding="utf-8")
    found = read(path, LIMITS)
    assert (found.kind, found.text) == ("html", TEXT)
    assert found.warnings[0].code == "reading.warning.name"


def test_a_page_may_nest_as_deep_as_it_likes(tmp_path):
    path = tmp_path / "深.html"
    path.write_text("<html><body>" + "<div>" * 50_000 + "底", encoding="utf-8")
    assert read(path, LIMITS).status in (TextStatus.OK, TextStatus.EMPTY, TextStatus.CORRUPT)


def test_mail_has_headers_text_and_the_names_of_what_is_attached(tmp_path):
    path = tmp_path / "来信.eml"
    path.write_bytes(
        b"From: a@example.org\r\nSubject: =?gb2312?B?"
        + b64encode("关于安全的通知".encode("gbk"))
        + b"?=\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=gb2312\r\n'
        b"Content-Transfer-Encoding: 8bit\r\n\r\n" + "各校：请认真自查。".encode("gbk") + b"\r\n--b\r\n"
        b'Content-Type: application/pdf; name="a.pdf"\r\nContent-Disposition: attachment; filename="a.pdf"\r\n\r\nx\r\n--b--\r\n'
    )
    found = read(path, LIMITS)
    assert (found.status, found.kind) == (TextStatus.OK, "eml")
    assert found.blocks == (
        Block(None, "header", "关于安全的通知\na@example.org"),
        Block(None, "body", "各校：请认真自查。"),
        Block(None, "attachment", "a.pdf"),
    )
    assert "a.pdf" in found.warnings[0].text("zh")


def test_a_web_archive_is_its_page(tmp_path):
    path = tmp_path / "网页.mht"
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
    part = "--b\r\nContent-Type: text/html; charset=gbk\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    path.write_bytes((head + part + PAGE + "\r\n--b--\r\n").encode("gbk"))
    found = read(path, LIMITS)
    assert (found.kind, found.text) == ("mht", TEXT)
