"""Reviews by Excel: a sheet goes out with every document at every point, a person fills in verdicts, and it comes back.

A row is known by document and point, whatever its place in the sheet. What says the same as the last verdict changes nothing, so
a sheet may come back twice; what no longer fits the archive is told with its row and left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from archive.evidence import evidence, terms_of
from archive.opening import Archive
from archive.reviewing import Said, about, label, review_of_words
from archive.workbook import Column, Sheet, Value
from schema.claims import claim
from schema.demand import Demands, demands
from schema.duties import duty_of
from schema.errors import ArchiveError
from schema.evidence import Evidence
from schema.explain import giver_of
from schema.frameworks import points_of
from schema.messages import Message, message
from schema.reviews import Ground, Review, Terms, Verdict, review_of, standing

_WIDTHS = (15, 16, 24, 40, 14, 34, 22, 10, 10, 30, 12, 12)
_NAMES = ("document", "point", "unit", "name", "standing", "item", "period", "verdict", "ground", "why", "by", "until")


@dataclass(frozen=True, slots=True)
class Returned:
    """What a sheet that came back comes to.

    `made` are the judgements, each with words on what it is about; `unchanged` counts rows that say nothing new; `faults` are
    what could not be taken, by row.
    """

    made: tuple[tuple[Review, str], ...]
    unchanged: int
    faults: tuple[tuple[int, Message], ...]


def review_sheet(archive: Archive, unit: str | None = None, department: str | None = None) -> Sheet:
    """Return the sheet of a unit's documents (its id), of a department's points, or of all."""
    choices = {
        "verdict": tuple(_verdict(verdict) for verdict in Verdict),
        "ground": tuple(message(f"ground.{ground}").text("zh") for ground in Ground),
    }
    titles = zip(_NAMES, _titles(), _WIDTHS, strict=True)
    columns = tuple(Column(title, width, choices.get(name, ())) for name, title, width in titles)
    return Sheet(message("review-sheet.title").text("zh"), columns, _rows(archive, unit, department))


def is_review_sheet(header: tuple[object, ...]) -> bool:
    """Return whether a header is that of a sheet of verdicts: it has the column that no other sheet has."""
    return dict(zip(_NAMES, _titles(), strict=True))["verdict"] in map(cell_text, header)


def read_back(archive: Archive, rows: Iterable[tuple[object, ...]], by: str, at: str) -> Returned:
    """Return what the rows of a sheet (the first is its header) come to. `by` stands where a row names nobody."""
    lines = iter(rows)
    places = places_of(next(lines, ()), _NAMES, _titles())
    held = terms_of(archive)
    made: list[tuple[Review, str]] = []
    faults: list[tuple[int, Message]] = []
    unchanged = 0
    for number, line in enumerate(lines, start=2):
        row = {name: cell_text(line[place]) if place < len(line) else "" for name, place in places.items()}
        if not row["verdict"]:
            continue
        try:
            review, document = review_of_words(archive, _said(row, by), at)
        except ArchiveError as error:
            faults.append((number, error.message))
            continue
        known = held.reviews.get((review.document, review.point))
        if known is not None and replace(known, at=at, by=review.by, text=review.text) == review and known.text == review.text:
            unchanged += 1
        else:
            made.append((review, about(archive, review, document)))
    return Returned(tuple(made), unchanged, tuple(faults))


def _rows(archive: Archive, unit: str | None, department: str | None) -> Iterator[tuple[Value, ...]]:
    district = archive.district
    held = terms_of(archive)
    points = points_of(district.frameworks)
    wanted: dict[tuple[str, str], Demands] = {}
    for entry in evidence(archive, unit=unit):
        duty = duty_of(district.duties, entry.point)
        if entry.point not in points or (department is not None and (duty is None or department not in duty.departments)):
            continue
        owner = district.unit_by_id.get(entry.unit)
        key = str(entry.point), giver_of(owner)
        if key not in wanted:
            wanted[key] = demands(points[entry.point], key[1], held.day)
        yield _row(archive, entry, owner.name if owner else entry.unit, wanted[key], held)


def _row(archive: Archive, entry: Evidence, unit: str, asked: Demands, held: Terms) -> tuple[Value, ...]:
    """Return the row of a document at a point: what is known of it, and the verdict about these very bytes, if there is one."""
    own = claim(entry, asked, held)
    review = review_of(entry, held)
    how = standing(entry, asked.point, review, held.day)
    said = review if review is not None and review.document == entry.document and review.verdict is not Verdict.REOPENED else None
    filled: tuple[Value, ...] = ("",) * 5
    if said is not None:
        ground = message(f"ground.{said.ground}").text("zh") if said.ground else ""
        filled = (_verdict(said.verdict), ground, said.why, said.by, date.fromisoformat(said.until) if said.until else "")
    state = message(f"review-sheet.standing-{how}").text("zh")
    point = f"{entry.point}"
    period = said.period if said else ""
    items = "；".join(said.items if said else own.items)
    return (entry.document, point, unit, f"{label(archive, entry.point)} {entry.name}", state, items, period, *filled)


def places_of(header: tuple[object, ...], names: Sequence[str], titles: Sequence[str]) -> Mapping[str, int]:
    """Return where each column stands; a person may have moved or added some. Raises ArchiveError when one is gone."""
    found = {cell_text(title): place for place, title in enumerate(header)}
    lacking = [title for title in titles if title not in found]
    if lacking:
        raise ArchiveError("review-sheet.no-column", columns="、".join(lacking))
    return {name: found[title] for name, title in zip(names, titles, strict=True)}


def _said(row: Mapping[str, str], by: str) -> Said:
    words = {_verdict(verdict): verdict for verdict in Verdict} | {str(verdict): verdict for verdict in Verdict}
    if row["verdict"] not in words:
        known = "、".join(_verdict(verdict) for verdict in Verdict)
        raise ArchiveError("review-sheet.no-verdict", word=row["verdict"], known=known)
    items = tuple(part.strip() for part in row["item"].split("；") if part.strip())
    return Said(
        row["document"], words[row["verdict"]], row["by"] or by, row["point"], row["why"], row["ground"], items, row["period"],
        _day(row["until"]),
    )  # fmt: skip


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text[:10]).isoformat() if text else ""
    except ValueError:
        raise ArchiveError("review-sheet.no-day", day=text) from None


def cell_text(value: object) -> str:
    """Return what a cell says, as text."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value).strip()


def _verdict(verdict: Verdict) -> str:
    return message(f"verdict.{verdict}").text("zh")


def _titles() -> list[str]:
    return message("review-sheet.columns").text("zh").split("|")
