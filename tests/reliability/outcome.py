"""What became of everything that was dropped: the truth of a home, found with as little of the product's own code as can be.

Tree, sidecars, catalogue and index are listed independently of each other and compared; every stored byte is hashed anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.home import Home
from indexer.index import Index

# What the tree holds besides documents: explanatory files, the copies of settings and frameworks, and lists of other places.
_OWN = ("使用说明.txt", "_另见.html")
_REFUSED = ("rejected", "ignored")


@dataclass(frozen=True, slots=True)
class Drop:
    """A file that lay in an inbox: its path from the home, the unit (a folder's name), and the hash of its bytes."""

    source: str
    unit: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found: how many were lost, doubled, and where any two layers tell different stories (`faults` names all)."""

    dropped: int
    documents: int
    lost: int
    doubled: int
    mismatched: int
    faults: tuple[str, ...]

    def __str__(self) -> str:
        layers = "tree = catalogue = index" if not self.mismatched else f"{self.mismatched} mismatches"
        return f"{self.lost} lost, {self.doubled} doubled, {layers}"

    @property
    def clean(self) -> bool:
        """True when nothing is wrong."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class Stored:
    """A sidecar of the tree with the hash of the bytes beside it ("" where there are none)."""

    record: dict[str, Any]
    found: str


def check(
    home: Home, drops: Iterable[Drop], *, originals: Mapping[str, str] | None = None, has_been_read: bool = True
) -> Outcome:
    """Return what became of `drops` after a whole pass, nobody writing.

    originals: what must still lie there, with its hash. has_been_read: false after intake alone, texts and index to come.
    """
    drops = tuple(drops)
    stored, strays = list_tree(home.tree)
    rows, ledger = list_catalogue(home)
    by_content = Counter((entry.record["unit_name"], entry.found) for entry in stored.values())
    lost = [f"lost: {drop.source}" for drop in drops if not _has_outcome(drop, by_content, ledger)]
    wanted = {(drop.unit, drop.sha256) for drop in drops}
    doubled = [f"doubled: {key}, {count} times" for key, count in by_content.items() if count > 1 and key in wanted]
    mismatched = [
        *(f"no sidecar: {path}" for path in strays),
        *_bytes_differ(stored),
        *_tree_and_catalogue_differ(stored, rows),
        *(f"left in staging: {path.name}" for path in home.staging.iterdir()),
        *(f"ledger names no document: {path}" for path, (_, identity) in ledger.items() if identity and identity not in rows),
        *(_not_in_index(home, rows) if has_been_read else ()),
        *(f"original changed: {path}" for path, digest in (originals or {}).items() if hashed(home.root / path) != digest),
    ]
    return Outcome(len(drops), len(rows), len(lost), len(doubled), len(mismatched), (*lost, *doubled, *mismatched))


def list_tree(tree: Path) -> tuple[dict[str, Stored], list[str]]:
    """Return every sidecar by its document's id, and the files of the tree that no sidecar speaks of."""
    stored: dict[str, Stored] = {}
    claimed = set()
    files = {path.relative_to(tree).as_posix() for path in _files(tree)}
    for path in sorted(files):
        if "/_meta/" in path and path.endswith(".json"):
            record = json.loads((tree / path).read_bytes())
            beside = path.replace("/_meta/", "/").removesuffix(".json")
            if beside != record["path"] or record["id"] in stored:
                raise AssertionError(f"sidecar {path} speaks of {record['path']} ({record['id']})")
            claimed |= {path, beside}
            stored[record["id"]] = Stored(record, hashed(tree / beside))
    own = {path for path in files if path.rpartition("/")[2] in _OWN or path.startswith(("0=", "_体系/", ".staging/"))}
    return stored, sorted(files - claimed - own)


def list_catalogue(home: Home) -> tuple[dict[str, dict[str, Any]], dict[str, tuple[str, str]]]:
    """Return the catalogue's documents by id, and its ledger: per path the outcome and the document's id."""
    with closing(sqlite3.connect(home.state / "catalogue.sqlite")) as db:
        db.row_factory = sqlite3.Row
        (sound,) = db.execute("PRAGMA integrity_check").fetchone()
        if sound != "ok":
            raise AssertionError(f"catalogue: {sound}")
        rows = {row["id"]: dict(row) for row in db.execute("SELECT * FROM document")}
        ledger = {os.fsdecode(row["key"]): (row["outcome"], row["document"]) for row in db.execute("SELECT * FROM source")}
    return rows, ledger


def hashed(path: Path) -> str:
    """Return the SHA-256 of a file, "" when there is none."""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def _files(folder: Path) -> Iterable[Path]:
    for where, _, names in os.walk(folder):
        yield from (Path(where, name) for name in names)


def _has_outcome(drop: Drop, by_content: Counter[tuple[str, str]], ledger: Mapping[str, tuple[str, str]]) -> bool:
    outcome, _ = ledger.get(drop.source, ("", ""))
    return bool(outcome) and (outcome in _REFUSED or bool(by_content[drop.unit, drop.sha256]))


def _bytes_differ(stored: Mapping[str, Stored]) -> Iterable[str]:
    for entry in stored.values():
        if entry.found != entry.record["sha256"]:
            yield f"bytes are not the sidecar's: {entry.record['path']}"


def _tree_and_catalogue_differ(stored: Mapping[str, Stored], rows: Mapping[str, dict[str, Any]]) -> Iterable[str]:
    fields = ("path", "sha256", "size", "version", "state", "source", "name")
    for identity in stored.keys() | rows.keys():
        if identity not in rows:
            yield f"not in the catalogue: {stored[identity].record['path']}"
        elif identity not in stored:
            yield f"not in the tree: {rows[identity]['path']}"
        else:
            record = stored[identity].record
            yield from (f"{name} differs: {record['path']}" for name in fields if record[name] != rows[identity][name])


def _not_in_index(home: Home, rows: Mapping[str, dict[str, Any]]) -> Iterable[str]:
    standing = [row for row in rows.values() if row["state"] == "current"]
    yield from (f"not read: {row['path']}" for row in standing if row["text_status"] == "pending")
    index = Index.open(home.state / "index")
    try:
        indexed = Counter(entry.id for entry in index.entries())
    finally:
        index.close()
    current = Counter(row["id"] for row in standing)
    yield from (f"in the index, not current: {identity}" for identity in indexed - current)
    yield from (f"not in the index: {rows[identity]['path']}" for identity in current - indexed)
