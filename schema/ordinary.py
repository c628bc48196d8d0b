"""Words of the papers that every school and office has and that are evidence for nothing: menus, outings, office supplies."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def ordinary_words() -> tuple[tuple[str, ...], ...]:
    """Return the words, one tuple for each sort of such papers."""
    data = tomllib.loads((files("schema") / "data" / "ordinary.toml").read_text(encoding="utf-8"))
    return tuple(tuple(words) for words in data.values() if isinstance(words, list))
