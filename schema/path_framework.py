"""Which framework a code in a path belongs to. Pure.

In this order, the first that tells: a word beside the code; a word in the nearest folder above; the kind of the unit; codes and
words around it; the number itself, where only one framework has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from schema.codes import CodeHit, CodeKind, find_codes, framework_word, framework_words
from schema.model import Framework, UnitKind


@dataclass(frozen=True)
class Place:
    """One component of a path: `depth` counts from the outermost folder, the last component is the file's stem."""

    components: tuple[str, ...]
    depth: int
    kind: UnitKind | None
    frameworks: tuple[Framework, ...]

    @property
    def text(self) -> str:
        """The component as written."""
        return self.components[self.depth]

    @property
    def is_folder(self) -> bool:
        """True for a folder, False for the file's own name."""
        return self.depth < len(self.components) - 1

    @cached_property
    def hits(self) -> tuple[CodeHit, ...]:
        """The codes written here."""
        return find_codes(self.text)


def has(framework: Framework, kind: CodeKind, number: int) -> bool:
    """Return whether a framework has the point or indicator of this number."""
    return 0 < number <= len(framework.points if kind is CodeKind.POINT else framework.indicators)


def chosen_framework(place: Place, hit: CodeHit, number: int) -> tuple[Framework, ...]:
    """Return the frameworks the code may belong to; more than one where nothing tells.

    What names a framework outright is followed even where that framework has no such number: the code is then wrong, and said so.
    """
    for identity in (_beside(place, hit), _above(place), _of_kind(place)):
        if identity is not None:
            return _only(place, identity)
    candidates = tuple(framework for framework in place.frameworks if has(framework, hit.kind, number))
    if len(candidates) < 2:
        return candidates or place.frameworks
    for identity in _around(place, hit, number):
        if identity is not None:
            return _only(place, identity)
    return candidates


def _only(place: Place, identity: str) -> tuple[Framework, ...]:
    return tuple(framework for framework in place.frameworks if framework.id == identity)


def _beside(place: Place, hit: CodeHit) -> str | None:
    """Return the framework named in the component itself. Where several are, words stand before their codes or all after them."""
    named = list(framework_words(place.text, place.frameworks))
    if len({identity for _start, _end, identity in named}) < 2:
        return named[0][2] if named else None
    if named[0][0] < place.hits[0].start:
        return next((identity for _start, end, identity in reversed(named) if end <= hit.start), None)
    return next((identity for start, _end, identity in named if start >= hit.end), None)


def _above(place: Place) -> str | None:
    above = (framework_word(text, place.frameworks) for text in reversed(place.components[: place.depth]))
    return next((identity for identity in above if identity is not None), None)


def _of_kind(place: Place) -> str | None:
    speaks = [framework.id for framework in place.frameworks if place.kind in framework.kinds]
    return speaks[0] if len(speaks) == 1 else None


def _around(place: Place, hit: CodeHit, number: int) -> Iterator[str | None]:
    """Yield what the surroundings say: the chain A2-B8-C10, words below, then words that only suggest."""
    yield _by_chain(place, hit, number)
    for text in place.components[place.depth + 1 :]:
        yield framework_word(text, place.frameworks)
    yield framework_word(place.text, place.frameworks, hints=True)
    for text in (*reversed(place.components[: place.depth]), *place.components[place.depth + 1 :]):
        yield framework_word(text, place.frameworks, hints=True)


def _by_chain(place: Place, hit: CodeHit, number: int) -> str | None:
    """Return the framework in which the point lies under the indicator named just before it, where only one does."""
    above = [other for text in place.components[: place.depth] for other in find_codes(text)]
    before = above + [other for other in place.hits if other.end <= hit.start]
    indicators = [other for other in before if other.kind is CodeKind.INDICATOR and not other.refused]
    if hit.kind is not CodeKind.POINT or not indicators:
        return None
    code = f"B{indicators[-1].numbers[0]}"
    holding = [entry for entry in place.frameworks if has(entry, CodeKind.POINT, number)]
    fitting = [entry.id for entry in holding if entry.points[number - 1].indicator == code]
    return fitting[0] if len(fitting) == 1 else None
