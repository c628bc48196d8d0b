"""A paper as an office writes it, apart from any file format. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table; the first row is its head. Every row has as many cells as the first."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What stands on pages (or a sheet) of its own: a heading, empty for the first section, paragraphs and tables."""

    heading: str
    parts: tuple[str | Table, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """An official paper in the order of GB/T 9704: red head, document number, title, recipients, body, signature, date.

    Every field but the title may be empty.
    """

    title: str
    sections: tuple[Section, ...]
    head: str = ""
    number: str = ""
    to: str = ""
    sign: str = ""
    date: str = ""


def sections(text: str) -> tuple[Section, ...]:
    """Return the sections of a body: a line is a paragraph, "a|b" a table row, "== heading" begins the next section.

    Raises ValueError where the rows of one table differ in length.
    """
    found: list[tuple[str, list[str | Table]]] = [("", [])]
    for line in filter(None, map(str.strip, text.splitlines())):
        parts = found[-1][1]
        if line.startswith("== "):
            found.append((line[3:], []))
        elif "|" in line:
            last = parts[-1] if parts else ""
            before = last.rows if isinstance(last, Table) else ()
            parts[len(parts) - bool(before) :] = [_table((*before, tuple(cell.strip() for cell in line.split("|"))))]
        else:
            parts.append(line)
    return tuple(Section(heading, tuple(parts)) for heading, parts in found if heading or parts)


def _table(rows: tuple[tuple[str, ...], ...]) -> Table:
    if len(rows[-1]) != len(rows[0]):
        raise ValueError(f"a table row has {len(rows[-1])} cells instead of {len(rows[0])}: {rows[-1]}")
    return Table(rows)
