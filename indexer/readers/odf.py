"""OpenDocument (odt, ods, odp): our own walk over content and styles."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from indexer.guards import open_package, read_member
from indexer.readers.xml import Element, attribute, descendants, local, part
from indexer.reading import Block, Limits, Reading, RefusedError, corrupt
from schema.model import TextStatus

# Deleted text, and what is printed somewhere else.
_SKIPPED = frozenset({"tracked-changes", "note-citation", "creator", "date", "notes", "forms"})
_ASIDE = {"note": "note", "annotation": "comment", "text-box": "textbox"}
# A repeated blank cell stands for as many columns as the sheet has; more than this are not written out.
_REPEATED = 64


def read(path: Path, limits: Limits) -> Reading:
    """Read text, tables, slides, notes, comments, headers and footers. Raises RefusedError."""
    with open_package(path, limits) as package:
        if _is_locked(package, limits):
            raise RefusedError(TextStatus.ENCRYPTED)
        root = part(package, "content.xml", limits)
        body = next((child for child in root if local(child) == "body"), None) if root is not None else None
        if body is None or not len(body):
            raise corrupt("no body")
        blocks = [block for content in body for block in _content(content)]
        pages = {"spreadsheet": "table", "presentation": "page"}.get(local(body[0]))
        count = sum(1 for child in body[0] if local(child) == pages) if pages else None
        styles = part(package, "styles.xml", limits) if pages is None else None
        blocks += _headers(styles) if styles is not None else []
        return Reading(TextStatus.OK, "", count, tuple(blocks), _meta(package, limits), engine="zuozheng odf")


def _is_locked(package: zipfile.ZipFile, limits: Limits) -> bool:
    try:
        # Not parsed: old writers put a document type here.
        return b"encryption-data" in read_member(package, "META-INF/manifest.xml", limits)
    except KeyError:
        return False


def _meta(package: zipfile.ZipFile, limits: Limits) -> tuple[tuple[str, str], ...]:
    root = part(package, "meta.xml", limits)
    names = (("title", "title"), ("initial-creator", "author"), ("creation-date", "created"))
    found = ((name, next((e.text or "" for e in descendants(root, key)), "")) for key, name in names) if root is not None else ()
    return tuple((name, text.strip()) for name, text in found if text.strip())


def _content(content: Element) -> Iterator[Block]:
    kind = local(content)
    if kind == "spreadsheet":
        for number, sheet in enumerate((child for child in content if local(child) == "table"), 1):
            text = "\n".join(_rows(sheet))
            if text:
                yield Block(number, "sheet", f"{attribute(sheet, 'name')}\n{text}")
    elif kind == "presentation":
        for number, page in enumerate((child for child in content if local(child) == "page"), 1):
            yield Block(number, "slide", "\n".join(_lines(page)))
            for notes in (child for child in page if local(child) == "notes"):
                yield Block(number, "note", "\n".join(_lines(notes)))
    else:
        yield from _story(content)


def _story(content: Element) -> Iterator[Block]:
    """Yield paragraphs and tables in turn, then what stands aside of them: notes, comments, text boxes."""
    lines: list[str] = []
    for element in _flow(content):
        if local(element) == "table":
            yield Block(None, "body", "\n".join(lines))
            yield Block(None, "table", "\n".join(_rows(element)))
            lines = []
        else:
            lines.append(_paragraph(element))
    yield Block(None, "body", "\n".join(lines))
    for name, where in _ASIDE.items():
        for aside in descendants(content, name):
            yield Block(None, where, "\n".join(_lines(aside)))


def _flow(content: Element) -> Iterator[Element]:
    for child in content:
        name = local(child)
        if name in ("p", "h", "table"):
            yield child
        elif name not in _SKIPPED and name not in _ASIDE:
            yield from _flow(child)


def _lines(element: Element) -> Iterator[str]:
    for child in element:
        name = local(child)
        if name in ("p", "h"):
            yield _paragraph(child)
        elif name == "table":
            yield from _rows(child)
        elif name not in _SKIPPED:
            yield from _lines(child)


def _paragraph(paragraph: Element) -> str:
    return "".join(_inline(paragraph))


def _inline(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = local(child)
        if name == "s":
            yield " "
        elif name in ("tab", "line-break"):
            yield "\t" if name == "tab" else "\n"
        elif name not in _SKIPPED and name not in _ASIDE:
            yield from _inline(child)
        yield child.tail or ""


def _rows(table: Element) -> Iterator[str]:
    """Yield a line per row that holds anything; rows of headings and groups lie deeper."""
    for child in table:
        name = local(child)
        if name == "table-row":
            line = "\t".join(_cells(child)).rstrip("\t")
            if line:
                yield line
        elif name.startswith("table-") and name not in ("table-column", "table-columns", "table-header-columns"):
            yield from _rows(child)


def _cells(row: Element) -> Iterator[str]:
    for cell in row:
        if local(cell) in ("table-cell", "covered-table-cell"):
            text = " ".join(" ".join(_lines(cell)).split())
            count = attribute(cell, "number-columns-repeated")
            for _ in range(min(int(count), _REPEATED) if count.isdecimal() else 1):
                yield text


def _headers(styles: Element) -> list[Block]:
    """Return headers and footers, each text once."""
    found = (
        Block(None, where, "\n".join(_lines(element))) for where in ("header", "footer") for element in descendants(styles, where)
    )
    return list(dict.fromkeys(found))
