"""The elements of an official paper, found by rule (GB/T 9704-2012), each with where it stands and how sure the rule is. Pure.

Each rule looks at a bounded number of lines of bounded length with patterns that take linear time: any text may come here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from indexer.official import agencies as who
from indexer.official import close as closing
from indexer.official.head import Hit, beginning, beside_number, number, secrecy
from indexer.official.lines import Line, header_lines, line, lines_of
from indexer.official.title import could_be_title, kind, recipients, title
from indexer.reading import Reading
from schema.model import Element

# Lines of the head of a paper, and characters of a first line that may serve as title.
_HEAD, _SHORT = 40, 60
_MEANING = re.compile("[\u4e00-\u9fff]{2}|[A-Za-z]{4}")
_ANY_SHEET = re.compile(r"(?:Sheet|工作表|表)\s?\d*", re.I)
_SHEETS = frozenset({"xls", "xlsx", "et", "ods", "xlsb"})
_PACKAGES = frozenset({"zip", "7z", "rar"})
_BESIDE_HAN = re.compile(r"(?<=[^\x00-\x7f])\s+(?=\S)|(?<=[\x00-\x7f])\s+(?=[^\x00-\x7f])")


def elements(reading: Reading, file_name: str) -> tuple[Element, ...]:
    """Return the elements of what was read from a file called `file_name`; its stem is the last resort for a title.

    Names: title, kind, number, issuer, date, recipients, attachments, secrecy; what is not on the paper is left out.
    """
    if reading.kind in _PACKAGES:
        # What stands on the papers in a package is said of them, not of it.
        return (_named(file_name),)
    whole = lines_of(reading)
    lines = whole[beginning(whole) :]
    head = lines[:_HEAD]
    own = number(head)
    at = own.at if own else -1
    heading, after = title(head, at)
    signed = closing.close(lines, after)
    dated = signed if signed.date else closing.head_date(head)
    listed, first, rule = closing.attachments(lines, after, signed.at)
    found = (
        _element("title", heading, lines) or _stand_in(reading, lines, file_name),
        _element("kind", _kind(heading), lines),
        _element("number", own, lines),
        _issuer(reading, lines, heading, at, signed, dated),
        _element("date", closing.found(dated), lines),
        _element("recipients", recipients(head, max(after, at + 1)), lines),
        _placed("attachments", tuple(listed), rule, 0.9 if rule == "attachments" else 0.7, lines, first) if listed else None,
        _element("secrecy", secrecy(head), lines),
    )
    return tuple(filter(None, found))


def value(found: Sequence[Element], name: str) -> str:
    """Return the value of an element, several joined by "、"; empty when it was not found."""
    return next(("、".join(entry.values) for entry in found if entry.name == name), "")


def _element(name: str, hit: Hit | None, lines: Sequence[Line]) -> Element | None:
    return _placed(name, (hit.value,), hit.rule, hit.confidence, lines, hit.at) if hit else None


def _placed(name: str, values: tuple[str, ...], rule: str, confidence: float, lines: Sequence[Line], at: int) -> Element:
    page, count = (lines[at].page, lines[at].number) if 0 <= at < len(lines) else (None, None)
    return Element(name, values, rule, confidence, page, count)


def _kind(heading: Hit | None) -> Hit | None:
    found = kind(heading.value) if heading else ""
    return Hit(found, heading.at, "kind", heading.confidence) if heading and found else None


def _issuer(
    reading: Reading, lines: Sequence[Line], heading: Hit | None, number_at: int, signed: closing.Close, dated: closing.Close
) -> Element | None:
    """Return who issued the paper: the red head names the first agency, all that sign are named at the end."""
    above = lines[: max(heading.at + 1 if heading else 0, number_at + 1)]
    beside = who.names(line(beside_number(lines[number_at])), head=True) if number_at >= 0 else ()
    head = (*who.agencies(above, head=True), *beside)
    at = next((place for place, entry in enumerate(above) if who.names(entry, head=True)), -1)
    if found := who.merged(head, signed.agencies):
        rule, confidence = ("issuer-signed", 0.96) if signed.agencies else ("issuer-head", 0.85)
        return _placed("issuer", found, rule, confidence, lines, at if head else signed.at - 1)
    if dated.agencies:
        return _placed("issuer", dated.agencies, "issuer-dated", 0.8, lines, dated.at)
    if found := who.agencies(header_lines(reading), head=True):
        return Element("issuer", found, "issuer-header", 0.7)
    name = who.before_about(heading.value) if heading else ""
    return _placed("issuer", (name,), "issuer-title", 0.8, lines, heading.at) if heading and name else None


def _stand_in(reading: Reading, lines: Sequence[Line], file_name: str) -> Element:
    """Return what serves as title where no line is one: the first short line that means anything, a sheet's, the file's name."""
    if reading.kind in _SHEETS:
        text = next(filter(None, map(_sheet_title, (block.text for block in reading.blocks if block.where == "sheet"))), "")
        return Element("title", (text,), "title-sheet", 0.6) if text else _named(file_name)
    if reading.kind == "csv":
        text = _single(next((block.text for block in reading.blocks), "").lstrip().partition("\n")[0], ",;\t")
        return Element("title", (text,), "title-sheet", 0.6) if text else _named(file_name)
    for at, entry in enumerate(lines[:5]):
        if len(entry.text) <= _SHORT and _MEANING.search(entry.text) and could_be_title(entry):
            return _placed("title", (entry.text,), "title-first", 0.5, lines, at)
    return _named(file_name)


def _named(file_name: str) -> Element:
    return Element("title", (PurePath(file_name).stem,), "title-name", 0.3)


def _sheet_title(text: str) -> str:
    """Return the first row of a sheet when it is a single cell, else the sheet's own name unless the program gave it."""
    name, _, rest = text.partition("\n")
    return _single(rest.partition("\n")[0], "\t") or ("" if _ANY_SHEET.fullmatch(name) else name[:_SHORT])


def _single(row: str, between: str) -> str:
    """Return a row of a table when a name stands in one of its cells and nothing in the others, else ""."""
    cell = row[:200].strip().strip(f'{between} "')
    text = "" if any(mark in cell for mark in between) else _BESIDE_HAN.sub("", cell)
    return text if len(text) <= _SHORT and _MEANING.search(text) else ""
