"""Which documents a command is asked for: all current ones, or those of a unit, a point, a framework."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from archive.home import District
from archive.opening import Archive
from schema.errors import ArchiveError
from schema.frameworks import points_of
from schema.model import Document, DocumentState, Framework, PointRef
from schema.units import fold_name

_CODE = re.compile(r"(.*?)[\s/]*C(\d{1,3})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """A unit and a framework by id ("": any), and a point (None: any); a document must fit all of them."""

    unit: str = ""
    point: PointRef | None = None
    framework: str = ""

    def fits(self, document: Document) -> bool:
        """Return whether a document is asked for. One known only to an indicator belongs to the indicator's framework."""
        frameworks = {point.framework for point in document.points} | {document.indicator.partition("/")[0]}
        return (
            document.state is DocumentState.CURRENT
            and self.unit in ("", document.unit)
            and (self.point is None or self.point in document.points)
            and (not self.framework or self.framework in frameworks)
        )


def choice(district: District, unit: str | None, point: str | None, framework: str | None) -> Choice:
    """Return the choice written as people write it (a unit's alias, "学前 C12"). Raises ArchiveError for what is not known."""
    chosen = _framework(district, framework) if framework else ""
    return Choice(_unit(district, unit) if unit else "", _point(district, point, chosen) if point else None, chosen)


def chosen(archive: Archive, asked: Choice) -> Iterator[Document]:
    """Yield the documents asked for in the order they were received."""
    return (document for document in archive.catalogue.documents() if asked.fits(document))


def _unit(district: District, name: str) -> str:
    found = district.unit_by_name.get(fold_name(name))
    if found is None:
        raise ArchiveError("choice.no-unit", unit=name)
    return found.id


def _framework(district: District, name: str) -> str:
    found = [framework.id for framework in district.frameworks if _means(name, framework)]
    if len(found) != 1:
        known = "、".join(f"{framework.id}（{framework.short}）" for framework in district.frameworks)
        raise ArchiveError("choice.no-framework", framework=name, known=known)
    return found[0]


def _point(district: District, text: str, framework: str) -> PointRef:
    """Return the one point written as preschool/C12, as a label, or as a bare code that only one framework in question has."""
    match = _CODE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    word, number = (match[1], int(match[2])) if match else ("", 0)
    known = points_of(district.frameworks)
    found = [
        PointRef(entry.id, number)
        for entry in district.frameworks
        if (not word or _means(word, entry)) and framework in ("", entry.id) and PointRef(entry.id, number) in known
    ]
    if not found:
        raise ArchiveError("choice.no-point", point=text)
    if len(found) > 1:
        raise ArchiveError("choice.which-point", point=text, points="、".join(str(ref) for ref in found))
    return found[0]


def _means(word: str, framework: Framework) -> bool:
    """Return whether a word names a framework: its id, its short or full title, or a word it goes by in paths."""
    return fold_name(word) in {fold_name(name) for name in (framework.id, framework.short, framework.title, *framework.words)}
