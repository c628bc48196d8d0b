"""Web pages, and the tables that programs save as .xls but write as HTML."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from lxml import etree

from indexer.characters import decode
from indexer.reading import Block, Limits, Reading, RefusedError, corrupt
from schema.model import TextStatus

_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]{1,40})""", re.I)
_HIDDEN = frozenset({"script", "style", "head", "noscript", "template", "svg"})
_BLOCKS = frozenset(
    "address article aside blockquote body br caption dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li"
    " main nav ol p pre section table tbody tfoot thead tr ul".split()
)
_CELLS = frozenset({"td", "th"})


def read(path: Path, limits: Limits) -> Reading:
    """Read what a browser would show. Raises RefusedError."""
    with path.open("rb") as file:
        data = file.read(limits.characters * 4 + 1)
    if len(data) > limits.characters * 4:
        raise RefusedError(TextStatus.TOO_LARGE)
    text, encoding = unicode_of(data)
    title, shown = shown_text(text)
    meta = (("encoding", encoding), ("title", title)) if title else (("encoding", encoding),)
    return Reading(TextStatus.OK, blocks=(Block(None, "body", shown),), meta=meta, engine="lxml html")


def unicode_of(data: bytes, declared: str = "") -> tuple[str, str]:
    """Return the text of a page and its encoding: by its mark, as mail or page declare if that fits, else by the rule.

    GB 2312 and GBK are read as GB18030, which holds both: pages that declare them use characters outside them.
    """
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _by_rule(data)
    found = _DECLARED.search(data[:4096])
    name = (declared or (found[1].decode("ascii", "replace") if found else "")).lower()
    name = "gb18030" if name.startswith("gb") or name == "x-gbk" else name
    try:
        return (data.decode(name), name) if name else _by_rule(data)
    except (LookupError, UnicodeDecodeError):
        return _by_rule(data)


def shown_text(page: str) -> tuple[str, str]:
    """Return title and visible text of a page; blocks on lines of their own, the cells of a row joined by tabs."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root: etree._Element | None = etree.fromstring(page.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise corrupt(str(error)) from error
    if root is None:
        return "", ""
    title = " ".join("".join(element.text or "" for element in root.iter("title")).split())[:300]
    lines = ("\t".join(" ".join(cell.split()) for cell in line.split("\t")).strip() for line in _pieces(root).split("\n"))
    return title, "\n".join(filter(None, lines))


def _pieces(root: etree._Element) -> str:
    """Walk without recursion: a page may nest as deep as it likes."""
    pieces: list[str] = []
    hidden = 0
    in_cell = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        step = 1 if event == "start" else -1
        hidden += step * (tag in _HIDDEN)
        in_cell += step * (tag in _CELLS)
        if tag in _CELLS and step < 0:
            pieces.append("\t")
        elif tag in _BLOCKS:
            # A paragraph inside a cell does not break the row.
            pieces.append(" " if in_cell and tag not in ("tr", "table") else "\n")
        text = element.text if step > 0 else element.tail
        if text and not hidden:
            pieces.append(re.sub(r"\s+", " ", text))
    return "".join(pieces)


def _by_rule(data: bytes) -> tuple[str, str]:
    return decode(data) or (data.decode("gb18030", "replace"), "gb18030")
