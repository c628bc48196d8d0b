"""What a PDF holds beside the text of its pages: remarks, filled-in fields, and files attached to it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import suppress

import pypdfium2
import pypdfium2.raw as pdfium

from indexer.reading import Block
from schema.messages import Message, message

# Remarks looked at on one page, and attachments named; a drawing program may write a million.
_REMARKS, _ATTACHMENTS = 1_000, 100
_FIELDS = frozenset({pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX})
_SILENT = frozenset({pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP})
# A remark is no book.
_LONGEST = 20_000


def remarks(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, number: int) -> Iterator[Block]:
    """Yield the remarks on a page (where: comment) and what was filled into its fields (where: textbox), a block for each."""
    found: dict[str, list[str]] = {"comment": [], "textbox": []}
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _REMARKS)):
        remark = pdfium.FPDFPage_GetAnnot(page, index)
        if not remark:
            continue
        try:
            where, text = _remark(document, remark)
        finally:
            pdfium.FPDFPage_CloseAnnot(remark)
        if text.strip():
            found[where].append(text)
    yield from (Block(number, where, "\n".join(texts)) for where, texts in found.items() if texts)


def _remark(document: pypdfium2.PdfDocument, remark: object) -> tuple[str, str]:
    kind = pdfium.FPDFAnnot_GetSubtype(remark)
    if kind == pdfium.FPDF_ANNOT_WIDGET:
        form = document.formenv
        if form is None or pdfium.FPDFAnnot_GetFormFieldType(form, remark) not in _FIELDS:
            return "textbox", ""
        return "textbox", _text(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(form, remark, buffer, size))
    if kind in _SILENT:
        return "comment", ""
    return "comment", _text(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(remark, b"Contents", buffer, size))


def attachments(document: pypdfium2.PdfDocument) -> tuple[tuple[Block, ...], tuple[Message, ...]]:
    """Return the names of the attached files as a block, and the warning that what they hold was not read."""
    count = document.count_attachments()
    names = []
    for index in range(min(count, _ATTACHMENTS)):
        with suppress(pypdfium2.PdfiumError):
            names.append(document.get_attachment(index).get_name())
    if not count:
        return (), ()
    warning = message("reading.warning.embedded", count=count, names="、".join(names[:10]))
    return (Block(None, "attachment", "\n".join(names)),), (warning,)


def _text(fill: Callable[[object, int], int]) -> str:
    """Return a text that pdfium writes into a buffer of UTF-16 once it is large enough."""
    size = fill(None, 0)
    if not 2 < size <= 2 * _LONGEST:
        return ""
    buffer = ctypes.create_string_buffer(size)
    fill(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
