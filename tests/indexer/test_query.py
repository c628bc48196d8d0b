import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.parse import parse
from indexer.query import And, Expr, Not, Or, Phrase, Property, phrases, write


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
        ("甲 或 乙", Or((Phrase("甲"), Phrase("乙")))),
        ("甲|乙｜丙 丁", And((Or((Phrase("甲"), Phrase("乙"), Phrase("丙"))), Phrase("丁")))),
        ("或许 “或”", words("或许", "或")),
        ("甲 -|乙", Or((Phrase("甲"), Phrase("乙")))),
        ("|", Phrase("|")),
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
        ("年份：2021至2022年", Property("year", ("2021", "2022"))),
        ("year:2098..", Property("year", ("2098", "2099"))),
        ("year:..1901", Property("year", ("1900", "1901"))),
        ("year:2019,2021", Property("year", ("2019", "2021"))),
        ("year:2019,去年", Phrase("year:2019,去年")),
        ("科室：学前科", Property("department", ("学前科",))),
        ("department:“学前 科” 经费", And((Property("department", ("学前科",)), Phrase("经费")))),
        ("类型：pdf，DOCX、xlsx", Property("type", ("pdf", "docx", "xlsx"))),
        ("unit:“北街 小学”,南山小学", Property("unit", ("北街小学", "南山小学"))),
        ("type:pdf, 甲", And((Property("type", ("pdf",)), Phrase("甲")))),
        ("year:abc", Phrase("year:abc")),
        ("type:PDF", Property("type", ("pdf",))),
        ("-type:pdf", Not(Property("type", ("pdf",)))),
        ("status:needs-ocr", Property("status", ("needs-ocr",))),
        ("文号:荣教政发〔2023〕78号", Phrase("荣教政发(2023)78号", "number")),
        ("文号：“78 号”", Phrase("78号", "number")),
        ("注意：事项", Phrase("注意:事项")),
        ("unit:", Phrase("unit:")),
        ("甲 、 乙", words("甲", "乙")),
        ("、", Phrase("、")),
        ("OR", Phrase("or")),
        ("甲 OR", Phrase("甲")),
        ("(甲", Phrase("甲")),
        ("甲)", Phrase("甲)")),
        ('"甲 乙', words("甲", "乙")),
        ("“甲", Phrase("甲")),
        ("甲” 乙", words("甲", "乙")),
        ("甲“乙”", Phrase('甲"乙"')),
        ("教师 —退休", And((Phrase("教师"), Not(Phrase("退休"))))),
        ("荣教政发[2023] 78 号", Phrase("荣教政发(2023)78号")),
        ("（２０２３） ７８ 号", Phrase("(2023)78号")),
        ("荣教政发<2023>第078号文件", Or((Phrase("荣教政发(2023)78号文件"), Phrase("荣教政发<2023>第078号文件")))),
        ("-荣教〔2023〕78号 甲", And((Not(Phrase("荣教(2023)78号")), Phrase("甲")))),
        ("(荣教〔2023〕78号|甲) 乙", And((Or((Phrase("荣教(2023)78号"), Phrase("甲"))), Phrase("乙")))),
        ("（荣教〔2023〕78号）", Phrase("荣教(2023)78号")),
        ("文号：荣教《2023》 第078号 甲", And((Phrase("荣教(2023)78号", "number"), Phrase("甲")))),
        ("荣教〔2023〕7*", Phrase("荣教(2023)7", open_end=True)),
        ("()", Phrase("()")),
        ("甲 () 乙", words("甲", "乙")),
        ("*", Phrase("*", open_end=True)),
        ("", And(())),
        (" \n", And(())),
    ],
)
def test_queries(query: str, expr: Expr) -> None:
    assert parse(query) == expr


@given(st.text(st.sampled_from('甲乙 -－()（）"“”*|:：OR unit文号year2021..'), max_size=60))
def test_nothing_typed_is_an_error(query: str) -> None:
    assert parse(query) is not None
    assert all(phrase.text for phrase in phrases(parse(query)))


@given(st.text(max_size=40))
def test_no_text_at_all_is_an_error(query: str) -> None:
    assert parse(query) is not None


def test_deep_nesting_is_cut_not_refused() -> None:
    assert phrases(parse("(" * 5000 + "甲" + ")" * 5000)) == (Phrase("甲"),)
    assert phrases(parse("-(" * 500 + "甲 乙 OR 丙"))[:0] == ()


def test_excluded_phrases_are_not_looked_for() -> None:
    assert phrases(parse("甲 (乙 OR 丙) -丁 甲")) == (Phrase("甲"), Phrase("乙"), Phrase("丙"))


PIECES = (
    '荣教〔2023〕 [2023]第7 8号 甲 “乙 乙” ( ) （ ） - － OR 或 | NOT year:2021..2023 unit: 科室： 文号: , ， 、 * " 甲*'.split(
        " "
    )
)
TYPED = st.one_of(
    st.text(st.sampled_from('甲乙 -－()（）“”"「」*＊|｜:：,，OR或unit文号point年份2021.'), max_size=40),
    st.lists(st.sampled_from([*PIECES, " ", " "]), max_size=25).map("".join),
    st.text(max_size=30),
)


@given(TYPED)
@settings(max_examples=1000)
def test_a_tree_that_is_written_and_read_again_is_the_same(query: str) -> None:
    expr = parse(query)
    assert parse(write(expr)) == expr
