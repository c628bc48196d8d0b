import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.official import Elements, elements
from indexer.reading import Block, Reading
from schema.model import TextStatus

PAPER = """青禾县教育委员会文件
青教发[2024] 12 号    签发人：林远

青禾县教育委员会
青禾县财政局
关于印发《青禾县义务教育优质均衡
发展实施方案》的通知
各中小学、幼儿园：
根据《县域义务教育优质均衡发展督导评估办法》（教督〔2017〕6号），制定本方案。
附件：1.任务分解表
青禾县教育委员会 青禾县财政局
二〇二四年三月二十一日
附件1
任务分解表
青禾县教育委员会办公室 2024年3月25日印发"""


def of(text: str, name: str = "文件.docx", where: str = "body", kind: str = "docx") -> Elements:
    return elements(Reading(TextStatus.OK, kind, blocks=(Block(None, where, text),)), name)


def test_an_official_paper_has_all_its_elements():
    assert of(PAPER) == Elements(
        "关于印发《青禾县义务教育优质均衡发展实施方案》的通知",
        "青教发〔2024〕12号",
        "青禾县教育委员会、青禾县财政局",
        "2024-03-21",
    )


@pytest.mark.parametrize("brackets", ["〔〕", "[]", "【】", "（）", "()", "﹝﹞", "［］"])
def test_brackets_of_any_kind_become_those_of_the_standard(brackets):
    assert of(f"青教发 {brackets[0]}2024{brackets[1]} 7 号\n关于做好值班工作的通知").doc_number == "青教发〔2024〕7号"


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
    assert of(f"某总结\n{line}").doc_number == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("会议纪要\n〔2024〕5号", "〔2024〕5号"),
        ("青禾县人民政府令\n第 12 号", "第12号"),
        ("２０２４\n青教函〔２０２４〕３号", "青教函〔2024〕3号"),
    ],
)
def test_unusual_numbers(text, number):
    assert of(text).doc_number == number


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
    assert of(text).date == day


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("柳溪小学\n2024年校园安全工作总结\n一年来，我校认真开展工作。", "2024年校园安全工作总结"),
        ("柳溪小学关于开展家访活动的情况汇报\n各位领导：", "柳溪小学关于开展家访活动的情况汇报"),
        ("各班级：\n现将关于春游的通知印发给你们。\n春游注意事项", "春游注意事项"),
        ("食堂管理制度（试行）\n第一条 为了加强管理，制定本制度。", "食堂管理制度（试行）"),
        ("附件2\n校车司机名单", "校车司机名单"),
        ("- 1 -\n一、指导思想\n荷叶", "荷叶"),
        ("我们学校今年做了很多事情。", "C12 材料"),
        ("", "C12 材料"),
    ],
)
def test_titles(text, title):
    assert of(text, "C12 材料.docx").title == title


@pytest.mark.parametrize(
    ("text", "title"),
    [("Sheet1\n教师花名册\n姓名\t性别", "教师花名册"), ("教师\n姓名\t性别", "教师"), ("Sheet1\n姓名\t性别", "表一")],
)
def test_the_title_of_a_sheet(text, title):
    assert of(text, "表一.xlsx", "sheet", "xlsx").title == title


def test_the_issuer_may_stand_in_the_title_alone():
    assert of("柳溪小学关于开展家访活动的报告\n各位领导：").issuer == "柳溪小学"
    assert of("青 禾 县 教 育 委 员 会 文 件\n青教发〔2024〕7号\n关于值班的通知").issuer == "青禾县教育委员会"


def test_headers_and_comments_are_not_the_paper():
    reading = Reading(TextStatus.OK, "docx", blocks=(Block(None, "header", "关于甲的通知"), Block(None, "body", "乙乙乙")))
    assert elements(reading, "丙.docx").title == "乙乙乙"


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
    assert found.title
    assert "\n" not in found.title + found.doc_number + found.issuer


def test_a_title_broken_before_its_kind_is_whole():
    assert of("青禾县义务教育优质均衡社会认可度调查\n报告\n一、基本情况").title == "青禾县义务教育优质均衡社会认可度调查报告"
    assert of("报告\n一、基本情况").title == "报告"
