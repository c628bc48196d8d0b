"""What is painted on a page of a PDF, as far as it tells scans and outlined text from text.

Through pdfium's own functions: a page has hundreds of objects, and a wrapper around each would cost more than reading its text.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from indexer.readers.pages import OUTLINES

# Enough to find the picture of a scan; a drawing can have a million objects. Forms may hold forms.
_OBJECTS, _DEPTH = 5_000, 3
# Sides of a character's outline in points.
_GLYPH = (3.0, 45.0)


def largest_picture(page: pypdfium2.PdfPage) -> float:
    """Return the share of the page its largest picture covers, 0 to 1 (more where it runs off the page)."""
    width, height = page.get_size()
    area = width * height
    if area <= 0:
        return 0.0
    return max((across * down / area for across, down in _sizes(page, pdfium.FPDF_PAGEOBJ_IMAGE)), default=0.0)


def is_outlined(page: pypdfium2.PdfPage) -> bool:
    """Return whether the page is full of shapes of the size of characters."""
    small = (
        1
        for across, down in _sizes(page, pdfium.FPDF_PAGEOBJ_PATH)
        if _GLYPH[0] <= across <= _GLYPH[1] and _GLYPH[0] <= down <= _GLYPH[1]
    )
    return sum(islice(small, OUTLINES)) == OUTLINES


def _sizes(page: pypdfium2.PdfPage, wanted: int) -> Iterator[tuple[float, float]]:
    """Yield width and height in points of the objects of one type."""
    bounds = [ctypes.c_float() for _ in range(4)]
    places = [ctypes.byref(bound) for bound in bounds]
    for kind, item in islice(_objects(page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, _DEPTH), _OBJECTS):
        if kind == wanted and pdfium.FPDFPageObj_GetBounds(item, *places):
            left, bottom, right, top = (bound.value for bound in bounds)
            yield right - left, top - bottom


def _objects(holder: Any, count: Any, get: Any, depth: int) -> Iterator[tuple[int, Any]]:
    for index in range(min(count(holder), _OBJECTS)):
        item = get(holder, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth > 1:
            yield from _objects(item, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, depth - 1)
        else:
            yield kind, item
