"""Lists of document numbers as printable text, small and quick to read in a browser. Pure; static/engine.js reads them.

A list is the gaps between ascending numbers (the first counted from -1, less one) in an (s,c)-dense code (Brisaboa and others,
2003): of 92 printable ASCII characters the first S end a number, the other C carry it on. A list longer than a sixth of all
documents is written as a bitmap, six documents a character, behind "~".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from operator import sub

# Printable ASCII without quotation mark and backslash (they would need escaping) and without "~" (it marks a bitmap).
ALPHABET = "".join(chr(code) for code in range(32, 126) if chr(code) not in '"\\')
STOPPERS = 72
_CARRIERS = len(ALPHABET) - STOPPERS
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


class Coder:
    """Encodes lists over `total` documents. Codes of all possible gaps are made once."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._codes = [gap_code(gap) for gap in range(total)]

    def encode(self, numbers: Sequence[int]) -> str:
        """Return ascending document numbers below `total` as text."""
        return self.whole(self.gaps(numbers, -1), len(numbers))

    def gaps(self, numbers: Sequence[int], last: int) -> str:
        """Return ascending numbers above `last` as gaps from there: lists encoded piece by piece are the pieces put together."""
        if len(numbers) == 1:
            return self._codes[numbers[0] - last - 1]
        gaps = map(sub, numbers, chain((last,), numbers))
        return "".join(map(self._codes.__getitem__, (gap - 1 for gap in gaps)))

    def whole(self, gaps: str, count: int) -> str:
        """Return a list of `count` numbers, given as its gaps, in the shorter of the two forms."""
        return self._bitmap(gaps) if count * 6 > self.total else gaps

    def _bitmap(self, gaps: str) -> str:
        sixes = bytearray((self.total + 5) // 6)
        for number in _numbers(gaps):
            sixes[number // 6] |= 1 << number % 6
        return "~" + "".join(map(ALPHABET.__getitem__, sixes))


def _numbers(gaps: str) -> Iterator[int]:
    last, carried = -1, 0
    for value in map(_VALUES.__getitem__, gaps):
        if value < STOPPERS:
            last += carried * STOPPERS + value + 1
            carried = 0
            yield last
        else:
            carried = carried * _CARRIERS + value - STOPPERS + 1


def gap_code(gap: int) -> str:
    """Return one gap (0 or more) in the dense code."""
    code = ALPHABET[gap % STOPPERS]
    rest = gap // STOPPERS
    while rest:
        rest -= 1
        code = ALPHABET[STOPPERS + rest % _CARRIERS] + code
        rest //= _CARRIERS
    return code


def fixed(value: int, width: int) -> str:
    """Return a number in `width` characters of the alphabet, highest first. Raises OverflowError when it does not fit."""
    text = ""
    for _ in range(width):
        value, digit = divmod(value, len(ALPHABET))
        text = ALPHABET[digit] + text
    if value:
        raise OverflowError(f"does not fit into {width} characters")
    return text
