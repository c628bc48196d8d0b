"""The one writer of Excel workbooks: sheets of values in, a file out, ready to be filtered and printed.

What a school typed must stay what it typed: a text never becomes a formula, whatever it begins with (OWASP, "CSV injection"), and
is not cut, rounded or turned into a date. Texts are string cells; those that a spreadsheet could take for a formula when a person
edits or saves the cell again also carry the quote prefix.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil, isfinite
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

# A cell holds no more characters (Excel specifications and limits), and a number no more than 15 digits.
_CHARACTERS, _DIGITS = 32_767, 10**15
_SHEET_TITLE = 31
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# What XML 1.0 cannot hold, and a lone CR, which every reader would turn into something else.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|\r(?!\n)")
_FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LINK = Font(color="FF0B57A4", underline="single")
_THIN = Side(style="thin", color="FF808080")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEADER_FONT, _HEADER_FILL = Font(bold=True), PatternFill("solid", fgColor="FFE8EEF4")
_HEADER = Alignment(horizontal="center", vertical="center", wrap_text=True)
_TEXT, _NUMBER = Alignment(vertical="top", wrap_text=True), Alignment(vertical="top")
_A4, _MARGIN_INCHES = 9, 0.5
_LINE_POINTS, _TALLEST, _WIDE = 17.0, 409.0, 2.25


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to an address (a file's, as URI)."""

    text: str
    address: str


Value = str | int | float | date | Link | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in digits (a Chinese character takes two), and what a person may choose from in it.

    `source` is the formula of a longer list to choose from, as it stands in the first row. On a protected sheet only the cells of
    columns `to_fill` can be changed.
    """

    title: str
    width: float = 12
    choices: tuple[str, ...] = ()
    source: str = ""
    to_fill: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its title, columns, and rows as long as the columns. `rows` is gone through once.

    `protected` keeps people from changing by mistake what is not theirs to fill in; there is no password. `hidden` sheets hold
    lists that others choose from.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Value, ...]]
    protected: bool = False
    hidden: bool = False


def write_workbook(path: Path, sheets: Iterable[Sheet], title: str = "") -> None:
    """Write `sheets` (one at least) to `path`, each with a frozen header, a filter, and set up to print. Raises OSError.

    Sheet titles are made legal and distinct. Printed pages are A4 across, as wide as the columns, with the header on every page.
    """
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = safe_text(title), "zuozheng"
    taken: set[str] = set()
    for sheet in sheets:
        _write_sheet(book.create_sheet(_sheet_title(sheet.title, taken)), sheet)
    book.save(path)


def safe_text(text: str) -> str:
    r"""Return text as a cell can hold it: control characters and half surrogates shown as escapes (\x1b), too long a text cut."""
    shown = _UNWRITABLE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)
    shown = shown.replace("\r\n", "\n")
    return shown if len(shown) <= _CHARACTERS else shown[: _CHARACTERS - 1] + "…"


def is_formula_like(text: str) -> bool:
    """Return whether a spreadsheet could take a text for a formula: by its first character, blanks passed over."""
    return text.startswith(_FORMULA_STARTS) or text.lstrip(" \u00a0\u3000").startswith(_FORMULA_STARTS)


def _write_sheet(page: Worksheet, sheet: Sheet) -> None:
    for number, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(number)].width = column.width
        page.column_dimensions[get_column_letter(number)].hidden = column.hidden
    page.sheet_state = "hidden" if sheet.hidden else "visible"
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.paperSize, page.page_setup.orientation = _A4, "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    margins = page.page_margins
    margins.left = margins.right = margins.top = margins.bottom = _MARGIN_INCHES
    if page.oddFooter is not None:
        page.oddFooter.center.text = "&P / &N"
    page.row_dimensions[1].height = _height(sheet.columns, tuple(column.title for column in sheet.columns))
    page.append(list(_header(page, sheet.columns)))
    count = 1
    for count, row in enumerate(sheet.rows, start=2):
        page.row_dimensions[count].height = _height(sheet.columns, row)
        page.append(list(_cells(page, sheet, row, count)))
    _offer(page, sheet.columns, count)
    if sheet.protected:
        _protect(page)
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{count}"


def _offer(page: Worksheet, columns: tuple[Column, ...], last: int) -> None:
    """Give the cells of a column with choices a drop-down. Other words can be typed, and are told when the sheet comes back."""
    for number, column in enumerate(columns, start=1):
        source = column.source or (f'"{",".join(column.choices)}"' if column.choices else "")
        if source and last > 1:
            letter = get_column_letter(number)
            words = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=False)
            words.add(f"{letter}2:{letter}{last}")
            page.data_validations.append(words)


def _protect(page: Worksheet) -> None:
    """Protect a sheet; columns can still be made wider, and rows filtered. The flags say what is forbidden."""
    page.protection.sheet = True
    page.protection.autoFilter = page.protection.formatColumns = page.protection.formatRows = False


def _height(columns: tuple[Column, ...], row: tuple[Value, ...]) -> float | None:
    """Return the height in points that shows all of a row's wrapped text; None for one line: the program's own is right then.

    Not every program fits the heights itself when it opens a file, and none does when it prints from the command line.
    """
    texts = ((_words(value), column.width) for column, value in zip(columns, row, strict=True) if not column.hidden)
    lines = max((_lines(text, width) for text, width in texts), default=1)
    return min(lines * _LINE_POINTS, _TALLEST) if lines > 1 else None


def _words(value: Value) -> str:
    return value.text if isinstance(value, Link) else value if isinstance(value, str) else ""


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column: a character of East Asian width takes a little more than two digits."""
    widths = (sum(_WIDE if ord(char) > 0x2E7F else 1 for char in line) for line in text.split("\n"))
    return sum(max(ceil(taken / max(width - 1, 1)), 1) for taken in widths)


def _header(page: Worksheet, columns: tuple[Column, ...]) -> Iterator[Cell]:
    for column in columns:
        cell = _cell(page, column.title)
        cell.font, cell.fill, cell.alignment = _HEADER_FONT, _HEADER_FILL, _HEADER
        yield cell


def _cells(page: Worksheet, sheet: Sheet, row: tuple[Value, ...], number: int) -> Iterator[Cell]:
    for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True), start=1):
        cell = _cell(page, _words(value) if isinstance(value, Link) else value)
        if isinstance(value, Link):
            link = Hyperlink(ref="", target=value.address)
            cell.hyperlink = link
            link.ref = f"{get_column_letter(place)}{number}"  # a cell that is written once does not know its own place
            cell.font = _LINK
        if sheet.protected and column.to_fill:
            cell.protection = Protection(locked=False)
        yield cell


def _cell(page: Worksheet, value: str | int | float | date | None) -> Cell:
    if isinstance(value, int | float) and not (isfinite(value) and abs(value) < _DIGITS):
        value = str(value)
    if isinstance(value, str):
        value = safe_text(value) or None
    cell = WriteOnlyCell(page)
    cell.value = value
    cell.border, cell.alignment = _GRID, _TEXT if isinstance(value, str) else _NUMBER
    if isinstance(value, str):
        cell.data_type = "s"  # whatever openpyxl took it for: "=…" a formula, "#N/A" an error
        cell.quotePrefix = is_formula_like(value)
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    return cell


def _sheet_title(title: str, taken: set[str]) -> str:
    """Return a legal title of a sheet that is not taken yet, whatever the letter case."""
    legal = _FORBIDDEN_IN_TITLE.sub("_", safe_text(title)).strip("' ") or "_"
    endings = ("", *(f" ({number})" for number in range(2, 1000)))
    found = next(name for end in endings if (name := legal[: _SHEET_TITLE - len(end)] + end).casefold() not in taken)
    taken.add(found.casefold())
    return found
