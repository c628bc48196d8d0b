"""Looking at the texts of one segment's candidates: which of them satisfy a query, and which hold its words in their heads.

The rules are those of `indexer.verdict` and `indexer.match`, carried out on UTF-16 as it lies in the segment file: most texts are
refused by one search for bytes, and only what stands around a decimal point is decoded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from indexer.candidates import headed, possible
from indexer.gather import BODY, PART
from indexer.grams import need_of
from indexer.match import contains, ends_there, is_word
from indexer.postings import membership, to_bits, to_numbers
from indexer.query import And, Expr, Not, Or, Phrase, Property
from indexer.segment import Segment
from indexer.segmentfile import CODING

# Neighbouring candidates are read together, up to so many bytes, when no more than so many other documents lie between two.
_STRETCH, _BETWEEN = 1 << 18, 3
_PLACES = ("name", "title", "number")
_POINT = ord(".")
# What a number is made of: where it begins and ends is where something else stands.
_OF_NUMBERS = frozenset(map(ord, "0123456789."))
_BODY = BODY.encode(CODING)

# Whether the document with this number, whose head and body lie in these bytes from the one offset to the other, satisfies it.
Check = Callable[[bytes, int, int, int], bool]


def accepted(expr: Expr, segment: Segment, candidates: int) -> int:
    """Return which of `candidates` satisfy `expr`."""
    return _passing(_check(expr, segment), segment, candidates)


def heads(phrases: Iterable[Phrase], segment: Segment, among: int) -> int:
    """Return which of `among` hold one of `phrases` in name, title or number."""
    found = 0
    for phrase in phrases if among else ():
        candidates, sure = headed(phrase, segment)
        candidates &= among & ~found
        found |= candidates if sure else _passing(_in_head(phrase), segment, candidates)
    return found


def occurrences_in(phrases: Iterable[Phrase], text: bytes) -> int:
    """Return about how often `phrases` stand in a document: ends of words are not looked at."""
    return sum(text.count(phrase.text.encode(CODING, "surrogatepass")) for phrase in phrases)


def _passing(check: Check, segment: Segment, candidates: int) -> int:
    """Return which of `candidates` pass a check of their texts, which are read in few large pieces."""
    bounds, passed = segment.file.bounds, list[int]()
    for together in _stretches(to_numbers(candidates), bounds):
        data, base = segment.file.texts(together[0], together[-1]), bounds[together[0]]
        passed += [n for n in together if check(data, bounds[n] - base, bounds[n + 1] - base, n)]
    return to_bits(passed)


def _stretches(numbers: Sequence[int], bounds: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield candidates that are read together."""
    if not numbers:
        return
    start, limit = 0, bounds[numbers[0]] + _STRETCH
    for end, (before, number) in enumerate(pairwise(numbers), 1):
        if number - before > _BETWEEN or bounds[number + 1] > limit:
            yield numbers[start:end]
            start, limit = end, bounds[number] + _STRETCH
    yield numbers[start:]


def _check(expr: Expr, segment: Segment) -> Check:
    match expr:
        case Phrase(_text, part) if part:
            return _in_head(expr)
        case Phrase(text, _part, open_end) if not need_of(text, open_end=open_end).exact:
            return holds(expr)
        case Phrase() | Property():
            return _known(possible(expr, segment), segment)
        case Not(part):
            inner = _check(part, segment)
            return lambda *document: not inner(*document)
        case And(parts):
            return _all([_check(part, segment) for part in parts])
        case Or(parts):
            checks = [_check(part, segment) for part in parts]
            return lambda *document: any(check(*document) for check in checks)


def _all(checks: Sequence[Check]) -> Check:
    def check(data: bytes, start: int, end: int, number: int) -> bool:
        for one in checks:  # noqa: SIM110 - a generator for every text would take half the time
            if not one(data, start, end, number):
                return False
        return True

    return check


def _known(bits: int, segment: Segment) -> Check:
    marks = membership(bits, segment.documents)
    return lambda _data, _start, _end, number: bool(marks[number >> 3] >> (number & 7) & 1)


def holds(phrase: Phrase) -> Check:
    """Return the check whether a document holds `phrase` anywhere: `match.contains`, on bytes."""
    needle = phrase.text.encode(CODING, "surrogatepass")
    anywhere = not is_word(phrase.text[0]) and (phrase.open_end or not is_word(phrase.text[-1]))

    def check(data: bytes, start: int, end: int, _number: int) -> bool:
        at = data.find(needle, start, end)
        while at >= 0:
            if not (at - start) & 1 and (anywhere or _ends_there(phrase, data, (start, at, at + len(needle), end))):
                return True
            at = data.find(needle, at + 1, end)
        return False

    return check


def _in_head(phrase: Phrase) -> Check:
    needle = phrase.text.encode(CODING, "surrogatepass")

    def check(data: bytes, start: int, end: int, _number: int) -> bool:
        border = data.find(_BODY, start, end)
        while (border - start) & 1:
            border = data.find(_BODY, border + 1, end)
        if data.find(needle, start, border) < 0:
            return False
        places = dict(zip(_PLACES, data[start:border].decode(CODING, "surrogatepass").split(PART), strict=True))
        wanted = (places[phrase.part],) if phrase.part else places.values()
        return any(contains(phrase.text, place, open_end=phrase.open_end) for place in wanted)

    return check


def _ends_there(phrase: Phrase, data: bytes, places: tuple[int, int, int, int]) -> bool:
    """Return what `match.ends_there` says of the phrase at (start of the text, of the phrase, its end, end of the text)."""
    start, at, after, end = places
    left = _unit(data, at - 2) if at > start and is_word(phrase.text[0]) else 0
    right = _unit(data, after) if after < end and is_word(phrase.text[-1]) and not phrase.open_end else 0
    if _POINT not in (left, right):
        return not is_word(chr(left)) and not is_word(chr(right))
    # Only the whole number tells whether this is a decimal point.
    first, last = at - 2 if at > start else at, after
    while first > start and _unit(data, first) in _OF_NUMBERS:
        first -= 2
    while last < end and _unit(data, last) in _OF_NUMBERS:
        last += 2
    around = data[first : min(last + 2, end)].decode(CODING, "surrogatepass")
    return ends_there(phrase.text, around, (at - first) // 2, open_end=phrase.open_end)


def _unit(data: bytes, at: int) -> int:
    """Return the UTF-16 unit at an offset; halves of characters beyond the BMP belong to no word."""
    return data[at] | data[at + 1] << 8
