"""Slides (pptx): text, tables, groups, charts and diagrams in the order of the slides, and the speaker's notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indexer.guards import open_package
from indexer.readers.ooxml import LABELS, Package, labels
from indexer.readers.xml import Element, descendants, local
from indexer.reading import Block, Limits, Reading
from schema.messages import message
from schema.model import TextStatus

_SCAN = 15
_BREAKS = {"br": "\n", "tab": "\t"}


def read(path: Path, limits: Limits) -> Reading:
    """Read every slide; hidden ones too. Raises RefusedError."""
    with open_package(path, limits) as file:
        package = Package(file, limits)
        slides = _slides(package)
        blocks = [block for number, name in enumerate(slides[: limits.pages], 1) for block in _slide(package, number, name)]
        embedded = package.embedded()
        few = sum(len(block.text) for block in blocks) < _SCAN and not embedded
        scans = package.scans() if few else ()
        cut = len(slides) > limits.pages
        status = TextStatus.NEEDS_OCR if scans else TextStatus.PARTIAL if cut else TextStatus.OK
        over = (message("reading.warning.pages", count=len(slides), limit=limits.pages),) if cut else ()
        warnings = (*embedded, *over)
        return Reading(status, "", len(slides), tuple(blocks), package.meta(), warnings, "zuozheng pptx", scans=scans)


def slides_of_pictures(package: Package) -> dict[str, int]:
    """Return the number of the first slide on which each picture of the package is shown, by its member."""
    found: dict[str, int] = {}
    for number, name in enumerate(_slides(package), 1):
        for relation in package.relations(name):
            if relation.type == "image":
                found.setdefault(relation.target, number)
    return found


def _slides(package: Package) -> tuple[str, ...]:
    """Return the parts of the slides in the order they are shown."""
    name, root = package.main()
    targets = {relation.id: relation.target for relation in package.relations(name) if relation.type == "slide"}
    ids = (value for slide in descendants(root, "sldId") for value in slide.attrib.values())
    return tuple(targets[id_] for id_ in ids if id_ in targets)


def _slide(package: Package, number: int, name: str) -> Iterator[Block]:
    root = package.part(name)
    if root is None:
        return
    lines = list(_lines(root))
    relations = package.relations(name)
    for relation in relations:
        shown = package.part(relation.target) if relation.type in LABELS else None
        if shown is not None:
            lines += labels(shown, LABELS[relation.type])
    if lines:
        yield Block(number, "slide", "\n".join(lines))
    for relation in relations:
        notes = package.part(relation.target) if relation.type == "notesSlide" else None
        if notes is not None and (text := "\n".join(_lines(notes))):
            yield Block(number, "note", text)


def _lines(element: Element) -> Iterator[str]:
    """Yield a line per paragraph and per row of a table, in the order of the shapes."""
    for child in element:
        name = local(child)
        if name == "tr":
            cells = (" ".join(_lines(cell)).replace("\t", " ").replace("\n", " ") for cell in child if local(cell) == "tc")
            yield "\t".join(cells)
        elif name == "p" and not _is_field_of_number(child):
            text = "".join(_BREAKS.get(local(part), part.text or "") for part in child.iter() if local(part) in ("t", *_BREAKS))
            if text.strip():
                yield text
        elif name == "AlternateContent":
            branch = next(iter(child), None)
            if branch is not None:
                yield from _lines(branch)
        elif name != "p":
            yield from _lines(child)


def _is_field_of_number(paragraph: Element) -> bool:
    """Return whether a paragraph holds nothing but the number of the slide."""
    fields = [field for field in descendants(paragraph, "fld") if str(field.get("type", "")).startswith("slidenum")]
    runs = [child for child in paragraph if local(child) in ("r", "fld")]
    return bool(fields) and len(runs) == len(fields)
