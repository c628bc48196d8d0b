"""The query language as a tree: what can be asked, and how a tree is written so that reading it again gives the same tree. Pure.

`indexer.parse` makes trees of what people type; `indexer.verdict` says what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """A folded phrase. `part` is "" (anywhere), number, title or name; `open_end` lets its last run go on."""

    text: str
    part: str = ""
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Property:
    """A document whose property `name` has one of `values` (folded); the names are those of `indexer.parse.PROPERTIES`."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What `part` does not hold for."""

    part: Expr


@dataclass(frozen=True, slots=True)
class And:
    """What all `parts` hold for; without parts: everything."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What one of `parts` holds for; without parts: nothing."""

    parts: tuple[Expr, ...]


Expr = Phrase | Property | Not | And | Or


def phrases(expr: Expr) -> tuple[Phrase, ...]:
    """Return the phrases that a document may match to satisfy `expr` (those under no Not), in the order written."""
    return tuple(dict.fromkeys(_positive(expr)))


def write(expr: Expr) -> str:
    """Return `expr` as it can be typed; for every tree that `indexer.parse.parse` makes, parsing this gives the same tree."""
    match expr:
        case Phrase(text, part, open_end):
            return f"{part}{':' if part else ''}{_quoted(text)}{'*' if open_end else ''}"
        case Property(name, values):
            return f"{name}:{','.join(map(_quoted, values))}"
        case Not(part):
            return f"-({write(part)})" if isinstance(part, Not) else f"-{_grouped(part)}"
        case Or(parts):
            return " OR ".join(map(_grouped, parts))
        case And(parts):
            return " ".join(_grouped(part) if isinstance(part, And) else write(part) for part in parts)


def _positive(expr: Expr) -> Iterator[Phrase]:
    if isinstance(expr, Phrase):
        yield expr
    elif isinstance(expr, And | Or):
        for part in expr.parts:
            yield from _positive(part)


def _grouped(expr: Expr) -> str:
    return f"({write(expr)})" if isinstance(expr, And | Or) else write(expr)


def _quoted(text: str) -> str:
    # No folded text holds these quotation marks: all of them fold to the plain one.
    return f"\u201c{text}\u201d"
