"""The time a document covers, from words: titles, file names, folders, dates. Pure.

A year that words name is the year a paper is about; the date it bears is when it was made, often in the year after. So words
outrank the date. "2017年后", "2025级" and counts ("2000人") name no time.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache

from schema.codes import plain
from schema.periods import Period, PeriodUnit, Span, containing

_CHINESE_YEAR = re.compile(r"[一二][〇○零一二三四五六七八九]{3}(?=\s*年)")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_Y = r"(?<!\d)((?:19|20)\d\d)"
_TO = r"\s*[-‐‑—–~～〜至到]{1,2}\s*"
_DASH = r"\s*年?\s*[-‐‑—–~～〜至到/]{1,2}\s*"
_TERM = r"(?:\s*第?\s*([一二12上下])\s*学期)?"
_MONTH, _DAY = r"(1[0-2]|0?[1-9])", r"(3[01]|[12]\d|0?[1-9])"
_LONGEST = 12  # years; a longer "range" is two dates side by side
# A number behind which a thing is counted is no year; nor is what begins, ends or is named by one.
_NO_YEAR = r"(?!\s*年?度?\s*(?:以?后|以?来|起|以?前|之前|之后|级|至今))"
_COUNTED = r"(?![\d.,%％人元间册名台亩平㎡号所个份学分条次年届])"


def _between(first: date, last: date) -> Span:
    return first.toordinal(), last.toordinal()


def _school_year(year: str, other: str, term: str | None) -> Span | None:
    start, end = int(year), int(other) if len(other) == 4 else int(year[:2] + other)
    if not 1 <= end - start <= _LONGEST:
        return None
    if term and end == start + 1:
        return Period(PeriodUnit.TERM, 2 * start + (term in "二2下")).span
    return _between(date(start, 9, 1), date(end, 8, 31))


def _one_school_year(year: str, term: str | None) -> Span | None:
    return _school_year(year, str(int(year) + 1), term)


def _season(year: str, season: str) -> Span:
    return Period(PeriodUnit.TERM, 2 * int(year) if season == "秋" else 2 * int(year) - 1).span


def _half(year: str, half: str) -> Span:
    return (
        _between(date(int(year), 1, 1), date(int(year), 6, 30))
        if half == "上"
        else _between(date(int(year), 7, 1), date(int(year), 12, 31))
    )


def _day(year: str, month: str, day: str) -> Span | None:
    if int(day) > monthrange(int(year), int(month))[1]:
        return None
    return _between(*2 * (date(int(year), int(month), int(day)),))


def _month(year: str, month: str) -> Span:
    end = monthrange(int(year), int(month))[1]
    return _between(date(int(year), int(month), 1), date(int(year), int(month), end))


def _months(year: str, month: str, other_year: str, other_month: str) -> Span | None:
    first, last = _month(year, month)[0], _month(other_year, other_month)[1]
    return (first, last) if first < last <= first + 366 * _LONGEST else None


def _months_of_year(year: str, month: str, other: str) -> Span | None:
    return _months(year, month, year, other)


def _years(year: str, other: str) -> Span | None:
    if not 0 <= int(other) - int(year) <= _LONGEST:
        return None
    return _between(date(int(year), 1, 1), date(int(other), 12, 31))


def _year(year: str) -> Span | None:
    return _years(year, year)


# Tried in this order at every place; the first that fits says what stands there.
_FORMS: tuple[tuple[re.Pattern[str], Callable[..., Span | None]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"{_Y}{_DASH}((?:(?:19|20)\d\d)|\d\d)\s*学年度?{_TERM}", _school_year),
        (rf"{_Y}\s*学年度?{_TERM}", _one_school_year),
        (rf"{_Y}\s*年?\s*([春秋])(?![节游天运])", _season),
        (rf"{_Y}\s*年?\s*([上下])半年", _half),
        (rf"{_Y}\s*[年.\-/_]\s*{_MONTH}\s*[月.\-/_]\s*{_DAY}(?!\d)", _day),
        (rf"{_Y}\s*年\s*{_MONTH}\s*月{_TO}{_Y}\s*年\s*{_MONTH}\s*月", _months),
        (rf"{_Y}\s*年\s*{_MONTH}\s*月?{_TO}{_MONTH}\s*月", _months_of_year),
        (r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)", _day),
        (rf"{_Y}\s*年\s*{_MONTH}\s*月", _month),
        (rf"{_Y}[.\-](0[1-9]|1[0-2])(?![\d年])", _month),
        (rf"{_Y}{_DASH}((?:19|20)\d\d)(?!\d){_NO_YEAR}", _years),
        (rf"{_Y}\s*(?:年度?|届){_NO_YEAR}", _year),
        (rf"(?<![〔\[［【(（.]){_Y}{_NO_YEAR}{_COUNTED}", _year),
    )
)
_ANY_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d")
# All forms in one, so that the usual text costs one match and not eleven.
_ANY_FORM = re.compile("|".join(f"(?P<f{number}>{pattern.pattern})" for number, (pattern, _read) in enumerate(_FORMS)))


@lru_cache(maxsize=65536)
def spans(text: str) -> tuple[Span, ...]:
    """Return every time that words name, in order; none where they name none."""
    if "年" in text:
        text = _CHINESE_YEAR.sub(lambda match: match[0].translate(_DIGITS), text)
    if "20" not in text and "19" not in text and text.isascii():
        return ()
    return tuple(dict.fromkeys(_spans(plain(text))))


def text(span: Span) -> str:
    """Return the name of a time, in words that `spans` reads back: 2025年, 2024-2025学年第一学期, 2024年3月, 2021年-2023年."""
    first, last = date.fromordinal(span[0]), date.fromordinal(span[1])
    for unit in PeriodUnit:
        period = containing(unit, first)
        if period.span == span:
            return period.text()
    if first == last:
        return f"{first.year}年{first.month}月{first.day}日"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"{first.year}-{last.year}年"
    if (first.month, first.day, last.month, last.day) == (9, 1, 8, 31):
        return f"{first.year}-{last.year}学年"
    if _month(str(first.year), str(first.month)) == span:
        return f"{first.year}年{first.month}月"
    return f"{first.year}年{first.month}月-{last.year}年{last.month}月"


def of_date(iso: str) -> tuple[Span, ...]:
    """Return the time of an ISO 8601 date, which may lack its day or month; none for anything else."""
    parts = iso[:10].split("-")
    if len(parts) > 3:
        return ()
    try:
        if len(parts) == 1:
            found: Span | None = _year(str(int(parts[0]))) if len(parts[0]) == 4 else None
        else:
            found = _month(parts[0], parts[1]) if len(parts) == 2 else _day(*parts)
    except ValueError:
        return ()
    return (found,) if found else ()


def _spans(text: str) -> Iterator[Span]:
    at = 0
    while (start := _ANY_YEAR.search(text, at)) is not None:
        at = start.end()
        first = _ANY_FORM.match(text, start.start())
        for pattern, read in _FORMS[int((first.lastgroup or "f0")[1:]) :] if first else ():
            match = pattern.match(text, start.start())
            if match is not None and (span := read(*match.groups())) is not None:
                yield span
                at = match.end()
                break
