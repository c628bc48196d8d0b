import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import official as bench
from indexer.official import elements, value
from indexer.reading import Block, Reading
from schema.model import Element, TextStatus

# What the issue asks of every element, on both sets.
FLOOR = 0.95


def of(text: str, name: str = "文件.docx", where: str = "body", kind: str = "docx") -> tuple[Element, ...]:
    return elements(Reading(TextStatus.OK, kind, blocks=(Block(None, where, text),)), name)


def get(element: str, text: str, name: str = "文件.docx", where: str = "body", kind: str = "docx") -> str:
    return value(of(text, name, where, kind), element)


@pytest.mark.parametrize("name", bench.SETS)
def test_elements_of_labelled_papers_are_found(name):
    entries = list(bench.papers(name))
    scores, faults = bench.scores(entries)
    low = [element for element, score in scores.items() if min(score.precision, score.recall) < FLOOR]
    assert low == [], faults


def test_there_are_papers_enough_and_every_element_is_on_several():
    papers = {name: list(bench.papers(name)) for name in bench.SETS}
    assert sum(map(len, papers.values())) >= 60
    assert len(papers["frozen"]) >= 20
    for entries in papers.values():
        assert all(sum(bool(paper.truth[element]) for paper in entries) >= 2 for element in bench.ELEMENTS)


def test_an_element_says_where_it_stands_and_which_rule_found_it():
    blocks = (
        Block(1, "body", "青禾县教育局文件\n\n青教发〔2024〕7号"),
        Block(2, "body", "关于值班的通知\n各校：\n青禾县教育局\n2024年3月5日"),
    )
    found = {entry.name: entry for entry in elements(Reading(TextStatus.OK, "pdf", 2, blocks), "甲.pdf")}
    assert found["number"] == Element("number", ("青教发〔2024〕7号",), "number", 0.97, 1, 2)
    assert (found["title"].page, found["title"].line) == (2, 3)
    assert (found["date"].values, found["date"].page, found["date"].rule) == (("2024-03-05",), 2, "date-signed")


def test_a_stand_in_for_a_title_is_less_sure_than_a_title():
    (stand_in,) = of("我们学校今年做了很多事情。", "C12 材料.docx")
    assert stand_in == Element("title", ("C12 材料",), "title-name", 0.3)


@pytest.mark.parametrize("brackets", ["〔〕", "[]", "【】", "（）", "()", "﹝﹞", "［］"])
def test_brackets_of_any_kind_become_those_of_the_standard(brackets):
    assert get("number", f"青教发 {brackets[0]}2024{brackets[1]} 7 号\n关于做好值班工作的通知") == "青教发〔2024〕7号"


@pytest.mark.parametrize(
    "line",
    [
        "根据青教发〔2024〕7号",
        "《办法》（教督〔2017〕6号）",
        "按照教督〔2017〕6号要求",
        "我校收到教督〔2017〕6号后立即部署",
        "教督〔17〕6号",
    ],
)
def test_a_cited_number_is_not_the_papers_own(line):
    assert get("number", f"某总结\n{line}") == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("会议纪要\n〔2024〕5号", "〔2024〕5号"),
        ("青禾县人民政府令\n第 12 号", "第12号"),
        ("２０２４\n青教函〔２０２４〕３号", "青教函〔2024〕3号"),
    ],
)
def test_unusual_numbers(text, number):
    assert get("number", text) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("总结\n柳溪小学 2024 年 3 月 5 日", "2024-03-05"),
        ("总结\n柳溪小学\n2024.12.31", "2024-12-31"),
        ("总结\n柳溪小学\n二○二三年十月十日", "2023-10-10"),
        ("总结\n柳溪小学\n二〇二三年十二月三十一日", "2023-12-31"),
        ("总结\n（2024年5月6日）\n一、基本情况\n正文", "2024-05-06"),
        ("总结\n2024年2月30日", ""),
        ("总结\n活动于2024年2月3日\n举行", ""),
        ("总结\n柳溪小学办公室2024年2月3日印发", ""),
        ("总结\n无日期", ""),
    ],
)
def test_dates(text, day):
    assert get("date", text) == day


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("柳溪小学\n2024年校园安全工作总结\n一年来，我校认真开展工作。", "2024年校园安全工作总结"),
        ("柳溪小学关于开展家访活动的情况汇报\n各位领导：", "柳溪小学关于开展家访活动的情况汇报"),
        ("各班级：\n现将关于春游的通知印发给你们。\n春游注意事项", "春游注意事项"),
        ("食堂管理制度（试行）\n第一条 为了加强管理，制定本制度。", "食堂管理制度（试行）"),
        ("附件2\n校车司机名单", "校车司机名单"),
        ("会议纪要\n〔2025〕第14期\n柳溪中学均衡编班工作会议纪要\n8月29日，学校召开会议。", "柳溪中学均衡编班工作会议纪要"),
        ("- 1 -\n一、指导思想\n荷叶", "荷叶"),
        ("我们学校今年做了很多事情。", "C12 材料"),
        ("", "C12 材料"),
    ],
)
def test_titles(text, title):
    assert get("title", text, "C12 材料.docx") == title


@pytest.mark.parametrize(
    ("text", "title"),
    [("Sheet1\n教师花名册\n姓名\t性别", "教师花名册"), ("教师\n姓名\t性别", "教师"), ("Sheet1\n姓名\t性别", "表一")],
)
def test_the_title_of_a_sheet(text, title):
    assert get("title", text, "表一.xlsx", "sheet", "xlsx") == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("年级,班级,每班人数\n小班,小一班,25", "班额"),
        ("年级;班级\n小班;小一班", "班额"),
        ("年级\t班级\n小班\t小一班", "班额"),
        ("小班花名,,,\n年级,班级,人数,备注", "小班花名"),
        ('"小班花名",,,\n年级,班级,人数,备注', "小班花名"),
        ("", "班额"),
    ],
)
def test_the_header_of_a_table_is_no_title(text, title):
    assert get("title", text, "班额.csv", "body", "csv") == title


def test_the_issuer_may_stand_in_the_title_alone():
    assert get("issuer", "柳溪小学关于开展家访活动的报告\n各位领导：") == "柳溪小学"
    assert get("issuer", "青 禾 县 教 育 委 员 会 文 件\n青教发〔2024〕7号\n关于值班的通知") == "青禾县教育委员会"


def test_headers_and_comments_are_not_the_paper():
    reading = Reading(TextStatus.OK, "docx", blocks=(Block(None, "header", "关于甲的通知"), Block(None, "body", "乙乙乙")))
    assert value(elements(reading, "丙.docx"), "title") == "乙乙乙"


@pytest.mark.parametrize(
    "evil",
    [
        "〔2023〕1" * 50_000,
        "关于" * 100_000,
        "关于\n" * 100_000,
        " " * 200_000 + "甲",
        "学校 " * 100_000,
        "年2023 " * 50_000,
        "(（" * 100_000,
    ],
)
def test_hostile_text_ends(evil):
    of(evil)


@given(st.text(alphabet="关于印发〔2024〕12号年月日一二三十学校通知 \n\t附件（）《》文件", max_size=400))
def test_any_text_has_a_title_and_no_blanks_in_it(text):
    found = of(text, "甲.docx")
    assert value(found, "title")
    assert not any("\n" in text for entry in found for text in entry.values)
    assert all(0 < entry.confidence <= 1 and all(entry.values) for entry in found)


def test_a_title_broken_before_its_kind_is_whole():
    assert get("title", "青禾县义务教育优质均衡社会认可度调查\n报告\n一、基本情况") == "青禾县义务教育优质均衡社会认可度调查报告"
    assert get("title", "报告\n一、基本情况") == "报告"
