"""The commands about frameworks and duties, with the one that needs to read Word and PDF: schema import."""

from __future__ import annotations

from itertools import chain, count
from pathlib import Path

import click

from archive.home import find_home
from archive.whole_file import write_whole
from schema.cli import schema
from schema.console import Console
from schema.errors import ArchiveError
from schema.frameworks import read_frameworks
from schema.notice import drafts
from schema.notice_toml import duties_toml, framework_toml
from zuozheng import notice_docx, notice_pdf

__all__ = ["schema"]

_READERS = {".docx": notice_docx.blocks, ".pdf": notice_pdf.blocks}


@schema.command("import")
@click.argument("notice", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--framework", "identities", multiple=True, metavar="ID", help="Id of each table's framework, in order.")
@click.option("--district", default="draft", show_default=True, metavar="ID", help="Id of the duties file.")
@click.option("--overwrite", is_flag=True, help="Replace drafts that are there.")
@click.pass_obj
def import_notice(
    console: Console, notice: Path, folder: Path | None, identities: tuple[str, ...], district: str, overwrite: bool
) -> None:
    """Read the tables of NOTICE (Word or PDF) into draft files in FOLDER (else the home's 体系); what is inferred is marked.

    With the id of a known framework its items, times and scopes are kept for every point that reads the same, or nearly.
    """
    folder = folder or find_home(console.home_path, Path.cwd()).own
    reader = _READERS.get(notice.suffix.lower())
    if reader is None:
        raise ArchiveError("notice-import.kind", path=notice)
    found = drafts(reader(notice))
    if not found:
        raise ArchiveError("notice-import.no-table", path=notice)
    known = read_frameworks(folder)[0]
    named = list(zip(chain(identities, (f"draft{number}" for number in count(len(identities) + 1))), found, strict=False))
    files = {folder / "frameworks" / f"{name}.toml": framework_toml(draft, name, known.get(name)) for name, draft in named}
    files[folder / "duties" / f"{district}.toml"] = duties_toml(named, district)
    there = [path for path in files if path.exists()]
    if there and not overwrite:
        raise ArchiveError("notice-import.there", path=there[0])
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, lambda draft, text=text: draft.write_text(text, encoding="utf-8", newline="\n"))  # type: ignore[misc]
        click.echo(console.say("gaps.written", path=path))
    for identity, draft in named:
        sums = {"points": len(draft.points), "indicators": len(draft.indicators), "spans": len(draft.spans)}
        notes = (*draft.notes, *draft.span_notes)
        click.echo(console.say("notice-import.done", id=identity, **sums, notes=len(notes)))
        for note in notes:
            click.echo(f"  {console.text(note)}")
    click.echo(console.say("notice-import.next", folder=folder))
