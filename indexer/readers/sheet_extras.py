"""What lies beside the cells of an xlsx: comments, text boxes, pictures, embedded files, properties."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.readers.ooxml import LABELS, Package, labels
from indexer.readers.xml import Element, descendants
from indexer.reading import Block, Limits
from schema.messages import Message

_PARTS = {"comments": "comment", "drawing": "textbox"}


@dataclass(frozen=True, slots=True)
class Extras:
    """Blocks of comments and text boxes with the number of their sheet, what the package says of itself, its pictures."""

    blocks: tuple[Block, ...]
    meta: tuple[tuple[str, str], ...]
    warnings: tuple[Message, ...]
    scans: tuple[int, ...]


def extras(file: zipfile.ZipFile, limits: Limits) -> Extras:
    """Return what lies beside the cells. Raises RefusedError when a part is damaged or there is no workbook."""
    package = Package(file, limits)
    return Extras(tuple(_blocks(package)), package.meta(), package.embedded(), package.scans())


def _blocks(package: Package) -> Iterator[Block]:
    name, workbook = package.main()
    targets = {relation.id: relation.target for relation in package.relations(name)}
    for index, sheet in enumerate(descendants(workbook, "sheet")):
        target = next((targets[value] for value in sheet.attrib.values() if value in targets), "")
        for relation in package.relations(target) if target else ():
            where = _PARTS.get(relation.type)
            root = package.part(relation.target) if where else None
            if where and root is not None:
                text = "\n".join([*_texts(root, where), *_titles(package, relation.target)])
                if text:
                    yield Block(index + 1, where, text)


def _titles(package: Package, drawing: str) -> Iterator[str]:
    """Yield what is written on the charts and diagrams of a drawing; their values are those of cells."""
    for relation in package.relations(drawing):
        root = package.part(relation.target) if relation.type in LABELS else None
        if root is not None:
            yield from labels(root, ("t",))


def _texts(root: Element, where: str) -> Iterator[str]:
    """Yield the text of each comment, or of each paragraph of a drawing."""
    for element in descendants(root, "comment" if where == "comment" else "p"):
        text = "".join(run.text or "" for run in descendants(element, "t"))
        if text.strip():
            yield text
