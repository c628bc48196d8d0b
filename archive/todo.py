"""What every unit still owes, kept in its own folder (_待办.xlsx): only what changed is written, and no share can stop intake."""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from archive.evidence import coverage_cells
from archive.gap_records import GapBook
from archive.gap_sheets import todo_sheet
from archive.home import inboxes
from archive.judgements import note_judgements
from archive.opening import Archive
from archive.progress import note_day
from archive.reconcile import Tell
from archive.refuse import DRAFT_END, TODO
from archive.scan import folders, shown, source_of
from archive.shares import ShareState, look
from archive.store import replace_file
from archive.workbook import Sheet, Value, write_workbook
from schema.coverage import Cell
from schema.errors import ArchiveError, FaultsError
from schema.messages import message
from schema.units import fold_name

_STATE = "todo.json"
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class _List:
    """A unit's list: the sheet, its rows, and a digest of what it says."""

    sheet: Sheet
    rows: list[tuple[Value, ...]]
    digest: str


class Todos:
    """The lists of one archive. What was written is remembered beside the catalogue; what could not be is tried again."""

    def __init__(self, archive: Archive, tell: Tell, clock: Callable[[], float] = time.monotonic) -> None:
        self._archive, self._tell, self._clock = archive, tell, clock
        self._resting_until = 0.0
        self._told: set[Path] = set()
        self._lists: dict[str, _List] = {}
        self._moved: set[str] = set()
        self.books: dict[str, GapBook] = {}
        """By unit id, what each unit owed when the lists were last written."""

    def keep_up(self) -> int:
        """Write as `write` does, but spend no more than a tenth of the time on it, and never pause longer than half a minute."""
        began = self._clock()
        if began < self._resting_until:
            return 0
        written = self.write()
        now = self._clock()
        self._resting_until = now + min(9 * (now - began), _LONGEST_PAUSE)
        return written

    def write(self) -> int:
        """Bring the lists in all inboxes, and the record of the day, up to date. Returns how many lists; raises nothing.

        The archive is open for writing.
        """
        memory = self._memory()
        before = dict(memory)
        written = 0
        home = self._archive.home
        with self._trouble(home.root):
            note_judgements(self._archive)
            cells, today = coverage_cells(self._archive), date.today()
            note_day(self._archive, cells, today)
            self._take(_books(self._archive, cells, today))
            for root in inboxes(home, self._archive.district.settings):
                if look(root, home, known=True) is ShareState.PRESENT:
                    written += self._write_inbox(root, memory)
        if memory != before:
            with self._trouble(home.state):
                data = json.dumps(memory, ensure_ascii=False, indent=0, sort_keys=True).encode()
                replace_file(home.state / _STATE, data, home.state)
        return written

    def take_moved(self) -> frozenset[str]:
        """Return the units (ids) whose list says something else than at the last call."""
        moved, self._moved = frozenset(self._moved), set()
        return moved

    def _take(self, books: dict[str, GapBook]) -> None:
        lists = {unit: _list(book) for unit, book in books.items()}
        self._moved |= {unit for unit in lists.keys() | self._lists.keys() if _digest(lists, unit) != _digest(self._lists, unit)}
        self._lists, self.books = lists, books

    def _write_inbox(self, root: Path, memory: dict[str, str]) -> int:
        written = 0
        with self._trouble(root):
            for unit, folder in self._places(root):
                listed, key = self._lists.get(unit), source_of(folder, self._archive.home.root)
                if listed is not None:
                    with self._trouble(folder):
                        written += self._put(folder, key, listed, memory)
        return written

    @contextmanager
    def _trouble(self, place: Path) -> Iterator[None]:
        """Tell what goes wrong at a place once, and go on: a list is no reason to stop intake."""
        try:
            yield
            self._told.discard(place)
        except (OSError, ArchiveError) as error:
            if place not in self._told:
                self._tell(message("todo.unwritable", path=getattr(error, "filename", None) or place, error=_words(error)))
            self._told.add(place)

    def _put(self, folder: Path, key: str, listed: _List, memory: dict[str, str]) -> bool:
        """Write one list unless it says the same already, or there is nothing to say. Raises OSError."""
        sheet, rows, digest = listed.sheet, listed.rows, listed.digest
        target = folder / TODO
        if memory.get(key) == digest and target.exists():
            return False
        if not rows and not target.exists():
            return False
        done = [(message("sheet.todo-done").text("zh"), *("" for _column in sheet.columns[1:]))]
        draft = folder / (TODO + DRAFT_END)
        draft.unlink(missing_ok=True)
        try:
            write_workbook(draft, [Sheet(sheet.title, sheet.columns, rows or done)], sheet.title)
            draft.replace(target)
        except OSError:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
        memory[key] = digest
        return True

    def _places(self, root: Path) -> Iterator[tuple[str, Path]]:
        for folder in folders(root):
            unit = self._archive.district.unit_by_name.get(fold_name(shown(folder.name)))
            if unit is not None:
                yield unit.id, folder

    def _memory(self) -> dict[str, str]:
        try:
            found = json.loads((self._archive.home.state / _STATE).read_text(encoding="utf-8"))
            return {str(key): str(value) for key, value in found.items()}
        except (OSError, ValueError, AttributeError):
            return {}


def still_owed(archive: Archive, today: date | None = None) -> dict[str, GapBook]:
    """Return, by unit id, a book of each unit's cells: `book.gaps` is what it still owes, and the book tells it in words.

    Raises FaultsError when the settings name days of nobody.
    """
    return _books(archive, coverage_cells(archive), today or date.today())


def _list(book: GapBook) -> _List:
    sheet = todo_sheet(book)
    rows = list(sheet.rows)
    return _List(sheet, rows, hashlib.sha256(repr((sheet.columns, rows)).encode()).hexdigest()[:16])


def _digest(lists: dict[str, _List], unit: str) -> str:
    return lists[unit].digest if unit in lists else ""


def _books(archive: Archive, cells: tuple[Cell, ...], today: date) -> dict[str, GapBook]:
    by_unit: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_unit[cell.unit].append(cell)
    books = {unit: GapBook(archive, tuple(own), today) for unit, own in by_unit.items()}
    for book in books.values():
        _ = book.dues  # faults of the settings are told before the first list, not with each
        break
    return books


def _words(error: OSError | ArchiveError) -> object:
    if isinstance(error, FaultsError):
        return "；".join(fault.text() for fault in error.faults)
    return error.message.text() if isinstance(error, ArchiveError) else error.strerror or error
