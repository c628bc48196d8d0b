"""The conveyor: what is dropped is filed, read, tagged, indexed and published, in one straight line of resumable stages."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.handover import take_handed_over
from archive.home import Home, inboxes
from archive.intake import Intake, Tally, take_in
from archive.opening import Archive, writing_archive
from archive.pointers import refresh_pointers
from archive.rebuild import Rebuilt, rebuild_catalogue
from archive.reconcile import Tell, scan_inboxes
from archive.scan import walk
from archive.shares import ShareBoard, read_shares
from archive.sheet_inbox import SheetInbox
from archive.todo import Todos
from archive.watch import watch
from indexer.scans import recogniser
from indexer.update import Stages, catch_up, opened
from schema.messages import Message
from schema.model import Unit
from site_builder.receipts import Receipts
from zuozheng.dropped import dropped
from zuozheng.later import Changing, Later
from zuozheng.scanning import SELDOM, Aside

Progress = Callable[[str], None]


def no_progress(_name: str) -> None:
    """Show nothing."""


@contextmanager
def running(home: Home) -> Iterator[Stages]:
    """Hold the archive for writing, with all stages open."""
    with writing_archive(home) as archive, opened(archive) as stages:
        yield stages


def untold(_sentence: Message) -> None:
    """Tell nobody."""


def one_pass(
    stages: Stages, first_look: Callable[[Intake], Tally], progress: Progress = no_progress, tell: Tell = untold
) -> Tally:
    """Take in what `first_look` shows an intake (all inboxes, or some paths), then read, tag and index it, and write receipts."""
    tally = take_in(stages.archive, first_look, progress)
    take_handed_over(stages.archive, tell)
    SheetInbox(stages.archive).take()
    follow_up(stages, progress, tell)
    return tally


def follow_up(stages: Stages, progress: Progress = no_progress, tell: Tell = untold) -> None:
    """Bring everything that follows from the documents up to date, but the sites: pointers, texts, index, receipts."""
    catch_up(stages, progress)
    refresh_pointers(stages.archive)
    todos = Todos(stages.archive, tell)
    todos.write()
    Receipts(stages.archive, tell, todos).write()


def all_inboxes(archive: Archive, tell: Tell, *, accept_gone: bool = False) -> Callable[[Intake], Tally]:
    """Return the first look of a full pass."""
    board = ShareBoard(archive.home, archive.district.settings)
    return lambda intake: scan_inboxes(archive, intake, board, tell, accept_gone=accept_gone)


def named_paths(archive: Archive, paths: tuple[Path, ...], unit: Unit | None) -> Callable[[Intake], Tally]:
    """Return the first look of a pass over `paths`, as `unit`'s."""
    return lambda intake: intake.step(dropped(archive, paths, unit))


def count_files(archive: Archive) -> int:
    """Return how many files lie in all inboxes, for a progress bar."""
    return sum(1 for inbox in inboxes(archive.home, archive.district.settings) for _ in walk(inbox, archive.home.root))


def keep_watching(
    stages: Stages,
    stop: threading.Event,
    tell: Tell,
    publish: Callable[[Archive], None],
    *,
    once_settled: bool = False,
) -> Iterator[Tally]:
    """Yield after everything that came in and has become searchable and published, until `stop` is set.

    Receipts are written after every look, so that a school sees at once what waits, and again when all has been read.
    """
    archive = stages.archive
    todos, sheets = Todos(archive, tell), SheetInbox(archive)
    receipts = Receipts(archive, tell, todos)
    said: list[int] = []
    words = Later(lambda: said.append(take_handed_over(archive, tell) + sheets.keep_up()), tell)
    later = Later(lambda: (catch_up(stages), refresh_pointers(archive)), tell, patient=not once_settled)
    later.run()
    todos.keep_up()
    # A site that cannot be written (a page open in another program, a full disk) is told once and never stops intake.
    site = Later(lambda: publish(archive), tell)
    site.run()
    shares = Changing(lambda: read_shares(archive.home))
    with recogniser(stages, delay=SELDOM) as scans:
        aside = Aside(scans, tell, lambda _archive: site.run())

        def looked() -> None:
            if words.run() and said.pop():
                later.run()
                todos.keep_up()
                site.run()
            elif later.again() | shares.changed():
                site.run()
            site.again()
            receipts.keep_up()
            if not once_settled:
                aside.go_on()

        for tally in watch(archive, stop, tell, once_settled=once_settled, looked=looked):
            later.run()
            todos.keep_up()
            receipts.keep_up()
            site.run()
            yield tally
        todos.write()
        receipts.write()


def rebuild(home: Home, progress: Progress = no_progress, tell: Tell = untold) -> Rebuilt:
    """Make catalogue, texts and index again from the tree alone. The former ones are only dropped once the tree is locked."""
    with writing_archive(home) as archive:
        rebuilt = rebuild_catalogue(archive)
        for folder in (home.state / "index",):
            shutil.rmtree(folder, ignore_errors=True)
    with running(home) as stages:
        follow_up(stages, progress, tell)
    return rebuilt
