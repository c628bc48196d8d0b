"""Where a folded phrase stands in a folded text: the definition of a match, the same for every engine and the browser. Pure.

A phrase matches where it literally stands. Where an end of the phrase is a WORD character (Latin letter, digit), the run it
belongs to must end there in the text too: C1 is not found in C12, nor 85 in 185. A digit's run includes a decimal point
(`DECIMAL`): 85 is not found in 85.5. Years with months (2023.5), dates (2023.5.12), section numbers (1.2.3) and more than three
places are no decimals, so 2023 is found in all of those. An open phrase (`C1*`) asks nothing of its right end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.fold import WORD, characters

# One decimal number, from its first digit. Written to be taken over by JavaScript as it is.
DECIMAL = (
    r"(?<![0-9])(?<![0-9]\.)(?!(?:19|20)[0-9]{2}\.(?:0?[1-9]|1[0-2])(?![0-9]))"
    r"[0-9]+\.[0-9]{1,3}(?![0-9])(?!\.[0-9])"
)
_DECIMAL = re.compile(DECIMAL)
_WORDS = characters(WORD)
_DIGITS = frozenset("0123456789")


def is_word(character: str) -> bool:
    """Return whether a folded character belongs to Latin or number runs."""
    return character in _WORDS


def occurrences(phrase: str, text: str, *, open_end: bool = False) -> Iterator[int]:
    """Yield the offsets at which `phrase` (folded, not empty) matches in `text` (folded and squeezed), without overlaps."""
    anywhere = phrase[0] not in _WORDS and (open_end or phrase[-1] not in _WORDS)
    at = text.find(phrase)
    while at >= 0:
        if anywhere or ends_there(phrase, text, at, open_end=open_end):
            yield at
            at = text.find(phrase, at + len(phrase))
        else:
            at = text.find(phrase, at + 1)


def ends_there(phrase: str, text: str, at: int, *, open_end: bool = False) -> bool:
    """Return whether `phrase`, which stands at `at` in `text`, begins and ends where the runs of its ends do."""
    if phrase[0] in _WORDS and _runs_on(text, at):
        return False
    return open_end or phrase[-1] not in _WORDS or not _runs_on(text, at + len(phrase))


def contains(phrase: str, text: str, *, open_end: bool = False) -> bool:
    """Return whether `phrase` matches anywhere in `text`."""
    return next(occurrences(phrase, text, open_end=open_end), None) is not None


def _runs_on(text: str, border: int) -> bool:
    """Return whether one run stands on both sides of `border`, next to which a WORD character of the phrase stands."""
    if not 0 < border < len(text):
        return False
    before, after = text[border - 1], text[border]
    if before in _WORDS and after in _WORDS:
        return True
    if before == "." and after in _DIGITS:
        return _decimal_point(text, border - 1)
    return after == "." and before in _DIGITS and _decimal_point(text, border)


def _decimal_point(text: str, point: int) -> bool:
    start = point
    while start and text[start - 1] in _DIGITS:
        start -= 1
    number = _DECIMAL.match(text, start)
    return number is not None and number.end() > point
