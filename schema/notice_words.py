"""The words in the cells of a notice: codes and what is glued to them, stray blanks, half-width signs, lists of names. Pure."""

from __future__ import annotations

import re

from schema.codes import plain

# How the names of an authority's departments end; a line that ends otherwise was broken.
_WHOLE = re.compile(r"(?:[科室处局办部站所院校园组会委队]|中心|学校|单位)$")
_LONG = 6  # a narrower column than this is not to be seen
_HAN = r"[\u3400-\u9fff]"
_FULL = str.maketrans(",;:()", "，；：（）")


def coded(text: str, letter: str, expected: int) -> tuple[int | None, str]:
    """Return the number after `letter` at the beginning of a text, and the rest; digits glued to it are cut by what must come."""
    match = re.match(rf"{letter}\s*[-.、]?\s*(\d+)\s*[.、．:：]?\s*", plain(text), re.IGNORECASE)
    if match is None:
        return None, text
    digits = match[1]
    glued = len(digits) > 2 or int(digits) > expected
    for number in (expected, expected - 1):
        if glued and number > 0 and digits.startswith(str(number)):
            return number, text[match.start(1) + len(str(number)) :]
    return int(digits), text[match.end() :]


def squeezed(text: str) -> str:
    """Return text without the white space that lines and cells bring in; between Latin words and figures one blank stays."""
    words = re.sub(r"(?<=\d)\.\s+(?=\d)", ".", text.strip())
    return re.sub(r"(?<![0-9A-Za-z])\s+|\s+(?![0-9A-Za-z])", "", re.sub(r"\s+", " ", words))


def tidied(text: str) -> str:
    """Return text with half-width signs beside Chinese words as full-width ones; those inside figures (1:15, 1,000) stay."""
    text = re.sub(rf"\(([^()]*{_HAN}[^()]*)\)", r"（\1）", text)
    return re.sub(rf"(?<={_HAN})[,;:]|[,;:](?={_HAN})", lambda sign: sign[0].translate(_FULL), text)


def names(text: str) -> tuple[str, ...]:
    """Return the names in a cell, one a line or a comma; a line of one character is the end of the name above."""
    found: list[str] = []
    for part in re.split(r"[\n、,，;；]", text):
        name = re.sub(r"\s+", "", part)
        if len(name) == 1 and found:
            found[-1] += name
        elif name:
            found.append(name)
    return tuple(found)


def listed(text: str) -> str:
    """Return the names in a cell in one line, however they were broken."""
    return "、".join(names(text))


def joined(parts: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Return names put together until there are `count`: what does not end as a department's does was broken, or a long line."""
    whole = list(parts)
    while len(whole) > count:
        broken = [number for number, name in enumerate(whole[:-1]) if not _WHOLE.search(name)]
        long = [number for number, name in enumerate(whole[:-1]) if len(name) >= _LONG]
        if not (broken or long):
            break
        place = broken[0] if broken else max(long, key=lambda number: len(whole[number]))
        whole[place : place + 2] = [whole[place] + whole[place + 1]]
    return tuple(whole)
