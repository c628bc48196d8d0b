"""OFD (GB/T 33190), the national layout format: pages with their templates, shared graphics and annotations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from indexer.guards import open_package
from indexer.readers.ofd_package import OfdPackage, resolve, text_of
from indexer.readers.ofd_text import area, box, lines, outlined
from indexer.readers.pages import Page, PageState, judge, scans, verdict
from indexer.readers.xml import Element, descendants, local
from indexer.reading import Block, Limits, Reading, RefusedError, corrupt
from schema.messages import message
from schema.model import TextStatus

# A4 in millimetres, where a file does not say; how deep graphics may hold graphics; objects and pictures looked at on one page.
_A4, _DEPTH, _OBJECTS, _PICTURES = 210.0 * 297.0, 4, 200_000, 20


@dataclass(frozen=True, slots=True)
class _Document:
    """What pages share: templates by id, graphics that objects refer to, and annotations by page."""

    name: str
    root: Element
    templates: dict[str, str]
    units: dict[str, Element]
    annotations: dict[str, list[str]]
    area: float


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
        told = (*warnings, *lost)
        return Reading(status, "", total, blocks, _meta(bodies), told, "zuozheng ofd", scans=scans(pages))


def _meta(bodies: list[Element]) -> tuple[tuple[str, str], ...]:
    info = next((child for body in bodies for child in body if local(child) == "DocInfo"), None)
    if info is None:
        return ()
    names = (("Title", "title"), ("Author", "author"), ("CreationDate", "created"), ("Creator", "producer"))
    return tuple((name, text_of(info, key)) for key, name in names if text_of(info, key))


def page_pictures(path: Path, number: int, limits: Limits) -> list[bytes]:
    """Return the pictures that page `number` (from 1) shows, in order, as files. Raises RefusedError."""
    with open_package(path, limits) as file:
        package = OfdPackage(file, limits)
        root = package.part("OFD.xml")
        bodies = [body for body in root if local(body) == "DocBody"] if root is not None else []
        for at, (document, entry) in enumerate(_listed(package, bodies), 1):
            if at == number:
                media = _media(package, document)
                shown = (element for element in _page_objects(package, document, entry)[1] if local(element) == "ImageObject")
                names = dict.fromkeys(media.get(str(element.get("ResourceID")), "") for element in shown)
                found = (package.data(name) for name in names if name)
                return [data for data in found if data][:_PICTURES]
    return []


def _media(package: OfdPackage, document: _Document) -> dict[str, str]:
    """Return the members that hold pictures by the id of their resource."""
    found: dict[str, str] = {}
    for kind in ("PublicRes", "DocumentRes"):
        for element in descendants(document.root, kind):
            name = resolve(document.name, element.text or "")
            resources = package.part(name)
            if resources is not None:
                base = resolve(name, f"{resources.get('BaseLoc', '')}/x")
                media = descendants(resources, "MultiMedia")
                found |= {str(item.get("ID")): resolve(base, text_of(item, "MediaFile")) for item in media}
    return found


def _listed(package: OfdPackage, bodies: list[Element]) -> Iterator[tuple[_Document, Element]]:
    """Yield the pages that the documents of the package list, each with its document."""
    for body in bodies:
        name = resolve("", text_of(body, "DocRoot"))
        root = package.part(name)
        if root is None:
            continue
        document = _document(package, name, root)
        for entry in (page for pages in root if local(pages) == "Pages" for page in pages if local(page) == "Page"):
            yield document, entry


def _all_pages(package: OfdPackage, bodies: list[Element], limits: Limits) -> tuple[list[Page], int]:
    """Return the pages read, of all documents of the package, and how many pages there are."""
    pages: list[Page] = []
    total, left = 0, limits.characters
    for total, (document, entry) in enumerate(_listed(package, bodies), 1):
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
    return _Document(name, root, templates, units, _annotations(package, name, root), area(root) or _A4)


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
    root, objects = _page_objects(package, document, entry)
    if root is None:
        return Page(number, PageState.LOST)
    whole = area(root) or document.area
    places = (box(element) for element in objects if local(element) == "ImageObject")
    picture = max((place[2] * place[3] / whole for place in places if place), default=0.0)
    return judge(number, lines(objects), picture, outlined=outlined(root))


def _page_objects(package: OfdPackage, document: _Document, entry: Element) -> tuple[Element | None, list[Element]]:
    """Return the root of a page (None when it is lost), and the objects on it: of its templates, its own, of annotations."""
    root = package.part(resolve(document.name, str(entry.get("BaseLoc", ""))))
    if root is None:
        return None, []
    uses = [str(use.get("TemplateID")) for use in descendants(root, "Template")]
    layers = [package.part(document.templates[use]) for use in uses if use in document.templates]
    layers.append(root)
    layers += [package.part(name) for name in document.annotations.get(str(entry.get("ID")), ())]
    found = (element for layer in layers if layer is not None for element in _objects(layer, document, _DEPTH))
    return root, list(islice(found, _OBJECTS))


def _objects(layer: Element, document: _Document, depth: int) -> Iterator[Element]:
    """Yield the text and image objects of a layer in order, those of graphics it refers to in their place."""
    for element in layer.iter("{*}TextObject", "{*}ImageObject", "{*}CompositeObject"):
        if local(element) != "CompositeObject":
            yield element
        elif depth and (unit := document.units.get(str(element.get("ResourceID")))) is not None:
            yield from _objects(unit, document, depth - 1)
