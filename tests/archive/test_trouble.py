"""Trouble is told once, tried ever more slowly, and over when a try goes well."""

from __future__ import annotations

from archive.trouble import LONGEST, Trouble
from schema.errors import ArchiveError


def test_one_line_and_longer_and_longer_pauses() -> None:
    told: list[str] = []
    now = 0.0
    trouble = Trouble(lambda sentence: told.append(sentence.code), clock=lambda: now)
    assert not trouble.is_due
    pauses = []
    for _ in range(9):
        trouble.met(OSError(28, "No space left on device"))
        pauses.append(trouble.pause)
        assert not trouble.is_due
        now += trouble.pause
        assert trouble.is_due
    assert pauses == [1, 2, 4, 8, 16, 32, LONGEST, LONGEST, LONGEST]
    assert told == ["watch.trouble"]
    trouble.met(ArchiveError("intake.storage", path="p", error="e"))
    trouble.met(OSError(28, "No space left on device"))
    assert told == ["watch.trouble", "intake.storage"], "two kinds that take turns are told once each"
    trouble.is_over()
    assert (trouble.pause, trouble.is_due) == (0.0, False)
    trouble.met(ArchiveError("intake.storage", path="p", error="e"))
    assert told == ["watch.trouble", "intake.storage", "intake.storage"], "a trouble that comes back is told again"
