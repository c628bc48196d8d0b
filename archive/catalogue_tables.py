"""The tables of the catalogue: their columns, their changes from release to release, and a document as a row. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from archive.names import name_key
from archive.sidecar import dismissal_record, load_correction, load_dismissal, load_message, load_tag, message_record
from schema.model import Document, DocumentState, Facts, Tag, TextStatus

DOCUMENT = (
    "id seq sha256 size unit name source path received version supersedes state text_status kind pages title doc_number issuer "
    "date indicator problems withdrawal dismissed corrections path_key".split()
)
# A document keeps its row; the row's number is always the next one of the sequence.
GIVEN = [name for name in DOCUMENT if name != "seq"]
PUT = (
    f"INSERT INTO document (seq,{','.join(GIVEN)}) "
    f"VALUES ((SELECT coalesce(max(seq),0)+1 FROM document),{','.join('?' * len(GIVEN))}) "
    f"ON CONFLICT (id) DO UPDATE SET seq=excluded.seq,{','.join(f'{name}=excluded.{name}' for name in GIVEN[1:])}"
)
GET = f"SELECT {','.join(DOCUMENT[:-1])} FROM document"
FACTS = ("kind", "pages", "title", "doc_number", "issuer", "date")
# Rows, documents and facts have their columns in the same order; this many come before those of FACTS.
_READ = DOCUMENT.index(FACTS[0])
# One entry per schema version; an older catalogue runs the ones it has not seen. Never edit an entry that has shipped.
MIGRATIONS = (
    """
    CREATE TABLE document (
        id TEXT PRIMARY KEY, seq INTEGER NOT NULL UNIQUE, sha256 TEXT NOT NULL, size INTEGER NOT NULL, unit TEXT NOT NULL,
        name TEXT NOT NULL, source TEXT NOT NULL, path TEXT NOT NULL, received TEXT NOT NULL, version INTEGER NOT NULL,
        supersedes TEXT NOT NULL, state TEXT NOT NULL, text_status TEXT NOT NULL, kind TEXT NOT NULL, pages INTEGER,
        title TEXT NOT NULL, doc_number TEXT NOT NULL, issuer TEXT NOT NULL, date TEXT NOT NULL, indicator TEXT NOT NULL,
        problems TEXT NOT NULL, path_key TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE INDEX document_content ON document (sha256, unit);
    CREATE INDEX document_source ON document (source);
    CREATE TABLE tag (
        document TEXT NOT NULL REFERENCES document ON DELETE CASCADE, rank INTEGER NOT NULL, point TEXT NOT NULL,
        state TEXT NOT NULL, basis TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (document, rank)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tag_point ON tag (point, state);
    CREATE TABLE source (
        key BLOB PRIMARY KEY, path TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
        inode BLOB NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL, document TEXT NOT NULL, unit TEXT NOT NULL,
        seen TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE follower (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
    """,
    """
    ALTER TABLE source ADD COLUMN gone TEXT NOT NULL DEFAULT '';
    """,
    """
    CREATE INDEX document_unit ON document (state, unit, received, id);
    """,
    """
    CREATE TABLE judgement (number INTEGER PRIMARY KEY, file TEXT NOT NULL, size INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
    """,
    """
    ALTER TABLE document ADD COLUMN withdrawal TEXT NOT NULL DEFAULT '';
    CREATE INDEX source_document ON source (document);
    """,
    """
    ALTER TABLE document ADD COLUMN dismissed TEXT NOT NULL DEFAULT '';
    """,
    """
    ALTER TABLE document ADD COLUMN corrections TEXT NOT NULL DEFAULT '';
    """,
)


def row_of(document: Document) -> tuple[object, ...]:
    """Return a document as the values of PUT."""
    return (
        document.id, document.sha256, document.size, document.unit, document.name, document.source,
        document.path, document.received, document.version, document.supersedes, str(document.state),
        *facts_row(document.facts), document.indicator,
        to_json([message_record(entry) for entry in document.problems]) if document.problems else "[]",
        to_json(message_record(document.withdrawal)) if document.withdrawal else "",
        to_json([dismissal_record(entry) for entry in document.dismissed]) if document.dismissed else "",
        to_json([asdict(correction) for correction in document.corrections]) if document.corrections else "",
        name_key(document.path),
    )  # fmt: skip


def facts_row(facts: Facts) -> tuple[object, ...]:
    """Return the columns that reading fills: text_status, then FACTS."""
    return (str(facts.text_status), *(getattr(facts, name) for name in FACTS))


def document_of(row: Sequence[Any], tags: Iterable[str]) -> Document:
    """Return the document of a row of GET, given the records of its tags in their order."""
    *own, state, status = row[:_READ]
    facts = Facts(TextStatus(status), *row[_READ : _READ + len(FACTS)])
    indicator, problems, withdrawal, dismissed, corrections = row[_READ + len(FACTS) :]
    said: tuple[Any, ...] = (
        tuple(map(load_message, json.loads(problems))) if problems != "[]" else (),
        load_message(json.loads(withdrawal)) if withdrawal else None,
        tuple(map(load_dismissal, json.loads(dismissed))) if dismissed else (),
        tuple(map(load_correction, json.loads(corrections))) if corrections else (),
    )
    return Document(*(*own, DocumentState(state), facts, tuple(map(_tag, tags)), indicator, *said))


@lru_cache(maxsize=10_000)
def _tag(record: str) -> Tag:
    """Return a tag of a document; many documents have the same ones."""
    return load_tag(json.loads(record))


to_json = json.JSONEncoder(ensure_ascii=False).encode
