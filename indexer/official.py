"""The elements of an official paper, found by rule: title, document number, issuing agency, date (GB/T 9704-2012). Pure.

Each rule looks at a bounded number of lines of bounded length with patterns that take linear time: any text may come here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import PurePath

from indexer.reading import Reading

# Lines looked at in all, characters of a line, lines of the head and of the end of a paper.
_LINES, _LENGTH, _HEAD, _TAIL = 5_000, 200, 25, 40
# A title runs over so many lines at most; what is longer than this is no title.
_TITLE_LINES, _TITLE, _SHORT, _KIND = 4, 120, 60, 4
_WHERE = frozenset({"body", "table", "textbox", "slide", "ocr"})

# The number: letters of the agency, year in brackets of any kind, number. The standard (7.2.5) asks for hexagonal brackets.
_NUMBER = re.compile(
    r"([\u4e00-\u9fff]{0,20})\s?[〔\[﹝【（(［]((?:19|20)\d{2})年?[〕\]﹞】）)］]\s?第?\s?(\d{1,5})\s?号", re.ASCII
)
_ORDINAL = re.compile(r"第\d{1,5}号", re.ASCII)
_CITED = re.compile("根据|按照|依据|依照|贯彻|落实|《")
_BESIDE_NUMBER = re.compile("[（(]?[）)]?|(?:签发人|会签人|密级|紧急程度|特急|加急|平急|机密|秘密).*")

# Kinds of papers that close a title: those of the standard, then those schools write besides.
_OFFICIAL = "决议|决定|命令|令|公报|公告|通告|意见|通知|通报|报告|请示|批复|议案|函|纪要"
_USUAL = (
    "方案|计划|总结|规划|办法|细则|规定|制度|预案|要点|汇报|说明|台账|名单|清单|目录|记录|协议|合同|章程|统计表|汇总表|登记表"
    "|一览表|明细表|花名册|职责表|安排表|评分表|自查表|考核表|课程表|功能表|签到表|登记册|倡议书|承诺书|责任书|证明|简报|案例|教案|指南|公示"
)
_DRAFT = "(?:[（(](?:试行|暂行|征求意见稿|送审稿|讨论稿|草案|修订)[）)])?$"
_CLOSED = re.compile(f"(?:{_OFFICIAL}|{_USUAL}){_DRAFT}")
_OPENS = re.compile("关于|印发|转发|批转")
_NO_TITLE = re.compile(
    r"[。；：;:，,！!？?]$|^附件|^[\d（(]+[.、．）)]|^[一二三四五六七八九十]{1,3}、|^抄送|^主题词|^[\d\s\-—/.]+$"
)
_MEANING = re.compile("[\u4e00-\u9fff]{2}|[A-Za-z]{4}")
_ANY_SHEET = re.compile(r"(?:Sheet|工作表|表)\s?\d*", re.I)

_AGENCY = re.compile(
    "[\u4e00-\u9fff（）()]{1,40}(?:委员会|政府|教委|局|厅|办公室|办公厅|督导室|党委|党组|支部|总支|工会|团委|中心|学校|小学|中学|附中|附小"
    "|幼儿园|学院|大学|教学点|科|处|站|所|馆|公司|领导小组|指挥部|专班|协会)"
)
_BLANK = re.compile(r"\s+")
_BESIDE_HAN = re.compile(r"(?<=[^\x00-\x7f])\s+(?=\S)|(?<=[\x00-\x7f])\s+(?=[^\x00-\x7f])")
_ATTACHMENT = re.compile(r"附件[\d一二三四五六七八九十]{0,3}[:：]?")

_NUMERALS = {character: str(index) for index, character in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0", "O": "0"}
_ARABIC = re.compile(r"((?:19|20)\d{2})\s?[年\-./]\s?(\d{1,2})\s?[月\-./]\s?(\d{1,2})\s?日?[）)]?$", re.ASCII)
_CHINESE = re.compile(
    r"([一二][〇○零O一二三四五六七八九]{3})\s?年\s?([一二三四五六七八九十]{1,3})\s?月\s?([一二三四五六七八九十]{1,3})\s?日[）)]?$"
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


@dataclass(frozen=True, slots=True)
class Elements:
    """Title, document number ("荣教政发〔2023〕78号"), issuer (several joined by "、"), date (YYYY-MM-DD); empty if unknown."""

    title: str
    doc_number: str = ""
    issuer: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as printed, and without the blanks beside Chinese characters."""

    printed: str
    text: str


def elements(reading: Reading, file_name: str) -> Elements:
    """Return the elements of what was read from a file called `file_name`; its stem is the last resort for a title."""
    lines = tuple(_lines(reading))
    at, number = _number(lines[:_HEAD])
    title = _title(lines, at + 1)
    signed, day = _signature(lines)
    # The red head names the first agency, all that sign are named at the end.
    issuers = dict.fromkeys([*(_agencies(lines[:at]) if at >= 0 else ()), *signed])
    return Elements(
        title or _first_line(reading, lines) or PurePath(file_name).stem,
        number,
        "、".join(issuers) or _before_about(title),
        day or _head_date(lines[:_HEAD]),
    )


def _lines(reading: Reading) -> Iterator[_Line]:
    """Yield the lines that are not blank, of the paper itself (no headers, notes, comments, cells of sheets)."""
    printed = (
        line.strip()[:_LENGTH].translate(_FULL_WIDTH)
        for block in reading.blocks
        if block.where in _WHERE
        for line in block.text[: _LINES * _LENGTH].split("\n")
    )
    for line in islice(filter(None, printed), _LINES):
        yield _line(line)


def _number(lines: Sequence[_Line]) -> tuple[int, str]:
    """Return the index of the line with the number, and the number; -1 and nothing when there is none."""
    for index, line in enumerate(lines):
        if _CITED.search(line.text):
            continue
        match = _NUMBER.search(line.text)
        if match and _BESIDE_NUMBER.fullmatch(line.text[match.end() :]) and line.text[: match.start()] in ("", "（", "("):
            letters = match[1].rpartition("文件")[2]
            return index, f"{letters}〔{match[2]}〕{int(match[3])}号"
        if _ORDINAL.fullmatch(line.text):
            return index, line.text
    return -1, ""


def _title(lines: Sequence[_Line], start: int) -> str:
    """Return the first title 关于…的<kind> at or after `start`, over up to four lines, else a short line that names its kind."""
    head = lines[start : start + _HEAD]
    for index, line in enumerate(head):
        if _OPENS.search(line.text) and not _CITED.match(line.text):
            joined = _joined(head[index : index + _TITLE_LINES])
            if joined:
                return joined
    for index, line in enumerate(head):
        if len(line.text) <= _SHORT and _CLOSED.search(line.text) and _could_be_title(line):
            # A long title broken just before its kind leaves "报告" alone on a line.
            broken = len(line.text) <= _KIND and index > 0 and _could_be_title(head[index - 1])
            return head[index - 1].text + line.text if broken else line.text
    return ""


def _could_be_title(line: _Line) -> bool:
    return "\t" not in line.printed and not _NO_TITLE.search(line.text)


def _joined(lines: Sequence[_Line]) -> str:
    """Return the lines joined up to the one that closes the title; empty when none does."""
    title = ""
    for line in lines:
        title += line.text
        if "\t" in line.printed or _NO_TITLE.search(line.text) or len(title) > _TITLE:
            return ""
        if _CLOSED.search(title):
            return title
    return ""


def _first_line(reading: Reading, lines: Sequence[_Line]) -> str:
    """Return the first short line that means anything, or the name of a sheet somebody has named."""
    if reading.kind in ("xls", "xlsx", "et", "ods", "xlsb"):
        return next(filter(None, map(_sheet_title, (block.text for block in reading.blocks if block.where == "sheet"))), "")
    candidates = (line for line in lines[:5] if len(line.text) <= _SHORT and "\t" not in line.printed)
    return next((line.text for line in candidates if _MEANING.search(line.text) and not _NO_TITLE.search(line.text)), "")


def _sheet_title(text: str) -> str:
    """Return the first row of a sheet when it is a single cell, else the sheet's own name unless the program gave it."""
    name, _, rest = text.partition("\n")
    row = rest.partition("\n")[0]
    row = _BESIDE_HAN.sub("", row[:_LENGTH].strip()) if "\t" not in row.strip() else ""
    if row and len(row) <= _SHORT and _MEANING.search(row):
        return row
    return "" if _ANY_SHEET.fullmatch(name) else name[:_SHORT]


def _agencies(lines: Iterable[_Line]) -> tuple[str, ...]:
    """Return the agencies that stand on lines of their own, each once, in order."""
    found: dict[str, None] = {}
    for line in lines:
        for part in _parts(line):
            name = part.removesuffix("文件")
            if _AGENCY.fullmatch(name):
                found[name] = None
    return tuple(found)


def _parts(line: _Line) -> list[str]:
    """Return the names on a line; a red head with its characters spaced out is one name."""
    parts = _BLANK.split(line.printed)
    return [line.text] if max(map(len, parts)) <= 2 else parts


def _signature(lines: Sequence[_Line]) -> tuple[tuple[str, ...], str]:
    """Return agencies and date of the sign-off: the last date line of the paper proper, and the agencies on and above it."""
    end = next((index for index, line in enumerate(lines) if _ATTACHMENT.fullmatch(line.text)), len(lines))
    for index in range(end - 1, max(end - _TAIL, 0) - 1, -1):
        before, day = _dated(lines[index].printed)
        if day and (not before or _agencies([_line(before)])):
            own = [_line(before)] if before else []
            return _agencies([*lines[max(index - 3, 0) : index], *own]), day
    return (), ""


def _head_date(lines: Iterable[_Line]) -> str:
    """Return the date that stands on a line of its own at the head of a paper, as under the title of minutes."""
    dates = (_dated(line.printed) for line in lines)
    return next((day for before, day in dates if day and before in ("", "（", "(")), "")


def _dated(printed: str) -> tuple[str, str]:
    """Return what precedes the date at the end of a line, and the date in ISO 8601; nothing when no real date ends it."""
    if match := _ARABIC.search(printed):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _CHINESE.search(printed):
        year = int("".join(_NUMERALS[character] for character in match[1]))
        month, day = _small(match[2]), _small(match[3])
    else:
        return "", ""
    try:
        return printed[: match.start()].strip(), date(year, month, day).isoformat()
    except ValueError:
        return "", ""


def _small(numeral: str) -> int:
    """Return a Chinese numeral below a hundred: 三十一 is 31, 十 is 10."""
    tens, ten, ones = numeral.rpartition("十")
    digit = {**_NUMERALS, "": "0"}
    if not ten:
        return int(digit[ones]) if len(ones) == 1 else 0
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return 0
    return int(digit[tens] if tens else 1) * 10 + int(digit[ones])


def _before_about(title: str) -> str:
    """Return the agency that a title names before 关于."""
    name = title.partition("关于")[0]
    return name if _AGENCY.fullmatch(name) else ""


def _line(printed: str) -> _Line:
    return _Line(printed, _BESIDE_HAN.sub("", printed))
