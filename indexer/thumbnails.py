"""Small pictures of first pages, made in a child process under limits and kept by content hash.

A thumbnail is made from the file alone, so one is never made twice; a file that gives none leaves an empty file, which says so.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from PIL import Image, ImageOps

from indexer.pool import processes
from indexer.readers.pdf_image import draw
from indexer.reading import RefusedError

PICTURES = frozenset({".jpg", ".jpeg", ".png"})
KINDS = PICTURES | {".pdf"}
"""Extensions of which there can be a thumbnail."""
WIDTH, HEIGHT = 480, 680
_DPI, _PIXELS, _QUALITY = 60, 4_000_000, 72
# A picture of more dots than this (a scan in A3 at 600 dpi has 70 million) is not opened.
_LARGEST = 100_000_000
_SECONDS, _MEMORY = 30.0, 1 << 30


def thumbnail(path: Path) -> bytes:
    """Return the first page of a PDF, or a picture the right way up, as a JPEG within WIDTH x HEIGHT; b"" when there is none.

    The JPEG carries nothing but the picture: no place, camera or profile.
    """
    try:
        picture = draw(path, 1, _DPI, _PIXELS) if path.suffix.lower() == ".pdf" else _picture(path)
    except (RefusedError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return b""
    picture.thumbnail((WIDTH, HEIGHT))
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return made.getvalue()


def thumbnails(folder: Path, wanted: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, Path]]:
    """Yield (content hash, thumbnail) for those of `wanted` (content hash, file) that have one, made where it is not in `folder`.

    They are made one by one as they are asked for, so whoever has enough simply stops.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pool = None
    try:
        for sha256, path in wanted:
            kept = folder / f"{sha256}.jpg"
            if not kept.exists():
                pool = pool or processes(1, _MEMORY)
                _keep(kept, _made(pool, path))
            if kept.stat().st_size:
                yield sha256, kept
    finally:
        if pool is not None:
            pool.stop()
            pool.join()


def _made(pool: object, path: Path) -> bytes:
    task = pool.schedule(thumbnail, args=(path,), timeout=_SECONDS)  # type: ignore[attr-defined]
    try:
        made: bytes = task.result()
    except Exception:  # the process hung or died over this file: there is no picture of it
        return b""
    return made


def _keep(place: Path, made: bytes) -> None:
    fresh = place.with_suffix(".new")
    fresh.write_bytes(made)
    os.replace(fresh, place)  # noqa: PTH105  (says that it overwrites)


def _picture(path: Path) -> Image.Image:
    with Image.open(path, formats=("JPEG", "PNG")) as picture:
        if picture.width * picture.height > _LARGEST:
            raise ValueError("too many dots")
        picture.draft("RGB", (WIDTH * 2, HEIGHT * 2))  # a JPEG is read at a fraction of its size
        upright = ImageOps.exif_transpose(picture)
        return upright.convert("RGB")
