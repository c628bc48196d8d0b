"""A unit's receipt as a page that lies alone in the unit's folder: what to do first, then everything, the newest first. Pure.

Names stand as the school wrote them (they lie beside the page, and a clerk must find them again), with what cannot be seen made
visible. Only the page of an inbox, which shows files of strangers to each other, has identifiers covered.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from archive.receipt_rows import Matter, Row
from archive.receipts import Receipt
from schema.messages import Message, message
from schema.model import Outcome
from site_builder.links import ORIGINALS
from site_builder.marks import Mark
from site_builder.pages.still_owed import StillOwed
from site_builder.privacy import mask
from site_builder.survey import day, grouped, local

_PLAIN = ORIGINALS | frozenset("jpeg tif tiff bmp gif webp heic zip rar 7z rtf odt ods odp eml mp3 wav mp4 avi mov".split())
"""Extensions a page may link to beside itself: nothing a browser would run as a page."""
# Refused for where they lie, not for what they are: an ordinary file all the same.
_MISPLACED = frozenset({"intake.no-unit", "intake.at-root"})
_SHOWN: dict[Outcome | None, tuple[str, str]] = {
    Outcome.NEW: ("●", "s-ok"),
    Outcome.VERSION: ("●", "s-ok"),
    Outcome.DUPLICATE: ("＝", "s-na"),
    Outcome.REJECTED: ("×", "s-none"),
    Outcome.PENDING: ("…", "s-wait"),
    Outcome.IGNORED: ("—", "s-na"),
    None: ("●", "s-na"),
}
# What a clerk has to do something about; what waits ends by itself, and what is advised may stay.
_ASKING = (Matter.REFUSED, Matter.UNREADABLE, Matter.UNPLACED)
_TOLD_AGAIN = frozenset({Matter.REFUSED, Matter.WAITING})
_TOLD_ONCE = ("reading.", "receipt.unplaced")
# Control, direction and other invisible characters; blanks and private letters (rare names of persons) may stand.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class FileView:
    """A file: name, the folder it lies in, a link beside the page or "", when ("14:05"), where it went, what there is to say."""

    name: str
    folder: str
    href: str
    time: str
    mark: Mark
    points: tuple[str, ...]
    says: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """Files of one matter: `blocks` pairs sentences with the files they are about; `total` counts the `more` not shown, too."""

    heading: str
    mark: Mark
    total: int
    blocks: tuple[tuple[tuple[str, ...], tuple[FileView, ...]], ...]
    more: int


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """The page; `unit` is empty on that of an inbox.

    `days` pairs a day ("" of what waits) with its files; `more` files are not shown, and `command` shows all.
    """

    title: str
    unit: str
    as_of: str
    sums: tuple[tuple[str, int], ...]
    total: int
    asking: int
    groups: tuple[GroupView, ...]
    waiting: GroupView | None
    advised: GroupView | None
    days: tuple[tuple[str, tuple[FileView, ...]], ...]
    more: int
    orphans: tuple[FileView, ...]
    orphan_sum: int
    command: str
    owed: StillOwed | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page lies: title of the archive, source path of the inbox, the unit's name, and the folder in the inbox.

    The page of an inbox itself has neither unit nor folder.
    """

    title: str
    inbox: str
    unit: str = ""
    folder: str = ""


def receipt_view(receipt: Receipt, place: Place, owed: StillOwed | None = None) -> ReceiptView:
    """Return the page of a receipt as it lies in a place, with what its unit still owes."""
    above = frozenset((row.inbox, row.parts) for row in receipt.todo)
    files = _Files(place, above, visible if receipt.unit else _covered)
    numbers = dict(receipt.todo_sums)
    groups = {
        kind: _group(kind, rows, numbers[kind], files) for kind, rows in grouped(receipt.todo, lambda row: row.matter).items()
    }
    days = grouped(receipt.rows, lambda row: day(row.when))
    return ReceiptView(
        place.title, visible(place.unit), receipt.as_of,
        tuple(
            (message(f"outcome.{outcome}").text(), number)
            for outcome, number in receipt.sums
            if number or outcome is not Outcome.IGNORED
        ),
        receipt.total,
        sum(numbers[kind] for kind in _ASKING), tuple(group for kind, group in groups.items() if kind in _ASKING),
        groups.get(Matter.WAITING), groups.get(Matter.ADVISED),
        tuple((when, tuple(map(files.view, rows))) for when, rows in days.items()), receipt.more,
        tuple(map(files.view, receipt.orphans)), receipt.orphan_sum,
        f"zuozheng ledger --unit {_argument(receipt.unit or '-')}", owed,
    )  # fmt: skip


def visible(text: str) -> str:
    """Return text with what cannot be seen, or would turn the text around, shown by its number: "<U+202E>"."""
    if text.isprintable():  # most are, and it costs a tenth
        return text
    return "".join(f"<U+{ord(char):04X}>" if unicodedata.category(char) in _INVISIBLE else char for char in text)


def _covered(text: str) -> str:
    return mask(visible(text))


def _argument(word: str) -> str:
    """Return a word as it is typed on a command line: in quotation marks where it holds blanks."""
    return f'"{word}"' if any(char.isspace() for char in word) else word


def _group(kind: Matter, rows: tuple[Row, ...], total: int, files: _Files) -> GroupView:
    blocks = grouped(rows, lambda row: files.sentences(row.says))
    shown = tuple((says, tuple(map(files.view, group))) for says, group in blocks.items())
    return GroupView(message(f"receipt.matter.{kind}").text(), _mark(rows[0]), total, shown, total - len(rows))


class _Files:
    """Draws rows for the page in one place, through `show`, which makes a text fit to be seen there.

    `above`: the files whose sentences stand at the head of the page; the list of all files does not say them again.
    """

    def __init__(self, place: Place, above: Collection[tuple[str, tuple[str, ...]]], show: Callable[[str], str]) -> None:
        self._place, self._above, self._show = place, above, show

    def view(self, row: Row) -> FileView:
        """Return the view of a row; a path elsewhere is told from its inbox on, and has no link."""
        beside = self._beside(row)
        parts = beside or row.parts
        name, folder = parts[-1], "/".join(parts[:-1])
        # A link says the name once more: none to a file whose name is covered.
        linked = bool(beside) and _linked(row) and self._show(f"{folder}/{name}") == visible(f"{folder}/{name}")
        return FileView(
            self._show(name), self._show(folder), address(beside) if linked else "",
            f"{local(row.when):%H:%M}" if row.when else "", _mark(row), tuple(map(self._show, row.points)),
            self.sentences(_short(row) if (row.inbox, row.parts) in self._above else row.says), self.sentences(_notes(row)),
        )  # fmt: skip

    def sentences(self, says: Iterable[Message]) -> tuple[str, ...]:
        """Return sentences fit to be seen."""
        return tuple(self._show(sentence.text()) for sentence in says)

    def _beside(self, row: Row) -> tuple[str, ...]:
        """Return the way to a file from the page's own folder, empty when it lies in another one."""
        if row.inbox != self._place.inbox:
            return ()
        if not self._place.folder:
            return row.parts
        return row.parts[1:] if row.parts[0] == self._place.folder else ()


def address(parts: tuple[str, ...]) -> str:
    """Return the link to a file at or below the page: "./" in front, so that no name is ever taken for a scheme."""
    return "./" + "/".join(map(_encoded, parts))


@lru_cache(1024)
def _encoded(part: str) -> str:
    return quote(part, safe="")


def _linked(row: Row) -> bool:
    misplaced = any(sentence.code in _MISPLACED for sentence in row.says)
    stored = row.outcome in (Outcome.NEW, Outcome.VERSION, Outcome.DUPLICATE, Outcome.PENDING)
    return row.exact and not row.gone and (stored or misplaced) and row.parts[-1].rpartition(".")[2].lower() in _PLAIN


def _short(row: Row) -> Iterator[Message]:
    """Yield what is said again of a file whose sentences stand above: a refusal always has its own."""
    yield from (said for said in row.says if row.matter in _TOLD_AGAIN or not said.code.startswith(_TOLD_ONCE))
    if row.matter in (Matter.UNREADABLE, Matter.UNPLACED):
        yield message("receipt.see-above")


def _notes(row: Row) -> Iterator[Message]:
    if not row.inbox and row.outcome is not None:
        yield message("receipt.by-hand")
    if row.gone:
        filed = row.outcome in (Outcome.NEW, Outcome.VERSION, Outcome.DUPLICATE)
        yield message("receipt.gone" if filed else "receipt.gone-unfiled", date=day(row.gone))


def _mark(row: Row) -> Mark:
    if row.matter is Matter.UNREADABLE:
        return Mark("▲", message("receipt.mark.unreadable").text(), "s-late", "")
    if row.matter is Matter.UNPLACED:
        return Mark("△", message("receipt.mark.unplaced").text(), "s-part", "")
    if any(said.code == "receipt.withdrawn" for said in row.says):
        return Mark("—", message("receipt.mark.withdrawn").text(), "s-na", "")
    symbol, style = _SHOWN[row.outcome]
    word = message(f"outcome.{row.outcome}" if row.outcome else "receipt.mark.filed").text()
    return Mark(symbol, word, "s-na" if row.gone and row.matter is Matter.NOTHING else style, "")
