"""Lessons from people's decisions: the same whatever their order, silent where they are at odds, told by their example."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.learned import NOTHING_LEARNED, Learned, Lesson
from schema.model import PointRef

SCHOOLS = ("清溪小学", "云台初级中学", "桃源幼儿园")
MUSIC, CARE = PointRef("compulsory", 10), PointRef("compulsory", 22)


def lesson(number: int, called: str, point: PointRef, *, right: bool = True) -> Lesson:
    return Lesson(f"d{number}", called, point, right, called)


def test_a_paper_called_alike_by_another_school_of_another_year_is_spoken_for():
    learned = Learned([lesson(1, "清溪小学2023年秋季音乐教室使用登记册", MUSIC)], SCHOOLS)
    (taught,) = learned.taught("云台初级中学2025年春季音乐教室使用情况登记册").values()
    assert 0.3 < taught.weight < 0.7
    assert taught.example == "清溪小学2023年秋季音乐教室使用登记册"
    assert learned.taught("云台初级中学食堂菜谱") == {}
    more = Learned([lesson(at, f"清溪小学202{at}年音乐教室使用登记册", MUSIC) for at in range(5)], SCHOOLS)
    assert more.taught("音乐教室使用登记册")[MUSIC].weight > 0.9
    assert more.taught("音乐教室使用登记册")[MUSIC].count == 5


def test_what_was_ruled_out_speaks_against_and_what_was_corrected_does_both():
    lessons = [lesson(1, "留守儿童结对活动记录", CARE, right=False), lesson(1, "留守儿童结对活动记录", MUSIC)]
    taught = Learned(lessons).taught("留守儿童结对活动记录（二）")
    assert taught[CARE].weight < -0.3
    assert taught[MUSIC].weight > 0.3


@pytest.mark.parametrize("called", ["扫描件001.pdf", "IMG_20240301.jpg", "新建文档 盖章", "清溪小学", ""])
def test_names_that_say_nothing_teach_nothing(called):
    learned = Learned([lesson(1, called, MUSIC)], SCHOOLS)
    assert learned.taught(called) == {}
    assert not learned.knows(called)


def test_papers_called_the_same_that_went_to_many_points_speak_for_none():
    learned = Learned([lesson(at, "情况说明及佐证材料汇总", PointRef("compulsory", at)) for at in range(1, 6)])
    assert learned.taught("情况说明及佐证材料汇总") == {}


words = st.sampled_from(["音乐教室使用登记册", "留守儿童结对活动记录", "教师资格证台账汇总", "教师资格证书统计台账"])
lessons = st.builds(
    lesson, st.integers(0, 30), words, st.sampled_from([MUSIC, CARE, PointRef("compulsory", 19)]), right=st.booleans()
)


@given(st.lists(lessons, max_size=12), st.randoms(use_true_random=False), words)
def test_the_order_of_decisions_does_not_show(made, random, called):
    shuffled = [*made]
    random.shuffle(shuffled)
    assert Learned(made).taught(called) == Learned(shuffled).taught(called)
    assert all(-1 <= taught.weight <= 1 and taught.count > 0 for taught in Learned(made).taught(called).values())


@given(st.lists(lessons, max_size=12), lessons, words)
def test_only_papers_a_new_lesson_knows_are_told_anything_new(made, new, called):
    if not Learned([new]).knows(called):
        assert Learned([*made, new]).taught(called) == Learned(made).taught(called)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_heard(one, other):
    learned = Learned([lesson(1, one, MUSIC)])
    assert set(learned.taught(other)) <= {MUSIC}
    assert learned.knows(other) == bool(learned.taught(other))
    assert NOTHING_LEARNED.taught(other) == {}
