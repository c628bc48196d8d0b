"""The queue of scans, with a stand-in for the engine: what is kept, in which order, and what a stop or a kill leaves."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from archive.home import Home
from archive.intake import take_in
from archive.opening import writing_archive
from archive.setup import init
from indexer.query import Phrase
from indexer.question import Question
from indexer.reading import Block, Limits
from indexer.scan_page import Outcome
from indexer.scans import Recogniser, still_waiting, waiting_documents
from indexer.search import find
from indexer.update import Stages, catch_up, opened, reread
from schema.model import TextStatus
from schema.settings import Settings
from tests.indexer import samples
from zuozheng.conveyor import all_inboxes

PAGE = (600, 800)


class Here:
    """A pool that does its work at once, in this process."""

    def schedule(self, task: Any, args: tuple[Any, ...], timeout: float) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(task(*args))
        except BaseException as error:
            future.set_exception(error)
        return future


def seen(path: Path, kind: str, number: int, limits: Limits) -> Outcome:
    if "空白" in path.name:
        return ()
    if "坏" in path.name:
        return TextStatus.CORRUPT
    if "挂" in path.name:
        raise TimeoutError
    return (Block(number, "ocr", f"关于校园安全的通知 第{number}页\n2024年3月5日", 0.8),)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    init(home, Settings(settle_seconds=0.01, patience_seconds=0.1), None)
    return home


@contextmanager
def stages_over(home: Home) -> Iterator[Stages]:
    with writing_archive(home) as archive, opened(archive) as stages:
        take_in(archive, all_inboxes(archive, lambda _: None))
        catch_up(stages)
        yield stages


def inbox(home: Home) -> Path:
    return next(path for path in (home.root / "收件箱").iterdir() if path.is_dir())


def recogniser(stages: Stages, engine: str = "stand-in 1", **options: Any) -> Recogniser:
    return Recogniser(stages, Here(), engine, look=seen, **options)


def finish(working: Recogniser) -> Recogniser:
    while working.step(1.0):
        pass
    return working


def texts(stages: Stages) -> dict[str, str]:
    return {document.name: (stages.store.folded(document.sha256) or "") for document in stages.archive.catalogue.documents()}


def test_scans_become_searchable_and_say_where_their_text_comes_from(home):
    samples.pdf(inbox(home) / "三页.pdf", [[], [], ["有文字的一页一共有十五个以上的字符吧"]], picture=True)
    samples.picture(inbox(home) / "空白.png", PAGE)
    with stages_over(home) as stages:
        assert still_waiting(stages.store, stages.archive.catalogue) is not None
        working = finish(recogniser(stages))
        assert (working.done.pages, working.done.with_text, working.done.documents) == (3, 2, 2)
        assert "第2页" in texts(stages)["三页.pdf"]
        document = next(entry for entry in stages.archive.catalogue.documents() if entry.name == "三页.pdf")
        assert (document.facts.text_status, document.facts.title) == (TextStatus.OK, "关于校园安全的通知第1页")
        # A date that a machine read off a picture settles no year.
        assert document.facts.date == ""
        assert stages.index.position == stages.archive.catalogue.last_seq()
        assert list(waiting_documents(stages.store, stages.archive.catalogue)) == []
        assert finish(recogniser(stages)).done.pages == 0


def test_failures_are_kept_and_tried_again_only_when_asked(home):
    for name in ("坏.png", "挂.png"):
        samples.picture(inbox(home) / name, (600, 800 + len(name.encode()) + ord(name[0]) % 7))
    with stages_over(home) as stages:
        assert finish(recogniser(stages)).done.failed == 2
        assert finish(recogniser(stages)).done.pages == 0
        assert finish(recogniser(stages, again=True)).done.pages == 2
        failures = {result.failure for sha in stages.store.statuses() for result in stages.store.recognised(sha).values()}
        assert failures == {"corrupt", "timeout"}


def test_a_new_engine_looks_again_only_when_asked(home):
    samples.picture(inbox(home) / "一.png", PAGE)
    with stages_over(home) as stages:
        finish(recogniser(stages))
        assert finish(recogniser(stages, engine="stand-in 2")).done.pages == 0
        assert finish(recogniser(stages, engine="stand-in 2", again=True)).done.pages == 1
        assert finish(recogniser(stages, engine="stand-in 2", again=True)).done.pages == 0


def test_without_an_engine_scans_are_only_counted(home):
    samples.picture(inbox(home) / "一.png", PAGE)
    with stages_over(home) as stages:
        assert finish(recogniser(stages, engine="")).done.pages == 0
        assert [pages for _, pages in waiting_documents(stages.store, stages.archive.catalogue)] == [1]


def test_a_stopped_run_goes_on_where_it_was(home):
    samples.pdf(inbox(home) / "五页.pdf", [[]] * 5, picture=True)
    with stages_over(home) as stages:
        working = recogniser(stages)
        for _ in range(3):
            working.step(1.0)
    # Killed: nothing was published, yet every page that was done is kept.
    with stages_over(home) as stages:
        assert finish(recogniser(stages)).done.pages == 2
        assert "第5页" in texts(stages)["五页.pdf"]


def test_a_kill_between_the_last_page_and_its_publication_loses_nothing(home):
    samples.picture(inbox(home) / "一.png", PAGE)
    with stages_over(home) as stages:
        working = recogniser(stages)
        working._hand_out()
        working._keep(working._running.popleft())
    with stages_over(home) as stages:
        assert stages.store.waiting() == (next(iter(stages.store.statuses())),)
        assert find(stages.index, Question(Phrase("校园安全"), ())).total == 0
        assert finish(recogniser(stages)).done.pages == 0
        assert "校园安全" in texts(stages)["一.png"]
        assert stages.store.waiting() == ()
        assert find(stages.index, Question(Phrase("校园安全"), ())).total == 1


def test_a_copy_costs_nothing(home):
    samples.picture(inbox(home) / "一.png", PAGE)
    (inbox(home) / "二.png").write_bytes((inbox(home) / "一.png").read_bytes())
    with stages_over(home) as stages:
        assert finish(recogniser(stages)).done.pages == 1
        assert all("校园安全" in text for text in texts(stages).values())


def test_rereading_keeps_what_was_recognised_and_reaches_the_index(home):
    samples.picture(inbox(home) / "一.png", PAGE)
    (inbox(home) / "二.txt").write_text("校园食堂管理制度", encoding="utf-8")
    with stages_over(home) as stages:
        finish(recogniser(stages))
        before = stages.index.position
        assert reread(stages, tuple(stages.store.statuses())) == 0
        assert stages.index.position > before
        assert "校园安全" in texts(stages)["一.png"]
        assert texts(stages)["二.txt"] == "校园食堂管理制度"


def test_who_looks_while_texts_are_read_again_looks_again_afterwards(home):
    (inbox(home) / "二.txt").write_text("校园食堂管理制度", encoding="utf-8")
    with stages_over(home) as stages:
        finish(recogniser(stages))
        seen_meanwhile = []

        def look(_name: str) -> None:
            seen_meanwhile.extend(document.seq for document in stages.archive.catalogue.documents())

        reread(stages, tuple(stages.store.statuses()), look)
        assert [document.seq for document in stages.archive.catalogue.documents()] > seen_meanwhile
