"""OFD (GB/T 33190), the national layout format: pages with their templates, shared graphics and annotations.

Text keeps the order of the XML: some producers write single characters whose heights differ by fractions, so sorting tears lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from indexer.guards import open_package
from indexer.readers.ofd_package import OfdPackage, resolve, text_of
from indexer.readers.pages import Page, PageState, judge, verdict
from indexer.readers.xml import Element, descendants, local
from indexer.reading import Block, Limits, Reading, RefusedError, corrupt
from schema.messages import message
from schema.model import TextStatus

# A4 in millimetres, where a file does not say; how deep graphics may hold graphics; objects looked at on one page.
_A4, _DEPTH, _OBJECTS = 210.0 * 297.0, 4, 200_000


@dataclass(frozen=True, slots=True)
class _Document:
    """What pages share: templates by id, graphics that objects refer to, and annotations by page."""

    name: str
    root: Element
    templates: dict[str, str]
    units: dict[str, Element]
    annotations: dict[str, list[str]]
    area: float


@dataclass(frozen=True, slots=True)
class _Run:
    """A piece of text: where it begins and ends across, its baseline, the size of its font (millimetres)."""

    text: str
    left: float
    right: float
    baseline: float
    size: float


def read(path: Path, limits: Limits) -> Reading:
    """Read the pages that the document lists. Raises RefusedError."""
    with open_package(path, limits) as file:
        package = OfdPackage(file, limits)
        root = package.part("OFD.xml")
        if root is None:
            raise corrupt("no OFD.xml")
        if any(True for _ in descendants(root, "Encryptions")):
            raise RefusedError(TextStatus.ENCRYPTED)
        bodies = [body for body in root if local(body) == "DocBody"]
        pages, total = _all_pages(package, bodies, limits)
        if not total:
            raise corrupt("no pages")
        status, warnings = verdict(pages, total, limits.pages)
        lost = tuple(message("reading.warning.part", name=name) for name in package.missing[:3])
        blocks = tuple(Block(page.number, "body", page.text) for page in pages if page.text)
        return Reading(status, "", total, blocks, _meta(bodies), (*warnings, *lost), "zuozheng ofd")


def _meta(bodies: list[Element]) -> tuple[tuple[str, str], ...]:
    info = next((child for body in bodies for child in body if local(child) == "DocInfo"), None)
    if info is None:
        return ()
    names = (("Title", "title"), ("Author", "author"), ("CreationDate", "created"), ("Creator", "producer"))
    return tuple((name, text_of(info, key)) for key, name in names if text_of(info, key))


def _all_pages(package: OfdPackage, bodies: list[Element], limits: Limits) -> tuple[list[Page], int]:
    """Return the pages read, of all documents of the package, and how many pages there are."""
    pages: list[Page] = []
    total, left = 0, limits.characters
    for body in bodies:
        name = resolve("", text_of(body, "DocRoot"))
        root = package.part(name)
        if root is None:
            continue
        document = _document(package, name, root)
        for entry in (page for pages_ in root if local(pages_) == "Pages" for page in pages_ if local(page) == "Page"):
            total += 1
            if total <= limits.pages and left > 0:
                pages.append(_page(package, document, entry, total))
                left -= len(pages[-1].text)
    return pages, total


def _document(package: OfdPackage, name: str, root: Element) -> _Document:
    templates = {str(t.get("ID")): resolve(name, str(t.get("BaseLoc", ""))) for t in descendants(root, "TemplatePage")}
    units: dict[str, Element] = {}
    for kind in ("PublicRes", "DocumentRes"):
        for element in descendants(root, kind):
            resources = package.part(resolve(name, element.text or ""))
            if resources is not None:
                units |= {str(unit.get("ID")): unit for unit in descendants(resources, "CompositeGraphicUnit")}
    return _Document(name, root, templates, units, _annotations(package, name, root), _area(root) or _A4)


def _annotations(package: OfdPackage, name: str, root: Element) -> dict[str, list[str]]:
    """Return the parts with annotations by the id of their page."""
    found: dict[str, list[str]] = {}
    for listing in (child for child in root if local(child) == "Annotations"):
        at = resolve(name, listing.text or "")
        index = package.part(at)
        for page in descendants(index, "Page") if index is not None else ():
            found.setdefault(str(page.get("PageID")), []).append(resolve(at, text_of(page, "FileLoc")))
    return found


def _page(package: OfdPackage, document: _Document, entry: Element, number: int) -> Page:
    root = package.part(resolve(document.name, str(entry.get("BaseLoc", ""))))
    if root is None:
        return Page(number, PageState.LOST)
    uses = [str(use.get("TemplateID")) for use in descendants(root, "Template")]
    layers = [package.part(document.templates[use]) for use in uses if use in document.templates]
    layers.append(root)
    layers += [package.part(name) for name in document.annotations.get(str(entry.get("ID")), ())]
    found = (element for layer in layers if layer is not None for element in _objects(layer, document, _DEPTH))
    objects = list(islice(found, _OBJECTS))
    area = _area(root) or document.area
    pictures = (box[2] * box[3] / area for element in objects if local(element) == "ImageObject" and (box := _box(element)))
    return judge(number, _lines(objects), max(pictures, default=0.0))


def _objects(layer: Element, document: _Document, depth: int) -> Iterator[Element]:
    """Yield the text and image objects of a layer in order, those of graphics it refers to in their place."""
    for element in layer.iter("{*}TextObject", "{*}ImageObject", "{*}CompositeObject"):
        if local(element) != "CompositeObject":
            yield element
        elif depth and (unit := document.units.get(str(element.get("ResourceID")))) is not None:
            yield from _objects(unit, document, depth - 1)


def _lines(objects: list[Element]) -> str:
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


def _runs(element: Element) -> Iterator[_Run]:
    """Yield the runs of a text object; its matrix (CTM) places them inside its box."""
    box = _box(element) or (0.0, 0.0, 0.0, 0.0)
    size = (_numbers(str(element.get("Size", ""))) or [3.0])[0]
    matrix = _numbers(str(element.get("CTM", "")))
    a, b, c, d, e, f = matrix if len(matrix) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    x = y = 0.0
    for code in descendants(element, "TextCode"):
        # A run without its own place goes on from the place of the one before.
        x = (_numbers(str(code.get("X", ""))) or [x])[0]
        y = (_numbers(str(code.get("Y", ""))) or [y])[0]
        if code.text:
            left = box[0] + a * x + c * y + e
            yield _Run(code.text, left, max(left, box[0] + box[2]), box[1] + b * x + d * y + f, abs(size * d) or size)


def _area(root: Element) -> float:
    """Return the area of the page in square millimetres, 0 where nothing is said."""
    boxes = (_numbers(element.text or "") for name in ("PhysicalBox", "ApplicationBox") for element in descendants(root, name))
    return next((box[2] * box[3] for box in boxes if len(box) == 4 and box[2] * box[3] > 0), 0.0)


def _box(element: Element) -> list[float] | None:
    box = _numbers(str(element.get("Boundary", "")))
    return box if len(box) == 4 else None


def _numbers(text: str) -> list[float]:
    try:
        return [float(number) for number in text.split()]
    except ValueError:
        return []
