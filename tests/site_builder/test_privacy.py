"""Identifiers are covered, everything else is left as it is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.privacy import COVER, is_bank_card, is_credit_code, is_resident_id, mask
from tests.site_builder.sample import CARD, CREDIT_CODE, EMAIL, PHONE, RESIDENT

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def resident(head: str) -> str:
    """The 17 given digits with their check digit, worked out here a second time."""
    return head + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(head, WEIGHTS, strict=True)) % 11]


ENDS_IN_X = resident("50015319900307103")


def test_the_samples_are_what_they_claim() -> None:
    assert resident(RESIDENT[:17]) == RESIDENT
    assert is_resident_id(RESIDENT)
    assert is_bank_card(CARD)
    assert is_credit_code(CREDIT_CODE)
    assert ENDS_IN_X.endswith("X")


@pytest.mark.parametrize(
    "secret",
    [
        RESIDENT,
        ENDS_IN_X,
        ENDS_IN_X.lower(),
        f"{RESIDENT[:6]} {RESIDENT[6:14]} {RESIDENT[14:]}",
        f"{RESIDENT[:10]}\n{RESIDENT[10:]}",
        "".join(chr(ord(digit) + 0xFEE0) for digit in RESIDENT),
        " ".join(RESIDENT),
        f"G{RESIDENT}",
        f"Ｇ{RESIDENT}",
        f"J{resident('50099999999999999')}",
        "L500153201509011234",
        f"{RESIDENT}43",
        PHONE,
        f"+86{PHONE}",
        "138-0013-8000",
        "138 0013 8000",
        CARD,
        "6222 0212 3456 7890 128",
        EMAIL,
        "zhang＠example．com",
    ],
)
def test_an_identifier_is_covered_between_any_neighbours(secret: str) -> None:
    for before, after in (("", ""), ("号码", "，备用"), ("1 ", " 2"), ("男\n", "\n女")):
        covered = mask(before + secret + after)
        assert len(covered) == len(before + secret + after)
        assert COVER in covered
        inside = covered[len(before) : len(before) + len(secret)]
        assert not any(character.isdecimal() or character in "@＠" for character in inside)
        assert covered.startswith(before)
        assert covered.endswith(after)


def test_the_old_number_needs_its_label() -> None:
    assert mask("身份证号：500153900307123") == "身份证号：" + COVER * 15
    assert mask("流水 500153900307123") == "流水 500153900307123"


@pytest.mark.parametrize(
    "text",
    [
        f"统一社会信用代码{CREDIT_CODE}",
        "12345678901234567890",
        "荣教政发〔2023〕78号",
        "电话 023-46733333",
        "2024-05-06 18:00:00",
        "138001380001",
        RESIDENT[:17] + ("0" if RESIDENT[17] != "0" else "1"),
        "生均 85.5%，1:15，4.2 人",
        "6222021234567890127",
        "123 456 789 101112",
        "a@b",
        "138\t0013\t8000",
        "6222\n0212\n3456\n7890",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask(text) == text


def test_a_credit_code_of_digits_alone_is_no_bank_card() -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for serial in range(10_000_000, 10_040_000):
        head = f"622202{serial}000"[:17]
        last = alphabet[(31 - sum(int(digit) * pow(3, place, 31) for place, digit in enumerate(head)) % 31) % 31]
        if last.isdecimal() and is_bank_card(head + last):
            assert mask(head + last) == head + last
            return
    pytest.fail("no such code in the range looked at")


@given(st.text(alphabet=st.sampled_from("0123456789Xx １２@.-\nab中〔〕"), max_size=120))
def test_masking_keeps_the_length_and_is_done_once(text: str) -> None:
    covered = mask(text)
    assert len(covered) == len(text)
    assert all(new in (old, COVER) for old, new in zip(text, covered, strict=True))


@given(st.dates(date(1940, 1, 1), date(2023, 1, 1)), st.integers(0, 999))
def test_every_real_number_is_covered_and_no_slip_of_one_digit(born: date, serial: int) -> None:
    number = resident(f"500153{born:%Y%m%d}{serial:03d}")
    assert mask(f"证件{number}。") == f"证件{COVER * 18}。"
    slip = number[:15] + str((int(number[15]) + 1) % 10) + number[16:]
    assert not is_resident_id(slip)
