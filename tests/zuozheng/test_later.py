"""A stage that fails does not stop the watch, and catches up by itself; a fault of the program is no passing trouble."""

from __future__ import annotations

import sqlite3
import time

import pytest

from schema.errors import ArchiveError
from schema.messages import Message
from zuozheng.later import Changing, Later


def test_it_is_tried_again_when_due(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Message] = []
    results: list[Exception | None] = [
        ArchiveError("texts.write", path="p", error="full"),
        sqlite3.OperationalError("disk is full"),
        None,
        ValueError("a fault"),
    ]
    runs = 0

    def work() -> None:
        nonlocal runs
        runs += 1
        outcome = results.pop(0)
        if outcome is not None:
            raise outcome

    monkeypatch.setattr("archive.trouble._SHORTEST", 0.001)
    later = Later(work, told.append)
    assert not later.again()
    assert runs == 0, "nothing was missed yet"
    assert not later.run()
    end = time.monotonic() + 10
    while runs < 3 and time.monotonic() < end:
        later.again()
    assert not later.again()
    assert runs == 3
    assert [sentence.code for sentence in told] == ["texts.write", "watch.trouble"]
    results.insert(0, ArchiveError("texts.write", path="p", error="full"))
    with pytest.raises(ArchiveError):
        Later(work, told.append, patient=False).run()
    with pytest.raises(ValueError, match="a fault"):
        later.run()


def test_a_change_is_seen_once() -> None:
    values = iter(["there", "there", "away", "away", "there"])
    share = Changing(lambda: next(values))
    assert [share.changed() for _ in range(4)] == [False, True, False, True]
