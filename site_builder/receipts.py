"""Keeping the receipts that lie in the units' folders up to date: only what changed is written, and no share can stop intake."""

from __future__ import annotations

import os
import stat
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from archive.home import inboxes
from archive.opening import Archive
from archive.receipts import Receipt, receipts
from archive.reconcile import Tell
from archive.refuse import DRAFT_END, RECEIPT
from archive.scan import folders, shown, source_of
from archive.shares import ShareState, look
from archive.todo import Todos
from schema.errors import ArchiveError
from schema.messages import message
from schema.units import fold_name
from site_builder.pages.receipt import Place, receipt_view
from site_builder.pages.still_owed import still_owed_view
from site_builder.render import render_receipt

# Whose receipts an inbox is owed: these units' ("": its own page), or everybody's (None).
_Owed = frozenset[str] | None
_LONGEST_PAUSE = 30.0


class Receipts:
    """The receipts of one archive. Remembers what each inbox is still owed: everything at first, and after it was away."""

    def __init__(
        self, archive: Archive, tell: Tell, todos: Todos | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`todos`: the lists of what is owed, which then stands at the head of each receipt as these say it."""
        self._archive, self._tell, self._todos, self._clock = archive, tell, todos, clock
        roots = inboxes(archive.home, archive.district.settings)
        self._owed: dict[Path, _Owed] = dict.fromkeys(roots)
        self._held: dict[Path, float] = {}
        self._resting_until = 0.0

    def keep_up(self) -> int:
        """Write as `write` does, but spend no more than a tenth of the time on it: what is passed over, a later call writes.

        Never pauses longer than half a minute.
        A hundred thousand files dropped at once come in by many looks, and their unit's receipt takes a second to make.
        """
        began = self._clock()
        if began < self._resting_until:
            return 0
        written = self.write()
        now = self._clock()
        self._resting_until = now + min(9 * (now - began), _LONGEST_PAUSE)
        return written

    def write(self) -> int:
        """Bring the receipts in all inboxes that are there up to date. Returns how many files were written; raises nothing."""
        news = self._archive.catalogue.take_news() | (self._todos.take_moved() if self._todos else frozenset())
        for root, owed in self._owed.items():
            self._owed[root] = None if owed is None else owed | news
        return sum(self._write_inbox(root, owed) for root, owed in tuple(self._owed.items()) if owed is None or owed)

    def _write_inbox(self, root: Path, owed: _Owed) -> int:
        if self._clock() < self._held.get(root, 0.0) or look(root, self._archive.home, known=True) is not ShareState.PRESENT:
            return 0
        written = 0
        failed: set[str] = set()
        trouble: OSError | ArchiveError | None = None
        try:
            for unit, folder, data in self._pages(root, owed):
                try:
                    written += _put(folder, data)
                except OSError as error:
                    failed.add(unit)
                    trouble = error
            self._owed[root] = frozenset(failed)
        except (OSError, ArchiveError) as error:
            trouble = error
        self._note(root, trouble)
        return written

    def _note(self, root: Path, trouble: OSError | ArchiveError | None) -> None:
        """Tell a trouble once, and try again only when a scan's time has passed; forget it when all went well."""
        if trouble is None:
            self._held.pop(root, None)
            return
        if root not in self._held:
            text = trouble.message.text() if isinstance(trouble, ArchiveError) else trouble.strerror or trouble
            self._tell(message("receipt.unwritable", path=root, error=text))
        self._held[root] = self._clock() + self._archive.district.settings.scan_seconds

    def _pages(self, root: Path, owed: _Owed) -> Iterator[tuple[str, Path, bytes]]:
        """Yield the pages an inbox is owed: whose, the folder it lies in, its bytes."""
        inbox = source_of(root, self._archive.home.root)
        places = self._places(root)
        wanted = places.keys() if owed is None else places.keys() & owed
        for receipt in receipts(self._archive, wanted):
            if receipt.unit:
                for folder in places[receipt.unit]:
                    yield receipt.unit, folder, self._page(receipt, inbox, folder.name)
            elif receipt.inbox == inbox and (receipt.total or os.path.lexists(root / RECEIPT)):
                yield "", root, self._page(receipt, inbox, "")

    def _places(self, root: Path) -> dict[str, list[Path]]:
        """Return the folders of each unit in an inbox (by id, name or alias); the inbox itself for what is no unit's."""
        places: defaultdict[str, list[Path]] = defaultdict(list, {"": [root]})
        for folder in folders(root):
            unit = self._archive.district.unit_by_name.get(fold_name(shown(folder.name)))
            if unit is not None:
                places[unit.id].append(folder)
        return places

    def _page(self, receipt: Receipt, inbox: str, folder: str) -> bytes:
        district = self._archive.district
        unit = district.unit_by_id.get(receipt.unit)
        place = Place(district.settings.title, shown(inbox), unit.name if unit else "", shown(folder))
        book = self._todos.books.get(receipt.unit) if self._todos else None
        return render_receipt(receipt_view(receipt, place, still_owed_view(book) if book else None))


def _put(folder: Path, data: bytes) -> bool:
    """Make the receipt in `folder` hold `data` and return whether that changed anything. Raises OSError.

    In one step, and never through a link that somebody may have laid there.
    """
    target, draft = folder / RECEIPT, folder / (RECEIPT + DRAFT_END)
    if _holds(target, data):
        return False
    draft.unlink(missing_ok=True)
    try:
        with draft.open("xb") as handle:
            handle.write(data)
        draft.replace(target)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    return True


def _holds(path: Path, data: bytes) -> bool:
    try:
        state = path.lstat()
        return stat.S_ISREG(state.st_mode) and state.st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False
