"""What the pages ask of the data: lookups, counts and dates, worked out once. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cached_property, wraps
from typing import Any, TypeVar

from schema.coverage import NOT_OWED, Cell, Status
from schema.messages import Language, message
from schema.model import Document, DocumentState, Duty, Framework, Point, PointRef, Unit
from site_builder import links
from site_builder.classes import Class, classes
from site_builder.data import Audience, SiteData
from site_builder.keys import digest
from site_builder.marks import LACKING, ORDER, summary

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_CHINA = timezone(timedelta(hours=8))  # one zone for the whole country, no summer time since 1992


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cells have each status. `owed` leaves out what does not apply or was waived."""

    by_status: tuple[tuple[Status, int], ...]

    def of(self, *statuses: Status) -> int:
        """Return the number of cells with one of `statuses`."""
        return sum(number for status, number in self.by_status if status in statuses)

    @property
    def total(self) -> int:
        """All cells, with those that do not apply."""
        return sum(number for _, number in self.by_status)

    @property
    def owed(self) -> int:
        """Cells for which evidence is owed."""
        return self.total - self.of(*NOT_OWED)

    @property
    def lacking(self) -> int:
        """Cells that still lack something."""
        return self.of(*LACKING)

    @property
    def given(self) -> int:
        """Cells for which everything was handed in, reviewed or not."""
        return self.owed - self.lacking

    @property
    def verified(self) -> int:
        """Cells whose evidence was reviewed and accepted."""
        return self.of(Status.VERIFIED)


def counts(statuses: Iterable[Status]) -> Counts:
    """Count `statuses`, in the order in which they are shown, leaving out those that do not occur."""
    found = Counter(statuses)
    return Counts(tuple((status, found[status]) for status in ORDER if found[status]))


def grouped(values: Iterable[Value], key: Callable[[Value], Key]) -> dict[Key, tuple[Value, ...]]:
    """Return `values` by `key`, in the order in which they came."""
    groups: defaultdict[Key, list[Value]] = defaultdict(list)
    for value in values:
        groups[key(value)].append(value)
    return {name: tuple(group) for name, group in groups.items()}


@dataclass(frozen=True, eq=False)
class Survey:
    """The data of a site with its lookups. Everything is worked out at first use and then kept.

    `originals` are the files of the site that hold originals ("files/<id>.pdf"), `previews` those with pictures of first pages.
    `made` belongs to `once`.
    """

    data: SiteData
    originals: frozenset[str] = frozenset()
    previews: frozenset[str] = frozenset()
    made: defaultdict[object, dict[Any, Any]] = field(default_factory=lambda: defaultdict(dict), init=False, repr=False)

    @property
    def named(self) -> bool:
        """Whether persons and documents may be named."""
        return self.data.audience is not Audience.PUBLIC

    @property
    def language(self) -> Language:
        """The language of the pages' own words."""
        return self.data.language

    def say(self, code: str, **params: object) -> str:
        """Return the sentence `code` in the language of the pages."""
        return message(code, **params).text(self.language)

    @cached_property
    def points(self) -> dict[PointRef, Point]:
        """Every point by identity, in the order of the frameworks."""
        return {point.ref: point for framework in self.data.frameworks for point in framework.points}

    @cached_property
    def frameworks(self) -> dict[str, Framework]:
        """Every framework by id."""
        return {framework.id: framework for framework in self.data.frameworks}

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Every unit by id."""
        return {unit.id: unit for unit in self.data.units}

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The documents that stand, newest first."""
        standing = (document for document in self.data.documents if document.state is DocumentState.CURRENT)
        return tuple(sorted(standing, key=lambda document: (document.received, document.id), reverse=True))

    @cached_property
    def older(self) -> dict[str, Document]:
        """Replaced documents by id."""
        return {document.id: document for document in self.data.documents if document.state is DocumentState.SUPERSEDED}

    @cached_property
    def documents_of_unit(self) -> dict[str, tuple[Document, ...]]:
        """Standing documents by unit id."""
        return grouped(self.documents, lambda document: document.unit)

    @cached_property
    def strays(self) -> tuple[str, ...]:
        """Ids of units that have documents and are not in the register ("" is the district itself); none for the public."""
        return tuple(sorted(self.documents_of_unit.keys() - self.units.keys())) if self.named else ()

    @cached_property
    def documents_of_point(self) -> dict[PointRef, tuple[Document, ...]]:
        """Standing documents by the points they are evidence for."""
        pairs = [(ref, document) for document in self.documents for ref in dict.fromkeys(document.points)]
        return {ref: tuple(document for _, document in group) for ref, group in grouped(pairs, lambda pair: pair[0]).items()}

    @cached_property
    def cells_of_point(self) -> dict[PointRef, tuple[Cell, ...]]:
        """Cells by point."""
        return grouped(self.data.cells, lambda cell: cell.point)

    @cached_property
    def cells_of_unit(self) -> dict[str, tuple[Cell, ...]]:
        """Cells by unit id."""
        return grouped(self.data.cells, lambda cell: cell.unit)

    @cached_property
    def classes(self) -> dict[str, Class]:
        """What every standing document is to privacy, by id."""
        return classes(self.documents, self.data.frameworks)[0]

    @cached_property
    def statuses_of_document(self) -> dict[str, tuple[Status, ...]]:
        """The statuses of the cells that a document is filed in, each once and in order, by its id."""
        found: defaultdict[str, set[Status]] = defaultdict(set)
        for cell in self.data.cells:
            for name in cell.documents:
                found[name].add(cell.status)
        return {name: tuple(sorted(statuses)) for name, statuses in found.items()}

    @cached_property
    def proposed(self) -> Counter[PointRef]:
        """How many standing documents wait for a person at a point they are not filed at."""
        return Counter(
            ref for document in self.documents for ref in {tag.point for tag in document.tags}.difference(document.points)
        )

    @cached_property
    def keys(self) -> dict[str, str]:
        """A key for every standing document by id: it tells all that is shown of it, its content hash standing for its text."""
        return {document.id: digest(*self._shown_of(document))[:16] for document in self.documents}

    def _shown_of(self, document: Document) -> tuple[object, ...]:
        unit = self.units.get(document.unit)
        original = links.original_file(document.id, document.name) in self.originals
        preview = links.preview_file(document.sha256) in self.previews
        older = self.older.get(document.supersedes)
        return document, unit and unit.name, older, original, preview, self.statuses_of_document.get(document.id, ())

    @cached_property
    def state(self) -> dict[PointRef, Status]:
        """The status shown for every point."""
        return {ref: summary(cell.status for cell in self.cells_of_point.get(ref, ())) for ref in self.points}

    @cached_property
    def departments(self) -> tuple[str, ...]:
        """Departments named in the duties, in the order of the notice."""
        return tuple(dict.fromkeys(name for duty in self._duties for name in duty.departments))

    @cached_property
    def persons(self) -> tuple[str, ...]:
        """Persons named in the duties, in the order of the notice; none for the public."""
        return tuple(dict.fromkeys(name for duty in self._duties for name in duty.persons)) if self.named else ()

    @cached_property
    def _duties(self) -> tuple[Duty, ...]:
        order = list(self.frameworks)
        known = [duty for duty in self.data.duties if duty.framework in order]
        return tuple(sorted(known, key=lambda duty: (order.index(duty.framework), duty.first)))

    @cached_property
    def _duty_of_point(self) -> dict[PointRef, Duty]:
        return {ref: duty for duty in reversed(self._duties) for ref in self.points if duty.covers(ref)}

    def duty(self, ref: PointRef) -> Duty | None:
        """Return the span of duty that `ref` lies in."""
        return self._duty_of_point.get(ref)

    def points_of_department(self, name: str) -> tuple[PointRef, ...]:
        """Return the points a department answers for."""
        return tuple(ref for ref in self.points if (duty := self.duty(ref)) and name in duty.departments)

    def points_of_person(self, name: str) -> tuple[PointRef, ...]:
        """Return the points a person answers for."""
        return tuple(ref for ref in self.points if (duty := self.duty(ref)) and name in duty.persons)

    def counts(self, refs: Iterable[PointRef]) -> Counts:
        """Count the cells of `refs`."""
        return counts(cell.status for ref in refs for cell in self.cells_of_point.get(ref, ()))

    @property
    def days_left(self) -> int | None:
        """Days from the data time to the day evidence is due; None without such a day."""
        if not (self.data.due and self.data.as_of):
            return None
        return (date.fromisoformat(self.data.due) - local(self.data.as_of).date()).days


def once(make: Callable[[Survey, Key], Value]) -> Callable[[Survey, Key], Value]:
    """Let a function of a survey and a key remember, with that survey, what it returned."""

    @wraps(make)
    def remembered(survey: Survey, key: Key) -> Value:
        known: dict[Key, Value] = survey.made[make]
        if key not in known:
            known[key] = make(survey, key)
        return known[key]

    return remembered


def local(moment: str) -> datetime:
    """Return an ISO 8601 moment as wall time in China; a moment without a zone is taken as such already."""
    value = datetime.fromisoformat(moment)
    return value.astimezone(_CHINA) if value.tzinfo else value


def day(moment: str) -> str:
    """Return the day of an ISO 8601 moment or date as in tables: "2024-05-06"; "" for nothing."""
    return local(moment).date().isoformat() if moment else ""
