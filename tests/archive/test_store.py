"""The journal: every step may be the last, and every step may be repeated."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import store
from archive.home import Home
from archive.intake import Tally, take_in
from archive.opening import Archive, writing_archive
from archive.scan import walk
from archive.store import recover, sweep

DROPS = {"清溪小学/义教 C12 班额/班额.txt": b"one", "清溪小学/C1、C2 师资.txt": b"two", "桃源幼儿园/收费公示.txt": b"three"}


class Crash(BaseException):
    """The power went off."""


def state_of(home: Home) -> dict[str, bytes]:
    return {
        path.relative_to(home.tree).as_posix(): path.read_bytes()
        for path in sorted(home.tree.rglob("*"))
        if path.is_file() and path.suffix != ".json" and ".staging" not in path.parts
    }


@pytest.mark.parametrize("step", range(60))
def test_a_crash_at_any_step_loses_and_doubles_nothing(
    home: Home, drop: Callable[[str, bytes], Path], monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Fail the n-th change of the file system during a pass that files, replaces and adds; then run again and compare."""
    for path, data in DROPS.items():
        drop(path, data)
    with writing_archive(home) as archive:
        take_in(archive, lambda intake: intake.step(walk(home.root / "收件箱", home.root)))
    drop("清溪小学/义教 C12 班额/班额.txt", b"one, second version")
    drop("清溪小学/义教 C7 多媒体/收费公示.txt", b"three")
    drop("桃源幼儿园/学前 C15 收费/公示.txt", b"three")

    calls = 0

    def failing(real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            nonlocal calls
            calls += 1
            if calls > step:
                raise Crash
            return real(*args, **kwargs)

        return call

    with monkeypatch.context() as patched:
        steps = [(Path, name) for name in ("unlink", "replace", "write_text", "write_bytes")]
        steps += [(store, name) for name in ("publish", "flush", "_create", "_write_all")]
        for owner, name in steps:
            patched.setattr(owner, name, failing(getattr(owner, name)))
        try:
            with writing_archive(home) as archive:
                take_in(archive, lambda intake: intake.step(walk(home.root / "收件箱", home.root)))
        except Crash:
            pass
    with writing_archive(home) as archive:
        take_in(archive, lambda intake: intake.step(walk(home.root / "收件箱", home.root)))
        documents = list(archive.catalogue.documents())
        contents = sorted((document.unit, document.version, (home.tree / document.path).read_bytes()) for document in documents)
        assert contents == [
            ("u01", 1, b"one"),
            ("u01", 1, b"three"),
            ("u01", 1, b"two"),
            ("u01", 2, b"one, second version"),
            ("u02", 1, b"three"),
        ]
        stored = {document.path for document in documents}
        assert {path for path in state_of(home) if "_体系" not in path and not path.startswith(("0=", "使用说明"))} - {
            path for path in state_of(home) if path.endswith("_另见.html")
        } == stored
        assert not list(home.staging.iterdir())


def test_recovery_may_run_twice(
    home: Home, archive: Archive, drop: Callable[[str, bytes], Path], ingest: Callable[[], Tally]
) -> None:
    drop("清溪小学/义教 C12 班额/班额.txt", b"one")
    ingest()
    drop("清溪小学/义教 C12 班额/班额.txt", b"two")
    before = state_of(home)
    kept = home.root / "kept"

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("archive.intake.retire", lambda entries: shutil.copytree(home.staging, kept))
        ingest()
    after = state_of(home)
    assert after != before
    assert list(kept.glob("*.plan"))
    recover(home.tree)
    recover(home.tree)
    assert state_of(home) == after
    sweep(home.staging)
    assert not list(home.staging.iterdir())


def test_an_entry_cut_off_while_written_is_no_entry(home: Home, archive: Archive, drop: Callable[[str, bytes], Path]) -> None:
    before = state_of(home)
    whole = store.journal((), home.staging).read_bytes()
    (home.staging / "cut.plan").write_bytes(whole + b"[[")
    assert recover(home.tree) == ()
    assert state_of(home) == before


def test_an_entry_whose_copy_did_not_reach_the_disk_is_dropped(
    home: Home, archive: Archive, drop: Callable[[str, bytes], Path], ingest: Callable[[], Tally]
) -> None:
    """The power failed while the journal was flushed: the entry is whole, the copy it names is not."""
    drop("清溪小学/义教 C12 班额/班额.txt", b"all of it")
    kept = home.root / "kept"

    def crash(*_: object) -> None:
        shutil.copytree(home.staging, kept)
        raise Crash

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("archive.intake.carry_out", crash)
        with pytest.raises(Crash):
            ingest()
    before = state_of(home)
    (copy,) = (path for path in home.staging.iterdir() if path.suffix == ".data")
    copy.write_bytes(b"all")
    assert recover(home.tree) == ()
    copy.unlink()
    assert recover(home.tree) == ()
    assert state_of(home) == before
    shutil.copy(kept / copy.name, copy)
    assert len(recover(home.tree)) == 1
