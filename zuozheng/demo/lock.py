"""A user password on a PDF: the standard security handler, revision 3, RC4 with 128 bits (PDF 1.7, 7.6.3). Pure.

Weak by today's measure, and what many offices still produce; a reader needs the password all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import md5

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_PERMISSIONS = -44
_STRING = re.compile(rb"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Lock:
    """The key of one file and the two check values its encryption dictionary shows."""

    key: bytes
    owner: bytes
    user: bytes

    def dictionary(self) -> bytes:
        """Return the encryption dictionary of the trailer."""
        return (
            b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P %d /O <%s> /U <%s> >>"
            % (_PERMISSIONS, self.owner.hex().encode(), self.user.hex().encode())
        )  # fmt: skip

    def close(self, number: int, head: bytes, stream: bytes) -> tuple[bytes, bytes]:
        """Return an object's dictionary and stream encrypted; `number` is the object's number (generation 0)."""
        key = _md5(self.key + number.to_bytes(3, "little") + b"\0\0")
        strings = _STRING.sub(lambda found: b"<" + _rc4(key, found[1]).hex().encode() + b">", head)
        return strings, _rc4(key, stream)


def lock(password: str, file_id: bytes) -> Lock:
    """Return the lock opened by `password` (ASCII), for a file whose trailer shows `file_id`."""
    padded = (password.encode("ascii") + _PAD)[:32]
    owner = _rounds(_again(padded, 51), padded)
    permissions = _PERMISSIONS.to_bytes(4, "little", signed=True)
    key = _again(padded + owner + permissions + file_id, 51)
    return Lock(key, owner, _rounds(key, _md5(_PAD + file_id)) + bytes(16))


def _again(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = _md5(data)
    return data


def _rounds(key: bytes, data: bytes) -> bytes:
    for step in range(20):
        data = _rc4(bytes(byte ^ step for byte in key), data)
    return data


def _md5(data: bytes) -> bytes:
    return md5(data, usedforsecurity=False).digest()


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
