"""Verification: everything an archive keeps held against what it was filed, recorded and sealed as. Changes nothing.

It may run while a watch does: it takes no lock, and looks again at what seems wrong. In order: the sealed files as bytes (before
anything opens them), the catalogue as a database, the documents place by place, then what only the catalogue speaks of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, nullcontext
from itertools import chain, islice
from pathlib import Path

from archive.catalogue import Catalogue
from archive.catalogue_check import CATALOGUE, judgement_faults, ledger_faults, lost_documents, unsound
from archive.fixity import Checker
from archive.hashing import Hasher
from archive.home import Home
from archive.opening import open_catalogue
from archive.places import places
from archive.rounds import Counts, Rounds
from archive.seal_check import SealCheck
from schema.errors import ArchiveError
from schema.findings import Finding
from schema.messages import message
from schema.settings import Settings, load_settings

Further = Callable[[frozenset[str], Catalogue | None], Iterable[Finding]]


class Verification:
    """One run over an archive. Iterate it for the findings; `counts` grows meanwhile.

    percent: only so much of the documents' bytes, beginning where the last such run ended, round and round; resume: a full run
    goes on where it was broken off; rate: bytes per second; further: checks of other layers, told which sealed files are sound.
    """

    def __init__(
        self,
        home: Home,
        *,
        percent: float | None = None,
        resume: bool = False,
        rate: float | None = None,
        progress: Callable[[str], None] = lambda _: None,
        further: Further = lambda _confirmed, _catalogue: (),
    ) -> None:
        self._home, self._percent, self._progress, self._further = home, percent, progress, further
        self._hasher = Hasher(rate)
        self._rounds = Rounds(home.state)
        standing = self._rounds.standing
        if percent is None and not (resume and standing.full):
            standing.full, standing.counts = "", Counts()
        self.counts = Counts() if percent is not None else standing.counts

    def __iter__(self) -> Iterator[Finding]:
        """Run, and yield what is wrong as it is found."""
        try:
            for finding in self._findings():
                self.counts.findings += 1
                yield finding
            if self._percent is None:
                self._rounds.standing.full = ""
        finally:
            self._rounds.keep()

    def _findings(self) -> Iterator[Finding]:
        sealed = SealCheck(self._home, self._hasher)
        yield from sealed
        catalogue, trouble = self._catalogue()
        yield from trouble
        with closing(catalogue) if catalogue else nullcontext():
            yield from self._documents(Checker(self._home, catalogue, self._hasher))
            yield from judgement_faults(self._home, catalogue)
            if catalogue is not None:
                yield from unsound(self._home)
                yield from lost_documents(self._home, catalogue)
                yield from ledger_faults(catalogue)
            elif not trouble and self.counts.documents:
                yield Finding("catalogue-missing", CATALOGUE, message("verify.catalogue-missing", path=CATALOGUE))
            yield from self._further(frozenset(sealed.confirmed), catalogue)

    def _catalogue(self) -> tuple[Catalogue | None, tuple[Finding, ...]]:
        """Return the catalogue if there is one that can be opened; none is made."""
        if not (self._home.state / "catalogue.sqlite").exists():
            return None, ()
        try:
            return open_catalogue(self._home, _settings(self._home)), ()
        except ArchiveError as error:
            return None, (Finding("catalogue-unreadable", CATALOGUE, error.message),)

    def _documents(self, checker: Checker) -> Iterator[Finding]:
        standing = self._rounds.standing
        for place in self._chosen():
            if isinstance(place, OSError):
                path = _shown(Path(place.filename or self._home.tree), self._home)
                reason = message("verify.folder-unreadable", path=path, error=place.strerror or place)
                yield Finding("folder-unreadable", path, reason)
                continue
            seen, found = checker.check(place)
            yield from found
            self.counts.documents += seen.document is not None or bool(seen.fault)
            self.counts.bytes += seen.size or 0 if seen.document is not None else 0
            if self._percent is None:
                standing.full = place
            else:
                standing.sample = place
            self._rounds.note()
            self._progress(place)

    def _chosen(self) -> Iterator[str | OSError]:
        """Yield the places to look at."""
        tree, standing = self._home.tree, self._rounds.standing
        if self._percent is None:
            yield from places(tree, standing.full)
            return
        number, size = extent(tree)
        for place in islice(chain(places(tree, standing.sample), places(tree)), number):
            yield place
            if self.counts.bytes >= size * self._percent / 100:
                return


def extent(tree: Path) -> tuple[int, int]:
    """Return how many places a tree has, and the bytes of the files there."""
    number = size = 0
    for place in places(tree):
        number += 1
        if isinstance(place, str):
            try:
                size += (tree / place).lstat().st_size
            except OSError:
                continue
    return number, size


def _settings(home: Home) -> Settings:
    """Return the archive's settings; the usual ones where they cannot be read, which other commands tell."""
    try:
        return load_settings(home.settings_file)
    except ArchiveError:
        return Settings()


def _shown(path: Path, home: Home) -> str:
    return (path.relative_to(home.root) if path.is_relative_to(home.root) else path).as_posix()
