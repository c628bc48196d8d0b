"""The time that words name, against a table written by hand, and properties."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.when import of_date, spans


def days(text: str) -> list[tuple[str, str]]:
    return [(str(date.fromordinal(first)), str(date.fromordinal(last))) for first, last in spans(text)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024年工作总结", "2024-01-01", "2024-12-31"),
        ("2024年度决算", "2024-01-01", "2024-12-31"),
        ("２０２４年度决算", "2024-01-01", "2024-12-31"),
        ("二〇二四年工作总结", "2024-01-01", "2024-12-31"),
        ("2025工资表", "2025-01-01", "2025-12-31"),
        ("2025届毕业生名册", "2025-01-01", "2025-12-31"),
        ("2023—2024学年课程表", "2023-09-01", "2024-08-31"),
        ("2023-24学年", "2023-09-01", "2024-08-31"),
        ("2023/2024学年度", "2023-09-01", "2024-08-31"),
        ("2024学年", "2024-09-01", "2025-08-31"),
        ("2023—2024学年度第二学期", "2024-02-01", "2024-08-31"),
        ("2023-2024学年上学期", "2023-09-01", "2024-01-31"),
        ("2025年秋季学期班额统计表", "2025-09-01", "2026-01-31"),
        ("2025春", "2025-02-01", "2025-08-31"),
        ("2025年上半年", "2025-01-01", "2025-06-30"),
        ("2025年下半年", "2025-07-01", "2025-12-31"),
        ("2025年9月12日会议", "2025-09-12", "2025-09-12"),
        ("2025-09-12", "2025-09-12", "2025-09-12"),
        ("IMG_20251016_音乐教室", "2025-10-16", "2025-10-16"),
        ("2025年9月工资发放表", "2025-09-01", "2025-09-30"),
        ("2023年9月至2025年6月", "2023-09-01", "2025-06-30"),
        ("2025年9—12月食堂账目", "2025-09-01", "2025-12-31"),
        ("2024.02", "2024-02-01", "2024-02-29"),
        ("专项规划（2024—2030）", "2024-01-01", "2030-12-31"),
        ("2021年至2025年规划", "2021-01-01", "2025-12-31"),
    ],
)
def test_words_that_name_a_time(text, first, last):
    assert days(text) == [(first, last)]


@pytest.mark.parametrize(
    "text",
    """
    2017年后规划设计的幼儿园 自2019年以来 2020年起施行 2025级新生名册 超过2000人的学校 面积2010平方米 生均2025元
    荣教政发〔2023〕78号 示教发[2024]28号 近三年财政投入 教职工花名册 编号20251399 电话02320251234
    """.split(),
)
def test_words_that_name_none(text):
    assert days(text) == []


def test_several_years_are_all_named():
    assert [first[:4] for first, _ in days("2022年、2023年、2024年决算")] == ["2022", "2023", "2024"]


def test_a_day_that_is_none_is_its_year():
    assert days("2025年13月") == [("2025-01-01", "2025-12-31")]


@pytest.mark.parametrize(
    ("iso", "first", "last"),
    [("2025-09-12", "2025-09-12", "2025-09-12"), ("2025-09", "2025-09-01", "2025-09-30"), ("2025", "2025-01-01", "2025-12-31")],
)
def test_dates_may_lack_their_day_or_month(iso, first, last):
    assert [tuple(str(date.fromordinal(day)) for day in span) for span in of_date(iso)] == [(first, last)]


@pytest.mark.parametrize("text", ["", "2025-02-30", "x", "20", "2025-9-1-2", "2025-13"])
def test_what_is_no_date_is_none(text):
    assert of_date(text) == ()


@given(st.text())
def test_any_text_is_read_without_a_fault_and_in_order(text):
    assert all(first <= last for first, last in spans(text))


@given(st.dates(date(2000, 1, 1), date(2039, 12, 31)))
def test_a_day_in_every_form_is_that_day(day):
    for text in (f"{day:%Y}年{day.month}月{day.day}日", f"{day:%Y-%m-%d}", f"记录{day:%Y%m%d}.pdf", f"{day:%Y.%m.%d}"):
        assert spans(text) == ((day.toordinal(), day.toordinal()),), text
