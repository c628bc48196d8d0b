"""Repair: what can be made right is made right, from wherever the right bytes are; what cannot is named; nothing is deleted."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from archive.home import Home
from archive.layout import META
from archive.opening import reading_archive, writing_archive
from archive.repair import Result
from archive.salvage import unflipped
from archive.sidecar import dump, load
from archive.verify import Verification
from schema.errors import ArchiveBusyError
from tests.reliability.home import make_home
from zuozheng.conveyor import all_inboxes, one_pass, running
from zuozheng.fixity import lower_layers
from zuozheng.repair import repair

CLASS = "清溪小学/义教 C12 班额/班额.txt"
STAFF = "清溪小学/C1、C2 师资.txt"
FEES = "桃源幼儿园/学前 C15 收费/公示.txt"


def ingest(home: Home) -> None:
    with running(home) as stages:
        one_pass(stages, all_inboxes(stages.archive, lambda _sentence: None))


def findings(home: Home) -> set[tuple[str, str]]:
    return {(finding.code, finding.subject) for finding in Verification(home, further=lower_layers(home))}


def mend(home: Home, backup: Path | None = None) -> dict[Result, set[str]]:
    """Repair; return the paths by result, every sentence made once."""
    done: dict[Result, set[str]] = {result: set() for result in Result}
    for mended in repair(home, backup):
        assert mended.detail.text("zh")
        assert mended.detail.text("en")
        done[mended.result].add(mended.path)
    return done


def mended_all(home: Home, backup: Path | None = None) -> set[str]:
    """Repair, expect that all was mended and nothing is left to do, and return the paths."""
    done = mend(home, backup)
    assert done[Result.FAILED] == set()
    assert findings(home) == set()
    assert mend(home, backup) == {result: set() for result in Result}
    return done[Result.MENDED]


def stored(home: Home, data: bytes) -> Path:
    return next(
        path for path in sorted(home.tree.rglob("*")) if path.is_file() and path.name[0] != "." and path.read_bytes() == data
    )


def beside(path: Path) -> Path:
    return path.parent / META / f"{path.name}.json"


def name(home: Home, path: Path) -> str:
    return path.relative_to(home.root).as_posix()


def flip(path: Path, at: int, bit: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)


def aside(home: Home) -> list[bytes]:
    return [path.read_bytes() for path in sorted((home.state / "damaged").rglob("*")) if path.is_file()]


def the_tree(home: Home) -> dict[str, bytes]:
    return {name(home, path): path.read_bytes() for path in sorted(home.tree.rglob("*")) if path.is_file()}


def the_rows(home: Home) -> list[object]:
    with reading_archive(home) as archive:
        return [(document, list(archive.catalogue.leading_to(document.id))) for document in archive.catalogue.documents()]


def drop(home: Home, path: str, data: bytes) -> None:
    target = home.root / "收件箱" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = make_home(tmp_path_factory.mktemp("filled") / "档案馆")
    for path, data in ((CLASS, b"one"), (STAFF, b"staff of two points"), (FEES, b"fees of this year")):
        drop(home, path, data)
    ingest(home)
    drop(home, CLASS, b"one, second version")
    ingest(home)
    return home


@pytest.fixture
def kept(filled: Home, tmp_path: Path) -> Home:
    shutil.copytree(filled.root, tmp_path / "档案馆", symlinks=True)
    home = Home(tmp_path / "档案馆")
    assert findings(home) == set()
    return home


@pytest.fixture
def orphaned(kept: Home) -> Home:
    """The originals have left the inboxes."""
    for source in (CLASS, STAFF, FEES):
        (kept.root / "收件箱" / source).unlink()
    return kept


def test_where_all_is_well_nothing_happens(kept: Home) -> None:
    before = the_tree(kept)
    assert mended_all(kept) == set()
    assert the_tree(kept) == before
    assert not (kept.state / "damaged").exists()


@pytest.mark.parametrize("damage", [b"", b"fees of that year", b"much more than there was"])
def test_bytes_come_from_the_original_in_the_inbox(kept: Home, damage: bytes) -> None:
    before = the_tree(kept)
    path = stored(kept, b"fees of this year")
    path.write_bytes(damage)
    assert mended_all(kept) == {name(kept, path)}
    assert the_tree(kept) == before
    assert damage in aside(kept)


def test_a_file_that_is_gone_comes_back(kept: Home) -> None:
    before = the_tree(kept)
    path = stored(kept, b"fees of this year")
    path.unlink()
    assert mended_all(kept) == {name(kept, path)}
    assert the_tree(kept) == before


def test_bytes_come_from_another_document_with_the_same(kept: Home) -> None:
    drop(kept, "清溪小学/收费/公示.txt", b"fees of this year")
    ingest(kept)
    for source in (FEES, "清溪小学/收费/公示.txt"):
        (kept.root / "收件箱" / source).unlink()
    before = the_tree(kept)
    path = next(path for path in kept.tree.rglob("公示.txt") if "桃源" in str(path))
    path.write_bytes(b"something else")
    assert mended_all(kept) == {name(kept, path)}
    assert the_tree(kept) == before


def test_a_file_moved_by_hand_is_moved_back(orphaned: Home) -> None:
    before = the_tree(orphaned)
    path = stored(orphaned, b"fees of this year")
    path.rename(orphaned.tree / "换了名字.txt")
    assert mended_all(orphaned) == {name(orphaned, path)}
    assert the_tree(orphaned) == before


def test_a_folder_renamed_by_hand_is_put_back(orphaned: Home) -> None:
    before = the_tree(orphaned)
    folder = stored(orphaned, b"one, second version").parent
    folder.rename(folder.with_name("改过的名字"))
    mended_all(orphaned)
    assert the_tree(orphaned) == before


def test_a_folder_copied_by_hand_is_named_and_left(orphaned: Home) -> None:
    folder = stored(orphaned, b"one, second version").parent
    shutil.copytree(folder, folder.with_name("副本"))
    before = the_tree(orphaned)
    done = mend(orphaned)
    assert done[Result.MENDED] == done[Result.FAILED] == set()
    assert len(done[Result.LEFT]) == 2
    assert the_tree(orphaned) == before


def test_bytes_come_from_a_backup(orphaned: Home, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    shutil.copytree(orphaned.tree, backup / "档案")
    before = the_tree(orphaned)
    path, other = stored(orphaned, b"fees of this year"), stored(orphaned, b"staff of two points")
    path.write_bytes(b"something else")
    other.unlink()
    beside(other).write_bytes(b"{}")
    assert mended_all(orphaned, backup) == {name(orphaned, path), name(orphaned, other)}
    assert the_tree(orphaned) == before


def test_a_backup_that_holds_something_else_is_not_used(orphaned: Home, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    shutil.copytree(orphaned.tree, backup / "档案")
    path = stored(orphaned, b"fees of this year")
    path.write_bytes(b"fees of last year")
    stored(Home(backup), b"fees of this year").write_bytes(b"fees of next year")
    done = mend(orphaned, backup)
    assert done[Result.FAILED] == {name(orphaned, path)}
    assert path.read_bytes() == b"fees of last year"  # left as it is: better than nothing
    assert findings(orphaned) == {("bytes-damaged", name(orphaned, path))}
    assert mend(orphaned)[Result.FAILED] == {name(orphaned, path)}


def test_a_single_flipped_bit_needs_no_other_copy(orphaned: Home) -> None:
    before = the_tree(orphaned)
    path = stored(orphaned, b"fees of this year")
    flip(path, 4, 6)
    assert mended_all(orphaned) == {name(orphaned, path)}
    assert the_tree(orphaned) == before


@pytest.mark.parametrize("at", [0, 17, 300, -3])
def test_a_sidecar_with_a_single_flipped_bit_is_turned_back_whole(orphaned: Home, at: int) -> None:
    before = the_tree(orphaned)
    path = stored(orphaned, b"fees of this year")
    flip(beside(path), at, 2)
    assert mended_all(orphaned) == {name(orphaned, path)}
    assert the_tree(orphaned) == before


@pytest.mark.parametrize("damage", [b"", b"{}", None])
def test_a_sidecar_is_written_from_the_catalogue(orphaned: Home, damage: bytes | None) -> None:
    path = stored(orphaned, b"fees of this year")
    right = load(beside(path).read_bytes())
    if damage is None:
        beside(path).unlink()
    else:
        beside(path).write_bytes(damage)
    assert mended_all(orphaned) == {name(orphaned, path)}
    made = load(beside(path).read_bytes())
    assert made.document == right.document
    assert (made.unit_name, made.original_name) == (right.unit_name, right.original_name)
    assert (made.modified, made.frameworks) == ("", ())


def test_a_sidecar_is_not_made_up_for_bytes_that_do_not_fit(orphaned: Home) -> None:
    path = stored(orphaned, b"fees of this year")
    beside(path).unlink()
    path.write_bytes(b"something else")
    assert mend(orphaned)[Result.FAILED] == {name(orphaned, path)}
    assert not beside(path).exists()


def test_swapped_files_and_swapped_sidecars_find_their_places(orphaned: Home) -> None:
    before = the_tree(orphaned)
    one, other = stored(orphaned, b"fees of this year"), stored(orphaned, b"one, second version")
    for left, right in ((one, other), (beside(one), beside(other))):
        kept_one = left.read_bytes()
        left.write_bytes(right.read_bytes())
        right.write_bytes(kept_one)
        assert mended_all(orphaned) == {name(orphaned, one), name(orphaned, other)}
        assert the_tree(orphaned) == before


@pytest.mark.parametrize("place", ["../../外面.txt", "/tmp/外面.txt", "档案/../../../外面.txt", ".staging/x.plan"])
def test_a_sidecar_made_by_hand_leads_nowhere_outside(orphaned: Home, place: str) -> None:
    path = stored(orphaned, b"fees of this year")
    forged = load(beside(path).read_bytes()).with_document(path=place)
    beside(path).with_name("假的.txt.json").write_bytes(dump(forged))
    path.with_name("假的.txt").write_bytes(b"fees of this year")
    before = {file for file in orphaned.root.parent.rglob("*") if file.parts[-2:] != ("damaged",)}
    assert mend(orphaned)[Result.MENDED] == set()
    after = set(orphaned.root.parent.rglob("*"))
    assert {file.name for file in after - before} <= {"verify.json"}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE document SET source='收件箱/x' WHERE size=17",
        "UPDATE document SET state='curren|' WHERE size=17",
        "UPDATE document SET id='0000000000000' WHERE size=17",
        "DELETE FROM document WHERE size=17",
        "UPDATE source SET document='0000000000000' WHERE path LIKE '%公示%'",
        "UPDATE source SET outcome='nww' WHERE path LIKE '%公示%'",
    ],
)
@pytest.mark.parametrize("sealed", [True, False])
def test_rows_are_made_right_by_the_sidecars(kept: Home, change: str, sealed: bool) -> None:
    before = {document.id for document, _sources in the_rows(kept)}  # type: ignore[misc]
    if not sealed:
        (kept.state / "seal.json").unlink()
    with closing(sqlite3.connect(kept.state / "catalogue.sqlite", isolation_level=None)) as db:
        db.execute(change)
    assert findings(kept)
    mended_all(kept)
    ingest(kept)
    assert {document.id for document, _sources in the_rows(kept)} == before  # type: ignore[misc]
    assert findings(kept) == set()


@pytest.mark.parametrize("damage", ["page", "cut", "zero", "gone"])
def test_a_damaged_catalogue_is_made_again_and_nothing_is_taken_in_twice(kept: Home, damage: str) -> None:
    before = the_rows(kept)
    file = kept.state / "catalogue.sqlite"
    data = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        page = data[: 4096 * 2] + bytes(4096) + data[4096 * 3 :]
        file.write_bytes({"page": page, "cut": data[: len(data) // 2], "zero": bytes(len(data))}[damage])
    tree = the_tree(kept)
    mended_all(kept)
    ingest(kept)
    assert the_tree(kept) == tree
    documents = [(document.id, document.facts, document.tags) for document, _sources in the_rows(kept)]  # type: ignore[misc]
    assert documents == [(document.id, document.facts, document.tags) for document, _sources in before]  # type: ignore[misc]
    assert damage == "gone" or any(len(kept_aside) >= len(data) // 2 for kept_aside in aside(kept))


def test_the_ledger_outlives_a_damaged_page(kept: Home) -> None:
    drop(kept, "清溪小学/运行.exe", b"MZ")
    drop(kept, "清溪小学/再来一份.txt", b"staff of two points")
    ingest(kept)
    with reading_archive(kept) as archive:
        ledger = sorted((entry.path, entry.outcome) for entry in archive.catalogue.ledger())
    (kept.root / "收件箱/清溪小学/运行.exe").unlink()
    flip(kept.state / "catalogue.sqlite", 80, 1)  # in the room the header keeps for later
    assert findings(kept) == {("sealed-differs", ".zuozheng/catalogue.sqlite")}
    mended_all(kept)
    with reading_archive(kept) as archive:
        assert sorted((entry.path, entry.outcome) for entry in archive.catalogue.ledger()) == ledger


def test_a_row_is_kept_while_the_sidecar_cannot_speak(orphaned: Home) -> None:
    """Catalogue and a sidecar damaged at once: the row of the old catalogue still tells what the sidecar said."""
    path = stored(orphaned, b"fees of this year")
    right = load(beside(path).read_bytes()).document
    beside(path).unlink()
    flip(orphaned.state / "catalogue.sqlite", 80, 1)
    mended_all(orphaned)
    assert load(beside(path).read_bytes()).document == right


@pytest.mark.parametrize("damage", ["flip", "gone"])
@pytest.mark.parametrize("layer", ["text.sqlite", "index"])
def test_texts_and_index_are_made_again(kept: Home, layer: str, damage: str) -> None:
    place = kept.state / layer
    file = place if place.is_file() else next(path for path in sorted(place.iterdir()) if path.stat().st_size > 200)
    if damage == "flip":
        flip(file, file.stat().st_size * 2 // 3, 5)
    elif place.is_file():
        place.unlink()
    else:
        shutil.rmtree(place)
    assert findings(kept)
    mended_all(kept)
    with running(kept) as stages:
        assert stages.index.doc_count == 3
        assert all(stages.store.folded(document.sha256) for document in stages.archive.catalogue.documents())


@pytest.mark.parametrize(
    "path",
    [
        "0=zuozheng-archive_1",
        "使用说明.txt",
        "_体系/units.csv",
        "_体系/zuozheng.toml",
        "_体系/duties/rongchang.toml",
        "_另见.html",
    ],
)
@pytest.mark.parametrize("removed", [True, False])
def test_the_trees_own_files_come_back(kept: Home, path: str, removed: bool) -> None:
    before = the_tree(kept)
    file = next(kept.tree.rglob(path)) if "/" not in path else kept.tree / path
    if removed:
        file.unlink()
    else:
        file.write_bytes(b"something else")
    assert mended_all(kept) == {name(kept, file)}
    assert the_tree(kept) == before


def test_what_nobody_can_write_anew_stays_named(kept: Home) -> None:
    file = kept.heritage / "frameworks" / "alt.toml"
    file.write_bytes(b"a framework that was in use once")
    with writing_archive(kept):
        pass
    file.write_bytes(b"a frameworg that was in uze once")
    for _again in range(2):
        assert mend(kept)[Result.FAILED] == {name(kept, file)}
    assert findings(kept) == {("sealed-differs", name(kept, file))}


def test_a_damaged_seal_is_made_anew(kept: Home) -> None:
    flip(kept.state / "seal.json", 500)
    assert mended_all(kept) == {".zuozheng/seal.json"}


def test_repair_waits_for_no_other_writer(kept: Home) -> None:
    with running(kept), pytest.raises(ArchiveBusyError):
        mend(kept)


def test_a_repair_broken_off_anywhere_is_finished_by_the_next(orphaned: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the n-th change of the file system; whatever was done by then, a second run ends as if it had been the first."""
    before = the_tree(orphaned)
    one, other = stored(orphaned, b"fees of this year"), stored(orphaned, b"one, second version")
    calls = 0
    step = 0

    class Crash(BaseException):
        pass

    def failing(real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            nonlocal calls
            calls += 1
            if calls > step:
                raise Crash
            return real(*args, **kwargs)

        return call

    for step in range(0, 60, 3):  # noqa: B007 - read by `failing`
        one_bytes = one.read_bytes()
        one.write_bytes(other.read_bytes())
        other.write_bytes(one_bytes)
        one.rename(one.with_name("别处.txt"))
        beside(other).unlink()
        flip(orphaned.state / "catalogue.sqlite", 80, 1)
        calls = 0
        with monkeypatch.context() as patched:
            for place in (
                "pathlib.Path.replace",
                "pathlib.Path.rename",
                "pathlib.Path.unlink",
                "shutil.copy2",
                "shutil.copyfile",
            ):
                owner, _, attribute = place.rpartition(".")
                target = Path if owner == "pathlib.Path" else shutil
                patched.setattr(target, attribute, failing(getattr(target, attribute)))
            with suppress(Crash):
                mend(orphaned)
        mend(orphaned)
        assert findings(orphaned) == set()
        after = the_tree(orphaned)
        assert {path: data for path, data in after.items() if META not in path} == {
            path: data for path, data in before.items() if META not in path
        }


def test_only_short_bytes_are_tried_bit_by_bit() -> None:
    assert unflipped(b"abd", lambda data: data == b"abc") is None
    assert unflipped(b"abb", lambda data: data == b"abc") == b"abc"
    assert unflipped(bytes(1 << 20), lambda _data: True) is None
