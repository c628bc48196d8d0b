"""Pages of a PDF as pictures, drawn by pypdfium2."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image

from indexer.reading import corrupt

_POINTS = 72


def draw(path: Path, number: int, dpi: int, pixels: int) -> Image.Image:
    """Return page `number` (from 1) at `dpi` dots an inch, fewer where it would have more than `pixels` pixels.

    Raises RefusedError when the page cannot be drawn.
    """
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise corrupt(str(error)) from error
    try:
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(dpi / _POINTS, (pixels / max(width * height, 1.0)) ** 0.5)
        picture: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
        return picture
    except (pypdfium2.PdfiumError, IndexError, ValueError) as error:
        raise corrupt(str(error)) from error
    finally:
        document.close()
