"""Text and places of the objects on an OFD page.

Text keeps the order of the XML: some producers write single characters whose heights differ by fractions, so sorting tears lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from indexer.readers.pages import OUTLINES
from indexer.readers.xml import Element, descendants, local

# Sides of a character's outline in millimetres.
_GLYPH = (1.0, 15.0)


@dataclass(frozen=True, slots=True)
class _Run:
    """A piece of text: where it begins and ends across, its baseline, the size of its font (millimetres)."""

    text: str
    left: float
    right: float
    baseline: float
    size: float


def lines(objects: list[Element]) -> str:
    """Return the text, a new line wherever the baseline moves by more than half the size of the font."""
    pieces: list[str] = []
    previous: _Run | None = None
    for run in (run for element in objects if local(element) == "TextObject" for run in _runs(element)):
        if previous is not None:
            if abs(run.baseline - previous.baseline) > max(run.size, previous.size) / 2:
                pieces.append("\n")
            elif run.left - previous.right > run.size:
                pieces.append(" ")
        pieces.append(run.text)
        previous = run
    return "".join(pieces)


def area(root: Element) -> float:
    """Return the area of the page in square millimetres, 0 where nothing is said."""
    boxes = (_numbers(element.text or "") for name in ("PhysicalBox", "ApplicationBox") for element in descendants(root, name))
    return next((box[2] * box[3] for box in boxes if len(box) == 4 and box[2] * box[3] > 0), 0.0)


def box(element: Element) -> list[float] | None:
    """Return left, top, width and height of an object on its page, None when they are not said."""
    box = _numbers(str(element.get("Boundary", "")))
    return box if len(box) == 4 else None


def outlined(root: Element) -> bool:
    """Return whether a page is full of small shapes: text turned into outlines by a producer that does not trust fonts."""
    places = (box(element) for element in descendants(root, "PathObject"))
    small = (1 for place in places if place and all(_GLYPH[0] <= side <= _GLYPH[1] for side in place[2:]))
    return sum(islice(small, OUTLINES)) == OUTLINES


def _runs(element: Element) -> Iterator[_Run]:
    """Yield the runs of a text object; its matrix (CTM) places them inside its box."""
    place = box(element) or [0.0, 0.0, 0.0, 0.0]
    size = (_numbers(str(element.get("Size", ""))) or [3.0])[0]
    matrix = _numbers(str(element.get("CTM", "")))
    a, b, c, d, e, f = matrix if len(matrix) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    x = y = 0.0
    for code in descendants(element, "TextCode"):
        # A run without its own place goes on from the place of the one before.
        x = (_numbers(str(code.get("X", ""))) or [x])[0]
        y = (_numbers(str(code.get("Y", ""))) or [y])[0]
        if code.text:
            left = place[0] + a * x + c * y + e
            yield _Run(code.text, left, max(left, place[0] + place[2]), place[1] + b * x + d * y + f, abs(size * d) or size)


def _numbers(text: str) -> list[float]:
    try:
        return [float(number) for number in text.split()]
    except ValueError:
        return []
