"""The places of the tree: every path where a document lies, or is described, or where something lies that is neither."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from archive.home import MARKER
from archive.judgements import FOLDER as JUDGEMENTS
from archive.layout import ABOUT, HERITAGE, META, POINTER
from archive.names import is_litter, is_litter_folder

_OWN = frozenset({MARKER, ABOUT, HERITAGE, JUDGEMENTS, ".staging"})


def places(tree: Path, after: str = "") -> Iterator[str | OSError]:
    """Yield the places of the tree (relative, forward slashes) that come after the place `after`, in one fixed order.

    A folder's own places come by name, before those of its folders. A file and its sidecar are one place, the file's. What is no
    document and has no sidecar is a place as well (also a link, or something odd in a _meta folder); what this program or the
    system puts there of itself is none. A folder that cannot be listed is yielded as the error that says so. Follows no link.
    """
    yield from _below(tree, (), _key(after) if after else ((), ""))


def _below(tree: Path, parts: tuple[str, ...], after: tuple[tuple[str, ...], str]) -> Iterator[str | OSError]:
    if parts < after[0] and after[0][: len(parts)] != parts:
        return  # all of this folder came before
    try:
        files, folders = _listed(tree.joinpath(*parts))
        described = _described(tree.joinpath(*parts, META)) if META in folders else set()
    except FileNotFoundError:
        return  # gone since the folder above was listed
    except OSError as error:
        yield error
        return
    own = _OWN if not parts else frozenset({POINTER})
    names = described | {name for name in files - own if not is_litter(name)}
    if parts[-1:] == (META,):
        names -= {name for name in files if name.endswith(".json")}  # sidecars: seen with the folder above
    yield from ("/".join((*parts, name)) for name in sorted(names) if (parts, name) > after)
    for folder in sorted(folders):
        if not is_litter_folder(folder) and (parts or folder not in own):
            yield from _below(tree, (*parts, folder), after)


def _listed(folder: Path) -> tuple[set[str], set[str]]:
    """Return the names in a folder: of what is no folder, and of the folders. Raises OSError."""
    files: set[str] = set()
    folders: set[str] = set()
    with os.scandir(folder) as entries:
        for entry in entries:
            (folders if entry.is_dir(follow_symlinks=False) else files).add(entry.name)
    return files, folders


def _described(folder: Path) -> set[str]:
    """Return the names of the files that the sidecars in a _meta folder speak of. Raises OSError."""
    return {name.removesuffix(".json") for name in _listed(folder)[0] if name.endswith(".json")}


def _key(place: str) -> tuple[tuple[str, ...], str]:
    *folders, name = place.split("/")
    return tuple(folders), name
