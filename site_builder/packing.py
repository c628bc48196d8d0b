"""One file to hand over: a zip of exactly what a site's list of sums names, the same bytes for the same site."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from schema.errors import ArchiveError
from site_builder.checking import check
from site_builder.publish import CHECKSUMS

# No clock: the earliest day a zip file can name.
_DAY = (1980, 1, 1, 0, 0, 0)
# Read and written by everybody, executed by nobody, for systems that look.
_MODE = 0o644 << 16
_STORED = frozenset("pdf docx xlsx pptx jpg png ofd et wps dps".split())


def pack(site: Path, target: Path) -> int:
    """Write the site in the folder `site` as the zip file `target`, whole or not at all; return the number of files in it.

    Raises ArchiveError (site.zip-inside, site.zip-faulty) when `target` lies in the site, or a file is not as its sum says.
    """
    if target.resolve().is_relative_to(site.resolve()):
        raise ArchiveError("site.zip-inside", path=target)
    lines = (site / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    names = sorted([*(line.split("  ", 1)[1] for line in lines), CHECKSUMS])
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(target.name + ".new")
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
            for name in names:
                _add(package, site / name, name)
        for finding in check(fresh):
            raise ArchiveError("site.zip-faulty", path=finding.subject)
        os.replace(fresh, target)  # noqa: PTH105  (says that it overwrites)
    finally:
        fresh.unlink(missing_ok=True)
    return len(names)


def _add(package: zipfile.ZipFile, source: Path, name: str) -> None:
    entry = zipfile.ZipInfo(name, _DAY)
    entry.external_attr = _MODE
    entry.create_system = 3
    stored = source.suffix.lower().removeprefix(".") in _STORED
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    entry.file_size = source.stat().st_size
    with source.open("rb") as stream, package.open(entry, "w") as member:
        while piece := stream.read(1 << 20):
            member.write(piece)
