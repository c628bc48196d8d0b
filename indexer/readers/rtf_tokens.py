"""RTF cut into tokens, and the encodings its fonts stand for. Bytes throughout: what they mean depends on the font in use."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from indexer.characters import decode_prefix, naturalness

_TOKEN = re.compile(rb"\\([A-Za-z]{1,32})(-?\d{1,9})? ?|((?:\\'[0-9A-Fa-f]{2})+)|\\([^A-Za-z])|([{}])|([^\\{}]+)|\\", re.DOTALL)
_BREAKS = re.compile(rb"[\r\n]+")
# \fcharset of a font -> encoding. 0 (ANSI), 1 (default) and 2 (symbol) leave it to the document's own code page.
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437",
}  # fmt: skip
WESTERN = "cp1252"
_NATURAL = 0.5


class Token(NamedTuple):
    """A piece of RTF: `kind` is word (with a number or None), symbol (one byte after a backslash), open, close, or bytes."""

    kind: str
    word: str = ""
    number: int | None = None
    data: bytes = b""


def tokens(data: bytes) -> Iterator[Token]:
    r"""Yield the tokens of an RTF file; binary data (`\bin`) is skipped, line breaks mean nothing."""
    at, end = 0, len(data)
    while at < end and (match := _TOKEN.match(data, at)):
        at = match.end()
        token = _token(*match.groups())
        if token is not None:
            at += max(0, token.number or 0) if token.word == "bin" else 0
            yield token


def _token(
    word: bytes | None, number: bytes | None, codes: bytes | None, symbol: bytes | None, brace: bytes | None, plain: bytes | None
) -> Token | None:
    if word is not None:
        return Token("word", word.decode("ascii"), int(number) if number else None)
    if codes is not None:
        return Token("bytes", data=bytes.fromhex(codes.replace(b"\\'", b"").decode("ascii")))
    if brace is not None:
        return Token("open" if brace == b"{" else "close")
    if symbol is not None:
        return Token("symbol", symbol.decode("latin-1"))
    return Token("bytes", data=_BREAKS.sub(b"", plain)) if plain is not None else None


def code_page(number: int | None) -> str:
    """Return the encoding of a Windows code page, the western one for what Python does not know."""
    if number in (936, 54936):
        return "gb18030"
    try:
        return codecs.lookup("utf-8" if number == 65001 else f"cp{number}").name
    except LookupError:
        return WESTERN


def charset(number: int | None) -> str:
    """Return the encoding of a font's character set; empty where the document's code page decides."""
    return _CHARSETS.get(number or 0, "")


def decoded(data: bytes, encoding: str) -> str:
    """Return the text of a run. Western bytes that make natural Chinese are that: many programs do not say what they write."""
    if encoding == WESTERN and not data.isascii():
        chinese = decode_prefix(data, "gb18030")
        if naturalness(chinese, "gb18030") > _NATURAL:
            return chinese or ""
    return data.decode(encoding, "replace")
