"""What the site says of inboxes that are away: whose, since when; to the public not where they lie; nothing when all is well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archive.home import Home
from archive.opening import reading_archive
from archive.setup import init
from archive.shares import Share, ShareBoard, ShareState
from schema.settings import Settings
from site_builder.audience import for_audience
from site_builder.build import build
from site_builder.data import Audience
from site_builder.gather import gather
from site_builder.pages import plan
from site_builder.survey import Survey
from tests.site_builder import sample

AWAY = Share(r"\\nas\收件", ShareState.AWAY, "2026-11-02T00:30:00+00:00")


def views(audience: Audience, *shares: Share) -> dict[str, Any]:
    survey = Survey(for_audience(sample.data(audience, shares=shares)))
    return {page.path: page.view for page in plan(survey)}


@pytest.mark.parametrize("state", [state for state in ShareState if state is not ShareState.PRESENT])
def test_every_state_has_its_sentence(state: ShareState) -> None:
    shown = views(Audience.TASKFORCE, Share("收件箱", state, AWAY.since))
    (sentence,) = shown["issues.html"].inboxes
    assert shown["index.html"].inboxes == (sentence,)
    assert "收件箱" in sentence
    assert "2026 年 11 月 2 日 08:30" in sentence, "in China's time"


def test_the_public_reads_of_a_share_but_not_where_it_lies(tmp_path: Path) -> None:
    (sentence,) = views(Audience.PUBLIC, AWAY)["index.html"].inboxes
    assert "有一个收件夹" in sentence
    for audience, there in ((Audience.PUBLIC, False), (Audience.TASKFORCE, True)):
        out = tmp_path / str(audience)
        build(sample.data(audience, shares=(AWAY,)), sample.texts, out, state=tmp_path / f"{audience}.json")
        pages = [path.read_text(encoding="utf-8") for path in out.rglob("*.html")]
        assert any("nas" in page for page in pages) is there
        assert any("连不上" in page for page in pages)


def test_nothing_is_said_while_all_is_well() -> None:
    shown = views(Audience.TASKFORCE)
    assert shown["index.html"].inboxes == shown["issues.html"].inboxes == ()


def test_states_come_from_the_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    init(home, Settings(), None)
    inbox = home.root / "收件箱"
    with reading_archive(home) as archive:
        assert gather(archive, Audience.TASKFORCE).shares == ()
        board = ShareBoard(home, archive.district.settings)
        board.set(inbox, ShareState.SHRUNK)
        (share,) = gather(archive, Audience.TASKFORCE).shares
        assert (share.path, share.state) == (str(inbox), ShareState.SHRUNK)
        assert share.since
        board.set(inbox, ShareState.PRESENT)
        assert gather(archive, Audience.TASKFORCE).shares == ()
