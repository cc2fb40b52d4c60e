import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.errors import Invalid
from loyalty.rules.colours import DARK, LIGHT, NEEDED, checked, contrast, read, readable_on

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_black_on_white_is_21_to_1() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(COLOURS)
def test_something_can_be_read_on_every_colour(colour: str) -> None:
    assert contrast(readable_on(colour), colour) >= 4


@given(COLOURS)
def test_a_colour_that_no_text_is_readable_on_gets_a_shade_that_is(colour: str) -> None:
    reading = read(colour)
    assert reading.readable == (contrast(colour, reading.text) >= NEEDED)
    if not reading.readable:
        assert contrast(reading.instead, LIGHT) >= NEEDED


def test_shown_contrast_is_never_rounded_up() -> None:
    assert read("#777777").on_light == 4.4
    assert (read("#1f6f54").text, read("#ffd400").text) == (LIGHT, DARK)


@pytest.mark.parametrize("wrong", ["", "red", "#12345", "#12345g", "#1234567", "url(x)"])
def test_a_colour_has_six_digits(wrong: str) -> None:
    assert checked(" #1F6F54 ") == "#1f6f54"
    with pytest.raises(Invalid, match="six digits"):
        checked(wrong)
