"""The catalogue made again from the tree alone."""

from __future__ import annotations

from dataclasses import dataclass

from archive.catalogue import Catalogue
from archive.home import DATA_KINDS, Home
from archive.judgements import damage, note_judgements
from archive.opening import Archive
from archive.store import replace_file, sidecars
from schema.findings import Finding
from schema.frameworks import data_sources
from schema.messages import message


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many documents the tree gave back, and what could not be read in it."""

    documents: int
    findings: tuple[Finding, ...]


def rebuild_catalogue(archive: Archive) -> Rebuilt:
    """Forget the catalogue and read it from the sidecars; bring settings and register back where they are gone."""
    home = archive.home
    for file in (home.settings_file, home.register_file):
        kept = home.heritage / file.name
        if not file.exists() and kept.exists():
            replace_file(file, kept.read_bytes(), home.staging)
    _bring_own_back(home)
    rebuilt = read_tree(home, archive.catalogue)
    note_judgements(archive)
    return Rebuilt(rebuilt.documents, (*rebuilt.findings, *damage(home)))


def _bring_own_back(home: Home) -> None:
    """Bring back the home's own frameworks and duties: the kept ones that this program does not ship as they are."""
    for kind in DATA_KINDS:
        shipped = {source.name: source for source in data_sources(None, kind)}
        for kept in sorted((home.heritage / kind).glob("*.toml")):
            data, own = kept.read_bytes(), home.own / kind / kept.name
            if not own.exists() and (kept.name not in shipped or shipped[kept.name].read_bytes() != data):
                replace_file(own, data, home.staging)


def read_tree(home: Home, catalogue: Catalogue) -> Rebuilt:
    """Make `catalogue` say what the sidecars of the tree say, in one transaction, and nothing else."""
    findings = []
    count = 0
    with catalogue.transaction():
        catalogue.clear()
        for path, sidecar in sidecars(home.tree):
            place = path.relative_to(home.tree).as_posix()
            if isinstance(sidecar, ValueError):
                findings.append(Finding("sidecar-damaged", place, message("rebuild.damaged", path=place)))
            elif not (home.tree / sidecar.document.path).is_file():
                findings.append(Finding("bytes-missing", place, message("rebuild.missing", path=sidecar.document.path)))
            else:
                catalogue.put(sidecar.document)
                count += 1
    return Rebuilt(count, tuple(findings))
