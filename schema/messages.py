"""Sentences for people, by code and language.

Modules below the command line never print: they return a :class:`Message`, a code with its parameters, and whoever shows it
picks the language. The sentences are data (``schema/data/messages/*.toml``, one file per package: ``[code]`` with ``zh`` and
``en``), so a wording is changed without touching code and a test can check that every code has both languages.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence not yet in any language: a code of the message table and its parameters, all text."""

    code: str
    params: tuple[tuple[str, str], ...] = ()

    def text(self, language: Language = "zh") -> str:
        """Return the sentence in `language` with the parameters filled in. Raises KeyError for an unknown code."""
        return self.pattern(language).format(**dict(self.params))

    def pattern(self, language: Language = "zh") -> str:
        """Return the sentence in `language` as it stands in the table, for a program that fills it in itself."""
        return _table()[self.code][language]


def message(code: str, /, **params: object) -> Message:
    """Return the Message `code` with `params` turned to text, in the order given."""
    return Message(code, tuple((name, str(value)) for name, value in params.items()))


def codes() -> frozenset[str]:
    """Return every code that has a sentence."""
    return frozenset(_table())


@cache
def _table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {}
    folder = files("schema") / "data" / "messages"
    for source in sorted(folder.iterdir(), key=lambda entry: entry.name):
        entries = tomllib.loads(source.read_text(encoding="utf-8"))
        twice = table.keys() & entries.keys()
        if twice:
            raise ValueError(f"{source.name}: message codes defined twice: {sorted(twice)}")
        table |= entries
    return table
