"""The index as a thing on the disk: damage, kills, other versions, other processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import commit
from indexer.index import Index
from indexer.parse import parse
from indexer.question import Question
from indexer.search import find
from schema.errors import ArchiveBusyError
from tests.indexer.scan import invented, record

ROOT = Path(__file__).parents[2]


def ids(index: Index, query: str = "") -> set[str]:
    return {entry.id for entry in find(index, Question(parse(query), ())).entries()}


def filled(folder: Path, count: int = 12) -> Index:
    index = Index.open(folder)
    index.apply((record(*invented(number)) for number in range(count)), (), 40)
    index.apply([record(*invented(count))], ["d0"], 41)
    return index


def test_position_and_documents_survive_reopening(tmp_path: Path) -> None:
    filled(tmp_path).close()
    index = Index.open(tmp_path)
    assert (index.position, index.doc_count) == (41, 12)
    assert ids(index) == {f"d{number}" for number in range(1, 13)}
    index.close()


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs Linux's list of open files")
def test_a_closed_index_holds_no_file(tmp_path: Path) -> None:
    """On Windows nothing that is open or mapped can be removed, by a merge or by a rebuild."""
    index = filled(tmp_path)
    ids(index, "a")
    index.close()
    mapped = Path("/proc/self/maps").read_text(encoding="utf-8")
    opened = [str(handle.readlink()) for handle in Path("/proc/self/fd").iterdir() if handle.is_symlink()]
    assert str(tmp_path) not in mapped + "".join(opened)


def test_an_empty_change_moves_the_position(tmp_path: Path) -> None:
    index = Index.open(tmp_path)
    assert (index.position, index.doc_count, ids(index)) == (0, 0, set())
    index.apply((), (), 5)
    assert index.position == 5
    index.apply((), ["d1"], 6)
    index.close()
    assert Index.open(tmp_path).position == 6


def test_everything_can_be_taken_out_again(tmp_path: Path) -> None:
    index = filled(tmp_path)
    index.apply((), [f"d{number}" for number in range(20)], 50)
    assert (index.doc_count, ids(index), list(index.entries())) == (0, set(), [])
    index.apply([record(*invented(3))], ["d3"], 51)
    assert ids(index) == {"d3"}
    index.close()


def test_a_failing_source_of_records_changes_nothing(tmp_path: Path) -> None:
    index = filled(tmp_path)

    def broken() -> object:
        yield record(*invented(90))
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        index.apply(broken(), ["d5"], 60)  # type: ignore[arg-type]
    assert (index.position, len(ids(index))) == (41, 12)
    index.apply([record(*invented(91))], (), 61)
    assert "d91" in ids(index)
    index.close()


def test_a_second_writer_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = filled(tmp_path)
    lock = commit.DurableStorage(tmp_path).lock("MAIN_WRITELOCK")
    assert lock.acquire()
    monkeypatch.setattr("indexer.writing._PATIENCE", 0.0)
    with pytest.raises(ArchiveBusyError):
        index.apply((), (), 50)
    lock.release()
    index.apply((), (), 50)
    index.close()


def test_a_reader_sees_what_another_one_wrote_after_reopening(tmp_path: Path) -> None:
    writer = filled(tmp_path)
    reader = Index.open(tmp_path)
    writer.apply([record(*invented(70))], (), 70)
    assert "d70" not in ids(reader)
    reader.refresh()
    assert "d70" in ids(reader)
    assert reader.position == 70
    # A writer whose view is old does nothing but look again: its changes may not be the next ones.
    assert writer.apply([record(*invented(71))], ["d70"], 71)
    assert not reader.apply([record(*invented(72))], ["d71"], 72)
    assert reader.position == 71
    assert reader.apply([record(*invented(72))], ["d71"], 72)
    assert ids(reader) == {f"d{number}" for number in range(1, 13)} | {"d72"}
    writer.close()
    reader.close()


def test_an_index_of_another_version_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path).close()
    monkeypatch.setattr(commit, "VERSION", "later")
    index = Index.open(tmp_path)
    assert (index.position, index.doc_count) == (0, 0)
    assert index.apply([record(*invented(5))], (), 7)
    index.publish()
    index.close()
    index = Index.read(tmp_path)
    assert (index.position, ids(index)) == (7, {"d5"})
    index.close()


def test_what_killed_writers_leave_is_swept(tmp_path: Path) -> None:
    index = filled(tmp_path)
    for name in ("MAIN_0123456789abcdef.grm", "_MAIN_2.toc.1700000000.1", "note_1.json"):
        (tmp_path / name).write_bytes(b"left")
    (tmp_path / "MAIN.tmp").mkdir(exist_ok=True)
    (tmp_path / "MAIN.tmp" / "x.run").write_bytes(b"left")
    index.apply([record(*invented(60))], (), 60)
    index.apply([record(*invented(61))], (), 61)
    names = {path.name for path in tmp_path.iterdir()}
    assert not names & {"MAIN_0123456789abcdef.grm", "_MAIN_2.toc.1700000000.1", "note_1.json", "MAIN.tmp"}
    assert {"d60", "d61"} <= ids(index)
    index.close()
