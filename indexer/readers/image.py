"""Pictures (jpg, png, tif, bmp, gif, webp): how many pages, how large, which way up, when taken. Their text is for `indexer.ocr`.

Photos and screenshots (jpg, png) are decoded only when their end looks cut off; of the others the first page always is.
"""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import PIL
from PIL import Image, ImageOps, UnidentifiedImageError

from indexer.reading import Limits, Reading, RefusedError, corrupt
from schema.messages import message
from schema.model import TextStatus

# Smaller than this on its shorter side it is a button or a logo, not a page or a photo.
_SMALLEST = 200
# How the data of these formats end; something may follow (phones add films), but not much.
_ENDS = {"JPEG": b"\xff\xd9", "PNG": b"IEND"}
_TAIL = 64 << 10
# EXIF: orientation, time of the last change, the block of the camera, and in it the time of taking.
_ORIENTATION, _CHANGED, _CAMERA, _TAKEN = 0x0112, 0x0132, 0x8769, 0x9003
_TIME = re.compile(r"((?:19|20)\d\d):(\d\d):(\d\d) (\d\d:\d\d)")
_FAULTS = (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, AttributeError, OverflowError, struct.error)


def read(path: Path, limits: Limits) -> Reading:
    """Return needs-ocr with pages and properties. Raises RefusedError: corrupt, or too-large to be decoded."""
    with path.open("rb") as file, _opened(file) as picture:
        pages = _pages(picture, limits.pages)
        width, height = picture.size
        if _is_cut(path, picture):
            raise corrupt("the picture ends too early")
        meta = [("size", f"{width} x {height}"), *_exif(picture)]
    scans = tuple(range(1, pages + 1)) if min(width, height) >= _SMALLEST else ()
    return Reading(TextStatus.NEEDS_OCR, pages=pages, meta=tuple(meta), engine=f"Pillow {PIL.__version__}", scans=scans)


def frame(source: Path | bytes, number: int, pixels: int) -> Image.Image:
    """Return page `number` (from 1) of a picture, the right way up by its EXIF data, made smaller to at most `pixels` pixels.

    Raises RefusedError when it is damaged, has no such page, or is too large to be decoded.
    """
    with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file, _opened(file) as picture:
        picture.seek(number - 1)
        if picture.width * picture.height > pixels:
            share = (pixels / (picture.width * picture.height)) ** 0.5
            # JPEG can be decoded at a half, a quarter … of its size at once.
            picture.draft("RGB", (round(picture.width * share), round(picture.height * share)))
        upright = ImageOps.exif_transpose(picture)
        return fitted(_on_white(upright), pixels)


def fitted(picture: Image.Image, pixels: int) -> Image.Image:
    """Return the picture with at most `pixels` pixels."""
    if picture.width * picture.height <= pixels:
        return picture
    share = (pixels / (picture.width * picture.height)) ** 0.5
    return picture.resize((max(1, int(picture.width * share)), max(1, int(picture.height * share))))


def _on_white(picture: Image.Image) -> Image.Image:
    """Return the picture in red, green and blue; what is transparent is white, as paper is."""
    if "A" in picture.getbands() or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        white = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(white, layered).convert("RGB")
    return picture.convert("RGB")


@contextmanager
def _opened(file: object) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            # Pillow warns at 90 million pixels, which a plan scanned at 600 dots an inch has, and refuses twice as many.
            warnings.simplefilter("ignore")
            with Image.open(file) as picture:  # type: ignore[arg-type]
                yield picture
    except Image.DecompressionBombError as error:
        raise RefusedError(TextStatus.TOO_LARGE, message("reading.warning.bomb", detail=str(error)[:100])) from error
    except UnidentifiedImageError as error:
        raise corrupt("the picture cannot be opened") from error
    except _FAULTS as error:
        raise corrupt(f"{type(error).__name__}: {error}") from error


def _pages(picture: Image.Image, limit: int) -> int:
    """Return the pages of a tif; moving pictures count as one."""
    return min(int(getattr(picture, "n_frames", 1)), limit) if picture.format == "TIFF" else 1


def _is_cut(path: Path, picture: Image.Image) -> bool:
    end = _ENDS.get(picture.format or "")
    if end is not None:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL))
            if end in file.read():
                return False
    try:
        picture.draft("RGB", (1, 1))
        picture.load()
    except _FAULTS:
        return True
    return False


def _exif(picture: Image.Image) -> list[tuple[str, str]]:
    """Return the way up and the time of taking, where the camera noted them. Places are left alone."""
    try:
        exif = picture.getexif()
        turned, taken = exif.get(_ORIENTATION, 1), exif.get_ifd(_CAMERA).get(_TAKEN) or exif.get(_CHANGED)
    except _FAULTS:
        return []
    found = [("orientation", str(turned))] if isinstance(turned, int) and 2 <= turned <= 8 else []
    time = _TIME.match(taken) if isinstance(taken, str) else None
    return [*found, ("created", f"{time[1]}-{time[2]}-{time[3]} {time[4]}")] if time else found
