"""Checks in front of the readers: what a file would cost is looked at before any library opens it.

Hostile files of a few kilobytes make libraries use gigabytes, and harmless ones can too; the limits are in `Limits`.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from indexer.reading import Limits, RefusedError, corrupt
from schema.messages import message
from schema.model import TextStatus

# Below this a member may be packed as tightly as it likes: rows of empty table cells reach high ratios harmlessly.
_SMALL_MEMBER = 16 << 20
# A document type declaration can only stand before the root element; comments may precede it.
_PROLOG = 64 << 10
_DTD_MARKS = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))


def check_size(path: Path, limits: Limits) -> int:
    """Return the size of the file. Raises RefusedError (too-large) above the limit."""
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise RefusedError(
            TextStatus.TOO_LARGE, message("reading.warning.size", megabytes=size >> 20, limit=limits.file_bytes >> 20)
        )
    return size


def open_package(path: Path, limits: Limits) -> zipfile.ZipFile:
    """Return the zip package at `path` once its directory has passed the limits. The caller closes it.

    Raises RefusedError: corrupt without a directory, encrypted when a member needs a password, too-large beyond the limits.
    """
    try:
        package = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError) as error:
        raise corrupt(str(error)) from error
    try:
        check_directory(package.infolist(), limits)
    except RefusedError:
        package.close()
        raise
    return package


def check_directory(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Raise RefusedError when the directory of a package promises more than the limits allow, or a member is locked."""
    if len(members) > limits.members:
        raise _bomb(f"{len(members)} members")
    if (total := sum(member.file_size for member in members)) > limits.unpacked_bytes:
        raise _bomb(f"{total >> 20} MB unpacked")
    for member in members:
        if member.file_size > _SMALL_MEMBER and member.file_size > limits.ratio * max(member.compress_size, 1):
            raise _bomb(f"{member.filename[:60]}: {member.file_size >> 20} MB from {member.compress_size} bytes")
    if any(member.flag_bits & 1 for member in members):
        raise RefusedError(TextStatus.ENCRYPTED)


def read_member(package: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    """Return the bytes of a member. Raises KeyError when there is none, RefusedError when it is damaged or too long.

    Never more than the limit is unpacked, should the directory lie about the size.
    """
    try:
        with package.open(name) as member:
            data = member.read(limits.unpacked_bytes + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise corrupt(f"{name[:60]}: {error}") from error
    if len(data) > limits.unpacked_bytes:
        raise _bomb(name[:60])
    return data


def refuse_dtd(data: bytes) -> None:
    """Raise RefusedError when an XML part declares a document type: office formats have none, bombs and lures do."""
    if any(mark in data[:_PROLOG] for mark in _DTD_MARKS):
        raise RefusedError(TextStatus.CORRUPT, message("reading.warning.dtd"))


def check_prologs(package: zipfile.ZipFile) -> None:
    """Raise RefusedError when any XML part of the package declares a document type (for libraries that open it themselves)."""
    for member in package.infolist():
        if member.filename.lower().endswith((".xml", ".rels")):
            try:
                with package.open(member) as part:
                    refuse_dtd(part.read(_PROLOG))
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
                raise corrupt(f"{member.filename[:60]}: {error}") from error


def _bomb(detail: str) -> RefusedError:
    return RefusedError(TextStatus.TOO_LARGE, message("reading.warning.bomb", detail=detail))
