"""A person's word on the points of a document: by command, beside a running watch, for new versions, after a rebuild."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from archive.layout import sidecar_path
from archive.sidecar import load
from schema.model import Basis, Document
from tests.flow.conftest import ENVIRONMENT
from tests.waiting import wait_for

WANG = ("--by", "王老师", "--why", "与督导科核对过")


Clerk = Callable[..., str]
Entry = dict[str, Any]


def documents(clerk: Clerk) -> list[Entry]:
    return [json.loads(line) for line in clerk("list", "--json").splitlines()]


def by_id(clerk: Clerk, document: str) -> Entry:
    return next(entry for entry in documents(clerk) if entry["id"] == document)


def proposed(clerk: Clerk) -> Entry:
    """A document whose points only its content tells."""
    entry = next(entry for entry in documents(clerk) if entry["name"] == "石桥小学音乐教室、美术教室使用登记册.txt")
    assert {tag["basis"] for tag in entry["tags"]} == {"content"}
    return entry


def kept(home: Path, entry: Entry) -> Document:
    return load((home / "档案" / sidecar_path(entry["path"])).read_bytes()).document


def assigned(entry: Entry) -> list[str]:
    return [tag["point"] for tag in entry["tags"] if tag["state"] == "assigned"]


def dropped(home: Path, clerk: Clerk) -> Entry:
    """A document that its folder files under compulsory/C19."""
    place = home / "收件箱" / "清溪小学" / "C19" / "教师资格证台账.txt"
    place.parent.mkdir()
    place.write_text("教师资格证台账", encoding="utf-8")
    clerk("ingest")
    return next(entry for entry in documents(clerk) if entry["name"] == place.name)


def test_an_accepted_proposal_is_filed_counts_and_says_by_whom(clerks_home, clerk: Clerk):
    entry = proposed(clerk)
    point = entry["tags"][0]["point"]
    assert entry["path"].startswith("_待归类/")
    assert clerk("tag", "accept", entry["id"], point, "--by", "王老师").startswith("已记录。")
    now = by_id(clerk, entry["id"])
    (tag,) = now["tags"]
    assert (tag["point"], tag["state"], tag["basis"], tag["score"]) == (point, "assigned", "person", 1.0)
    assert tag["reason"].startswith("王老师于 ")
    assert f"/{point.rpartition('/')[2]} " in now["path"]
    assert (clerks_home / "档案" / now["path"]).is_file()
    assert not (clerks_home / "档案" / entry["path"]).exists()
    (cell,) = [cell for cell in json.loads(clerk("gaps", "--json"))["cells"] if entry["id"] in cell["documents"]]
    assert cell["point"] == point
    assert "没有变化" in clerk("tag", "accept", entry["id"], point, "--by", "李老师")
    hits = json.loads(clerk("search", now["name"].rpartition(".")[0], "--point", point, "--json"))["hits"]
    assert [hit["id"] for hit in hits] == [entry["id"]]
    clerk("verify")


def test_pages_and_receipts_say_at_once_what_was_decided_and_by_whom_where_they_may(clerks_home, clerk: Clerk, tmp_path):
    entry = proposed(clerk)
    receipt = clerks_home / "收件箱" / "清溪小学" / "_回执.html"
    row = entry["name"].removesuffix(".txt")
    point = entry["tags"][0]["point"]

    def cell() -> Entry:
        cells = json.loads(clerk("gaps", "--unit", "清溪小学", "--json"))["cells"]
        return next(one for one in cells if one["point"] == point)

    clerk("tag", "reject", entry["id"], point, *WANG)
    assert entry["id"] not in cell()["documents"]
    clerk("tag", "set", entry["id"], point, *WANG)
    assert entry["id"] in cell()["documents"]
    assert row in receipt.read_text(encoding="utf-8")
    said = {}
    for audience in ("public", "taskforce", "inspector"):
        clerk("site", "--audience", audience, "--out", tmp_path / audience)
        shipped = [path for path in (tmp_path / audience).rglob("*") if path.suffix in (".html", ".js", ".json")]
        said[audience] = any("王老师" in path.read_text(encoding="utf-8") for path in shipped)
    assert said == {"public": False, "taskforce": True, "inspector": True}


def test_a_rejected_proposal_stays_rejected_through_rebuild_and_reread(clerk: Clerk):
    entry = proposed(clerk)
    wrong = entry["tags"][0]["point"]
    clerk("tag", "reject", entry["id"], wrong, *WANG)
    for step in ((), ("rebuild",), ("reread", entry["id"]), ("ingest",)):
        if step:
            clerk(*step)
        now = by_id(clerk, entry["id"])
        assert wrong not in {tag["point"] for tag in now["tags"]}
        assert [one["point"] for one in now["rejected"]] == [wrong]
        assert "与督导科核对过" in now["rejected"][0]["reason"]
    clerk("tag", "set", entry["id"], wrong, *WANG)
    now = by_id(clerk, entry["id"])
    assert assigned(now) == [wrong]
    assert wrong not in {one["point"] for one in now["rejected"]}, "a person may think better of it"


def test_a_person_outranks_the_folder_now_and_in_new_versions(clerks_home, clerk: Clerk):
    entry = dropped(clerks_home, clerk)
    assert (assigned(entry), entry["tags"][0]["basis"]) == (["compulsory/C19"], "folder")
    clerk("tag", "set", entry["id"], "compulsory/C18", "compulsory/C17", *WANG)
    now = by_id(clerk, entry["id"])
    assert assigned(now) == ["compulsory/C18", "compulsory/C17"]
    assert "/C18 " in now["path"]
    assert [one["point"] for one in now["rejected"]] == ["compulsory/C19"]
    source = clerks_home / entry["source"]
    source.write_text("教师资格证台账，第二版", encoding="utf-8")
    clerk("ingest")
    (newer,) = [one for one in documents(clerk) if one["supersedes"] == entry["id"]]
    assert assigned(newer) == ["compulsory/C18", "compulsory/C17"]
    assert {tag["basis"] for tag in newer["tags"]} == {"person"}
    assert [one["point"] for one in newer["rejected"]] == ["compulsory/C19"]
    clerk("rebuild")
    assert by_id(clerk, newer["id"])["tags"] == newer["tags"]
    shutil.copy(source, source.with_name("C19 又一份.txt"))
    clerk("ingest")
    assert "compulsory/C19" not in assigned(by_id(clerk, newer["id"])), "a copy's path does not outrank the person either"
    clerk("verify")


def test_a_document_ruled_out_everywhere_is_unplaced_again(clerks_home, clerk: Clerk):
    entry = dropped(clerks_home, clerk)
    clerk("tag", "reject", entry["id"], "compulsory/C19", *WANG)
    now = by_id(clerk, entry["id"])
    assert assigned(now) == []
    assert now["path"].startswith("_待归类/清溪小学/")
    assert (clerks_home / "档案" / now["path"]).is_file()


def test_the_sidecar_holds_who_when_why_item_and_period(clerks_home, clerk: Clerk):
    entry = proposed(clerk)
    clerk("tag", "set", entry["id"], "compulsory/C19", "--item", "1", "--period", "2024年", *WANG)
    document = kept(clerks_home, by_id(clerk, entry["id"]))
    (tag,) = document.tags
    assert (tag.basis, tag.period) == (Basis.PERSON, "2024年")
    assert tag.item
    said = dict(tag.reason.params)
    assert (said["by"], said["why"]) == ("王老师", "与督导科核对过")
    assert datetime.fromisoformat(said["when"]).tzinfo is not None
    assert document.dismissed == (), "what content had proposed is no decision"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("accept", "nobody", "compulsory/C19", "--by", "甲"), "没有编号"),
        (("accept", "{id}", "compulsory/C99", "--by", "甲"), "没有要点"),
        (("accept", "{id}", "--by", "甲"), "写明确认哪一个"),
        (("accept", "{id}", "preschool/C1", "--by", "甲"), "zuozheng tag set"),
        (("reject", "{id}", "preschool/C1", "--by", "甲", "--why", "不是"), "zuozheng tag set"),
        (("set", "{id}", "compulsory/C19", "--by", " ", "--why", "是"), "--by"),
        (("set", "{id}", "compulsory/C19", "--by", "甲", "--why", " "), "--why"),
        (("set", "{id}", "compulsory/C19", "--by", "甲", "--why", "是", "--item", "没有的"), "应备材料"),
        (("set", "{id}", "compulsory/C19", "--by", "甲", "--why", "是", "--period", "昨天"), "看不懂时间"),
    ],
)
def test_mistakes_get_one_clear_sentence_and_change_nothing(clerk: Clerk, arguments, told):
    entry = next(entry for entry in documents(clerk) if not entry["tags"])
    assert told in clerk("tag", *(word.replace("{id}", entry["id"]) for word in arguments), code=1)
    assert by_id(clerk, entry["id"]) == entry


def test_the_dry_run_is_as_it_was_and_a_file_may_be_called_set(clerk: Clerk, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "set").write_text("教师资格证台账", encoding="utf-8")
    (tmp_path / "tag").mkdir()
    (tmp_path / "tag" / "C19 台账.txt").write_text("教师资格证台账", encoding="utf-8")
    for words in (("./set",), ("--unit-kind", "primary", "./set"), ("tag", "./set"), ("--", "set")):
        found = [Path(json.loads(line)["path"]).name for line in clerk("tag", "--json", *words).splitlines()]
        assert found[-1] == "set", words
    only = json.loads(clerk("tag", "tag", "--unit-kind", "primary", "--json"))
    assert (only["tags"][0]["point"], only["tags"][0]["state"]) == ("compulsory/C19", "assigned")
    told = clerk("tag", "--help")
    assert "--unit-kind" in told
    assert "accept" in told
    assert "Usage" in clerk("tag", code=2)


def test_a_word_said_beside_a_running_watch_takes_effect(clerks_home, clerk: Clerk):
    entry = proposed(clerk)
    point = entry["tags"][0]["point"]
    command = [sys.executable, "-m", "zuozheng", "--home", str(clerks_home), "watch"]
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as watch:
        try:
            assert watch.stderr is not None
            assert watch.stderr.readline()
            assert "已交给正在运行的程序" in clerk("tag", "accept", entry["id"], point, "--by", "王老师")
            wait_for(lambda: {tag["basis"] for tag in by_id(clerk, entry["id"])["tags"]} == {"person"})
        finally:
            watch.terminate()
            watch.wait(120)
    assert list((clerks_home / ".zuozheng" / "rulings").iterdir()) == []
