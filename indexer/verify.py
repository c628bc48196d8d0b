"""Looking at the texts of one segment's candidates: which of them satisfy a query, and which hold its words in their heads.

The rules are those of `indexer.verdict` and `indexer.match`, carried out on UTF-16 as it lies in the segment file: most texts are
refused by one search for bytes, and only those where a word's end matters are decoded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

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

# Whether the document with this text and number satisfies something.
Check = Callable[[bytes, int], bool]


def accepted(expr: Expr, segment: Segment, candidates: int) -> int:
    """Return which of `candidates` satisfy `expr`."""
    check = _check(expr, segment)
    return to_bits([number for number, text in _texts(segment, to_numbers(candidates)) if check(text, number)])


def heads(phrases: Iterable[Phrase], segment: Segment, among: int) -> int:
    """Return which of `among` hold one of `phrases` in name, title or number."""
    found = 0
    for phrase in phrases:
        candidates, sure = headed(phrase, segment)
        candidates &= among & ~found
        if not sure:
            candidates = to_bits([number for number, text in _texts(segment, to_numbers(candidates)) if _in_head(phrase, text)])
        found |= candidates
    return found


def occurrences_in(phrases: Iterable[Phrase], text: bytes) -> int:
    """Return about how often `phrases` stand in a document: ends of words are not looked at."""
    return sum(text.count(phrase.text.encode(CODING, "surrogatepass")) for phrase in phrases)


def _check(expr: Expr, segment: Segment) -> Check:
    match expr:
        case Phrase(_text, part) if part:
            return lambda document, _number: _in_head(expr, document)
        case Phrase(text, _part, open_end) if not need_of(text, open_end=open_end).exact:
            return _holds(expr)
        case Phrase() | Property():
            return _known(possible(expr, segment), segment)
        case Not(part):
            inner = _check(part, segment)
            return lambda document, number: not inner(document, number)
        case And(parts):
            checks = [_check(part, segment) for part in parts]
            return lambda document, number: all(check(document, number) for check in checks)
        case Or(parts):
            checks = [_check(part, segment) for part in parts]
            return lambda document, number: any(check(document, number) for check in checks)


def _known(bits: int, segment: Segment) -> Check:
    marks = membership(bits, segment.documents)
    return lambda _document, number: bool(marks[number >> 3] >> (number & 7) & 1)


def _holds(phrase: Phrase) -> Check:
    needle = phrase.text.encode(CODING, "surrogatepass")
    bounded = is_word(phrase.text[0]) or (is_word(phrase.text[-1]) and not phrase.open_end)

    def check(document: bytes, _number: int) -> bool:
        at = document.find(needle)
        while at & 1 and at > 0:
            at = document.find(needle, at + 1)
        if at < 0 or not bounded:
            return at >= 0
        return contains(phrase.text, document.decode(CODING, "surrogatepass"), open_end=phrase.open_end)

    return check


def _in_head(phrase: Phrase, document: bytes) -> bool:
    end = document.find(BODY.encode(CODING))
    while end & 1 and end > 0:
        end = document.find(BODY.encode(CODING), end + 1)
    places = dict(zip(_PLACES, document[:end].decode(CODING, "surrogatepass").split(PART), strict=True))
    wanted = (places[phrase.part],) if phrase.part else places.values()
    return any(contains(phrase.text, place, open_end=phrase.open_end) for place in wanted)


def _texts(segment: Segment, numbers: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """Yield ascending documents with head and body, as few reads as possible."""
    bounds, start = segment.file.bounds, 0
    while start < len(numbers):
        first = last = numbers[start]
        end = start + 1
        while end < len(numbers) and numbers[end] - last <= _BETWEEN and bounds[numbers[end] + 1] - bounds[first] < _STRETCH:
            last = numbers[end]
            end += 1
        data, base = segment.file.texts(first, last), bounds[first]
        for number in numbers[start:end]:
            yield number, data[bounds[number] - base : bounds[number + 1] - base]
        start = end
