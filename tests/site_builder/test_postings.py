"""Lists of document numbers come back as they were, and small ones stay small."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.postings import ALPHABET, STOPPERS, Coder, fixed, gap_code


def decode(text: str) -> list[int]:
    """What static/engine.js does."""
    if text.startswith("~"):
        values = [ALPHABET.index(character) for character in text[1:]]
        return [place * 6 + bit for place, value in enumerate(values) for bit in range(6) if value >> bit & 1]
    numbers, last, carried = [], -1, 0
    for character in text:
        value = ALPHABET.index(character)
        if value < STOPPERS:
            last += carried * STOPPERS + value + 1
            numbers.append(last)
            carried = 0
        else:
            carried = carried * (len(ALPHABET) - STOPPERS) + value - STOPPERS + 1
    return numbers


@given(
    st.integers(1, 9000).flatmap(
        lambda total: st.tuples(st.just(total), st.sets(st.integers(0, total - 1), min_size=1, max_size=200))
    )
)
def test_lists_come_back(case: tuple[int, set[int]]) -> None:
    total, numbers = case
    assert decode(Coder(total).encode(sorted(numbers))) == sorted(numbers)


def test_codes_need_no_escape_and_grow_slowly() -> None:
    assert not set(ALPHABET) & set('"\\~')
    assert len(ALPHABET) == 92
    assert [len(gap_code(gap)) for gap in (0, 71, 72, 1511, 1512)] == [1, 1, 2, 2, 3]
    assert len({gap_code(gap) for gap in range(50_000)}) == 50_000


def test_a_fixed_width_that_is_too_small_is_an_error() -> None:
    assert fixed(91, 1) == ALPHABET[91]
    with pytest.raises(OverflowError):
        fixed(92, 1)
