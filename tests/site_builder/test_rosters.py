"""Columns under private headers and values behind private labels are covered; other tables and running text stay as they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.errors import ArchiveError
from schema.frameworks import load_frameworks
from schema.messages import message
from schema.model import Basis, PointRef, Tag, TagState
from site_builder.build import build
from site_builder.classes import Class, classes
from site_builder.data import Audience, PageTexts
from site_builder.privacy import COVER
from site_builder.privacy_report import report
from site_builder.rosters import covered
from tests.site_builder import sample

SHEET = """序号\t姓名\t身份证号（18位）\t家长姓名\t监护人联系电话\t家 庭 住 址\t班级
1\t欧阳绒绒\t佰鬃肆\t司徒嫖姚\t电话见附\t碧螺巷九弄\t一班
2\t\t\t上官嫘\t\t\t一班"""
VALUES = ("欧阳绒绒", "佰鬃肆", "司徒嫖姚", "电话见附", "碧螺巷九弄", "上官嫘")


def text_of(pages: PageTexts, *, children: bool = False) -> str:
    return "\n".join(text for _, text in covered(pages, children=children)[0])


def test_private_columns_are_covered_and_the_others_stay() -> None:
    shown = text_of(((1, SHEET),))
    assert not [value for value in VALUES if value in shown]
    assert [line.split("\t")[0] for line in shown.split("\n")] == ["序号", "1", "2"]
    assert [line.split("\t")[-1] for line in shown.split("\n")] == ["班级", "一班", "一班"]
    assert shown.split("\n")[0] == SHEET.split("\n", maxsplit=1)[0]
    assert covered(((1, SHEET),))[1] == 6


def test_a_table_goes_on_over_pages_and_ends_where_another_begins() -> None:
    first, rest = SHEET.rsplit("\n", 1)
    shown = text_of(((1, first), (2, rest + "\n序号\t项目\t金额\t日期\n1\t水费\t三千\t五月")))
    assert "上官嫘" not in shown
    assert "1\t水费\t三千\t五月" in shown
    later = (
        SHEET
        + "\n以上名单由各班核对，核对人签字后交学校办公室存档，一式两份，不得外传，特此说明，请各班遵照执行。\n甲\t乙\t丙\t丁"
    )
    assert text_of(((1, later),)).endswith("甲\t乙\t丙\t丁")


def test_cells_parted_by_blanks_as_in_a_pdf() -> None:
    rows = "序号 姓名 身份证号 家长姓名 家庭住址\n1 欧阳绒绒 佰鬃肆 司徒嫖姚 碧螺巷九弄\n2 上官嫘 丙丁 碧螺巷 九弄 三号"
    shown = text_of(((1, rows),))
    assert not [value for value in (*VALUES, "三号", "丙丁") if value in shown]
    running = "请家长填写联系电话 并核对家庭住址 谢谢\n第二行 照旧 不动 的 文字"
    assert text_of(((1, running),)) == running


def test_forms_and_labelled_values() -> None:
    form = "学生姓名\t欧阳绒绒\t性别\t女\n监护人\t司徒嫖姚\t出生日期\t二〇一五年五月"
    shown = text_of(((None, form),))
    assert "女" in shown
    assert not [value for value in ("欧阳绒绒", "司徒嫖姚", "二〇一五年五月") if value in shown]
    line = text_of(((None, "该生家庭住址：碧螺巷九弄，监护人姓名: 司徒嫖姚。家长学校：已办。"),))
    assert line == f"该生家庭住址：{COVER * 5}，监护人姓名: {COVER * 4}。家长学校：已办。"


def test_a_teachers_table_keeps_its_names_unless_the_point_is_restricted() -> None:
    table = "姓名\t职称\t学历\n欧阳绒绒\t高级\t本科"
    assert text_of(((None, table),)) == table
    assert "欧阳绒绒" not in text_of(((None, table),), children=True)
    assert "\t高级\t本科" in text_of(((None, table),), children=True)


@given(st.lists(st.text(st.sampled_from("姓名电话家长住址：\t 1a甲\n，"), max_size=60), max_size=3))
def test_covering_keeps_the_length_and_only_covers(texts: list[str]) -> None:
    pages = tuple(enumerate(texts, start=1))
    shown, _ = covered(pages, children=True)
    for (_, before), (_, after) in zip(pages, shown, strict=True):
        assert len(before) == len(after)
        assert all(new in (old, COVER) for old, new in zip(before, after, strict=True))


def test_the_shipped_framework_names_what_is_restricted() -> None:
    restricted = {str(point.ref) for framework in load_frameworks() for point in framework.points if point.restricted}
    assert restricted == {"compulsory/C14", "compulsory/C22", "compulsory/C24"}


def tagged(points: tuple[PointRef, ...], state: TagState = TagState.ASSIGNED) -> tuple[Tag, ...]:
    return tuple(Tag(ref, state, Basis.FOLDER, 1.0, message("site.basis.folder")) for ref in points)


def test_classes_follow_points_and_a_document_without_one_stops_the_build(tmp_path: Path) -> None:
    frameworks = tuple(
        replace(framework, points=tuple(replace(point, restricted=point.ref == sample.PRESCHOOL_3) for point in framework.points))
        for framework in sample.frameworks()
    )
    kinds = (
        tagged((sample.PRESCHOOL_2, sample.PRESCHOOL_3)),
        tagged((sample.PRESCHOOL_3,), TagState.PROPOSED),
        tagged((PointRef("of-no-framework", 1),)),
    )
    both, proposed, unknown = (replace(sample.DOCUMENTS[0], id=f"n{at}", tags=tags) for at, tags in enumerate(kinds))
    found, without = classes((both, proposed, *sample.DOCUMENTS[2:], unknown), frameworks)
    asked = [found[name] for name in ("n0", "n1", "d0003", "d0005")]
    assert asked == [Class.RESTRICTED, Class.RESTRICTED, Class.OPEN, Class.UNSORTED]
    assert without == (unknown,)
    for audience in Audience:
        data = sample.data(audience, documents=(*sample.DOCUMENTS, unknown))
        with pytest.raises(ArchiveError) as caught:
            build(data, sample.texts, tmp_path / str(audience), state=tmp_path / "state.json")
        assert "of-no-framework/C1" in caught.value.message.text("zh")
        assert not (tmp_path / str(audience) / "index.html").exists()


def test_the_report_counts_and_never_quotes() -> None:
    texts = sample.TEXTS | {sample.DOCUMENTS[3].sha256: ((None, SHEET),)}
    named = replace(sample.DOCUMENTS[2], name=f"{sample.PHONE}.pdf")
    found = report(sample.data(documents=(*sample.DOCUMENTS[:2], named, *sample.DOCUMENTS[3:])), texts.get)
    assert found.identifiers == {"resident": 1, "pupil": 0, "phone": 2, "card": 1, "email": 1}
    assert (found.documents, found.in_text, found.in_names, found.without_text) == (5, 3, 1, 1)
    assert found.cells >= 8
    assert found.by_class == {"open": 4, "restricted": 0, "unsorted": 1, "none": 0}
    assert not [value for value in (*sample.CANARIES, *VALUES) if value in repr(found)]
