"""Which item a document answers, by its words: names as schools write them against the shipped items."""

from __future__ import annotations

import pytest

from schema.frameworks import load_frameworks, points_of
from schema.item_words import ItemWords
from schema.model import PointRef

POINTS = points_of(load_frameworks())


def answered(ref: str, words: str) -> list[int]:
    point = POINTS[PointRef.parse(ref)]
    return [point.items.index(item) + 1 for item in ItemWords(point.items, point.text).answered(words)]


@pytest.mark.parametrize(
    ("point", "words", "item"),
    [
        ("preschool/C28", "大二班幼儿花名册", 2),
        ("preschool/C28", "2024年班额统计", 1),
        ("preschool/C34", "师德考核结果一览表", 2),
        ("preschool/C34", "教师师德承诺书（全体）", 3),
        ("preschool/C26", "绘本及图书登记", 3),
        ("preschool/C33", "保育员培训签到表", 2),
        ("preschool/C18", "消防检查、食品经营许可证", 3),
        ("preschool/C1", "适龄幼儿摸底花名册（镇街汇总）", 4),
        ("compulsory/C4", "不动产权证复印件", 2),
        ("compulsory/C4", "学校总平面图", 3),
        ("compulsory/C10", "美术教室照片", 2),
        ("compulsory/C12", "均衡编班现场记录", 2),
        ("compulsory/C25", "学校章程（修订稿）", 1),
        ("compulsory/C26", "培训费支出明细及凭证", 2),
        ("compulsory/C29", "巡课记录、教案检查", 2),
        ("compulsory/C18", "轮岗教师调动文件", 3),
        ("compulsory/C24", "送教上门记录", 2),
    ],
)
def test_words_of_one_item(point, words, item):
    assert answered(point, words) == [item]


@pytest.mark.parametrize(
    ("point", "words"),
    [
        ("preschool/C28", "扫描件001"),
        ("preschool/C28", "IMG_20240901"),
        ("preschool/C28", "第二季度材料"),
        ("compulsory/C18", "教师交流轮岗材料"),  # the point's own words tell nothing
        ("compulsory/C10", "音乐美术专用教室材料"),
        ("preschool/C34", "师德师风"),
        ("preschool/C34", ""),
    ],
)
def test_words_of_none(point, words):
    assert answered(point, words) == []


def test_a_paper_that_names_several_items_answers_each():
    assert answered("compulsory/C13", "小规模学校公用经费核定文件及拨付凭证") == [1, 2]


def test_every_item_knows_its_own_title():
    told = [
        (str(point.ref), item.title) for point in POINTS.values() if len(point.items) > 1
        for item in point.items if item not in ItemWords(point.items, point.text).answered(item.title)
    ]  # fmt: skip
    assert told == []
