from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.display import Pages
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


def test_pages_are_found_by_offset_in_the_search_text(store: TextStore) -> None:
    store.put("a", READING)
    text, pages = store.folded("a") or "", store.pages("a")
    assert [pages.at(text.index(piece)) for piece in ("第一", "格", "第二", "c13", "𠮷")] == [1, 1, 2, 2, 3]
    assert store.pages("b") == Pages()
    store.put("plain", Reading(TextStatus.OK, "txt", None, (Block(None, "body", "文"),)))
    assert store.pages("plain").at(0) is None


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


def test_orphans_are_deleted_with_their_texts(store: TextStore, tmp_path: Path) -> None:
    for name in "abc":
        store.put(name, READING)
    assert store.keep_only(["b", "z"]) == 2
    assert set(store.statuses()) == {"b"}
    store.close()
    database = sqlite3.connect(tmp_path / "text.sqlite")
    assert database.execute("SELECT count(*) FROM texts").fetchone() == (1,)
    database.close()


def test_text_that_cannot_be_encoded_keeps_its_length(store: TextStore) -> None:
    store.put("a", Reading(TextStatus.OK, "txt", None, (Block(None, "body", "前\ud800后"),)))
    assert store.folded("a") == "前\ud800后"
    reading = store.get("a")
    assert reading
    assert len(reading.blocks[0].text) == 3


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
    data[4096 * 8 :] = b"\xa5" * (len(data) - 4096 * 8)
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
