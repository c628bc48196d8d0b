from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.papers import Corpus
from indexer.fold import search_form
from indexer.reading import Block, Reading
from indexer.recognition import Recognised
from indexer.textstore import Stamp, TextStore
from schema.messages import message
from schema.model import TextStatus

READING = Reading(
    TextStatus.PARTIAL,
    "pdf",
    3,
    (
        Block(1, "body", "第一页 的\n文字"),
        Block(1, "table", "单元\t格"),
        Block(2, "body", "第二页\u3000C12\n C13"),
        Block(3, "note", "𠮷"),
    ),
    (("title", "题名"),),
    (message("schema.faults", count=3),),
    "engine 1",
    "0.1.0",
)


PAIRS = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TextStore]:
    store = TextStore(tmp_path / "text.sqlite")
    yield store
    store.close()


def test_a_reading_comes_back_as_it_was(store: TextStore) -> None:
    store.put("a", READING)
    assert store.get("a") == READING
    assert store.get("b") is None
    assert store.folded("a") == "第一页的文字单元格第二页c12 c13𠮷"
    assert store.folded("b") is None
    assert store.statuses() == {"a": TextStatus.PARTIAL}
    assert store.stamps() == {"a": Stamp(TextStatus.PARTIAL, "pdf", "engine 1", "0.1.0")}


def test_putting_again_replaces(store: TextStore) -> None:
    store.put("a", READING)
    store.put("a", Reading(TextStatus.EMPTY, engine="engine 2"))
    assert store.folded("a") == ""
    assert store.stamps()["a"].engine == "engine 2"
    assert list(store.texts(["a", "a", "b"])) == [("a", "")]


def test_many_texts_at_once(store: TextStore) -> None:
    with store.batch():
        for number in range(1203):
            store.put(f"h{number}", Reading(TextStatus.OK, "txt", None, (Block(None, "body", f"文{number}"),)))
    assert dict(store.texts(f"h{number}" for number in range(1300))) == {f"h{number}": f"文{number}" for number in range(1203)}


def test_a_broken_batch_keeps_nothing(store: TextStore) -> None:
    store.put("a", READING)

    def break_off() -> None:
        with store.batch():
            store.put("b", READING)
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        break_off()
    assert set(store.statuses()) == {"a"}
    store.put("b", READING)
    assert set(store.statuses()) == {"a", "b"}


def test_orphans_are_deleted(store: TextStore) -> None:
    for name in "abc":
        store.put(name, READING)
    assert store.keep_only(["b", "z"]) == 2
    assert set(store.statuses()) == {"b"}
    assert [sha256 for sha256, _text in store.texts("abc")] == ["b"]


@given(st.text(st.characters() | st.characters(categories=["Cs"]) | st.sampled_from('〇𠮷\x00\x80\ue5e5\uffff\\"'), max_size=50))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back(store: TextStore, text: str) -> None:
    """Lone halves of surrogate pairs, too; two that stand together are, as everywhere in JSON, one character afterwards."""
    reading = Reading(TextStatus.OK, "txt", None, (Block(None, "body", text),))
    store.put("a", reading)
    whole = re.sub(
        "[\ud800-\udbff][\udc00-\udfff]", lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text
    )
    assert store.get("a") == replace(reading, blocks=(Block(None, "body", whole),))
    assert store.folded("a") == search_form(whole)


def test_packed_readings_stay_small(store: TextStore, tmp_path: Path) -> None:
    papers = list(map(Corpus().paper, range(400)))
    with store.batch():
        for document, reading in papers:
            store.put(document.sha256, reading)
    store.close()
    text = sum(len(reading.text.encode()) for _document, reading in papers)
    assert (tmp_path / "text.sqlite").stat().st_size <= 0.45 * text


@pytest.mark.parametrize("harm", [b"", b"not a database, but long enough to look like one" * 400, None, 3000])
def test_a_damaged_file_is_set_aside_and_the_store_begins_anew(tmp_path: Path, harm: bytes | int | None) -> None:
    path = tmp_path / "text.sqlite"
    store = TextStore(path)
    with store.batch():
        for number in range(50):
            store.put(f"h{number}", READING)
    store.take_note()
    assert not store.fresh
    store.close()
    data = path.read_bytes()
    if isinstance(harm, bytes):
        path.write_bytes(harm)
    else:
        path.write_bytes(data[:harm] if harm else bytes(len(data)))
    store = TextStore(path)
    assert store.get("h7") is None
    assert store.fresh
    store.put("h7", READING)
    assert store.get("h7") == READING
    store.close()


def test_damage_found_in_use_begins_anew_too(tmp_path: Path) -> None:
    path = tmp_path / "text.sqlite"
    store = TextStore(path)
    with store.batch():
        for number in range(200):
            store.put(f"h{number}", READING)
    store.take_note()
    store.close()
    data = bytearray(path.read_bytes())
    # The last pages: the readings, not what tells where they are.
    data[len(data) // 2 :] = b"\xa5" * (len(data) - len(data) // 2)
    path.write_bytes(bytes(data))
    store = TextStore(path)
    found = dict(store.texts(f"h{number}" for number in range(200)))
    assert len(found) < 200
    assert store.fresh
    store.put("new", READING)
    assert store.get("new") == READING
    assert (tmp_path / "text.sqlite.damaged").exists()
    store.close()
    again = TextStore(path)
    assert again.fresh, "until somebody takes note, in whatever process"
    again.take_note()
    again.close()
    noted = TextStore(path)
    assert not noted.fresh
    noted.close()


def test_a_store_that_another_process_began_anew_is_gone_over_to(tmp_path: Path) -> None:
    path = tmp_path / "text.sqlite"
    store = TextStore(path)
    store.put("a", READING)
    store.take_note()
    for file in tmp_path.iterdir():
        file.unlink()
    other = TextStore(path)
    assert other.fresh
    assert store.fresh
    store.put("b", READING)
    assert other.get("b") == READING
    other.close()
    store.close()


def test_a_store_of_another_version_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "text.sqlite"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE readings (id INTEGER)")
    database.execute("PRAGMA user_version = 99")
    database.close()
    store = TextStore(path)
    assert store.fresh
    assert store.statuses() == {}
    store.close()


def test_another_process_may_read_meanwhile(store: TextStore, tmp_path: Path) -> None:
    other = TextStore(tmp_path / "text.sqlite")
    with store.batch():
        store.put("a", READING)
        assert other.get("a") is None
    assert other.get("a") == READING
    other.close()


SCAN = Reading(TextStatus.NEEDS_OCR, "pdf", 2, engine="pypdfium2 5", version="0.1.0", scans=(1, 2))


def recognised(text: str, engine: str = "ocr 1", failure: str = "") -> Recognised:
    return Recognised((Block(1, "ocr", text, 0.5),) if text else (), engine, failure)


def test_scans_wait_until_every_page_was_looked_at(store: TextStore) -> None:
    store.put("b", SCAN)
    store.put("a", replace(SCAN, scans=(1,)))
    store.put("c", READING)
    assert store.waiting() == ("a", "b")
    store.recognise("b", 1, recognised("第一页"))
    store.settle("b")
    assert store.waiting() == ("a", "b")
    assert store.statuses()["b"] is TextStatus.PARTIAL
    store.recognise("b", 2, recognised(""))
    store.settle("b")
    assert store.waiting() == ("a",)
    assert store.folded("b") == "第一页"
    assert store.stamps()["b"] == Stamp(TextStatus.PARTIAL, "pdf", "pypdfium2 5 + ocr 1", "0.1.0")


def test_what_was_recognised_outlives_a_re_reading(store: TextStore) -> None:
    store.put("a", SCAN)
    store.recognise("a", 1, recognised("第一页"))
    store.put("a", replace(SCAN, engine="pypdfium2 6"))
    found = store.get("a")
    assert found is not None
    assert (found.text, found.engine) == ("第一页", "pypdfium2 6 + ocr 1")
    assert store.read_alone("a") == replace(SCAN, engine="pypdfium2 6")
    assert store.keep_only([]) == 1
    assert store.recognised("a") == {}


def test_another_engine_and_failures_may_be_looked_at_again(store: TextStore) -> None:
    for name, result in (("a", recognised("甲")), ("b", recognised("乙", "ocr 0")), ("c", recognised("", failure="timeout"))):
        store.put(name, replace(SCAN, scans=(1,)))
        store.recognise(name, 1, result)
        store.settle(name)
    assert store.waiting() == ()
    assert store.waiting("ocr 1") == ("b", "c")
