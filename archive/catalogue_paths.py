"""The paths of the inboxes in the catalogue: what each led to, and what has become of it since. Part of `archive.catalogue`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from archive.catalogue_tables import to_json
from archive.settle import Look
from archive.sidecar import load_message, message_record
from schema.model import Document, DocumentState, LedgerEntry, Outcome, TextStatus


@dataclass(frozen=True, slots=True)
class Source:
    """A path of an inbox and what it led to. `key` is its exact bytes; `path` the same as text fit to show and store."""

    key: bytes
    look: Look
    entry: LedgerEntry


@dataclass(frozen=True, slots=True)
class Standing:
    """A path of the ledger, with what the document it led to has come to: light enough to go over all of them.

    `status` and `state` are None where the path led to no document; `placed`: whether that is evidence for a point.
    """

    unit: str
    key: bytes
    outcome: Outcome
    gone: str
    document: str
    state: DocumentState | None
    status: TextStatus | None
    kind: str
    placed: bool


class Paths:
    """The paths of one archive's inboxes, each with its one outcome. `_news` are the units of which something was changed."""

    _db: sqlite3.Connection
    _news: set[str]

    def source(self, key: bytes) -> Source | None:
        """Return what is known of an inbox path, or None when it was never seen."""
        return next(self._sources("WHERE key=?", (key,)), None)

    def note(self, source: Source) -> None:
        """Record the outcome of an inbox path (one row a path: the last outcome)."""
        entry, look = source.entry, source.look
        if entry.outcome is not Outcome.PENDING or not self._waits_as_before(source):
            self._news.add(entry.unit)
        self._db.execute(
            "INSERT OR REPLACE INTO source VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                source.key, entry.path, look.size, look.mtime_ns, look.ctime_ns, str(look.inode).encode(), str(entry.outcome),
                to_json(message_record(entry.reason)), entry.document, entry.unit, entry.seen, entry.gone,
            ),
        )  # fmt: skip

    def source_keys(self) -> dict[bytes, bool]:
        """Return the exact paths of every source ever seen, and whether each is known to be gone from its inbox."""
        return {key: bool(gone) for key, gone in self._db.execute("SELECT key, gone FROM source")}

    def mark_gone(self, keys: Iterable[bytes], when: str) -> None:
        """Record that sources have left their inbox (`when`: UTC, ISO 8601), or with "" that they are back. Evidence stays."""
        for key in keys:
            marked = self._db.execute("UPDATE source SET gone=? WHERE key=? RETURNING unit", (when, key))
            self._news.update(unit for (unit,) in marked)

    def other_source(self, document: Document) -> str | None:
        """Return another path where a document's bytes were dropped and still lie, or None."""
        sql = (
            "SELECT path FROM source WHERE document=? AND path!=? AND gone='' AND outcome IN ('new','version','duplicate') "
            "ORDER BY path LIMIT 1"
        )
        row = self._db.execute(sql, (document.id, document.source)).fetchone()
        return str(row[0]) if row else None

    def ledger(self, unit: str | None = None, outcome: Outcome | None = None) -> Iterator[LedgerEntry]:
        """Yield every path ever seen (of a unit, with an outcome, where given) with its one outcome, by path."""
        where, values = _chosen(unit, outcome)
        return (source.entry for source in self._sources(f"WHERE {where} ORDER BY path, key", values))

    def leading_to(self, document_id: str) -> Iterator[Source]:
        """Yield every path whose outcome was this document, whether it brought its bytes first or once more."""
        return self._sources("WHERE document=? ORDER BY path, key", (document_id,))

    def leading_nowhere(self) -> Iterator[Source]:
        """Yield the paths whose document does not exist: there should be none."""
        return self._sources("WHERE document!='' AND document NOT IN (SELECT id FROM document) ORDER BY path, key")

    def outcomes(self, unit: str | None = None, outcome: Outcome | None = None) -> dict[str, int]:
        """Return how many paths (of a unit, with an outcome, where given) ended in which outcome."""
        where, values = _chosen(unit, outcome)
        sql = f"SELECT outcome, count(*) FROM source WHERE {where} GROUP BY outcome ORDER BY outcome"
        return dict(self._db.execute(sql, values).fetchall())

    def take_news(self) -> frozenset[str]:
        """Return and forget the units whose paths or documents this process has changed since it last asked ("": of no unit)."""
        news, self._news = frozenset(self._news), set()
        return news

    def standings(self, units: Collection[str] | None = None) -> Iterator[Standing]:
        """Yield the ledger of `units` (None: of all) with what came of each document: by unit, the path seen last first."""
        where = f"WHERE source.unit IN ({','.join('?' * len(units))})" if units is not None else ""
        rows = self._db.execute(
            "SELECT source.unit, key, outcome, gone, source.document, state, text_status, kind, EXISTS "
            "(SELECT 1 FROM tag WHERE tag.document=source.document AND rank=0 AND tag.state='assigned') "
            f"FROM source LEFT JOIN document ON id=source.document {where} ORDER BY source.unit, seen DESC, source.path, key",
            tuple(units or ()),
        )
        for unit, key, outcome, gone, document, state, status, kind, placed in rows:
            stands, read = (DocumentState(state), TextStatus(status)) if state else (None, None)
            yield Standing(unit, key, Outcome(outcome), gone, document, stands, read, kind or "", bool(placed))

    def _waits_as_before(self, source: Source) -> bool:
        """Return whether a path waited already, for the same reason: looked at again each second, that is no news."""
        known, entry = self.source(source.key), source.entry
        return known is not None and (known.entry.outcome, known.entry.reason, known.entry.gone) == (
            entry.outcome, entry.reason, entry.gone
        )  # fmt: skip

    def _sources(self, where: str, values: Iterable[Any] = ()) -> Iterator[Source]:
        rows = self._db.execute(
            f"SELECT key, size, mtime_ns, ctime_ns, inode, path, outcome, reason, document, unit, seen, gone FROM source {where}",
            tuple(values),
        )
        for key, size, mtime, ctime, inode, path, outcome, reason, document, unit, seen, gone in rows:
            entry = LedgerEntry(path, Outcome(outcome), load_message(json.loads(reason)), document, unit, seen, size, gone)
            yield Source(key, Look(size, mtime, ctime, int(inode)), entry)


def _chosen(unit: str | None, outcome: Outcome | None) -> tuple[str, tuple[str, ...]]:
    """Return the condition that chooses paths of a unit, with an outcome, where given."""
    given = {"unit": unit, "outcome": None if outcome is None else str(outcome)}
    chosen = {column: value for column, value in given.items() if value is not None}
    return " AND ".join(("1", *(f"{column}=?" for column in chosen))), tuple(chosen.values())
