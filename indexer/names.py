"""What the names in a query mean in an archive: ids in the place of whatever name was typed. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from indexer.entry import ASSIGNED, PROPOSED, UNASSIGNED
from indexer.fold import search_form
from indexer.query import And, Expr, Not, Or, Property
from indexer.sniff import EXTENSIONS, extension
from schema.coverage import Status
from schema.messages import Message, message
from schema.model import Basis, Duty, Framework, Point, TextStatus, Unit

# A code with a framework before it, or a framework alone: 学前C12, 义教 B8, preschool/A1, 学前.
_CODE = re.compile(r"(.*?)[/ ]?([abc])([0-9]{1,3})")
_ENUMERATION = "、"
# Kinds of file that go by one name.
_KINDS = {
    "word": ("docx", "doc", "wps", "odt", "rtf"), "excel": ("xlsx", "xls", "et", "ods", "xlsb", "csv"),
    "ppt": ("pptx", "ppt", "dps", "odp"), "图片": ("jpg", "png", "tif", "bmp", "gif", "webp", "heic"),
    "邮件": ("eml", "mht"), "网页": ("html", "mht"),
}  # fmt: skip
_ALSO = {
    "文档": "word",
    "表格": "excel",
    "电子表格": "excel",
    "幻灯片": "ppt",
    "演示文稿": "ppt",
    "照片": "图片",
    "image": "图片",
}


@dataclass(frozen=True, slots=True)
class Names:
    """What names in a query can mean: the frameworks, units and duties of the archive.

    `cells` returns the ids of the documents in cells (unit x point) of some statuses; it is only asked when a query names one.
    """

    frameworks: tuple[Framework, ...] = ()
    units: tuple[Unit, ...] = ()
    duties: tuple[Duty, ...] = ()
    cells: Callable[[frozenset[Status]], frozenset[str]] = lambda _statuses: frozenset()


def outside(typed: str, frameworks: tuple[Framework, ...]) -> Message:
    """Return the sentence that no framework has the code `typed`, and which codes there are."""
    known = _ENUMERATION.join(f"{framework.short} C1-C{len(framework.points)}" for framework in frameworks)
    return message("search.unknown-point", point=typed, known=known)


def points_called(
    value: str, frameworks: tuple[Framework, ...], kinds: str = "abc"
) -> tuple[tuple[Framework, Point], ...] | None:
    """Return the points that a folded code means (c12: of every framework), also those of an indicator (b8) or dimension (a2).

    `kinds` are the letters a code may begin with. None when it is no such code, or what stands before it names no framework.
    """
    match = _CODE.fullmatch(value)
    meant = _called(match[1].strip(), frameworks) if match and match[2] in kinds else ()
    if not match or not meant:
        return None
    wanted = f"{match[2].upper()}{int(match[3])}"
    return tuple((framework, point) for framework in meant for point in framework.points if wanted in _codes(framework, point))


def _codes(framework: Framework, point: Point) -> tuple[str, ...]:
    """Return the codes of a point, its indicator and its dimension."""
    above = (indicator.dimension for indicator in framework.indicators if indicator.code == point.indicator)
    return (point.code, point.indicator, *above)


def _called(word: str, frameworks: tuple[Framework, ...]) -> tuple[Framework, ...]:
    """Return the frameworks called `word`; all of them when there is no word."""
    return tuple(
        framework
        for framework in frameworks
        if not word or word in {search_form(name) for name in (framework.id, framework.short, framework.title, *framework.words)}
    )


class Resolver:
    """Puts ids in the place of names, whatever name was typed, and takes note of names that mean nothing here."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.notes: list[Message] = []

    def resolve(self, expr: Expr) -> Expr:
        """Return `expr` with ids."""
        match expr:
            case Property(name, values):
                return self._property(name, values)
            case Not(part):
                return Not(self.resolve(part))
            case And(parts):
                return And(tuple(self.resolve(part) for part in parts))
            case Or(parts):
                return Or(tuple(self.resolve(part) for part in parts))
            case _:
                return expr

    def _property(self, name: str, values: tuple[str, ...]) -> Expr:
        if name == "status":
            return self._statuses(values)
        known = {
            "unit": self._units, "point": self._points, "department": self._departments, "type": _kinds, "basis": self._bases,
        }.get(name)  # fmt: skip
        if known is None:
            return Property(name, values)
        found = dict.fromkeys(meant for value in values for meant in known(value))
        return Property("point" if name == "department" else name, tuple(found))

    def _units(self, value: str) -> Iterable[str]:
        """Return the units called `value`, else those whose name holds it, else `value` as an id."""
        called = {unit.id: [search_form(name) for name in (unit.id, unit.name, *unit.aliases)] for unit in self.names.units}
        exact = [unit for unit, known in called.items() if value in known]
        holding = [unit for unit, known in called.items() if any(value in name for name in known)]
        if not exact and not holding and called:
            self.notes.append(message("search.unknown-unit", unit=value))
        return sorted(search_form(unit) for unit in exact or holding) or (value,)

    def _points(self, value: str) -> Iterable[str]:
        """Return the points a code means, or all those of a framework so called; else `value` as it is."""
        frameworks = self.names.frameworks
        found = points_called(value, frameworks)
        if found is None:
            found = tuple((framework, point) for framework in _called(value, frameworks) for point in framework.points)
        if not found and frameworks:
            self.notes.append(outside(value.upper(), frameworks))
        return [search_form(str(point.ref)) for _framework, point in found] or (value,)

    def _departments(self, value: str) -> Iterator[str]:
        """Yield the points whose duty a department so called has, else one whose name holds `value`."""
        called = {department: search_form(department) for duty in self.names.duties for department in duty.departments}
        exact = {department for department, form in called.items() if form == value}
        meant = exact or {department for department, form in called.items() if value in form}
        if not meant:
            self.notes.append(message("search.unknown-department", department=value, known=_ENUMERATION.join(sorted(called))))
        for duty in self.names.duties:
            if meant.intersection(duty.departments):
                yield from (f"{duty.framework}/c{number}" for number in range(duty.first, duty.last + 1))

    def _statuses(self, values: tuple[str, ...]) -> Expr:
        """Return what statuses mean: what came of reading, how a document is filed, or how a cell stands that it is in."""
        known = status_words()
        meant = [known.get(value, ()) for value in values]
        for value, means in zip(values, meant, strict=True):
            if not means:
                words = (word for word in known if not word.isascii())
                self.notes.append(message("search.unknown-status", status=value, known=_ENUMERATION.join(words)))
        own = tuple(dict.fromkeys(status for means in meant for kind, status in means if kind == "document"))
        cells = frozenset(Status(status) for means in meant for kind, status in means if kind == "cell")
        if not cells:
            return Property("status", own or values)
        in_cells = Property("id", tuple(sorted(self.names.cells(cells))))
        if not in_cells.values:
            self.notes.append(message("search.status-without-documents", status=_ENUMERATION.join(values)))
        return Or((Property("status", own), in_cells)) if own else in_cells

    def _bases(self, value: str) -> Iterable[str]:
        """Return the bases of tags so called, or whose name holds `value` (文件夹)."""
        words = basis_words()
        found = [basis for basis, word in words.items() if value == basis or value in word]
        if not found:
            self.notes.append(message("search.unknown-basis", basis=value, known=_ENUMERATION.join(words.values())))
        return found or (value,)


def _kinds(value: str) -> Iterable[str]:
    """Return the kinds of file that a name or an extension in any form (.PDF, jpeg, word) means."""
    name = value.lstrip("*").lstrip(".")
    return _KINDS.get(_ALSO.get(name, name)) or (extension(f"x.{name}") or value,)


def kind_words() -> dict[str, tuple[str, ...]]:
    """Return every name for kinds of file that is not the kind itself, with the kinds it means."""
    return {name: tuple(_kinds(name)) for name in (*_KINDS, *_ALSO, *EXTENSIONS)}


def basis_words() -> dict[str, str]:
    """Return the bases of tags with their folded words."""
    return {str(basis): search_form(message(f"site.basis.{basis}").text("zh")) for basis in Basis}


def status_words() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return what every folded word for a status means: ("document" or "cell", status); a word may mean both."""
    words: dict[str, dict[tuple[str, str], None]] = {}
    kinds = [("document", str(status), f"search.status.{status}") for status in TextStatus]
    kinds += [("document", filing, f"search.status.{filing}") for filing in (ASSIGNED, PROPOSED, UNASSIGNED)]
    kinds += [("cell", str(status), f"status.{status}") for status in Status]
    for kind, status, code in kinds:
        for word in (status, message(code).text("zh"), message(code).text("en")):
            words.setdefault(search_form(word), {})[kind, status] = None
    return {word: tuple(means) for word, means in words.items()}
