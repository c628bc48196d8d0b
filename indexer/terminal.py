"""Answers as lines for a terminal and as rows for a spreadsheet. Pure: styles come from the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from indexer.search import Answer, Hit, Shown
from schema.console import Console, on_one_line

# How text looks: plain text and a name of `STYLES` in, styled text out.
Style = Callable[[str, str], str]
STYLES = ("total", "note", "name", "detail", "page", "mark")
# Values of a facet shown.
_VALUES = 5


def lines(answer: Answer, names: Mapping[str, str], console: Console, style: Style) -> Iterator[str]:
    """Yield an answer line by line: totals and notes, hits with their passages, counts.

    `names` are what units and points (preschool/C12) are called.
    """
    total = "search.total" if answer.exact else "search.about-total"
    yield style(console.say(total, total=answer.total, ms=f"{answer.took_ms:.0f}"), "total")
    if answer.note is not None:
        yield style(console.text(answer.note), "note")
    for point in answer.direct:
        yield style(on_one_line(f"→ {point.label}  {point.text}"), "note")
    for hit in answer.hits:
        yield ""
        yield _head(hit, names, console, style)
        yield from (_passage(shown, console, style) for shown in hit.passages if shown.text)
    if answer.total > 1:
        yield ""
        yield from _counts(answer, names, console, style)


def rows(answer: Answer, names: Mapping[str, str], console: Console) -> Iterator[list[str]]:
    """Yield a row for the header and one for each hit."""
    yield console.say("search.csv-header").split(",")
    for hit in answer.hits:
        page = "" if hit.page is None else str(hit.page)
        unit, status = names.get(hit.unit, hit.unit), console.say(f"search.status.{hit.status}")
        yield [hit.id, hit.name, unit, _points(hit, names), page, hit.number, hit.date, hit.kind, status, hit.snippet]


def _head(hit: Hit, names: Mapping[str, str], console: Console, style: Style) -> str:
    packed = bool(hit.passages and hit.passages[0].member)
    page = console.say("search.page", page=hit.page) if hit.page is not None and not packed else ""
    details = (names.get(hit.unit, hit.unit), _points(hit, names), page, hit.number, hit.date, hit.id)
    return f"{style(on_one_line(hit.name), 'name')}  {style(on_one_line('  '.join(filter(None, details))), 'detail')}"


def _passage(shown: Shown, console: Console, style: Style) -> str:
    parts, at = [], 0
    for start, end in shown.marks:
        parts += [on_one_line(shown.text[at:start]), style(on_one_line(shown.text[start:end]), "mark")]
        at = end
    places = [on_one_line(shown.member)] if shown.member else []
    places += [console.say("search.page", page=shown.page)] if shown.page is not None and not shown.member else []
    places += [console.say("search.ocr")] if shown.ocr else []
    where = style("  ".join(places) + "  ", "page") if places else ""
    return f"    {where}{''.join((*parts, on_one_line(shown.text[at:])))}"


def _counts(answer: Answer, names: Mapping[str, str], console: Console, style: Style) -> Iterator[str]:
    for name, counts in answer.facets.items():
        shown = [(_label(name, value, names, console), count) for value, count in counts if value][:_VALUES]
        more = sum(bool(value) for value, _count in counts) - len(shown)
        if shown:
            told = "  ".join(f"{on_one_line(label)} {count}" for label, count in shown)
            rest = f"  {console.say('search.facet-more', count=more)}" if more > 0 else ""
            yield style(f"{console.say(f'search.facet.{name}')}: ", "detail") + told + style(rest, "detail")


def _label(name: str, value: str, names: Mapping[str, str], console: Console) -> str:
    if name == "status":
        return console.say(f"search.status.{value}")
    return names.get(value, value)


def _points(hit: Hit, names: Mapping[str, str]) -> str:
    return "、".join(names.get(point, point) for point in hit.points)
