"""The command search."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from archive.cli import as_json
from archive.evidence import coverage_cells
from archive.home import Home, find_home
from archive.opening import Archive, reading_archive
from indexer.likeness import like
from indexer.names import Names
from indexer.question import Filters
from indexer.ranking import Order
from indexer.refill import usable
from indexer.saved import FILE, Saved, choose, load_saved, save
from indexer.search import Answer, Hit, Library
from indexer.search import search as find
from indexer.terminal import lines, rows
from indexer.textstore import TextStore
from schema.console import Console, json_line, on_one_line
from schema.coverage import Status
from schema.errors import ArchiveError

_LIMIT, _ROWS = 20, 10_000
# No argument of a process holds it.
_HIDING = "\0"
_STYLES: dict[str, dict[str, Any]] = {
    "total": {"bold": True}, "note": {"fg": "cyan"}, "name": {"bold": True}, "detail": {"dim": True}, "page": {"fg": "green"},
    "mark": {"fg": "yellow", "bold": True},
}  # fmt: skip


class _Words(click.Command):
    """A command whose arguments may begin with a minus: -word is a word not wanted, no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Hide such words from the parser of options; `_unhidden` shows them again."""
        return super().parse_args(ctx, [_HIDING + word if _is_unwanted(word) else word for word in args])


def _is_unwanted(word: str) -> bool:
    return len(word) > 1 and word[0] == "-" != word[1] and word != "-h"


def _unhidden(_context: click.Context, _parameter: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.removeprefix(_HIDING) for word in words)


@click.command(cls=_Words)
@click.argument("query", nargs=-1, callback=_unhidden)
@click.option("--limit", type=click.IntRange(0, _ROWS), help=f"Hits to show (default {_LIMIT}; with --csv {_ROWS}).")
@click.option("--offset", default=0, type=click.IntRange(0), help="Hits to pass over.")
@click.option("--point", default="", help="Only documents of this point (preschool/C12, C12, 学前C12).")
@click.option("--unit", default="", help="Only this unit (id, name or alias).")
@click.option("--department", default="", help="Only points this department answers for.")
@click.option("--year", default="", help="Only this year, or years (2021..2023).")
@click.option("--type", "kind", default="", help="Only this kind of file (pdf, docx, xlsx ...).")
@click.option("--status", default="", help="Only documents of this status (docs/search.md lists them).")
@click.option("--sort", type=click.Choice([str(order) for order in Order]), help="Order of the hits (default: relevance).")
@click.option("--like", "liked", metavar="ID", help="Documents like this one, instead of a query.")
@click.option("--saved", metavar="NAME", is_flag=False, flag_value="", help="Run a saved search; without a name list them.")
@click.option("--save", "save_as", metavar="NAME", help="Save this search in searches.toml.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for Excel or WPS.")
@as_json
@click.pass_obj
def search(console: Console, /, *, as_json: bool, **typed: Any) -> None:
    """Find every document that holds QUERY, with the pages it stands on.

    Words must all occur; "a phrase" as it stands; -word excludes; a OR b; (groups); 教师* prefix; point: unit: department: year:
    type: 文号: status: narrow, in Chinese too (要点: 单位: 科室: 年份: 类型: 状态:). A code alone (C12) leads to its point.
    """
    home = find_home(console.home_path, Path.cwd())
    if typed["saved"] == "":
        _list_saved(home, console, as_json)
        return
    asked = _asked(home, typed)
    limit = typed["limit"] if typed["limit"] is not None else _ROWS if typed["as_csv"] else _LIMIT
    with _library(home, console) as library:
        if typed["liked"]:
            answer = like(library, typed["liked"], limit=limit, offset=typed["offset"])
        else:
            answer = find(library, asked.query, filters=asked.filters, limit=limit, offset=typed["offset"], order=asked.order)
        names = _called(library.names)
    if as_json:
        click.echo(json_line(answer_record(answer, console)))
    elif typed["as_csv"]:
        click.echo(_csv(answer, names, console), nl=False)
    else:
        for line in lines(answer, names, console, lambda text, style: click.style(text, **_STYLES[style])):
            click.echo(line)


def answer_record(answer: Answer, console: Console) -> dict[str, Any]:
    """Return an answer as the `search --json` contract has it."""
    return {
        "total": answer.total, "exact": answer.exact, "took_ms": round(answer.took_ms, 3),
        "note": console.text(answer.note) if answer.note else "",
        "direct": [{"point": entry.point, "label": entry.label, "text": entry.text} for entry in answer.direct],
        "hits": [_hit_record(hit) for hit in answer.hits],
        "facets": {name: dict(counts) for name, counts in answer.facets.items()},
    }  # fmt: skip


def _hit_record(hit: Hit) -> dict[str, Any]:
    passages = [
        {"page": at.page, "text": at.text, "marks": [list(mark) for mark in at.marks], "ocr": at.ocr}
        | ({"member": at.member} if at.member else {})
        for at in hit.passages
    ]
    return {
        "id": hit.id, "name": hit.name, "unit": hit.unit, "points": list(hit.points), "page": hit.page, "snippet": hit.snippet,
        "marks": [list(mark) for mark in hit.marks], "score": round(hit.score, 4), "passages": passages, "title": hit.title,
        "doc_number": hit.number, "date": hit.date, "kind": hit.kind, "text_status": hit.status, "ocr": hit.ocr,
    }  # fmt: skip


@contextmanager
def _library(home: Home, console: Console) -> Iterator[Library]:
    with reading_archive(home) as archive:
        store = TextStore(home.state / "text.sqlite")
        try:
            catalogue = archive.catalogue
            index = usable(
                home.state / "index", catalogue, store.folded, lambda: click.echo(console.say("search.rebuilds"), err=True)
            )
            try:
                yield Library(index, store, catalogue.lookup, _names(archive), catalogue.last_seq)
            finally:
                index.close()
        finally:
            store.close()


def _names(archive: Archive) -> Names:
    def in_cells(statuses: frozenset[Status]) -> frozenset[str]:
        return frozenset(name for cell in coverage_cells(archive) if cell.status in statuses for name in cell.documents)

    district = archive.district
    return Names(district.frameworks, district.units, district.duties, in_cells)


def _called(names: Names) -> dict[str, str]:
    """Return what units and points are called, by id."""
    points = ((str(point.ref), framework.label(point.ref)) for framework in names.frameworks for point in framework.points)
    return {**{unit.id: unit.name for unit in names.units}, **dict(points)}


def _asked(home: Home, typed: dict[str, Any]) -> Saved:
    """Return the search asked for: a saved one with what was typed besides, or what was typed alone; saved if that is wished."""
    path = home.root / FILE
    query = " ".join(typed["query"])
    conditions = Filters(**{name: typed[name] for name in ("point", "unit", "department", "year", "status")}, type=typed["kind"])
    asked = Saved(typed["save_as"] or "", query, conditions, Order(typed["sort"] or Order.RELEVANCE))
    if typed["saved"]:
        known = choose(load_saved(path), typed["saved"])
        given = {name: value for name in Filters.__slots__ if (value := getattr(conditions, name))}
        both = f"({known.query}) {query}" if known.query and query else known.query or query
        asked = replace(asked, query=both, filters=replace(known.filters, **given))
        asked = asked if typed["sort"] else replace(asked, order=known.order)
    if not (typed["query"] or asked.query or asked.filters != Filters() or typed["liked"]):
        raise ArchiveError("search.no-query")
    if typed["save_as"]:
        save(path, asked)
    return asked


def _list_saved(home: Home, console: Console, as_json: bool) -> None:
    path = home.root / FILE
    known = load_saved(path)
    for entry in known:
        given = {name: value for name in Filters.__slots__ if (value := getattr(entry.filters, name))}
        if as_json:
            click.echo(json_line({"name": entry.name, "query": entry.query, **given, "sort": str(entry.order)}))
        else:
            told = "  ".join([entry.query, *(f"{name}:{value}" for name, value in given.items()), str(entry.order)])
            click.echo(f"{click.style(on_one_line(entry.name), bold=True)}  {on_one_line(told)}")
    if not known and not as_json:
        click.echo(console.say("search.saved-none", path=path))


def _csv(answer: Answer, names: dict[str, str], console: Console) -> bytes:
    from archive.workbook import is_formula_like, safe_text  # noqa: PLC0415 - loads openpyxl, which only this needs

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows(answer, names, console):
        cells = [safe_text(cell).replace("\n", " ") for cell in row]
        # A spreadsheet takes what begins with an apostrophe for text.
        writer.writerow([f"'{cell}" if is_formula_like(cell) else cell for cell in cells])
    return text.getvalue().encode("utf-8-sig")
