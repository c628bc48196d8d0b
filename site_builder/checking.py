"""Whether a copy of a site is whole: the list its own page goes through, and the full check of every byte."""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

from schema.errors import ArchiveError
from schema.findings import Finding
from schema.messages import message
from site_builder.keys import digest
from site_builder.publish import CHECKSUMS, LINGERING, Tree
from site_builder.textindex import script

LIST = "check.js"
# What a browser can open as a script without harm: data that say their names, and pages.
_DATA, _PAGE = re.compile(r"(?:idx|d)/.+\.js"), re.compile(r".+\.html")
_LINE = re.compile(r"([0-9a-f]{64})  ([^\\\0\n]+)")
_PIECE = 1 << 20
# All that reading a damaged zip file may raise.
_UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)

Files = dict[str, Callable[[], AbstractContextManager[IO[bytes]]]]


def list_files(tree: Tree) -> None:
    """Write the list that verify.html goes through: what a browser can check, and how many files it cannot."""
    paths = tree.paths()
    checked = [path for path in paths if (_DATA.fullmatch(path) or _PAGE.fullmatch(path)) and path != "verify.html"]
    data = script(LIST, {"checked": checked, "others": len(paths) - len(checked)})
    tree.put(LIST, digest(data), data)


def check(path: Path, advance: Callable[[str], None] = lambda _name: None) -> Iterator[Finding]:
    """Hash every file of a site (its folder, or the zip file of it) and yield every difference from its list of sums.

    Files that an earlier build left for pages still open are no difference. Raises ArchiveError (verify.site-none) when `path` is
    no site, or has no list.
    """
    with _opened(path) as files:
        if CHECKSUMS not in files:
            raise ArchiveError("verify.site-none", path=path, list=CHECKSUMS)
        try:
            with files[CHECKSUMS]() as stream:
                lines = stream.read().decode("utf-8", "replace").split("\n")
        except _UNREADABLE as error:
            raise ArchiveError("verify.site-none", path=path, list=CHECKSUMS) from error
        listed: set[str] = set()
        for number, line in enumerate(lines[:-1] if lines[-1] == "" else lines, start=1):
            found = _LINE.fullmatch(line)
            if found is None:
                yield Finding("site-list", CHECKSUMS, message("verify.site-list", path=CHECKSUMS, line=number))
                continue
            listed.add(found[2])
            advance(found[2])
            yield from _differences(files, found[2], found[1])
        for name in sorted(files.keys() - listed - {CHECKSUMS}):
            if not name.startswith(LINGERING):
                yield Finding("site-extra", name, message("verify.site-extra", path=name))


def _differences(files: Files, name: str, expected: str) -> Iterator[Finding]:
    if name not in files:
        yield Finding("site-missing", name, message("verify.site-missing", path=name))
        return
    try:
        with files[name]() as stream:
            same = _sha256(stream) == expected
    except _UNREADABLE as error:
        yield Finding("site-unreadable", name, message("verify.site-unreadable", path=name, error=error))
        return
    if not same:
        yield Finding("site-different", name, message("verify.site-different", path=name))


def _sha256(stream: IO[bytes]) -> str:
    sums = hashlib.sha256()
    while piece := stream.read(_PIECE):
        sums.update(piece)
    return sums.hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[Files]:
    """Yield the files of a site by name, each with what opens it. Links are not followed: they are no files of a site."""
    if path.is_dir():
        found = (file for file in sorted(path.rglob("*")) if file.is_file() and not file.is_symlink())
        yield {file.relative_to(path).as_posix(): _opener(file) for file in found}
        return
    try:
        with zipfile.ZipFile(path) as package:
            yield {entry.filename: _member(package, entry) for entry in package.infolist() if not entry.is_dir()}
    except (OSError, zipfile.BadZipFile) as error:
        raise ArchiveError("verify.site-none", path=path, list=CHECKSUMS) from error


def _opener(file: Path) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    return lambda: file.open("rb")


def _member(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    return lambda: package.open(entry)
