"""Cells of spreadsheets as text, for every engine alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from indexer.characters import clean


def shown(value: object) -> str:
    """Return a cell's value as text: whole numbers without a decimal point, dates in ISO 8601, line breaks as blanks."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, date | time | timedelta):
        return _moment(value)
    return " ".join(clean(str(value)).split())


def _moment(value: date | time | timedelta) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return str(value)


def _number(value: float) -> str:
    """Return 15 significant digits, as spreadsheets do: 0.1 + 0.2 is 0.3."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}"


def lines(rows: Iterable[Iterable[object]], characters: int) -> Iterator[str]:
    """Yield a line per row that holds anything, its cells joined by tabs, and stop once `characters` are exceeded."""
    for row in rows:
        line = "\t".join(map(shown, row)).rstrip("\t")
        if line:
            yield line
            characters -= len(line)
            if characters < 0:
                return
