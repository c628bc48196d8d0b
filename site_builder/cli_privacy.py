"""The command that tells what is personal before anything is published."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli import as_json
from archive.home import find_home
from archive.opening import reading_archive
from indexer.textstore import TextStore
from schema.console import Console, json_line
from site_builder.data import Audience
from site_builder.gather import gather, texts_of
from site_builder.privacy_report import Report, report


@click.group()
def privacy() -> None:
    """Look after what is personal in the documents before a site is published."""


@privacy.command("report")
@as_json
@click.pass_obj
def privacy_report(console: Console, as_json: bool) -> None:
    """Count what a site covers: identifiers by kind, cells of rosters, restricted documents. Never shows a value."""
    home = find_home(console.home_path, Path.cwd())
    with reading_archive(home) as archive:
        store = TextStore(home.state / "text.sqlite")
        try:
            counted = report(gather(archive, Audience.TASKFORCE), texts_of(store.get))
        finally:
            store.close()
        short = {framework.id: framework for framework in archive.district.frameworks}
        labels = {ref: short[ref.framework].label(ref) for ref, _ in counted.restricted}
    if as_json:
        click.echo(json_line(_record(counted)))
        return
    click.echo(console.say("privacy.documents", count=counted.documents, **counted.by_class))
    click.echo(console.say("privacy.identifiers", cells=counted.cells, **counted.identifiers))
    sums = {"documents": counted.in_text, "names": counted.in_names, "without": counted.without_text}
    click.echo(console.say("privacy.where", **sums))
    for ref, count in counted.restricted:
        click.echo(console.say("privacy.point", point=labels[ref], count=count))


def _record(counted: Report) -> dict[str, object]:
    """Return a report as the `privacy report --json` contract has it."""
    return {
        "documents": counted.documents, "classes": counted.by_class, "identifiers": counted.identifiers, "cells": counted.cells,
        "in_text": counted.in_text, "in_names": counted.in_names, "without_text": counted.without_text,
        "restricted": {str(ref): count for ref, count in counted.restricted},
    }  # fmt: skip
