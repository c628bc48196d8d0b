"""What the paths of stored documents say by the rules and frameworks of today: for filing anew when either has changed.

A person's word is never touched. What a copy at another path had added is kept, because the ledger that knew of it may be gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archive.filing import refile
from archive.home import inboxes
from archive.opening import Archive, record
from archive.scan import source_of
from archive.store import carry_out, journal, retire
from schema.frameworks import points_of
from schema.messages import Message
from schema.model import Basis, Document, Tag, TagState
from schema.path_tags import PathReading, path_tags, stem
from schema.units import fold_name

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Refiling:
    """A document and what would be filed of its path: tags (assigned ones first), indicator, problems."""

    document: Document
    tags: tuple[Tag, ...]
    indicator: str
    problems: tuple[Message, ...]

    @property
    def is_change(self) -> bool:
        """Whether that differs from what is filed."""
        filed = tuple(tag for tag in self.document.tags if tag.basis is not Basis.CONTENT)
        return (self.tags, self.indicator, self.problems) != (filed, self.document.indicator, self.document.problems)


class PathsAgain:
    """Reads the paths of an archive's documents again."""

    def __init__(self, archive: Archive) -> None:
        district = archive.district
        self._archive, self._points = archive, points_of(district.frameworks)
        self._inboxes = tuple(source_of(root, archive.home.root) for root in inboxes(archive.home, district.settings))
        self._names = {fold_name(name) for unit in district.units for name in (unit.id, unit.name, *unit.aliases)}

    def refiling(self, document: Document) -> Refiling:
        """Return what would be filed of a current document today; what is filed, where a person has named its points."""
        filed = tuple(tag for tag in document.tags if tag.basis is not Basis.CONTENT)
        if any(tag.basis is Basis.PERSON for tag in filed):
            return Refiling(document, filed, document.indicator, document.problems)
        parts = self.parts(document)
        reading = self._read(document, parts)
        out = {entry.point for entry in document.dismissed}
        tags = {tag.point: tag for tag in reading.tags if tag.point not in out}
        for tag in filed:
            found = tags.get(tag.point)
            open_still = found is None or found.state is TagState.PROPOSED
            if tag.state is TagState.ASSIGNED and open_still and self._is_from_elsewhere(tag, parts):
                tags[tag.point] = tag
        ordered = tuple(sorted(tags.values(), key=lambda tag: tag.state is not TagState.ASSIGNED))
        placed = any(tag.state is TagState.ASSIGNED for tag in ordered)
        indicator = "" if placed or reading.indicator is None else "/".join(reading.indicator)
        return Refiling(document, _as_filed(ordered, filed), indicator, reading.problems)

    def parts(self, document: Document) -> tuple[str, ...]:
        """Return the components of a document's path below its unit's own folder, the file's name last."""
        inbox = next((inbox for inbox in self._inboxes if document.source.startswith(f"{inbox}/")), None)
        if inbox is not None:
            return tuple(document.source.removeprefix(f"{inbox}/").split("/")[1:])
        parts = document.source.split("/")
        own = (number for number in reversed(range(len(parts) - 1)) if fold_name(parts[number]) in self._names)
        return tuple(parts[next(own, len(parts) - 3) + 1 :]) if len(parts) > 1 else (document.source,)

    def _read(self, document: Document, parts: tuple[str, ...]) -> PathReading:
        unit = self._archive.district.unit_by_id.get(document.unit)
        return path_tags(parts[:-1], parts[-1], unit, self._archive.district.frameworks)

    def _is_from_elsewhere(self, tag: Tag, parts: tuple[str, ...]) -> bool:
        """Return whether a tag names a folder or file name that this path does not have. Points that are no more are dropped."""
        named = dict(tag.reason.params).get("name", "")
        return tag.point in self._points and named not in (*parts[:-1], stem(parts[-1]))


def file_anew(archive: Archive, refilings: Iterable[Refiling]) -> int:
    """Carry out changes, journalled in batches; each batch is done as a whole or after a crash later. Returns how many.

    The archive is open for writing; the later stages are the caller's to bring up to date. Raises OSError.
    """
    changes = [refiling for refiling in refilings if refiling.is_change]
    units = archive.district.unit_by_id
    for start in range(0, len(changes), _BATCH):
        plans = []
        with archive.catalogue.transaction():
            for change in changes[start : start + _BATCH]:
                document = change.document
                owner = units[document.unit].name if document.unit in units else document.unit
                plan = refile(archive, document, change.tags, owner, indicator=change.indicator, problems=change.problems)
                record(archive.catalogue, plan)
                plans.append(plan)
            entry = journal(plans, archive.home.staging)
            carry_out(plans, archive.home.tree)
        retire([entry])
    return len(changes)


def _as_filed(tags: tuple[Tag, ...], filed: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """Return the tags in the order in which they are filed where they are the same: the first point is where a document lies."""
    return filed if sorted(map(repr, tags)) == sorted(map(repr, filed)) else tags
