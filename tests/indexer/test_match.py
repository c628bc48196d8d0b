import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.fold import search_form
from indexer.grams import grams_of, need_of
from indexer.match import contains, occurrences

TEXTS = st.text(st.sampled_from("初中园c12850.%,-() ａＣ\n号年𠮷_"), max_size=40).map(search_form)


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("C1", "见C12", False),
        ("C1", "见C1。", True),
        ("c12", "Ｃ１２材料", True),
        ("85", "达到85.5%", False),
        ("5", "达到85.5%", False),
        ("85.5", "达到85.5%", True),
        ("85", "185", False),
        ("85", "85%", True),
        ("85", "共85。", True),
        ("85", "第85.", True),
        ("2023", "2023.9-2024.7", True),
        ("2023", "2023.5.12", True),
        ("5", "1.5.2", True),
        ("2021", "1.2021年", True),
        ("2021", "12021", False),
        ("教师", "幼儿教师队伍", True),
        ("5年", "15年", False),
        ("第5", "第55条", False),
        ("abc", "xabc", False),
        ("abc", "x-abc", True),
        ("75", "2023.75", False),
        ("75", "2023.75.1", True),
    ],
)
def test_runs_end_where_the_phrase_ends(phrase: str, text: str, found: bool) -> None:
    assert contains(search_form(phrase), search_form(text)) is found


def test_an_open_phrase_asks_for_more() -> None:
    assert contains("c1", "见c12", open_end=True)
    assert not contains("c1", "见ac12", open_end=True)
    assert contains("8", "8.5", open_end=True)


def test_occurrences_do_not_overlap() -> None:
    assert list(occurrences("园园", "园园园园园")) == [0, 2]
    assert list(occurrences("c1", "c12 c1 c1,c1")) == [4, 7, 10]


@given(TEXTS, TEXTS.filter(bool), st.booleans())
def test_a_phrase_that_matches_has_its_grams_in_the_text(text: str, phrase: str, open_end: bool) -> None:
    _check_grams(text, phrase, open_end)


@given(TEXTS, st.data(), st.booleans())
def test_every_slice_that_matches_has_its_grams_in_the_text(text: str, data: st.DataObject, open_end: bool) -> None:
    start = data.draw(st.integers(0, max(0, len(text) - 1)))
    phrase = text[start : data.draw(st.integers(start, len(text)))].strip()
    if phrase:
        _check_grams(text, phrase, open_end)


def _check_grams(text: str, phrase: str, open_end: bool) -> None:
    grams, need = grams_of(text), need_of(phrase, open_end=open_end)
    possible = need.grams <= grams and all(any(gram.startswith(prefix) for gram in grams) for prefix in need.prefixes)
    if contains(phrase, text, open_end=open_end):
        assert possible
    if need.exact:
        assert contains(phrase, text, open_end=open_end) is possible


def test_long_runs_share_their_beginning() -> None:
    long = "a" * 40
    assert need_of(long).grams <= grams_of(f"x {long} y")
    assert contains(long, f"x {long} y")
    assert not contains(long, f"x {long}b y")


def test_grams_of_a_text() -> None:
    assert grams_of("第5条,c12 园") == {"第5", "5条", "条", "=5", "=c12", "园"}
