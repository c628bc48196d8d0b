"""A workbook of ours that a person filled in and sent back: what all its sheets come to, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from archive.opening import Archive
from archive.proposal_sheet import is_proposal_sheet, rulings_of
from archive.review_sheet import is_review_sheet, read_back
from archive.ruling import foresee
from archive.sheet_rows import Row, tables
from schema.messages import Message, message
from schema.reviews import Review
from schema.rulings import Ruling


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that was left out: its number, and a sentence that names sheet, row and reason."""

    row: int
    told: Message


@dataclass(frozen=True, slots=True)
class Back:
    """What a workbook comes to.

    `reviews` are verdicts, each with words on what it is about; `rulings` say which points documents belong to, each with the
    mark of the document its author saw. `unchanged` counts rows that say nothing new.
    """

    reviews: tuple[tuple[Review, str], ...] = ()
    rulings: tuple[tuple[Ruling, str], ...] = ()
    unchanged: int = 0
    faults: tuple[Fault, ...] = ()

    @property
    def sums(self) -> Message:
        """The sentence that says how much of each there is."""
        counts = {"reviews": len(self.reviews), "tags": len(self.rulings), "unchanged": self.unchanged}
        return message("proposal-sheet.done", **counts, faults=len(self.faults))


def take_back(archive: Archive, path: Path, by: str, at: str) -> Back:
    """Return what a workbook says that is new, made `at` (UTC, ISO 8601). `by` stands where a row names nobody.

    Nothing is changed. Raises ArchiveError when the file is no workbook, or none of its sheets is one of ours.
    """
    back, known = Back(), False
    for title, rows in tables(path):
        header = next(rows, ())
        whole = chain((header,), rows)
        if is_proposal_sheet(header):
            back, known = _plus(back, _settled(archive, title, whole, by, at)), True
        elif is_review_sheet(header) or not known:
            # A first sheet that is neither is told what it lacks.
            back, known = _plus(back, _judged(archive, title, whole, by, at)), True
    return back


def _judged(archive: Archive, title: str, rows: Iterator[Row], by: str, at: str) -> Back:
    found = read_back(archive, rows, by, at)
    return Back(found.made, (), found.unchanged, tuple(_fault(title, row, told) for row, told in found.faults))


def _settled(archive: Archive, title: str, rows: Iterator[Row], by: str, at: str) -> Back:
    rulings: list[tuple[Ruling, str]] = []
    faults: list[Fault] = []
    unchanged = 0
    for number, said in rulings_of(archive, rows, by, at):
        outcome = None if isinstance(said, Message) else foresee(archive, *said)
        told = said if isinstance(said, Message) else outcome.fault if outcome else None
        if told is not None:
            faults.append(_fault(title, number, told))
        elif outcome is not None and not outcome.done:
            unchanged += 1
        elif not isinstance(said, Message):
            rulings.append(said)
    return Back((), tuple(rulings), unchanged, tuple(faults))


def _fault(title: str, row: int, told: Message) -> Fault:
    return Fault(row, message("proposal-sheet.row", sheet=title, row=row, fault=told.text("zh")))


def _plus(one: Back, other: Back) -> Back:
    return Back(
        one.reviews + other.reviews, one.rulings + other.rulings, one.unchanged + other.unchanged, one.faults + other.faults
    )
