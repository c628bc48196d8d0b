"""Papers copied from a neighbour: found whatever name and figures were put in; papers of the same kind are left alone."""

from __future__ import annotations

import random
import string

from hypothesis import given
from hypothesis import strategies as st

from indexer.resemblance import ALIKE, alike, likeness, names_pattern, sketch
from schema.copies import copies, copy_findings
from schema.model import PointRef, Unit, UnitKind
from tests.site_builder import sample

NAMES = names_pattern(["清溪小学", "溪小", "云台中学"])
PAPER = (
    "清溪小学为减轻学生过重课业负担，统筹作业总量，制定本制度。一二年级不布置书面家庭作业，其他年级书面作业平均完成时长不超过60分钟。"
    "作业设计由教研组集体备课确定，班主任每天汇总公示，任课教师当面批改。不得要求家长检查批改作业，不得布置惩罚性作业，不得公布成绩和排名。"
    "学校每学期抽查两次，结果纳入教师考核，清溪小学教导处负责解释。"
)
OTHER = (
    "云台中学依据班额统计表编制本说明。七年级共八个班，最大班额四十八人，均未超过规定人数；八年级共七个班，转入学生三人，已按均衡编班办法安排。"
    "分班名册经学校公示五个工作日，家长代表现场监督抽签，全过程留有影像。班主任与任课教师随机配备，无重点班与快慢班之分。"
    "下学年招生计划按核定规模执行，确保不产生大班额。"
)


def test_a_copy_with_another_name_and_other_figures_is_alike():
    copied = PAPER.replace("清溪小学", "云台中学").replace("60分钟", "90分钟")
    assert likeness(sketch(PAPER, NAMES), sketch(copied, NAMES)) == 1.0
    changed = copied.replace("学校每学期抽查两次", "本校每月抽查一次")
    assert ALIKE <= likeness(sketch(PAPER, NAMES), sketch(changed, NAMES)) < 1.0


def test_another_paper_is_not():
    assert likeness(sketch(PAPER, NAMES), sketch(OTHER, NAMES)) < 0.1
    assert alike({"a": sketch(PAPER, NAMES), "b": sketch(OTHER, NAMES)}) == {}


def test_groups_form_one_to_the_next():
    second = PAPER.replace("学校每学期抽查两次", "本校每月抽查一次")
    texts = {"a": PAPER, "b": second, "c": OTHER, "d": PAPER.replace("清溪", "云台")}
    groups = alike({name: sketch(text, NAMES) for name, text in texts.items()})
    assert groups.keys() == {"a", "b", "d"}
    assert len(set(groups.values())) == 1


def test_short_texts_tell_nothing():
    assert sketch("作业公示", NAMES) == ()
    assert likeness((), ()) == 0.0


@given(st.integers(0, 2**32), st.floats(0.0, 0.02))
def test_likeness_falls_with_every_change_and_is_symmetric(seed, share):
    chance = random.Random(seed)
    text = "".join(chance.choice(string.ascii_lowercase) for _ in range(1500))
    changed = "".join(chance.choice(string.ascii_lowercase) if chance.random() < share else letter for letter in text)
    one, other = sketch(text, NAMES), sketch(changed, NAMES)
    assert likeness(one, one) == 1.0
    assert likeness(one, other) == likeness(other, one) <= 1.0


def test_a_group_needs_two_schools_at_one_point_and_no_department():
    units = (
        Unit("a", "甲校", UnitKind.PRIMARY), Unit("b", "乙校", UnitKind.PRIMARY), Unit("d", "某科", UnitKind.DEPARTMENT),
    )  # fmt: skip
    point, other = PointRef("compulsory", 1), PointRef("compulsory", 2)

    def paper(number: int, unit: str, *points: PointRef):
        return sample.replace(sample.document(number, "同.docx", unit, points), sha256="s")

    assert [found.points for found in copies([paper(1, "a", point, other), paper(2, "b", point)], units)] == [(point,)]
    assert not list(copies([paper(1, "a", point), paper(2, "b", other)], units))
    assert not list(copies([paper(1, "a", point), paper(2, "a", point)], units))
    assert not list(copies([paper(1, "a", point), paper(2, "b", point), paper(3, "d", point)], units))
    (finding,) = copy_findings([paper(1, "a", point), paper(2, "b", point)], units)
    assert finding.detail.text() == "2 个单位用同一份文件作为 compulsory/C1 的材料：甲校、乙校。请核对是不是各单位自己的材料。"
    apart = [paper(1, "a", point), sample.replace(paper(2, "b", point), sha256="t")]
    assert not list(copies(apart, units))
    assert list(copies(apart, units, {"s": "s", "t": "s"}))
