"""What was read, by content hash. The one module for SQLite in this package.

Only the Reading is kept, packed; its search text is made of it when asked for, and lies, for searching, in the index alone. So
index and store together take less than 1.6 times the text.

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

from indexer.display import display
from indexer.fold import search_form
from indexer.reading import Block, Reading, pack, unpack
from indexer.recognition import Recognised, merged, waiting
from schema.errors import ArchiveError
from schema.frameworks import load_frameworks
from schema.model import TextStatus

VERSION = 3
# In the header of a store whose emptiness at the beginning has been noted ("zzte").
_NOTED = 0x7A7A7465
# `status`, `engine` and `version` are those of reading and recognition together, `reading` is what was read alone; `version` is
# the release of our readers; `waiting` counts the scans nobody has looked at. `wording` is one row: phrases that papers are full
# of, for the packing; kept here, so that another release with other frameworks can still unpack what is here.
_TABLES = """
CREATE TABLE readings (sha256 TEXT NOT NULL UNIQUE, status TEXT NOT NULL, kind TEXT NOT NULL, engine TEXT NOT NULL,
                       version TEXT NOT NULL, waiting INTEGER NOT NULL, reading BLOB NOT NULL) STRICT;
CREATE INDEX readings_waiting ON readings (waiting, sha256) WHERE waiting > 0;
CREATE TABLE recognised (sha256 TEXT NOT NULL, number INTEGER NOT NULL, engine TEXT NOT NULL, failure TEXT NOT NULL,
                         blocks TEXT NOT NULL, PRIMARY KEY (sha256, number)) STRICT, WITHOUT ROWID;
CREATE TABLE wording (phrases BLOB NOT NULL) STRICT;
"""
# A reading takes two or three kilobytes; in pages of four every other one would be half empty.
_PAGE = 16_384
# Two bytes for a Chinese character instead of three, which packs a fifth smaller; every character has its code, and lone halves
# of surrogate pairs become escapes of JSON.
_CODING = "gb18030"
# As far back as deflate looks.
_WINDOW = 32_768
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
        self._wording = b""
        self._identity = (0, 0)
        self._db = self._opened()

    @property
    def fresh(self) -> bool:
        """True while nobody has taken note that the store began empty: it is new, or took the place of a lost or damaged one.

        Kept in the file, because whoever begins a store anew may be a search, or be killed before it reads anything again. If it
        was another process, this one goes over to the new file here.
        """
        if _identity(self._path) != self._identity:
            self._db.close()
            self._db = self._opened()
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
        stamps = (str(whole.status), whole.kind, whole.engine, whole.version, len(waiting(reading, done)))
        sql = "INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, ?, ?, ?)"
        # Packed inside, because a store that begins anew may have another wording.
        self._guard(lambda: self._db.execute(sql, (sha256, *stamps, _pack(reading, self._wording))))

    def get(self, sha256: str) -> Reading | None:
        """Return what was read and recognised of the bytes `sha256`, or None."""
        return self._whole(sha256, self.read_alone(sha256))

    def read_alone(self, sha256: str) -> Reading | None:
        """Return what was read of the bytes `sha256`, without what was recognised; or None."""
        rows = self._rows("SELECT reading FROM readings WHERE sha256 = ?", (sha256,))
        return self._unpacked(rows[0][0]) if rows else None

    def folded(self, sha256: str) -> str | None:
        """Return the search text (folded and squeezed) of the bytes `sha256`, or None."""
        return next((text for _sha, text in self.texts((sha256,))), None)

    def texts(self, hashes: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield hash and search text for every one of `hashes` that is here, in any order."""
        wanted = list(dict.fromkeys(hashes))
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            for sha256, packed in self._rows(f"SELECT sha256, reading FROM readings WHERE sha256 IN ({marks})", chunk):
                reading = self._whole(sha256, self._unpacked(packed))
                if reading is not None:
                    yield sha256, search_form(display(reading).text)

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
        """Keep what was recognised at one place of `Reading.scans`; status and `waiting` show it with `settle` of these bytes."""
        blocks = _json([list(astuple(block)) for block in result.blocks]).encode("utf-8", "backslashreplace").decode()
        row = (sha256, number, result.engine, result.failure, blocks)
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

    def _whole(self, sha256: str, reading: Reading | None) -> Reading | None:
        """Return a reading together with what was recognised of the same bytes."""
        return merged(reading, self.recognised(sha256)) if reading is not None and reading.scans else reading

    def _unpacked(self, packed: bytes) -> Reading | None:
        return self._guard(lambda: _unpack(packed, self._wording), otherwise=lambda: None)

    def _change(self, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
        self._guard(lambda: self._db.executemany(sql, rows))

    def _rows(self, sql: str, values: Iterable[object] = ()) -> list[Any]:
        return self._guard(lambda: self._db.execute(sql, tuple(values)).fetchall(), otherwise=list)

    def _guard(self, work: Callable[[], Result], otherwise: Callable[[], Result] | None = None) -> Result:
        """Do `work`; on damage begin anew and do `otherwise`, or `work` again, on the empty store."""
        try:
            return work()
        except (sqlite3.DatabaseError, zlib.error, ValueError, LookupError, TypeError) as error:
            if isinstance(error, sqlite3.DatabaseError) and not _is_damage(error):
                raise ArchiveError("texts.write", path=self._path, error=error) from error
        self._db.close()
        self._db = self._begin_anew()
        if self._batching:
            self._db.execute("BEGIN IMMEDIATE")
        return (otherwise or work)()

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._open()
        except sqlite3.DatabaseError as error:
            if _is_busy(error):
                raise ArchiveError("texts.write", path=self._path, error=error) from error
            return self._begin_anew()

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._path, timeout=30, isolation_level=None, check_same_thread=False)
        try:
            db.execute(f"PRAGMA page_size = {_PAGE}")
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
        if _version(db) != VERSION:
            db.execute("BEGIN IMMEDIATE")
            # Another process may have been quicker.
            if _version(db) != VERSION:
                _create(db)
            db.execute("COMMIT")
        db.execute("SELECT sha256, status, kind, engine, version, waiting FROM readings LIMIT 1").fetchone()
        self._wording = _wording_of(db)
        self._identity = _identity(self._path)

    def _begin_anew(self) -> sqlite3.Connection:
        """Move the file aside (one former file is kept for a look at what happened) and open an empty one."""
        for suffix in ("", "-wal", "-shm"):
            file = self._path.with_name(self._path.name + suffix)
            try:
                file.replace(file.with_name(file.name + ".damaged"))
            except FileNotFoundError:
                continue
            except OSError as error:
                raise ArchiveError("texts.write", path=self._path, error=error) from error
        return self._open()


def _identity(path: Path) -> tuple[int, int]:
    """Return what tells this file from another one of the same name; zeroes when it is not there."""
    try:
        state = path.stat()
    except OSError:
        return (0, 0)
    return (state.st_dev, state.st_ino)


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _create(db: sqlite3.Connection) -> None:
    if _version(db) or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise sqlite3.DatabaseError(f"text store of version {_version(db)}")
    for statement in _TABLES.split(";"):
        db.execute(statement)
    points = (point.text for framework in load_frameworks() for point in framework.points)
    db.execute("INSERT INTO wording VALUES (?)", ("\n".join(points).encode(_CODING)[-_WINDOW:],))
    db.execute(f"PRAGMA user_version = {VERSION}")


def _wording_of(db: sqlite3.Connection) -> bytes:
    return bytes(db.execute("SELECT phrases FROM wording").fetchone()[0])


def _pack(reading: Reading, wording: bytes) -> bytes:
    packer = zlib.compressobj(6, zdict=wording)
    return packer.compress(_json(pack(reading)).encode(_CODING, "backslashreplace")) + packer.flush()


def _unpack(packed: bytes, wording: bytes) -> Reading:
    """Return a packed reading. Raises zlib.error, ValueError, LookupError or TypeError where it is none."""
    unpacker = zlib.decompressobj(zdict=wording)
    return unpack(json.loads((unpacker.decompress(packed) + unpacker.flush()).decode(_CODING)))


def damaged_texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield key and fault of every text in the store at `path` that cannot be read back. Unlike the store itself, mends nothing.

    Raises sqlite3.DatabaseError when the file itself is no sound database.
    """
    with closing(sqlite3.connect(path, timeout=30)) as db:
        if _version(db) != VERSION:
            yield "", f"version {_version(db)}"
            return
        wording = _wording_of(db)
        for sha256, packed in db.execute("SELECT sha256, reading FROM readings"):
            try:
                if not _KEY.fullmatch(sha256):
                    raise ValueError("not a key")
                _unpack(packed, wording)
            except (zlib.error, ValueError, LookupError, TypeError) as error:
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


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
