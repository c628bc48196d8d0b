from hypothesis import given
from hypothesis import strategies as st

from indexer.fold import search_form, search_text
from indexer.query import Phrase
from indexer.snippet import Passage, passages, spots


def shown(text: str, *phrases: str) -> Passage:
    searched = search_text(text)
    return passages(text, searched, spots([Phrase(search_form(phrase)) for phrase in phrases], searched.text), 1)[0][1]


def marked(found: Passage) -> list[str]:
    return [found.text[start:end] for start, end in found.marks]


def test_every_hit_in_the_passage_is_marked_as_displayed() -> None:
    found = shown("关于〔2023〕 78\n号的通知，初\n中 C12 与 c12。", "（2023）78号", "初中", "Ｃ１２")
    assert marked(found) == ["〔2023〕 78 号", "初 中", "C12", "c12"]
    assert found.text == "关于〔2023〕 78 号的通知，初 中 C12 与 c12。"


def test_a_long_text_is_cut_around_the_hit() -> None:
    found = shown("前" * 300 + "要点" + "后" * 300, "要点")
    assert marked(found) == ["要点"]
    assert found.text.startswith("…前")
    assert found.text.endswith("后…")
    assert 78 <= len(found.text) <= 84


def test_the_passage_with_most_phrases_is_taken() -> None:
    assert marked(shown("经费" + "空" * 200 + "经费与教师" + "空" * 200, "经费", "教师")) == ["经费", "教师"]


def test_without_a_hit_the_beginning_is_shown() -> None:
    assert shown("开头" * 100, "没有") == Passage("开头" * 40 + "…", ())
    assert shown("", "没有") == Passage("", ())
    assert shown(" \n", "没有") == Passage("", ())


def test_a_phrase_longer_than_the_passage_is_shown_in_part() -> None:
    text = "很长的一句话" * 200
    found = shown(text, text)
    assert len(found.text) < 260
    assert len(found.marks) == 1


@given(
    st.text(st.sampled_from("初中园 \n\tC1（）𠮷\u200b，"), max_size=200),
    st.text(st.sampled_from("初中园C1"), min_size=1, max_size=2),
)
def test_marks_hold_the_phrase(text: str, phrase: str) -> None:
    found = shown(text, phrase)
    form = search_form(phrase)
    assert all(form in search_form(piece) for piece in marked(found))
    assert bool(found.marks) is bool(spots([Phrase(form)], search_form(text)))
    assert "\n" not in found.text
