"""Keys: digests of what a file is made from, so that an unchanged one is known without making it. Pure."""

from __future__ import annotations

import hashlib


def digest(*parts: object) -> str:
    """Return a key for what a file is made from: frozen values whose repr is all they hold."""
    return hashlib.sha256("\0".join(map(repr, parts)).encode()).hexdigest()
