"""Mail (eml) and web archives (mht), which are mail in form: headers, the text, and the names of what is attached."""

from __future__ import annotations

from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Mail
from pathlib import Path

from indexer.readers.html import shown_text, unicode_of
from indexer.reading import Block, Limits, Reading, RefusedError
from schema.messages import Message, message
from schema.model import TextStatus

_HEADERS = ("Subject", "From", "To", "Date")
_PARTS = 1_000


def read(path: Path, limits: Limits) -> Reading:
    """Read headers and text; of text and HTML alternatives the text. Raises RefusedError."""
    with path.open("rb") as file:
        data = file.read(limits.characters * 4 + 1)
    if len(data) > limits.characters * 4:
        raise RefusedError(TextStatus.TOO_LARGE)
    mail = message_from_bytes(data)
    parts = [part for part, _ in zip(mail.walk(), range(_PARTS), strict=False) if not part.is_multipart()]
    head = "\n".join(filter(None, (_header(mail, name) for name in _HEADERS)))
    texts = [text for text in map(_text, _bodies(parts)) if text.strip()]
    meta = (("title", _header(mail, "Subject")),) if _header(mail, "Subject") else ()
    attached = [_decoded_name(part) for part in parts if part.get_filename()]
    blocks = [Block(None, "header", head), *(Block(None, "body", text) for text in texts)]
    blocks += [Block(None, "attachment", "\n".join(attached))] if attached else []
    status = TextStatus.OK if texts or attached else TextStatus.EMPTY
    return Reading(status, "", None, tuple(blocks), meta, _unread(attached), "zuozheng mail")


def _bodies(parts: list[Mail]) -> list[Mail]:
    """Return the plain texts, or the first page of HTML where there are none (the others are frames and style)."""
    inline = [part for part in parts if not part.get_filename() and part.get_content_disposition() != "attachment"]
    plain = [part for part in inline if part.get_content_type() == "text/plain"]
    return plain or [part for part in inline if part.get_content_type() == "text/html"][:1]


def _text(part: Mail) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    text, _ = unicode_of(payload, str(part.get_content_charset() or ""))
    return shown_text(text)[1] if part.get_content_type() == "text/html" else text


def _header(mail: Mail, name: str) -> str:
    raw = str(mail.get(name, ""))[:2000]
    try:
        pieces = decode_header(raw)
    except HeaderParseError:
        return raw
    shown = (piece if isinstance(piece, str) else unicode_of(piece, charset or "")[0] for piece, charset in pieces)
    return " ".join("".join(shown).split())


def _unread(names: list[str]) -> tuple[Message, ...]:
    return (message("reading.warning.embedded", count=len(names), names="、".join(names[:10])),) if names else ()


def _decoded_name(part: Mail) -> str:
    raw = str(part.get_filename())
    try:
        return "".join(p if isinstance(p, str) else unicode_of(p, c or "")[0] for p, c in decode_header(raw))[:100]
    except HeaderParseError:
        return raw[:100]
