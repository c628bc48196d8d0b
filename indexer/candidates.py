"""From a query tree to documents of one segment: a set that misses none that match, a set of which all match. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from indexer.grams import Need, need_of
from indexer.query import And, Expr, Not, Or, Phrase, Property
from indexer.segment import Segment

# Looking at one text costs about as much as walking over this many postings, so long lists are left out behind few candidates.
_POSTINGS_PER_TEXT = 300


def possible(expr: Expr, segment: Segment) -> AbstractSet[int]:
    """Return a superset of the documents that satisfy `expr`."""
    match expr:
        case Phrase(text, _part, open_end):
            return _having_all((need_of(text, open_end=open_end),), segment)
        case Property(name, values):
            return frozenset().union(*(segment.having(name, value) for value in values))
        case Not(part):
            return segment.everything() - certain(part, segment)
        case Or(parts):
            return set().union(*(possible(part, segment) for part in parts))
        case And(parts):
            return _possible_all(parts, segment)


def certain(expr: Expr, segment: Segment) -> AbstractSet[int]:
    """Return a subset of the documents that satisfy `expr`."""
    match expr:
        case Phrase(text, part, open_end):
            need = need_of(text, open_end=open_end)
            return _having_all((need,), segment, stop_early=False) if need.exact and not part else frozenset()
        case Property():
            return possible(expr, segment)
        case Not(part):
            return segment.everything() - possible(part, segment)
        case Or(parts):
            return set().union(*(certain(part, segment) for part in parts))
        case And(parts):
            return _common([certain(part, segment) for part in parts], segment)


def _possible_all(parts: tuple[Expr, ...], segment: Segment) -> AbstractSet[int]:
    needs = [need_of(part.text, open_end=part.open_end) for part in parts if isinstance(part, Phrase)]
    rest = [part for part in parts if not isinstance(part, Phrase | Not)]
    sets = [possible(part, segment) for part in rest]
    if needs:
        sets.append(_having_all(needs, segment))
    found = _common(sets, segment)
    for part in parts:
        if isinstance(part, Not) and found:
            found = found - certain(part.part, segment)
    return found


def _common(sets: list[AbstractSet[int]], segment: Segment) -> AbstractSet[int]:
    if not sets:
        return segment.everything()
    first, *others = sorted(sets, key=len)
    for other in others:
        first = first & other
    return first


def _having_all(needs: Iterable[Need], segment: Segment, *, stop_early: bool = True) -> AbstractSet[int]:
    """Return the documents that have everything `needs` ask for, or somewhat more of them if `stop_early`."""
    grams: set[int] = set()
    prefixes: set[str] = set()
    for need in needs:
        prefixes.update(need.prefixes)
        for gram in need.grams:
            number = segment.grams.find(gram)
            if number is None:
                return frozenset()
            grams.add(number)
    found: set[int] | None = None
    for number in sorted(grams, key=lambda number: (segment.grams.size(number), number)):
        if found is not None and stop_early and segment.grams.size(number) > _POSTINGS_PER_TEXT * len(found):
            break
        found = set(segment.grams.postings(number)) if found is None else found.intersection(segment.grams.postings(number))
    for prefix in sorted(prefixes):
        begun: set[int] = set()
        for number in segment.grams.prefixed(prefix):
            begun.update(segment.grams.postings(number))
        found = begun if found is None else found & begun
    return segment.everything() if found is None else found
