"""Whole files that a Word document takes its text from (altChunk): web pages and documents that programs put in unconverted."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from indexer import readers
from indexer.guards import read_member
from indexer.readers.ooxml import Package
from indexer.readers.xml import member_name
from indexer.reading import Block

# More than one is seldom; a chunk may hold chunks itself, which are not followed.
_MOST = 20
_PLAIN = frozenset({"html", "mht", "eml", "txt", "rtf"})


def chunks(package: Package, name: str) -> Iterator[Block]:
    """Yield the text of the files that the part `name` takes in, where they are of a kind without parts of its own."""
    targets = [relation.target for relation in package.relations(name) if relation.type == "aFChunk"]
    for target in targets[:_MOST]:
        member = member_name(package.file, target)
        if member:
            yield from _read(package, member)


def _read(package: Package, member: str) -> Iterator[Block]:
    with tempfile.TemporaryDirectory(prefix="zuozheng-") as folder:
        path = Path(folder) / f"chunk{PurePosixPath(member).suffix}"
        path.write_bytes(read_member(package.file, member, package.limits))
        found = readers.read(path, package.limits)
    if found.kind in _PLAIN:
        yield from (replace(block, page=None) for block in found.blocks)
