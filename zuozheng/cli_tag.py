"""The command tag: what tags files would get (nothing stored), and a person's word on the tags of stored documents."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from archive.cli import as_json, document_record
from archive.home import find_home
from archive.lock import Holder
from archive.opening import reading_archive
from archive.ruling import Words, ruling_of_words
from indexer.cli import tag as dry_run
from schema.console import Console, json_line, on_one_line
from schema.errors import ArchiveError
from schema.rulings import Verb
from zuozheng.deciding import decide


class _Tag(click.Group):
    """A group whose unnamed command is the dry run: `tag PATH…` beside `tag set ID POINT…`. A file named set is ./set."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*map(str, Verb), *ctx.help_option_names):
            args = [dry_run.name or "", *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [row for option in (*dry_run.params, *self.get_params(ctx)) if (row := option.get_help_record(ctx)) is not None]
        with formatter.section("Options"):
            formatter.write_dl(rows)
        self.format_commands(ctx, formatter)


@click.group(cls=_Tag, subcommand_metavar="PATH… | set ID POINT… | accept ID [POINT…] | reject ID POINT…")
def tag() -> None:
    """Show the tags files would get, and why: nothing is stored, and paths that do not exist are judged by their names alone.

    Or say what points a stored document is evidence for; a person's word outranks folder, name and content, for good.
    """


dry_run.hidden = True
tag.add_command(dry_run)

_ID = click.argument("document", metavar="ID")
_BY = click.option("--by", required=True, help="Who says so.")
_ITEM = click.option("--item", "items", multiple=True, help="Which item it answers (number or title); one a point.")
_PERIOD = click.option("--period", default="", help="The time it covers, as titles have it.")


@tag.command("set")
@_ID
@click.argument("points", metavar="POINT…", nargs=-1, required=True)
@_BY
@click.option("--why", required=True, help="For what reason.")
@_ITEM
@_PERIOD
@as_json
@click.pass_obj
def set_points(  # noqa: PLR0913 - one parameter an option
    console: Console,
    document: str,
    points: tuple[str, ...],
    *,
    by: str,
    why: str,
    items: tuple[str, ...],
    period: str,
    as_json: bool,
) -> None:
    """Say that document ID is evidence for these points (framework/C12) and no others; the first tells where it is filed."""
    _say(console, Verb.SET, Words(document, points, by, why, items, period), as_json=as_json)


@tag.command("accept")
@_ID
@click.argument("points", metavar="[POINT…]", nargs=-1)
@_BY
@click.option("--why", default="", help="For what reason.")
@_ITEM
@_PERIOD
@as_json
@click.pass_obj
def accept_points(  # noqa: PLR0913 - one parameter an option
    console: Console,
    document: str,
    points: tuple[str, ...],
    *,
    by: str,
    why: str,
    items: tuple[str, ...],
    period: str,
    as_json: bool,
) -> None:
    """Say that what is proposed for document ID is right: these points, or the only one proposed. What it has, it keeps."""
    _say(console, Verb.ACCEPT, Words(document, points, by, why, items, period), as_json=as_json)


@tag.command("reject")
@_ID
@click.argument("points", metavar="POINT…", nargs=-1, required=True)
@_BY
@click.option("--why", required=True, help="For what reason.")
@as_json
@click.pass_obj
def reject_points(console: Console, document: str, points: tuple[str, ...], by: str, why: str, as_json: bool) -> None:
    """Say that document ID is no evidence for these points; they are never proposed for it again."""
    _say(console, Verb.REJECT, Words(document, points, by, why), as_json=as_json)


def _say(console: Console, verb: Verb, said: Words, *, as_json: bool) -> None:
    home = find_home(console.home_path, Path.cwd())
    at = datetime.now(UTC).isoformat(timespec="seconds")
    with reading_archive(home) as archive:
        ruling = ruling_of_words(archive, verb, said, at)
    done = decide(home, [(ruling, "")], lambda sentence: click.echo(console.text(sentence), err=True))
    if isinstance(done, Holder):
        told = console.say("tag.handed-over", pid=done.pid, host=done.host)
        click.echo(json_line({"handed_over": True}) if as_json else told)
        return
    (outcome,) = done
    if outcome.fault is not None:
        raise ArchiveError(outcome.fault.code, **dict(outcome.fault.params))
    with reading_archive(home) as archive:
        now = archive.catalogue.document(said.document)
        if now is None:
            raise ArchiveError("review.no-document", id=said.document)
    if as_json:
        click.echo(json_line(document_record(now, console)))
        return
    listed = "、".join(str(point) for point in dict.fromkeys(now.points)) or console.say("tag.no-points")
    line = console.say("tag.done", name=now.name, points=listed, path=now.path) if outcome.done else console.say("tag.unchanged")
    click.echo(on_one_line(line))
