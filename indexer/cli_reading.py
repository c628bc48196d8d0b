"""Commands about reading: recognising scans, reading files again."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from archive.cli import as_json
from archive.home import Home, find_home
from archive.opening import reading_archive, writing_archive
from indexer import ocr as recognition
from indexer.scans import recogniser, waiting_documents
from indexer.sniff import extension
from indexer.textstore import Stamp, TextStore
from indexer.update import Stages, catch_up, opened
from indexer.update import reread as read_again
from schema.console import Console, json_line, on_one_line
from schema.errors import ArchiveError
from schema.model import TextStatus

_VERSION = re.compile(r"\d{1,6}(?:\.\d{1,6})*")


@click.command()
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), help="Stop after so many minutes; the next run goes on there."
)
@click.option("--again", is_flag=True, help="Also what another version of the engine recognised, or where it failed.")
@click.option("--list", "listing", is_flag=True, help="Only list the scans and pictures that wait.")
@as_json
@click.pass_obj
def ocr(console: Console, minutes: float | None, again: bool, listing: bool, as_json: bool) -> None:
    """Recognise the text of scans and pictures, page by page, so that it can be searched. Can be stopped at any time."""
    home = find_home(console.home_path, Path.cwd())
    if listing:
        _list(console, home, as_json=as_json)
        return
    with writing_archive(home) as archive, opened(archive) as stages:
        catch_up(stages)
        if not recognition.available():
            raise ArchiveError("ocr.not-installed", count=sum(1 for _ in waiting_documents(stages.store, archive.catalogue)))
        end = time.monotonic() + 60 * minutes if minutes else float("inf")
        with (
            recogniser(stages, again=again) as working,
            _progress(console.say("ocr.progress"), working.left) as advance,
        ):
            while time.monotonic() < end and working.step(1.0, advance):
                pass
        told = asdict(working.done) | {"waiting": sum(pages for _, pages in waiting_documents(stages.store, archive.catalogue))}
    click.echo(json_line(told) if as_json else console.say("ocr.done", **told))


@click.command()
@click.argument("documents", nargs=-1)
@click.option("--kind", default="", help="Only files of this kind (pdf, docx, …).")
@click.option("--older-than", "older_than", default="", help="Only what a release before this version has read.")
@click.option("--status", type=click.Choice([str(status) for status in TextStatus]), help="Only what came to this.")
@as_json
@click.pass_obj
def reread(console: Console, documents: tuple[str, ...], kind: str, older_than: str, status: str | None, as_json: bool) -> None:
    """Read files again: those of the DOCUMENTS named, or all, narrowed by the options. What was recognised in scans is kept."""
    if older_than and not _VERSION.fullmatch(older_than):
        raise click.BadParameter(console.say("reread.version", version=older_than), param_hint="--older-than")
    home = find_home(console.home_path, Path.cwd())
    with writing_archive(home) as archive, opened(archive) as stages:
        catch_up(stages)
        kind = extension(f"x.{kind}") if kind else ""
        chosen = [
            sha256
            for sha256, stamp in _named(stages, documents)
            if kind in ("", stamp.kind)
            and (not older_than or _parts(stamp.version) < _parts(older_than))
            and status in (None, str(stamp.status))
        ]
        with _progress(console.say("reread.progress"), lambda: len(chosen)) as advance:
            changed = read_again(stages, chosen, advance)
    if as_json:
        click.echo(json_line({"files": len(chosen), "changed": changed}))
    else:
        click.echo(console.say("reread.done", files=len(chosen), changed=changed))


def _list(console: Console, home: Home, *, as_json: bool) -> None:
    with reading_archive(home) as archive, closing(TextStore(home.state / "text.sqlite")) as store:
        for document, pages in waiting_documents(store, archive.catalogue):
            if as_json:
                click.echo(json_line({"id": document.id, "unit": document.unit, "name": document.name, "pages": pages}))
            else:
                place = f"{document.id}  {document.unit}  {document.name}"
                click.echo(on_one_line(f"{place}  {console.say('ocr.page', pages=pages)}"))


def _named(stages: Stages, ids: Sequence[str]) -> Iterator[tuple[str, Stamp]]:
    """Yield content hash and stamp of the documents named, or of all. Raises ArchiveError for an id that is none."""
    stamps = stages.store.stamps()
    if not ids:
        held = {document.sha256 for document in stages.archive.catalogue.documents()}
        yield from ((sha256, stamp) for sha256, stamp in stamps.items() if sha256 in held)
        return
    hashes: dict[str, None] = {}
    for document_id in ids:
        document = stages.archive.catalogue.document(document_id)
        if document is None:
            raise ArchiveError("text.no-document", id=document_id)
        hashes[document.sha256] = None
    yield from ((sha256, stamps[sha256]) for sha256 in hashes if sha256 in stamps)


def _parts(version: str) -> tuple[int, ...]:
    """Return a version as numbers; what has none is the oldest."""
    return tuple(int(part) for part in version.split(".")) if _VERSION.fullmatch(version) else ()


@contextmanager
def _progress(label: str, length: Callable[[], int]) -> Iterator[Callable[[str], None]]:
    """Show a bar on a terminal (stderr), nothing elsewhere; yield what advances it by one."""
    if not sys.stderr.isatty():
        yield lambda _name: None
        return
    with click.progressbar(length=length(), label=label, file=sys.stderr) as bar:
        yield lambda _name: bar.update(1)
