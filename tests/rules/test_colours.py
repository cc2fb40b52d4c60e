import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.colours import contrast, readable_on

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_black_on_white_is_21_to_1() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(COLOURS)
def test_something_can_be_read_on_every_colour(colour: str) -> None:
    assert contrast(readable_on(colour), colour) >= 4
