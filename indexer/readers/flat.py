"""Office documents as a single XML file: Word and Excel 2003, Word's flat packages, and UOF (GB/T 20916-2007)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indexer.readers.docx import text_of
from indexer.readers.xml import Element, attribute, descendants, local, parse
from indexer.reading import Block, Limits, Reading, RefusedError, corrupt
from schema.model import TextStatus

# Headers, footers and notes, which Word 2003 puts into the text and a flat package beside it; the first are skipped in the walk.
_BESIDE = {"hdr": "header", "ftr": "footer", "footnotes": "note", "endnotes": "note", "comments": "comment"}


def read(path: Path, limits: Limits) -> Reading:
    """Read body or sheets. Raises RefusedError."""
    with path.open("rb") as file:
        data = file.read(limits.unpacked_bytes + 1)
    if len(data) > limits.unpacked_bytes:
        raise RefusedError(TextStatus.TOO_LARGE)
    root = parse(data, path.name)
    name = local(root)
    if name == "Workbook":
        blocks = tuple(_sheets(root))
        return Reading(TextStatus.OK, pages=len(blocks), blocks=blocks, engine="zuozheng flat")
    if name == "UOF":
        return Reading(TextStatus.OK, blocks=tuple(_uof(root)), engine="zuozheng flat")
    body = next(descendants(root, "body"), None)
    if body is None:
        raise corrupt("no body")
    beside = (text_of(part, where) for name, where in _BESIDE.items() for part in descendants(root, name))
    blocks = (*text_of(body, "body"), *dict.fromkeys(block for part in beside for block in part))
    return Reading(TextStatus.OK, blocks=blocks, engine="zuozheng flat")


def _sheets(root: Element) -> Iterator[Block]:
    """Yield a block per sheet: its name, then its rows."""
    for number, sheet in enumerate(descendants(root, "Worksheet"), 1):
        rows = ("\t".join(_cells(row)).rstrip("\t") for row in descendants(sheet, "Row"))
        yield Block(number, "sheet", "\n".join([attribute(sheet, "Name"), *filter(None, rows)]))


def _cells(row: Element) -> Iterator[str]:
    for cell in descendants(row, "Cell"):
        texts = ("".join(map(str, data.itertext())) for data in descendants(cell, "Data"))
        yield " ".join(text.strip().replace("\n", " ").replace("\t", " ") for text in texts)


def _uof(root: Element) -> Iterator[Block]:
    """Yield the text of a UOF document: a paragraph a line; in tables a cell has paragraphs of its own."""
    runs = {"文本串", "文本串_415B"}
    paragraphs = (element for element in root.iter() if local(element) in ("段落", "段落_416B"))
    lines = ("".join(run.text or "" for run in paragraph.iter() if local(run) in runs) for paragraph in paragraphs)
    text = "\n".join(filter(None, (line.strip() for line in lines)))
    if text:
        yield Block(None, "body", text)
