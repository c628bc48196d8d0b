"""The head of a paper: classification, document number (GB/T 9704-2012, 7.2.2 and 7.2.5), and where it begins. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.official.agencies import AGENCY
from indexer.official.lines import Line

# The number: letters of the agency, year in brackets of any kind, number. The standard asks for hexagonal brackets.
_OPEN, _CLOSE = "〔\\[﹝【（(［{〖「『〈《<", "〕\\]﹞】）)］}〗」』〉》>"
_NUMBER = re.compile(f"([\u4e00-\u9fff]{{0,24}})[{_OPEN}]((?:19|2[0Oo])[0-9Oo]{{2}})年?[{_CLOSE}]第?([0-9Ool]{{1,5}})[号呺]")
# A bracket that recognition took for a letter.
_MISREAD = re.compile(f"([\u4e00-\u9fff]{{2,24}})[{_OPEN}CcLlIt1]((?:19|20)[0-9]{{2}})[{_CLOSE}JjlI1]第?([0-9]{{1,5}})号")
_ORDINAL = re.compile("(第|20[0-9]{2}年第)([0-9]{1,5})号")
# As it was written before 2012: （2024）青教字第12号, 青教字第12号.
_OLD = re.compile(f"(?:[{_OPEN}](20[0-9]{{2}})[{_CLOSE}])?([一-鿿]{{1,12}}字)第([0-9]{{1,5}})号")
_ISSUE = re.compile(f"[（(]?(20[0-9]{{2}}年)?[{_OPEN}]?(20[0-9]{{2}})?[{_CLOSE}]?(?:总)?第([0-9]{{1,4}})期[）)]?")
_PERIODICAL = re.compile("纪要|简报|专报|信息|通讯|动态")
_CITED = re.compile("根据|按照|依据|依照|贯彻|落实|《|转发|收悉|来文|收文|文号|字号")
_BESIDE = re.compile("[（(]?[）)]?|(?:签发人|会签人|密级|紧急程度|特急|加急|平急|机密|秘密|签发).*")
_SECRET = re.compile("(?:密级[：:])?(绝密|机密|秘密)(?:[★☆*·]?([0-9]{1,2}(?:年|个月|月|天|日)|长期))?(?:特急|加急|平急|紧急)?")
_FORM = re.compile("(?:文件|公文|来文|收文).{0,4}(?:处理|办理|阅办|批办|传阅|阅处|呈批|承办)(?:单|笺|签|表|卡)$")
_FORM_LINE = re.compile("^(?:来文|收文|拟办|领导|批示|备注|承办|阅|办理|登记|文件标题|密级|份数|主办)")
_FORM_LINES, _SECRET_LINES = 20, 12


@dataclass(frozen=True, slots=True)
class Hit:
    """An element found on the line at `at` (an index into the lines; -1: on none)."""

    value: str
    at: int
    rule: str
    confidence: float


def beginning(lines: Sequence[Line]) -> int:
    """Return the index at which the paper itself begins: after the routing form that an office put in front of it."""
    form = next((at for at, entry in enumerate(lines[:8]) if _FORM.search(entry.compact)), -1)
    if form < 0:
        return 0
    at = end = form + 1
    # A remark may stand between two rows; more than one line is the paper.
    while at < len(lines) and at <= end + 1 and at < form + _FORM_LINES:
        at += 1
        if lines[at - 1].in_table or _FORM_LINE.match(lines[at - 1].compact):
            end = at
    return end


def number(lines: Sequence[Line]) -> Hit | None:
    """Return the paper's own number among the lines of its head, not one that it cites."""
    for at, entry in enumerate(lines):
        if _CITED.search(entry.compact):
            continue
        for cell in entry.cells:
            found = _with_year(cell, at) or _ordinal(cell, at)
            if found is not None:
                return found
    if not any(_PERIODICAL.search(entry.compact) for entry in lines[:8]):
        return None
    return next((found for at, entry in enumerate(lines) for cell in entry.cells if (found := _issue(cell, at))), None)


def beside_number(entry: Line) -> str:
    """Return what stands before the number on its line: the agency, in letters (函) and where a PDF puts both on one line."""
    cell = next((cell for cell in entry.cells if _NUMBER.search(cell)), "")
    match = _NUMBER.search(cell)
    return cell[: match.end(1) - len(_letters(match[1]))] if match else ""


def secrecy(lines: Sequence[Line]) -> Hit | None:
    """Return the classification with its term, as "机密★1年"."""
    for at, entry in enumerate(lines[:_SECRET_LINES]):
        for part in entry.printed.split() if not _SECRET.fullmatch(entry.compact) else (entry.compact,):
            if match := _SECRET.fullmatch(part):
                return Hit(match[1] + (f"★{match[2]}" if match[2] else ""), at, "secrecy", 0.95)
    return None


def _with_year(cell: str, at: int) -> Hit | None:
    for pattern, rule, confidence in ((_NUMBER, "number", 0.97), (_MISREAD, "number-misread", 0.7)):
        match = pattern.search(cell)
        if match and _BESIDE.fullmatch(cell[match.end() :]) and cell[: match.start()] in ("", "（", "("):
            year = match[2].replace("O", "0").replace("o", "0")
            count = int(match[3].replace("O", "0").replace("o", "0").replace("l", "1"))
            return Hit(f"{_letters(match[1])}〔{year}〕{count}号", at, rule, confidence)
    return None


def _letters(before: str) -> str:
    """Return the letters of the agency, without the agency's name that may stand on the same line."""
    letters = before.rpartition("文件")[2]
    for end in range(len(letters) - 2, 3, -1) if len(letters) > 7 else ():
        if AGENCY.fullmatch(letters[:end]):
            return letters[end:]
    return letters


def _ordinal(cell: str, at: int) -> Hit | None:
    if match := _ORDINAL.fullmatch(cell.strip("（）()")):
        return Hit(f"{match[1]}{int(match[2])}号", at, "number-ordinal", 0.9)
    if match := _OLD.fullmatch(cell):
        return Hit(f"{f'〔{match[1]}〕' if match[1] else ''}{match[2]}第{int(match[3])}号", at, "number-ordinal", 0.9)
    return None


def _issue(cell: str, at: int) -> Hit | None:
    match = _ISSUE.fullmatch(cell)
    if not match:
        return None
    year = match[1] or (f"〔{match[2]}〕" if match[2] else "")
    return Hit(f"{year}第{int(match[3])}期", at, "number-issue", 0.85)
