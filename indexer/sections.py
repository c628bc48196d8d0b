"""A file of named sections, written once and never changed: sections one after the other, their directory at the end.

Sections are read with positioned reads, never through a memory map: a map of a file that somebody cuts kills the process.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import threading
from array import array
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import IO

_MAGIC = b"zzgrams2" + sys.byteorder[:1].encode()
# At the very end: offset and length of the directory, magic with the byte order of all numbers.
_TAIL = struct.Struct("<QQ9s7x")
_CHUNK = 1 << 20


class DamagedError(Exception):
    """A file of the index does not hold what it must; the index is to be built again."""


class SectionWriter:
    """Writes a file of sections. A context manager; the file is whole when the block ends without an error."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("wb")
        self._places: dict[str, list[int]] = {}

    def add(self, name: str, parts: Iterable[bytes | array[int]]) -> None:
        """Write the next section."""
        start = self._file.tell()
        for part in parts:
            self._file.write(part)
        self._places[name] = [start, self._file.tell() - start]

    def __enter__(self) -> SectionWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        try:
            if kind is None:
                directory = json.dumps(self._places).encode()
                start = self._file.tell()
                self._file.write(directory + _TAIL.pack(start, len(directory), _MAGIC))
        finally:
            self._file.close()


class Sections:
    """A file of sections, open for reading."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises DamagedError when it is none, OSError when it is not there."""
        self._file = path.open("rb", buffering=0)
        self._lock = threading.Lock()
        self._at = partial(os.pread, self._file.fileno()) if hasattr(os, "pread") else self._at_seeking
        try:
            self._places = self._directory()
        except (ValueError, TypeError, struct.error) as error:
            self._file.close()
            raise DamagedError(path.name) from error

    def close(self) -> None:
        """Close the file. Nothing can be read any more: another file may soon have its number."""
        self._places = {}
        self._file.close()

    def size(self, name: str) -> int:
        """Return the length of a section in bytes. Raises DamagedError when there is none."""
        if name not in self._places:
            raise DamagedError(name)
        return self._places[name][1]

    def read(self, name: str, offset: int = 0, size: int | None = None) -> bytes:
        """Return bytes of a section (all of them by default). Raises DamagedError when the file does not have them."""
        # The innermost call of every search: thousands of texts for one answer.
        try:
            start, length = self._places[name]
        except KeyError:
            raise DamagedError(name) from None
        size = length - offset if size is None else size
        if not 0 <= offset <= offset + size <= length:
            raise DamagedError(name)
        data = self._at(size, start + offset)
        if len(data) != size:
            raise DamagedError(name)
        return data

    def numbers(self, name: str, code: str) -> array[int]:
        """Return a section of numbers."""
        numbers = array(code)
        try:
            numbers.frombytes(self.read(name))
        except ValueError:
            raise DamagedError(name) from None
        return numbers

    def chunks(self, name: str, offset: int, size: int) -> Iterable[bytes]:
        """Yield a stretch of a section bit by bit, to be copied."""
        for start in range(offset, offset + size, _CHUNK):
            yield self.read(name, start, min(_CHUNK, offset + size - start))

    def _directory(self) -> dict[str, list[int]]:
        end = os.fstat(self._file.fileno()).st_size - _TAIL.size
        start, length, magic = _TAIL.unpack(self._at(_TAIL.size, max(end, 0)))
        if magic != _MAGIC or start + length != end:
            raise ValueError("tail")
        places = json.loads(self._at(length, start))
        return {name: [int(at), int(size)] for name, (at, size) in places.items()}

    def _at_seeking(self, size: int, offset: int) -> bytes:
        with self._lock:
            self._file.seek(offset)
            return self._file.read(size) or b""
