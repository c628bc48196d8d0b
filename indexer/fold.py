"""The one form in which text and queries are compared (design §8). Pure; the browser carries out the same rule.

Two steps, both for text and for queries:

1. **Fold** (`fold`), character by character, code points beyond the BMP being one each; the length never changes. A character
   becomes its NFKC form where that is a single character, then its lower case where that is a single character, then the head of
   its family (`FAMILIES`: brackets, dashes, quotes, colons, middle dots), repeated until nothing changes. Circled and
   parenthesised numbers and letters (U+2460-24FF) only get lower case: as NFKC, "①2023" would read "12023". `fold_table` is this
   step as data, so that no other implementation needs Unicode tables of its own.
2. **Squeeze** (`squeeze`), on the folded text: every longest stretch of characters out of `BLANKS` and `IGNORED` is replaced by
   one blank (U+0020) when it holds at least one character of `BLANKS` and both its neighbours exist and are each a WORD character
   or ".", and by nothing otherwise. So blanks and line breaks beside Chinese characters, brackets and other punctuation do not
   count (初 and 中 on two lines are 初中, "〔2023〕 78 号" is (2023)78号), and "C1 C2" or "1. 85%" keep one blank.

In JavaScript: map `Array.from(text)` through the table; then, with character classes made of the ranges below and the `u` flag,
`replace(/[BLANKS IGNORED]+/gu, (gap, at, all) => …)`. The ranges hold folded characters only.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

Ranges = tuple[tuple[int, int], ...]

# Characters of Latin, number, Greek and Cyrillic runs ("words"), after folding. Chinese is written without word borders.
WORD: Ranges = ((0x30, 0x39), (0x61, 0x7A), (0xDF, 0xF6), (0xF8, 0x24F), (0x370, 0x52F))
# White space, line and page breaks: where `str.split` parts words.
BLANKS: Ranges = (
    (0x09, 0x0D), (0x1C, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
    (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000),
)  # fmt: skip
# Characters without a shape of their own: other controls, soft hyphen, joiners, direction marks, variation selectors.
IGNORED: Ranges = (
    (0x00, 0x08), (0x0E, 0x1B), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x200B, 0x200F), (0x202A, 0x202E),
    (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xE0100, 0xE01EF),
)  # fmt: skip
# Characters that people and programs write for one another; the first one stands for all.
FAMILIES: tuple[str, ...] = (
    "([〔【〖〘〚❲⟦﹝﹙﹇",
    ")]〕】〗〙〛❳⟧﹞﹚﹈",
    "-‐‑‒–—―−⁓~～〜∼﹣﹘﹏─",
    '"“”„‟「」『』〝〞〟',
    "'‘’‚‛",
    ":∶",
    "·•・‧∙⋅",
    "%٪﹪",
)
_HEADS = {other: family[0] for family in FAMILIES for other in family[1:]}
_KEPT_WHOLE = range(0x2460, 0x2500)


@dataclass(frozen=True, slots=True)
class SearchText:
    """Folded and squeezed text, and where its characters stood before squeezing.

    `searched[k]` and `shown[k]` are the offsets, here and in the text given, from which both run on side by side.
    """

    text: str
    searched: tuple[int, ...]
    shown: tuple[int, ...]

    def to_shown(self, offset: int) -> int:
        """Return the offset in the original text of the character at `offset` of the search text."""
        piece = bisect_right(self.searched, offset) - 1
        return self.shown[piece] + offset - self.searched[piece]

    def to_searched(self, offset: int) -> int:
        """Return the offset in the search text of the first character at or after `offset` of the original text."""
        piece = bisect_right(self.shown, offset) - 1
        here = self.searched[piece] + offset - self.shown[piece]
        limit = self.searched[piece + 1] if piece + 1 < len(self.searched) else len(self.text)
        return min(here, limit)


def fold_character(character: str) -> str:
    """Return the folded form of one character, one character as well (rule 1 of the module)."""
    seen = character
    while True:
        folded = seen if ord(seen) in _KEPT_WHOLE else _single(unicodedata.normalize("NFKC", seen), seen)
        folded = _single(folded.lower(), folded)
        folded = _HEADS.get(folded, folded)
        if folded == seen:
            return folded
        seen = folded


def fold(text: str) -> str:
    """Return `text` folded, of the same length. Idempotent."""
    for mark, folded in _MARKS if len(text) > _SHORT else ():
        text = text.replace(mark, folded)
    return _NOT_PLAIN.sub(lambda found: found[0].translate(_FOLDED), text)


@cache
def fold_table() -> dict[str, str]:
    """Return every character that folds to another one with that character, in code point order (surrogates do not fold)."""
    pairs = ((character, fold_character(character)) for character in map(chr, range(0x30000)))
    return {character: folded for character, folded in pairs if folded != character}


def squeeze(folded: str) -> SearchText:
    """Return folded text without the white space that does not count (rule 2 of the module)."""
    pieces: list[str] = []
    searched: list[int] = []
    shown: list[int] = []
    length = end = 0
    before = ""
    for word in _GAP.split(folded):
        start = folded.find(word, end)
        if before and word and _counts(before, word) and not _BLANKS.isdisjoint(folded[end:start]):
            searched.append(length)
            shown.append(end)
            pieces.append(" ")
            length += 1
        searched.append(length)
        shown.append(start)
        pieces.append(word)
        before = word
        length += len(word)
        end = start + len(word)
    return SearchText("".join(pieces), tuple(searched), tuple(shown))


def search_text(shown: str) -> SearchText:
    """Return the form of `shown` in which it is searched, with the way back."""
    return squeeze(fold(shown))


def search_form(text: str) -> str:
    """Return the form of a text in which it is compared: that of `search_text`, in half the time, without the way back."""
    words = _IGNORED.sub("", fold(text)).split()
    pieces = words[:1]
    for before, word in pairwise(words):
        if _counts(before, word):
            pieces.append(" ")
        pieces.append(word)
    return "".join(pieces)


def character_class(*sets: Ranges) -> str:
    """Return ranges as the inside of a regular expression's character class."""
    return "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for ranges in sets for first, last in ranges)


def characters(*sets: Ranges) -> frozenset[str]:
    """Return the characters of ranges."""
    return frozenset(chr(point) for ranges in sets for first, last in ranges for point in range(first, last + 1))


def _single(candidate: str, otherwise: str) -> str:
    return candidate if len(candidate) == 1 else otherwise


class _Folded(dict[int, int]):
    """The table of str.translate, filled as characters are met: building all of it would cost every command 0.2 seconds."""

    def __missing__(self, point: int) -> int:
        folded = self[point] = ord(fold_character(chr(point)))
        return folded


_FOLDED = _Folded()
# Most of a text folds to itself, or is one of a few marks; what is left is looked up character by character. In short texts
# looking for the marks takes longer than looking up.
_SHORT = 100
_MARKS = tuple((mark, fold_character(mark)) for mark in "，：；（）“”")
_PLAIN = "".join(filter(lambda character: fold_character(character) == character, map(chr, range(128))))
_NOT_PLAIN = re.compile(f"[^\u4e00-\u9fff\u3001\u3002{re.escape(_PLAIN)}]+")
_GAP = re.compile(f"[{character_class(BLANKS, IGNORED)}]+")
_IGNORED = re.compile(f"[{character_class(IGNORED)}]+")
_BLANKS = characters(BLANKS)
_BESIDE_BLANK = characters(WORD) | {"."}


def _counts(before: str, after: str) -> bool:
    """Return whether white space between two words counts."""
    return before[-1] in _BESIDE_BLANK and after[0] in _BESIDE_BLANK
