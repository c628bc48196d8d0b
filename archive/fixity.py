"""Is a document still what it was filed as? Its bytes, its sidecar and its row of the catalogue, held against each other.

The sidecar outranks the row; both name the bytes' SHA-256. Everything is compared as content: no clock, no file time.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, fields

from archive.catalogue import Catalogue
from archive.hashing import Hasher
from archive.home import Home
from archive.layout import TREE, sidecar_path
from archive.sidecar import Sidecar, dump, load
from archive.sqlite_file import DAMAGE
from schema.errors import ArchiveError
from schema.findings import Finding
from schema.messages import message
from schema.model import Basis, Document, Tag, TagState

# All that a sidecar says; of the tags a part (see `filed_tags`).
_COMPARED = [field.name for field in fields(Document) if field.name not in ("seq", "facts", "tags")]
# How often to wait for a writer to be done with its transaction; each time as long as the catalogue's own patience.
_WAITS = 10


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found at a place at one moment.

    size: the file's, None when there is no regular file; something: whether anything lies there at all; data: the sidecar's
    bytes, with `sidecar` read from them or `fault` saying why not; row: the catalogue's, with `row_fault` when it cannot be read.
    """

    path: str
    something: bool = False
    size: int | None = None
    data: bytes | None = None
    sidecar: Sidecar | None = None
    fault: str = ""
    row: Document | None = None
    row_fault: str = ""

    @property
    def document(self) -> Document | None:
        """What the file at this place ought to be: by its own sidecar, else by the catalogue, else by a sidecar of elsewhere."""
        own = self.sidecar.document if self.sidecar else None
        if own is not None and own.path == self.path:
            return own
        return self.row if self.row is not None and self.row.path == self.path else own


class Checker:
    """Looks at places of a tree. Without a catalogue, what only it could tell is left out. Works beside a writer."""

    def __init__(self, home: Home, catalogue: Catalogue | None, hasher: Hasher) -> None:
        # Paths as plain text: with so little to do for a small document, making Path objects would cost a fifth of it.
        self._tree, self._home, self._catalogue, self._hasher = str(home.tree), home, catalogue, hasher

    def check(self, path: str) -> tuple[Seen, tuple[Finding, ...]]:
        """Return what lies at a place, and what is wrong there.

        What looks wrong is looked at again: a writer may be in the middle of a change, and changes tree and catalogue within one
        transaction; between its transactions nothing is half done. What a killed one left half done is in the journal, and the
        next to open the archive does the rest.
        """
        seen = self.look(path)
        found = tuple(self._judge(seen))
        for quietly in (False, True, True, True):
            if not found:
                break
            again = self._look_quietly(path) if quietly else self.look(path)
            if again != seen:
                seen, found = again, tuple(self._judge(again))
            elif quietly:
                break
        return (seen, ()) if found and in_journal(self._home, path) else (seen, found)

    def look(self, path: str) -> Seen:
        """Return what lies at a place now, the bytes not looked at."""
        something, size = _file(f"{self._tree}/{path}")
        data, sidecar, fault = _sidecar(f"{self._tree}/{sidecar_path(path)}")
        row, row_fault = self._row(path, sidecar)
        return Seen(path, something, size, data, sidecar, fault, row, row_fault)

    def _look_quietly(self, path: str) -> Seen:
        """Look while no writer is within a transaction."""
        catalogue = self._catalogue
        for _ in range(_WAITS):
            if catalogue is None:
                break
            try:
                with catalogue.transaction():
                    return self.look(path)
            except (ArchiveError, *DAMAGE):  # a writer takes its time; or nobody can write here, and then it fails at once
                continue
        return self.look(path)

    def _row(self, path: str, sidecar: Sidecar | None) -> tuple[Document | None, str]:
        if self._catalogue is None:
            return None, ""
        try:
            own = sidecar is not None and sidecar.document.path == path
            return (self._catalogue.document(sidecar.document.id) if own and sidecar else self._catalogue.at_path(path)), ""
        except UnicodeEncodeError:
            return None, ""  # a name that is not even text: no document of ours
        except DAMAGE as error:
            return None, str(error) or repr(error)

    def _judge(self, seen: Seen) -> Iterator[Finding]:
        if seen.data is None and seen.document is None and not seen.fault:
            if seen.row_fault:
                yield _finding(seen, "row-unreadable", error=seen.row_fault)
            elif seen.something:
                yield _finding(seen, "stray")
            return
        yield from self._about_sidecar(seen)
        yield from self._about_bytes(seen)

    def _about_sidecar(self, seen: Seen) -> Iterator[Finding]:
        if seen.row_fault:
            yield _finding(seen, "row-unreadable", error=seen.row_fault)
        if seen.fault:
            yield _finding(seen, "sidecar-damaged", sidecar=sidecar_path(seen.path), error=seen.fault)
        elif seen.sidecar is None:
            yield _finding(seen, "sidecar-missing", sidecar=sidecar_path(seen.path))
        elif seen.sidecar.document.path != seen.path:
            yield _finding(seen, "sidecar-misplaced", sidecar=sidecar_path(seen.path), says=seen.sidecar.document.path)
        elif self._catalogue is not None and not seen.row_fault:
            if seen.row is None:
                yield _finding(seen, "row-missing")
            elif names := differing(seen.sidecar.document, seen.row):
                yield _finding(seen, "row-differs", fields="、".join(names))

    def _about_bytes(self, seen: Seen) -> Iterator[Finding]:
        document = seen.document
        if seen.size is None:
            yield _finding(seen, "bytes-missing")
        elif document is not None and seen.size != document.size:
            yield _finding(seen, "bytes-size", found=seen.size, size=document.size)
        elif document is not None:
            try:
                if self._hasher.sha256(f"{self._tree}/{seen.path}") != document.sha256:
                    yield _finding(seen, "bytes-damaged")
            except FileNotFoundError:
                yield _finding(seen, "bytes-missing")
            except OSError as error:
                yield _finding(seen, "bytes-unreadable", error=error.strerror or error)


def in_journal(home: Home, path: str) -> bool:
    """Return whether a change of what lies at a place is under way, or will be carried to its end by the next writer."""
    for entry in home.staging.glob("*.plan"):
        try:
            # The journal writes paths as they are, and no name of ours holds a character that JSON would escape.
            if path.encode("utf-8", "surrogateescape") in entry.read_bytes():
                return True
        except FileNotFoundError:
            continue
    return False


def differing(filed: Document, row: Document) -> tuple[str, ...]:
    """Return the names of the fields in which a row differs from what its sidecar says.

    What reading told (facts, tags from content) and the change number stand in the row alone.
    """
    names = [name for name in _COMPARED if getattr(filed, name) != getattr(row, name)]
    return tuple(names if filed_tags(filed) == filed_tags(row) else [*names, "tags"])


def filed_tags(document: Document) -> tuple[Tag, ...]:
    """Return the tags a sidecar keeps, assigned ones first: all but those that follow from content."""
    kept = [tag for tag in document.tags if tag.basis is not Basis.CONTENT]
    return tuple(sorted(kept, key=lambda tag: tag.state is not TagState.ASSIGNED))


def _file(path: str) -> tuple[bool, int | None]:
    """Return whether anything lies at a path, and the size of the regular file that does."""
    try:
        state = os.lstat(path)
    except OSError:
        return False, None
    return True, state.st_size if stat.S_ISREG(state.st_mode) else None


def _sidecar(path: str) -> tuple[bytes | None, Sidecar | None, str]:
    """Return the bytes at a sidecar's path, the sidecar they make when every one of them is as it was written, else the fault."""
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - as above
            data = file.read()
    except FileNotFoundError:
        return None, None, ""
    except OSError as error:
        return None, None, error.strerror or str(error)
    try:
        sidecar = load(data)
        # The digest is one of values: a byte that changes none of them (an escape in capitals) shows only here.
        return (data, sidecar, "") if dump(sidecar) == data else (data, None, "not as it was written")
    except (ValueError, RecursionError, OverflowError) as error:
        return data, None, str(error)


def _finding(seen: Seen, code: str, **params: object) -> Finding:
    document = seen.document
    path = f"{TREE}/{seen.path}"
    if "sidecar" in params:
        params["sidecar"] = f"{TREE}/{params['sidecar']}"
    detail = message(f"verify.{code}", path=path, **params)
    return Finding(code, path, detail, document.unit if document else "", document.name if document else "")
