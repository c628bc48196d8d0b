"""The only code that writes to the archive tree: staging, journal, publishing. Nothing is ever overwritten but a sidecar.

A plan is journalled and durable before its first step; every step may be repeated. So a crash at any moment leaves either no
trace but a staged copy (the original still lies in the inbox), or a journal entry that `recover` carries out to its end.
"""

from __future__ import annotations

import filecmp
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.durable import flush
from archive.layout import sidecar_path
from archive.settle import Look
from archive.sidecar import Sidecar, dump, load

_CHUNK = 1 << 20
_ENDS = 4096


@dataclass(frozen=True, slots=True)
class Staged:
    """A copy in the staging folder: its bytes' SHA-256, its first and last 4 KiB."""

    path: Path
    sha256: str
    size: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """What one decision does to the tree. Paths are relative to it.

    sidecars: documents whose sidecar is written (new, changed or moved); moves: stored files that change place;
    removes: sidecars of places left; data: the staged copy that is published as the first sidecar's document, or "".
    """

    sidecars: tuple[Sidecar, ...]
    moves: tuple[tuple[str, str], ...] = ()
    removes: tuple[str, ...] = ()
    data: str = ""

    @property
    def name(self) -> str:
        """The name of the journal entry."""
        return f"{self.sidecars[0].document.id}-{self.sidecars[0].document.version}.plan"


class Changed(Exception):  # noqa: N818 - not an error: the file was not at rest after all
    """The source changed while it was copied."""


def stage(source: Path, look: Look, staging: Path, name: str) -> Staged:
    """Copy `source` to the staging folder and hash it. Raises Changed when it is not (or no longer) as looked at; OSError."""
    target = staging / f"{name}.data"
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(source, flags)
    with os.fdopen(handle, "rb") as reading:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode) or _look(before) != look:
            raise Changed(source)
        with target.open("wb") as writing:
            digest = hashlib.sha256()
            size, head = 0, b""
            while chunk := reading.read(_CHUNK):
                digest.update(chunk)
                writing.write(chunk)
                size += len(chunk)
                head = head or chunk[:_ENDS]
        if _look(os.fstat(handle)) != look or size != look.size:
            target.unlink()
            raise Changed(source)
    return Staged(target, digest.hexdigest(), size, head)


def ends(path: Path, size: int) -> tuple[bytes, bytes]:
    """Return the first and the last 4 KiB of a file. Raises OSError."""
    with path.open("rb") as handle:
        head = handle.read(_ENDS)
        handle.seek(max(size - _ENDS, 0))
        return head, handle.read(_ENDS)


def journal(plans: Iterable[Plan], staging: Path) -> None:
    """Write the plans down and return when they, and the staged copies they publish, are on the disk."""
    written = [staging]
    for plan in plans:
        record = {
            "sidecars": [dump(sidecar).decode() for sidecar in plan.sidecars],
            "moves": plan.moves,
            "removes": plan.removes,
            "data": plan.data,
        }
        entry = staging / plan.name
        entry.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        written += [entry, *([staging / plan.data] if plan.data else [])]
    flush(staging, written)


def carry_out(plans: Iterable[Plan], tree: Path) -> None:
    """Do what the journalled plans say and return when it is on the disk. May be repeated any number of times."""
    touched: list[Path] = []
    for plan in plans:
        for sidecar in plan.sidecars:
            touched += _write_sidecar(tree / sidecar_path(sidecar.document.path), dump(sidecar), tree / ".staging")
        for origin, target in plan.moves:
            _move(tree / origin, tree / target)
            touched += [(tree / target).parent, (tree / origin).parent]
        for place in plan.removes:
            (tree / place).unlink(missing_ok=True)
        if plan.data:
            target_file = tree / plan.sidecars[0].document.path
            _publish(tree / ".staging" / plan.data, target_file)
            touched += [target_file, target_file.parent]
    flush(tree, touched)


def retire(plans: Iterable[Plan], staging: Path) -> None:
    """Forget plans that are carried out and in the catalogue."""
    for plan in plans:
        (staging / plan.name).unlink(missing_ok=True)
        if plan.data:
            (staging / plan.data).unlink(missing_ok=True)


def recover(tree: Path) -> tuple[Plan, ...]:
    """Carry out what a crash left in the journal and drop what it left unfinished. Returns the plans, for the catalogue."""
    staging = tree / ".staging"
    plans = tuple(_read_journal(staging))
    carry_out(plans, tree)
    named = {plan.data for plan in plans} | {plan.name for plan in plans}
    for leftover in staging.iterdir():
        if leftover.name not in named:
            leftover.unlink()
    return plans


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


def _read_journal(staging: Path) -> Iterator[Plan]:
    for entry in sorted(staging.glob("*.plan")):
        try:
            record = json.loads(entry.read_text(encoding="utf-8"))
            parts = tuple(load(text.encode()) for text in record["sidecars"])
            moves = tuple((origin, target) for origin, target in record["moves"])
            yield Plan(parts, moves, tuple(record["removes"]), record["data"])
        except (ValueError, KeyError):
            continue  # cut off while being written: nothing was published yet, the original still lies in the inbox


def _write_sidecar(path: Path, data: bytes, staging: Path) -> list[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = staging / f"{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}.draft"
    draft.write_bytes(data)
    draft.replace(path)
    return [path, path.parent, path.parent.parent]


def _publish(staged: Path, target: Path) -> None:
    """Give the staged copy its place in the tree. A target that holds the same is a repeated step; another file is an error."""
    if not staged.exists():
        return  # published and retired before; only its journal entry outlived it
    if target.exists():
        if not _same(staged, target):
            raise FileExistsError(target)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(staged, target)
    except OSError:
        # exFAT and some shares know no links: an exclusive copy, with the journal entry as its guard.
        _copy_exclusively(staged, target)


def _move(origin: Path, target: Path) -> None:
    """Move a stored file. Repeated later, `origin` may be the next version already: then it stays."""
    if not origin.exists():
        return
    if not target.exists():
        _publish(origin, target)
        origin.unlink()
    elif _same(origin, target):
        origin.unlink()


def _same(one: Path, other: Path) -> bool:
    return one.samefile(other) or filecmp.cmp(one, other, shallow=False)


def _copy_exclusively(origin: Path, target: Path) -> None:
    draft = target.with_name(f".{target.name}.draft")
    shutil.copyfile(origin, draft)
    with draft.open("rb+") as handle:
        os.fsync(handle.fileno())
    if target.exists():
        draft.unlink()
    else:
        draft.rename(target)


def _look(state: os.stat_result) -> Look:
    return Look(state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
