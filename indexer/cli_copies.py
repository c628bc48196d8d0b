"""The command copies: papers that several units handed in as their own."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli import as_json
from archive.home import find_home
from archive.opening import Archive, reading_archive
from indexer.resemblance import alike, names_pattern, sketch
from indexer.textstore import TextStore
from schema.console import Console, json_line, on_one_line
from schema.copies import Copies
from schema.copies import copies as find_copies
from schema.model import DocumentState


@click.command()
@click.option("--exact", is_flag=True, help="Only the same bytes; do not compare texts.")
@as_json
@click.pass_obj
def copies(console: Console, exact: bool, as_json: bool) -> None:
    """List evidence that several units answer a point with, the same or the same but for names and figures."""
    with reading_archive(find_home(console.home_path, Path.cwd())) as archive:
        groups = {} if exact else _groups(archive)
        names = {unit.id: unit.name for unit in archive.district.units}
        every = tuple(find_copies(archive.catalogue.documents(), archive.district.units, groups))
        for found in every:
            _tell(console, found, names, as_json=as_json)
        if not as_json:
            click.echo(console.say("copies.count", count=len(every)))


def _tell(console: Console, found: Copies, names: dict[str, str], *, as_json: bool) -> None:
    same = len({document.sha256 for document in found.documents}) == 1
    points = [str(ref) for ref in found.points]
    if as_json:
        documents = [{"id": entry.id, "unit": entry.unit, "name": entry.name} for entry in found.documents]
        click.echo(json_line({"same": same, "points": points, "documents": documents}))
        return
    listed = "；".join(f"{names.get(entry.unit, entry.unit)}：{entry.name}（{entry.id}）" for entry in found.documents)
    click.echo(on_one_line(console.say("copies.same" if same else "copies.alike", points="、".join(points), documents=listed)))


def _groups(archive: Archive) -> dict[str, str]:
    """Return the groups of texts that are alike, by content hash; each text is read once."""
    units = archive.district.units
    pattern = names_pattern(name for unit in units for name in (unit.name, *unit.aliases))
    current = (entry for entry in archive.catalogue.documents() if entry.state is DocumentState.CURRENT and entry.points)
    hashes = dict.fromkeys(entry.sha256 for entry in current)
    store = TextStore(archive.home.state / "text.sqlite")
    try:
        return alike({sha256: sketch(text, pattern) for sha256, text in store.texts(hashes)})
    finally:
        store.close()
