"""The command elements: the elements of official papers, where they stand, what found them, and what waits for a word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from archive.cli import as_json
from archive.home import find_home
from archive.opening import Archive, reading_archive
from indexer.described import UNSURE, paper
from indexer.textstore import TextStore
from schema.console import Console, json_line, on_one_line
from schema.errors import ArchiveError
from schema.model import Document, DocumentState, Element


@click.command()
@click.argument("documents", nargs=-1)
@click.option("--unsure", is_flag=True, help="Only what was recognised in a scan and waits for a person's word (correct).")
@as_json
@click.pass_obj
def elements(console: Console, documents: tuple[str, ...], unsure: bool, as_json: bool) -> None:
    """Show title, number, issuer, date and the other elements of the DOCUMENTS named, or of all: where each stands and why."""
    home = find_home(console.home_path, Path.cwd())
    with reading_archive(home) as archive, closing(TextStore(home.state / "text.sqlite")) as store:
        for document, found in _papers(archive, store, documents):
            shown = [entry for entry in found if not unsure or entry.rule == UNSURE]
            if as_json and (shown or not unsure):
                click.echo(json_line({"id": document.id, "name": document.name, "elements": [_record(entry) for entry in shown]}))
            elif shown:
                click.echo(on_one_line(f"{document.id}  {document.unit}  {document.name}"))
                for entry in shown:
                    click.echo(f"    {on_one_line(_line(console, entry))}")


def _papers(archive: Archive, store: TextStore, ids: Sequence[str]) -> Iterator[tuple[Document, tuple[Element, ...]]]:
    """Yield the documents asked for with their elements. Raises ArchiveError for an id that is none."""
    for document in _named(archive, ids) if ids else archive.catalogue.documents():
        reading = store.get(document.sha256)
        if reading is not None and (ids or document.state is DocumentState.CURRENT):
            yield document, paper(reading, document.name, document.corrections)


def _named(archive: Archive, ids: Sequence[str]) -> Iterator[Document]:
    for document_id in ids:
        document = archive.catalogue.document(document_id)
        if document is None:
            raise ArchiveError("text.no-document", id=document_id)
        yield document


def _record(entry: Element) -> dict[str, Any]:
    return {
        "element": entry.name, "values": list(entry.values), "rule": entry.rule, "confidence": entry.confidence,
        "page": entry.page, "line": entry.line, "unsure": entry.rule == UNSURE,
    }  # fmt: skip


def _line(console: Console, entry: Element) -> str:
    place = ""
    if entry.line is not None:
        code = "element.place" if entry.page is None else "element.place-page"
        place = console.say(code, line=entry.line, page=entry.page or 0)
    why = console.say(f"element.rule.{entry.rule}")
    return (
        f"{console.say(f'element.{entry.name}')}  {'、'.join(entry.values)}  （{place}{why}，{round(100 * entry.confidence)}%）"
    )
