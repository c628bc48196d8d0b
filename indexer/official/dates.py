"""Dates as printed under a paper, in Arabic or Chinese numerals. Pure."""

from __future__ import annotations

import re
from datetime import date

_NUMERALS = {character: str(index) for index, character in enumerate("〇一二三四五六七八九")} | {
    "○": "0", "零": "0", "O": "0", "o": "0", "Ｏ": "0", "0": "0", "l": "1", "I": "1",
}  # fmt: skip
# What recognition makes of a nought or a one counts as that between the other signs of a date.
_BLANKS = re.compile(r"\s+")
_D = "[0-9OolI]"
# What a date ends with, and what may follow it.
_LAST, _CLOSING = frozenset("0123456789OolI日号"), "）)。"
_ARABIC = re.compile(
    rf"((?:19|2[0Oo])\s?{_D}\s?{_D})\s{{0,3}}[年\-./]\s{{0,3}}({_D}{{1,2}})\s{{0,3}}[月\-./]\s{{0,3}}({_D}{{1,2}})\s{{0,3}}[日号]?[）)。]?$"
)
_CHINESE = re.compile(
    r"([一二]\s?[〇○零OoＯ0一二三四五六七八九]\s?[〇○零OoＯ0一二三四五六七八九]\s?[〇○零OoＯ0一二三四五六七八九])"
    r"\s{0,3}年\s{0,3}([一二三四五六七八九十]{1,3})\s{0,3}月\s{0,3}([一二三四五六七八九十]{1,3})\s{0,3}日[）)。]?$"
)


def dated(printed: str) -> tuple[str, str]:
    """Return what precedes the date at the end of a line, and the date in ISO 8601; nothing when no real date ends it."""
    last = printed.rstrip().rstrip(_CLOSING).rstrip()[-1:]
    if last not in _LAST:
        return "", ""
    if not _ARABIC.search(printed) and not _CHINESE.search(printed):
        # Some PDFs have a blank after every character.
        printed = _BLANKS.sub("", printed)
    if match := _ARABIC.search(printed):
        year, month, day = (_arabic(match[group]) for group in (1, 2, 3))
    elif match := _CHINESE.search(printed):
        year = _arabic(match[1])
        month, day = _small(match[2]), _small(match[3])
    else:
        return "", ""
    try:
        return printed[: match.start()].strip(), date(year, month, day).isoformat()
    except ValueError:
        return "", ""


def _arabic(digits: str) -> int:
    return int("".join(_NUMERALS.get(character, character) for character in digits if not character.isspace()))


def _small(numeral: str) -> int:
    """Return a Chinese numeral below a hundred: 三十一 is 31, 十 is 10."""
    tens, ten, ones = numeral.rpartition("十")
    digit = {**_NUMERALS, "": "0"}
    if not ten:
        return int(digit[ones]) if len(ones) == 1 else 0
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return 0
    return int(digit[tens] if tens else 1) * 10 + int(digit[ones])
