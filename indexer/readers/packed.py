"""The files inside a package: unpacked one at a time into a scratch folder, under limits, and never by the names they bear.

zip needs nothing; 7z and rar need the extra zuozheng[archives] (and rar a program that unpacks). py7zr and rarfile are used
here only.
"""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from archive.names import is_litter, is_litter_folder
from indexer.guards import check_directory, open_package
from indexer.reading import Limits, RefusedError, corrupt
from indexer.sniff import sniff
from schema.messages import message
from schema.model import TextStatus

PACKAGES = frozenset({"zip", "7z", "rar"})
# A package inside a package is looked into, one inside that is not.
DEPTH = 2
_CHUNK = 1 << 20
_UTF8_NAME = 0x800


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a package: its name (`a.zip!/b.docx` inside another), where it lies unpacked, or why it does not."""

    name: str
    path: Path | None = None
    failure: TextStatus | None = None


@dataclass(slots=True)
class _Unpacking:
    """What is left of the limits while a package and those inside it are unpacked into `folder`."""

    folder: Path
    limits: Limits
    members: int
    bytes: int
    count: int = field(default=0)

    def place(self, name: str) -> Path:
        """Return a new place for a member: numbered, only its extension is kept."""
        self.count += 1
        suffix = PurePosixPath(name).suffix
        return self.folder / f"{self.count}{suffix if suffix[1:].isalnum() and len(suffix) < 9 else ''}"

    def take(self, size: int) -> None:
        """Count `size` unpacked bytes. Raises RefusedError beyond the limit."""
        self.bytes -= size
        if self.bytes < 0:
            raise RefusedError(TextStatus.TOO_LARGE, message("reading.warning.bomb", detail="unpacked size"))


def members(path: Path, kind: str, folder: Path, limits: Limits) -> Iterator[Member]:
    """Yield the files of a package in its own order, those of packages inside it in their place; each is deleted after its turn.

    Raises RefusedError: encrypted, corrupt, too-large, or unsupported where what it takes is not installed.
    """
    return _walk(path, kind, "", 1, _Unpacking(folder, limits, limits.members, limits.unpacked_bytes))


def _walk(path: Path, kind: str, prefix: str, depth: int, unpacking: _Unpacking) -> Iterator[Member]:
    for name, save in _OPEN[kind](path, unpacking):
        if _hidden(name):
            continue
        unpacking.members -= 1
        if unpacking.members < 0:
            raise RefusedError(TextStatus.TOO_LARGE, message("reading.warning.bomb", detail="members"))
        member = _saved(f"{prefix}{name}", save, unpacking)
        inner = sniff(member.path) if member.path else ""
        if member.path is None or inner not in PACKAGES:
            yield member
        elif depth >= DEPTH:
            yield Member(member.name, failure=TextStatus.UNSUPPORTED)
        else:
            yield from _inside(member.path, inner, member.name, depth, unpacking)
        if member.path is not None:
            member.path.unlink(missing_ok=True)


def _inside(path: Path, kind: str, name: str, depth: int, unpacking: _Unpacking) -> Iterator[Member]:
    try:
        yield from _walk(path, kind, f"{name}!/", depth + 1, unpacking)
    except RefusedError as error:
        if error.status is TextStatus.TOO_LARGE:
            raise
        yield Member(name, failure=error.status)


def _saved(name: str, save: Callable[[Path], None], unpacking: _Unpacking) -> Member:
    place = unpacking.place(name)
    try:
        save(place)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError):
        place.unlink(missing_ok=True)
        return Member(name, failure=TextStatus.CORRUPT)
    return Member(name, place)


def _hidden(name: str) -> bool:
    """Return whether a member is a folder, or litter of a system that no person meant to pack."""
    *folders, last = name.split("/")
    return not last or is_litter(last) or any(folder == "__MACOSX" or is_litter_folder(folder) for folder in folders)


def _zip(path: Path, unpacking: _Unpacking) -> Iterator[tuple[str, Callable[[Path], None]]]:
    with open_package(path, unpacking.limits) as package:
        for info in package.infolist():
            yield _zip_name(info), lambda place, info=info: _copy(package.open(info), place, unpacking)  # type: ignore[misc]


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Return the name of a member: UTF-8 where the package says so, else what Chinese Windows writes."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename.replace("\\", "/")
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.filename


def _seven(path: Path, unpacking: _Unpacking) -> Iterator[tuple[str, Callable[[Path], None]]]:
    try:
        import py7zr  # noqa: PLC0415 - the extra; most workers never need it
    except ImportError as error:
        raise _not_installed() from error
    folder = unpacking.folder / f"7z-{unpacking.count}"
    try:
        with py7zr.SevenZipFile(path) as package:
            if package.needs_password():
                raise RefusedError(TextStatus.ENCRYPTED)
            listed = package.list()
            check_sizes(len(listed), sum(entry.uncompressed or 0 for entry in listed), unpacking.limits)
            # The blocks of a 7z file hold many members: they are unpacked at once, in a folder of their own.
            package.extractall(folder)
    except py7zr.PasswordRequired as error:
        raise RefusedError(TextStatus.ENCRYPTED) from error
    except (py7zr.Bad7zFile, py7zr.exceptions.ArchiveError, EOFError, ValueError, OSError) as error:
        raise corrupt(f"{type(error).__name__}: {error}") from error
    for file in sorted(entry for entry in folder.rglob("*") if entry.is_file() and not entry.is_symlink()):
        yield file.relative_to(folder).as_posix(), lambda place, file=file: _moved(file, place, unpacking)  # type: ignore[misc]


def _rar(path: Path, unpacking: _Unpacking) -> Iterator[tuple[str, Callable[[Path], None]]]:
    try:
        import rarfile  # noqa: PLC0415 - the extra; most workers never need it
    except ImportError as error:
        raise _not_installed() from error
    rarfile.TRY_ENCODINGS = ("utf8", "gb18030")
    try:
        package = rarfile.RarFile(path)
    except rarfile.Error as error:
        raise corrupt(f"{type(error).__name__}: {error}") from error
    with package:
        if package.needs_password():
            raise RefusedError(TextStatus.ENCRYPTED)
        entries = [entry for entry in package.infolist() if not entry.is_dir()]
        check_sizes(len(entries), sum(entry.file_size or 0 for entry in entries), unpacking.limits)
        for entry in entries:
            yield entry.filename.replace("\\", "/"), lambda place, entry=entry: _unrar(rarfile, package, entry, place, unpacking)  # type: ignore[misc]


def _unrar(rarfile: Any, package: Any, entry: Any, place: Path, unpacking: _Unpacking) -> None:
    try:
        _copy(package.open(entry), place, unpacking)
    except rarfile.RarCannotExec as error:
        raise RefusedError(TextStatus.UNSUPPORTED, message("reading.warning.no-unrar")) from error
    except rarfile.Error as error:
        raise OSError(str(error)) from error


def check_sizes(count: int, total: int, limits: Limits) -> None:
    """Raise RefusedError when a package promises more members or bytes than the limits allow."""
    directory = [zipfile.ZipInfo()] * min(count, limits.members + 1)
    check_directory(directory, limits)
    if total > limits.unpacked_bytes:
        raise RefusedError(TextStatus.TOO_LARGE, message("reading.warning.bomb", detail=f"{total >> 20} MB unpacked"))


def _copy(source: Any, place: Path, unpacking: _Unpacking) -> None:
    with source, place.open("wb") as out:
        while chunk := source.read(_CHUNK):
            unpacking.take(len(chunk))
            out.write(chunk)


def _moved(file: Path, place: Path, unpacking: _Unpacking) -> None:
    unpacking.take(file.stat().st_size)
    shutil.move(file, place)


def _not_installed() -> RefusedError:
    return RefusedError(TextStatus.UNSUPPORTED, message("reading.warning.no-archives"))


_OPEN = {"zip": _zip, "7z": _seven, "rar": _rar}
