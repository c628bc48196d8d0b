"""What is there of what is asked: every rule by a small table written by hand, and properties over invented points."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.claims import Said, claim
from schema.coverage import Applicability, Cell, Freshness, Presence, Review, Status, cells
from schema.demand import UNIT, demands
from schema.evidence import UNUSABLE, Evidence
from schema.explain import Use, accounts
from schema.model import (
    Framework,
    Item,
    Level,
    Per,
    Point,
    PointRef,
    Scope,
    TextStatus,
    Unit,
    UnitKind,
    Window,
)
from schema.presence import PieceState
from schema.reviews import Ground, Terms, Verdict, Waiver, terms, text_key
from schema.reviews import Review as Judged

REF = PointRef("preschool", 1)
DAY = date(2026, 3, 1)  # the running year 2026, the running school year 2025-2026
UNITS = (Unit("k", "某幼儿园", UnitKind.KINDERGARTEN),)
ROSTER, PHOTO = Item("教职工花名册", ("花名册",), "x"), Item("活动照片", ("照片",), "x")
CHARTER = Item("办园章程", ("章程",), "x")
YEARLY = Window("year", 1)


def point(*items: Item, window: Window = YEARLY, text: str = "甲乙丙") -> Point:
    return Point(REF, "B1", text, Scope.UNIT, (UnitKind.KINDERGARTEN,), (), window, (), items)


def framework(asked: Point) -> Framework:
    return Framework("preschool", "学前", "学前", "1", "", (), (UnitKind.KINDERGARTEN,), (), (), (asked,))


def filed(number: int = 1, title: str = "", **known) -> Evidence:
    return Evidence(f"d{number}", "k", REF, title=title, sha256=f"s{number}", **known)


def cell(asked: Point, *evidence: Evidence, held: Terms | None = None) -> Cell:
    (found,) = cells([framework(asked)], (), UNITS, evidence, held or Terms(DAY))
    return found


def verdict(entry: Evidence, asked: Point, word: Verdict = Verdict.VERIFIED, **said) -> Judged:
    about = {"sha256": entry.sha256, "text": text_key(asked.text), "why": ""} | said
    return Judged(entry.document, point=REF, verdict=word, by="某人", at="2026-02-01T00:00:00+00:00", **about)


def stand(found: Cell) -> str:
    """Return a cell as a row of the tables below: status, found of needed."""
    return f"{found.status} {len(found.needed) - len(found.lacking)}/{len(found.needed)}"


TWO = point(ROSTER, PHOTO)
THREE_YEARS = point(ROSTER, window=Window("year", 3))


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ([], "missing 0/2"),
        ([filed(1, "2026年教职工花名册")], "partial 1/2"),
        ([filed(1, "2026年教职工花名册"), filed(2, "2026年教职工花名册（修订）")], "partial 1/2"),
        ([filed(1, "2026年教职工花名册"), filed(2, "2025年活动照片")], "submitted 2/2"),
        ([filed(1, "2026年教职工花名册和活动照片")], "submitted 2/2"),
        ([filed(1, "2026年停电通知")], "partial 1/2"),
        ([filed(1, "2026年停电通知"), filed(2, "2026年放假通知")], "submitted 2/2"),
        ([filed(1, "2026年停电通知"), filed(2, "2026年教职工花名册")], "submitted 2/2"),
        ([filed(1, "2024年教职工花名册")], "expired 0/2"),
        ([filed(1, "2024年教职工花名册"), filed(2, "2026年活动照片")], "expired 1/2"),
        ([filed(1, "2027年教职工花名册")], "missing 0/2"),
        ([filed(1, "2026年教职工花名册", usable=False)], "missing 0/2"),
        ([filed(1, items=("活动照片",), period="2026年")], "partial 1/2"),
        ([filed(1, items=("活动照片", "教职工花名册"), period="2026年")], "submitted 2/2"),
        ([filed(1, "教职工花名册", items=("活动照片",), period="2026年"), filed(2, "2026年花名册")], "submitted 2/2"),
        ([filed(1, items=("没有这一样",), period="2026年")], "partial 1/2"),
    ],
)
def test_two_items_of_this_year_or_the_last(evidence, expected):
    assert stand(cell(TWO, *evidence)) == expected


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        ([], "missing 0/3"),
        (["2024年花名册", "2025年花名册", "2026年花名册"], "submitted 3/3"),
        (["2023年花名册", "2024年花名册", "2025年花名册"], "submitted 3/3"),  # the running year need not be over
        (["2023年花名册", "2025年花名册"], "partial 2/3"),
        (["2023年花名册", "2025年花名册", "2026年花名册"], "partial 2/3"),  # 2024 is lacking, whichever end
        (["2022年花名册", "2021年花名册"], "expired 0/3"),
        (["2023年至2025年花名册"], "submitted 3/3"),  # a paper that names three years answers for three
        (["花名册"], "partial 1/3"),  # one that names none, for one
        (["花名册", "花名册二"], "partial 2/3"),
        (["2024年花名册", "花名册", "2026年花名册"], "submitted 3/3"),
        (["2027年花名册"], "missing 0/3"),
    ],
)
def test_the_last_three_years_of_one_item(titles, expected):
    evidence = [filed(number, title) for number, title in enumerate(titles)]
    assert stand(cell(THREE_YEARS, *evidence)) == expected


@pytest.mark.parametrize(
    ("window", "title", "made", "expected"),
    [
        (Window("school-year", 1), "2025年工作总结", "", "submitted 1/1"),
        (Window("school-year", 1), "2024年工作总结", "", "submitted 1/1"),  # its last four months are of 2024-2025
        (Window("school-year", 1), "", "2024-09-01", "submitted 1/1"),
        (Window("school-year", 1), "", "2024-08-31", "submitted 1/1"),  # made in August, about the year to come
        (Window("school-year", 1), "", "2024-07-31", "expired 0/1"),
        (Window("year", 1), "", "2025-01-01", "submitted 1/1"),
        (Window("year", 1), "", "2024-12-31", "expired 0/1"),
        (Window("year", 2), "", "2025-01-15", "partial 1/2"),  # for 2024 or for 2025, not for both
        (Window("term", 1), "", "2025-08-31", "submitted 1/1"),
        (Window("term", 1), "2025年春季学期", "", "expired 0/1"),
        (Window("term", 1), "2025年秋季学期", "", "submitted 1/1"),
        (Window(since=2017), "2017年竣工", "", "submitted 1/1"),
        (Window(since=2017), "2016年竣工", "", "expired 0/1"),
        (Window(once=True), "1998年章程", "", "submitted 1/1"),
        (Window(once=True), "章程", "", "submitted 1/1"),
        (Window("school-year", 2), "2024年总结", "", "partial 1/2"),
        (Window("school-year", 2), "2024-2025学年总结", "", "partial 1/2"),
        (Window("school-year", 2), "2023年9月至2025年6月", "2024-10-01", "submitted 2/2"),
    ],
)
def test_times_at_the_borders_of_windows(window, title, made, expected):
    assert stand(cell(point(window=window), filed(1, title, date=made))) == expected


def test_words_outrank_the_date_and_the_name_the_folder():
    asked = demands(THREE_YEARS, UNIT, DAY)
    for entry, said, year in (
        (filed(1, "2024年总结", name="2023年.docx", folders=("2022年",), date="2025-01-02", period="2021年"), Said.TAG, 2021),
        (filed(1, "2024年总结", name="2023年.docx", folders=("2022年",), date="2025-01-02"), Said.WORDS, 2024),
        (filed(1, "总结", name="2023年.docx", folders=("2022年",), date="2025-01-02"), Said.WORDS, 2023),
        (filed(1, "总结", name="总结.docx", folders=("材料", "2022年"), date="2025-03-02"), Said.FOLDER, 2022),
        (filed(1, "总结", name="总结.docx", folders=("材料",), date="2025-03-02"), Said.DATE, 2025),
    ):
        own = claim(entry, asked, Terms(DAY))
        assert own.spans_by is said
        assert {date.fromordinal(first).year for first, _ in own.spans} == {year}
    assert claim(filed(1, "总结"), asked, Terms(DAY)).spans_by is Said.NOTHING


def test_a_point_without_needed_items_is_unrefined_and_asks_for_one_document_each_time():
    for asked in (point(window=Window("year", 2)), point(replace(ROSTER, level=Level.SHOULD), window=Window("year", 2))):
        found = cell(asked, filed(1, "2025年随便什么"))
        assert not found.refined
        assert stand(found) == "partial 1/2"
        assert stand(cell(asked, filed(1, "2025年花名册"), filed(2, "2024年照片"))) == "submitted 2/2"


def test_a_welcome_item_changes_nothing_and_is_told_apart():
    asked = point(ROSTER, replace(PHOTO, level=Level.SHOULD))
    found = cell(asked, filed(1, "2026年活动照片"))
    assert stand(found) == "missing 0/1"
    assert [piece.document for piece in found.pieces] == ["", "d1"]
    assert stand(cell(asked, filed(1, "2026年花名册"))) == "submitted 1/1"


def test_any_one_of_a_group_will_do():
    asked = point(replace(ROSTER, group="一"), replace(PHOTO, group="一", count=2), CHARTER)
    assert stand(cell(asked, filed(1, "2026年花名册"), filed(2, "2026年章程"))) == "submitted 2/2"
    assert stand(cell(asked, filed(1, "2026年照片"), filed(2, "2026年章程"))) == "partial 2/3"
    assert stand(cell(asked, filed(1, "2026年照片"), filed(3, "2025年照片"), filed(2, "2026年章程"))) == "submitted 3/3"
    found = cell(asked, filed(2, "2026年章程"))
    assert stand(found) == "partial 1/2"
    assert [piece.item for piece in found.lacking] == ["教职工花名册／活动照片"]


def test_counts_ask_for_so_many_documents():
    asked = point(replace(PHOTO, count=2), ROSTER)
    assert stand(cell(asked, filed(1, "2026年照片"))) == "partial 1/3"
    assert stand(cell(asked, filed(1, "2026年照片"), filed(2, "2026年照片二"), filed(3, "2026年花名册"))) == "submitted 3/3"


def test_once_at_all_and_once_in_the_window():
    once = point(replace(CHARTER, per=Per.ONCE), ROSTER)
    in_window = point(replace(CHARTER, per=Per.UNIT), window=Window("year", 3))
    assert stand(cell(once, filed(1, "1998年章程"))) == "partial 1/2"
    assert stand(cell(in_window, filed(1, "2023年章程"))) == "submitted 1/1"
    assert stand(cell(in_window, filed(1, "2022年章程"))) == "expired 0/1"


def test_a_paper_that_holds_for_three_years_outlives_them_on_the_day_after():
    asked = point(replace(CHARTER, per=Per.ONCE, valid=3))
    for made, expected in (("2023-03-01", "submitted 1/1"), ("2023-02-28", "expired 0/1"), ("", "submitted 1/1")):
        assert stand(cell(asked, filed(1, "章程", date=made))) == expected


def test_the_giver_is_asked_for_its_own_items_only():
    asked = replace(
        point(replace(ROSTER, giver="department"), replace(PHOTO, giver="unit"), CHARTER),
        scope=Scope.MIXED, kinds=(UnitKind.DEPARTMENT, UnitKind.KINDERGARTEN),
    )  # fmt: skip
    found = cells([framework(asked)], (), UNITS, (), Terms(DAY))
    assert {cell.unit: [piece.item for piece in cell.pieces] for cell in found} == {
        "": ["教职工花名册", "办园章程"], "k": ["活动照片", "办园章程"],
    }  # fmt: skip


@pytest.mark.parametrize("status", TextStatus)
def test_what_nobody_can_open_does_not_count_unless_a_person_verified_it(status):
    entry = filed(1, "2026年花名册", usable=status not in UNUSABLE)
    asked = point(ROSTER, PHOTO)
    dead = status in (TextStatus.ENCRYPTED, TextStatus.CORRUPT, TextStatus.EMPTY)
    assert stand(cell(asked, entry)) == ("missing 0/2" if dead else "partial 1/2")
    assert cell(asked, entry).unusable == (("d1",) if dead else ())
    assert stand(cell(asked, entry, held=terms(DAY, [verdict(entry, asked)]))) == "partial 1/2"


# Reviews and waivers

ONE = point(ROSTER)
PAPER = filed(1, "2026年花名册")
FREE, BOUND = Waiver("k", REF, "主任", "", "理由", "2027-01-01"), Waiver("k", REF, "主任", "", "", "", lifted=True)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], "submitted 1/1"),
        ([verdict(PAPER, ONE)], "verified 1/1"),
        ([verdict(PAPER, ONE, Verdict.REJECTED, ground=Ground.NO_SEAL)], "rejected 0/1"),
        ([verdict(PAPER, ONE, Verdict.REJECTED), verdict(PAPER, ONE)], "verified 1/1"),
        ([verdict(PAPER, ONE), verdict(PAPER, ONE, Verdict.REJECTED)], "rejected 0/1"),
        ([verdict(PAPER, ONE), verdict(PAPER, ONE, Verdict.REOPENED)], "submitted 1/1"),
        ([verdict(PAPER, ONE, text="other")], "suspect 1/1"),
        ([verdict(PAPER, ONE, sha256="other")], "suspect 1/1"),
        ([verdict(PAPER, ONE, until="2026-03-01")], "verified 1/1"),
        ([verdict(PAPER, ONE, until="2026-02-28")], "expired 0/1"),
        ([verdict(PAPER, ONE, period="2020年")], "expired 0/1"),
        ([Waiver("k", REF, "主任", "", "理由", "2026-03-01")], "waived 1/1"),
        ([Waiver("k", REF, "主任", "", "理由", "2026-02-28")], "submitted 1/1"),
        (
            [FREE, BOUND],
            "submitted 1/1",
        ),
        ([Waiver("k2", REF, "主任", "", "理由", "2027-01-01")], "submitted 1/1"),
        ([verdict(PAPER, ONE), FREE], "waived 1/1"),
    ],
)
def test_the_last_verdict_holds(records, expected):
    assert stand(cell(ONE, PAPER, held=terms(DAY, records))) == expected


def test_a_waiver_says_who_why_and_until_when():
    found = cell(ONE, held=terms(DAY, [Waiver("k", REF, "李主任", "", "正在改建", "2026-12-31")]))
    assert (found.applicability, found.reason.text()) == (Applicability.WAIVED, "经李主任同意免交，有效期到 2026-12-31：正在改建")


def test_a_new_version_of_a_verified_file_is_suspect_and_of_a_rejected_one_is_submitted():
    newer = replace(PAPER, document="d2", sha256="s2", former=("d1",))
    assert stand(cell(ONE, newer, held=terms(DAY, [verdict(PAPER, ONE)]))) == "suspect 1/1"
    assert stand(cell(ONE, newer, held=terms(DAY, [verdict(PAPER, ONE, Verdict.REJECTED)]))) == "submitted 1/1"
    assert stand(cell(ONE, newer, held=terms(DAY, [verdict(PAPER, ONE), verdict(newer, ONE)]))) == "verified 1/1"


def test_a_rejected_file_beside_an_accepted_one_leaves_no_trace_in_the_status():
    other = filed(2, "2025年花名册")
    records = [verdict(PAPER, ONE, Verdict.REJECTED, ground=Ground.ILLEGIBLE), verdict(other, ONE)]
    found = cell(ONE, PAPER, other, held=terms(DAY, records))
    assert stand(found) == "verified 1/1"
    assert [entry.ground for entry in found.returned] == [Ground.ILLEGIBLE]


def test_rejected_is_shown_only_while_nothing_acceptable_is_left():
    asked, other = point(ROSTER, PHOTO), filed(2, "2026年照片")
    held = terms(DAY, [verdict(PAPER, asked, Verdict.REJECTED)])
    assert stand(cell(asked, PAPER, held=held)) == "rejected 0/2"
    assert stand(cell(asked, PAPER, other, held=held)) == "partial 1/2"
    assert stand(cell(asked, PAPER, filed(2, "2020年照片"), held=held)) == "expired 0/2"


def test_verified_takes_every_piece_and_a_suspect_one_is_replaced_by_a_clean_one():
    asked, photo = point(ROSTER, PHOTO), filed(2, "2026年照片")
    assert stand(cell(asked, PAPER, photo, held=terms(DAY, [verdict(PAPER, asked)]))) == "submitted 2/2"
    assert stand(cell(asked, PAPER, photo, held=terms(DAY, [verdict(PAPER, asked), verdict(photo, asked)]))) == "verified 2/2"
    stale = terms(DAY, [verdict(PAPER, asked, text="other"), verdict(photo, asked)])
    assert stand(cell(asked, PAPER, photo, held=stale)) == "suspect 2/2"
    assert stand(cell(asked, PAPER, photo, filed(3, "2025年花名册"), held=stale)) == "submitted 2/2"


def test_a_reviewer_says_which_item_and_which_time():
    asked, blank = point(ROSTER, PHOTO), filed(1, "扫描件")
    found = cell(asked, blank, held=terms(DAY, [verdict(blank, asked, items=("活动照片", "教职工花名册"), period="2026年")]))
    assert stand(found) == "verified 2/2"
    assert not found.assumed


def test_an_assumption_is_marked_until_a_person_has_looked():
    asked, blank = point(ROSTER, PHOTO), filed(1, "扫描件")
    photo = filed(2, "2026年照片")
    assert cell(asked, blank, photo).assumed
    assert not cell(asked, filed(1, "2026年花名册"), photo).assumed
    assert cell(asked, filed(1, "花名册"), photo).assumed, "it does not say which year"
    assert not cell(asked, blank, photo, held=terms(DAY, [verdict(blank, asked)])).assumed


def test_every_document_is_accounted_for():
    entries = (
        filed(1, "2026年花名册"), filed(2, "2026年花名册又一份"), filed(3, "2020年照片"), filed(4, "2026年章程"),
        filed(5, "2027年照片"), filed(6, "2026年照片"), filed(7, "2026年照片", usable=False), filed(8, "2026年批复"),
    )  # fmt: skip
    asked = point(ROSTER, PHOTO, replace(CHARTER, level=Level.SHOULD), Item("机构批复", ("批复",), "x", giver="department"))
    held = terms(DAY, [verdict(entries[5], asked, Verdict.REJECTED)])
    found = cell(asked, *entries, held=held)
    assert [account.use for account in accounts(found, asked, UNITS[0], entries, held)] == [
        Use.NEEDED, Use.SPARE, Use.EXPIRED, Use.WELCOME, Use.LATER, Use.REJECTED, Use.UNUSABLE, Use.OTHER,
    ]  # fmt: skip


# Properties

ITEMS = st.builds(
    Item,
    st.sampled_from(["教职工花名册", "活动照片", "办园章程", "收费公示"]), st.just(("甲",)), st.just("x"),
    level=st.sampled_from(Level), count=st.integers(1, 2), per=st.sampled_from(Per), group=st.sampled_from(["", "", "一"]),
    valid=st.sampled_from([0, 3]),
)  # fmt: skip
WINDOWS = st.one_of(
    st.builds(Window, st.sampled_from(["year", "school-year", "term"]), st.integers(1, 4)),
    st.builds(Window, since=st.integers(2015, 2026)),
    st.just(Window(once=True)),
)
POINTS = st.builds(
    lambda items, window: point(*items, window=window), st.lists(ITEMS, max_size=4, unique_by=lambda item: item.title), WINDOWS
)
PAPERS = st.builds(
    lambda title, year, when, usable: {"title": f"{year}{title}", "date": when, "usable": usable},
    st.sampled_from(["教职工花名册", "活动照片", "办园章程", "通知"]),
    st.sampled_from(["", "2020年", "2023年", "2024年", "2025年", "2026年", "2025-2026学年", "2025年秋季", "2022年至2025年"]),
    st.sampled_from(["", "2025-08-20", "2026-01-10", "2019-05-05"]),
    st.booleans(),
)
VERDICTS = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(Verdict)), max_size=5)


@given(POINTS, st.lists(PAPERS, max_size=6), VERDICTS)
def test_what_holds_for_every_cell(asked, papers, verdicts):
    evidence = [filed(number, **paper) for number, paper in enumerate(papers)]
    held = terms(DAY, [verdict(evidence[number], asked, word) for number, word in verdicts if number < len(evidence)])
    found = cell(asked, *evidence, held=held)
    needed, open_pieces = found.needed, [piece for piece in found.needed if piece.state is PieceState.OPEN]
    assert needed, "every point asks for something"
    assert (found.presence is Presence.SUBMITTED) is (not open_pieces)
    assert (found.presence is Presence.MISSING) is (len(open_pieces) == len(needed))
    assert found.freshness is Freshness.CURRENT or any(piece.state is not PieceState.OPEN for piece in needed)
    rejected = {record.document for record in held.reviews.values() if record.verdict is Verdict.REJECTED}
    assert not rejected & {piece.document for piece in found.pieces}
    if found.review is Review.VERIFIED:
        assert all(held.reviews[piece.document, REF].verdict is Verdict.VERIFIED for piece in needed)
    if found.review is Review.REJECTED:
        assert rejected
        assert found.status is Status.REJECTED
    assert len(accounts(found, asked, UNITS[0], evidence, held)) == len(evidence)


@given(POINTS, st.lists(PAPERS, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_documents_changes_no_count(asked, papers, random):
    evidence = [filed(number, **paper) for number, paper in enumerate(papers)]
    shuffled = list(evidence)
    random.shuffle(shuffled)
    one, other = cell(asked, *evidence), cell(asked, *shuffled)
    assert (one.status, len(one.lacking)) == (other.status, len(other.lacking))


@given(POINTS, st.lists(PAPERS, max_size=4), PAPERS)
def test_one_more_document_never_makes_less_of_a_cell(asked, papers, more):
    evidence = [filed(number, **paper) for number, paper in enumerate(papers)]
    before, after = cell(asked, *evidence), cell(asked, *evidence, filed(99, **more))
    if not any(item.group for item in asked.items):  # of alternatives another may become the one that lacks least
        assert len(after.lacking) <= len(before.lacking)
    # A worn-out paper stands for all of an item while nothing else does; beside a good one the rest is open, no longer expired.
    assert after.status is not Status.MISSING or before.status is Status.MISSING
    if before.freshness is Freshness.CURRENT and not any(item.group for item in asked.items):
        assert sum(piece.state is PieceState.OPEN for piece in after.needed) <= sum(
            piece.state is PieceState.OPEN for piece in before.needed
        )


@given(POINTS, PAPERS)
def test_one_file_that_names_no_item_is_never_more_than_one_item(asked, paper):
    found = cell(asked, filed(1, **(paper | {"title": f"{paper['title'][:-5]}通知"})))
    held_items = {piece.item for piece in found.needed if piece.document}
    assert len(held_items) <= 1
