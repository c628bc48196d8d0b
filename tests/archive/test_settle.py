from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.settle import Look, Rest, closed, companions, settled, watched

looks = st.builds(Look, st.integers(0, 3), st.integers(0, 2), st.integers(0, 2), st.integers(1, 2))


@given(st.lists(st.tuples(looks, st.integers(1, 5)), min_size=1, max_size=12), st.integers(1, 9))
def test_a_file_settles_only_after_a_whole_pause_of_equal_looks(steps: list[tuple[Look, int]], pause: int) -> None:
    now, rest, history = 0, None, []
    for look, wait in steps:
        now += wait
        rest = watched(rest, look, now)
        history.append((now, look))
        if settled(rest, now, closed=True, locked=False, pause=pause, patience=10 * pause):
            recent = [seen for at, seen in history if at >= now - pause]
            assert set(recent) == {look}
            assert any(at <= now - pause and seen == look for at, seen in history)


@given(looks, st.floats(0, 100), st.booleans(), st.booleans())
def test_waiting_longer_never_unsettles(look: Look, waited: float, whole: bool, locked: bool) -> None:
    rest = Rest(look, 0.0)
    early = settled(rest, waited, closed=whole, locked=locked, pause=1.0, patience=10.0)
    late = settled(rest, waited + 5, closed=whole, locked=locked, pause=1.0, patience=10.0)
    assert late or not early


def test_an_unfinished_file_waits_for_patience() -> None:
    rest = Rest(Look(100, 1, 1, 1), 0.0)
    assert not settled(rest, 2.0, closed=False, locked=False, pause=1.0, patience=10.0)
    assert settled(rest, 10.0, closed=False, locked=False, pause=1.0, patience=10.0)
    assert not settled(rest, 9.0, closed=True, locked=True, pause=1.0, patience=10.0)
    assert settled(rest, 10.0, closed=True, locked=True, pause=1.0, patience=10.0), "a lock file may outlive its program"


def test_formats_close_themselves() -> None:
    assert closed("a.pdf", b"%PDF-1.4 ...", b"... %%EOF\n")
    assert not closed("a.pdf", b"%PDF-1.4 ...", b"... endobj")
    assert closed("a.docx", b"PK\x03\x04...", b"...PK\x05\x06....")
    assert not closed("a.docx", b"PK\x03\x04...", b"half of it")
    assert not closed("a.docx", b"\0" * 4096, b"\0" * 4096), "a pre-allocated copy is all zeroes"
    assert closed("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\0\1" * 2048), "an encrypted docx is no zip"
    assert closed("a.txt", b"words", b"words")


def test_lock_companions_of_office_programs() -> None:
    assert {"~$教师名册.docx", "~$名册.docx", ".~lock.教师名册.docx#"} <= set(companions("教师名册.docx"))
