"""Repair of all layers, down the order of truth.

The tree's own files and the catalogue come before any document is touched, then the documents, then text store, index and
pointers, which the ordinary stages make again. Nothing is deleted: what is damaged is put aside. Each step leaves an archive that
any writer may open.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive.aside import move_aside
from archive.catalogue_check import CATALOGUE
from archive.home import District, Home, load_district
from archive.layout import TREE
from archive.lock import writing
from archive.opening import open_catalogue
from archive.own_files import OwnFiles
from archive.pointers import refresh_pointers
from archive.renew import renew_catalogue
from archive.repair import Mended, Result, repair_documents
from archive.seal import unseal
from archive.verify import Verification
from indexer.update import READER, catch_up
from schema.findings import Finding
from schema.messages import message
from zuozheng.conveyor import Progress, no_progress, running
from zuozheng.fixity import INDEX, TEXTS, lower_layers

_INBOXES = ".zuozheng/inboxes.json"
_DOCUMENTS = ("bytes-", "sidecar-", "row-", "document-lost", "stray")


@dataclass(frozen=True, slots=True)
class Damage:
    """What verification found, by what has to be done about it."""

    findings: tuple[Finding, ...]

    @property
    def documents(self) -> tuple[Finding, ...]:
        """About documents, and about what lies where one should be."""
        return tuple(
            finding for finding in self.findings if finding.code.startswith(_DOCUMENTS) and finding.subject.startswith(f"{TREE}/")
        )

    @property
    def own_files(self) -> tuple[Finding, ...]:
        """About the tree's own files."""
        return tuple(
            finding for finding in self.findings if finding.code.startswith("sealed-") and finding.subject.startswith(f"{TREE}/")
        )

    @property
    def beyond(self) -> tuple[Finding, ...]:
        """About what no program can mend."""
        return tuple(
            finding for finding in self.findings if finding.code == "folder-unreadable" or finding.code.startswith("judgement-")
        )

    def touches(self, place: str) -> bool:
        """Return whether something is wrong with a file of the state folder, or one in it."""
        return any(finding.subject == place or finding.subject.startswith(f"{place}/") for finding in self.findings)

    def has(self, code: str) -> bool:
        """Return whether there is a finding of this kind."""
        return any(finding.code == code for finding in self.findings)


def repair(home: Home, backup: Path | None = None, progress: Progress = no_progress) -> Iterator[Mended]:
    """Verify, mend what can be mended, and yield what was done about each thing that was wrong; nothing when all is well.

    `backup`: a home (or a copy of one) to take right bytes and sidecars from. Raises ArchiveBusyError, FaultsError.
    """
    with writing(home.state):
        district = load_district(home)
        damage = Damage(tuple(Verification(home, progress=progress, further=lower_layers(home))))
        if not damage.findings:
            return
        own_files = OwnFiles(home, damage.own_files, backup)
        unseal(home)
        own_files.mend()
        yield from _mend_state(home, district, damage)
    with running(home) as stages:
        yield from repair_documents(stages.archive, damage.documents, backup)
        catch_up(stages)
        refresh_pointers(stages.archive)
        yield from own_files.outcomes()
    yield from (Mended(finding.subject, Result.FAILED, finding.detail) for finding in damage.beyond)


def _mend_state(home: Home, district: District, damage: Damage) -> Iterator[Mended]:
    """Make the catalogue again, and have texts and index made again, where they are damaged. The caller holds the lock."""
    catalogue = damage.touches(CATALOGUE) or _has_ghosts(home, district, damage)
    if catalogue or damage.touches(INDEX):
        # Before the catalogue: an index made for another sequence of changes would never be brought up to date.
        move_aside(home, home.root / INDEX)
        yield Mended(INDEX, Result.MENDED, message("repair.index", path=INDEX))
    if catalogue:
        renewed = renew_catalogue(home, [finding.subject.removeprefix(f"{TREE}/") for finding in damage.documents])
        sums = {"documents": renewed.documents, "ledger": renewed.ledger}
        yield Mended(CATALOGUE, Result.MENDED, message("repair.catalogue", path=CATALOGUE, **sums))
    if damage.touches(TEXTS) or damage.has("text-missing"):
        with closing(open_catalogue(home, district.settings)) as opened, opened.transaction():
            opened.advance(READER, 0)
        if damage.touches(TEXTS):
            move_aside(home, home.root / TEXTS)
        yield Mended(TEXTS, Result.MENDED, message("repair.texts", path=TEXTS))
    if damage.touches(_INBOXES):
        move_aside(home, home.root / _INBOXES)
        yield Mended(_INBOXES, Result.MENDED, message("repair.state", path=_INBOXES))
    for finding in damage.findings:
        if finding.code == "seal-damaged":
            yield Mended(finding.subject, Result.MENDED, message("repair.seal", path=finding.subject))


def _has_ghosts(home: Home, district: District, damage: Damage) -> bool:
    """Return whether a row that belongs to no document keeps the right one from its place."""
    missing = [finding.subject.removeprefix(f"{TREE}/") for finding in damage.findings if finding.code == "row-missing"]
    if not missing or damage.touches(CATALOGUE):
        return False
    with closing(open_catalogue(home, district.settings)) as catalogue:
        return any(catalogue.path_taken(path) for path in missing)
