import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.fold import BLANKS, IGNORED, WORD, fold, fold_character, fold_table, search_form, search_text, squeeze

EVERY = [chr(point) for point in range(0x30000) if not 0xD800 <= point < 0xE000]
TEXTS = st.text(st.sampled_from("初中C12c 1.5%\n\t\u3000\ufe0f（)〔]【2023—~号，\u200b\U00020000𠮷é"), max_size=60)


def test_folding_keeps_length_and_is_idempotent_over_every_character() -> None:
    text = "".join(EVERY)
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


def test_the_table_is_the_fold() -> None:
    table = fold_table()
    assert all(table.get(character, character) == fold_character(character) for character in EVERY)
    assert all(len(key) == len(value) == 1 and key != value for key, value in table.items())
    assert fold("".join(EVERY)) == "".join(table.get(character, character) for character in EVERY)
    assert list(table) == sorted(table)


def test_characters_beyond_the_planes_with_letters_fold_to_themselves() -> None:
    for point in (0x30000, 0xE0100, sys.maxunicode):
        assert fold(chr(point)) == chr(point)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＡＢＣ１２３％", "abc123%"),
        ("〔2023〕【2023】［2023］（2023）", "(2023)(2023)(2023)(2023)"),
        ("2021—2023～2024－2025–2026", "2021-2023-2024-2025-2026"),
        ("“双减”「双减」", '"双减""双减"'),
        ("1∶15", "1:15"),
        ("⼀⼆", "一二"),
        ("①2023年", "①2023年"),
        ("ⓒ", "ⓒ"),
        ("m²", "m2"),
        ("𠮷", "𠮷"),
    ],
)
def test_what_folds_to_what(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("初 \n 中", "初中"),
        ("荣教政发〔2023〕 78 号", "荣教政发(2023)78号"),
        ("C1\n C2", "c1 c2"),
        ("1. 85% 以上", "1. 85%以上"),
        ("a\u200bb a\u200b b", "ab a b"),
        ("  \u3000前后\n", "前后"),
        ("in (a) b", "in(a)b"),
        ("\n", ""),
        ("", ""),
    ],
)
def test_which_white_space_counts(written: str, form: str) -> None:
    assert search_form(written) == form


@given(TEXTS)
def test_squeezing_is_idempotent_and_leads_back(text: str) -> None:
    searched = search_text(text)
    assert squeeze(searched.text).text == searched.text == search_form(text)
    folded = fold(text)
    for offset, character in enumerate(searched.text):
        shown = searched.to_shown(offset)
        assert folded[shown] == character or (character == " " and folded[shown].isspace()) or folded[shown] in "\u200b\ufe0f"
        assert searched.to_searched(shown) == offset
    assert [searched.to_shown(offset) for offset in range(len(searched.text))] == sorted(
        {searched.to_shown(offset) for offset in range(len(searched.text))}
    )


@given(TEXTS, TEXTS)
def test_text_inside_a_text_is_found_in_its_search_form(before: str, after: str) -> None:
    assert "评估要点" in search_form(before + "评估 要\n点" + after)


def test_character_sets_do_not_overlap_and_hold_folded_characters_only() -> None:
    points = [point for ranges in (WORD, BLANKS, IGNORED) for first, last in ranges for point in range(first, last + 1)]
    assert len(points) == len(set(points))
    assert [point for first, last in BLANKS for point in range(first, last + 1)] == [
        point for point in range(sys.maxunicode) if chr(point).isspace()
    ]
    words = [chr(point) for first, last in WORD for point in range(first, last + 1)]
    assert all(unicodedata.category(word)[0] in "LNMSC" or word == "\u037e" for word in words if fold(word) == word)
