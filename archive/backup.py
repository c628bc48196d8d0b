"""Backup: a second copy of the archive that can be looked through without this program, brought up to date run by run.

It takes no lock on the archive. What it copies is held against the digests of sidecars and catalogue; where something does not
fit, a writer may just be moving it, so the round is repeated with a fresh copy of the catalogue until one fits, or until what
does not fit has been seen to stand still: then it is damage, which never replaces a good copy. Where writers never rest, the
later rounds, short by then, are gone while their transactions wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from archive.backup_place import MARKER, admit, alone, begin
from archive.home import Home
from archive.layout import ABOUT, META
from archive.manifest import UnreadableError, digest_of
from archive.mirror import CATALOGUE, DamagedError, Mirror
from archive.snapshot import holding_still, snapshot, watching
from archive.survey import Misfit, Survey, Wanted, misfit, survey
from schema.errors import ArchiveError
from schema.findings import Finding
from schema.messages import message

# Seconds before each round, and whether writers wait while it lasts: by then there is little left to copy.
_ROUNDS = ((0.0, False), (0.2, False), (0.5, True), (1.0, True), (2.0, True))


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a run did: files the backup now has; of these copied (and their bytes) and kept; former ones moved aside."""

    files: int
    copied: int
    bytes: int
    kept: int
    moved_aside: int
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Round:
    """One round: the digests of what the backup holds by path, and what did not fit."""

    entries: dict[str, str] = field(default_factory=dict)
    misfits: dict[str, Misfit] = field(default_factory=dict)


def back_up(
    home: Home,
    target: Path,
    *,
    check: bool = False,
    progress: Callable[[str], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> BackedUp:
    """Bring the backup in the folder `target` up to date. Raises ArchiveError, ArchiveBusyError.

    `check`: hash what the backup holds instead of believing its manifest.
    """
    identity = admit(home, target)
    with alone(home):
        try:
            begin(target, identity)
            return _Run(home, Mirror(target, check=check), progress).until_it_fits(sleep)
        except OSError as error:
            raise ArchiveError("backup.storage", path=error.filename or target, error=error.strerror or error) from error


class _Run:
    """A run: rounds over the archive until one fits."""

    def __init__(self, home: Home, mirror: Mirror, progress: Callable[[str], None]) -> None:
        self._home, self._mirror, self._progress = home, mirror, progress
        self._catalogue = home.state / CATALOGUE

    def until_it_fits(self, sleep: Callable[[float], None]) -> BackedUp:
        """Go round until all fits, or nothing moved, or the same did not fit twice."""
        former: dict[str, Misfit] | None = None
        with watching(self._catalogue) as transactions:
            for pause, is_held in _ROUNDS:
                sleep(pause)
                with holding_still(self._catalogue) if is_held else nullcontext():
                    before = self._signs(transactions)
                    found = self._survey()
                    done = self._go_round(found)
                    after = self._signs(transactions)
                has_moved = before != after or any(after[1])
                if not done.misfits or not has_moved or done.misfits == former:
                    return self._finish(found, done, has_moved=has_moved)
                former, self._progress = done.misfits, lambda _: None
        raise ArchiveError("backup.restless")

    def _signs(self, transactions: Callable[[], int]) -> tuple[int, tuple[str, ...]]:
        """Return what changes when files move: the catalogue's transactions and the journal."""
        return transactions(), tuple(sorted(plan.name for plan in self._home.staging.glob("*.plan")))

    def _survey(self) -> Survey:
        copy = self._mirror.staging / CATALOGUE
        listed = snapshot(self._catalogue, copy)
        found = survey(self._home, listed)
        if listed is not None:
            found.wanted[CATALOGUE] = Wanted(copy, *digest_of(copy))
        elif self._catalogue.exists() or any(f"/{META}/" in path for path in found.wanted):
            found.lose(CATALOGUE, message("backup.catalogue-damaged", path=self._catalogue))
        about = self._mirror.staging / "about"
        about.write_bytes(message("backup.about").text("zh").encode("utf-8-sig"))
        found.wanted[ABOUT] = Wanted(about)
        found.wanted[MARKER] = Wanted(self._mirror.root / MARKER)
        return found

    def _go_round(self, found: Survey) -> _Round:
        done = _Round()
        for path, wanted in found.wanted.items():
            self._bring(path, wanted, done)
            self._progress(path)
        for path in found.lost:
            self._keep(path, done)
        done.misfits |= found.misfits
        return done

    def _bring(self, path: str, wanted: Wanted, done: _Round) -> None:
        try:
            done.entries[path] = self._mirror.bring(path, wanted)
            return
        except DamagedError:
            detail = message("backup.bytes-damaged", path=path)
        except UnreadableError as error:
            if not wanted.sha256 and not wanted.source.exists():
                return  # a pointer or an explanation that has just gone
            detail = message("backup.unreadable", path=path, error=error.reason)
        done.misfits[path] = misfit(path, detail, wanted.sha256)
        self._keep(path, done)

    def _keep(self, path: str, done: _Round) -> None:
        if digest := self._mirror.keep(path):
            done.entries[path] = digest

    def _finish(self, found: Survey, done: _Round, *, has_moved: bool) -> BackedUp:
        """Close the run. What only the tree knows of is on its way in while things move; else the catalogue has lost it."""
        for path, wanted in found.strays.items():
            if has_moved:
                self._keep(path, done)
                continue
            self._bring(path, wanted, done)
            if f"/{META}/" not in path:
                done.misfits.setdefault(path, misfit(path, message("backup.not-listed", path=path)))
        aside = self._mirror.finish(done.entries)
        copied = len(self._mirror.copied & done.entries.keys())
        findings = tuple(done.misfits[path].finding for path in sorted(done.misfits))
        return BackedUp(len(done.entries), copied, self._mirror.bytes, len(done.entries) - copied, aside, findings)
