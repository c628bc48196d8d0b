"""Packages of Office Open XML: the main part, relations between parts, properties, what is embedded."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass

from indexer.readers.xml import Element, attribute, descendants, local, part
from indexer.reading import Limits, corrupt
from schema.messages import Message, message

_CORE = {"title": "title", "creator": "author", "created": "created", "modified": "modified", "subject": "subject"}
_PICTURE = re.compile(r"/media/[^/]+\.(?:jpe?g|png|bmp|tiff?|gif)$", re.I)
_EMBEDDED = re.compile(r"/embeddings/[^/]+$", re.I)
# Parts beside the text that show some of their own, by the last word of the relation, and the elements that hold it.
LABELS = {"chart": ("t", "v"), "diagramData": ("t",)}
_MAIN = ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml")
# Pictures of one file that are looked at for text.
_SCANS = 100


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of a part: `type` is the last word of its type ("header", "slide"), `target` the member it leads to."""

    id: str
    type: str
    target: str


@dataclass(frozen=True, slots=True)
class Package:
    """An open package with the limits its parts are read under."""

    file: zipfile.ZipFile
    limits: Limits

    def part(self, name: str) -> Element | None:
        """Return the root element of a part, None when it is missing."""
        return part(self.file, name, self.limits)

    def relations(self, name: str) -> tuple[Relation, ...]:
        """Return the relations of the part `name` ("" for those of the package) inside the package, in file order."""
        folder, base = posixpath.split(name)
        root = self.part(posixpath.join(folder, "_rels", f"{base}.rels"))
        if root is None:
            return ()
        return tuple(
            Relation(
                attribute(element, "Id"),
                attribute(element, "Type").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, attribute(element, "Target"))).lstrip("/"),
            )
            for element in descendants(root, "Relationship")
            if attribute(element, "TargetMode") != "External"
        )

    def main(self) -> tuple[str, Element]:
        """Return the name and root of the main part, by the relations of the package or its usual name. Raises RefusedError."""
        for relation in self.relations(""):
            if relation.type == "officeDocument":
                root = self.part(relation.target)
                if root is not None:
                    return relation.target, root
        # Packed again by hand, without the relations.
        for name in _MAIN:
            if (root := self.part(name)) is not None:
                return name, root
        raise corrupt("no main part")

    def meta(self) -> tuple[tuple[str, str], ...]:
        """Return the core properties that are filled in: title, author, created, modified, subject."""
        names = [relation.target for relation in self.relations("") if relation.type == "core-properties"]
        root = self.part(names[0]) if names else None
        if root is None:
            return ()
        found = {_CORE.get(local(element), ""): (element.text or "").strip() for element in root}
        return tuple((name, found[name]) for name in _CORE.values() if found.get(name))

    def pictures(self) -> tuple[str, ...]:
        """Return the members that are photos or scans, in the order they were put in (image2 before image10)."""
        names = filter(_PICTURE.search, self.file.namelist())
        return tuple(sorted(names, key=lambda name: (int("0" + "".join(re.findall(r"\d+", name.rpartition("/")[2]))[:9]), name)))

    def scans(self) -> tuple[int, ...]:
        """Return the numbers of the pictures that recognition is to look at, where a file holds nothing else."""
        return tuple(range(1, min(len(self.pictures()), _SCANS) + 1))

    def embedded(self) -> tuple[Message, ...]:
        """Return the warning about embedded files whose text is not read, if there are any."""
        names = sorted(name for name in self.file.namelist() if _EMBEDDED.search(name) and not name.endswith("/"))
        if not names:
            return ()
        shown = "、".join(posixpath.basename(name) for name in names[:10])
        return (message("reading.warning.embedded", count=len(names), names=shown),)


def labels(root: Element, names: tuple[str, ...]) -> list[str]:
    """Return the labels of a chart or diagram, each once."""
    texts = (element.text or "" for name in names for element in descendants(root, name))
    return list(dict.fromkeys(text.strip() for text in texts if text.strip()))
