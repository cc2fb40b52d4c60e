"""Card numbers and their check digit. PRODUCT E5."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.errors import Invalid
from loyalty.rules.cards import is_whole, printed, scanned, with_check_digit

digits = st.text("0123456789", min_size=11, max_size=11)


def test_the_check_digit_is_luhns() -> None:
    assert with_check_digit("7992739871") == "79927398713"
    assert is_whole(with_check_digit("49291804221"))


@given(digits, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(stem: str, place: int, shift: int) -> None:
    number = with_check_digit(stem)
    wrong = str((int(number[place]) + shift) % 10)
    assert is_whole(number)
    assert not is_whole(number[:place] + wrong + number[place + 1 :])


@given(digits)
def test_what_is_printed_is_read_back_as_typed_or_scanned(stem: str) -> None:
    number = with_check_digit(stem)
    assert scanned(printed(number)) == number
    assert scanned(f" {number}\n") == number
    assert scanned(printed(number).replace(" ", "-")) == number


def test_a_card_is_printed_in_groups_of_four() -> None:
    assert printed("492918042216") == "4929 1804 2216"


@pytest.mark.parametrize("typed", ["", "12345", "1234567890123", "ines", "12345678901x", "١٢٣٤٥٦٧٨٩٠١٢"])
def test_what_cant_be_a_card_number_is_refused(typed: str) -> None:
    assert not is_whole(typed)
    with pytest.raises(Invalid, match="12 digits"):
        scanned(typed)
