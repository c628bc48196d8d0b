"""Persons' rulings on documents' points, carried out at once, or by whoever holds the archive; search and receipts follow."""

from __future__ import annotations

from collections.abc import Iterable

from archive.handover import hand_over, take_handed_over
from archive.home import Home
from archive.lock import Holder, last_holder
from archive.reconcile import Tell
from archive.ruling import Ruled, rule
from schema.errors import ArchiveBusyError
from schema.rulings import Ruling
from zuozheng import conveyor


def decide(home: Home, rulings: Iterable[tuple[Ruling, str]], tell: Tell) -> tuple[Ruled, ...] | Holder:
    """Carry out rulings, each with the mark of the document its author saw (""), and bring all that follows up to date.

    What was handed over before goes first. Where another process holds the archive they are handed to it, and it is returned.
    Raises ArchiveError, OSError.
    """
    rulings = tuple(rulings)
    try:
        with conveyor.running(home) as stages:
            take_handed_over(stages.archive, tell)
            done = tuple(rule(stages.archive, rulings))
            conveyor.follow_up(stages, tell=tell)
        return done
    except ArchiveBusyError:
        hand_over(home, rulings)
        return last_holder(home.state) or Holder("?", "?", "?")
