"""Backups of a real archive on a real disk: complete, incremental, never worse than before, and enough to begin anew."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.backup import BackedUp, back_up
from archive.home import Home
from archive.intake import Tally, take_in
from archive.layout import sidecar_path
from archive.manifest import load_manifest
from archive.opening import Archive, reading_archive, writing_archive
from archive.restore import DamagedBackupError, Restored, restore
from archive.scan import walk
from archive.setup import init
from schema.errors import ArchiveBusyError, ArchiveError
from schema.model import Document
from schema.settings import Settings

Drop = Callable[..., Path]
Ingest = Callable[[], Tally]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def filed(archive: Archive, drop: Drop, ingest: Ingest) -> Home:
    for number in range(6):
        drop(f"清溪小学/C10/面积{number}.txt", f"area {number}".encode() * 50)
    drop("清溪小学/C12/达标率100%.txt", b"all")
    drop("桃源幼儿园/C3/名册.txt", b"kindergarten")
    drop("云台初级中学/无编号.txt", b"menu")
    ingest()
    drop("清溪小学/C10/面积0.txt", b"second version")
    ingest()
    return archive.home


def documents(home: Home) -> list[Document]:
    with reading_archive(home) as opened:
        return list(opened.catalogue.documents())


def named(home: Home, name: str) -> Document:
    return next(entry for entry in documents(home) if entry.name == name and entry.state == "current")


def content(root: Path) -> dict[str, bytes]:
    """Every file below a folder but former ones, drafts and locks; the catalogue is compared by what it says."""
    left_out = ("以前", ".staging")
    found = {path.relative_to(root): path for path in root.rglob("*") if path.is_file()}
    return {path.as_posix(): file.read_bytes() for path, file in found.items() if path.parts[0] not in left_out}


def listed(target: Path) -> dict[str, str]:
    return load_manifest((target / "manifest-sha256.txt").read_bytes())


def summary(done: BackedUp) -> tuple[int, int, int]:
    return done.copied, done.kept, done.moved_aside


def codes(done: BackedUp | Restored) -> list[str]:
    return [finding.code for finding in done.findings]


def test_a_backup_is_the_archive_to_look_through(filed: Home, tmp_path: Path) -> None:
    target = tmp_path / "u盘/备份"
    done = back_up(filed, target)
    assert (done.findings, done.moved_aside, done.kept) == ((), 0, 1), "its own mark was there already"
    assert done.files == len(listed(target))
    for path in (path for path in filed.tree.rglob("*") if path.is_file() and ".staging" not in path.parts):
        assert (target / "档案" / path.relative_to(filed.tree)).read_bytes() == path.read_bytes()
    assert (target / "zuozheng.toml").read_bytes() == filed.settings_file.read_bytes()
    assert (target / "units.csv").read_bytes() == filed.register_file.read_bytes()
    assert "zuozheng restore" in (target / "使用说明.txt").read_text(encoding="utf-8-sig")
    with closing(sqlite3.connect(f"{(target / 'catalogue.sqlite').as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        assert db.execute("SELECT count(*) FROM document").fetchone() == (len(documents(filed)),)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert set(listed(target)) | {"manifest-sha256.txt"} == set(content(target))
    assert not (target / ".staging").exists()


def test_sha256sum_checks_the_manifest_where_names_allow(filed: Home, tmp_path: Path) -> None:
    back_up(filed, tmp_path / "b")
    lines = (tmp_path / "b/manifest-sha256.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    assert any("达标率100%25.txt" in line for line in lines)
    plain = "".join(line for line in lines if "%" not in line)
    subprocess.run(["sha256sum", "-c", "--quiet", "--strict"], input=plain, text=True, cwd=tmp_path / "b", check=True)
    assert lines == sorted(lines, key=lambda line: line[66:])


def test_a_second_run_copies_only_what_is_new(filed: Home, drop: Drop, ingest: Ingest, tmp_path: Path) -> None:
    target = tmp_path / "b"
    first = back_up(filed, target)
    before = {path: file.stat().st_ino for path in listed(target) if (file := target / path).exists()}
    assert summary(back_up(filed, target)) == (0, first.files, 0)
    drop("清溪小学/C10/新.txt", b"new")
    ingest()
    assert summary(back_up(filed, target)) == (3, first.files - 1, 1), "file, sidecar, and the catalogue that replaced the former"
    assert {path for path, inode in before.items() if (target / path).stat().st_ino != inode} == {"catalogue.sqlite"}


def test_what_is_replaced_or_gone_from_the_tree_goes_aside(filed: Home, drop: Drop, ingest: Ingest, tmp_path: Path) -> None:
    target = tmp_path / "b"
    back_up(filed, target)
    former = listed(target)
    drop("清溪小学/C10/面积1.txt", b"other bytes")
    ingest()
    (filed.tree / "使用说明.txt").unlink()
    done = back_up(filed, target)
    assert done.findings == ()
    (aside,) = (target / "以前").iterdir()
    moved = {path.relative_to(aside).as_posix() for path in aside.rglob("*") if path.is_file()}
    assert done.moved_aside == len(moved) - 1 == 4, "the former bytes and sidecar, the catalogue, the explanation"
    assert load_manifest((aside / "manifest-sha256.txt").read_bytes()) == former
    subprocess.run(["sha256sum", "-c", "--quiet", "--ignore-missing", "manifest-sha256.txt"], cwd=aside, check=True)
    assert listed(target).keys() >= former.keys() - {"档案/使用说明.txt"}
    assert "档案/使用说明.txt" in moved


@pytest.mark.parametrize("kind", ["flipped", "missing", "sidecar flipped", "sidecar missing"])
def test_damage_never_replaces_a_good_copy(filed: Home, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "b"
    back_up(filed, target)
    good = content(target)
    document = named(filed, "面积3.txt")
    path = sidecar_path(document.path) if "sidecar" in kind else document.path
    damaged = filed.tree / path
    if "missing" in kind:
        damaged.unlink()
    else:
        data = bytearray(damaged.read_bytes())
        data[20] ^= 1
        damaged.write_bytes(bytes(data))
    for check in (False, True):
        done = back_up(filed, target, check=check)
        assert summary(done) == (0, len(listed(target)), 0)
        assert content(target) == good
    if kind == "flipped":
        assert back_up(filed, target).findings == (), "what is in the backup is not read again in the archive: verify does that"
    else:
        assert [(finding.subject, finding.code) for finding in done.findings] == [
            (f"档案/{path}", {"missing": "bytes-missing", "sidecar flipped": "sidecar-damaged"}.get(kind, "sidecar-missing"))
        ]


def test_damage_from_the_start_is_named_and_the_rest_is_backed_up(filed: Home, tmp_path: Path) -> None:
    document = named(filed, "面积3.txt")
    (filed.tree / document.path).write_bytes(b"damaged")
    done = back_up(filed, tmp_path / "b")
    assert [(finding.subject, finding.code) for finding in done.findings] == [(f"档案/{document.path}", "bytes-damaged")]
    assert not (tmp_path / "b/档案" / document.path).exists()
    assert (tmp_path / "b/档案" / sidecar_path(document.path)).exists()
    assert f"档案/{document.path}" not in listed(tmp_path / "b")
    (filed.tree / document.path).write_bytes(b"area 3" * 50)
    assert (back_up(filed, tmp_path / "b").findings, len(listed(tmp_path / "b"))) == ((), done.files + 1)


def test_a_changed_file_under_an_unchanged_sidecar_is_not_believed(filed: Home, tmp_path: Path) -> None:
    """The same length, another content, and a document that the backup has in an older version only."""
    target = tmp_path / "b"
    back_up(filed, target)
    document = named(filed, "面积3.txt")
    (target / "档案" / document.path).unlink()
    (filed.tree / document.path).write_bytes(b"AREA 3" * 50)
    assert codes(back_up(filed, target)) == ["bytes-damaged"]
    assert not (target / "档案" / document.path).exists()


def test_a_damaged_catalogue_leaves_the_former_copy(filed: Home, archive: Archive, tmp_path: Path) -> None:
    target = tmp_path / "b"
    back_up(filed, target)
    good = (target / "catalogue.sqlite").read_bytes()
    archive.catalogue.close()
    for suffix in ("-wal", "-shm"):
        (filed.state / f"catalogue.sqlite{suffix}").unlink(missing_ok=True)
    file = filed.state / "catalogue.sqlite"
    file.write_bytes(file.read_bytes()[:4096] + b"\xff" * 30_000)
    done = back_up(filed, target)
    assert codes(done) == ["catalogue-damaged"]
    assert (done.copied, done.moved_aside) == (0, 0)
    assert (target / "catalogue.sqlite").read_bytes() == good
    file.unlink()
    assert codes(back_up(filed, tmp_path / "c")) == ["catalogue-damaged"]
    assert {path for path in listed(tmp_path / "c") if path.startswith("档案/")} == {
        path for path in listed(target) if path.startswith("档案/")
    }, "the tree alone is backed up all the same"


def test_check_finds_rot_in_the_backup_and_heals_it(filed: Home, tmp_path: Path) -> None:
    target = tmp_path / "b"
    back_up(filed, target)
    good = content(target)
    rotten = target / "档案" / named(filed, "面积3.txt").path
    rotten.write_bytes(b"ROTTEN" * 50)
    assert summary(back_up(filed, target)) == (0, len(good) - 1, 0)
    assert summary(back_up(filed, target, check=True)) == (1, len(good) - 2, 1)
    assert content(target) == good


def test_an_emptied_archive_never_empties_the_backup(filed: Home, tmp_path: Path) -> None:
    target = tmp_path / "b"
    back_up(filed, target)
    good = content(target)
    filed.tree.rename(tmp_path / "elsewhere")
    filed.tree.mkdir()
    with pytest.raises(ArchiveError) as error:
        back_up(filed, target)
    assert error.value.message.code == "backup.no-tree"
    assert content(target) == good


def test_places_a_backup_may_not_lie_in(filed: Home, archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "voll").mkdir()
    (tmp_path / "voll/foto.jpg").write_bytes(b"mine")
    (tmp_path / "link").symlink_to(filed.root / "收件箱")
    other = Home(tmp_path / "other")
    init(other, Settings(), None)
    back_up(other, tmp_path / "theirs")
    (tmp_path / "leer").mkdir()
    (tmp_path / "leer/.DS_Store").write_bytes(b"")
    for target, code in (
        (filed.root / "b", "backup.inside"),
        (filed.root, "backup.inside"),
        (filed.root.parent, "backup.inside"),
        (tmp_path / "link/b", "backup.inside"),
        (tmp_path / "voll", "backup.not-empty"),
        (tmp_path / "voll/foto.jpg", "backup.not-empty"),
        (other.root, "backup.not-empty"),
        (tmp_path / "theirs", "backup.other"),
    ):
        with pytest.raises(ArchiveError) as error:
            back_up(filed, target)
        assert error.value.message.code == code, target
    assert sorted((tmp_path / "voll").iterdir()) == [tmp_path / "voll/foto.jpg"]
    assert back_up(filed, tmp_path / "leer").findings == ()


def test_one_backup_at_a_time(filed: Home, tmp_path: Path) -> None:
    def second(_path: str) -> None:
        with pytest.raises(ArchiveBusyError) as error:
            back_up(filed, tmp_path / "c")
        assert error.value.message.code == "backup.busy"

    back_up(filed, tmp_path / "b", progress=second)
    assert not (tmp_path / "c").exists()


def test_an_open_archive_is_backed_up_while_its_writer_holds_it(
    filed: Home, archive: Archive, drop: Drop, ingest: Ingest, tmp_path: Path
) -> None:
    """New versions arrive while the first round runs: the next round takes them, and manifest, tree and catalogue agree."""
    done = []

    def disturb(_path: str) -> None:
        if not done:
            drop("清溪小学/C10/面积1.txt", b"changed meanwhile")
            drop("清溪小学/C10/新.txt", b"new meanwhile")
            done.append(ingest())

    assert back_up(filed, tmp_path / "b", progress=disturb).findings == ()
    assert_whole(tmp_path / "b")


def assert_whole(target: Path) -> None:
    """Assert that every document of the backup's catalogue lies there with its bytes and its sidecar."""
    entries = listed(target)
    with closing(sqlite3.connect(f"{(target / 'catalogue.sqlite').as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        for path, sha256 in db.execute("SELECT path, sha256 FROM document"):
            assert entries[f"档案/{path}"] == sha256
            assert f"档案/{sidecar_path(path)}" in entries
    subprocess.run(
        ["sha256sum", "-c", "--quiet", "--strict"],
        input="".join(f"{digest}  {path}\n" for path, digest in entries.items()),
        text=True,
        cwd=target,
        check=True,
    )


def test_backups_beside_a_busy_intake_are_each_consistent(home: Home, drop: Drop, tmp_path: Path) -> None:
    """A writer in another thread files versions without pause; every backup agrees with itself."""
    stop, filed = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        with writing_archive(home) as busy:
            while not stop.is_set():
                for name in range(4):
                    drop(f"清溪小学/C10/面积{name}.txt", f"{name} {number}".encode())
                take_in(busy, lambda intake: intake.step(walk(home.root / "收件箱", home.root)))
                filed.set()
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert filed.wait(60)
        for _ in range(6):
            assert back_up(home, tmp_path / "b").findings == ()
            assert_whole(tmp_path / "b")
    finally:
        stop.set()
        writer.join()
    assert back_up(home, tmp_path / "b").findings == ()
    assert_whole(tmp_path / "b")


def test_a_crash_that_left_a_journal_is_no_obstacle(filed: Home, tmp_path: Path) -> None:
    (filed.staging / "left.plan").write_text("{", encoding="utf-8")
    assert back_up(filed, tmp_path / "b").findings == ()
    (filed.tree / named(filed, "面积3.txt").path).write_bytes(b"damaged")
    assert codes(back_up(filed, tmp_path / "c", sleep=lambda _: None)) == ["bytes-damaged"], "seen twice, so it stands still"


def test_what_lies_in_the_tree_without_being_a_document(filed: Home, tmp_path: Path) -> None:
    """Strange names are copied as they are; links, pipes and what they lead to are not."""
    strange = os.fsencode(filed.tree) + b"/caf\xe9%0A.txt"
    with open(strange, "wb") as file:  # noqa: PTH123 - a name that is not text
        file.write(b"stranger")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (filed.tree / "link.txt").symlink_to(tmp_path / "secret.txt")
    (filed.tree / "folder").symlink_to(tmp_path)
    os.mkfifo(filed.tree / "pipe")
    assert back_up(filed, tmp_path / "b").findings == ()
    assert summary(back_up(filed, tmp_path / "b")) == (0, len(listed(tmp_path / "b")), 0)
    copied = {path: data for path, data in content(tmp_path / "b").items() if path.count("/") == 1}
    assert copied["档案/" + os.fsdecode(b"caf\xe9%0A.txt")] == b"stranger"
    assert not {path for path in copied if path.endswith(("link.txt", "folder", "pipe"))}
    assert b"secret" not in content(tmp_path / "b").values()
    assert restore(tmp_path / "b", Home(tmp_path / "neu")).findings == ()
    assert (tmp_path / "neu/档案" / os.fsdecode(b"caf\xe9%0A.txt")).read_bytes() == b"stranger"


def test_a_document_the_catalogue_has_lost_is_backed_up_and_named(filed: Home, archive: Archive, tmp_path: Path) -> None:
    document = named(filed, "面积3.txt")
    archive.catalogue.close()
    with closing(sqlite3.connect(filed.state / "catalogue.sqlite")) as db, db:
        db.execute("DELETE FROM document WHERE id=?", (document.id,))
    done = back_up(filed, tmp_path / "b")
    assert [(finding.code, finding.subject) for finding in done.findings] == [("not-listed", f"档案/{document.path}")]
    assert (tmp_path / "b/档案" / document.path).read_bytes() == b"area 3" * 50
    assert f"档案/{sidecar_path(document.path)}" in listed(tmp_path / "b")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "stick"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", place], capture_output=True, check=False).returncode:
        pytest.skip("mounting needs root")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_is_one_sentence_and_the_former_backup_stands(
    filed: Home, drop: Drop, ingest: Ingest, small_disk: Path
) -> None:
    back_up(filed, small_disk / "b")
    before = content(small_disk / "b")
    drop("清溪小学/C10/大.txt", os.urandom(600_000))
    ingest()
    for _ in range(2):
        with pytest.raises(ArchiveError) as error:
            back_up(filed, small_disk / "b")
        assert error.value.message.code == "backup.storage"
        assert os.strerror(errno.ENOSPC) in error.value.message.text()
        assert {path: data for path, data in content(small_disk / "b").items() if path in before} == before
    (filed.tree / named(filed, "大.txt").path).write_bytes(b"")
    restored = restore(small_disk / "b", Home(small_disk.parent / "neu"))
    assert restored.findings == (), "what did not get through is not in the former manifest"


def killed(filed: Home, target: Path, step: int, where: str) -> bool:
    """Back up in a process that dies by SIGKILL at the n-th call of a function. Returns whether it came to that."""
    script = f"""
import os, signal, sys
from pathlib import Path
from archive import backup, mirror
from archive.home import Home
calls = 0
module = sys.modules[{where.rpartition(".")[0]!r}]
original = module.__dict__[{where.rpartition(".")[2]!r}]
def deadly(*arguments, **named):
    global calls
    calls += 1
    if calls == {step}:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*arguments, **named)
setattr(module, {where.rpartition(".")[2]!r}, deadly)
backup.back_up(Home(Path({str(filed.root)!r})), Path({str(target)!r}))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


@pytest.mark.parametrize(
    ("where", "step"), [("archive.mirror.copy", 2), ("archive.mirror.copy", 20), ("archive.mirror.flush", 1)]
)
def test_killed_within_the_first_run_then_run_again(filed: Home, tmp_path: Path, where: str, step: int) -> None:
    back_up(filed, tmp_path / "whole")
    assert killed(filed, tmp_path / "b", step, where)
    assert not (tmp_path / "b/manifest-sha256.txt").exists()
    with pytest.raises(ArchiveError) as error:
        restore(tmp_path / "b", Home(tmp_path / "neu"))
    assert error.value.message.code == "restore.no-backup"
    done = back_up(filed, tmp_path / "b")
    assert done.findings == ()
    assert done.kept >= step - 1, "what was copied before is not copied again"
    assert content(tmp_path / "b") == content(tmp_path / "whole")
    assert not (tmp_path / "b/以前").exists()


@pytest.mark.parametrize(
    ("where", "step"),
    [("archive.mirror.copy", 1), ("archive.mirror.copy", 5), *(("archive.mirror.flush", step) for step in (1, 2, 3, 4)),
     ("archive.mirror.replace_file", 1)],
)  # fmt: skip
def test_killed_within_a_later_run(filed: Home, drop: Drop, ingest: Ingest, tmp_path: Path, where: str, step: int) -> None:
    """Until its last short phase the former backup can be restored; after it, or one run more, the new one."""
    target = tmp_path / "b"
    back_up(filed, target)
    former = {path: (target / path).read_bytes() for path in listed(target)}
    drop("清溪小学/C10/面积1.txt", b"changed")
    drop("清溪小学/C10/新.txt", b"new")
    ingest()
    back_up(filed, tmp_path / "whole")
    assert killed(filed, target, step, where)
    if where.endswith("copy") or (where.endswith("flush") and step <= 2):
        assert former.items() <= content(target).items()
    done = back_up(filed, target)
    assert done.findings == ()
    assert content(target) == content(tmp_path / "whole")
    kept = {path.read_bytes() for path in (target / "以前").rglob("*") if path.is_file()} | set(content(target).values())
    assert set(former.values()) <= kept, "nothing was deleted"


def test_killed_anywhere_in_the_exchange(filed: Home, drop: Drop, ingest: Ingest, tmp_path: Path) -> None:
    """The one phase in which former files go and new ones come, cut off before every single rename."""
    drop("清溪小学/C10/面积1.txt", b"changed")
    back_up(filed, tmp_path / "former")
    former = {path.read_bytes() for path in (tmp_path / "former").rglob("*") if path.is_file()}
    ingest()
    back_up(filed, tmp_path / "whole")
    deaths = 0
    for step in range(1, 30):
        target = tmp_path / f"b{step}"
        shutil.copytree(tmp_path / "former", target)
        died = killed_at_rename(filed, target, step)
        deaths += died
        assert back_up(filed, target).findings == ()
        assert content(target) == content(tmp_path / "whole")
        assert former <= {path.read_bytes() for path in target.rglob("*") if path.is_file()}, "nothing was deleted"
        shutil.rmtree(target)
        if not died:
            break
    assert deaths >= 8


def killed_at_rename(filed: Home, target: Path, step: int) -> bool:
    """Fork, and let the child die before its n-th rename."""
    child = os.fork()
    if child == 0:
        calls = 0
        original = Path.replace

        def deadly(self: Path, other: Path) -> Path:
            nonlocal calls
            calls += str(self).startswith(str(target))
            if calls == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(self, other)

        Path.replace = deadly  # type: ignore[method-assign]
        try:
            back_up(filed, target)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def everything(target: Path) -> set[bytes]:
    """What a backup holds, former files too; drafts and manifests aside."""
    files = (path for path in target.rglob("*") if path.is_file() and path.name != "manifest-sha256.txt")
    return {path.read_bytes() for path in files if ".staging" not in path.parts}


@pytest.mark.slow
def test_killed_at_random_over_and_over(filed: Home, drop: Drop, ingest: Ingest, tmp_path: Path) -> None:
    """300 kills while the archive changes: nothing is ever deleted, and one run more is as good as never killed."""
    target, chance = tmp_path / "b", random.Random(7)
    back_up(filed, target)
    kills = 0
    for number in range(2000):
        if number % 5 == 0:
            drop(f"清溪小学/C10/面积{chance.randrange(6)}.txt", chance.randbytes(20_000))
            ingest()
        before = everything(target)
        child = os.fork()
        if child == 0:
            try:
                back_up(filed, target)
            finally:
                os._exit(0)
        time.sleep(chance.uniform(0, 0.08))
        os.kill(child, signal.SIGKILL)
        kills += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        assert before <= everything(target)
        if kills >= 300:
            break
    assert back_up(filed, target).findings == ()
    back_up(filed, tmp_path / "whole")
    assert content(target) == content(tmp_path / "whole")
    print(f"{kills} kills, {len(list((target / '以前').iterdir()))} times something went aside")


def test_restore_gives_the_same_archive(filed: Home, archive: Archive, tmp_path: Path) -> None:
    back_up(filed, tmp_path / "b")
    home = Home(tmp_path / "neu")
    done = restore(tmp_path / "b", home)
    assert (done.findings, done.rebuilt, done.documents) == ((), False, len(documents(filed)))
    assert documents(home) == documents(filed)
    with reading_archive(home) as opened:
        assert list(opened.catalogue.ledger()) == list(archive.catalogue.ledger())
        assert opened.catalogue.position("reader") == 0, "the texts are to be read anew"
    ours = {path: data for path, data in content(filed.tree).items() if not path.startswith(".staging")}
    assert {path: data for path, data in content(home.tree).items() if not path.startswith(".staging")} == ours
    assert home.settings_file.read_bytes() == filed.settings_file.read_bytes()
    assert back_up(home, tmp_path / "b").findings == (), "it is the same archive, so the backup goes on with it"


@pytest.mark.parametrize("damage", ["flipped", "missing", "not a database"])
def test_a_backup_with_a_damaged_catalogue_restores_from_the_tree(filed: Home, tmp_path: Path, damage: str) -> None:
    back_up(filed, tmp_path / "b")
    file = tmp_path / "b/catalogue.sqlite"
    data = bytearray(file.read_bytes())
    data[5000] ^= 4
    file.write_bytes(data if damage == "flipped" else b"nonsense")
    if damage == "missing":
        file.unlink()
    done = restore(tmp_path / "b", Home(tmp_path / "neu"))
    assert done.rebuilt
    assert [finding.subject for finding in done.findings] == ["catalogue.sqlite"]
    found = {(entry.id, entry.path, entry.sha256, entry.points) for entry in documents(Home(tmp_path / "neu"))}
    assert found == {(entry.id, entry.path, entry.sha256, entry.points) for entry in documents(filed)}


def test_restore_names_every_difference_and_can_take_what_is_whole(filed: Home, tmp_path: Path) -> None:
    back_up(filed, tmp_path / "b")
    flipped, gone = (f"档案/{named(filed, name).path}" for name in ("面积3.txt", "面积4.txt"))
    (tmp_path / "b" / flipped).write_bytes(b"AREA 3" * 50)
    (tmp_path / "b" / gone).unlink()
    with pytest.raises(DamagedBackupError) as error:
        restore(tmp_path / "b", Home(tmp_path / "neu"))
    assert [fault.file for fault in error.value.faults] == sorted((flipped, gone))
    assert not (tmp_path / "neu").exists()
    done = restore(tmp_path / "b", Home(tmp_path / "neu"), partial=True)
    assert done.rebuilt
    assert codes(done) == ["restore-differs", "restore-missing", "bytes-missing", "bytes-missing"]
    assert done.documents == len(documents(filed)) - 2
    assert not (tmp_path / "neu" / flipped).exists()


def test_restore_never_writes_into_what_is_there(filed: Home, tmp_path: Path) -> None:
    back_up(filed, tmp_path / "b")
    (tmp_path / "voll").mkdir()
    (tmp_path / "voll/foto.jpg").write_bytes(b"mine")
    before = content(filed.root)
    for home, code in (
        (filed.root, "restore.exists"),
        (tmp_path / "voll", "restore.not-empty"),
        (tmp_path / "b/neu", "restore.inside"),
        (tmp_path, "restore.inside"),
    ):
        with pytest.raises(ArchiveError) as error:
            restore(tmp_path / "b", Home(home))
        assert error.value.message.code == code
    with pytest.raises(ArchiveError) as error:
        restore(tmp_path / "voll", Home(tmp_path / "neu"))
    assert error.value.message.code == "restore.no-backup"
    assert content(filed.root) == before


def test_a_restore_that_was_cut_off_goes_on(filed: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    back_up(filed, tmp_path / "b")
    home = Home(tmp_path / "neu")
    seen: list[str] = []

    def cut_off(path: str) -> None:
        seen.append(path)
        if len(seen) == len(listed(tmp_path / "b")) + 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "b", home, progress=cut_off)
    assert not home.exists(), "half an archive is none yet"
    assert restore(tmp_path / "b", home).findings == ()
    assert documents(home) == documents(filed)
    with pytest.raises(ArchiveError) as error:
        restore(tmp_path / "b", home)
    assert error.value.message.code == "restore.exists"
