"""What was read, by content hash: the Reading itself and its search text. The one module for SQLite in this package.

A throw-away: everything here can be read again from the archive tree, so a file that turns out damaged is moved aside and the
store begins empty; whoever feeds it finds the texts missing and reads them again. A copy of a document costs nothing, because
texts go by the hash of the bytes.

What was recognised in scans is kept apart, place by place: it took long, so it outlives a re-reading, and a stopped run goes on
where it was. What `get` and the search text show is both together.
"""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, TypeVar

from indexer.display import Pages, display
from indexer.fold import search_text
from indexer.reading import Block, Reading, pack, unpack
from indexer.recognition import Recognised, merged, waiting
from schema.errors import ArchiveError
from schema.model import TextStatus

VERSION = 2
# In the header of a store whose emptiness at the beginning has been noted ("zzte").
_NOTED = 0x7A7A7465
# The search texts lie in a table of their own, so that going through them does not drag the readings along.
# `status`, `engine` and `pages` are those of reading and recognition together, `reading` is what was read alone; `version` is the
# release of our readers; `waiting` counts the scans nobody has looked at.
_TABLES = """
CREATE TABLE readings (id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, status TEXT NOT NULL, kind TEXT NOT NULL,
                       engine TEXT NOT NULL, version TEXT NOT NULL, waiting INTEGER NOT NULL, pages TEXT NOT NULL,
                       reading BLOB NOT NULL) STRICT;
CREATE INDEX readings_waiting ON readings (waiting, sha256) WHERE waiting > 0;
CREATE TABLE recognised (sha256 TEXT NOT NULL, number INTEGER NOT NULL, engine TEXT NOT NULL, failure TEXT NOT NULL,
                         blocks TEXT NOT NULL, PRIMARY KEY (sha256, number)) STRICT, WITHOUT ROWID;
CREATE TABLE texts (id INTEGER PRIMARY KEY REFERENCES readings(id) ON DELETE CASCADE, body BLOB NOT NULL) STRICT;
"""
# Two bytes for a Chinese character instead of three, and quicker to decode.
_CODING = "utf-16-le"
# Below the number of variables that every SQLite since 3.9 accepts in one statement.
_CHUNK = 500
_KEY = re.compile(r"[0-9a-f]{64}")

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What came of reading some bytes, and what read them: engine with its version, and the release of our readers."""

    status: TextStatus
    kind: str
    engine: str
    version: str


class TextStore:
    """The text store in the file `path`. One thread; several processes may read while one writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._batching = False
        try:
            self._db = self._open()
        except sqlite3.DatabaseError as error:
            if _is_busy(error):
                raise ArchiveError("texts.write", path=path, error=error) from error
            self._db = self._begin_anew()

    @property
    def fresh(self) -> bool:
        """True while nobody has taken note that the store began empty: it is new, or took the place of a lost or damaged one.

        Kept in the file, because whoever begins a store anew may be a search, or be killed before it reads anything again.
        """
        return self._guard(lambda: int(self._db.execute("PRAGMA application_id").fetchone()[0])) != _NOTED

    def take_note(self) -> None:
        """Remember that everything that belongs here is being read again."""
        self._guard(lambda: self._db.execute(f"PRAGMA application_id = {_NOTED}"))

    def close(self) -> None:
        """Close the file; the store cannot be used any more."""
        self._db.close()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Make all puts inside the block one transaction: all of them are kept, or none."""
        self._guard(lambda: self._db.execute("BEGIN IMMEDIATE"))
        self._batching = True
        try:
            yield
        except BaseException:
            self._batching = False
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise
        self._batching = False
        if self._db.in_transaction:
            self._guard(lambda: self._db.execute("COMMIT"))

    def put(self, sha256: str, reading: Reading) -> None:
        """Keep `reading` as what was read of the bytes `sha256`, in place of any former one; what was recognised stays."""
        done = self.recognised(sha256) if reading.scans else {}
        whole = merged(reading, done)
        shown = display(whole)
        searched = search_text(shown.text)
        pages = [[searched.to_searched(start) for start in shown.pages.starts], list(shown.pages.numbers)]
        stamps = (str(whole.status), whole.kind, whole.engine, whole.version, len(waiting(reading, done)))
        row = (sha256, *stamps, _json(pages).decode(), zlib.compress(_json(pack(reading)), 6))
        body = searched.text.encode(_CODING, "surrogatepass")
        if self._batching:
            self._guard(lambda: self._write(row, body))
        else:
            with self.batch():
                self._write(row, body)

    def get(self, sha256: str) -> Reading | None:
        """Return what was read and recognised of the bytes `sha256`, or None."""
        reading = self.read_alone(sha256)
        return merged(reading, self.recognised(sha256)) if reading is not None and reading.scans else reading

    def read_alone(self, sha256: str) -> Reading | None:
        """Return what was read of the bytes `sha256`, without what was recognised; or None."""
        rows = self._rows("SELECT reading FROM readings WHERE sha256 = ?", (sha256,))
        return self._guard(lambda: unpack(json.loads(zlib.decompress(rows[0][0]))), otherwise=lambda: None) if rows else None

    def folded(self, sha256: str) -> str | None:
        """Return the search text (folded and squeezed) of the bytes `sha256`, or None."""
        return next((text for _sha, text in self.texts((sha256,))), None)

    def texts(self, hashes: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield hash and search text for every one of `hashes` that is here, in any order."""
        wanted = list(dict.fromkeys(hashes))
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            rows = self._rows(f"SELECT sha256, body FROM readings JOIN texts USING (id) WHERE sha256 IN ({marks})", chunk)
            yield from ((sha256, str(body, _CODING, "surrogatepass")) for sha256, body in rows)

    def pages(self, sha256: str) -> Pages:
        """Return where the pages begin in the search text of `sha256`."""
        rows = self._rows("SELECT pages FROM readings WHERE sha256 = ?", (sha256,))
        if not rows:
            return Pages()
        starts, numbers = self._guard(lambda: json.loads(rows[0][0]))
        return Pages(tuple(starts), tuple(numbers))

    def statuses(self) -> Mapping[str, TextStatus]:
        """Return what came of reading each content hash that is here."""
        return {
            sha256: TextStatus(status) for sha256, status in self._rows("SELECT sha256, status FROM readings ORDER BY sha256")
        }

    def stamps(self) -> Mapping[str, Stamp]:
        """Return by content hash what read it, to find what is to be read again."""
        rows = self._rows("SELECT sha256, status, kind, engine, version FROM readings ORDER BY sha256")
        return {sha256: Stamp(TextStatus(status), *rest) for sha256, status, *rest in rows}

    def recognise(self, sha256: str, number: int, result: Recognised) -> None:
        """Keep what was recognised at one place of `Reading.scans`; it shows with the next `put` (`settle`) of these bytes."""
        row = (sha256, number, result.engine, result.failure, _json([list(astuple(block)) for block in result.blocks]).decode())
        self._change("INSERT OR REPLACE INTO recognised VALUES (?, ?, ?, ?, ?)", [row])

    def recognised(self, sha256: str) -> Mapping[int, Recognised]:
        """Return what was recognised of the bytes `sha256`, by place."""
        rows = self._rows("SELECT number, blocks, engine, failure FROM recognised WHERE sha256 = ? ORDER BY number", (sha256,))
        return self._guard(
            lambda: {
                number: Recognised(tuple(Block(*block) for block in json.loads(blocks)), engine, failure)
                for number, blocks, engine, failure in rows
            },
            otherwise=dict,
        )

    def settle(self, sha256: str) -> None:
        """Let what was recognised of the bytes `sha256` show."""
        reading = self.read_alone(sha256)
        if reading is not None:
            self.put(sha256, reading)

    def waiting(self, engine: str = "") -> tuple[str, ...]:
        """Return the content hashes with scans that nobody has looked at, those with the fewest first.

        With `engine` also those where another one (or another version) looked, or where it failed.
        """
        where, values = "waiting > 0", tuple[str, ...]()
        if engine:
            where += " OR sha256 IN (SELECT sha256 FROM recognised WHERE engine != ? OR failure != '')"
            values = (engine,)
        return tuple(sha for (sha,) in self._rows(f"SELECT sha256 FROM readings WHERE {where} ORDER BY waiting, sha256", values))

    def keep_only(self, hashes: Iterable[str]) -> int:
        """Delete every text whose hash is not among `hashes`; return how many those were."""
        kept = set(hashes)
        orphans = [(sha256,) for sha256 in self.statuses() if sha256 not in kept]
        with self.batch():
            for table in ("readings", "recognised"):
                self._change(f"DELETE FROM {table} WHERE sha256 = ?", orphans)
        return len(orphans)

    def _write(self, row: tuple[object, ...], body: bytes) -> None:
        self._db.execute("DELETE FROM readings WHERE sha256 = ?", row[:1])
        columns = "sha256, status, kind, engine, version, waiting, pages, reading"
        added = self._db.execute(f"INSERT INTO readings ({columns}) VALUES ({','.join('?' * len(row))})", row)
        self._db.execute("INSERT INTO texts VALUES (?, ?)", (added.lastrowid, body))

    def _change(self, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
        self._guard(lambda: self._db.executemany(sql, rows))

    def _rows(self, sql: str, values: Iterable[object] = ()) -> list[Any]:
        return self._guard(lambda: self._db.execute(sql, tuple(values)).fetchall(), otherwise=list)

    def _guard(self, work: Callable[[], Result], otherwise: Callable[[], Result] | None = None) -> Result:
        """Do `work`; on damage begin anew and do `otherwise`, or `work` again, on the empty store."""
        try:
            return work()
        except (sqlite3.DatabaseError, zlib.error, ValueError, KeyError, TypeError) as error:
            if isinstance(error, sqlite3.DatabaseError) and not _is_damage(error):
                raise ArchiveError("texts.write", path=self._path, error=error) from error
        self._db.close()
        self._db = self._begin_anew()
        if self._batching:
            self._db.execute("BEGIN IMMEDIATE")
        return (otherwise or work)()

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._path, timeout=30, isolation_level=None, check_same_thread=False)
        try:
            db.execute("PRAGMA page_size = 4096")
            db.execute("PRAGMA journal_mode = WAL")
            # The text of a power cut's last moments is read again; the file itself stays sound in WAL mode.
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA foreign_keys = ON")
            self._prepare(db)
        except BaseException:
            db.close()
            raise
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version == VERSION:
            db.execute("SELECT sha256, status, kind, engine, version, waiting, pages FROM readings LIMIT 1").fetchone()
            return
        if version or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise sqlite3.DatabaseError(f"text store of version {version}")
        db.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")

    def _begin_anew(self) -> sqlite3.Connection:
        """Move the file aside (one former file is kept for a look at what happened) and open an empty one."""
        for suffix in ("", "-wal", "-shm"):
            file = self._path.with_name(self._path.name + suffix)
            with suppress(FileNotFoundError):
                file.replace(file.with_name(file.name + ".damaged"))
        return self._open()


def damaged_texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield key and fault of every text in the store at `path` that cannot be read back. Unlike the store itself, mends nothing.

    Raises sqlite3.DatabaseError when the file itself is no sound database.
    """
    with closing(sqlite3.connect(path, timeout=30)) as db:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version != VERSION:
            yield "", f"version {version}"
            return
        for sha256, packed, body in db.execute("SELECT sha256, reading, body FROM readings LEFT JOIN texts USING (id)"):
            try:
                if not _KEY.fullmatch(sha256):
                    raise ValueError("not a key")
                unpack(json.loads(zlib.decompress(packed)))
                str(body, _CODING, "surrogatepass")
            except (zlib.error, ValueError, KeyError, TypeError) as error:
                yield sha256, str(error)


def lacks(path: Path, wanted: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the names of those of `wanted` (hash, name) that the store at `path` has nothing of. Raises sqlite3.DatabaseError."""
    with closing(sqlite3.connect(path, timeout=30)) as db:
        for sha256, name in wanted:
            if db.execute("SELECT 1 FROM readings WHERE sha256 = ?", (sha256,)).fetchone() is None:
                yield name


def _is_busy(error: sqlite3.DatabaseError) -> bool:
    return isinstance(error, sqlite3.OperationalError) and not _is_damage(error)


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Return whether `error` speaks of the file's content; a full disk or a lock does not."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return True
    return code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
