"""XML parts of packages: parsed without entities, and looked at by local name (strict files have namespaces of their own).

lxml is used here and in the readers that walk its trees.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from lxml import etree

from indexer.guards import read_member, refuse_dtd
from indexer.reading import Limits, corrupt

Element: TypeAlias = etree._Element


def parse(data: bytes, name: str) -> Element:
    """Return the root element of an XML part. Raises RefusedError: corrupt when it is not well formed or declares a type."""
    refuse_dtd(data)
    # huge_tree stays off: libxml2's own limits on depth (256) and node size then hold.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        root: Element | None = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise corrupt(f"{name[:60]}: {error}") from error
    if root is None:
        raise corrupt(f"{name[:60]}: no element")
    if root.getroottree().docinfo.internalDTD is not None:
        refuse_dtd(b"<!DOCTYPE")
    return root


def part(package: zipfile.ZipFile, name: str, limits: Limits) -> Element | None:
    """Return the root of a member of the package, None when there is no such member. Raises RefusedError."""
    found = member_name(package, name)
    return parse(read_member(package, found, limits), name) if found else None


def member_name(package: zipfile.ZipFile, name: str) -> str:
    """Return the name of a member as the package spells it, "" when there is none.

    Programs write backslashes, and another letter case in the relations than in the directory.
    """
    if name in package.NameToInfo:
        return name
    wanted = name.casefold()
    return next((entry for entry in package.namelist() if entry.replace("\\", "/").casefold() == wanted), "")


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    tag = element.tag
    return _without_namespace(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=2_000)
def _without_namespace(tag: str) -> str:
    return tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """Return the attribute with this local name, whatever its namespace; empty when there is none."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def descendants(element: Element, name: str) -> Iterator[Element]:
    """Yield the descendants with this local name, in document order."""
    return element.iter(f"{{*}}{name}")
