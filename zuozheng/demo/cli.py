"""The command that shows everything at once: a fictitious district from its files to its site."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import click

from archive.home import Home
from archive.setup import init
from schema.console import Console
from schema.errors import ArchiveError
from schema.settings import Settings
from site_builder.data import Audience
from site_builder.publishing import publish, site_folder
from zuozheng import conveyor
from zuozheng.cli import progress, tell
from zuozheng.demo.district import write_inbox, write_units

_SETTINGS = Settings(
    title="示例区迎评材料档案", district="示例区", settle_seconds=0.2, patience_seconds=1.0, audience="inspector"
)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("示例档案"))
@click.pass_obj
def demo(console: Console, folder: Path) -> None:
    """Build a fictitious district in FOLDER: files, archive, search and site. Prints where the site begins."""
    home = Home(folder.absolute())
    if home.exists() or (home.root.is_dir() and any(home.root.iterdir())):
        raise ArchiveError("demo.there", folder=folder)
    click.echo(console.say("demo.writing"), err=True)
    home.root.mkdir(parents=True, exist_ok=True)
    write_units(home.register_file)
    today = date.today()
    init(home, replace(_SETTINGS, due=today + timedelta(days=21), assessment=today + timedelta(days=60)), None)
    files = write_inbox(home.root / _SETTINGS.inboxes[0])
    with conveyor.running(home) as stages:
        with progress(console.say("ingest.taking"), lambda: 2 * files) as advance:
            tally = conveyor.one_pass(stages, conveyor.all_inboxes(stages.archive, lambda _sentence: None), advance)
        tell(console, tally)
        click.echo(console.say("demo.publishing"), err=True)
        publish(stages.archive, stages.store, Audience.INSPECTOR)
        page = site_folder(stages.archive, Audience.INSPECTOR) / "index.html"
    click.echo(console.say("demo.done", folder=folder))
    click.echo(str(page))
