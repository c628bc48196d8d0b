"""PDF through pdfplumber, for files pypdfium2 cannot open or does not come back from: slow, but another parser."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import PdfminerException

from indexer.readers.pages import Page, judge, scans, verdict
from indexer.reading import Block, Limits, Reading, RefusedError, corrupt
from schema.model import TextStatus

# In the order of the content: a step of half a line's height begins a line, a gap of a third of it is a blank.
_LINE, _BLANK = 0.5, 0.33


def read(path: Path, limits: Limits) -> Reading:
    """Read the text of every page in the order of its content. Raises RefusedError, or whatever pdfminer raises."""
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        with pdfplumber.open(path) as document:
            return _reading(document, limits)
    except PdfminerException as error:
        cause = error.args[0] if error.args else error
        if isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError):
            raise RefusedError(TextStatus.ENCRYPTED) from error
        if isinstance(cause, MemoryError):
            raise RefusedError(TextStatus.TOO_LARGE) from error
        raise corrupt(f"{type(cause).__name__}: {cause}") from error


def _reading(document: PDF, limits: Limits) -> Reading:
    total, pages, left = len(document.pages), [], limits.characters
    for page in document.pages[: limits.pages]:
        pages.append(_page(page))
        left -= len(pages[-1].text)
        page.close()
        if left < 0:
            break
    status, warnings = verdict(pages, total, limits.pages)
    if not total:
        raise corrupt("no pages")
    return Reading(
        status,
        pages=total,
        blocks=tuple(Block(page.number, "body", page.text) for page in pages if page.text),
        warnings=warnings,
        engine=f"pdfplumber {pdfplumber.__version__}",
        scans=scans(pages),
    )


def _page(page: Any) -> Page:
    area = float(page.width) * float(page.height) or 1.0
    pictures = [(image["x1"] - image["x0"]) * (image["bottom"] - image["top"]) / area for image in page.images]
    return judge(page.page_number, _in_content_order(page.chars), max(pictures, default=0.0))


def _in_content_order(characters: list[dict[str, Any]]) -> str:
    """Return the characters as lines, in the order they are painted (sorting by height would tear table cells apart)."""
    pieces: list[str] = []
    previous: dict[str, Any] | None = None
    for character in characters:
        if previous is not None:
            height = max(character["size"], 1.0)
            if abs(character["bottom"] - previous["bottom"]) > height * _LINE:
                pieces.append("\n")
            elif character["x0"] - previous["x1"] > height * _BLANK:
                pieces.append(" ")
        pieces.append(character["text"])
        previous = character
    return "".join(pieces)
