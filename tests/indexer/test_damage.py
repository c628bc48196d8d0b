"""Damage to every file of the index, before it is opened and under a process that has it open: nothing wrong is ever answered."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.catalogue import Catalogue
from indexer.index import Index
from indexer.parse import parse
from indexer.question import Question
from indexer.refill import refill, usable
from indexer.search import find
from indexer.textstore import TextStore
from schema.errors import ArchiveBusyError, ArchiveError
from tests.indexer.scan import invented, record

COUNT = 14


def zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def zero_in_place(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x40
    path.write_bytes(bytes(data))


def empty(path: Path) -> None:
    path.write_bytes(b"")


HARMS = [zero, zero_in_place, cut, flip, empty, Path.unlink]


class Shelves:
    """A catalogue and a text store with documents, and an index of them in two segments with a document taken out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.catalogue = Catalogue(folder / "catalogue.sqlite")
        self.store = TextStore(folder / "text.sqlite")
        for number in range(COUNT):
            self.put(number)

    def put(self, number: int) -> None:
        document, reading = invented(number)
        self.store.put(document.sha256, reading)
        with self.catalogue.transaction():
            self.catalogue.put(replace(document, path=str(number)))

    def make_index(self, name: str) -> Path:
        folder, made = self.folder / name, self.folder / "made"
        if not made.exists():
            self._make(made)
        shutil.copytree(made, folder)
        return folder

    def _make(self, folder: Path) -> None:
        index = Index.open(folder)
        index.apply([record(*invented(number)) for number in range(COUNT - 2)], (), COUNT - 2)
        refill(index, self.catalogue, self.store.folded)
        index.close()

    def close(self) -> None:
        self.store.close()
        self.catalogue.close()


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelves]:
    shelves = Shelves(tmp_path)
    yield shelves
    shelves.close()


def ids(index: Index, query: str = "") -> set[str]:
    return {entry.id for entry in find(index, Question(parse(query), ())).entries()}


def everything(count: int = COUNT) -> set[str]:
    return {f"d{number}" for number in range(count)}


def victims(folder: Path) -> list[str]:
    """Return what tells the files of an index apart: their endings, and which segment's they are."""
    return sorted(path.name for path in folder.iterdir() if path.stat().st_size and "LOCK" not in path.name)


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_index_is_found_at_opening_and_made_again_aside(shelves: Shelves, harm: Callable[[Path], None]) -> None:
    turns = len(victims(shelves.make_index("0")))
    assert turns == 10
    for turn in range(turns):
        folder = shelves.make_index(f"{turn}x")
        victim = folder / victims(folder)[turn]
        harm(victim)
        with pytest.raises(ArchiveError) as raised:
            Index.read(folder)
        assert raised.value.message.code == "search.index-damaged", victim
        index = usable(folder, shelves.catalogue, shelves.store.folded)
        assert (index.position, ids(index)) == (COUNT, everything()), victim
        index.close()
        index = Index.open(folder)
        assert index.apply([record(*invented(90))], (), COUNT + 1)
        assert not (folder / "aside").exists()
        assert {path.suffix for path in folder.iterdir()} <= {".grm", ".trm", ".pst", ".col", ".toc", ".json", ""}
        index.close()


@pytest.mark.parametrize("harm", HARMS)
def test_damage_under_a_searching_process_is_never_answered_from(shelves: Shelves, harm: Callable[[Path], None]) -> None:
    for turn in range(10):
        folder = shelves.make_index(f"{turn}y")
        reader = Index.read(folder)
        assert ids(reader) == everything()
        harm(folder / victims(folder)[turn])
        with pytest.raises(ArchiveError) as raised:
            reader.refresh()
        assert raised.value.message.code == "search.index-damaged"
        usable(folder, shelves.catalogue, shelves.store.folded).close()
        reader.refresh()
        assert ids(reader) == everything()
        reader.close()


@pytest.mark.parametrize("harm", HARMS)
def test_damage_under_the_feeding_process_heals_with_the_next_change(shelves: Shelves, harm: Callable[[Path], None]) -> None:
    folders = [shelves.make_index(f"{turn}z") for turn in range(10)]
    writers = [Index.open(folder) for folder in folders]
    for turn, folder in enumerate(folders):
        harm(folder / victims(folder)[turn])
    shelves.put(COUNT)
    for writer, folder in zip(writers, folders, strict=True):
        refill(writer, shelves.catalogue, shelves.store.folded)
        assert ids(writer) == everything(COUNT + 1)
        reader = Index.read(folder)
        assert (reader.position, ids(reader)) == (COUNT + 1, everything(COUNT + 1))
        reader.close()
        writer.close()


def test_while_one_process_rebuilds_others_say_so_and_wait(shelves: Shelves) -> None:
    folder = shelves.make_index("w")
    feeder = Index.open(folder)
    zero(next(folder.glob("*.grm")))
    rebuilding = Index.open(folder)
    assert rebuilding.position == 0
    with pytest.raises(ArchiveBusyError) as raised:
        usable(folder, shelves.catalogue, shelves.store.folded)
    assert raised.value.message.code == "search.rebuilding"
    # The feeder goes on as well: what it is given now comes with its next look.
    shelves.put(COUNT)
    assert refill(feeder, shelves.catalogue, shelves.store.folded) == 0
    assert feeder.waiting
    assert refill(rebuilding, shelves.catalogue, shelves.store.folded) == COUNT + 1
    shelves.put(COUNT + 1)
    assert refill(feeder, shelves.catalogue, shelves.store.folded) == 1
    assert ids(feeder) == everything(COUNT + 2)
    rebuilding.close()
    feeder.close()


def test_a_rebuilding_that_was_killed_goes_on_where_it_was(shelves: Shelves) -> None:
    folder = shelves.make_index("k")
    zero(next(folder.glob("*.grm")))
    killed = Index.open(folder)
    killed.apply([record(*invented(number)) for number in range(5)], (), 5)
    killed.close()
    index = Index.open(folder)
    assert (index.position, index.doc_count) == (5, 5)
    assert refill(index, shelves.catalogue, shelves.store.folded) == COUNT - 5
    assert ids(index) == everything()
    index.close()


def test_an_index_of_another_catalogue_is_made_again(shelves: Shelves) -> None:
    folder = shelves.make_index("o")
    index = Index.open(folder)
    index.apply([record(*invented(77))], (), 1_000)
    refill(index, shelves.catalogue, shelves.store.folded)
    assert (index.position, ids(index)) == (COUNT, everything())
    index.close()
