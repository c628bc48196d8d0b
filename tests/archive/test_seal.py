"""The seal: what it remembers, when it stands, and what closing costs."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.home import Home
from archive.intake import Tally, take_in
from archive.opening import reading_archive, writing_archive
from archive.scan import walk
from archive.seal import Mark, hold_to, read_seal, seal, unseal
from archive.setup import init
from schema.settings import Settings

Drop = Callable[[str, bytes], Path]
CATALOGUE = ".zuozheng/catalogue.sqlite"


def fill(home: Home) -> Tally:
    with writing_archive(home) as archive:
        return take_in(archive, lambda intake: intake.step(walk(home.root / "收件箱", home.root)))


def marks(home: Home) -> dict[str, Mark]:
    found = read_seal(home)
    assert found is not None
    assert found.standing
    return dict(found.marks)


def test_a_writer_that_closes_leaves_a_seal_of_everything_that_is_no_document(home: Home, drop: Drop) -> None:
    drop("清溪小学/义教 C12 班额/班额.txt", b"one")
    fill(home)
    sealed = marks(home)
    assert {CATALOGUE, "档案/0=zuozheng-archive_1", "档案/使用说明.txt", "档案/_体系/units.csv"} <= sealed.keys()
    assert not any("班额" in path or "lock" in path.lower() or "writer" in path for path in sealed)


def test_the_seal_is_broken_while_a_writer_is_open_and_after_an_error(home: Home) -> None:
    fill(home)

    def fail() -> None:
        with writing_archive(home):
            assert not (home.state / "seal.json").exists()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    broken = read_seal(home)
    assert broken is not None
    assert not broken.standing
    fill(home)
    assert marks(home)
    assert not (home.state / "seal.broken.json").exists()


def test_readers_leave_the_seal_and_what_it_covers_alone(home: Home, drop: Drop) -> None:
    drop("清溪小学/义教 C12 班额/班额.txt", b"one")
    fill(home)
    before = {path: (home.root / path).read_bytes() for path in marks(home)}
    with reading_archive(home) as archive:
        assert len(list(archive.catalogue.documents())) == 1
    assert before == {path: (home.root / path).read_bytes() for path in marks(home)}


def test_a_database_that_a_reader_still_holds_is_left_out(home: Home, drop: Drop) -> None:
    fill(home)
    with reading_archive(home) as reader:
        rows = reader.catalogue.documents()
        with reader.catalogue.transaction():
            pass
        reader.catalogue._db.execute("BEGIN")  # a reader in the middle of reading
        next(rows, None)
        drop("清溪小学/义教 C12 班额/班额.txt", b"one")
        fill(home)
        assert CATALOGUE not in marks(home)
    fill(home)
    assert CATALOGUE in marks(home)


def test_digests_of_untouched_files_are_carried_over(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(home)
    hashed: list[str] = []
    real = seal.__globals__["Hasher"].sha256
    monkeypatch.setattr("archive.seal.Hasher.sha256", lambda self, path: hashed.append(path.name) or real(self, path))
    fill(home)
    assert hashed == []
    unseal(home)
    file = home.heritage / "units.csv"
    file.write_bytes(file.read_bytes() + b"\n")
    seal(home)
    assert hashed == ["units.csv"]


def test_a_flip_in_a_file_that_looks_untouched_is_not_sealed_as_right(home: Home) -> None:
    """A disk that goes bad changes no times: the digest of before is kept, so that verify finds the flip."""
    fill(home)
    before = marks(home)
    file = home.tree / "使用说明.txt"
    state, data = file.stat(), bytearray(file.read_bytes())
    data[40] ^= 4
    with file.open("rb+") as handle:
        handle.write(data)
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    unseal(home)
    seal(home)
    assert marks(home)["档案/使用说明.txt"] == before["档案/使用说明.txt"]


def test_damage_that_could_not_be_repaired_stays_remembered(home: Home) -> None:
    fill(home)
    right = marks(home)["档案/0=zuozheng-archive_1"].sha256
    (home.tree / "0=zuozheng-archive_1").write_bytes(b"something else\nid 0\n")
    unseal(home)
    hold_to(home, ["档案/0=zuozheng-archive_1", "档案/no such file"])
    seal(home)
    assert marks(home)["档案/0=zuozheng-archive_1"].sha256 == right


@pytest.mark.parametrize("damage", ["flip", "cut", "zero", "spare blank"])
def test_a_damaged_seal_is_not_believed(home: Home, damage: str) -> None:
    fill(home)
    file = home.state / "seal.json"
    data = file.read_bytes()
    middle = len(data) // 2
    file.write_bytes(
        {
            "flip": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
            "cut": data[:middle],
            "zero": bytes(len(data)),
            "spare blank": data.replace(b": ", b":  ", 1),
        }[damage]
    )
    with pytest.raises(ValueError, match="seal is damaged"):
        read_seal(home)
    fill(home)  # and a writer makes a new one
    assert marks(home)


def test_names_that_are_no_text_can_be_sealed(home: Home) -> None:
    fill(home)
    odd = Path(os.fsdecode(os.fsencode(home.heritage) + b"/\xb0\xe0.toml"))
    odd.write_bytes(b"kept by somebody")
    fill(home)
    assert any(path.endswith(".toml") and "\udcb0" in path for path in marks(home))
    json.loads((home.state / "seal.json").read_bytes().decode("utf-8", "replace"))


def test_completing_a_home_breaks_the_seal_first(home: Home) -> None:
    fill(home)
    init(home, Settings(), None)
    broken = read_seal(home)
    assert broken is not None
    assert not broken.standing
