"""Codes written in a path component or a file name: C12, C29～31, A2B8C10, 【C12】. Pure; knows nothing of frameworks.

People write codes by hand: full-width, in lower case, with a Cyrillic С, glued to what follows. And they write other things that
look alike: C30 concrete, C1 licences, IMG_C12. A hit that is no code is kept, with the reason, so that a person can be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from schema.lookalikes import not_a_code
from schema.model import Framework


class CodeKind(StrEnum):
    """What a code names: an evaluation point (C) or an indicator (B)."""

    POINT = "point"
    INDICATOR = "indicator"


@dataclass(frozen=True, slots=True)
class CodeHit:
    """One place of a text where codes are written.

    `numbers` are the numbers named there, ascending for a range and as written for a list; `start` and `end` lie in the text
    as given. `item` is the number of an item of the point (C10-1). `sure` is False where C3-5 may be a range or item 5 of C3:
    then the first number is certain and the others are not. `refused` is the code of a message (codes.…) when it is no code.
    """

    kind: CodeKind
    numbers: tuple[int, ...]
    start: int
    end: int
    item: int | None = None
    sure: bool = True
    refused: str = ""


_CHINESE = "一二三四五六七八九"
_NUMERAL = f"(?:[一二三四]?十[{_CHINESE}]?|[{_CHINESE}])"
# Full-width ASCII and letters that look the same; every one is a single character, so places stay what they were.
_ALIKE = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: 0x20} | str.maketrans("СсϹⅭАаΑВвΒ", "CcCCAaABbB")
_IS_ALIKE = re.compile(f"[{''.join(map(chr, _ALIKE))}]")
# What is counted or dated is no code: C3-5月, C10、3间.
# Behind a code such a letter begins a word of its own: 人员, 名册, 班额.
_COUNTED = (
    "人(?![员事才民物])|名(?![册单])|班(?![额级子主])|条(?!件)|课(?![程堂表题])|批(?!复)|轮(?![岗训])|个(?![人案别])|项(?!目)|级(?!差)|点(?!评)"
    "|分(?![班配析园])"
)
_MEASURE = (
    rf"(?!\s*(?:[0-9A-Za-z%年月日]|学年|学期|\.[0-9])"
    rf"|(?:{_COUNTED}|[号份所间张次页种类周届件元平米岁台册套本位家处块千万亿时节幅]))"
)
# A year or a date glued to a code, C272017年后: cut before it.
_GLUED = re.compile(
    r"[0-9]{1,2}(?=(?:19|20)[0-9]{2}(?:[年届级春秋至~.—-]|学年)"
    r"|20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9]))"
)
_START = re.compile(rf"([CB])(?:\s*[-.·_]?\s*([0-9]+)|({_NUMERAL})(?![{_CHINESE}十]){_MEASURE})", re.IGNORECASE)
_RANGE = re.compile(rf"\s*([~∼〜至到]|[-‐‑–—―]{{1,2}})\s*(C)?\s*([0-9]{{1,2}}){_MEASURE}", re.IGNORECASE)
# After a comma a bare number must stand alone; after 、 it may be followed by words.
_LIST = re.compile(rf"\s*(?:[、/&+和及与]\s*([0-9]{{1,2}}){_MEASURE}|[,;]\s*([0-9]{{1,2}})(?=[\s、,;()\[\]【】〔〕_~—-]|$))")
_ITEM = re.compile(rf"\s*[-.·_‐‑–—―]{{1,2}}\s*([0-9]{{1,2}}){_MEASURE}")
_NUMERAL_RANGE = re.compile(rf"\s*[~∼〜至到—–-]{{1,2}}\s*C?({_NUMERAL})(?![{_CHINESE}十]){_MEASURE}", re.IGNORECASE)
_NUMERAL_LIST = re.compile(rf"\s*[、,和及与]\s*({_NUMERAL})(?![{_CHINESE}十]){_MEASURE}")
LONGEST_RANGE = 40


def plain(text: str) -> str:
    """Return `text` with full-width and look-alike letters as ASCII, character by character."""
    return text.translate(_ALIKE) if _IS_ALIKE.search(text) else text


@lru_cache(maxsize=4096)  # a folder holds many files
def find_codes(text: str) -> tuple[CodeHit, ...]:
    """Return the places where codes stand in a path component or file name, in order, refused ones included."""
    folded = plain(text)
    hits: list[CodeHit] = []
    end = 0
    while (match := _START.search(folded, end)) is not None:
        hits.append(_hit(folded, match))
        end = hits[-1].end
    return tuple(hits)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts C2 before C10: runs of digits compare as numbers."""
    parts = re.findall(r"[0-9]+|[^0-9]+", text)
    return tuple((0, int(part), "") if part.isascii() and part.isdecimal() else (1, 0, part) for part in parts)


def framework_word(text: str, frameworks: Iterable[Framework], *, hints: bool = False) -> str | None:
    """Return the id of the framework that words of `text` name; None when none does or several do.

    Where words overlap the longest counts: 小学化 is a preschool word though 小学 is not. With `hints`, words that only suggest a
    framework count too.
    """
    named = {identity for _start, _end, identity in framework_words(text, tuple(frameworks), hints=hints)}
    return named.pop() if len(named) == 1 else None


def framework_words(text: str, frameworks: tuple[Framework, ...], *, hints: bool = False) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and framework id of each word that names a framework, in order."""
    words, pattern = _naming(frameworks, hints)
    for match in pattern.finditer(plain(text)):
        yield match.start(), match.end(), words[match[0]]


@lru_cache(maxsize=64)
def _naming(frameworks: tuple[Framework, ...], hints: bool) -> tuple[dict[str, str], re.Pattern[str]]:
    """Return the words that name a framework (word to id) and a pattern that finds them, the longest first."""
    words = {word: entry.id for entry in frameworks for word in (*vocabulary(entry, frameworks), *(entry.hints if hints else ()))}
    found = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    return words, re.compile(found or r"(?!)")


def vocabulary(framework: Framework, frameworks: tuple[Framework, ...]) -> tuple[str, ...]:
    """Return the words that name a framework: its own, and the titles of dimensions and indicators no other framework has."""
    others = {title for entry in frameworks if entry.id != framework.id for title in _titles(entry)}
    titles = (title for title in _titles(framework) if title not in others and len(title) >= 4)
    return tuple(dict.fromkeys((framework.short, framework.title, *framework.words, *titles)))


def _titles(framework: Framework) -> Iterator[str]:
    yield from (entry.title for entry in framework.dimensions)
    yield from (entry.title for entry in framework.indicators)


def _hit(text: str, match: re.Match[str]) -> CodeHit:
    """Return the hit whose letter and number `match` found, with the list or range that follows."""
    kind = CodeKind.POINT if match[1] in "Cc" else CodeKind.INDICATOR
    start, end = match.span()
    digits = match[2]
    if digits is not None and len(digits) > 2:
        glued = _GLUED.match(text, match.start(2))
        end = glued.end() if glued else end
        digits = text[match.start(2) : end]
    refused = not_a_code(text, start, end)
    number = int(digits) if digits else _numeral(match[3])
    if not refused and not 0 < number < 100:
        refused = "codes.zero" if number == 0 else "codes.too-long"
    if refused:
        return CodeHit(kind, (), start, end, refused=refused)
    if kind is CodeKind.INDICATOR:
        return CodeHit(kind, (number,), start, end)
    if not digits:
        return _in_numerals(text, number, start, end)
    return _range(text, number, start, end) or _list(text, number, start, end)


def _in_numerals(text: str, first: int, start: int, end: int) -> CodeHit:
    """Read what follows a code in Chinese numerals: C十二至十四, C十二、十三."""
    if (match := _NUMERAL_RANGE.match(text, end)) is not None and first < _numeral(match[1]) <= first + LONGEST_RANGE:
        return CodeHit(CodeKind.POINT, tuple(range(first, _numeral(match[1]) + 1)), start, match.end())
    numbers = [first]
    while (match := _NUMERAL_LIST.match(text, end)) is not None:
        numbers.append(_numeral(match[1]))
        end = match.end()
    return CodeHit(CodeKind.POINT, tuple(dict.fromkeys(numbers)), start, end)


def _range(text: str, first: int, start: int, end: int) -> CodeHit | None:
    """Read C29～31, C29-C31 and C29-31. A dash before a smaller number counts items: C10-1 is item 1 of point 10."""
    match = _RANGE.match(text, end)
    if match is None:
        return None
    last, dash = int(match[3]), match[1] not in "~∼〜至到"
    if last <= first or match[3].startswith("0") or last - first > LONGEST_RANGE:
        if match[2] is None and dash:
            return CodeHit(CodeKind.POINT, (first,), start, match.end(), item=last)
        return None
    # C29-31: nobody numbers an item 31. C3-5 may be either.
    sure = not dash or match[2] is not None or last > 9
    return CodeHit(CodeKind.POINT, tuple(range(first, last + 1)), start, match.end(), sure=sure)


def _list(text: str, first: int, start: int, end: int) -> CodeHit:
    numbers = [first]
    while (match := _LIST.match(text, end)) is not None and int(match[1] or match[2]) > 0:
        numbers.append(int(match[1] or match[2]))
        end = match.end()
    item = _ITEM.match(text, end) if len(numbers) == 1 else None
    if item is not None:
        return CodeHit(CodeKind.POINT, (first,), start, item.end(), item=int(item[1]))
    return CodeHit(CodeKind.POINT, tuple(dict.fromkeys(numbers)), start, end)


def _numeral(text: str) -> int:
    """Return the number of a Chinese numeral below fifty: 十二, 三十, 七."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _CHINESE.index(ones) + 1
    return 10 * (_CHINESE.index(tens) + 1 if tens else 1) + (_CHINESE.index(ones) + 1 if ones else 0)
