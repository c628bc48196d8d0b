"""What people decide teaches how other papers called alike are proposed: the same in any order, undone when switched off."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.flow.conftest import command_of

Clerk = Callable[..., str]
POINT, OTHER = "compulsory/C24", "compulsory/C15"
# Words that no lexicon has.
NAMES = ("清溪小学蓝鲸计划推进情况月报", "云台中学蓝鲸计划推进情况月报（3月）", "2024年蓝鲸计划推进月报")


@pytest.fixture
def papers(clerks_home, clerk: Clerk) -> dict[str, str]:
    """Three papers of three units, called alike; their ids by name."""
    for name, unit in zip(NAMES, ("清溪小学", "云台初级中学", "石桥教学点"), strict=True):
        place = clerks_home / "收件箱" / unit / "待分" / f"{name}.txt"
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"{name}\n\n本月各组按计划推进，未见异常。", encoding="utf-8")
    clerk("ingest")
    return {name: entry["id"] for name, entry in found(clerk).items() if name in NAMES}


def found(clerk: Clerk) -> dict[str, Any]:
    return {Path(entry["name"]).stem: entry for entry in map(json.loads, clerk("list", "--json").splitlines())}


def content(entry: dict[str, Any]) -> list[tuple[str, float, str]]:
    return [(tag["point"], tag["score"], tag["reason"]) for tag in entry["tags"] if tag["basis"] == "content"]


def decide(clerk: Clerk, document: str, *points: str) -> None:
    clerk("tag", "set", document, *points, "--by", "王老师", "--why", "看过原件")


def test_a_decision_teaches_other_papers_and_says_from_which(clerk: Clerk, papers):
    assert all(POINT not in {point for point, *_ in content(found(clerk)[name])} for name in NAMES)
    decide(clerk, papers[NAMES[0]], POINT)
    told = found(clerk)
    for name in NAMES[1:]:
        (first, *_) = content(told[name])
        assert first[0] == POINT
        assert f"“{NAMES[0]}.txt”同类" in first[2]
    assert told[NAMES[0]]["tags"][0]["basis"] == "person"
    before = {name: content(entry) for name, entry in told.items()}
    clerk("rebuild")
    assert {name: content(entry) for name, entry in found(clerk).items()} == before
    clerk("tag", "reject", papers[NAMES[1]], POINT, "--by", "李老师", "--why", "不是这个要点")
    after = found(clerk)
    assert POINT not in {point for point, _score, _reason in content(after[NAMES[1]])}
    taught = {point: score for point, score, _reason in content(after[NAMES[2]])}
    assert taught.get(POINT, 0.0) < before[NAMES[2]][0][1]
    assert after[NAMES[0]]["tags"] == told[NAMES[0]]["tags"], "a person's decision is never touched"


def test_the_order_of_decisions_does_not_show(clerks_home, clerk: Clerk, papers, tmp_path):
    words = [(papers[NAMES[0]], POINT), (papers[NAMES[1]], OTHER, POINT), (found(clerk)["空调清洗报价单"]["id"], OTHER)]
    seen = []
    for number, order in enumerate((words, words[::-1])):
        command = command_of(Path(shutil.copytree(clerks_home, tmp_path / str(number))))
        for document, *points in order:
            decide(command, document, *points)
        seen.append({name: content(entry) for name, entry in found(command).items()})
    assert seen[0][NAMES[2]]
    assert seen[0] == seen[1]


def test_learning_can_be_switched_off_and_on(clerks_home, clerk: Clerk, papers):
    before = content(found(clerk)[NAMES[1]])
    decide(clerk, papers[NAMES[0]], POINT)
    taught = content(found(clerk)[NAMES[1]])
    assert taught != before
    settings = clerks_home / "zuozheng.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("learn = true", "learn = false"), encoding="utf-8")
    clerk("ingest")
    assert content(found(clerk)[NAMES[1]]) == before
    assert found(clerk)[NAMES[0]]["tags"][0]["basis"] == "person"
    settings.write_text(text, encoding="utf-8")
    clerk("ingest")
    assert content(found(clerk)[NAMES[1]]) == taught
