"""Commands that look inside documents: tag, text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from archive.cli import as_json, tag_record
from archive.home import Home, find_home, load_district
from archive.opening import reading_archive
from indexer.display import page_texts
from indexer.dryrun import dry_run
from indexer.tag import Candidate
from indexer.textstore import TextStore
from schema.console import Console, json_line, on_one_line
from schema.errors import ArchiveError
from schema.frameworks import load_frameworks
from schema.model import Framework, Tag, UnitKind
from schema.units import fold_name, parse_kind


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--unit", help="Whose files these are (id, name or alias in the register).")
@click.option("--unit-kind", help="The kind of unit whose files these are, where no register is at hand.")
@as_json
@click.pass_obj
def tag(console: Console, paths: tuple[Path, ...], unit: str | None, unit_kind: str | None, as_json: bool) -> None:
    """Show the tags files would get, and why. Nothing is stored; paths that do not exist are judged by their names alone."""
    kind, frameworks, assigns = _owner(console, unit, unit_kind)
    shorts = {framework.id: framework for framework in frameworks}
    for tagged in dry_run(paths, kind, frameworks, assigns=assigns):
        if as_json:
            record = {
                "path": str(tagged.path), "text_status": tagged.text_status,
                "tags": [tag_record(entry, console) for entry in tagged.tags], "indicator": tagged.indicator,
                "problems": [console.text(problem) for problem in tagged.problems],
                "ranking": [
                    {"point": str(entry.point), "score": entry.score, "words": list(entry.words)} for entry in tagged.ranking
                ],
            }  # fmt: skip
            click.echo(json_line(record))
            continue
        click.echo(on_one_line(str(tagged.path)))
        for entry in tagged.tags:
            click.echo(f"    {_tag_line(entry, console)}")
        for problem in tagged.problems:
            click.echo(f"    {on_one_line(console.text(problem))}")
        if tagged.ranking:
            placed = (_place(entry, shorts) for entry in tagged.ranking)
            click.echo(f"    {on_one_line(console.say('tag.ranking', places='；'.join(placed)))}")


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
def _texts(home: Home) -> Iterator[TextStore]:
    store = TextStore(home.state / "text.sqlite")
    try:
        yield store
    finally:
        store.close()


def _owner(console: Console, unit: str | None, unit_kind: str | None) -> tuple[UnitKind | None, tuple[Framework, ...], bool]:
    """Return the kind of the unit, the frameworks (those of the archive at hand, else all shipped), whether content assigns."""
    try:
        district = load_district(find_home(console.home_path, Path.cwd()))
    except ArchiveError:
        if unit is not None:
            raise
        district = None
    frameworks = district.frameworks if district else load_frameworks()
    assigns = district.settings.content_assigns if district else True
    if unit_kind is not None:
        try:
            return parse_kind(unit_kind), frameworks, assigns
        except ValueError:
            raise ArchiveError("tag.no-kind", kind=unit_kind, known=", ".join(UnitKind)) from None
    if unit is None or district is None:
        return None, frameworks, assigns
    found = district.unit_by_name.get(fold_name(unit))
    if found is None:
        raise ArchiveError("ingest.no-unit", unit=unit)
    return found.kind, frameworks, assigns


def _place(entry: Candidate, frameworks: Mapping[str, Framework]) -> str:
    words = f"（{'、'.join(entry.words)}）" if entry.words else ""
    return f"{frameworks[entry.point.framework].label(entry.point)} {entry.score:.2f}{words}"


def _tag_line(entry: Tag, console: Console) -> str:
    state = console.say(f"tag.{entry.state}")
    answers = "  ".join(f"[{words}]" for words in (entry.item, entry.period) if words)
    return on_one_line(f"{state}  {entry.point}  {entry.score:.2f}  {console.text(entry.reason)}  {answers}".rstrip())
