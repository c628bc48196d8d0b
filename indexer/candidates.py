"""From a query tree to documents of one segment: a set that misses none that match, a set of which all match. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from indexer.grams import Need, need_of
from indexer.query import And, Expr, Not, Or, Phrase, Property
from indexer.segment import Segment, size

# Looking at a text costs as much as decoding so many bytes of a list; longer lists are left out behind few candidates.
_BYTES_PER_TEXT = 30


def possible(expr: Expr, segment: Segment) -> int:
    """Return a superset of the documents that satisfy `expr`, as bits."""
    match expr:
        case Phrase():
            return _having_all((expr,), segment)
        case Property(name, values):
            found = 0
            for value in values:
                found |= segment.having(name, value)
            return found
        case Not(part):
            return segment.all & ~certain(part, segment)
        case Or(parts):
            return _any(possible(part, segment) for part in parts)
        case And(parts):
            return _possible_all(parts, segment)


def certain(expr: Expr, segment: Segment) -> int:
    """Return a subset of the documents that satisfy `expr`, as bits."""
    match expr:
        case Phrase(text, part, open_end):
            sure = need_of(text, open_end=open_end).exact and not part
            return _having_all((expr,), segment, stop_early=False) if sure else 0
        case Property():
            return possible(expr, segment)
        case Not(part):
            return segment.all & ~possible(part, segment)
        case Or(parts):
            return _any(certain(part, segment) for part in parts)
        case And(parts):
            found = segment.all
            for part in parts:
                found = found and found & certain(part, segment)
            return found


def headed(phrase: Phrase, segment: Segment) -> tuple[int, bool]:
    """Return a superset of the documents whose head holds `phrase`, and whether all of them do."""
    need = need_of(phrase.text, open_end=phrase.open_end)
    return _having(need, segment, head=True), need.exact and not phrase.part


def _possible_all(parts: tuple[Expr, ...], segment: Segment) -> int:
    found = segment.all
    # Properties first: they are known already. What is excluded comes last.
    for part in sorted(parts, key=lambda part: (isinstance(part, Not), not isinstance(part, Property))):
        if not found:
            break
        if not isinstance(part, Phrase):
            found &= possible(part, segment)
    phrases = tuple(part for part in parts if isinstance(part, Phrase))
    return _having_all(phrases, segment, found) if phrases and found else found


def _any(sets: Iterable[int]) -> int:
    found = 0
    for other in sets:
        found |= other
    return found


def _having_all(phrases: tuple[Phrase, ...], segment: Segment, found: int | None = None, *, stop_early: bool = True) -> int:
    """Return which of `found` (by default all) have everything `phrases` need, or somewhat more of them if `stop_early`."""
    among = segment.all if found is None else found
    for head in (True, False):
        needs = [need_of(phrase.text, open_end=phrase.open_end) for phrase in phrases if bool(phrase.part) is head]
        if needs and among:
            among = _having(_together(needs), segment, among, head=head, stop_early=stop_early)
    return among


def _together(needs: list[Need]) -> Need:
    if len(needs) == 1:
        return needs[0]
    prefixes = {prefix for need in needs for prefix in need.prefixes}
    return Need(frozenset().union(*(need.grams for need in needs)), tuple(prefixes))


def _having(need: Need, segment: Segment, found: int | None = None, *, head: bool, stop_early: bool = True) -> int:
    among = segment.all if found is None else found
    lists = []
    for gram in need.grams:
        listed = segment.gram(gram, head=head)
        if listed is None:
            return 0
        lists.append(listed)
    # Rarest first; a long list behind few candidates costs more than it saves.
    for listed in sorted(lists, key=size):
        if stop_early and size(listed) > _BYTES_PER_TEXT * among.bit_count():
            break
        among &= segment.bits(*listed)
    for prefix in sorted(need.prefixes):
        if not among:
            break
        among &= segment.beginning(prefix, head=head)
    return among
