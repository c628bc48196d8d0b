"""Looking at the texts of one segment's candidates: which of them satisfy a query, and which hold its words in their heads.

The rules are those of `indexer.verdict` and `indexer.match`, carried out on UTF-16 as it lies in the segment file: most texts are
refused by one search for bytes, and only those where a word's end matters are decoded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from indexer.candidates import headed, possible
from indexer.gather import BODY, PART
from indexer.grams import need_of
from indexer.match import contains, is_word
from indexer.postings import membership, to_bits, to_numbers
from indexer.query import And, Expr, Not, Or, Phrase, Property
from indexer.segment import Segment
from indexer.segmentfile import CODING

# Neighbouring candidates are read together, up to so many bytes, when no more than so many other documents lie between two.
_STRETCH, _BETWEEN = 1 << 18, 3
_PLACES = ("name", "title", "number")
_POINT = ord(".")
_BODY = BODY.encode(CODING)

# Whether the document with this number, whose head and body lie in these bytes from the one offset to the other, satisfies it.
Check = Callable[[bytes, int, int, int], bool]


def accepted(expr: Expr, segment: Segment, candidates: int) -> int:
    """Return which of `candidates` satisfy `expr`."""
    return _passing(_check(expr, segment), segment, candidates)


def heads(phrases: Iterable[Phrase], segment: Segment, among: int) -> int:
    """Return which of `among` hold one of `phrases` in name, title or number."""
    found = 0
    for phrase in phrases:
        candidates, sure = headed(phrase, segment)
        candidates &= among & ~found
        found |= candidates if sure else _passing(_in_head(phrase), segment, candidates)
    return found


def occurrences_in(phrases: Iterable[Phrase], text: bytes) -> int:
    """Return about how often `phrases` stand in a document: ends of words are not looked at."""
    return sum(text.count(phrase.text.encode(CODING, "surrogatepass")) for phrase in phrases)


def _passing(check: Check, segment: Segment, candidates: int) -> int:
    """Return which of `candidates` pass a check of their texts, which are read in few large pieces."""
    bounds, numbers = segment.file.bounds, to_numbers(candidates)
    passed: list[int] = []
    start = 0
    while start < len(numbers):
        end = _stretch(numbers, start, bounds)
        first = numbers[start]
        data, base = segment.file.texts(first, numbers[end - 1]), bounds[first]
        passed += [n for n in numbers[start:end] if check(data, bounds[n] - base, bounds[n + 1] - base, n)]
        start = end
    return to_bits(passed)


def _stretch(numbers: Sequence[int], start: int, bounds: Sequence[int]) -> int:
    """Return where the candidates end that are read together with the one at `start`."""
    limit = bounds[numbers[start]] + _STRETCH
    for end in range(start + 1, len(numbers)):
        if numbers[end] - numbers[end - 1] > _BETWEEN or bounds[numbers[end] + 1] > limit:
            return end
    return len(numbers)


def _check(expr: Expr, segment: Segment) -> Check:
    match expr:
        case Phrase(_text, part) if part:
            return _in_head(expr)
        case Phrase(text, _part, open_end) if not need_of(text, open_end=open_end).exact:
            return _holds(expr)
        case Phrase() | Property():
            return _known(possible(expr, segment), segment)
        case Not(part):
            inner = _check(part, segment)
            return lambda *document: not inner(*document)
        case And(parts):
            checks = [_check(part, segment) for part in parts]
            return lambda *document: all(check(*document) for check in checks)
        case Or(parts):
            checks = [_check(part, segment) for part in parts]
            return lambda *document: any(check(*document) for check in checks)


def _known(bits: int, segment: Segment) -> Check:
    marks = membership(bits, segment.documents)
    return lambda _data, _start, _end, number: bool(marks[number >> 3] >> (number & 7) & 1)


def _holds(phrase: Phrase) -> Check:
    needle = phrase.text.encode(CODING, "surrogatepass")
    left = is_word(phrase.text[0])
    right = is_word(phrase.text[-1]) and not phrase.open_end

    def check(data: bytes, start: int, end: int, _number: int) -> bool:
        at = data.find(needle, start, end)
        while at >= 0:
            if not (at - start) & 1:
                before = _unit(data, at - 2) if left and at > start else 0
                after = _unit(data, at + len(needle)) if right and at + len(needle) < end else 0
                if _POINT in (before, after):
                    # Only the whole number tells whether this is a decimal point.
                    return contains(phrase.text, data[start:end].decode(CODING, "surrogatepass"), open_end=phrase.open_end)
                if not is_word(chr(before)) and not is_word(chr(after)):
                    return True
            at = data.find(needle, at + 1, end)
        return False

    return check


def _in_head(phrase: Phrase) -> Check:
    def check(data: bytes, start: int, end: int, _number: int) -> bool:
        border = data.find(_BODY, start, end)
        while (border - start) & 1:
            border = data.find(_BODY, border + 1, end)
        places = dict(zip(_PLACES, data[start:border].decode(CODING, "surrogatepass").split(PART), strict=True))
        wanted = (places[phrase.part],) if phrase.part else places.values()
        return any(contains(phrase.text, place, open_end=phrase.open_end) for place in wanted)

    return check


def _unit(data: bytes, at: int) -> int:
    """Return the UTF-16 unit at an offset; halves of characters beyond the BMP belong to no word."""
    return data[at] | data[at + 1] << 8
