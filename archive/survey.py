"""What a backup should hold at one moment, and what of it the archive itself has lost: tree and catalogue laid side by side.

Every stored file has a sidecar that names its SHA-256, and every sidecar its own digest; only what carries no digest (pointers,
explanations, settings) is taken as it is. The tree outranks the catalogue.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from archive.home import Home
from archive.layout import META, TREE, sidecar_path
from archive.sidecar import load
from archive.snapshot import Listed
from schema.findings import Finding
from schema.messages import Message, message


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be held. `sha256` is empty, and `size` without meaning, where nothing says what its bytes should be."""

    source: Path
    sha256: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Misfit:
    """A finding, and the digest it is about: the same twice over, it is no movement."""

    finding: Finding
    digest: str = ""


@dataclass(slots=True)
class Survey:
    """What there is, by path in the backup.

    wanted: what the catalogue knows of, with the tree's own files; strays: what only the tree knows of (on its way in, or gone
    from the catalogue); lost: what ought to be there and is not, or is damaged, so that an older copy is worth keeping;
    misfits: why.
    """

    wanted: dict[str, Wanted] = field(default_factory=dict)
    strays: dict[str, Wanted] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    misfits: dict[str, Misfit] = field(default_factory=dict)

    def lose(self, path: str, detail: Message, digest: str = "") -> None:
        """Note that the archive has no good copy of `path`; the finding's code is the message's own."""
        self.lost.add(path)
        self.wanted.pop(path, None)
        self.misfits[path] = misfit(path, detail, digest)


def survey(home: Home, listed: Mapping[str, Listed] | None) -> Survey:
    """Look over the tree; `listed` is what the catalogue says of it by path, None when it says nothing."""
    found = Survey()
    told: dict[str, Listed] = {}
    plain = []
    for path in sorted(_files(home.tree, found)):
        if PurePosixPath(path).parent.name == META and path.endswith(".json"):
            _look_at_sidecar(home, path, found, told, listed)
        else:
            plain.append(path)
    for path in plain:
        _look_at_file(home, path, found, told.get(path), listed)
    for path, entry in (listed or {}).items():
        _miss(path, entry, found, told.get(path))
    for file in (home.settings_file, home.register_file, *home.own_files()):
        if file.is_file():
            found.wanted[file.relative_to(home.root).as_posix()] = Wanted(file)
    return found


def misfit(path: str, detail: Message, digest: str = "") -> Misfit:
    """Return the misfit whose finding has the message's own code."""
    return Misfit(Finding(detail.code.partition(".")[2], path, detail), digest)


def _look_at_sidecar(home: Home, path: str, found: Survey, told: dict[str, Listed], listed: Mapping[str, Listed] | None) -> None:
    place = f"{TREE}/{path}"
    try:
        data = (home.tree / path).read_bytes()
        document = load(data).document
    except FileNotFoundError:
        return
    except OSError as error:
        found.lose(place, message("backup.unreadable", path=place, error=error.strerror or error))
        return
    except ValueError:
        found.lose(place, message("backup.sidecar-damaged", path=place), hashlib.sha256(data).hexdigest())
        return
    told[document.path] = Listed(document.id, document.sha256, document.size)
    wanted = Wanted(home.tree / path, hashlib.sha256(data).hexdigest(), len(data))
    (found.wanted if listed is None or document.path in listed else found.strays)[place] = wanted


def _look_at_file(home: Home, path: str, found: Survey, told: Listed | None, listed: Mapping[str, Listed] | None) -> None:
    expected = told or (listed or {}).get(path)
    wanted = Wanted(home.tree / path, expected.sha256, expected.size) if expected else Wanted(home.tree / path)
    is_known = expected is None or listed is None or path in listed
    (found.wanted if is_known else found.strays)[f"{TREE}/{path}"] = wanted


def _miss(path: str, entry: Listed, found: Survey, told: Listed | None) -> None:
    """Note what the catalogue lists at `path` and the tree lacks, or has otherwise."""
    place, beside = f"{TREE}/{path}", f"{TREE}/{sidecar_path(path)}"
    if place not in found.wanted:
        found.lose(place, message("backup.bytes-missing", path=place), entry.sha256)
    if told is None and beside not in found.lost:
        found.lose(beside, message("backup.sidecar-missing", path=beside), entry.sha256)
    if told is not None and (told.id, told.sha256) != (entry.id, entry.sha256):
        found.misfits.setdefault(place, misfit(place, message("backup.catalogue-differs", path=place), entry.sha256))


def _files(tree: Path, found: Survey) -> Iterator[str]:
    """Yield the regular files of the tree, relative, but for what is on its way in. Nothing is followed out of it."""

    def complain(error: OSError) -> None:
        place = f"{TREE}/{Path(error.filename).relative_to(tree).as_posix()}"
        found.misfits[place] = misfit(place, message("backup.unreadable", path=place, error=error.strerror or error))

    for folder, folders, names in os.walk(tree, onerror=complain):
        here = Path(folder)
        if here == tree:
            folders[:] = [name for name in folders if name != ".staging"]
        for name in names:
            path = here / name
            if not (name.startswith(".") and name.endswith(".draft")) and path.is_file() and not path.is_symlink():
                yield path.relative_to(tree).as_posix()
