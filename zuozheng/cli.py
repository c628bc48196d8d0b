"""Commands that run the whole conveyor: ingest, watch, rebuild."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from archive.cli import as_json, ledger_sums
from archive.home import find_home
from archive.intake import Tally
from archive.opening import Archive
from archive.trouble import Passing
from indexer.scans import still_waiting
from indexer.update import Stages
from schema.console import Console, json_line, on_one_line
from schema.errors import ArchiveError
from schema.messages import Message
from schema.model import Unit
from schema.units import fold_name
from site_builder.data import Audience
from site_builder.publishing import publish, site_folder
from zuozheng import conveyor
from zuozheng.scanning import recognise_all


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--unit", help="Whose the PATHS are (id, name or alias).")
@click.option("--accept-gone", is_flag=True, help="You have looked: the many files missing from an inbox were taken away.")
@click.option("--ocr", "recognise", is_flag=True, help="Then recognise all scans, too, however long it takes (or: zuozheng ocr).")
@as_json
@click.pass_obj
def ingest(
    console: Console, paths: tuple[Path, ...], unit: str | None, accept_gone: bool, recognise: bool, as_json: bool
) -> None:
    """Take in everything in the inboxes (or PATHS), then read, tag and index it."""
    with conveyor.running(find_home(console.home_path, Path.cwd())) as stages:
        archive = stages.archive
        if paths:
            first_look = conveyor.named_paths(archive, paths, _unit(archive, unit))
        else:
            first_look = conveyor.all_inboxes(archive, _teller(console), accept_gone=accept_gone)
        with progress(console.say("ingest.taking"), lambda: 2 * (len(paths) or conveyor.count_files(archive))) as advance:
            tally = conveyor.one_pass(stages, first_look, advance, _teller(console))
        if recognise:
            recognise_all(stages, lambda _name: None)
        if as_json:
            click.echo(json_line({"seen": tally.seen} | asdict(tally)))
        else:
            tell(console, tally)
            tell_sums(console, archive)
            if (scans := still_waiting(stages.store, archive.catalogue)) is not None:
                click.echo(console.text(scans))


@click.command()
@click.option("--once-settled", is_flag=True, help="End once everything that lies there is in.")
@click.pass_obj
def watch(console: Console, once_settled: bool) -> None:
    """Take in whatever is dropped, as it comes, and keep search and site up to date. Ends with Ctrl+C."""
    stop = threading.Event()
    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), lambda *_: stop.set())
    with conveyor.running(find_home(console.home_path, Path.cwd())) as stages:
        audience = Audience(stages.archive.district.settings.audience)
        click.echo(console.say("watch.ready", site=site_folder(stages.archive, audience) / "index.html"), err=True)
        passes = conveyor.keep_watching(
            stages, stop, _teller(console), _publisher(stages, audience, console), once_settled=once_settled
        )
        for tally in passes:
            tell(console, tally)
            tell_sums(console, stages.archive)


@click.command()
@as_json
@click.pass_obj
def rebuild(console: Console, as_json: bool) -> None:
    """Make catalogue, texts and index again from the archive tree alone."""
    home = find_home(console.home_path, Path.cwd())
    with progress(console.say("rebuild.reading"), lambda: sum(1 for _ in home.tree.rglob("_meta/*.json"))) as advance:
        rebuilt = conveyor.rebuild(home, advance, _teller(console))
    findings = [console.text(finding.detail) for finding in rebuilt.findings]
    if as_json:
        click.echo(json_line({"documents": rebuilt.documents, "findings": findings}))
        return
    click.echo(console.say("rebuild.done", documents=rebuilt.documents, findings=len(findings)))
    for sentence in findings:
        click.echo(on_one_line(sentence))


def tell(console: Console, tally: Tally) -> None:
    """Say what a pass found."""
    click.echo(console.say("ingest.done", seen=tally.seen, **asdict(tally)))


def tell_sums(console: Console, archive: Archive) -> None:
    """Say what became of every path ever seen."""
    click.echo(ledger_sums(console, archive.catalogue.outcomes()))


def _teller(console: Console) -> Callable[[Message], None]:
    return lambda sentence: click.echo(console.text(sentence), err=True)


def _publisher(stages: Stages, audience: Audience, console: Console) -> Callable[[Archive], None]:
    def bring_up_to_date(archive: Archive) -> None:
        try:
            publish(archive, stages.store, audience)
        except Passing as error:
            said = console.text(error.message) if isinstance(error, ArchiveError) else error
            raise ArchiveError("watch.site", error=said) from error

    return bring_up_to_date


def _unit(archive: Archive, name: str | None) -> Unit | None:
    if name is None:
        return None
    found = archive.district.unit_by_name.get(fold_name(name))
    if found is None:
        raise ArchiveError("ingest.no-unit", unit=name)
    return found


@contextmanager
def progress(label: str, length: Callable[[], int]) -> Iterator[Callable[[str], None]]:
    """Show a bar on a terminal (stderr), nothing elsewhere; yield what advances it by one. `length` is asked only for a bar."""
    if not sys.stderr.isatty():
        yield lambda _name: None
        return
    with click.progressbar(iterable=(), length=length(), label=label, file=sys.stderr, item_show_func=_shortened) as bar:
        yield lambda name: bar.update(1, name)


def _shortened(name: str | None) -> str:
    return on_one_line((name or "")[-30:])
