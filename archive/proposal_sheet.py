"""Proposals by Excel: a sheet goes out with every document that waits for a person, a person settles rows, and it comes back.

A row is a document. It carries a mark of how the document was filed when the sheet went out, so that a row decided by somebody
else meanwhile is told and left out, and a sheet that comes back twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from archive.layout import drop_folder
from archive.opening import Archive
from archive.review_sheet import cell_text, places_of
from archive.reviewing import period_of, person, point_named
from archive.ruling import items_of
from archive.workbook import Column, Link, Sheet, Value
from schema.duties import duty_of
from schema.errors import ArchiveError
from schema.messages import Message, message
from schema.model import Basis, Document, PointRef, Tag, TagState
from schema.rulings import Ruling, Verb, stamp

_NAMES = (
    "document", "seen", "unit", "name", "file", "filed", "first", "score", "why", "others", "verdict", "point", "item", "period",
    "note", "by",
)  # fmt: skip
_WIDTHS = (15, 13, 16, 34, 7, 16, 24, 8, 34, 28, 10, 24, 28, 12, 20, 10)
_TO_FILL = ("verdict", "point", "item", "period", "note", "by")
_BETWEEN = "；"


@dataclass(frozen=True)
class _Words:
    """The points of an archive as the sheet calls them."""

    archive: Archive

    @cached_property
    def by_ref(self) -> dict[PointRef, str]:
        frameworks = self.archive.district.frameworks
        return {point.ref: drop_folder(framework, point) for framework in frameworks for point in framework.points}

    @cached_property
    def _codes(self) -> list[tuple[str, PointRef]]:
        """What a point's words may begin with: its name here, its code as shown (义教 C10), or as commands have it."""
        short = {framework.id: framework.short for framework in self.archive.district.frameworks}
        pairs = [(words, ref) for ref, words in self.by_ref.items()]
        pairs += [(text, ref) for ref in self.by_ref for text in (f"{short[ref.framework]} {ref.code}", str(ref))]
        return pairs

    def refs(self, text: str) -> tuple[PointRef, ...]:
        """Return the points that a cell names. Raises ArchiveError for words that name none."""
        parts = [part.strip() for part in text.replace("\n", _BETWEEN).split(_BETWEEN)]
        return tuple(dict.fromkeys(self._ref(part) for part in parts if part))

    def _ref(self, part: str) -> PointRef:
        found = [ref for words, ref in self._codes if part == words] or [
            ref for words, ref in self._codes if part.startswith((f"{words} ", f"{words}　"))
        ]
        if len(set(found)) != 1:
            raise ArchiveError("proposal-sheet.no-point", word=part)
        return found[0]


def proposal_sheets(archive: Archive, unit: str | None = None, department: str | None = None) -> tuple[Sheet, Sheet]:
    """Return the sheet of what waits for a person (a unit's by id, what concerns a department, all), and that of its choices."""
    words = _Words(archive)
    points = list(words.by_ref.values())
    pairs = [
        (words.by_ref[point.ref], item.title)
        for framework in archive.district.frameworks
        for point in framework.points
        for item in point.items
    ]
    longest = max(len(points), len(pairs))
    rows = ((points[at] if at < len(points) else "", *(pairs[at] if at < len(pairs) else ("", ""))) for at in range(longest))
    name, point, item = message("proposal-sheet.choices").text("zh").split("|")
    choices = Sheet(name, (Column(point, 40), Column(point, 40), Column(item, 40)), rows, hidden=True)
    sheet = Sheet(
        message("proposal-sheet.title").text("zh"), _columns(len(points)), _rows(words, unit, department), protected=True
    )
    return sheet, choices


def is_proposal_sheet(header: tuple[object, ...]) -> bool:
    """Return whether a header is that of a sheet of proposals: it has the column by which it differs from one of verdicts."""
    titles = dict(zip(_NAMES, _titles(), strict=True))
    return titles["verdict"] in map(cell_text, header)


def rulings_of(
    archive: Archive, rows: Iterable[tuple[object, ...]], by: str, at: str
) -> Iterator[tuple[int, tuple[Ruling, str] | Message]]:
    """Yield, by number, what each row of a sheet (the first is its header) comes to: a ruling and its mark, or what is wrong.

    `by` stands where a row names nobody. Rows without a decision say nothing. Raises ArchiveError where columns are lacking.
    """
    lines = iter(rows)
    places = places_of(next(lines, ()), _NAMES, _titles())
    words = _Words(archive)
    for number, line in enumerate(lines, start=2):
        row = {name: cell_text(line[place]) if place < len(line) else "" for name, place in places.items()}
        try:
            ruling = _ruling(words, row, by, at)
        except ArchiveError as error:
            yield number, error.message
        else:
            if ruling is not None:
                yield number, (ruling, row["seen"])


def _columns(points: int) -> tuple[Column, ...]:
    point = f"${'ABCDEFGHIJKLMNOP'[_NAMES.index('point')]}2"
    listed = f"'{message('proposal-sheet.choices').text('zh').partition('|')[0]}'"
    sources = {
        "verdict": f'"{_verdicts()[0]},{_verdicts()[1]}"',
        "point": f"{listed}!$A$2:$A${points + 1}",
        # The items of the point that stands in the same row, whatever it was changed to.
        "item": f"OFFSET({listed}!$C$1,MATCH({point},{listed}!$B:$B,0)-1,0,COUNTIF({listed}!$B:$B,{point}),1)",
    }
    return tuple(
        Column(title, width, source=sources.get(name, ""), to_fill=name in _TO_FILL, hidden=name == "seen")
        for name, title, width in zip(_NAMES, _titles(), _WIDTHS, strict=True)
    )


def _rows(words: _Words, unit: str | None, department: str | None) -> Iterator[tuple[Value, ...]]:
    for document in words.archive.catalogue.unsettled():
        if unit in (None, document.unit) and _concerns(words.archive, document, department) and _waits(document):
            yield _row(words, document)


def _waits(document: Document) -> bool:
    """Return whether a person is to look at a document; not where a person ruled out all that is proposed."""
    return bool(_open(document)) or not document.dismissed


def _concerns(archive: Archive, document: Document, department: str | None) -> bool:
    if department is None:
        return True
    unit = archive.district.unit_by_id.get(document.unit)
    duties = [duty_of(archive.district.duties, tag.point) for tag in document.tags]
    return (unit is not None and unit.name == department) or any(duty and department in duty.departments for duty in duties)


def _open(document: Document) -> tuple[Tag, ...]:
    """Return what a person can confirm: what is proposed, and what content alone has assigned."""
    return tuple(tag for tag in document.tags if tag.state is TagState.PROPOSED or tag.basis is Basis.CONTENT)


def _filed(document: Document) -> tuple[PointRef, ...]:
    return tuple(
        dict.fromkeys(tag.point for tag in document.tags if tag.state is TagState.ASSIGNED and tag.basis is not Basis.CONTENT)
    )


def _row(words: _Words, document: Document) -> tuple[Value, ...]:
    """Return the row of a document. Its point is filled in: what it is filed under, else what is proposed first."""
    archive, by_ref = words.archive, words.by_ref
    unit = archive.district.unit_by_id.get(document.unit)
    first, *others = _open(document) or (None,)
    filed = _BETWEEN.join(by_ref[ref] for ref in _filed(document) if ref in by_ref)
    title = document.facts.title
    name = document.name if title in document.name else f"{document.name}\n{title}"
    best = by_ref.get(first.point, "") if first else ""
    told: tuple[Value, ...] = (best, round(first.score, 2), first.reason.text("zh")) if first else ("", None, _hint(document))
    more = "\n".join(f"{by_ref.get(tag.point, tag.point)}（{tag.score:.2f}）\n{tag.reason.text('zh')}" for tag in others)
    item = first.item if first and not filed else ""
    period = first.period if first and not filed else ""
    link = Link(message("proposal-sheet.open").text("zh"), (archive.home.tree / document.path).as_uri())
    owner = unit.name if unit else document.unit
    return (document.id, stamp(document), owner, name, link, filed, *told, more, "", filed or best, item, period, "", "")


def _hint(document: Document) -> str:
    """Return what there is to say of a document without proposals: what was wrong with the codes in its path."""
    return "\n".join(problem.text("zh") for problem in document.problems) or message("proposal-sheet.no-clue").text("zh")


def _ruling(words: _Words, row: Mapping[str, str], by: str, at: str) -> Ruling | None:
    """Return what a row says, None where it says nothing. Raises ArchiveError."""
    proposed = words.refs(row["first"]) + tuple(_others(words, row["others"]))
    if not row["verdict"]:
        if row["document"] and row["point"] != (row["filed"] or row["first"]):
            raise ArchiveError("proposal-sheet.undecided", known="、".join(_verdicts()))
        return None
    right, wrong = _verdicts()
    if row["verdict"] not in (right, wrong):
        raise ArchiveError("review-sheet.no-verdict", word=row["verdict"], known=f"{right}、{wrong}")
    who = person(row["by"] or by)
    if row["verdict"] == wrong:
        if not proposed:
            raise ArchiveError("proposal-sheet.nothing-proposed")
        return Ruling(row["document"], Verb.REJECT, proposed, who, at, row["note"])
    points = words.refs(row["point"])
    if not points:
        raise ArchiveError("proposal-sheet.needs-point")
    verb = Verb.ACCEPT if not row["filed"] and set(points) <= set(proposed) else Verb.SET
    items = _items(words, points, row)
    return Ruling(row["document"], verb, points, who, at, row["note"], items, period_of(row["period"]))


def _items(words: _Words, points: tuple[PointRef, ...], row: Mapping[str, str]) -> tuple[tuple[PointRef, str], ...]:
    """Return the items a row names. One filled in for the point that was proposed says nothing of the one it was changed to."""
    asked = tuple(point_named(words.archive, str(ref)) for ref in points)
    titles = [title.strip() for title in row["item"].split(_BETWEEN) if title.strip()]
    try:
        return tuple(items_of(asked, titles))
    except ArchiveError:
        if row["point"] == row["first"]:
            raise
        return ()


def _others(words: _Words, text: str) -> Iterator[PointRef]:
    """Yield the points in the cell of other proposals, each in a line that ends with its score."""
    for line in text.split("\n"):
        head, bracket, score = line.rpartition("（")
        if bracket and score.rstrip("）").replace(".", "").isdecimal():
            yield from words.refs(head)


def _titles() -> list[str]:
    return message("proposal-sheet.columns").text("zh").split("|")


def _verdicts() -> tuple[str, str]:
    return message("proposal-sheet.right").text("zh"), message("proposal-sheet.wrong").text("zh")
