"""The catalogue: SQLite's list of what the tree holds, what every inbox path led to, and in which order things changed.

Every change of a document gives it the next number of one sequence. A follower (reader, index, site) remembers the last number
it has durably applied and asks for what came after: stages are resumable and know nothing of each other. The tree outranks the
catalogue: all documents here can be made again from the sidecars. Nobody but this module and `archive.catalogue_paths` speaks SQL
about them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from archive.catalogue_paths import Paths
from archive.catalogue_tables import GET, MIGRATIONS, PUT, document_of, facts_row, row_of
from archive.names import name_key
from archive.sidecar import load_message, tag_json
from schema.errors import ArchiveError
from schema.messages import Message
from schema.model import Basis, Document, Facts, PointRef, Tag, TagState

# 16 MB: a batch of documents dirties pages all over seven indexes, and what does not fit is written and read again.
_CACHE = "cache_size=-16000"


class Filed(NamedTuple):
    """A document at a point it is assigned to. `record` is the tag's, as JSON."""

    document: str
    unit: str
    point: str
    sha256: str
    name: str
    source: str
    supersedes: str
    text_status: str
    title: str
    date: str
    record: str


class Catalogue(Paths):
    """The catalogue of one archive. Reads see the last transaction; writes belong inside `with catalogue.transaction():`."""

    def __init__(self, path: Path, *, shared_memory: bool = True) -> None:
        """Open (or create) the catalogue at `path`. Raises ArchiveError when it is damaged or newer than this program.

        Readers and the writer meet in memory they share (WAL); on a network share there is none, so there they wait in turn.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._news: set[str] = set()
        try:
            for pragma in (f"journal_mode={'WAL' if shared_memory else 'DELETE'}", "synchronous=FULL", "foreign_keys=ON", _CACHE):
                self._db.execute(f"PRAGMA {pragma}").fetchall()
            self._migrate()
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise ArchiveError("catalogue.damaged", path=path, error=error) from error

    def close(self) -> None:
        """Close the catalogue; nothing uncommitted survives."""
        self._db.close()

    def _migrate(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise ArchiveError("catalogue.newer", version=version)
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            self._db.executescript(f"BEGIN; {script}; PRAGMA user_version={number}; COMMIT")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside one change: all of it is on the disk when the block ends, or none of it."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError):  # a full disk, a read-only folder, an I/O error
                raise ArchiveError("catalogue.write", error=error) from error
            raise

    # Documents

    def put(self, document: Document) -> None:
        """Insert or replace a document; it gets the next change number (its own `seq` is not looked at)."""
        self._db.execute(PUT, row_of(document))
        self._put_tags(document.id, document.tags)
        self._news.add(document.unit)

    def describe(self, described: Iterable[tuple[str, Facts, tuple[Tag, ...]]]) -> dict[str, int]:
        """Record what reading told: per document id its facts and the tags its content proposes.

        Returns the new change numbers of those that changed, by id. What the path or a person says of a point is not touched,
        and what a person ruled out is not proposed.
        """
        changed = {}
        seq = self.last_seq()
        for document_id, facts, proposals in described:
            known = self.document(document_id)
            if known is None:
                continue
            kept = tuple(tag for tag in known.tags if tag.basis is not Basis.CONTENT)
            settled = {tag.point for tag in kept} | {entry.point for entry in known.dismissed}
            tags = _assigned_first((*kept, *(tag for tag in proposals if tag.point not in settled)))
            if (known.facts, known.tags) == (facts, tags):
                continue
            seq += 1
            changed[document_id] = seq
            self._news.add(known.unit)
            self._db.execute(
                "UPDATE document SET seq=?, text_status=?, kind=?, pages=?, title=?, doc_number=?, issuer=?, date=? WHERE id=?",
                (seq, *facts_row(facts), document_id),
            )
            self._put_tags(document_id, tags)
        return changed

    def document(self, document_id: str) -> Document | None:
        """Return the document `document_id`, or None."""
        return next(self._select("WHERE id = ?", (document_id,)), None)

    def documents(self) -> Iterator[Document]:
        """Yield every document in the order it was received."""
        tags: dict[str, list[str]] = {}
        for document, record in self._db.execute("SELECT document, record FROM tag ORDER BY document, rank"):
            tags.setdefault(document, []).append(record)
        for row in self._db.execute(f"{GET} ORDER BY received, source, version, id").fetchall():
            yield document_of(row, tags.get(row[0], ()))

    def lookup(self, document_ids: Iterable[str]) -> Mapping[str, Document]:
        """Return the documents among `document_ids` that exist, by id."""
        found = {}
        wanted = list(document_ids)
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            found.update({entry.id: entry for entry in self._select(f"WHERE id IN ({','.join('?' * len(some))})", some)})
        return found

    def changes(self, after: int, limit: int = 500) -> tuple[Document, ...]:
        """Return up to `limit` documents whose last change came after number `after`, in the order of change."""
        return tuple(self._select("WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)))

    def shared(self) -> Iterator[Document]:
        """Yield the current documents that are evidence for points in whose folders they do not lie.

        Those are documents of more than one point, and those whose point follows from their content: nobody has filed them yet.
        """
        several = "SELECT document FROM tag WHERE state='assigned' GROUP BY document HAVING count(*) > 1 OR max(basis='content')"
        return self._select(f"WHERE state='current' AND id IN ({several}) ORDER BY received, source, id")

    def ruled(self, after: int = 0) -> Iterator[Document]:
        """Yield the documents, of whatever state, of whose points a person has said anything, changed after number `after`."""
        said = "SELECT document FROM tag WHERE basis='person'"
        return self._select(f"WHERE seq > ? AND (dismissed!='' OR id IN ({said})) ORDER BY id", (after,))

    def unfiled(self) -> tuple[tuple[str, str, str], ...]:
        """Return id, title and name of the current documents that neither a person nor their path has assigned to a point."""
        filed = "SELECT document FROM tag WHERE state='assigned' AND basis!='content'"
        sql = f"SELECT id, title, name FROM document WHERE state='current' AND id NOT IN ({filed}) ORDER BY id"
        return tuple(self._db.execute(sql).fetchall())

    def unsettled(self) -> Iterator[Document]:
        """Yield the current documents that a person is to look at, by unit: what is proposed, or nobody and no path has filed."""
        where = (
            "id IN (SELECT document FROM tag WHERE state='proposed') "
            "OR id NOT IN (SELECT document FROM tag WHERE state='assigned' AND basis!='content')"
        )
        return self._select(f"WHERE state='current' AND ({where}) ORDER BY unit, received, source, id")

    def filed(self, ref: PointRef | None = None, unit: str | None = None) -> Iterator[Filed]:
        """Yield current documents at the points they are assigned to (or one point's, a unit's), in the order received.

        Far lighter than the documents themselves: coverage looks at all of them at once.
        """
        asked = {"AND tag.point=?": str(ref) if ref else None, "AND document.unit=?": unit}
        where = " ".join(clause for clause, value in asked.items() if value is not None)
        rows = self._db.execute(
            "SELECT document.id, document.unit, tag.point, document.sha256, document.name, document.source, document.supersedes, "
            "document.text_status, document.title, document.date, tag.record FROM tag JOIN document ON document.id=tag.document "
            f"WHERE tag.state='assigned' AND document.state='current' {where} "
            "ORDER BY document.received, document.source, document.version, document.id, tag.rank",
            tuple(value for value in asked.values() if value is not None),
        )
        return map(Filed._make, rows)

    def superseded(self) -> dict[str, str]:
        """Return the versions that newer ones took the place of: id of the newer, id of the older."""
        return dict(self._db.execute("SELECT id, supersedes FROM document WHERE supersedes!=''").fetchall())

    def same_content(self, sha256: str, unit: str) -> Document | None:
        """Return the unit's document with these bytes, the current one or else one that was withdrawn; or None."""
        alike = "WHERE sha256=? AND unit=? AND state!='superseded' ORDER BY state, received, id LIMIT 1"
        return next(self._select(alike, (sha256, unit)), None)

    def from_source(self, source: str) -> Document | None:
        """Return the newest version of the document that came from this path, or None."""
        return next(self._select("WHERE source=? ORDER BY version DESC LIMIT 1", (source,)), None)

    def successor(self, document_id: str) -> Document | None:
        """Return the version that took this document's place, or None."""
        return next(self._select("WHERE supersedes=? LIMIT 1", (document_id,)), None)

    def withdrawals(self) -> dict[str, Message]:
        """Return of every withdrawn document, by id, who withdrew it and why."""
        rows = self._db.execute("SELECT id, withdrawal FROM document WHERE state='withdrawn' AND withdrawal!=''")
        return {document_id: load_message(json.loads(said)) for document_id, said in rows}

    def current_ids(self, unit: str) -> Iterator[str]:
        """Yield the ids of the unit's current documents, the newest first."""
        sql = "SELECT id FROM document WHERE state='current' AND unit=? ORDER BY received DESC, id DESC"
        return (document_id for (document_id,) in self._db.execute(sql, (unit,)))

    def at_path(self, path: str) -> Document | None:
        """Return the document that lies at `path`, or None."""
        return next(self._select("WHERE path_key=? AND path=?", (name_key(path), path)), None)

    def holding(self, sha256: str) -> Iterator[Document]:
        """Yield every document, of whatever state and unit, that has these bytes."""
        return self._select("WHERE sha256=? ORDER BY path", (sha256,))

    def placed(self) -> Iterator[tuple[str, str]]:
        """Yield id and path of every document, some at a time, so that others may write meanwhile."""
        last = ""
        sql = "SELECT path_key, id, path FROM document WHERE path_key > ? ORDER BY path_key LIMIT 1000"
        while rows := self._db.execute(sql, (last,)).fetchall():
            yield from ((document_id, path) for _key, document_id, path in rows)
            last = rows[-1][0]

    def path_taken(self, path: str) -> bool:
        """Return whether a document lies at `path`, or at one that differs from it by letter case only."""
        return self._db.execute("SELECT 1 FROM document WHERE path_key=?", (name_key(path),)).fetchone() is not None

    def last_seq(self) -> int:
        """Return the number of the last change."""
        return int(self._db.execute("SELECT coalesce(max(seq), 0) FROM document").fetchone()[0])

    def clear(self) -> None:
        """Forget every document, source and follower (before a rebuild from the tree)."""
        for table in ("tag", "document", "source", "follower", "judgement"):
            self._db.execute(f"DELETE FROM {table}")

    def newest(self) -> str:
        """Return when the newest document or path came in (UTC, ISO 8601), "" where nothing has."""
        sql = "SELECT max(coalesce((SELECT max(received) FROM document), ''), coalesce((SELECT max(seen) FROM source), ''))"
        return str(self._db.execute(sql).fetchone()[0])

    # What people decided: a copy of the tree's files of judgements, line by line

    def add_judgement(self, file: str, size: int, record: str) -> None:
        """Note a line of a file of judgements: its bytes, and its record ("" where the line cannot be read)."""
        self._db.execute("INSERT INTO judgement (file, size, record) VALUES (?, ?, ?)", (file, size, record))

    def judgements(self) -> Iterator[str]:
        """Yield the records in the order in which they were made."""
        return (record for (record,) in self._db.execute("SELECT record FROM judgement WHERE record!='' ORDER BY file, number"))

    def judged(self) -> dict[str, int]:
        """Return how many bytes of each file of judgements are noted here."""
        return dict(self._db.execute("SELECT file, sum(size) FROM judgement GROUP BY file").fetchall())

    def clear_judgements(self) -> None:
        """Forget all judgements (before they are read from the tree again)."""
        self._db.execute("DELETE FROM judgement")

    # Followers

    def position(self, follower: str) -> int:
        """Return the last change number `follower` has durably applied, 0 at first."""
        row = self._db.execute("SELECT seq FROM follower WHERE name=?", (follower,)).fetchone()
        return int(row[0]) if row else 0

    def advance(self, follower: str, seq: int) -> None:
        """Record that `follower` has durably applied every change up to `seq`."""
        self._db.execute("INSERT OR REPLACE INTO follower VALUES (?, ?)", (follower, seq))

    def _select(self, where: str, values: Iterable[Any] = ()) -> Iterator[Document]:
        for row in self._db.execute(f"{GET} {where}", tuple(values)).fetchall():
            tags = self._db.execute("SELECT record FROM tag WHERE document=? ORDER BY rank", (row[0],))
            yield document_of(row, (record for (record,) in tags))

    def _put_tags(self, document_id: str, tags: tuple[Tag, ...]) -> None:
        self._db.execute("DELETE FROM tag WHERE document=?", (document_id,))
        self._db.executemany(
            "INSERT INTO tag VALUES (?,?,?,?,?,?)",
            [
                (document_id, rank, str(tag.point), str(tag.state), str(tag.basis), tag_json(tag))
                for rank, tag in enumerate(_assigned_first(tags))
            ],
        )


def _assigned_first(tags: Iterable[Tag]) -> tuple[Tag, ...]:
    """Return tags in the order in which they are kept."""
    return tuple(sorted(tags, key=lambda tag: tag.state is not TagState.ASSIGNED))


def quick_check(path: Path) -> str:
    """Return what SQLite finds wrong with the catalogue in the file `path`, "" when nothing. Changes nothing in it."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return "" if verdict == "ok" else str(verdict)
