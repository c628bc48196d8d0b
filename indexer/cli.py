"""Commands that look inside documents: search, tag, text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from archive.cli import as_json, tag_record
from archive.home import Home, find_home, load_district
from archive.opening import Archive, reading_archive
from indexer.display import page_texts
from indexer.dryrun import dry_run
from indexer.index import Index
from indexer.question import Filters, Names
from indexer.search import Answer, Hit, Library
from indexer.search import search as find
from indexer.textstore import TextStore
from schema.console import Console, json_line, on_one_line
from schema.errors import ArchiveError
from schema.frameworks import load_frameworks
from schema.model import Tag, UnitKind
from schema.units import fold_name, parse_kind


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0, 10_000), help="Hits to show.")
@click.option("--point", default="", help="Only documents of this point (preschool/C12, C12, 学前C12).")
@click.option("--unit", default="", help="Only this unit (id, name or alias).")
@click.option("--year", default="", help="Only this year, or years (2021..2023).")
@as_json
@click.pass_obj
def search(console: Console, query: tuple[str, ...], limit: int, point: str, unit: str, year: str, as_json: bool) -> None:
    """Find every document that holds QUERY, with the page it stands on.

    Words must all occur; "a phrase" as it stands; -word excludes; a OR b; 教师* prefix; point: unit: year: type: 文号: narrow.
    """
    with _library(find_home(console.home_path, Path.cwd())) as library:
        answer = find(library, " ".join(query), filters=Filters(point=point, unit=unit, year=year), limit=limit)
    if as_json:
        click.echo(json_line(_answer_record(answer, console)))
        return
    click.echo(
        console.say("search.total" if answer.exact else "search.about-total", total=answer.total, ms=f"{answer.took_ms:.0f}")
    )
    if answer.note is not None:
        click.echo(console.text(answer.note))
    names = {entry.id: entry.name for entry in library.names.units}
    for hit in answer.hits:
        place = console.say("search.page", page=hit.page) if hit.page is not None else ""
        mark = f"[{console.say('ocr.mark')}]" if hit.ocr else ""
        head = [hit.name, names.get(hit.unit, hit.unit), " ".join(hit.points), place, mark, hit.id]
        click.echo(click.style(on_one_line("  ".join(part for part in head if part)), bold=True))
        if hit.snippet:
            click.echo(f"    {_marked(hit)}")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--unit", help="Whose files these are (id, name or alias in the register).")
@click.option("--unit-kind", help="The kind of unit whose files these are, where no register is at hand.")
@as_json
@click.pass_obj
def tag(console: Console, paths: tuple[Path, ...], unit: str | None, unit_kind: str | None, as_json: bool) -> None:
    """Show the tags files would get, and why. Nothing is stored; paths that do not exist are judged by their names alone."""
    kind, frameworks = _owner(console, unit, unit_kind)
    for tagged in dry_run(paths, kind, frameworks):
        if as_json:
            record = {
                "path": str(tagged.path), "text_status": tagged.text_status,
                "tags": [tag_record(entry, console) for entry in tagged.tags], "indicator": tagged.indicator,
                "problems": [console.text(problem) for problem in tagged.problems],
            }  # fmt: skip
            click.echo(json_line(record))
            continue
        click.echo(on_one_line(str(tagged.path)))
        for entry in tagged.tags:
            click.echo(f"    {_tag_line(entry, console)}")
        for problem in tagged.problems:
            click.echo(f"    {on_one_line(console.text(problem))}")


@click.command()
@click.argument("document")
@click.option("--page", type=click.IntRange(1), help="Only this page.")
@as_json
@click.pass_obj
def text(console: Console, document: str, page: int | None, as_json: bool) -> None:
    """Print the text of DOCUMENT as it was read, page by page."""
    home = find_home(console.home_path, Path.cwd())
    with reading_archive(home) as archive, _texts(home) as store:
        found = archive.catalogue.document(document)
        if found is None:
            raise ArchiveError("text.no-document", id=document)
        reading = store.get(found.sha256)
    pages = [entry for entry in (page_texts(reading) if reading else ()) if page is None or entry[0] == page]
    recognised = {block.page for block in reading.blocks if block.where == "ocr"} if reading else set()
    if as_json:
        records = [{"page": number, "text": words} | ({"ocr": True} if number in recognised else {}) for number, words in pages]
        click.echo(json_line({"pages": records}))
        return
    for number, words in pages:
        mark = console.say("ocr.mark") if number in recognised else ""
        head = " ".join(filter(None, (str(number or ""), mark)))
        click.echo(f"--- {head} ---\n{words}" if head else words)


@contextmanager
def _library(home: Home) -> Iterator[Library]:
    with reading_archive(home) as archive, _texts(home) as store:
        index = Index.open(home.state / "index")
        try:
            yield Library(index, store, archive.catalogue.lookup, _names(archive))
        finally:
            index.close()


@contextmanager
def _texts(home: Home) -> Iterator[TextStore]:
    store = TextStore(home.state / "text.sqlite")
    try:
        yield store
    finally:
        store.close()


def _names(archive: Archive) -> Names:
    return Names(archive.district.frameworks, archive.district.units)


def _owner(console: Console, unit: str | None, unit_kind: str | None) -> tuple[UnitKind | None, Any]:
    """Return the kind of the unit and the frameworks: those of the archive at hand, else all that are shipped."""
    try:
        district = load_district(find_home(console.home_path, Path.cwd()))
    except ArchiveError:
        if unit is not None:
            raise
        district = None
    frameworks = district.frameworks if district else load_frameworks()
    if unit_kind is not None:
        try:
            return parse_kind(unit_kind), frameworks
        except ValueError:
            raise ArchiveError("tag.no-kind", kind=unit_kind, known=", ".join(UnitKind)) from None
    if unit is None or district is None:
        return None, frameworks
    found = district.unit_by_name.get(fold_name(unit))
    if found is None:
        raise ArchiveError("ingest.no-unit", unit=unit)
    return found.kind, frameworks


def _answer_record(answer: Answer, console: Console) -> dict[str, Any]:
    return {
        "total": answer.total, "exact": answer.exact, "took_ms": round(answer.took_ms, 3),
        "note": console.text(answer.note) if answer.note else "",
        "hits": [
            {
                "id": hit.id, "name": hit.name, "unit": hit.unit, "points": list(hit.points), "page": hit.page,
                "snippet": hit.snippet, "marks": [list(mark) for mark in hit.marks], "score": round(hit.score, 4),
                "ocr": hit.ocr,
            }
            for hit in answer.hits
        ],
        "facets": {name: dict(counts) for name, counts in answer.facets.items()},
    }  # fmt: skip


def _marked(hit: Hit) -> str:
    """Return the passage with its hits in colour (on terminals that have it), on one line."""
    parts, at = [], 0
    for start, end in hit.marks:
        parts += [on_one_line(hit.snippet[at:start]), click.style(on_one_line(hit.snippet[start:end]), fg="yellow", bold=True)]
        at = end
    return "".join((*parts, on_one_line(hit.snippet[at:])))


def _tag_line(entry: Tag, console: Console) -> str:
    state = console.say(f"tag.{entry.state}")
    return on_one_line(f"{state}  {entry.point}  {entry.score:.2f}  {console.text(entry.reason)}")
