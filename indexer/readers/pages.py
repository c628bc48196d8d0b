"""Judging pages: which have text, which are scans, and what that makes of the whole file (pdf and ofd)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from indexer.characters import is_garbage
from schema.messages import Message, message
from schema.model import TextStatus

# Measured on samples of every kind: a page with fewer characters under a picture this large is a scan.
_FEW_CHARACTERS, _LARGE_PICTURE, _WHOLE_PAGE = 15, 0.5, 0.8
# So many shapes of the size of characters, and not one character, are text turned into outlines.
OUTLINES = 40


class PageState(Enum):
    """What a page is: text, an empty page, a scan (or unreadable font), a scan with recognised text, damaged."""

    TEXT = "text"
    EMPTY = "empty"
    SCAN = "scan"
    OCR_LAYER = "ocr-layer"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its text; the text of an unreadable page is empty."""

    number: int
    state: PageState
    text: str = ""


def judge(number: int, text: str, picture: float, *, outlined: bool = False) -> Page:
    """Return the page with its state; `picture` is the share of the page that its largest picture covers.

    outlined: the page has at least OUTLINES shapes of the size of characters.
    """
    characters = len("".join(text.split()))
    if characters < _FEW_CHARACTERS and picture >= _LARGE_PICTURE:
        return Page(number, PageState.SCAN, text)
    if not characters:
        return Page(number, PageState.SCAN if outlined else PageState.EMPTY)
    if is_garbage(text):
        return Page(number, PageState.SCAN)
    return Page(number, PageState.OCR_LAYER if picture >= _WHOLE_PAGE else PageState.TEXT, text)


def verdict(pages: Iterable[Page], total: int, limit: int) -> tuple[TextStatus, tuple[Message, ...]]:
    """Return the status of a file of `total` pages of which `pages` were read, and what there is to say about them."""
    by_state: dict[PageState, list[int]] = {state: [] for state in PageState}
    for page in pages:
        by_state[page.state].append(page.number)
    usable = bool(by_state[PageState.TEXT] or by_state[PageState.OCR_LAYER])
    unread = bool(by_state[PageState.SCAN] or by_state[PageState.LOST]) or total > limit
    warnings = [
        message(code, pages=ranges(by_state[state]))
        for state, code in (
            (PageState.SCAN, "reading.warning.scanned"),
            (PageState.OCR_LAYER, "reading.warning.ocr-layer"),
            (PageState.LOST, "reading.warning.lost-pages"),
        )
        if by_state[state]
    ]
    if total > limit:
        warnings.append(message("reading.warning.pages", count=total, limit=limit))
    return _status(usable, unread, by_state), tuple(warnings)


def scans(pages: Iterable[Page]) -> tuple[int, ...]:
    """Return the numbers of the pages whose text only recognition can get at."""
    return tuple(page.number for page in pages if page.state is PageState.SCAN)


def _status(usable: bool, unread: bool, by_state: dict[PageState, list[int]]) -> TextStatus:
    if usable:
        return TextStatus.PARTIAL if unread else TextStatus.OK
    if by_state[PageState.SCAN]:
        return TextStatus.NEEDS_OCR
    return TextStatus.CORRUPT if by_state[PageState.LOST] else TextStatus.EMPTY


def ranges(numbers: list[int]) -> str:
    """Return ascending page numbers as people write them: "1-3, 7"."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
