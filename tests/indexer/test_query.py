import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.query import And, Expr, Not, Or, Phrase, Property, parse, phrases


def words(*texts: str) -> And:
    return And(tuple(Phrase(text) for text in texts))


@pytest.mark.parametrize(
    ("query", "expr"),
    [
        ("教师 经费", words("教师", "经费")),
        ("教师\u3000经费", words("教师", "经费")),
        ("教师 AND 经费", words("教师", "经费")),
        ('"双减 政策"', Phrase("双减政策")),
        ("“two words”", Phrase("two words")),
        ("「two words」", Phrase("two words")),
        ("＂two words＂", Phrase("two words")),
        ("关于“双减”工作的通知", Phrase('关于"双减"工作的通知')),
        ("“双减”工作", Phrase('"双减"工作')),
        ("教师 -退休", And((Phrase("教师"), Not(Phrase("退休"))))),
        ("教师 －退休", And((Phrase("教师"), Not(Phrase("退休"))))),
        ("教师 NOT 退休", And((Phrase("教师"), Not(Phrase("退休"))))),
        ("-“退 休”", Not(Phrase("退休"))),
        ("2021-2023", Phrase("2021-2023")),
        ("——教育", Phrase("--教育")),
        ("教师 - 退休", words("教师", "退休")),
        ("甲 OR 乙", Or((Phrase("甲"), Phrase("乙")))),
        ("甲 ＯＲ 乙 丙", And((Or((Phrase("甲"), Phrase("乙"))), Phrase("丙")))),
        ("甲 ｜ 乙", Or((Phrase("甲"), Phrase("乙")))),
        ("甲 or 乙", words("甲", "or", "乙")),
        ("（甲 乙） OR 丙", Or((words("甲", "乙"), Phrase("丙")))),
        ("-(甲 OR 乙) 丙", And((Not(Or((Phrase("甲"), Phrase("乙")))), Phrase("丙")))),
        ("荣教政发（2023）78号", Phrase("荣教政发(2023)78号")),
        ("（2023）78号", Phrase("(2023)78号")),
        ("经费(预算)", Phrase("经费(预算)")),
        ("(经费(预算) 决算)", words("经费(预算)", "决算")),
        ("（C12）", Phrase("c12")),
        ("教师*", Phrase("教师", open_end=True)),
        ("Ｃ１＊", Phrase("c1", open_end=True)),
        ('"c 1"*', Phrase("c 1", open_end=True)),
        ("point:C12", Property("point", ("c12",))),
        ("要点：preschool/C12", Property("point", ("preschool/c12",))),
        ("unit:“北街 小学”", Property("unit", ("北街小学",))),
        ("单位： 北街小学 经费", And((Property("unit", ("北街小学",)), Phrase("经费")))),
        ("year:2021..2023", Property("year", ("2021", "2022", "2023"))),
        ("年份：2023-2021", Property("year", ("2021", "2022", "2023"))),
        ("year:2021", Property("year", ("2021",))),
        ("year:abc", Phrase("year:abc")),
        ("type:PDF", Property("type", ("pdf",))),
        ("-type:pdf", Not(Property("type", ("pdf",)))),
        ("status:needs-ocr", Property("status", ("needs-ocr",))),
        ("文号:荣教政发〔2023〕78号", Phrase("荣教政发(2023)78号", "number")),
        ("文号：“78 号”", Phrase("78号", "number")),
        ("注意：事项", Phrase("注意:事项")),
        ("unit:", Phrase("unit:")),
        ("甲 、 乙", words("甲", "乙")),
        ("、", words("、")),
        ("OR", Phrase("or")),
        ("甲 OR", Phrase("甲")),
        ("(甲", Phrase("甲")),
        ("甲)", Phrase("甲)")),
        ('"甲 乙', words('"甲', "乙")),
        ("()", Phrase("()")),
        ("甲 () 乙", words("甲", "乙")),
        ("*", And((Phrase("*", open_end=True),))),
        ("", And(())),
        (" \n", And(())),
    ],
)
def test_queries(query: str, expr: Expr) -> None:
    assert parse(query) == expr


@given(st.text(st.sampled_from('甲乙 -－()（）"“”*|:：OR unit文号year2021..'), max_size=60))
@settings(deadline=None)
def test_nothing_typed_is_an_error(query: str) -> None:
    assert parse(query) is not None
    assert all(phrase.text for phrase in phrases(parse(query)))


@given(st.text(max_size=40))
@settings(deadline=None)
def test_no_text_at_all_is_an_error(query: str) -> None:
    assert parse(query) is not None


def test_deep_nesting_is_cut_not_refused() -> None:
    assert phrases(parse("(" * 5000 + "甲" + ")" * 5000)) == (Phrase("甲"),)
    assert phrases(parse("-(" * 500 + "甲 乙 OR 丙"))[:0] == ()


def test_excluded_phrases_are_not_looked_for() -> None:
    assert phrases(parse("甲 (乙 OR 丙) -丁 甲")) == (Phrase("甲"), Phrase("乙"), Phrase("丙"))
