"""Lists of document numbers as printable text, small and quick to read in a browser. Pure; static/engine.js reads them.

A list is the gaps between ascending numbers (the first counted from -1, less one) in an (s,c)-dense code (Brisaboa and others,
2003): of 92 printable ASCII characters the first S end a number, the other C carry it on. A list longer than a sixth of all
documents is written as a bitmap, six documents a character, behind "~".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from itertools import chain
from operator import or_, sub

# Printable ASCII without quotation mark and backslash (they would need escaping) and without "~" (it marks a bitmap).
ALPHABET = "".join(chr(code) for code in range(32, 126) if chr(code) not in '"\\')
STOPPERS = 72
_CARRIERS = len(ALPHABET) - STOPPERS
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_ENDS, _CARRY = (re.escape(part) for part in (ALPHABET[:STOPPERS], ALPHABET[STOPPERS:]))
_CODES = re.compile(f"(?P<carried>[{_CARRY}]+[{_ENDS}])|[{_ENDS}]+")
# A gap of one character as a byte a document: nothing for those passed over, 1 for the one it leads to.
_STEPS = {character: bytes(value) + b"\1" for value, character in enumerate(ALPHABET[:STOPPERS])}
_LETTERS = bytes(map(ord, ALPHABET)).ljust(256)


class Coder:
    """Encodes lists over `total` documents. Codes of all possible gaps are made once."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._sixes = (total + 5) // 6
        # By the difference of two neighbours, which is at least 1.
        self._codes = ["", *map(gap_code, range(total))]

    def encode(self, numbers: Sequence[int]) -> str:
        """Return ascending document numbers below `total` as text."""
        return self.whole(self.gaps(numbers, -1), len(numbers))

    def gaps(self, numbers: Sequence[int], last: int) -> str:
        """Return ascending numbers above `last` as gaps from there: lists encoded piece by piece are the pieces put together."""
        if len(numbers) == 1:
            return self._codes[numbers[0] - last]
        return "".join(map(self._codes.__getitem__, map(sub, numbers, chain((last,), numbers))))

    def whole(self, gaps: str, count: int) -> str:
        """Return a list of `count` numbers, given as its gaps, in the shorter of the two forms."""
        return self._bitmap(gaps) if count * 6 > self.total else gaps

    def _bitmap(self, gaps: str) -> str:
        flags = _flags(gaps)
        # Six numbers as long as the list, one for each bit of its characters, laid over one another.
        bits = (int.from_bytes(flags[place::6].ljust(self._sixes, b"\0"), "big") << place for place in range(6))
        return "~" + reduce(or_, bits).to_bytes(self._sixes, "big").translate(_LETTERS).decode("ascii")


def _flags(gaps: str) -> bytes:
    """Return a list of gaps as a byte a document, 1 for those on it, up to the last of them."""
    return b"".join(
        _carried(hit[0]) if hit["carried"] else b"".join(map(_STEPS.__getitem__, hit[0])) for hit in _CODES.finditer(gaps)
    )


def _carried(code: str) -> bytes:
    rest = 0
    for character in code[:-1]:
        rest = rest * _CARRIERS + _VALUES[character] - STOPPERS + 1
    return bytes(rest * STOPPERS) + _STEPS[code[-1]]


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
