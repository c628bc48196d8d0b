"""Shipping texts and index to the browser: text files that changed, then an index under a new name, for build to point to.

See `site_builder.baseindex` for how one changed document costs little.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from schema.model import Document
from site_builder import columns, records, textindex
from site_builder.baseindex import Base, in_order, kept, read_records
from site_builder.keys import digest
from site_builder.publish import Tree
from site_builder.records import Record, Texts
from site_builder.survey import Survey, grouped

POINTER = "idx/current.js"
_RULES = "static/fold.js"


@dataclass(frozen=True, slots=True)
class Shipped:
    """What was shipped: the indexes the browser is to read, and how many documents whose text was asked for had none.

    `dead` are documents of the first index by number, `moved` its text files that lie elsewhere since a text was taken out.
    """

    names: str
    segments: tuple[str, ...]
    dead: tuple[int, ...]
    moved: tuple[tuple[int, str], ...]
    without_text: int

    def pointer(self) -> bytes:
        """Return the small script that tells the browser which indexes are the valid ones."""
        said = {"names": self.names, "segments": self.segments, "dead": self.dead, "moved": self.moved}
        return textindex.script("current", said)

    @property
    def key(self) -> str:
        """What the pointer is made from."""
        return digest(self.names, self.segments, self.dead, self.moved)


@dataclass(frozen=True, slots=True)
class _TextFile:
    """A text file to be: its documents in the order in which they lie there."""

    path: str
    key: str
    documents: tuple[Document, ...]


@dataclass(slots=True)
class _Shipment:
    """What goes on board: the survey, where texts come from, where they go, and the key of all programs and frameworks."""

    survey: Survey
    texts: Texts
    tree: Tree
    base: str
    without_text: int = 0

    def load(self, documents: Sequence[Document]) -> str:
        """Write the text files and the index of `documents` that are not there yet; return the name of the index."""
        files = self._text_files(documents)
        name = digest(self.base, [file.key for file in files])[:12]
        folder = f"idx/{name}/"
        known = self.tree.keys(folder)
        indexed = f"{folder}dir.js" in known and all(self.tree.same(path, key) for path, key in known.items())
        writer = textindex.IndexWriter(len(documents))
        for file in files:
            for entry in self._text_file(file, wanted=not indexed):
                writer.add(records.head_of(entry), records.searched(entry))
        if not indexed:
            self._index(folder, files, writer)
        return name

    def _text_files(self, documents: Sequence[Document]) -> tuple[_TextFile, ...]:
        count = records.bucket_count(len(documents))
        ordered = sorted(documents, key=lambda document: document.id)
        groups = grouped(ordered, lambda document: records.bucket(document.id, count))
        files = []
        for number in range(count):
            own = groups.get(number, ())
            key = digest(self.base, [self.survey.keys[document.id] for document in own])
            files.append(_TextFile(records.file_name(number, key), key, own))
        return tuple(files)

    def _text_file(self, file: _TextFile, *, wanted: bool) -> Iterable[Record]:
        """Bring a text file up to date; return its records where they are `wanted`."""
        if self.tree.same(file.path, file.key):
            return [entry for entry in read_records(self.tree, file.path) if entry is not None] if wanted else ()
        shipped = []
        for document in file.documents:
            pages = self.texts(document.sha256)
            self.without_text += pages is None
            shipped.append(records.record(self.survey, document, pages))
        self.tree.put(file.path, file.key, textindex.script(file.path, shipped))
        return shipped

    def _index(self, folder: str, files: tuple[_TextFile, ...], writer: textindex.IndexWriter) -> None:
        first = []
        for number, shard in enumerate(writer.shards(textindex.shard_size(writer.documents))):
            first.append(shard.first)
            path = f"{folder}{number}.js"
            self.tree.put(path, folder, textindex.script(path, shard.lines))
        documents = tuple(chain.from_iterable(file.documents for file in files))
        directory = {
            "total": writer.documents,
            "first": first,
            "files": "".join(file.path.rpartition("-")[2].removesuffix(".js") for file in files),
            "sizes": [len(file.documents) for file in files],
            **columns.columns(self.survey, documents),
        }
        path = f"{folder}dir.js"
        self.tree.put(path, folder, textindex.script(path, directory))


def ship(survey: Survey, texts: Texts, tree: Tree, base: str) -> Shipped:
    """Write the text files and the indexes that are not there yet. What an older pointer points to stays for now.

    `base` is the key of programs and frameworks.
    """
    if not tree.same(_RULES, base):
        tree.put(_RULES, base, textindex.rules())
    shipment = _Shipment(survey, texts, tree, base)
    base_index = kept(survey, tree, base)
    if base_index is None:
        name = shipment.load(survey.documents)
        base_index = Base(base, name, in_order(survey.documents, survey.keys), frozenset(), {})
        fresh: tuple[Document, ...] = ()
    else:
        held = base_index.held
        fresh = tuple(document for document in survey.documents if document.id not in held)
    tree.remember(base_index.memory())
    segments = (base_index.name, shipment.load(fresh)) if fresh else (base_index.name,)
    named = columns.names(survey)
    path = f"idx/names-{digest(named)[:10]}.js"
    tree.put(path, path, textindex.script(path, named))
    moved = tuple(sorted(base_index.moved.items()))
    return Shipped(path, segments, tuple(sorted(base_index.dead)), moved, shipment.without_text)
