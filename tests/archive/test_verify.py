"""Verification: every kind of damage is found and named by its path, and nothing else is."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive import catalogue
from archive.fixity import Checker
from archive.hashing import Hasher
from archive.home import Home
from archive.intake import Tally, take_in
from archive.judgements import judge
from archive.opening import reading_archive, writing_archive
from archive.places import places
from archive.pointers import refresh_pointers
from archive.scan import walk
from archive.sidecar import load
from archive.store import carry_out
from archive.verify import Verification
from schema.model import PointRef
from schema.reviews import Waiver
from tests.reliability.home import make_home

CLASS = "清溪小学/义教 C12 班额/班额.txt"
STAFF = "清溪小学/C1、C2 师资.txt"
FEES = "桃源幼儿园/学前 C15 收费/公示.txt"


def ingest(home: Home) -> Tally:
    with writing_archive(home) as archive:
        return take_in(archive, lambda intake: intake.step(walk(home.root / "收件箱", home.root)))


def found(home: Home, **options: object) -> set[tuple[str, str]]:
    """Verify; return code and path of each finding, every sentence made once so that none lacks a parameter."""
    findings = list(Verification(home, **options))  # type: ignore[arg-type]
    assert all(finding.detail.text("zh") and finding.detail.text("en") for finding in findings)
    return {(finding.code, finding.subject) for finding in findings}


def stored(home: Home, data: bytes) -> Path:
    return next(path for path in sorted(home.tree.rglob("*.txt")) if path.is_file() and path.read_bytes() == data)


def beside(path: Path) -> Path:
    return path.parent / "_meta" / f"{path.name}.json"


def name(home: Home, path: Path) -> str:
    return path.relative_to(home.root).as_posix()


def flip(path: Path, at: int, bit: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)


def drop(home: Home, path: str, data: bytes) -> None:
    target = home.root / "收件箱" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = make_home(tmp_path_factory.mktemp("filled") / "档案馆")
    for path, data in ((CLASS, b"one"), (STAFF, b"staff of two points"), (FEES, b"fees")):
        drop(home, path, data)
    ingest(home)
    drop(home, CLASS, b"one, second version")
    ingest(home)
    return home


@pytest.fixture
def kept(filled: Home, tmp_path: Path) -> Home:
    shutil.copytree(filled.root, tmp_path / "档案馆", symlinks=True)
    return Home(tmp_path / "档案馆")


@pytest.fixture
def unsealed(kept: Home) -> Home:
    (kept.state / "seal.json").unlink()
    return kept


def test_an_archive_as_it_was_left_has_no_findings(kept: Home) -> None:
    run = Verification(kept)
    assert list(run) == []
    assert run.counts.documents == 4
    assert run.counts.bytes == sum(map(len, (b"one", b"staff of two points", b"fees", b"one, second version")))


def test_touched_times_are_no_alarm(kept: Home) -> None:
    for path in kept.root.rglob("*"):
        os.utime(path, (0, 981_000_000), follow_symlinks=False)
    assert found(kept) == set()


def test_verification_changes_nothing_but_its_own_note(kept: Home) -> None:
    def everything() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in kept.root.rglob("*") if path.is_file() and path.name != "verify.json"}

    before = everything()
    found(kept)
    assert everything() == before


@pytest.mark.parametrize("seal", [True, False])
@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda path: flip(path, 1), "bytes-damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "bytes-size"),
        (lambda path: path.write_bytes(bytes(path.stat().st_size)), "bytes-damaged"),
        (lambda path: path.unlink(), "bytes-missing"),
        (lambda path: (path.unlink(), path.symlink_to("公示.txt"), None)[-1], "bytes-missing"),
        (lambda path: flip(beside(path), 40), "sidecar-damaged"),
        (lambda path: beside(path).write_bytes(beside(path).read_bytes()[:-9]), "sidecar-damaged"),
        (lambda path: beside(path).write_bytes(b""), "sidecar-damaged"),
        (lambda path: beside(path).write_bytes(beside(path).read_bytes() + b"\n"), "sidecar-damaged"),
        (lambda path: beside(path).write_bytes(b"[" * 100_000), "sidecar-damaged"),
        (lambda path: beside(path).unlink(), "sidecar-missing"),
    ],
)
def test_damage_to_a_document_is_named(kept: Home, damage: Callable[[Path], None], code: str, seal: bool) -> None:
    if not seal:
        (kept.state / "seal.json").unlink()
    path = stored(kept, b"fees")
    damage(path)
    assert found(kept) == {(code, name(kept, path))}


def test_a_byte_that_changes_no_value_is_found(kept: Home) -> None:
    """The digest is one of values: only the comparison with what was written shows an escape turned into capitals."""
    path = beside(stored(kept, b"fees"))
    text = path.read_text(encoding="utf-8")
    escaped = "".join(f"\\u{ord(char):04x}" if char == "桃" else char for char in text)
    path.write_text(escaped, encoding="utf-8")
    assert load(path.read_bytes()) == load(text.encode())
    assert found(kept) == {("sidecar-damaged", name(kept, stored(kept, b"fees")))}


def test_files_that_changed_places_are_named(kept: Home) -> None:
    one, other = stored(kept, b"fees"), stored(kept, b"one, second version")
    bytes_one = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(bytes_one)
    assert {path for _code, path in found(kept)} == {name(kept, one), name(kept, other)}


def test_sidecars_that_changed_places_are_named(kept: Home) -> None:
    one, other = stored(kept, b"fees"), stored(kept, b"one, second version")
    bytes_one = beside(one).read_bytes()
    beside(one).write_bytes(beside(other).read_bytes())
    beside(other).write_bytes(bytes_one)
    assert found(kept) == {("sidecar-misplaced", name(kept, path)) for path in (one, other)}


def test_what_nothing_knows_is_named_and_left_alone(kept: Home) -> None:
    folder = stored(kept, b"fees").parent
    strays = [folder / "别的.txt", folder / "_meta" / "笔记.txt", kept.tree / "临时" / "a.docx", kept.heritage / "other.toml"]
    for path in strays:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"put here by hand")
    (folder / "link.txt").symlink_to(strays[0])
    (folder / "Thumbs.db").write_bytes(b"the system's own")
    assert found(kept) == {("stray", name(kept, path)) for path in (*strays, folder / "link.txt")}
    assert all(path.exists() for path in strays)


def test_a_document_moved_by_hand_is_missed_and_its_new_place_named(kept: Home) -> None:
    path = stored(kept, b"fees")
    moved = kept.tree / path.name
    path.rename(moved)
    assert found(kept) == {("bytes-missing", name(kept, path)), ("stray", name(kept, moved))}
    beside(path).unlink()
    assert found(kept) == {("document-lost", name(kept, path)), ("stray", name(kept, moved))}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE document SET size=size+1 WHERE size=4", "row-differs"),
        ("UPDATE document SET source='收件箱/x' WHERE size=4", "row-differs"),
        ("DELETE FROM document WHERE size=4", "row-missing"),
        (
            "UPDATE tag SET record=replace(record,'folder','person') WHERE document=(SELECT id FROM document WHERE size=4)",
            "row-differs",
        ),
        ("UPDATE document SET state='curren|' WHERE size=4", "row-unreadable"),
        ("UPDATE document SET problems='[[' WHERE size=4", "row-unreadable"),
    ],
)
def test_a_row_that_is_not_what_the_sidecar_says_is_named(unsealed: Home, change: str, code: str) -> None:
    with reading_archive(unsealed) as archive:
        archive.catalogue._db.execute(change)
    path = name(unsealed, stored(unsealed, b"fees"))
    assert (code, path) in found(unsealed)
    assert {where for _code, where in found(unsealed)} <= {path, ".zuozheng/catalogue.sqlite", f"收件箱/{FEES}"}


def test_what_reading_tells_stands_in_the_row_alone(unsealed: Home) -> None:
    with reading_archive(unsealed) as archive:
        archive.catalogue._db.execute("UPDATE document SET title='标题', pages=3, text_status='ok', seq=seq+100")
    assert found(unsealed) == set()


def test_a_ledger_that_points_nowhere_is_named(unsealed: Home) -> None:
    with reading_archive(unsealed) as archive:
        archive.catalogue._db.execute("UPDATE source SET document='0000000000000' WHERE path LIKE '%公示%'")
    assert found(unsealed) == {("ledger-nowhere", f"收件箱/{FEES}")}
    with reading_archive(unsealed) as archive:
        archive.catalogue._db.execute("UPDATE source SET outcome='nww' WHERE path LIKE '%公示%'")
    assert ("ledger-unreadable", ".zuozheng/catalogue.sqlite") in found(unsealed)


@pytest.mark.parametrize("seal", [True, False])
def test_a_catalogue_that_cannot_be_opened_is_named_and_the_tree_still_verified(kept: Home, seal: bool) -> None:
    if not seal:
        (kept.state / "seal.json").unlink()
    (kept.state / "catalogue.sqlite").write_bytes(b"no database at all" * 300)
    flip(stored(kept, b"fees"), 0)
    expected = {("catalogue-unreadable", ".zuozheng/catalogue.sqlite"), ("bytes-damaged", name(kept, stored(kept, b"gees")))}
    assert found(kept) == expected | ({("sealed-differs", ".zuozheng/catalogue.sqlite")} if seal else set())


def test_a_catalogue_that_is_gone_is_named_and_not_made(unsealed: Home) -> None:
    (unsealed.state / "catalogue.sqlite").unlink()
    assert found(unsealed) == {("catalogue-missing", ".zuozheng/catalogue.sqlite")}
    assert not (unsealed.state / "catalogue.sqlite").exists()


def test_a_home_nothing_was_ever_filed_in_is_fine(home: Home) -> None:
    assert found(home) == set()


def test_a_page_gone_bad_is_named_without_a_seal(unsealed: Home) -> None:
    file = unsealed.state / "catalogue.sqlite"
    data = bytearray(file.read_bytes())
    data[4096 * 3 : 4096 * 4] = os.urandom(4096)
    file.write_bytes(data)
    assert ".zuozheng/catalogue.sqlite" in {path for _code, path in found(unsealed)}


@pytest.mark.parametrize(
    "path",
    [
        ".zuozheng/catalogue.sqlite", "档案/0=zuozheng-archive_1", "档案/使用说明.txt", "档案/_体系/units.csv",
        "档案/_体系/frameworks/compulsory.toml", "_另见.html",
    ],
)  # fmt: skip
@pytest.mark.parametrize("removed", [True, False])
def test_files_of_the_archives_own_are_held_to_the_seal(kept: Home, path: str, removed: bool) -> None:
    with writing_archive(kept) as archive:
        refresh_pointers(archive)
    file = next(kept.tree.rglob(path)) if "/" not in path else kept.root / path
    if removed:
        file.unlink()
    else:
        flip(file, file.stat().st_size // 2, 3)
    assert (f"sealed-{'missing' if removed else 'differs'}", name(kept, file)) in found(kept)


def test_a_damaged_seal_is_named_and_the_rest_still_checked(kept: Home) -> None:
    flip(kept.state / "seal.json", 700, 2)
    flip(stored(kept, b"fees"), 0)
    assert found(kept) == {("seal-damaged", ".zuozheng/seal.json"), ("bytes-damaged", name(kept, stored(kept, b"gees")))}


def test_a_broken_seal_still_tells_of_what_no_writer_has_touched(kept: Home) -> None:
    with writing_archive(kept):
        pass
    (kept.state / "seal.json").rename(kept.state / "seal.broken.json")
    quiet, loud = kept.tree / "使用说明.txt", kept.heritage / "units.csv"
    flip(quiet, 30)  # its time has changed: a writer may have meant it
    state = loud.stat()
    with loud.open("rb+") as file:
        file.write(bytes([loud.read_bytes()[0] ^ 1]))
    os.utime(loud, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert found(kept) == {("sealed-differs", "档案/_体系/units.csv")}


def test_judgements_are_held_to_their_own_digests_and_to_the_catalogue(kept: Home) -> None:
    waivers = [
        Waiver("u01", PointRef("compulsory", 12), "李主任", f"2026-03-0{day}T02:00:00+00:00", "重修", "") for day in (1, 2)
    ]
    judge(kept, [(waiver, "") for waiver in waivers])
    assert found(kept) == set()
    file = next((kept.tree / "_核验").iterdir())
    data = file.read_bytes()
    flip(file, 40)
    assert found(kept) == {("judgement-damaged", name(kept, file))}
    file.write_bytes(data[: data.index(b"\n") + 1])
    assert found(kept) == {("judgement-lost", name(kept, file))}
    file.unlink()
    assert found(kept) == {("judgement-lost", name(kept, file))}


def test_a_newer_program_that_only_reads_is_no_alarm(kept: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "MIGRATIONS", (*catalogue.MIGRATIONS, "CREATE TABLE later (x TEXT) STRICT;"))
    with reading_archive(kept):
        pass
    assert found(kept) == set()


def test_a_file_the_disk_cannot_give_back_is_named(kept: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stored(kept, b"fees")
    real = Hasher.sha256

    def failing(self: Hasher, file: Path) -> str:
        if Path(file) == path:
            raise OSError(5, "Input/output error", str(file))
        return real(self, file)

    monkeypatch.setattr(Hasher, "sha256", failing)
    assert found(kept) == {("bytes-unreadable", name(kept, path))}


def test_a_run_broken_off_goes_on_where_it_was(kept: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = [place for place in places(kept.tree) if isinstance(place, str)]
    seen: list[str] = []

    def stop(place: str) -> None:
        seen.append(place)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(Verification(kept, progress=stop))
    resumed = Verification(kept, resume=True, progress=seen.append)
    assert list(resumed) == []
    assert seen == everything
    assert resumed.counts.documents == 4
    assert list(Verification(kept, resume=True, progress=seen.append)) == []
    assert seen == everything + everything  # nothing to resume: all of it


def test_samples_go_round_and_round(kept: Home) -> None:
    for number in range(10):
        drop(kept, f"清溪小学/义教 C12 班额/{number}.txt", f"{number} {'x' * 98}".encode())
    ingest(kept)
    everything = [place for place in places(kept.tree) if isinstance(place, str)]
    seen: list[str] = []
    for _day in range(8):
        assert list(Verification(kept, percent=25, progress=seen.append)) == []
    assert seen[: len(everything)] == everything
    assert len(everything) * 2 <= len(seen) < len(everything) * 3
    flip(stored(kept, b"fees"), 0)
    days = [found(kept, percent=25) for _day in range(4)]
    assert sum(map(bool, days)) in (1, 2)


def test_a_sample_of_everything_is_everything_once(kept: Home) -> None:
    seen: list[str] = []
    assert found(kept, percent=100, progress=seen.append) == set()
    assert sorted(seen) == sorted(place for place in places(kept.tree) if isinstance(place, str))


def test_a_damaged_note_of_where_it_stood_is_no_trouble(kept: Home) -> None:
    for text in ("", "{", "[]", '{"full": 3}'):
        (kept.state / "verify.json").write_text(text)
        assert found(kept, resume=True) == set()


def test_reading_keeps_to_the_rate_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(5 << 20))
    slept: list[float] = []
    Hasher(1 << 20, clock=lambda: 100.0, sleep=slept.append).sha256(file)
    assert slept[-1] == pytest.approx(5)


def test_places_come_in_one_order_and_from_anywhere_on(kept: Home) -> None:
    everything = [place for place in places(kept.tree) if isinstance(place, str)]
    assert len(everything) == 4
    for number, place in enumerate(everything):
        assert list(places(kept.tree, place)) == everything[number + 1 :]
    assert list(places(kept.tree, "一个已经不在的地方/x")) == [place for place in everything if place > "一个"]


def test_a_change_in_the_middle_of_looking_is_no_alarm(kept: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the place is looked at, a writer replaces the document: old bytes under the new sidecar, for a moment."""
    path = stored(kept, b"fees")
    real = Hasher.sha256
    turns: Iterator[bool] = iter([True])

    def interrupted(self: Hasher, file: Path) -> str:
        if Path(file) == path and next(turns, False):
            (kept.root / "收件箱" / FEES).write_bytes(b"fees, next year")
            ingest(kept)
        return real(self, file)

    monkeypatch.setattr(Hasher, "sha256", interrupted)
    assert found(kept) == set()


def test_no_false_alarm_beside_a_busy_writer(kept: Home) -> None:
    """A writer files, replaces and refiles without a pause while verification runs again and again."""
    stop = threading.Event()

    def work() -> None:
        round_ = 0
        with writing_archive(kept) as archive:
            while not stop.is_set():
                round_ += 1
                for number in range(6):
                    drop(kept, f"清溪小学/义教 C12 班额/忙{number}.txt", f"{number} in round {round_}".encode())
                    drop(kept, f"清溪小学/忙{round_ % 7}/{number}.txt", f"{number} new in {round_}".encode())
                take_in(archive, lambda intake: intake.step(walk(kept.root / "收件箱", kept.root)))

    writer = threading.Thread(target=work)
    writer.start()
    try:
        for _ in range(6):
            assert found(kept) == set()
    finally:
        stop.set()
        writer.join()
    assert found(kept) == set()


@pytest.mark.parametrize("after", [True, False])
def test_what_a_killed_writer_left_half_done_is_no_alarm(kept: Home, monkeypatch: pytest.MonkeyPatch, after: bool) -> None:
    """Killed while its plans are carried out: the tree is ahead of the catalogue until the next writer opens."""

    class Crash(BaseException):
        pass

    def killed(plans: object, tree: Path) -> None:
        if after:
            carry_out(plans, tree)  # type: ignore[arg-type]
        raise Crash

    def crash() -> None:
        with monkeypatch.context() as patched:
            patched.setattr("archive.intake.carry_out", killed)
            ingest(kept)

    drop(kept, "清溪小学/C20 新的/新.txt", b"new")
    drop(kept, CLASS, b"one, third version")
    with pytest.raises(Crash):
        crash()
    assert list(kept.staging.glob("*.plan"))
    assert found(kept) == set()
    ingest(kept)
    assert found(kept) == set()
    assert stored(kept, b"new")


def test_without_a_catalogue_the_sidecars_alone_tell(kept: Home) -> None:
    checker = Checker(kept, None, Hasher())
    shutil.rmtree(kept.state)
    for place in places(kept.tree):
        assert isinstance(place, str)
        assert checker.check(place)[1] == ()


def test_the_note_is_small_and_says_where(kept: Home) -> None:
    list(Verification(kept, percent=10))
    note = json.loads((kept.state / "verify.json").read_text(encoding="utf-8"))
    assert note["sample"] in list(places(kept.tree))
