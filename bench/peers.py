"""Other engines on the same texts, for bench.search: tantivy, SQLite's trigram index, stock Whoosh with jieba, a plain scan.

Each is used as its own documentation has it, apart from tantivy, which knows no Chinese: it is given our pairs of characters.
None of them is needed by the product; one that is not installed is left out and said to be absent (pip install tantivy jieba).
"""
# ruff: noqa: D102, ARG002 - what the methods do, and what they get, says the protocol

from __future__ import annotations

import importlib
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from indexer.fold import WORD, character_class

_RUN = re.compile(r"[\w%]+")
_WORDS = re.compile(f"[{character_class(WORD)}]+")
Numbered = Iterable[tuple[int, str]]


class Peer(Protocol):
    """An engine to be measured. Texts and phrases are folded; a query is the list of phrases that must all be there."""

    name: str

    def build(self, folder: Path, texts: Numbered) -> None:
        """Build an index in `folder`."""

    def open(self, folder: Path) -> None:
        """Open it."""

    def first(self, phrases: Sequence[str], limit: int) -> int:
        """Find the first `limit` documents, and return how many there are in all."""

    def every(self, phrases: Sequence[str]) -> set[int]:
        """Return the number of every document found."""


class Scan:
    """Every text in memory, and Python's `in`."""

    name = "plain scan"

    def __init__(self) -> None:
        self.texts: dict[int, str] = {}

    def build(self, folder: Path, texts: Numbered) -> None:
        self.texts = dict(texts)

    def open(self, folder: Path) -> None:
        pass

    def first(self, phrases: Sequence[str], limit: int) -> int:
        return len(self.every(phrases))

    def every(self, phrases: Sequence[str]) -> set[int]:
        return {number for number, text in self.texts.items() if all(phrase in text for phrase in phrases)}


class Tantivy:
    """tantivy with our pairs as words, with positions: a phrase is a phrase of pairs."""

    name = "tantivy"

    def __init__(self) -> None:
        self._tantivy = importlib.import_module("tantivy")
        self._index: Any = None
        self._searcher: Any = None

    def build(self, folder: Path, texts: Numbered) -> None:
        folder.mkdir()
        schema = self._tantivy.SchemaBuilder()
        schema.add_unsigned_field("number", stored=True, indexed=False)
        schema.add_text_field("body", stored=False, tokenizer_name="whitespace", index_option="position")
        index = self._tantivy.Index(schema.build(), path=str(folder))
        writer = index.writer(heap_size=128 << 20, num_threads=1)
        for number, text in texts:
            writer.add_document(self._tantivy.Document(number=number, body=" ".join(_pairs(text))))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        self._index = self._tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def first(self, phrases: Sequence[str], limit: int) -> int:
        query = self._query(phrases)
        if query is None:
            return 0
        found = self._searcher.search(query, limit, count=True)
        for _score, address in found.hits:
            self._searcher.doc(address)
        return int(found.count)

    def every(self, phrases: Sequence[str]) -> set[int]:
        query = self._query(phrases)
        if query is None:
            return set()
        found = self._searcher.search(query, max(1, self._searcher.num_docs))
        return {self._searcher.doc(address)["number"][0] for _score, address in found.hits}

    def _query(self, phrases: Sequence[str]) -> Any:
        tantivy, schema = self._tantivy, self._index.schema
        parts = []
        for phrase in phrases:
            words = list(_pairs(phrase))
            if not words:
                return None
            if len(words) == 1:
                query = tantivy.Query.term_query(schema, "body", words[0])
            else:
                query = tantivy.Query.phrase_query(schema, "body", words)
            parts.append((tantivy.Occur.Must, query))
        return tantivy.Query.boolean_query(parts)


class Trigrams:
    """SQLite FTS5 with its trigram tokenizer, without the texts."""

    name = "FTS5 trigram"

    def __init__(self) -> None:
        self._db: Any = None

    def build(self, folder: Path, texts: Numbered) -> None:
        folder.mkdir()
        db = sqlite3.connect(folder / "index.sqlite")
        db.execute("CREATE VIRTUAL TABLE texts USING fts5(body, tokenize='trigram', content='')")
        db.executemany("INSERT INTO texts (rowid, body) VALUES (?, ?)", texts)
        db.commit()
        db.close()

    def open(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "index.sqlite")

    def first(self, phrases: Sequence[str], limit: int) -> int:
        match = self._match(phrases)
        self._db.execute("SELECT rowid FROM texts WHERE texts MATCH ? LIMIT ?", (match, limit)).fetchall()
        return int(self._db.execute("SELECT count(*) FROM texts WHERE texts MATCH ?", (match,)).fetchone()[0])

    def every(self, phrases: Sequence[str]) -> set[int]:
        return {number for (number,) in self._db.execute("SELECT rowid FROM texts WHERE texts MATCH ?", (self._match(phrases),))}

    def _match(self, phrases: Sequence[str]) -> str:
        return " AND ".join('"' + phrase.replace('"', '""') + '"' for phrase in phrases)


class StockWhoosh:
    """Whoosh as it comes, with the analyzer that jieba brings for it; phrases in quotation marks."""

    name = "stock Whoosh"

    def __init__(self) -> None:
        self._analysis = importlib.import_module("jieba.analyse")
        importlib.import_module("jieba").setLogLevel(60)
        self._index: Any = None
        self._searcher: Any = None

    def build(self, folder: Path, texts: Numbered) -> None:
        from whoosh.fields import NUMERIC, TEXT, Schema  # noqa: PLC0415 - a peer here
        from whoosh.index import create_in  # noqa: PLC0415

        folder.mkdir()
        schema = Schema(number=NUMERIC(stored=True), body=TEXT(analyzer=self._analysis.ChineseAnalyzer()))
        writer = create_in(str(folder), schema).writer(limitmb=256)
        for number, text in texts:
            writer.add_document(number=number, body=text)
        writer.commit()

    def open(self, folder: Path) -> None:
        from whoosh.index import open_dir  # noqa: PLC0415

        self._index = open_dir(str(folder))
        self._searcher = self._index.searcher()

    def first(self, phrases: Sequence[str], limit: int) -> int:
        found = self._searcher.search(self._query(phrases), limit=limit)
        for hit in found:
            hit.fields()
        return len(found)

    def every(self, phrases: Sequence[str]) -> set[int]:
        return {hit["number"] for hit in self._searcher.search(self._query(phrases), limit=None)}

    def _query(self, phrases: Sequence[str]) -> Any:
        from whoosh.qparser import QueryParser  # noqa: PLC0415

        parser = QueryParser("body", self._index.schema)
        return parser.parse(" ".join('"' + phrase.replace('"', " ") + '"' for phrase in phrases))


def present(names: Sequence[str]) -> Iterator[tuple[str, Peer | None]]:
    """Yield the peers called so, None for one that is not installed."""
    for kind in (Scan, Tantivy, Trigrams, StockWhoosh):
        if kind.name in names:
            try:
                yield kind.name, kind()
            except ImportError:
                yield kind.name, None


def _pairs(text: str) -> Iterator[str]:
    """Yield the words that tantivy is given: Latin and number runs whole, of other runs every two neighbours, or one alone."""
    for run in _RUN.findall(text):
        for piece in re.split(f"({_WORDS.pattern})", run):
            if _WORDS.fullmatch(piece) or len(piece) == 1:
                yield piece
            else:
                yield from (piece[at : at + 2] for at in range(len(piece) - 1))
