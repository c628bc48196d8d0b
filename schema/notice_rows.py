"""The rows of one table of duties, taken in from the top: what each adds, continues or repeats. Pure.

Rules found in a real notice: a blank department continues the group above, also over the border of two indicators or dimensions;
a group's persons stand in any of its rows; a code that repeats is the same thing after a page break; in a column of codes, words
without one continue what stands above; digits glued to a code are cut by the number that must come.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from schema.messages import Message, message
from schema.notice_words import coded, joined, listed, names, squeezed, tidied


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, a line a paragraph; how many rows it covers; in which of them, from 0, its text is printed."""

    text: str
    rows: int = 1
    at: int = 0


Row = tuple[Cell | None, ...]
"""The cells of a row; None where a cell from above reaches down, or one from the left over."""


@dataclass(frozen=True, slots=True)
class Span:
    """Who answers for the points `first` to `last`, and at which points the names are printed."""

    first: int
    last: int
    departments: tuple[str, ...]
    persons: tuple[str, ...]
    departments_at: int
    persons_at: int


@dataclass(slots=True)
class _Group:
    first: int
    departments: str
    departments_at: int
    persons: str = ""
    persons_at: int = 0
    last: int = 0


@dataclass(slots=True)
class Table:
    """A table while its rows come in. `broken`: the next row is the first of a page; `coded`: letters whose numbers are printed.

    `dimension_of` and `indicator_of` hold, for every indicator and point, the number of what it belongs to.
    """

    title: str
    dimensions: list[str] = field(default_factory=list)
    indicators: list[str] = field(default_factory=list)
    dimension_of: list[int] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    indicator_of: list[int] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    span_notes: list[Message] = field(default_factory=list)
    broken: bool = False
    coded: set[str] = field(default_factory=set)
    _groups: list[_Group] = field(default_factory=list)

    def add(self, row: dict[str, Cell | None]) -> None:
        """Take in one row."""
        text = _text(row.get("point"))
        goes_on = not text or self._goes_on(text)
        new_dimension = self._take("A", self.dimensions, _text(row.get("dimension")), goes_on)
        words = _text(row.get("indicator"))
        if self._take("B", self.indicators, words, goes_on, fresh=new_dimension):
            self._place_indicator(words)
        elif new_dimension and self.indicators:
            self.notes.append(message("notice-import.dimension-alone", code=f"A{len(self.dimensions)}"))
        if self._take("C", self.points, text, goes_on) and text:
            self._place_point()
            self._take_owners(row.get("department"), row.get("person"))
        elif self._groups:
            self._take_rest(row.get("department"), row.get("person"))
        self.broken = False

    def spans(self) -> tuple[Span, ...]:
        """Return who answers for what, after the last row."""
        kept: list[_Group] = []
        for group in self._groups:
            if kept and not group.persons and listed(group.departments) == listed(kept[-1].departments):
                kept[-1].last = group.last
                code = {"code": f"C{kept[-1].first}", "at": f"C{group.first}"}
                self.span_notes.append(message("notice-import.no-person", **code))
            else:
                kept.append(group)
        return tuple(map(self._span, kept))

    def _goes_on(self, text: str) -> bool:
        """Return whether a row's point is only more of the one above, or that one once more."""
        number, words = coded(text, "C", len(self.points) + 1)
        if number is None:
            return bool(self.points) and ("C" in self.coded or words == self.points[-1])
        return number == len(self.points) > 0 and (self.broken or self.points[-1].endswith(words))

    def _take(self, letter: str, known: list[str], text: str, goes_on: bool, *, fresh: bool = False) -> bool:
        """Take in a cell of a column; True when it begins something new (as it must when `fresh`), then the last of `known`."""
        if not text:
            return False
        number, words = coded(text, letter, len(known) + 1)
        if known and not fresh and self._is_more(letter, known, number, words, goes_on):
            return False
        self._note_number(letter, number, len(known) + 1, words)
        known.append(self._tidied(f"{letter}{len(known) + 1}", words))
        return True

    def _is_more(self, letter: str, known: list[str], number: int | None, words: str, goes_on: bool) -> bool:
        """Return whether a cell only goes on with the last thing, which then has its words, or says it once more."""
        if number is not None:
            return number == len(known) and self._repeated(letter, known, words)
        if goes_on or (self.broken and letter in self.coded):
            self._join(letter, known, words)
            return True
        return words == known[-1]

    def _repeated(self, letter: str, known: list[str], words: str) -> bool:
        """Return whether words under the last number again are that same thing: at the head of a page it may be its rest."""
        words = tidied(words)
        if known[-1].endswith(words) or known[-1].startswith(words):
            return True
        if words.startswith(known[-1]):
            known[-1] = words
            return True
        if self.broken:
            self._join(letter, known, words)
        return self.broken

    def _join(self, letter: str, known: list[str], words: str) -> None:
        code = f"{letter}{len(known)}"
        if not known[-1].endswith(tidied(words)):  # not the same words once more at the head of a page
            self.notes.append(message("notice-import.continued", code=code, text=words[:20]))
            known[-1] = self._tidied(code, known[-1] + words)

    def _note_number(self, letter: str, number: int | None, expected: int, words: str) -> None:
        if number is not None:
            self.coded.add(letter)
        code = f"{letter}{expected}"
        if number is None:
            self.notes.append(message("notice-import.numbered", code=code, text=words[:20]))
        elif number > expected:
            self.notes.append(message("notice-import.skipped", code=code, found=f"{letter}{number}"))
        elif number < expected:
            self.notes.append(message("notice-import.renumbered", code=code, found=f"{letter}{number}"))

    def _tidied(self, code: str, words: str) -> str:
        tidy = tidied(words)
        if tidy != words:
            self.notes.append(message("notice-import.tidied", code=code, text=words))
        return tidy

    def _place_indicator(self, words: str) -> None:
        """Put the last indicator under its dimension; where the row names none, the dimension's name stands in."""
        if not self.dimensions:
            self.dimensions.append(self.title or "A1")
            self.notes.append(message("notice-import.no-dimension", code="A1"))
        if not words:
            self.indicators.append(self.dimensions[-1])
            self.notes.append(message("notice-import.no-indicator", code=f"B{len(self.indicators)}"))
        self.dimension_of.append(len(self.dimensions))

    def _place_point(self) -> None:
        if not self.indicators:
            self._place_indicator("")
        self.indicator_of.append(len(self.indicators))

    def _take_owners(self, departments: Cell | None, persons: Cell | None) -> None:
        point = len(self.points)
        text = departments.text.strip() if departments else ""
        if text:
            self._groups.append(_Group(point, text, point + (departments.at if departments else 0)))
        elif not self._groups:
            self._groups.append(_Group(point, "", point))
        elif departments is not None:
            above = self._groups[-1]
            told = message("notice-import.blank", code=f"C{above.first}", at=f"C{point}", names=listed(above.departments))
            self.span_notes.append(told)
        self._groups[-1].last = point
        self._take_persons(persons, point)

    def _take_rest(self, departments: Cell | None, persons: Cell | None) -> None:
        """Take names from a row that continues a point: the rest of a cell that a page break cut."""
        text = departments.text.strip() if departments else ""
        if text and not listed(self._groups[-1].departments).endswith(listed(text)):
            self._groups[-1].departments += f"\n{text}"
        self._take_persons(persons, len(self.points))

    def _take_persons(self, persons: Cell | None, point: int) -> None:
        text = persons.text.strip() if persons else ""
        group = self._groups[-1]
        if text and not listed(group.persons).endswith(listed(text)):
            group.persons_at = group.persons_at or point + (persons.at if persons else 0)
            group.persons = f"{group.persons}\n{text}".strip()

    def _span(self, group: _Group) -> Span:
        persons, departments = names(group.persons), names(group.departments)
        code = f"C{group.first}"
        if len(departments) > len(persons) > 0:
            whole = joined(departments, len(persons))
            if whole != departments:
                self.span_notes.append(message("notice-import.joined", code=code, names="、".join(whole)))
            departments = whole
        if len(departments) != len(persons) or not departments:
            counts = {"departments": len(departments), "persons": len(persons)}
            self.span_notes.append(message("notice-import.pairs", code=code, **counts))
            unknown = (message("notice-import.unknown").text("zh"),)
            size = max(len(departments), len(persons), 1)
            departments, persons = (*departments, *unknown * size)[:size], (*persons, *unknown * size)[:size]
        return Span(
            group.first, group.last, departments, persons, min(group.departments_at, group.last),
            min(group.persons_at or group.first, group.last),
        )  # fmt: skip


def _text(cell: Cell | None) -> str:
    return squeezed(cell.text) if cell else ""
