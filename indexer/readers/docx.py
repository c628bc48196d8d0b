"""Word documents (docx): our own walk, for python-docx leaves out text boxes, content controls, insertions and notes.

Text marked as deleted is left out; the numbers of automatic lists are not in the file's text at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from indexer.guards import open_package
from indexer.readers.chunks import chunks
from indexer.readers.ooxml import LABELS, Package, labels
from indexer.readers.xml import Element, descendants, local
from indexer.reading import Block, Limits, Reading, corrupt
from schema.model import TextStatus

# Deleted and moved-away text, field codes, and the reading aid above ruby text.
_SKIPPED = frozenset({"del", "moveFrom", "delText", "delInstrText", "instrText", "rt", "pPr", "rPr", "tblPr", "sectPr", "sdtPr"})
_MARKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOTES = {"header": "header", "footer": "footer", "footnotes": "note", "endnotes": "note", "comments": "comment"}
# Word adds this to descriptions it makes up itself; others give nothing but the name of the picture's file.
_DESCRIBED = re.compile(r"描述已自动生成|Description automatically generated|^[^\n]*\.(?:jpe?g|png|bmp|gif|tiff?|wmf|emf)$", re.I)
# A page of so few characters with a picture is a scan pasted into Word (the same bound as for pdf pages).
_SCAN = 15


def read(path: Path, limits: Limits) -> Reading:
    """Read body, tables, headers, footers, notes, comments and text boxes. Raises RefusedError."""
    with open_package(path, limits) as file:
        package = Package(file, limits)
        name, root = package.main()
        body = next((child for child in root if local(child) == "body"), None)
        if body is None:
            raise corrupt("no body")
        blocks = [*_blocks(body, "body"), *chunks(package, name), *_others(package, name), *_shown(package, name, body)]
        embedded = package.embedded()
        few = sum(len(block.text) for block in blocks) < _SCAN and not embedded
        scans = package.scans() if few else ()
        return Reading(
            TextStatus.NEEDS_OCR if scans else TextStatus.OK,
            blocks=tuple(blocks),
            meta=package.meta(),
            warnings=embedded,
            engine="zuozheng docx",
            scans=scans,
        )


def text_of(story: Element, where: str) -> tuple[Block, ...]:
    """Return the blocks of a body, header or note of WordprocessingML that stands in a file of another build (`flat`)."""
    return tuple(_blocks(story, where))


def _others(package: Package, name: str) -> Iterator[Block]:
    """Yield the text of headers, footers, notes and comments; a header repeated by sections comes once."""
    seen = set()
    relations = [relation for relation in package.relations(name) if relation.type in _NOTES]
    for type_, where in _NOTES.items():
        for relation in relations:
            root = package.part(relation.target) if relation.type == type_ else None
            if root is None:
                continue
            for block in _blocks(root, where):
                if block not in seen:
                    seen.add(block)
                    yield block


def _shown(package: Package, name: str, body: Element) -> Iterator[Block]:
    """Yield the labels of charts and diagrams, and what somebody wrote about pictures for those who cannot see them."""
    for relation in package.relations(name):
        root = package.part(relation.target) if relation.type in LABELS else None
        if root is not None and (found := labels(root, LABELS[relation.type])):
            yield Block(None, "textbox", "\n".join(found))
    written = (_DESCRIBED.sub("", str(shape.get("descr", ""))).strip() for shape in descendants(body, "docPr"))
    if alternatives := list(dict.fromkeys(filter(None, written))):
        yield Block(None, "picture", "\n".join(alternatives))


def _blocks(container: Element, where: str) -> Iterator[Block]:
    """Yield the blocks of a story: paragraphs between two tables as one block, each table, each text box."""
    lines: list[str] = []
    for element in _story(container):
        boxes: list[Element] = []
        if local(element) == "tbl":
            table = "\n".join(_rows(element, boxes))
            yield from _flush(lines, where)
            yield Block(None, "table" if where == "body" else where, table)
        else:
            lines.append(_paragraph(element, boxes))
        if boxes:
            yield from _flush(lines, where)
            for box in boxes:
                yield from (Block(None, "textbox", block.text) for block in _blocks(box, "textbox"))
    yield from _flush(lines, where)


def _flush(lines: list[str], where: str) -> Iterator[Block]:
    if any(line.strip() for line in lines):
        yield Block(None, where, "\n".join(lines))
    lines.clear()


def _story(container: Element) -> Iterator[Element]:
    """Yield the paragraphs and tables of a container, through content controls, notes, insertions and the like."""
    for child in container:
        name = local(child)
        if name in ("p", "tbl"):
            yield child
        elif name == "AlternateContent":
            chosen = _chosen(child)
            if chosen is not None:
                yield from _story(chosen)
        elif name not in _SKIPPED:
            yield from _story(child)


def _chosen(alternatives: Element) -> Element | None:
    """Return the one branch to read of several for different versions of Word: the first with text, else the first."""
    branches = [child for child in alternatives if local(child) in ("Choice", "Fallback")]
    with_text = (branch for branch in branches if any(element.text for element in descendants(branch, "t")))
    return next(with_text, branches[0] if branches else None)


def _paragraph(paragraph: Element, boxes: list[Element]) -> str:
    return "".join(_inline(paragraph, boxes))


def _inline(element: Element, boxes: list[Element]) -> Iterator[str]:
    """Yield the pieces of text inside a paragraph; text boxes are put aside into `boxes`."""
    for child in element:
        name = local(child)
        if name == "t":
            yield child.text or ""
        elif name in _MARKS:
            yield _MARKS[name]
        elif name == "txbxContent":
            boxes.append(child)
        elif name == "AlternateContent":
            chosen = _chosen(child)
            if chosen is not None:
                yield from _inline(chosen, boxes)
        elif name not in _SKIPPED:
            yield from _inline(child, boxes)


def _rows(table: Element, boxes: list[Element]) -> Iterator[str]:
    """Yield a line per row with the cells joined by tabs; the rows of a table inside a cell follow the row it stands in."""
    for row in _inside(table, "tr"):
        cells, nested = [], []
        for cell in _inside(row, "tc"):
            parts = []
            for element in _story(cell):
                if local(element) == "tbl":
                    nested.append(element)
                else:
                    parts.append(_paragraph(element, boxes).replace("\t", " ").replace("\n", " ").strip())
            cells.append(" ".join(filter(None, parts)))
        yield "\t".join(cells).rstrip("\t")
        for inner in nested:
            yield from _rows(inner, boxes)


def _inside(element: Element, name: str) -> Iterator[Element]:
    """Yield the rows of a table or cells of a row, through content controls and insertions but not into other tables."""
    for child in element:
        if local(child) == name:
            if not _deleted(child):
                yield child
        elif local(child) not in _SKIPPED and local(child) not in ("tbl", "tr", "tc", "p"):
            yield from _inside(child, name)


def _deleted(row: Element) -> bool:
    """Return whether a table row is marked as deleted (`trPr/del`)."""
    return any(local(mark) == "del" for properties in row if local(properties) == "trPr" for mark in properties)
