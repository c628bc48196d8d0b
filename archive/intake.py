"""Taking files in: every path of the inboxes ends in exactly one outcome, and nothing counts as filed before it is on the disk.

Order for a batch: copy and hash into staging; decide; journal and flush; publish without overwriting and flush; one catalogue
transaction; forget the journal. The originals are only ever read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from archive.catalogue_paths import Source
from archive.diskspace import require_room
from archive.filing import Decision, Drop, SidecarDamagedError, concerned, decide
from archive.names import runs
from archive.opening import Archive, record
from archive.pauses import Pauses
from archive.refuse import is_ours, refusal
from archive.scan import Found, look_again, shown
from archive.settle import Rest, closed, companions, is_companion, settled, watched
from archive.store import Changed, Unfinished, Unreadable, carry_out, journal, retire, stage
from schema.errors import ArchiveError
from schema.messages import Message, message
from schema.model import DocumentState, LedgerEntry, Outcome, Unit
from schema.units import fold_name

_BATCH_FILES, _BATCH_BYTES, _NOTES = 500, 64 << 20, 1000


@dataclass(frozen=True, slots=True)
class Tally:
    """How many paths a pass saw that were new or changed, by outcome; `unchanged` had their outcome already."""

    new: int = 0
    versions: int = 0
    duplicates: int = 0
    rejected: int = 0
    ignored: int = 0
    pending: int = 0
    unchanged: int = 0

    @property
    def seen(self) -> int:
        """New or changed paths: the sum of all outcomes of this pass."""
        return self.new + self.versions + self.duplicates + self.rejected + self.ignored + self.pending

    def plus(self, other: Tally) -> Tally:
        """Return the tally of this and of other paths."""
        return Tally(**{entry.name: getattr(self, entry.name) + getattr(other, entry.name) for entry in fields(self)})

    def then(self, later: Tally) -> Tally:
        """Return this tally followed by a later one over the same paths: what waited then is decided or still waits now."""
        return replace(self.plus(later), pending=later.pending, unchanged=self.unchanged)


_COUNTED = {
    Outcome.NEW: "new", Outcome.VERSION: "versions", Outcome.DUPLICATE: "duplicates", Outcome.REJECTED: "rejected",
    Outcome.IGNORED: "ignored", Outcome.PENDING: "pending",
}  # fmt: skip


class Intake:
    """Looks at paths, waits until each is at rest, and files it. Remembers between steps only what it is waiting for."""

    def __init__(
        self, archive: Archive, clock: Callable[[], float] = time.monotonic, progress: Callable[[str], None] = lambda _: None
    ) -> None:
        self._archive, self._clock, self._progress = archive, clock, progress
        # By unit, so that each has its turn: the path's key, what was found there, and since when it rests.
        self._rests: dict[str, dict[bytes, tuple[Found, Rest]]] = {}
        self._units: dict[str, Unit | None] = {}
        self._marks: dict[str, frozenset[str]] = {}
        self._counts: dict[str, int] = {}
        self._notes: list[Source] = []
        self._pauses = Pauses(archive.home, archive.district.settings)

    @property
    def waiting(self) -> int:
        """How many paths are not at rest yet."""
        return sum(map(len, self._rests.values()))

    def waits_for(self, found: Found) -> bool:
        """Return whether a path is one of those waited for."""
        return any(found.key in rests for rests in self._rests.values())

    @property
    def pause(self) -> float:
        """Seconds that the file which is taken soonest must rest."""
        return self._pauses.shortest(found for rests in self._rests.values() for found, _rest in rests.values())

    @property
    def longest_pause(self) -> float:
        """Seconds that any file may have to rest."""
        return self._pauses.longest

    def forget(self, root: Path) -> None:
        """Wait no longer for what lies below `root`, an inbox that went away; it is found anew once the share is back."""
        for rests in self._rests.values():
            for key in [key for key, (found, _rest) in rests.items() if found.path.is_relative_to(root)]:
                del rests[key]

    def step(self, founds: Iterable[Found]) -> Tally:
        """Look once at each path, file those at rest, note the outcome of all. Raises ArchiveError when storing fails."""
        self._counts = dict.fromkeys((entry.name for entry in fields(Tally)), 0)
        self._marks = {}
        self._pauses.refresh()
        batch: list[Drop] = []
        size = 0
        for found in founds:
            drop = self._sort_out(found)
            if drop is not None:
                batch.append(drop)
                size += found.look.size
            if len(batch) >= _BATCH_FILES or size >= _BATCH_BYTES:
                self._file(batch)
                batch, size = [], 0
        self._file(batch)
        self._write_notes()
        return Tally(**self._counts)

    def again(self, at_most: int | None = None) -> Tally:
        """Look once more at what is waiting (at most so many paths, shared out between the units); forget what has gone."""
        share = None if at_most is None else -(-at_most // max(len(self._rests), 1))
        return self.step(self._looked_again(share))

    def _looked_again(self, share: int | None) -> Iterator[Found]:
        """Yield waiting paths as they are now, while those before them are filed: never a second list of all of them."""
        for unit, rests in list(self._rests.items()):
            for key, (before, rest) in list(islice(rests.items(), share)):
                del rests[key]
                now = look_again(before)
                if now is not None:
                    rests[key] = (before, rest)  # to the end: what waits longest is looked at first
                    yield now
            if not rests:
                del self._rests[unit]

    def _sort_out(self, found: Found) -> Drop | None:
        """Return what is to be filed now; else note what became of the path."""
        if is_ours(found):
            return None
        key, unit = found.key, self._unit(found)
        known = None if unit and key in self._rests.get(unit.id, ()) else self._archive.catalogue.source(key)
        if known is not None and known.look == found.look and self._is_final(known.entry):
            self._counts["unchanged"] += 1
            return None
        verdict = refusal(found, unit)
        if verdict is not None:
            if known is not None and (known.entry.outcome, known.entry.reason) == verdict:
                self._counts["unchanged"] += 1
            else:
                self._settle_outcome(found, unit, *verdict)
            return None
        return self._at_rest(found, unit, key) if unit is not None else None

    def _is_final(self, entry: LedgerEntry) -> bool:
        """Return whether an outcome holds as long as the file stays as it is.

        A refusal may end: when the unit is registered, when what was withdrawn is brought back.
        """
        if entry.outcome is not Outcome.REJECTED:
            return entry.outcome is not Outcome.PENDING
        if entry.reason.code == "intake.withdrawn":
            document = self._archive.catalogue.document(entry.document)
            return document is not None and document.state is DocumentState.WITHDRAWN
        return entry.reason.code == "intake.program"

    def _unit(self, found: Found) -> Unit | None:
        """Return the registered unit whose folder a path lies in."""
        if not found.folder.parts:
            return None
        folder = found.folder.parts[0]
        if folder not in self._units:
            self._units[folder] = self._archive.district.unit_by_name.get(fold_name(shown(folder)))
        return self._units[folder]

    def _at_rest(self, found: Found, unit: Unit, key: bytes) -> Drop | None:
        """Return a file that may be taken as far as its looks tell; whether its bytes are all there is seen as they are read."""
        now = self._clock()
        rests = self._rests.setdefault(unit.id, {})
        before = rests.get(key)
        rest = watched(before[1] if before else None, found.look, now)
        rests[key] = (found, rest)
        pause, patience = self._pauses.of(found), self._archive.district.settings.patience_seconds
        if now - rest.since < pause:
            if before is None:  # the first look at most files is the last but one: not worth a note
                self._counts["pending"] += 1
                return None
            self._settle_outcome(found, unit, Outcome.PENDING, message("intake.settling"))
            return None
        try:
            locked = self._is_open(found)
        except OSError as error:
            why = message("intake.unreadable", error=error.strerror or error)
            self._settle_outcome(found, unit, Outcome.PENDING, why)
            return None
        is_overdue = settled(rest, now, closed=False, locked=locked, pause=pause, patience=patience)
        if not is_overdue and not settled(rest, now, closed=True, locked=locked, pause=pause, patience=patience):
            why = message("intake.open-elsewhere" if locked else "intake.unfinished")
            self._settle_outcome(found, unit, Outcome.PENDING, why)
            return None
        return Drop(found, unit, shown(found.source), is_overdue)

    def _is_open(self, found: Found) -> bool:
        """Return whether a lock companion lies beside the file (one listing a folder and step)."""
        place = found.folder.place
        if place not in self._marks:
            self._marks[place] = frozenset(filter(is_companion, os.listdir(place)))  # noqa: PTH208 - names, no paths
        marks = self._marks[place]
        return bool(marks) and not marks.isdisjoint(companions(found.name))

    def _file(self, batch: list[Drop]) -> None:
        """File paths at rest. One document changes at most once in a transaction, so a batch may take several."""
        try:
            while batch:
                batch = batch[self._file_some(batch) :]
        except OSError as error:
            place = error.filename or self._archive.home.tree
            raise ArchiveError("intake.storage", path=place, error=error.strerror or error) from error

    def _file_some(self, batch: list[Drop]) -> int:
        """File the first paths of a batch, as many as go together: all of them, or nothing that is not in the journal."""
        archive, staging = self._archive, self._archive.home.staging
        require_room(staging, sum(drop.found.look.size for drop in batch), archive.district.settings.keep_free_percent)
        entries: list[Path] = []
        with archive.catalogue.transaction():
            decided = list(self._decisions(batch))
            plans = [decision.plan for _drop, decision in decided if decision.plan is not None]
            if plans:
                entries.append(journal(plans, staging))
                carry_out(plans, archive.home.tree)
        retire(entries)
        for drop, decision in decided:
            self._counts[_COUNTED[decision.outcome]] += 1
            if decision.outcome is not Outcome.PENDING:
                self._rests.get(drop.unit.id, {}).pop(drop.found.key, None)
            self._progress(drop.source)
        return len(decided)

    def _decisions(self, batch: list[Drop]) -> Iterator[tuple[Drop, Decision]]:
        """Copy, decide and put into the catalogue, up to the first file whose document this transaction has changed already."""
        catalogue = self._archive.catalogue
        touched: set[str] = set()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        for number, drop in enumerate(batch):
            decision = self._decide(drop, f"{number:03d}-{drop.found.look.inode}.data", touched)
            if decision is None:
                return
            if decision.plan is not None:
                record(catalogue, decision.plan)
                touched |= {sidecar.document.id for sidecar in decision.plan.sidecars}
            catalogue.note(_source(drop.found, drop.unit, decision, now))
            yield drop, decision

    def _decide(self, drop: Drop, name: str, touched: set[str]) -> Decision | None:
        """Copy a file and decide about it; None when that concerns a document this transaction has changed already."""
        archive, found = self._archive, drop.found
        try:
            staged = stage(
                found.place, found.look, archive.home.staging, name,
                lambda head, tail: drop.is_overdue or closed(found.name, head, tail),
            )  # fmt: skip
        except Changed:
            return Decision(Outcome.PENDING, message("intake.settling"), "")
        except Unfinished:
            return Decision(Outcome.PENDING, message("intake.unfinished"), "")
        except Unreadable as error:
            return Decision(Outcome.PENDING, message("intake.unreadable", error=error), "")
        known = concerned(archive, drop, staged)
        decision: Decision | None = None
        if runs(found.name, staged.head):
            decision = Decision(Outcome.REJECTED, message("intake.program"), "")
        elif known is None or known.id not in touched:
            try:
                decision = decide(archive, drop, staged, known)
            except SidecarDamagedError as error:
                decision = Decision(Outcome.PENDING, error.message, "")
        if decision is None or decision.plan is None or not decision.plan.data:
            (archive.home.staging / name).unlink(missing_ok=True)
        return decision

    def _settle_outcome(self, found: Found, unit: Unit | None, outcome: Outcome, reason: Message) -> None:
        """Count and note an outcome that changes nothing in the tree; such notes are written together."""
        self._counts[_COUNTED[outcome]] += 1
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._notes.append(_source(found, unit, Decision(outcome, reason, ""), now))
        if len(self._notes) >= _NOTES:
            self._write_notes()

    def _write_notes(self) -> None:
        if not self._notes:
            return
        with self._archive.catalogue.transaction():
            for note in self._notes:
                self._archive.catalogue.note(note)
        self._notes = []


def take_in(
    archive: Archive,
    first_look: Callable[[Intake], Tally],
    progress: Callable[[str], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Tally:
    """Take in what `first_look` shows an intake: look, wait, look again until all is decided or patience is over."""
    intake = Intake(archive, progress=progress)
    tally = first_look(intake)
    grace = archive.district.settings.patience_seconds + 2 * intake.longest_pause
    end = time.monotonic() + grace
    while intake.waiting and time.monotonic() < end:
        sleep(intake.pause)
        before = intake.waiting
        tally = tally.then(intake.again())
        if intake.waiting < before:
            end = time.monotonic() + grace
    return tally


def _source(found: Found, unit: Unit | None, decision: Decision, seen: str) -> Source:
    path, whose = shown(found.source), unit.id if unit else ""
    entry = LedgerEntry(path, decision.outcome, decision.reason, decision.document, whose, seen, found.look.size)
    return Source(found.key, found.look, entry)
