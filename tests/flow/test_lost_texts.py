"""The text store is a throw-away: whoever finds it lost or damaged, the next pass reads everything again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.flow.conftest import Run


@pytest.fixture
def home(tmp_path: Path, zuozheng: Run) -> Path:
    register = tmp_path / "units.csv"
    register.write_text("名称,类型\n清溪小学,小学\n", encoding="utf-8")
    zuozheng("init", "档案馆", "--units", register)
    home = tmp_path / "档案馆"
    settings = home / "zuozheng.toml"
    text = settings.read_text(encoding="utf-8").replace("settle_seconds = 2.0", "settle_seconds = 0.1")
    settings.write_text(text, encoding="utf-8")
    for number in range(5):
        (home / "收件箱" / "清溪小学" / f"C12 {number}.txt").write_text(f"五年级{number}班四十四人", encoding="utf-8")
    zuozheng("ingest", home=home)
    return home


@pytest.mark.parametrize("harm", ["removed", "emptied", "overwritten"])
def test_a_text_store_lost_is_read_again_whoever_finds_it(home: Path, zuozheng: Run, ask: Callable[..., Any], harm: str) -> None:
    store = home / ".zuozheng" / "text.sqlite"
    if harm == "removed":
        store.unlink()
    else:
        store.write_bytes(b"" if harm == "emptied" else b"no database" * 4000)
    zuozheng("search", "四十四人", home=home)  # begins an empty store, and must not hide that it did
    zuozheng("ingest", home=home)
    assert ask("search", "3班四十四人", home=home)["total"] == 1
    (entry,) = [entry for entry in ask("list", home=home) if entry["name"] == "C12 3.txt"]
    assert "四十四人" in ask("text", entry["id"], home=home)["pages"][0]["text"]
    assert entry["text_status"] == "ok"
