"""Pictures (Pillow): a scanned page without any text layer, and the photo of a room."""

from __future__ import annotations

import io
from importlib.resources import files

from PIL import Image, ImageDraw

from zuozheng.demo.pdf import Picture, pdf

# Wall, floor, and the rectangles of a classroom seen from the back: left, top, right, bottom, colour.
_PHOTO_SIZE = (800, 600)
_ROOM = (
    (0, 0, 800, 380, "#d9d3c2"), (0, 380, 800, 600, "#8a6a48"), (180, 90, 620, 270, "#1d4a3a"), (190, 100, 610, 260, "#24604b"),
    (40, 60, 140, 250, "#9fc4dc"), (660, 60, 760, 250, "#9fc4dc"), (560, 300, 740, 420, "#17120f"),
    (560, 360, 740, 372, "#f4f1ea"), (90, 400, 230, 440, "#c79a5d"), (270, 400, 410, 440, "#c79a5d"),
    (60, 490, 220, 540, "#b98a4d"), (260, 490, 420, 540, "#b98a4d"),
)  # fmt: skip


def scan() -> bytes:
    """Return a PDF whose one page is a picture: a printed notice with a seal, laid on the glass slightly askew.

    The picture is stored (data/scan.png: a page of ours at 150 dots an inch), for what a machine draws depends on its fonts.
    """
    with Image.open(io.BytesIO((files("zuozheng.demo") / "data" / "scan.png").read_bytes())) as stored:
        page = stored.convert("RGB")
    return pdf([[Picture(page.width, page.height, page.tobytes())]])


def photo(shade: int = 0) -> bytes:
    """Return a small JPEG photo of a music room; `shade` (0..255) darkens its floor boards, so that photos differ."""
    room = Image.new("RGB", _PHOTO_SIZE)
    brush = ImageDraw.Draw(room)
    for left, top, right, bottom, colour in _ROOM:
        brush.rectangle((left, top, right, bottom), colour)
    for board in range(400, 600, 24):
        brush.line((0, board, 800, board), (110 - shade // 8, 82, 56), 1)
    out = io.BytesIO()
    room.save(out, "JPEG", quality=70)
    return out.getvalue()
