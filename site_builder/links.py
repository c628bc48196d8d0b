"""The names of a site's files and the links between them. Pure; the one place where an address is made.

A page is named by its path from the site's root with forward slashes. File names are short ASCII, legal on every system, and
never differ by case alone.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from functools import lru_cache
from urllib.parse import quote

from schema.model import Framework, PointRef

_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
# What stands in an address as it is (RFC 3986).
_UNRESERVED = re.compile(r"[A-Za-z0-9_.~-]+")
# Device names of Windows: no file may be called so, whatever its extension.
_RESERVED = re.compile(r"con|prn|aux|nul|(com|lpt)\d")
_LETTERS = "xyzwvutsrqponmlkjihgfedcba"

ORIGINALS = frozenset("pdf docx xlsx pptx doc xls ppt wps et dps ofd txt csv jpg png".split())
"""Extensions of originals that may be published: nothing a browser would run as a page."""


def href(page: str, target: str, fragment: str = "") -> str:
    """Return the relative, percent-encoded address of `target` as written on `page` (both paths from the root)."""
    path = "" if target == page and fragment else _way(posixpath.dirname(page), target)
    if not fragment:
        return path
    return f"{path}#{fragment if _UNRESERVED.fullmatch(fragment) else quote(fragment, safe='')}"


@lru_cache(maxsize=10_000)
def _way(folder: str, target: str) -> str:
    return quote(posixpath.relpath(target, folder or "."), safe="/")


def slug(identifier: str) -> str:
    """Return a short file name for an id: itself when it is plain lower-case ASCII, else a digest of it."""
    if _PLAIN.fullmatch(identifier) and not _RESERVED.fullmatch(identifier):
        return identifier
    return "z" + hashlib.sha256(identifier.encode()).hexdigest()[:10]


def letter(frameworks: tuple[Framework, ...], framework: str) -> str:
    """Return the letter that stands for a framework in file names, by its order: x, y and so on."""
    place = [entry.id for entry in frameworks].index(framework)
    return _LETTERS[place] if place < len(_LETTERS) else f"f{place}-"


def point_page(frameworks: tuple[Framework, ...], ref: PointRef) -> str:
    """Return the page of a point: "p/xC12.html"."""
    return f"p/{letter(frameworks, ref.framework)}{ref.code}.html"


def framework_page(frameworks: tuple[Framework, ...], framework: str) -> str:
    """Return the page of a framework: "f/x.html"."""
    return f"f/{letter(frameworks, framework)}.html"


def matrix_page(frameworks: tuple[Framework, ...], framework: str) -> str:
    """Return the page of a framework's units and points: "m/x.html"."""
    return f"m/{letter(frameworks, framework)}.html"


def group_page(frameworks: tuple[Framework, ...], framework: str, code: str) -> str:
    """Return the page of a dimension or an indicator: "a/xA1.html", "b/xB2.html"."""
    return f"{code[:1].lower()}/{letter(frameworks, framework)}{code}.html"


def unit_page(unit: str) -> str:
    """Return the page of a unit by its id: "u/017.html"."""
    return f"u/{slug(unit)}.html"


def part_page(page: str, number: int) -> str:
    """Return the n-th part of a page whose list is too long for it: "p/xC12.2.html" (an id has no dot, so nothing meets it)."""
    return f"{page.removesuffix('.html')}.{number}.html"


def department_page(number: int) -> str:
    """Return the page of the n-th department: "k/01.html"."""
    return f"k/{number:02d}.html"


def person_page(number: int) -> str:
    """Return the page of the n-th person: "r/01.html"."""
    return f"r/{number:02d}.html"


def original_file(document: str, name: str) -> str:
    """Return where the original of a document lies in the site ("files/<id>.pdf"), or "" for a type that is not published."""
    extension = posixpath.splitext(name)[1][1:].lower()
    return f"files/{slug(document)}.{extension}" if extension in ORIGINALS else ""


def preview_file(sha256: str) -> str:
    """Return where the preview of a document's first page lies in the site, by content hash: "previews/<hash>.jpg"."""
    return f"previews/{sha256[:20]}.jpg"
