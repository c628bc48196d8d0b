"""The grams of many documents at once, their tables in a file, and files made of files: always those of `grams_of`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.fold import search_form
from indexer.gather import BODY, Gathered, text_of
from indexer.grams import grams_of
from indexer.sections import DamagedError, Sections, SectionWriter
from indexer.segmentfile import HEAD, PROPERTY, NewDocuments, SegmentFile, merge
from tests.indexer.scan import invented, record

TEXTS = st.lists(
    st.text(st.sampled_from("初中园c12850.%,-() ａＣ\n号年𠮷_的、"), max_size=14).map(search_form), min_size=1, max_size=4
)


@given(TEXTS)
@settings(max_examples=300)
def test_documents_have_their_grams(texts: list[str]) -> None:
    gathered = Gathered()
    wanted: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        gathered.add(number, text)
        for gram in grams_of(text):
            wanted.setdefault(gram, []).append(number)
    gathered.close()
    assert {text_of(pair): list(numbers) for pair, numbers in gathered.grams()} | gathered.others == wanted


def filled(path: Path, first: int, count: int) -> SegmentFile:
    documents = NewDocuments()
    for number in range(first, first + count):
        documents.add(record(*invented(number)))
    documents.write(path)
    return SegmentFile(path)


def contents(file: SegmentFile) -> dict[str, set[str]]:
    """Every term of a file with the ids of its documents."""
    ids = [file.entry(number).id for number in range(file.documents)]
    found = dict(file.other.items())
    for space, table in (("", file.body), (HEAD, file.head)):
        found |= {space + text_of(pair): numbers for pair, numbers in table.between(0, 1 << 32)}
    return {term: {ids[number] for number in numbers} for term, numbers in found.items()}


def expected(file: SegmentFile) -> dict[str, set[str]]:
    wanted: dict[str, set[str]] = {}
    for number in range(file.documents):
        entry = file.entry(number)
        text = file.text(number).decode("utf-16-le")
        terms = grams_of(text) | {HEAD + gram for gram in grams_of(entry.head())}
        assert text == entry.head() + BODY + record(*invented(int(entry.id[1:]))).text
        for term in terms | {f"{PROPERTY}{name}={value}" for name, value in entry.stored_properties()}:
            wanted.setdefault(term, set()).add(entry.id)
    return wanted


def test_a_file_and_one_made_of_files_hold_the_same(tmp_path: Path) -> None:
    files = [filled(tmp_path / f"{first}.grm", first, 20) for first in (0, 20, 40)]
    for file in files:
        assert contents(file) == expected(file)
    dead = [frozenset({0, 3, 19}), frozenset(), frozenset(range(20)) - {7}]
    merge(list(zip(files, dead, strict=True)), tmp_path / "merged.grm")
    merged = SegmentFile(tmp_path / "merged.grm")
    alive = [first + number for first, gone in zip((0, 20, 40), dead, strict=True) for number in range(20) if number not in gone]
    assert [merged.entry(number).id for number in range(merged.documents)] == [f"d{number}" for number in alive]
    assert contents(merged) == expected(merged)
    again = filled(tmp_path / "again.grm", 20, 20)
    assert list(again.standing) == list(merged.standing)[17:37]
    assert list(again.ties) == list(merged.ties)[17:37]
    for file in (*files, merged, again):
        file.close()


def test_sections_come_back_or_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with SectionWriter(path) as writer:
        writer.add("empty", ())
        writer.add("some", (b"abc", b"defgh"))
    sections = Sections(path)
    assert (sections.read("empty"), sections.read("some"), sections.read("some", 2, 3)) == (b"", b"abcdefgh", b"cde")
    for name, offset, size in (("other", 0, None), ("some", 7, 2), ("some", -1, 1)):
        with pytest.raises(DamagedError):
            sections.read(name, offset, size)
    assert len(sections.numbers("some", "Q")) == 1
    with SectionWriter(tmp_path / "odd") as writer:
        writer.add("odd", (b"abc",))
    odd = Sections(tmp_path / "odd")
    with pytest.raises(DamagedError):
        odd.numbers("odd", "Q")
    odd.close()
    sections.close()
    whole = path.read_bytes()
    for harmed in (whole[:-1], whole[:10], b"", bytes(len(whole)), whole + b"x"):
        path.write_bytes(harmed)
        with pytest.raises(DamagedError):
            Sections(path)


def test_a_writer_that_fails_leaves_no_file_that_opens(tmp_path: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield b"abc"
        raise OSError("full")

    def write() -> None:
        with SectionWriter(tmp_path / "file") as writer:
            writer.add("some", failing())

    with pytest.raises(OSError, match="full"):
        write()
    with pytest.raises(DamagedError):
        Sections(tmp_path / "file")
