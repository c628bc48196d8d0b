"""Departments and persons: the points each answers for, what these lack, and which units to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from schema.coverage import Status
from schema.model import PointRef
from site_builder import links
from site_builder.marks import LACKING
from site_builder.pages.dashboard import DepartmentRow, department_row, department_rows
from site_builder.pages.page import Page
from site_builder.survey import Counts, Survey, counts
from site_builder.views import Link, PointRow, department_link, gap_rows, person_link, point_row, unit_link


@dataclass(frozen=True, slots=True)
class DutyView:
    """What the page of a department or a person shows. `partners` are the persons of a department, or the other way round."""

    name: str
    person: bool
    points: Counts
    cells: Counts
    days_left: int | None
    partners: tuple[Link, ...]
    owing: tuple[tuple[Link, int], ...]
    gaps: tuple[PointRow, ...]
    rest: tuple[PointRow, ...]


@dataclass(frozen=True, slots=True)
class DutiesView:
    """All departments, and all persons where they may be named."""

    departments: tuple[DepartmentRow, ...]
    persons: tuple[DepartmentRow, ...]


def pages(survey: Survey) -> Iterator[Page]:
    """Plan the list of departments (and persons) and the page of each."""
    yield Page("k/index.html", "duties.html", "", "departments", DutiesView(department_rows(survey), _persons(survey)))
    crumbs = (Link("k/index.html", ""),)
    for number, name in enumerate(survey.departments, start=1):
        partners = _partners(survey, name, of_department=True)
        view = _view(survey, name, survey.points_of_department(name), partners, person=False)
        yield Page(links.department_page(number), "duty.html", name, "departments", view, crumbs)
    for number, name in enumerate(survey.persons, start=1):
        partners = _partners(survey, name, of_department=False)
        view = _view(survey, name, survey.points_of_person(name), partners, person=True)
        yield Page(links.person_page(number), "duty.html", name, "departments", view, crumbs)


def _view(survey: Survey, name: str, refs: tuple[PointRef, ...], partners: tuple[Link, ...], *, person: bool) -> DutyView:
    lacking = Counter(cell.unit for ref in refs for cell in survey.cells_of_point.get(ref, ()) if cell.status in LACKING)
    owing = tuple((unit_link(survey, unit), number) for unit, number in sorted(lacking.items(), key=lambda pair: -pair[1]))
    return DutyView(
        name,
        person,
        counts(survey.state[ref] for ref in refs),
        survey.counts(refs),
        survey.days_left,
        partners,
        owing,
        gap_rows(survey, refs),
        tuple(point_row(survey, ref) for ref in refs if survey.state[ref] not in LACKING),
    )


def _partners(survey: Survey, name: str, *, of_department: bool) -> tuple[Link, ...]:
    found: dict[str, None] = {}
    for duty in survey.data.duties:
        for department, person in zip(duty.departments, duty.persons, strict=False):
            if of_department and department == name:
                found[person] = None
            elif not of_department and person == name:
                found[department] = None
    if of_department:
        return tuple(person_link(survey, person) for person in found if person in survey.persons)
    return tuple(department_link(survey, department) for department in found if department in survey.departments)


def _persons(survey: Survey) -> tuple[DepartmentRow, ...]:
    rows = []
    for name in survey.persons:
        rows.append(department_row(survey, person_link(survey, name), survey.points_of_person(name)))
    return tuple(sorted(rows, key=lambda row: (-row.points.lacking, -row.points.of(Status.MISSING))))
