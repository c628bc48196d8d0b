"""One row of a receipt: a file of a unit, what became of it, and what it asks of a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from archive.catalogue_paths import Source, Standing
from archive.home import inboxes
from archive.layout import drop_folder
from archive.opening import Archive
from archive.scan import source_of
from schema.advice import advice, family
from schema.messages import Message, message
from schema.model import Document, DocumentState, LedgerEntry, Outcome, PointRef, TagState, TextStatus

# A scan, a half scanned file and a film count as evidence; the sentence about them is advice.
_GOOD_ENOUGH = frozenset({TextStatus.NEEDS_OCR, TextStatus.PARTIAL})
_FILED = frozenset({Outcome.NEW, Outcome.VERSION})


class Matter(StrEnum):
    """What a row asks of a person, most pressing first."""

    REFUSED = "refused"
    WAITING = "waiting"
    UNREADABLE = "unreadable"
    UNPLACED = "unplaced"
    ADVISED = "advised"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Row:
    """A file of the unit and what became of it.

    `inbox` is the source path of the inbox it was dropped into and `parts` its components below that (the first names the unit's
    folder); an empty inbox: it came by hand, and `parts` is its name alone. `exact`: the parts are the name as it lies there,
    byte for byte. `outcome` is None for a document that no path of the ledger leads to. `when` (UTC, ISO 8601) is when it was
    filed, else when it was decided; empty while it waits. `gone`: when it was found to have left the inbox, or empty.
    """

    inbox: str
    parts: tuple[str, ...]
    exact: bool
    outcome: Outcome | None
    matter: Matter
    when: str
    gone: str
    points: tuple[str, ...]
    says: tuple[Message, ...]


def matter(standing: Standing) -> Matter:
    """Return what a path of the ledger asks of a person; nothing once the file has left the inbox."""
    if standing.gone:
        return Matter.NOTHING
    if standing.outcome is Outcome.REJECTED:
        return Matter.REFUSED
    if standing.outcome is Outcome.PENDING:
        return Matter.WAITING
    if standing.state is not DocumentState.CURRENT or standing.status is None:
        return Matter.NOTHING
    return _of_document(standing.status, standing.kind, placed=standing.placed)


def _of_document(status: TextStatus, kind: str, *, placed: bool) -> Matter:
    good_enough = status in _GOOD_ENOUGH or (status is TextStatus.UNSUPPORTED and family(kind) == "media")
    if status not in (TextStatus.OK, TextStatus.PENDING) and not good_enough:
        return Matter.UNREADABLE
    if not placed:
        return Matter.UNPLACED
    return Matter.ADVISED if good_enough else Matter.NOTHING


class Rows:
    """Makes rows; knows the inboxes of the archive and what its points are called on their folders."""

    def __init__(self, archive: Archive) -> None:
        district = archive.district
        self.inboxes = tuple(source_of(root, archive.home.root) for root in inboxes(archive.home, district.settings))
        self._folders = {
            point.ref: drop_folder(framework, point) for framework in district.frameworks for point in framework.points
        }
        self._short = {framework.id: framework.short for framework in district.frameworks}

    def of_path(self, source: Source, what: Matter, document: Document | None) -> Row:
        """Return the row of a path of the ledger, given the document it led to."""
        entry = source.entry
        inbox, parts = self._place(entry.path)
        waits = entry.outcome is Outcome.PENDING and not entry.gone
        filed = document is not None and entry.outcome in _FILED
        return Row(
            inbox, parts, entry.path.encode() == source.key, entry.outcome, what,
            document.received if document is not None and filed else "" if waits else entry.seen, entry.gone,
            self._points(document), (*self._about_path(entry, document), *self._about_document(document, what)),
        )  # fmt: skip

    def of_document(self, document: Document) -> Row:
        """Return the row of a document that no path of the ledger leads to."""
        inbox, parts = self._place(document.source)
        what = _of_document(document.facts.text_status, document.facts.kind, placed=bool(document.points))
        return Row(inbox, parts, False, None, what, document.received, "", self._points(document), ())

    def _place(self, path: str) -> tuple[str, tuple[str, ...]]:
        inbox = next((inbox for inbox in self.inboxes if path.startswith(f"{inbox}/")), "")
        return (inbox, tuple(path.removeprefix(f"{inbox}/").split("/"))) if inbox else ("", (path.rpartition("/")[2],))

    def _points(self, document: Document | None) -> tuple[str, ...]:
        if document is None or document.state is DocumentState.WITHDRAWN:
            return ()
        return tuple(map(self._folder, document.points))

    def _folder(self, ref: PointRef) -> str:
        return self._folders.get(ref, str(ref))

    def _about_path(self, entry: LedgerEntry, document: Document | None) -> Iterator[Message]:
        """Yield what there is to say about a path that was not simply filed."""
        if entry.outcome not in (*_FILED, Outcome.DUPLICATE):
            yield entry.reason
            return
        if document is None:
            return
        if entry.outcome is Outcome.DUPLICATE:
            yield self._once_more(entry, document)
        if document.state is DocumentState.SUPERSEDED:
            yield message("receipt.replaced")
        elif document.state is DocumentState.WITHDRAWN:
            yield message("receipt.withdrawn")
            yield from () if document.withdrawal is None else (document.withdrawal,)
        elif entry.outcome is Outcome.VERSION:
            yield message("receipt.version", version=document.version)

    def _once_more(self, entry: LedgerEntry, document: Document) -> Message:
        inbox, parts = self._place(document.source)
        other = "/".join(parts[1:] if inbox and len(parts) > 1 else parts)
        added = dict(entry.reason.params).get("points", "")
        if entry.reason.code != "intake.duplicate-adds" or not added:
            return message("receipt.duplicate", other=other)
        points = "、".join(self._folder(PointRef.parse(point)) for point in added.split("、"))
        return message("receipt.duplicate-adds", other=other, points=points)

    def _about_document(self, document: Document | None, what: Matter) -> Iterator[Message]:
        """Yield what there is to say about a stored document: its reading, its place, the codes in its path."""
        if document is None or document.state is not DocumentState.CURRENT:
            return
        facts = document.facts
        # A package is read but not filed file by file, which a school has to know.
        told = facts.text_status is not TextStatus.OK or family(facts.kind) == "package"
        if what is not Matter.NOTHING and told and facts.text_status is not TextStatus.PENDING:
            yield advice(facts.text_status, facts.kind)
        if what is not Matter.NOTHING and not document.points:
            yield self._unplaced(document)
        proposed = {tag.reason for tag in document.tags if tag.state is TagState.PROPOSED}
        yield from (problem for problem in document.problems if problem not in proposed)

    def _unplaced(self, document: Document) -> Message:
        proposed = [tag.point for tag in document.tags if tag.state is TagState.PROPOSED]
        if proposed:
            return message("receipt.unplaced-proposed", points="；".join(map(self._folder, proposed)))
        framework, _, code = document.indicator.partition("/")
        if code:
            return message("receipt.unplaced-indicator", indicator=f"{self._short.get(framework, framework)} {code}")
        return message("receipt.unplaced")
