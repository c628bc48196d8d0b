"""When the lexicon or a framework changes: shown first, done when asked, and what people decided stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

Clerk = Callable[..., str]
PLAIN, DECIDED, FILED = "蓝鲸计划推进情况月报", "蓝鲸计划推进情况年报", "C32 认可度问卷统计"


@pytest.fixture
def changed(clerks_home: Path, clerk: Clerk) -> Path:
    """A home with a paper nothing is known of, one that a person filed, one its name files; then its lexicon changes."""
    place = clerks_home / "收件箱" / "清溪小学"
    for name in (PLAIN, DECIDED, FILED):
        (place / f"{name}.txt").write_text(f"{name}\n\n本月各组均无异常。", encoding="utf-8")
    clerk("ingest")
    clerk("tag", "set", found(clerk)[DECIDED]["id"], "compulsory/C31", "--by", "王老师", "--why", "看过原件")
    own = clerks_home / "体系" / "frameworks"
    own.mkdir(parents=True, exist_ok=True)
    text = (files("schema") / "data" / "frameworks" / "compulsory.toml").read_text(encoding="utf-8")
    first, point, rest = text.partition('code = "C24"\n')
    assert point
    head, items, tail = rest.partition("items = [\n")
    assert items
    more = '  { title = "蓝鲸计划推进情况月报", keywords = ["蓝鲸计划", "蓝鲸计划推进", "推进情况月报"], basis = "judgement" },\n'
    (own / "compulsory.toml").write_text(first + point + head + items + more + tail, encoding="utf-8")
    return clerks_home


def found(clerk: Clerk) -> dict[str, Any]:
    return {Path(entry["name"]).stem: entry for entry in map(json.loads, clerk("list", "--json").splitlines())}


def test_what_would_change_is_shown_and_nothing_done(changed, clerk: Clerk):
    before = found(clerk)
    *shown, sums = map(json.loads, clerk("retag", "--json").splitlines())
    by_id = {one["id"]: one for one in shown}
    one = by_id[before[PLAIN]["id"]]
    assert "compulsory/C24" in {tag["point"] for tag in one["after"]}
    assert "compulsory/C24" not in {tag["point"] for tag in one["before"]}
    assert before[DECIDED]["id"] not in by_id
    assert (sums["changed"], sums["applied"]) == (len(shown), False)
    assert sums["documents"] == len(before)
    assert found(clerk) == before
    assert "什么也没有改" in clerk("retag")


def test_it_is_done_when_asked_and_then_there_is_no_more_to_do(changed, clerk: Clerk):
    before = found(clerk)
    assert "已照此改好" in clerk("retag", "--apply")
    after = found(clerk)
    assert "compulsory/C24" in {tag["point"] for tag in after[PLAIN]["tags"]}
    assert after[DECIDED]["tags"] == before[DECIDED]["tags"]
    assert after[FILED]["tags"] == before[FILED]["tags"]
    assert json.loads(clerk("retag", "--json"))["changed"] == 0


def test_paths_are_read_by_the_frameworks_of_today(changed, clerk: Clerk):
    entry = found(clerk)[FILED]
    assert [tag["point"] for tag in entry["tags"] if tag["state"] == "assigned"] == ["compulsory/C32"]
    own = changed / "体系" / "frameworks" / "compulsory.toml"
    text = own.read_text(encoding="utf-8")
    own.write_text(text[: text.rindex("[[point]]")], encoding="utf-8")
    duties = changed / "体系" / "duties" / "rongchang.toml"
    duties.parent.mkdir()
    spans = (files("schema") / "data" / "duties" / "rongchang.toml").read_text(encoding="utf-8").split("[[duty]]")
    kept = [span for span in spans if not ('"compulsory"' in span and 'first = "C32"' in span)]
    assert len(kept) == len(spans) - 1
    duties.write_text("[[duty]]".join(kept), encoding="utf-8")
    clerk("retag", "--apply")
    now = found(clerk)[FILED]
    assert "compulsory/C32" not in {tag["point"] for tag in now["tags"]}
    assert now["path"].startswith("_待归类/")
    assert (changed / "档案" / now["path"]).is_file()
    clerk("verify")
