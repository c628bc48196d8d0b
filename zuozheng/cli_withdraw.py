"""The command withdraw: a person takes a document out of the evidence, or brings it back; search and receipts follow at once."""

from __future__ import annotations

from pathlib import Path

import click

from archive.home import find_home
from archive.withdraw import bring_back
from archive.withdraw import withdraw as take_out
from schema.console import Console, on_one_line
from zuozheng import conveyor


@click.command()
@click.argument("document_id", metavar="ID")
@click.option("--by", required=True, help="Who decides this.")
@click.option("--why", required=True, help="For what reason.")
@click.option("--undo", is_flag=True, help="Bring a withdrawn document back.")
@click.pass_obj
def withdraw(console: Console, document_id: str, by: str, why: str, undo: bool) -> None:
    """Take document ID, and its older versions, out of the evidence. Nothing is deleted; the files go to 档案/_撤回."""
    with conveyor.running(find_home(console.home_path, Path.cwd())) as stages:
        done = (bring_back if undo else take_out)(stages.archive, document_id, by, why)
        conveyor.follow_up(stages, tell=lambda sentence: click.echo(console.text(sentence), err=True))
    newest = done[0]
    code = "withdraw.back" if undo else "withdraw.done"
    click.echo(on_one_line(console.say(code, name=newest.name, count=len(done), path=newest.path)))
