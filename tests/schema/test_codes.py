"""Codes as people write them, and what looks like one and is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.codes import CodeKind, find_codes, framework_word, natural, plain
from schema.frameworks import load_frameworks
from schema.messages import codes as message_codes

FRAMEWORKS = load_frameworks()
PRESCHOOL, COMPULSORY = FRAMEWORKS
NUMBERS = st.integers(1, 37)


def points(text: str) -> list[int]:
    hits = find_codes(text)
    return [number for hit in hits if hit.kind is CodeKind.POINT for number in hit.numbers]


def refusals(text: str) -> list[str]:
    return [hit.refused for hit in find_codes(text) if hit.refused]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("C12", [12]), ("Ｃ１２班额", [12]), ("c12", [12]), ("С12", [12]), ("C 12", [12]), ("C-12", [12]), ("C.12", [12]),
        ("【C12】", [12]), ("（C12）通知", [12]), ("[C12]", [12]), ("〔C12〕", [12]), ("《C12》", [12]), ("C01", [1]),
        ("C012", [12]),
        ("C1、2、3学历证书", [1, 2, 3]), ("C1,2,3", [1, 2, 3]), ("C1，2", [1, 2]), ("C4、5生均面积", [4, 5]), ("C5/6", [5, 6]),
        ("C1和2", [1, 2]), ("C1和C2", [1, 2]), ("C1C2", [1, 2]), ("C10，96平方米", [10]), ("C10、3间教室", [10]),
        ("C29～31", [29, 30, 31]), ("C29～C31", [29, 30, 31]), ("C29-C31", [29, 30, 31]), ("C29至31", [29, 30, 31]),
        ("C29-31", [29, 30, 31]), ("C29—31", [29, 30, 31]), ("C31-C29", [31, 29]), ("C1、C2、C5～C7", [1, 2, 5, 6, 7]),
        ("C10-1", [10]), ("C10-1 音乐教室", [10]), ("C1 —1", [1]), ("C12.1", [12]), ("C12_1", [12]), ("C31.近三年", [31]),
        ("A2B8C10", [10]), ("A2-B8-C10", [10]), ("a2b8c10", [10]), ("A2 B8 C10", [10]), ("A2/B8/C10、C11", [10, 11]),
        ("C十二", [12]), ("C三十七调查", [37]), ("C二十", [20]), ("C七", [7]), ("C一份", []), ("C十二月", []),
        ("C272017年后规划", [27]), ("C12023年统计", [1]), ("C122023学年", [12]), ("C1220230901", [12]),
        ("C1-2023年", [1]), ("C3-5月台账", [3]), ("C12—2024学年", [12]), ("C12_20230901", [12]), ("C1.2023年", [1]),
        ("01C12班额", [12]), ("20240301C12", [12]), ("1.C5规划", [5]), ("附件1-C12", [12]), ("final_C12", [12]),
        ("A1学校设置与建设B1学校设置（C1、C2）", [1, 2]), ("更新C12", [12]), ("云C5", [5]), ("C12最终版(2)", [12]),
        ("C8区域内规划", [8]), ("C8区级规划", [8]), ("C12班额统计", [12]), ("C18组织", [18]), ("C2座谈会", [2]),
        ("没有编号", []), ("C", []), ("CO2", []), ("C罗", []), ("", []),
    ],
)  # fmt: skip
def test_points_named(text, numbers):
    assert points(text) == numbers


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("维生素C1说明", "vitamin"), ("C30混凝土强度", "concrete"), ("混凝土C30", "concrete"), ("C30级混凝土", "concrete"),
        ("C1驾照", "licence"), ("持C1驾驶证", "licence"), ("驾驶证（C1）", "licence"), ("准驾车型C1", "licence"),
        ("A2、C1 驾驶证", "licence"),
        ("B5纸", "paper"), ("C4信封", "paper"), ("维生素B12", "vitamin"), ("C919", "too-long"), ("C120", "too-long"),
        ("渝C12345", "plate"), ("渝C1A234", "plate"), ("渝C·12345", "plate"), ("IMG_C12", "camera"),
        ("IMG_20240301_C12", "camera"),
        ("DSC-C12", "camera"), ("MVIMG_C12", "camera"), ("C1x", "latin"), ("C2C", "latin"),
        ("ABC12", "latin"), ("ISO-C12", "latin"),
        ("doc12c3", "latin"), ("3f9ac12e7bd0aa11", "hash"), ("9e1f-4c12-a7b3-00de", "hash"), ("版本C1", "hash"),
        ("Type-C3", "model"),
        ("型号C12", "model"), ("C13电源线", "model"), ("C1号楼", "building"), ("C2栋", "building"), ("C3座一楼", "building"),
        ("C2楼平面图", "building"),
        ("C12班", "class"), ("C1卷", "exam"), ("C0", "zero"), ("C00", "zero"),
    ],
)  # fmt: skip
def test_traps_are_refused_with_a_reason(text, reason):
    assert points(text) == []
    assert f"codes.{reason}" in refusals(text)


def test_every_reason_has_its_sentence():
    reasons = {refusal for text in ("维生素C1", "C30混凝土", "C1x", "C0", "C120", "C12班", "C1卷") for refusal in refusals(text)}
    assert len(reasons) == 7
    assert reasons <= message_codes()


def test_indicators_are_told_from_points():
    assert [(hit.kind, hit.numbers) for hit in find_codes("A2B8C10")] == [(CodeKind.INDICATOR, (8,)), (CodeKind.POINT, (10,))]
    assert [(hit.kind, hit.numbers) for hit in find_codes("B8财政投入")] == [(CodeKind.INDICATOR, (8,))]
    assert find_codes("A4纸") == ()


def test_a_dash_may_be_a_range_or_an_item():
    (item,) = find_codes("C10-1")
    assert (item.numbers, item.item, item.sure) == ((10,), 1, True)
    (either,) = find_codes("C3-5")
    assert (either.numbers, either.sure) == ((3, 4, 5), False)
    (certain,) = find_codes("C3～5")
    assert (certain.numbers, certain.sure) == ((3, 4, 5), True)
    (padded,) = find_codes("C3-05")
    assert (padded.numbers, padded.item) == ((3,), 5)


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.id)
def test_every_code_is_read_when_glued_to_its_own_text(framework):
    for point in framework.points:
        for written in (
            f"{point.code}{point.text}",
            f"{framework.label(point.ref)} {point.text[:12]}",
            f"{point.code}{point.items[0].title}",
        ):
            assert points(written)[:1] == [point.ref.number], written
    for indicator in framework.indicators:
        assert find_codes(f"{indicator.code}{indicator.title}")[0].numbers == (int(indicator.code[1:]),)


@given(
    NUMBERS,
    st.sampled_from(["【{}】", "（{}）", "{}", " {} ", "[{}]", "义教{}", "{}_统计", "2024年{}", "《{}》", "{}.", "、{}。"]),
)
def test_a_code_is_found_whatever_stands_around_it(number, form):
    text = form.format(f"C{number}")
    (hit,) = find_codes(text)
    assert hit.numbers == (number,)
    assert text[hit.start : hit.end].startswith(f"C{number}")


@given(NUMBERS, NUMBERS)
def test_ranges_ascend_and_items_are_no_ranges(one, other):
    found = points(f"C{one}～C{other}")
    assert found == (list(range(one, other + 1)) if one < other else [one, other] if one != other else [one, one])
    dashed = points(f"C{one}-{other}")
    assert dashed == (list(range(one, other + 1)) if one < other else [one])


@given(st.text(alphabet="CcBA12390-～、,.()（）【】_ 第班年级楼维生素混凝土渝ＣС１"))
def test_any_text_is_read_without_harm(text):
    hits = find_codes(text)
    ends = 0
    for hit in hits:
        assert ends <= hit.start < hit.end <= len(text)
        assert bool(hit.numbers) is not bool(hit.refused)
        assert all(0 < number < 100 for number in hit.numbers)
        ends = hit.end


@given(st.text(max_size=40))
def test_plain_keeps_every_place(text):
    assert len(plain(text)) == len(text)
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("text", "hints", "framework"),
    [
        ("学前教育/C5", False, "preschool"), ("义教材料", False, "compulsory"), ("义务教育优质均衡创建", False, "compulsory"),
        ("普及普惠督导", False, "preschool"), ("A2政府保障程度评估", False, "compulsory"), ("A2政府保障情况", False, "preschool"),
        ("学前与义教对照", False, None), ("社会认可度调查", False, None), ("通知", False, None),
        ("清溪小学", False, None), ("清溪小学", True, "compulsory"), ("清溪小学附属幼儿园", True, "preschool"),
        ("去小学化专项治理", True, "preschool"), ("幼儿园与小学衔接", True, None), ("普惠性民办园", True, "preschool"),
    ],
)  # fmt: skip
def test_words_that_name_a_framework(text, hints, framework):
    assert framework_word(text, FRAMEWORKS, hints=hints) == framework


def test_natural_order():
    names = ["C10", "C2", "C1", "A2B8", "A2B10", "第10号", "第9号", "C²"]
    assert sorted(names, key=natural) == ["A2B8", "A2B10", "C1", "C2", "C10", "C²", "第9号", "第10号"]
