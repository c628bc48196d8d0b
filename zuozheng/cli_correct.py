"""The command correct: a person's word on an element of a paper, which no reading takes back; search follows at once."""

from __future__ import annotations

from pathlib import Path

import click

from archive.correct import correct as keep
from archive.home import find_home
from indexer.update import catch_up
from schema.console import Console, on_one_line
from zuozheng import conveyor


@click.command()
@click.argument("document_id", metavar="ID")
@click.option("--title", help="The title.")
@click.option("--kind", help="The kind of paper (通知, 函, …).")
@click.option("--number", help="The document number.")
@click.option("--issuer", multiple=True, help="The issuing agency; several by giving this option several times.")
@click.option("--date", help="The date, as 2024-03-05.")
@click.option("--recipients", help="To whom it is addressed.")
@click.option("--attachment", "attachments", multiple=True, help="The title of an attachment; several times for several.")
@click.option("--secrecy", help="The classification.")
@click.option("--by", required=True, help="Who says so.")
@click.option("--why", required=True, help="From what it is known.")
@click.pass_obj
def correct(console: Console, /, document_id: str, by: str, why: str, **said: str | tuple[str, ...] | None) -> None:
    """Say what elements of document ID are; "" says that it has none. Readings and rebuilds keep to it from then on."""
    given = {name: (values,) if isinstance(values, str) else values for name, values in said.items() if values not in (None, ())}
    with conveyor.running(find_home(console.home_path, Path.cwd())) as stages:
        document = keep(stages.archive, document_id, {name: tuple(values or ()) for name, values in given.items()}, by, why)
        catch_up(stages)
    names = "、".join(console.say(f"element.{name}") for name in given)
    click.echo(on_one_line(console.say("correct.done", name=document.name, elements=names)))
