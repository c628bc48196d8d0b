"""The command retag: what would be tagged otherwise by the lexicon and frameworks of today, shown first, done when asked."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from archive.cli import as_json
from archive.home import find_home
from archive.opening import reading_archive
from indexer.retag import Retagging, Sums, retag, retaggings
from indexer.textstore import TextStore
from schema.console import Console, json_line, on_one_line
from schema.model import Tag
from zuozheng import conveyor


@click.command("retag")
@click.option("--apply", "in_force", is_flag=True, help="Do it; without this, it is only shown.")
@as_json
@click.pass_obj
def retag_documents(console: Console, in_force: bool, as_json: bool) -> None:
    """Show which documents the rules, lexicon and frameworks of today would tag otherwise; --apply to have them tagged so.

    Needed after a framework, its list of items, or the program has changed. What people decided is never touched.
    """
    home = find_home(console.home_path, Path.cwd())
    sums = Sums()
    with reading_archive(home) as archive, closing(TextStore(home.state / "text.sqlite")) as store:
        for one in retaggings(archive, store):
            sums.add(one)
            if one.is_change:
                click.echo(json_line(_record(one)) if as_json else on_one_line(_line(console, one)))
    if in_force and sums.documents:
        with conveyor.running(home) as stages:
            retag(stages)
            conveyor.follow_up(stages)
    told = {
        "documents": sums.documents, "changed": sums.changed, "assigned": list(sums.assigned), "proposed": list(sums.proposed),
        "applied": in_force,
    }  # fmt: skip
    if as_json:
        click.echo(json_line(told))
        return
    names = "assigned", "assigned_after", "proposed", "proposed_after"
    counts = dict(zip(names, (*sums.assigned, *sums.proposed), strict=True))
    click.echo(console.say("retag.sums", documents=sums.documents, changed=sums.changed, **counts))
    click.echo(console.say("retag.applied" if in_force else "retag.shown"))


def _record(one: Retagging) -> dict[str, Any]:
    document = one.document
    return {
        "id": document.id, "unit": document.unit, "name": document.name, "before": [_short(tag) for tag in document.tags],
        "after": [_short(tag) for tag in one.after],
    }  # fmt: skip


def _short(tag: Tag) -> dict[str, str]:
    return {"point": str(tag.point), "state": str(tag.state), "basis": str(tag.basis)}


def _line(console: Console, one: Retagging) -> str:
    before, after = (_listed(console, tags) for tags in (one.document.tags, one.after))
    return f"{one.document.id}  {one.document.name}  {before} → {after}"


def _listed(console: Console, tags: tuple[Tag, ...]) -> str:
    return "、".join(f"{tag.point} {console.say(f'tag.{tag.state}')}" for tag in tags) or console.say("tag.no-points")
