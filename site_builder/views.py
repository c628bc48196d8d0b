"""The rows that several kinds of pages show: points, documents, units, duties. Pure; every text is final and already masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from schema.coverage import Cell, Status
from schema.messages import Language, codes, message
from schema.model import Document, PointRef, TagState, Unit
from schema.units import kind_word
from site_builder import links
from site_builder.marks import LACKING, ORDER, Mark, mark, reading
from site_builder.survey import Counts, Survey, counts, day, once


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a page of the site; no page, no link."""

    page: str
    text: str
    fragment: str = ""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A department and the person who answers for it; True where the notice prints the name on another row of the span."""

    department: Link
    department_inferred: bool
    person: Link | None
    person_inferred: bool


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point with its state, in one line."""

    link: Link
    code: str
    text: str
    mark: Mark
    status: Status
    sentence: str
    duties: tuple[DutyRow, ...]
    counts: Counts
    owing: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document in one line. `original` is a file of the site or empty.

    `proposals` are points that wait for a person, with reasons; `hints` what else its path tells: an indicator, faulty codes.
    """

    link: Link
    name: str
    number: str
    issuer: str
    date: str
    received: str
    unit: Link
    pages: str
    version: int
    reading: str
    points: tuple[Link, ...]
    proposals: tuple[tuple[Link, str], ...]
    hints: tuple[str, ...]
    original: str


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Rows:
    """Documents as a list shows them, each drawn when it is come to: an unchanged page is known by their keys, and drawn none."""

    survey: Survey
    documents: tuple[Document, ...]

    def __iter__(self) -> Iterator[DocumentRow]:
        return (document_row(self.survey, document) for document in self.documents)

    def __len__(self) -> int:
        return len(self.documents)

    def __repr__(self) -> str:
        return f"Rows({[self.survey.keys[document.id] for document in self.documents]})"


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit with its counts."""

    link: Link
    kind: str
    township: str
    counts: Counts
    documents: int


@once
def point_link(survey: Survey, ref: PointRef) -> Link:
    """Return the link to a point, labelled with its framework: 学前 C12."""
    framework = survey.frameworks.get(ref.framework)
    if framework is None or ref not in survey.points:
        return Link("", str(ref))
    return Link(links.point_page(survey.data.frameworks, ref), framework.label(ref))


@once
def unit_link(survey: Survey, unit: str) -> Link:
    """Return the link to a unit by its id; "" is the district itself. Without documents and outside the register: no page."""
    known = survey.units.get(unit)
    page = links.unit_page(unit) if known or unit in survey.strays else ""
    return Link(page, known.name if known else unit or survey.say("site.district"))


@once
def point_row(survey: Survey, ref: PointRef) -> PointRow:
    """Return a point with its state and who still owes it."""
    cells = survey.cells_of_point.get(ref, ())
    lacking = sorted((cell for cell in cells if cell.status in LACKING), key=lambda cell: ORDER.index(cell.status))
    owing = tuple(unit_link(survey, cell.unit) for cell in lacking)
    state = survey.state[ref]
    tally = counts(cell.status for cell in cells)
    return PointRow(
        point_link(survey, ref),
        ref.code,
        survey.points[ref].text,
        mark(state, survey.language),
        state,
        sentence(state, tally, owing, survey.language),
        duty_rows(survey, ref),
        tally,
        owing,
    )


def gap_rows(survey: Survey, refs: Iterable[PointRef]) -> tuple[PointRow, ...]:
    """Return the points among `refs` that lack something: worst state first, then most units, then in order."""
    rows = [point_row(survey, ref) for ref in refs if survey.state[ref] in LACKING]
    return tuple(sorted(rows, key=lambda row: (ORDER.index(row.status), -row.counts.lacking)))


def sentence(state: Status, tally: Counts, owing: tuple[Link, ...], language: Language = "zh") -> str:
    """Return one sentence that says what a point lacks, or that it lacks nothing."""
    few = "、".join(link.text for link in owing[:3])
    who = few + (message("site.point.more", count=len(owing)).text(language) if len(owing) > 3 else "")
    if tally.owed == 1 and f"site.point.{state}-one" in codes():
        return message(f"site.point.{state}-one", who=who).text(language)
    code = {Status.REJECTED: "partial", Status.EXPIRED: "partial"}.get(state, state)
    told = message(
        f"site.point.{code}",
        owed=tally.owed,
        lacking=tally.lacking,
        given=tally.given,
        verified=tally.verified,
        unverified=tally.given - tally.verified,
        who=who,
    )
    return told.text(language)


def duty_rows(survey: Survey, ref: PointRef) -> tuple[DutyRow, ...]:
    """Return who answers for a point; a name that the notice prints on another row of the span is marked as inferred."""
    duty = survey.duty(ref)
    if duty is None:
        return ()
    persons = duty.persons if survey.named else ()
    return tuple(
        DutyRow(
            department_link(survey, department) if department else Link("", ""),
            bool(department) and duty.departments_at != ref.number,
            person_link(survey, person) if person else None,
            bool(person) and duty.persons_at != ref.number,
        )
        for department, person in zip_longest(duty.departments, persons)
    )


def department_link(survey: Survey, name: str) -> Link:
    """Return the link to a department."""
    return Link(links.department_page(survey.departments.index(name) + 1), name)


def person_link(survey: Survey, name: str) -> Link:
    """Return the link to a person."""
    return Link(links.person_page(survey.persons.index(name) + 1), name)


def document_link(document: Document) -> Link:
    """Return the link to a document in the viewer."""
    return Link("doc.html", document.facts.title or document.name, document.id)


def document_row(survey: Survey, document: Document) -> DocumentRow:
    """Return a document as listed."""
    facts = document.facts
    original = links.original_file(document.id, document.name)
    proposed = (tag for tag in document.tags if tag.state is TagState.PROPOSED)
    return DocumentRow(
        document_link(document),
        document.name,
        facts.doc_number,
        facts.issuer,
        facts.date,
        day(document.received),
        unit_link(survey, document.unit),
        str(facts.pages) if facts.pages else "",
        document.version,
        reading(facts.text_status, survey.language),
        tuple(point_link(survey, ref) for ref in dict.fromkeys(document.points)),
        tuple((point_link(survey, tag.point), tag.reason.text(survey.language)) for tag in proposed),
        _hints(survey, document),
        original if original in survey.originals else "",
    )


def _hints(survey: Survey, document: Document) -> tuple[str, ...]:
    framework, _, code = document.indicator.partition("/")
    known = survey.frameworks.get(framework)
    indicator = (survey.say("site.only-indicator", indicator=f"{known.short} {code}"),) if known else ()
    reasons = {tag.reason.text(survey.language) for tag in document.tags}
    return (*indicator, *(told for problem in document.problems if (told := problem.text(survey.language)) not in reasons))


def unit_row(survey: Survey, unit: Unit) -> UnitRow:
    """Return a unit with the counts of its cells."""
    tally = counts(cell.status for cell in survey.cells_of_unit.get(unit.id, ()))
    documents = survey.documents_of_unit.get(unit.id, ())
    return UnitRow(unit_link(survey, unit.id), kind_word(unit.kind, survey.language), unit.township, tally, len(documents))


def by_status(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Return cells worst first, then by point; those that nobody owes come last."""
    return tuple(sorted(cells, key=lambda cell: (ORDER.index(cell.status), cell.point)))
