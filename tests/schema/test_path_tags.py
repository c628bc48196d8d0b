"""From folders and file names to points: what counts, what is asked, and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.frameworks import load_frameworks
from schema.model import Basis, PointRef, TagState, Unit, UnitKind
from schema.path_tags import MANY, path_tags, stem

FRAMEWORKS = load_frameworks()
K, P, J, D, T = UnitKind.KINDERGARTEN, UnitKind.PRIMARY, UnitKind.JUNIOR, UnitKind.DEPARTMENT, UnitKind.TEACHING_POINT


def read(path: str, kind: UnitKind | None):
    *folders, name = path.split("/")
    return path_tags(tuple(folders), name, kind, FRAMEWORKS)


def assigned(reading) -> list[str]:
    return [str(tag.point) for tag in reading.tags if tag.state is TagState.ASSIGNED]


def proposed(reading) -> list[str]:
    return [str(tag.point) for tag in reading.tags if tag.state is TagState.PROPOSED]


@pytest.mark.parametrize(
    ("path", "kind", "points", "basis"),
    [
        ("义教 C10 音乐美术专用教室/台账.xlsx", P, ["compulsory/C10"], Basis.FOLDER),
        ("学前 C12 普惠性民办园/名单.pdf", D, ["preschool/C12"], Basis.FOLDER),
        ("C10/照片.jpg", J, ["compulsory/C10"], Basis.FOLDER),
        ("C10/2024年/秋季/照片.jpg", T, ["compulsory/C10"], Basis.FOLDER),
        ("材料/（C12）班额.docx", K, ["preschool/C12"], Basis.NAME),
        ("（C12）班额.docx", P, ["compulsory/C12"], Basis.NAME),
        ("学前教育/C5 规划.docx", D, ["preschool/C5"], Basis.NAME),
        ("义务教育优质均衡/学校/C5.docx", D, ["compulsory/C5"], Basis.NAME),
        ("C5/义教材料.docx", D, ["compulsory/C5"], Basis.FOLDER),
        ("学前材料/义教C5.docx", D, ["compulsory/C5"], Basis.NAME),
        ("学前C5.docx", P, ["preschool/C5"], Basis.NAME),
        ("C35 近两年无事故.docx", D, ["preschool/C35"], Basis.NAME),
        ("A2/B8 财政投入/C10/决算.pdf", D, ["preschool/C10"], Basis.FOLDER),
        ("A2B5C10.docx", D, ["compulsory/C10"], Basis.NAME),
        ("幼儿园 C5 规划.docx", D, ["preschool/C5"], Basis.NAME),
        ("清溪小学附属幼儿园/C5.docx", D, ["preschool/C5"], Basis.NAME),
        ("小学/C5.docx", D, ["compulsory/C5"], Basis.NAME),
        ("C30 幼小衔接 幼儿园与小学.docx", P, ["compulsory/C30"], Basis.NAME),
        ("C1、C2、C3 名册.docx", P, ["compulsory/C1", "compulsory/C2", "compulsory/C3"], Basis.NAME),
        ("C29～31/教职工.docx", K, ["preschool/C29", "preschool/C30", "preschool/C31"], Basis.FOLDER),
        ("C3-5/测算.xlsx", P, ["compulsory/C3", "compulsory/C4", "compulsory/C5"], Basis.FOLDER),
        ("学前C12、义教C10 平面图.pdf", D, ["preschool/C12", "compulsory/C10"], Basis.NAME),
        ("C12（学前）C10（义教）.pdf", D, ["preschool/C12", "compulsory/C10"], Basis.NAME),
        ("C10、C12/C12 班额.xlsx", P, ["compulsory/C12"], Basis.NAME),
        ("C1-C32/C12 班额.xlsx", P, ["compulsory/C12"], Basis.NAME),
        ("C5/C7 多媒体/清单.xlsx", P, ["compulsory/C7"], Basis.FOLDER),
        ("C10-1.docx", P, ["compulsory/C10"], Basis.NAME),
        ("B1 毛入园率.docx", K, ["preschool/C1"], Basis.NAME),
        ("义教 B12/问卷.docx", D, ["compulsory/C32"], Basis.FOLDER),
        ("B17.docx", D, ["preschool/C36"], Basis.NAME),
    ],
)  # fmt: skip
def test_points_settled(path, kind, points, basis):
    reading = read(path, kind)
    assert assigned(reading) == points
    assert reading.tags[0].basis is basis
    assert reading.indicator is None
    assert reading.problems == ()


@pytest.mark.parametrize("kind", [D, None])
@pytest.mark.parametrize("path", ["C5 规划.docx", "C5/规划.docx", "学前与义教对照/C5.docx", "社会认可度调查/C5.docx"])
def test_a_code_without_a_framework_is_asked_never_guessed(path, kind):
    reading = read(path, kind)
    assert assigned(reading) == []
    assert proposed(reading) == ["preschool/C5", "compulsory/C5"]
    assert {tag.score for tag in reading.tags} == {0.5}
    (problem,) = reading.problems
    assert "编号 C5 未写明是哪个指标体系（学前、义教）" in problem.text()


@pytest.mark.parametrize(
    ("path", "kind"),
    [("学前C38.docx", D), ("义教 C33/表.docx", D), ("C33.docx", P), ("C40/x.docx", K), ("C99.docx", None), ("C38 学前.docx", P)],
)
def test_a_code_that_no_framework_has_is_said_so(path, kind):
    reading = read(path, kind)
    assert reading.tags == ()
    (problem,) = reading.problems
    assert problem.text().endswith("不存在：学前有 37 个要点，义教有 32 个要点")


def test_a_wrong_folder_leaves_the_valid_one_above_it():
    reading = read("C10/C77 附件/照片.jpg", P)
    assert assigned(reading) == ["compulsory/C10"]
    assert len(reading.problems) == 1


def test_folder_outranks_name_and_the_name_is_heard():
    reading = read("C10 音乐教室/C12 班额.xlsx", P)
    assert (assigned(reading), proposed(reading)) == (["compulsory/C10"], ["compulsory/C12"])
    assert [tag.basis for tag in reading.tags] == [Basis.FOLDER, Basis.NAME]
    assert reading.tags[1].score < reading.tags[0].score
    assert "不一致" in reading.problems[0].text()


def test_an_uncertain_range_in_a_name_assigns_its_first_only():
    reading = read("C3-5.docx", P)
    assert (assigned(reading), proposed(reading)) == (["compulsory/C3"], ["compulsory/C4", "compulsory/C5"])


def test_a_folder_for_everything_names_nothing():
    reading = read("C1-C32/综合材料.docx", P)
    assert reading.tags == ()
    assert "一次写了 32 个要点" in reading.problems[0].text()
    assert len(assigned(read(f"C1-C{MANY}/综合材料.docx", P))) == MANY


def test_an_indicator_with_several_points_is_kept_as_such():
    assert read("B8 财政.docx", K).indicator == ("preschool", "B8")
    assert read("学前/B8/财政.docx", D).indicator == ("preschool", "B8")
    assert read("B15.docx", D).indicator == ("preschool", "B15")
    unknown = read("B8.docx", D)
    assert (unknown.tags, unknown.indicator) == ((), None)
    assert "未写明" in unknown.problems[0].text()
    assert "B40 不存在" in read("B40.docx", D).problems[0].text()


@pytest.mark.parametrize(
    "path",
    ["IMG_C12.jpg", "C30混凝土检测.pdf", "维生素C1.docx", "渝C12345行驶证.jpg", "C1驾驶证.pdf", "A4纸采购.xlsx",
     "C919.pptx", "C1号楼/平面图.pdf", "通知.docx", "无扩展名"],
)  # fmt: skip
def test_traps_give_nothing(path):
    reading = read(path, P)
    assert (reading.tags, reading.indicator, reading.problems) == ((), None, ())


def test_the_folders_made_for_units_are_read_back():
    for framework in FRAMEWORKS:
        for point in framework.points:
            for title in (point.text[:16], point.items[0].title[:16]):
                reading = path_tags((f"{framework.label(point.ref)} {title}",), "扫描件001.pdf", None, FRAMEWORKS)
                assert assigned(reading) == [str(point.ref)], title


def test_the_folders_of_the_tree_are_read_back():
    for framework in FRAMEWORKS:
        dimensions = {entry.code: entry for entry in framework.dimensions}
        indicators = {entry.code: entry for entry in framework.indicators}
        for point in framework.points:
            indicator = indicators[point.indicator]
            dimension = dimensions[indicator.dimension]
            parts = tuple(
                f"{entry.code} {text}"
                for entry, text in ((dimension, dimension.title), (indicator, indicator.title), (point, point.text))
            )
            assert assigned(path_tags((framework.title, *parts), "表.xlsx", D, FRAMEWORKS)) == [str(point.ref)]


def test_reasons_are_sentences_a_clerk_understands():
    (tag,) = read("义教 C10 音乐美术专用教室/台账.xlsx", P).tags
    assert tag.reason.text() == "文件夹名“义教 C10 音乐美术专用教室”写明是 义教 C10"
    (tag,) = read("（C12）班额.docx", P).tags
    assert tag.reason.text() == "文件名“（C12）班额”写明是 义教 C12"
    (tag,) = read("B1.docx", K).tags
    assert tag.reason.text() == "“B1”写明指标 学前 B1，这个指标只有 C1 一个要点"
    assert tag.reason.text("en")


def test_a_unit_stands_for_its_kind_and_one_framework_needs_no_word():
    unit = Unit("u1", "清溪小学", P)
    assert path_tags((), "C5.docx", unit, FRAMEWORKS) == path_tags((), "C5.docx", P, FRAMEWORKS)
    (tag,) = path_tags((), "C5.docx", D, FRAMEWORKS[:1]).tags
    assert tag.point == PointRef("preschool", 5)


@pytest.mark.parametrize(
    ("name", "head"),
    [("C12.docx", "C12"), ("C12.1", "C12.1"), ("C12.1.pdf", "C12.1"), (".docx", ".docx"), ("C5", "C5"), ("a.C5规划", "a.C5规划"),
     ("名册.7z", "名册")],
)  # fmt: skip
def test_stem(name, head):
    assert stem(name) == head


@given(
    st.lists(st.text(alphabet="CB学前义教幼儿园小班12370、-～ .", max_size=12), max_size=3),
    st.text(alphabet="CB学前义教小学幼儿园12370、-～ .x", max_size=16),
    st.sampled_from([None, *UnitKind]),
)
def test_any_path_is_read_to_points_that_exist(folders, name, kind):
    reading = path_tags(tuple(folders), name, kind, FRAMEWORKS)
    known = {point.ref for framework in FRAMEWORKS for point in framework.points}
    states = [tag.state for tag in reading.tags]
    assert all(tag.point in known and 0 < tag.score <= 1 for tag in reading.tags)
    assert len({tag.point for tag in reading.tags}) == len(reading.tags)
    assert states == sorted(states)
    assert not (reading.indicator and reading.tags)
    assert reading == path_tags(tuple(folders), name, kind, FRAMEWORKS)
    for text in (tag.reason for tag in reading.tags):
        assert text.text("zh")
        assert text.text("en")
