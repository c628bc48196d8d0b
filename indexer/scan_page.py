"""One page of a scan, looked at in a process of the pool: drawn, recognised, and whatever goes wrong turned into a status."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from indexer import ocr
from indexer.reading import Block, Limits, RefusedError
from schema.model import TextStatus

# The text of a page, or why there is none.
Outcome: TypeAlias = tuple[Block, ...] | TextStatus


def recognise(path: Path, kind: str, number: int, limits: Limits) -> Outcome:
    """Return what is to be read at one place of a file, or why nothing is; PENDING when the file could not be opened at all."""
    # Loaded here: the main process knows this function, and has no use for pdfium.
    from indexer.raster import pictures  # noqa: PLC0415

    try:
        found = ((picture.page, ocr.recognise(picture.image)) for picture in pictures(path, kind, number, limits))
        return tuple(Block(page, block.where, block.text, block.confidence) for page, block in found if block is not None)
    except RefusedError as error:
        return error.status
    except FileNotFoundError:
        return TextStatus.PENDING
    except MemoryError:
        return TextStatus.TOO_LARGE
    except Exception:  # whatever a library does becomes a status
        return TextStatus.CRASHED
