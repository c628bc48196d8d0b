"""Document numbers (文号) as people type them, and as they are written by rule (GB/T 9704-2012: 荣教政发〔2023〕78号). Pure."""

from __future__ import annotations

import re

from indexer.fold import search_form

# Letters of the issuer, the year in brackets of any kind, the number; with blanks, 第 or leading zeros.
_TYPED = re.compile(
    r"([^\W\d_]{0,20})[(（\[［〔【〖{｛<〈《]\s*((?:[1１][9９]|[2２][0０])\d\d)\s*年?\s*"
    r"[)）\]］〕】〗}｝>〉》]\s*第?\s*(\d{1,5})\s*号"
)


def number_at(query: str, at: int) -> re.Match[str] | None:
    """Return the document number that begins at an offset of a query."""
    return _TYPED.match(query, at)


def number_forms(found: re.Match[str], rest: str) -> tuple[str, ...]:
    """Return the folded forms of a number and what is written on to it: first the one by rule, then, if another, as typed."""
    ruled = search_form(f"{found[1]}({found[2]}){int(found[3])}号{rest}")
    return tuple(dict.fromkeys((ruled, search_form(found[0] + rest))))
