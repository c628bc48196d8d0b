"""Zip archives: looked into only far enough to say whether a password locks them."""

from __future__ import annotations

from pathlib import Path

from indexer.guards import open_package
from indexer.reading import Limits, Reading
from schema.model import TextStatus


def read(path: Path, limits: Limits) -> Reading:
    """Return unsupported for an open archive. Raises RefusedError: encrypted, too-large or corrupt."""
    with open_package(path, limits):
        return Reading(TextStatus.UNSUPPORTED)
