"""The end of a paper: who signs, the date, the attachments (GB/T 9704-2012, 7.3.4 to 7.3.6). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.official.agencies import agencies, names
from indexer.official.dates import dated
from indexer.official.head import Hit
from indexer.official.lines import Line, line

# Lines of the end of a paper that are looked at, and lines above a date on which agencies may stand.
_TAIL, _SIGNERS = 40, 10
_HEADING = re.compile("附件?[0-9一二三四五六七八九十]{0,3}[:：]?")
_HEADING_ON = re.compile(r"附\s?件?\s?[0-9一二三四五六七八九十]{0,3}\s?(?:[:：]\s*(.{0,80})$|$)")
_NEAR = 3
_HEADING_TITLED = re.compile("附件[0-9一二三四五六七八九十]{1,3}[:：]?.{0,60}")
_LISTED = re.compile(r"附\s*[件表]?\s*[0-9一二三四五六七八九十]{0,3}\s*[:：]|附\s*件\s*[0-9]{1,2}(?:\s*[.．、]|\s+)")
_ITEM = re.compile(r"^(?:附件\s?\d{1,2}\s?[:：.．、]?|[（(]?\s?(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s?[.．、）)]|[①-⑳])\s*")
# Several on one line: "1.甲 2.乙".
_NEXT_ITEM = re.compile(r"(?<=[\s；;。])(?=(?:[2-9]|1[0-9])\s?[.．、](?!\d)|[②-⑳])|(?=附件\s?[2-9]\s?[:：.．、])")
_ENDS_LIST = re.compile("^[（(]|^抄[送报]|[。：:]$|^发[：:]|^主题词|^特此|^此复|^专此")
_PERSON = re.compile(
    "^(?:代)?(?:市长|县长|区长|省长|州长|镇长|乡长|局长|厅长|主任|校长|园长|院长|部长|书记|主席|会长)[\\s：:]{0,4}[\u4e00-\u9fff·\\s]{2,12}$"
)
_PASSED = re.compile(
    r"[（(](\d{4}年\d{1,2}月\d{1,2}日)?([\u4e00-\u9fff]{2,40}?)(?:第[一二三四五六七八九十\d]{1,4}次[\u4e00-\u9fff]{0,12}(?:会议|大会|全会|全体会议))?(?:审议|讨论|表决)?通过[）)]?"
)
_SESSION = re.compile(
    r"第[一二三四五六七八九十\d]{1,4}届|第[一二三四五六七八九十\d]{1,4}次(?:全体|常务|党组|厅务|局务|办公)?会议"
)


@dataclass(frozen=True, slots=True)
class Close:
    """Who signed, when, and the index of the line with the date (-1: none); `confidence` that of the date."""

    agencies: tuple[str, ...] = ()
    date: str = ""
    at: int = -1
    rule: str = ""
    confidence: float = 0.0


def close(lines: Sequence[Line], start: int) -> Close:
    """Return the sign-off: the last date that stands alone or beside agencies, and the agencies near it.

    Looked for after the title (from `start` on) and before the attachments.
    """
    end = _end(lines, start)
    fallback = Close()
    for at in range(end - 1, max(end - _TAIL, start) - 1, -1):
        before, day = dated(lines[at].printed)
        if not day or lines[at].in_table:
            continue
        own = names(line(before)) if before else ()
        if before and not own:
            continue
        signed = (*_above(lines, at), *own) or _below(lines, at, end)
        if signed:
            return Close(tuple(dict.fromkeys(signed)), day, at, "date-signed", 0.96)
        fallback = fallback if fallback.date else Close((), day, at, "date-alone", 0.8)
    return fallback


def head_date(lines: Sequence[Line]) -> Close:
    """Return the date at the head of a paper: under the title in parentheses, beside the agency of minutes, or of adoption."""
    for at, entry in enumerate(lines):
        before, day = dated(entry.printed)
        if day and before in ("", "（", "("):
            return Close((), day, at, "date-head", 0.8)
        if day and (own := names(line(before))):
            return Close(own, day, at, "date-head", 0.8)
        passed = entry.compact + (lines[at + 1].compact if at + 1 < len(lines) and "）" not in entry.compact else "")
        if entry.compact.startswith(("（", "(")) and (match := _PASSED.match(passed)) and match[1]:
            body = _SESSION.sub("", match[2])
            return Close(names(line(body)), dated(match[1])[1], at, "date-adopted", 0.8)
    return Close()


def attachments(lines: Sequence[Line], start: int, end: int) -> tuple[list[str], int, str]:
    """Return the titles of the attachments listed between title and date, the index of the first line, and the rule.

    Where none are listed, those whose headings follow the date.
    """
    stop = end if end >= 0 else len(lines)
    for at in range(start, stop):
        if _LISTED.match(lines[at].printed) and not lines[at].in_table:
            return _listed(lines, at, stop), at, "attachments"
    found: list[str] = []
    first = -1
    for at in range(end + 1, len(lines)) if end >= 0 else ():
        heading = _HEADING_ON.match(lines[at].printed)
        # Under a sentence of its own it belongs to what is enclosed.
        if not heading or lines[at].in_table or (heading[1] and at > end + _NEAR and not found):
            continue
        text = heading[1] or (lines[at + 1].text if at + 1 < len(lines) and not lines[at + 1].in_table else "")
        found += [line(text).text] if text else []
        first = at if first < 0 else first
    return found, first, "attachments-headed"


def _listed(lines: Sequence[Line], start: int, stop: int) -> list[str]:
    found: list[str] = []
    for at in range(start, min(start + _TAIL, stop)):
        text = lines[at].printed
        label, numbered = _LISTED.match(text), bool(_ITEM.match(text))
        if label:
            text = text[label.end() :]
        elif lines[at].in_table or names(lines[at]) or dated(lines[at].printed)[1] or (_ENDS_LIST.search(text) and not numbered):
            break
        items = [line(_ITEM.sub("", item.strip())).text.strip() for item in _NEXT_ITEM.split(text.strip())]
        if found and not label and not numbered:
            found[-1] += items.pop(0)
        found += filter(None, items)
    return [item.rstrip("。；;，,") for item in found]


def _above(lines: Sequence[Line], at: int) -> tuple[str, ...]:
    """Return the agencies on the lines just above; a person's signature may stand between."""
    first = at
    while first > 0 and at - first < _SIGNERS and (names(lines[first - 1]) or _PERSON.match(lines[first - 1].printed)):
        first -= 1
    return agencies(lines[first:at])


def _below(lines: Sequence[Line], at: int, end: int) -> tuple[str, ...]:
    """Return the agencies on the lines just below, where recognition took the date first."""
    last = at + 1
    while last < min(at + 4, end) and names(lines[last]):
        last += 1
    return agencies(lines[at + 1 : last])


def _end(lines: Sequence[Line], start: int) -> int:
    """Return the index of the heading of the first attachment behind a sign-off; the number of lines when there is none."""
    signed = False
    for at, entry in enumerate(lines[start:], start):
        before, day = dated(entry.printed)
        signed = signed or bool(day and not entry.in_table and (not before or names(line(before))))
        bare = entry.compact
        if signed and (_HEADING.fullmatch(bare) or _HEADING_TITLED.fullmatch(bare)):
            return at
    return len(lines)


def found(close_: Close) -> Hit | None:
    """Return the date of a sign-off as an element."""
    return Hit(close_.date, close_.at, close_.rule, close_.confidence) if close_.date else None
