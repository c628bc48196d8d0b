import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.postings import (
    BITMAP,
    BYTES,
    SHORTS,
    WORDS,
    decode,
    decode_numbers,
    encode,
    everything,
    membership,
    to_bits,
    to_numbers,
)


@st.composite
def sets(draw: st.DrawFn) -> tuple[list[int], int]:
    documents = draw(st.sampled_from([1, 7, 300, 5_000, 70_000]))
    few = st.lists(st.integers(0, documents - 1), min_size=1, max_size=40)
    run = st.builds(lambda first, step: list(range(first, documents, step)), st.integers(0, documents - 1), st.integers(1, 400))
    return sorted(set(draw(few)) | set(draw(st.just([]) | run))), documents


@given(sets())
def test_every_set_comes_back(given: tuple[list[int], int]) -> None:
    numbers, documents = given
    bits = sum(1 << number for number in numbers)
    coding, data = encode(numbers, documents)
    assert decode(coding, data) == bits == to_bits(numbers)
    assert list(decode_numbers(coding, data)) == numbers == to_numbers(bits)
    assert bits & ~everything(documents) == 0
    assert len(data) <= max((documents + 7) // 8, 4 * len(numbers))
    marks = membership(bits, documents)
    assert [number for number in range(documents) if marks[number >> 3] >> (number & 7) & 1] == numbers


def test_each_set_takes_the_coding_that_is_small_for_it() -> None:
    every = [range(0, 50_000, step) for step in (2, 20, 1_000)]
    assert [encode(numbers, 50_000)[0] for numbers in every] == [BITMAP, BYTES, SHORTS]
    assert encode([5], 70_000)[0] == WORDS


def test_no_set() -> None:
    assert (to_bits([]), to_numbers(0), decode(BYTES, b""), everything(0)) == (0, [], 0, 0)


@pytest.mark.parametrize(("coding", "data"), [(SHORTS, b"abc"), (WORDS, b"abc"), (9, b"")])
def test_what_is_no_list_is_refused(coding: int, data: bytes) -> None:
    with pytest.raises(ValueError, match=r"coding|length"):
        decode(coding, data)
