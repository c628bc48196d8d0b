"""Digests of files, and lists of them as `sha256sum` and BagIt have them: digest, two blanks, path.

% CR LF in a path are percent-encoded, and nothing else is (RFC 8493, 2.1.3), so that every entry is one line and can be read back
exactly; a name that is not UTF-8 keeps its bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_PIECE = 1 << 20
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_ENCODED = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_DECODED = {code: char for char, code in _ENCODED.items()}


class UnreadableError(Exception):
    """A file to be copied or hashed cannot be read. `reason` is the system's."""

    def __init__(self, path: Path, error: OSError) -> None:
        self.reason = error.strerror or str(error)
        super().__init__(f"{path}: {self.reason}")


def digest_of(path: Path) -> tuple[str, int]:
    """Return the SHA-256 (hexadecimal) and the size of a file. Raises UnreadableError."""
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(path):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def copy(source: Path, target: Path) -> tuple[str, int]:
    """Copy a file's bytes and return the SHA-256 and the size of what was read.

    Raises UnreadableError for the source, OSError for the target; then nothing is left of the target.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with target.open("wb") as writing:
            for piece in _pieces(source):
                digest.update(piece)
                size += len(piece)
                writing.write(piece)
    except (OSError, UnreadableError):
        target.unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size


def dump_manifest(entries: Mapping[str, str]) -> bytes:
    """Return the digests by path as a manifest, sorted by path."""
    lines = (f"{digest}  {encoded(path)}\n" for path, digest in sorted(entries.items()))
    return "".join(lines).encode("utf-8", "surrogateescape")


def load_manifest(data: bytes) -> dict[str, str]:
    """Return the digests by path. Raises ValueError when a line is none of a manifest."""
    entries = {}
    for line in data.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n"):
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(f"not a line of a manifest: {line!r}")
        entries[decoded(found[2])] = found[1]
    return entries


def encoded(path: str) -> str:
    """Return a path as it stands in a manifest."""
    return re.sub("[%\r\n]", lambda found: _ENCODED[found[0]], path)


def decoded(text: str) -> str:
    """Return the path that stands in a manifest as `text`."""
    return re.sub("%25|%0D|%0A", lambda found: _DECODED[found[0].upper()], text, flags=re.IGNORECASE)


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as reading:
            while piece := reading.read(_PIECE):
                yield piece
    except OSError as error:
        raise UnreadableError(path, error) from error
