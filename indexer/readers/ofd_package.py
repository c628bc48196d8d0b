"""The package of an OFD file (GB/T 33190): parts found as producers write their paths, in any case and with any slash."""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass, field

from indexer.guards import read_member
from indexer.readers.xml import Element, local, part
from indexer.reading import Limits, RefusedError
from schema.model import TextStatus


@dataclass(slots=True)
class OfdPackage:
    """An open package; `missing` collects the parts that are named but absent or damaged, each of which costs only itself."""

    file: zipfile.ZipFile
    limits: Limits
    missing: list[str] = field(default_factory=list)
    _members: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for info in self.file.infolist():
            self._members.setdefault(_key(info.filename), info.filename)
            if not info.flag_bits & 0x800:
                # Packed on Windows: names in the Chinese code page, which zipfile takes for cp437.
                self._members.setdefault(_key(_repaired(info.filename)), info.filename)

    def part(self, name: str) -> Element | None:
        """Return the root element of a part; None, and a note in `missing`, when it is not to be had."""
        member = self._members.get(_key(name))
        try:
            root = part(self.file, member, self.limits) if member else None
        except RefusedError as error:
            if error.status is not TextStatus.CORRUPT:
                raise
            root = None
        if root is None and name not in self.missing:
            self.missing.append(name)
        return root

    def data(self, name: str) -> bytes:
        """Return the bytes of a member, empty when it is not to be had."""
        member = self._members.get(_key(name))
        try:
            return read_member(self.file, member, self.limits) if member else b""
        except RefusedError:
            return b""


def resolve(base: str, location: str) -> str:
    """Return the path of `location`, written in the part `base`: absolute with a leading slash, else relative to its folder."""
    location = location.strip().replace("\\", "/")
    folder = "" if location.startswith("/") else posixpath.dirname(base)
    return posixpath.normpath(posixpath.join("/", folder, location.lstrip("/"))).lstrip("/")


def text_of(element: Element, name: str) -> str:
    """Return the text of the child with this local name, empty when there is none."""
    return next(((child.text or "").strip() for child in element if local(child) == name), "")


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _repaired(name: str) -> str:
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name
