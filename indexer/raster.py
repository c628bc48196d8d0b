"""The pages and pictures that recognition is to look at: drawn, or taken out of the file. `Reading.scans` has their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from indexer.guards import open_package, read_member
from indexer.readers.bundle import unpacked
from indexer.readers.image import frame
from indexer.readers.ofd import page_pictures
from indexer.readers.ooxml import Package
from indexer.readers.pdf_image import draw
from indexer.readers.pptx import slides_of_pictures
from indexer.reading import IN_PACKAGE, Limits, RefusedError
from indexer.sniff import sniff
from schema.advice import family
from schema.model import TextStatus

if TYPE_CHECKING:
    from PIL.Image import Image

# Enough for print of 8 points; recognition is no better at 300. An A3 page at this resolution has 7.7 million pixels.
_DPI, _PIXELS = 200, 9_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to be looked at, and the page, slide or sheet it belongs to (None where the format has none)."""

    page: int | None
    image: Image


def pictures(path: Path, kind: str, number: int, limits: Limits) -> Iterator[Picture]:
    """Yield what is to be seen at place `number` (from 1) of a file: mostly one picture, several on some OFD pages.

    Raises RefusedError when it is damaged, too large, or of a kind whose pictures cannot be got at.
    """
    if family(kind) == "image":
        yield Picture(number, frame(path, number, _PIXELS))
    elif kind == "pdf":
        yield Picture(number, draw(path, number, _DPI, _PIXELS))
    elif kind == "ofd":
        for data in page_pictures(path, number, limits):
            yield Picture(number, frame(data, 1, _PIXELS))
    elif kind in ("docx", "xlsx", "pptx"):
        yield _pasted(path, kind, number, limits)
    elif family(kind) == "package":
        yield from _packed(path, kind, number, limits)
    else:
        raise RefusedError(TextStatus.UNSUPPORTED)


def _packed(path: Path, kind: str, number: int, limits: Limits) -> Iterator[Picture]:
    place, inner = divmod(number, IN_PACKAGE)
    with TemporaryDirectory(prefix="zuozheng-") as folder:
        for file in unpacked(path, kind, place, Path(folder), limits):
            for picture in pictures(file, sniff(file), inner, limits):
                yield Picture(place, picture.image)


def _pasted(path: Path, kind: str, number: int, limits: Limits) -> Picture:
    with open_package(path, limits) as file:
        package = Package(file, limits)
        name = package.pictures()[number - 1]
        page = slides_of_pictures(package).get(name) if kind == "pptx" else None
        return Picture(page, frame(read_member(file, name, limits), 1, _PIXELS))
