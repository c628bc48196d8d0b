"""Shipping texts and index to the browser: text files that changed, then a new index under a new name, for build to point to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain

from schema.model import Document
from site_builder import links, records, textindex
from site_builder.publish import Tree, digest
from site_builder.records import Record, Texts
from site_builder.survey import Survey, grouped

POINTER = "idx/current.js"
_RULES = "static/fold.js"


@dataclass(frozen=True, slots=True)
class Shipped:
    """What was shipped: the name of the index, and how many documents whose text was asked for had none."""

    index: str
    without_text: int

    def pointer(self) -> bytes:
        """Return the small script that tells the browser which index is the valid one."""
        return textindex.script("current", self.index).encode()


@dataclass(frozen=True, slots=True)
class _TextFile:
    """A text file to be: its documents in the order in which they lie there."""

    path: str
    key: str
    documents: tuple[Document, ...]


def ship(survey: Survey, texts: Texts, tree: Tree, base: str) -> Shipped:
    """Write the text files and the index that are not there yet. What an older index points to stays for now."""
    tree.put(_RULES, base, textindex.rules().encode())
    files = _text_files(survey, base)
    index = digest(base, survey.data.units, [file.key for file in files])[:12]
    folder = f"idx/{index}/"
    known = tree.keys(folder)
    indexed = f"{folder}dir.js" in known and all(tree.same(path, key) for path, key in known.items())
    writer = textindex.IndexWriter()
    missing = 0
    for file in files:
        if tree.same(file.path, file.key):
            shipped = () if indexed else _read(tree, file.path)
        else:
            shipped, without = _records(survey, texts, file)
            missing += without
            tree.put(file.path, file.key, textindex.script(file.path, shipped).encode())
        if not indexed:
            for entry in shipped:
                writer.add(records.head_of(entry), records.searched(entry))
    if not indexed:
        _write_index(survey, tree, folder, files, writer)
    return Shipped(index, missing)


def _text_files(survey: Survey, base: str) -> tuple[_TextFile, ...]:
    count = records.bucket_count(len(survey.documents))
    documents = sorted(survey.documents, key=lambda document: document.id)
    groups = grouped(documents, lambda document: records.bucket(document.id, count))
    common = digest(base, survey.data.frameworks)
    files = []
    for number in range(count):
        own = groups.get(number, ())
        key = digest(common, [_context(survey, document) for document in own])
        files.append(_TextFile(records.file_name(number, key), key, own))
    return tuple(files)


def _context(survey: Survey, document: Document) -> tuple[object, ...]:
    """Everything a record is made from, but for the text, which the content hash stands for."""
    unit = survey.units.get(document.unit)
    original = links.original_file(document.id, document.name) in survey.originals
    return document, unit.name if unit else "", survey.older.get(document.supersedes), original


def _records(survey: Survey, texts: Texts, file: _TextFile) -> tuple[list[Record], int]:
    shipped, without = [], 0
    for document in file.documents:
        pages = texts(document.sha256)
        without += pages is None
        shipped.append(records.record(survey, document, pages))
    return shipped, without


def _read(tree: Tree, path: str) -> list[Record]:
    """Return the records of a text file that is there already: so an unchanged text is neither asked for nor masked again."""
    source = (tree.out / path).read_text(encoding="utf-8")
    shipped: list[Record] = json.loads(source[source.index(",") + 1 : source.rindex(")")])
    return shipped


def _write_index(survey: Survey, tree: Tree, folder: str, files: tuple[_TextFile, ...], writer: textindex.IndexWriter) -> None:
    first = []
    for number, shard in enumerate(writer.shards(textindex.shard_size(writer.documents))):
        first.append(shard.first)
        path = f"{folder}{number}.js"
        tree.put(path, folder, textindex.script(path, shard.lines).encode())
    directory = {
        "total": writer.documents,
        "first": first,
        "files": [file.path for file in files],
        "sizes": [len(file.documents) for file in files],
        **textindex.columns(survey, chain.from_iterable(file.documents for file in files)),
    }
    path = f"{folder}dir.js"
    tree.put(path, folder, textindex.script(path, directory).encode())
