"""Text in pictures, by RapidOCR on ONNX Runtime: the extra `zuozheng[ocr]`, used here only.

The models lie inside the wheel and are named by path, so nothing is ever fetched. Import this module in a child process: the
engine takes about 600 MB. `available` and `engine` may be asked anywhere, they load nothing.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, TypeAlias

from indexer.reading import Block

if TYPE_CHECKING:
    from PIL import Image

# A numpy array of height, width and three colours (blue, green, red). Types of the extra are not to be needed either.
Pixels: TypeAlias = Any

_MODELS = {"Det": "PP-OCRv6_det_small.onnx", "Rec": "PP-OCRv6_rec_small.onnx"}
_THREADS = 1
# Longest side of the picture that is looked at to find the way up, and how many of its lines are tried, and the
# confidence at which the other ways need not be tried.
_LOOK, _TRIED, _RIGHT = 1000, 6, 0.9
# Below this mean confidence a line is more likely a seal, a stain or a pattern than text.
_SURE = 0.5
# A dot differs so much from its surroundings, which differ less than that among themselves; this share of dots calls for a filter
# (clean pages, also after JPEG, have less than 0.003, dusty ones more than 0.02).
_DOT, _FLAT, _SPECKLED = 48, 40, 0.008
# Ink is red where it is so much redder than green and blue; a line with more of it than this lies under a seal.
_RED, _SEALED = 60, 0.04
# A gap of so many heights of a line is the border of a column.
_GAP = 2.0


@dataclass(frozen=True, slots=True)
class _Line:
    """A recognised stretch of text: its middle, ends and height in the straightened page, and how sure the engine is."""

    text: str
    confidence: float
    left: float
    right: float
    middle: float
    height: float


def available() -> bool:
    """Return whether the extra is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


@cache
def engine() -> str:
    """Return name and version of the engine, as kept with every text; empty where the extra is not installed."""
    if not available():
        return ""
    return f"rapidocr {importlib.metadata.version('rapidocr')} PP-OCRv6"


def recognise(picture: Image.Image) -> Block | None:
    """Return the text of a page in reading order, None where there is none. A page turned by quarters is turned back."""
    pixels = _turned(_despeckled(_pixels(picture)))
    if pixels is None:
        return None
    lines = _lines(_engine()(pixels, use_det=True, use_cls=False, use_rec=True), pixels)
    text = "\n".join(_rows(lines))
    if not text.strip():
        return None
    weight = sum(len(line.text) for line in lines)
    return Block(None, "ocr", text, round(sum(line.confidence * len(line.text) for line in lines) / weight, 3))


@cache
def _engine() -> Any:
    os.environ.setdefault("OMP_NUM_THREADS", str(_THREADS))
    import cv2  # noqa: PLC0415 - nothing of the extra may be needed to import this module
    import onnxruntime  # noqa: PLC0415
    import rapidocr  # noqa: PLC0415

    onnxruntime.disable_telemetry_events()
    cv2.setNumThreads(_THREADS)
    models = Path(rapidocr.__file__).parent / "models"
    parameters: dict[str, Any] = {f"{part}.model_path": str(models / name) for part, name in _MODELS.items()}
    parameters |= {f"EngineConfig.onnxruntime.{kind}_op_num_threads": _THREADS for kind in ("intra", "inter")}
    return rapidocr.RapidOCR(params=parameters | {"Global.log_level": "critical", "Global.use_cls": False})


def _pixels(picture: Image.Image) -> Pixels:
    """Return the picture as the engine wants it: blue, green, red."""
    import numpy as np  # noqa: PLC0415

    return np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1])


def _despeckled(pixels: Pixels) -> Pixels:
    """Return the page without the single dots of a dusty or coarse scan, which hide thin strokes; a clean page as it is."""
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    smooth = cv2.medianBlur(grey, 3)
    around = np.ones((5, 5), np.uint8)
    flat = cv2.subtract(cv2.dilate(smooth, around), cv2.erode(smooth, around)) < _FLAT
    dots = (cv2.absdiff(grey, smooth) > _DOT) & flat
    return cv2.medianBlur(pixels, 3) if dots.mean() > _SPECKLED else pixels


def _turned(pixels: Pixels) -> Pixels | None:
    """Return the page the right way up, None when it shows no text at all.

    Lines that are taller than wide lie on their side. Which way, and whether a page stands on its head, the recognition itself
    tells: the right way round it is far more confident.
    """
    import numpy as np  # noqa: PLC0415

    boxes = _boxes(pixels)
    if not boxes:
        return None
    upright = sum(box[2] - box[0] for box in boxes) >= sum(box[3] - box[1] for box in boxes)
    ways = (0, 2) if upright else (1, 3)
    boxes.sort(key=lambda box: (box[2] - box[0]) * (box[3] - box[1]), reverse=True)
    crops = [pixels[top:bottom, left:right] for left, top, right, bottom in boxes[:_TRIED]]
    surest, best = 0, -1.0
    for turns in ways:
        confidence = _confidence([np.ascontiguousarray(np.rot90(crop, turns)) for crop in crops])
        if confidence > best:
            surest, best = turns, confidence
        if confidence > _RIGHT:
            break
    return np.ascontiguousarray(np.rot90(pixels, surest)) if surest else pixels


def _boxes(pixels: Pixels) -> list[tuple[int, int, int, int]]:
    """Return where lines are, found on a small copy: left, top, right, bottom in pixels of the page."""
    import cv2  # noqa: PLC0415

    height, width = pixels.shape[:2]
    scale = min(1.0, _LOOK / max(height, width))
    small = cv2.resize(pixels, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA)
    found = _engine()(small, use_det=True, use_cls=False, use_rec=False)
    boxes = []
    for box in found.boxes if found.boxes is not None else ():
        (left, top), (right, bottom) = box.min(axis=0) / scale, box.max(axis=0) / scale
        if right - left >= 8 and bottom - top >= 8:
            boxes.append((int(left), int(top), int(right) + 1, int(bottom) + 1))
    return boxes


def _confidence(crops: Sequence[Pixels]) -> float:
    """Return how sure the engine is of these lines together, longer readings counting for more."""
    total = weight = 0.0
    for crop in crops:
        found = _engine()(crop, use_det=False, use_cls=False, use_rec=True)
        for text, score in zip(found.txts or (), found.scores or (), strict=True):
            total += score * len(text)
            weight += len(text)
    return total / weight if weight else 0.0


def _lines(found: Any, pixels: Pixels) -> list[_Line]:
    """Return the lines with their places once the page is straightened by the angle most of them have."""
    if found.boxes is None or found.txts is None:
        return []
    angle = median(math.atan2(box[1][1] - box[0][1], box[1][0] - box[0][0]) for box in found.boxes)
    cos, sin = math.cos(-angle), math.sin(-angle)
    lines = []
    for box, *read in zip(found.boxes, found.txts, found.scores, strict=True):
        text, score = _without_seal(pixels, box, *read)
        across = [float(x * cos - y * sin) for x, y in box]
        down = [float(x * sin + y * cos) for x, y in box]
        height = math.dist(box[0], box[3])
        lines.append(_Line(text, float(score), min(across), max(across), sum(down) / 4, height))
    return [line for line in lines if line.confidence >= _SURE]


def _without_seal(pixels: Pixels, box: Any, text: str, score: float) -> tuple[str, float]:
    """Return what a line under a red seal says: seen through red glass the seal is gone. The surer reading is kept."""
    import numpy as np  # noqa: PLC0415
    from rapidocr.utils.process_img import get_rotate_crop_image  # noqa: PLC0415

    crop = get_rotate_crop_image(pixels, box.copy())
    red = crop[:, :, 2].astype(np.int16)
    inked = (red - crop[:, :, 0] > _RED) & (red - crop[:, :, 1] > _RED)
    if not _SEALED < inked.mean() < 1:
        return text, score
    again = _engine()(np.ascontiguousarray(np.repeat(crop[:, :, 2:], 3, axis=2)), use_det=False, use_cls=False, use_rec=True)
    if again.txts and again.scores[0] > score:
        return again.txts[0], again.scores[0]
    return text, score


def _rows(lines: Sequence[_Line]) -> list[str]:
    """Return the text row by row: what stands side by side is one row, columns apart by a tab."""
    rows: list[list[_Line]] = []
    for line in sorted(lines, key=lambda line: line.middle):
        row = rows[-1] if rows else []
        if row and line.middle - row[0].middle < min(line.height, row[0].height) / 2:
            row.append(line)
        else:
            rows.append([line])
    return [_joined(sorted(row, key=lambda line: line.left)) for row in rows]


def _joined(row: Sequence[_Line]) -> str:
    pieces = [row[0].text]
    for before, line in pairwise(row):
        pieces.append(("\t" if line.left - before.right > _GAP * line.height else " ") + line.text)
    return "".join(pieces)
