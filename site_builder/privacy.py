"""Covering personal identifiers before anything is published. Pure.

Numbers are covered when their own check proves them: 居民身份证 (region, birth date and check digit, GB 11643),
学籍号 (letter G, J or L before such a number), 残疾人证 (two digits after it), mobile numbers, bank cards (issuer
prefix and Luhn sum) and e-mail addresses.
A 统一社会信用代码 (GB 32100) names an organisation and stays. Masking keeps the length, so that offsets stay true.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

COVER = "＊"

_SEPARATOR = r"[ \t\r\n\u00a0\u3000\-–_]"
_RUN = re.compile(rf"\d(?:{_SEPARATOR}{{0,2}}\d){{9,}}(?:{_SEPARATOR}?[XxＸｘ](?![A-Za-z]))?")
_TOKEN = re.compile(r"\d+[XxＸｘ]?")
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}[@＠][A-Za-z0-9\-]{1,63}(?:[.．][A-Za-z0-9\-]{1,63}){1,4}")
_OLD_LABEL = re.compile(r"身份证|证件号|公民身份")
_REGIONS = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91".split()
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}")
_ISSUER = re.compile(r"62|60|65|35|4|5[1-5]|9558")
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NP-RTUW-Y]{18}(?![0-9A-Z])")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Digits:
    """The digits of one run with their places in the text, and which of them begin or end an unbroken group."""

    text: str
    places: tuple[int, ...]
    starts: frozenset[int]
    ends: frozenset[int]

    def span(self, first: int, after: int) -> Span:
        return self.places[first], self.places[after - 1] + 1

    def whole(self, first: int, after: int) -> bool:
        """Whether the digits from `first` stand together, or fill unbroken groups from the first to the last."""
        together = self.places[after - 1] - self.places[first] == after - first - 1
        return together or (first in self.starts and after in self.ends)


def mask(text: str) -> str:
    """Return `text` with every personal identifier covered, character for character."""
    spans = sorted(span for _, span in _found(text))
    if not spans:
        return text
    characters = list(text)
    for start, end in spans:
        characters[start:end] = [COVER if not character.isspace() else character for character in text[start:end]]
    return "".join(characters)


def identifiers(text: str) -> Counter[str]:
    """Return how many identifiers of which kind stand in `text`: resident, pupil, phone, card, email."""
    return Counter(kind for kind, _ in dict.fromkeys(_found(text)))


def is_resident_id(number: str) -> bool:
    """Return whether `number` is an 18-character resident identity number: region, real birth date, check digit (GB 11643)."""
    if len(number) != 18 or not number[:17].isdecimal() or number[:2] not in _REGIONS or not _is_date(number[6:14]):
        return False
    return _check_digit(number)


def is_credit_code(code: str) -> bool:
    """Return whether `code` is a unified social credit code: 18 characters with the check character of GB 32100."""
    if len(code) != 18 or any(character not in _CREDIT_ALPHABET for character in code):
        return False
    total = sum(_CREDIT_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(code[:17]))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31] == code[17]


def is_bank_card(number: str) -> bool:
    """Return whether `number` (16 to 19 digits) has the prefix of a card issuer and a right Luhn sum."""
    if not 16 <= len(number) <= 19 or not number.isdecimal() or not _ISSUER.match(number):
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _found(text: str) -> Iterator[tuple[str, Span]]:
    """Yield the identifiers in `text` with their kinds."""
    if "@" in text or "＠" in text:
        yield from (("email", hit.span()) for hit in _EMAIL.finditer(text))
    for hit in _RUN.finditer(text):
        digits = _digits(text, hit.start(), hit.end())
        yield from (
            ("resident" if text[start].isdecimal() else "pupil", (start, end)) for start, end in _identities(text, digits)
        )
        yield from (("phone", span) for span in _telephones(text, digits))
        yield from (("card", span) for span in _cards(text, digits))


def _digits(text: str, start: int, end: int) -> _Digits:
    characters: list[str] = []
    places: list[int] = []
    starts, ends = set(), set()
    for token in _TOKEN.finditer(text, start, end):
        starts.add(len(places))
        for place in range(*token.span()):
            characters.append(_plain(text[place]))
            places.append(place)
        ends.add(len(places))
    return _Digits("".join(characters), tuple(places), frozenset(starts), frozenset(ends))


def _plain(character: str) -> str:
    return "X" if character in "XxＸｘ" else str(unicodedata.digit(character, 0))


def _identities(text: str, digits: _Digits) -> Iterator[Span]:
    at = 0
    while at + 15 <= len(digits.text):
        after = _identity_end(text, digits, at)
        if after:
            start, end = digits.span(at, after)
            letter = start > 0 and _upper(text[start - 1]) in "GJL"
            yield (start - 1 if letter else start), end
        at = after or at + 1


def _identity_end(text: str, digits: _Digits, at: int) -> int:
    """Return where an identity number that begins at digit `at` ends, or 0."""
    after = at + 18
    number = digits.text[at:after]
    if len(number) == 18 and digits.whole(at, after) and (is_resident_id(number) or _is_pupil_number(text, digits, at, number)):
        card = digits.text[after : after + 2]
        holder = after + 2 in digits.ends and len(card) == 2 and card[0] in "1234567" and card[1] in "1234"
        return after + 2 if holder and digits.whole(at, after + 2) else after
    old = digits.text[at : at + 15]
    if at in digits.starts and at + 15 in digits.ends and old[:2] in _REGIONS and _is_date("19" + old[6:12]):
        before = text[max(0, digits.places[at] - 16) : digits.places[at]]
        return at + 15 if _OLD_LABEL.search(before) else 0
    return 0


def _is_pupil_number(text: str, digits: _Digits, at: int, number: str) -> bool:
    start = digits.places[at]
    letter = _upper(text[start - 1]) if start else ""
    if letter == "J":
        return number[:17].isdecimal() and _check_digit(number)
    return letter == "L" and number[:2] in _REGIONS and _is_date(number[6:14])


def _telephones(text: str, digits: _Digits) -> Iterator[Span]:
    bounds = sorted(digits.starts)
    for first in bounds:
        for length in (11, 13):
            after = first + length
            grouped = after in digits.ends and _grouped(digits, first, after)
            if grouped and _MOBILE.fullmatch(digits.text[first:after]) and _in_one_line(text, digits.span(first, after)):
                yield digits.span(first, after)


def _grouped(digits: _Digits, first: int, after: int) -> bool:
    """Whether the digits stand in one group or as people group a telephone number: (86) 3 4 4."""
    return _breaks(digits, first, after) <= ({3, 7} if after - first == 11 else {2, 5, 9})


def _in_one_line(text: str, span: Span) -> bool:
    """Whether a number in groups stands in one cell of a table: figures side by side are no telephone number."""
    return not any(character in "\t\r\n" for character in text[slice(*span)])


def _breaks(digits: _Digits, first: int, after: int) -> set[int]:
    return {place - first for place in range(first + 1, after) if place in digits.ends}


def _cards(text: str, digits: _Digits) -> Iterator[Span]:
    for first in sorted(digits.starts):
        for length in range(19, 15, -1):
            after = first + length
            groups = after in digits.ends and _breaks(digits, first, after) <= {4, 8, 12, 16}
            if groups and is_bank_card(digits.text[first:after]):
                if _in_one_line(text, digits.span(first, after)) and not _in_credit_code(text, digits.places[first]):
                    yield digits.span(first, after)
                break


def _in_credit_code(text: str, place: int) -> bool:
    near = text[max(0, place - 18) : place + 37].upper()
    return any(is_credit_code(hit.group()) for hit in _CREDIT.finditer(near))


def _check_digit(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17]


def _is_date(digits: str) -> bool:
    try:
        year = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).year
    except ValueError:
        return False
    return 1900 <= year <= 2099


def _upper(character: str) -> str:
    return unicodedata.normalize("NFKC", character).upper()
