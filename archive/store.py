"""The only code that writes to the archive tree: staging, journal, publishing. Nothing is ever overwritten but a sidecar.

A plan is journalled and durable before its first step; every step may be repeated. So a crash at any moment leaves either no
trace but a staged copy (the original still lies in the inbox), or a journal entry that `recover` carries out to its end.
"""

from __future__ import annotations

import filecmp
import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

from archive.durable import flush, publish
from archive.layout import STAGING, sidecar_path
from archive.settle import Look, look_of
from archive.sidecar import Sidecar, dump, load

_CHUNK = 1 << 20
_ENDS = 4096
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_encode = json.JSONEncoder(ensure_ascii=False).encode
_WRITE = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Staged:
    """A copy in the staging folder, called `name`: its bytes' SHA-256, its size and its first 4 KiB."""

    name: str
    sha256: str
    size: int
    head: bytes


@dataclass(frozen=True)
class Plan:
    """What one decision does to the tree. Paths are relative to it.

    sidecars: documents whose sidecar is written (new, changed or moved); moves: stored files that change place;
    removes: sidecars of places left; data: the staged copy that is published as the first sidecar's document, or "".
    """

    sidecars: tuple[Sidecar, ...]
    moves: tuple[tuple[str, str], ...] = ()
    removes: tuple[str, ...] = ()
    data: str = ""

    @cached_property
    def files(self) -> tuple[tuple[str, bytes], ...]:
        """The sidecar files to be written: path and bytes."""
        return tuple((sidecar_path(sidecar.document.path), dump(sidecar)) for sidecar in self.sidecars)


class Changed(Exception):  # noqa: N818 - not an error: the file was not at rest after all
    """The source changed while it was copied."""


class Unfinished(Exception):  # noqa: N818 - not an error: a copy that stands still
    """The source is not all there yet, as its first and last bytes show."""


class Unreadable(Exception):  # noqa: N818 - no fault of the archive's: it is tried again
    """The source cannot be read; says why."""


def stage(source: str, look: Look, staging: Path, name: str, whole: Callable[[bytes, bytes], bool]) -> Staged:
    """Copy `source` to the staging folder under `name` and hash it, when `whole` says so of its first and last 4 KiB.

    Raises Changed when it is not (or no longer) as looked at, Unfinished, Unreadable; OSError when the copy cannot be written.
    """
    with _reading(source) as reading:
        before = reading.state()
        if not stat.S_ISREG(before.st_mode) or look_of(before) != look:
            raise Changed(source)
        chunk = reading.read(look.size)
        head = chunk[:_ENDS]
        if not whole(head, chunk[-_ENDS:] if look.size <= len(chunk) else reading.tail(look.size)):
            raise Unfinished(source)
        digest = hashlib.sha256()
        size = 0
        writing = os.open(f"{staging}{os.sep}{name}", _WRITE | os.O_TRUNC, 0o666)
        try:
            while chunk:
                digest.update(chunk)
                _write_all(writing, chunk)
                size += len(chunk)
                chunk = reading.read(look.size - size)
        finally:
            os.close(writing)
        if size != look.size or look_of(reading.state()) != look:
            raise Changed(source)
    return Staged(name, digest.hexdigest(), size, head)


class _reading:  # noqa: N801 - used as a function: `with _reading(path) as source`
    """A source file open for reading, never through a link; its own faults become Unreadable, so that no other is taken for one.

    Plain system calls: for a small file, a buffered file object costs more than the reading.
    """

    def __init__(self, path: str) -> None:
        try:
            self._handle = os.open(path, _READ)
        except OSError as error:
            raise Unreadable(error.strerror) from error

    def __enter__(self) -> _reading:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def state(self) -> os.stat_result:
        """Return what the system says of the open file."""
        return os.fstat(self._handle)

    def read(self, most: int) -> bytes:
        """Return the next piece, empty at the end; to make room for more than `most` bytes would cost more than a small file."""
        try:
            return os.read(self._handle, min(most, _CHUNK))
        except OSError as error:
            raise Unreadable(error.strerror) from error

    def tail(self, size: int) -> bytes:
        """Return the last 4 KiB of the first `size` bytes; reading goes on where it was."""
        try:
            here = os.lseek(self._handle, 0, os.SEEK_CUR)
            os.lseek(self._handle, max(size - _ENDS, 0), os.SEEK_SET)
            tail = os.read(self._handle, _ENDS)
            os.lseek(self._handle, here, os.SEEK_SET)
        except OSError as error:
            raise Unreadable(error.strerror) from error
        return tail


def head_of(path: str) -> bytes:
    """Return the first 4 KiB of a file. Raises Unreadable."""
    with _reading(path) as reading:
        return reading.read(_ENDS)


def journal(plans: Iterable[Plan], staging: Path) -> Path:
    """Write the plans down together and return the entry when it, and the staged copies it publishes, are on the disk.

    An entry is the digest of what follows: a line with all plans, where each sidecar is but its length, and the sidecars as they
    are, one behind the other.
    """
    records, pieces, written = [], [], []
    for plan in plans:
        files = [data for _path, data in plan.files]
        records.append([[len(data) for data in files], plan.moves, plan.removes, plan.data])
        pieces += files
        written += [f"{staging}{os.sep}{plan.data}"] if plan.data else []
    content = b"\n".join((_encode(records).encode(), b"".join(pieces)))
    digest = hashlib.sha256(content).hexdigest()
    entry = staging / f"{digest[:16]}.plan"
    entry.write_bytes(b"\n".join((digest.encode(), content)))
    flush(staging, [*written, entry])
    return entry


def carry_out(plans: Iterable[Plan], tree: Path) -> None:
    """Do what the journalled plans say and return when it is on the disk. May be repeated any number of times."""
    root, touched = f"{tree}{os.sep}", []
    for plan in plans:
        for place, data in plan.files:
            _write_sidecar(root + place, data)
            touched.append(root + place)
        for origin, target in plan.moves:
            _move(root + origin, root + target)
            touched += [root + target, root + origin]
        for place in plan.removes:
            (tree / place).unlink(missing_ok=True)
            touched.append(root + place)
        if plan.data:
            target = root + plan.sidecars[0].document.path
            _publish(f"{root}{STAGING}{os.sep}{plan.data}", target)
            touched.append(target)
    flush(tree, touched)


def retire(entries: Iterable[Path]) -> None:
    """Forget journal entries whose plans are carried out and in the catalogue."""
    for entry in entries:
        entry.unlink(missing_ok=True)


def recover(tree: Path) -> tuple[Plan, ...]:
    """Carry out what a crash left in the journal. Returns the plans, for the catalogue; `sweep` once they are in it."""
    found = (plan for entry in sorted((tree / STAGING).glob("*.plan")) for plan in _read_entry(entry))
    plans = tuple(plan for plan in found if _whole(plan, tree))
    if plans:
        carry_out(plans, tree)
    return plans


def sweep(staging: Path) -> None:
    """Empty the staging folder: entries carried out, and copies that no entry had come to name."""
    for leftover in staging.iterdir():
        leftover.unlink()


def sidecars(tree: Path) -> Iterator[tuple[Path, Sidecar | ValueError]]:
    """Yield every sidecar of the tree with its path; a damaged one as the error that says so."""
    for path in sorted(tree.rglob("_meta/*.json")):
        try:
            yield path, load(path.read_bytes())
        except ValueError as error:
            yield path, error


def replace_file(path: Path, data: bytes, temporary: Path) -> bool:
    """Write `data` to `path` in one step, unless it stands there already. Returns whether it wrote."""
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = temporary / f"{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}.draft"
    with draft.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)
    return True


def _read_entry(entry: Path) -> Iterator[Plan]:
    """Yield the plans of an entry; none when it was cut off while being written: then nothing of it was begun."""
    digest, _, content = entry.read_bytes().partition(b"\n")
    if hashlib.sha256(content).hexdigest().encode() != digest:
        return
    reading = BytesIO(content)
    for lengths, moves, removes, data in json.loads(reading.readline()):
        parts = tuple(load(reading.read(length)) for length in lengths)
        yield Plan(parts, tuple((origin, target) for origin, target in moves), tuple(removes), data)


def _whole(plan: Plan, tree: Path) -> bool:
    """Return whether the bytes a plan publishes are there, staged or published already.

    The entry may have reached the disk and its copies not, when the power failed before `journal` returned: then nothing of it
    was begun, and the originals still lie in the inbox.
    """
    if not plan.data:
        return True
    document = plan.sidecars[0].document
    try:
        with (tree / STAGING / plan.data).open("rb") as staged:
            return hashlib.file_digest(staged, "sha256").hexdigest() == document.sha256
    except FileNotFoundError:
        return (tree / document.path).exists()


def _write_sidecar(path: str, data: bytes) -> None:
    """Write a sidecar; one that stands there already is replaced in one step, so that no reader meets half of one."""
    try:
        handle = _create(path)
    except FileExistsError:
        draft = Path(f"{path}.draft")
        draft.write_bytes(data)
        draft.replace(path)
        return
    try:
        _write_all(handle, data)
    finally:
        os.close(handle)


def _create(path: str) -> int:
    """Open a new file, making its folders when they are lacking (trying first: a thousand files share a folder)."""
    try:
        return os.open(path, _WRITE | os.O_EXCL, 0o666)
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, _WRITE | os.O_EXCL, 0o666)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _publish(staged: str, target: str) -> None:
    """Give the staged copy its place in the tree. A target that holds the same is a repeated step; another file is an error."""
    try:
        publish(staged, target)
    except FileNotFoundError:
        if not os.path.lexists(staged):
            return  # published before; only its journal entry outlived it
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        publish(staged, target)
    except FileExistsError:
        if not _same(staged, target):
            raise
        Path(staged).unlink()


def _move(origin: str, target: str) -> None:
    """Move a stored file. Repeated later, `origin` may be the next version already: then it stays."""
    if os.path.lexists(origin) and (not os.path.lexists(target) or _same(origin, target)):
        _publish(origin, target)


def _same(one: str, other: str) -> bool:
    return Path(one).samefile(other) or filecmp.cmp(one, other, shallow=False)
