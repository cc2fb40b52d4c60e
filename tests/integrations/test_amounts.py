from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.integrations import amounts


@pytest.mark.parametrize(
    ("value", "currency", "minor"),
    [
        ("139.12", "GBP", 13912),
        ("0.9", "USD", 90),
        (25.5, "GBP", 2550),
        (13.95, "GBP", 1395),
        (3, "EUR", 300),
        ("-10.00", "USD", -1000),
        ("1000", "JPY", 1000),
        ("1000.00", "JPY", 1000),
        ("1.234", "KWD", 1234),
        (195.66, "USD", 19566),
    ],
)
def test_a_json_amount_becomes_exact_minor_units(value: object, currency: str, minor: int) -> None:
    assert amounts.exact(value, currency) == minor


@pytest.mark.parametrize(
    "value", [None, True, "", "abc", "1,5", "1e3", "NaN", [], {}, "1" * 30, float("inf"), "0.005"]
)
def test_anything_else_is_no_amount(value: object) -> None:
    with pytest.raises(ValueError):
        amounts.exact(value, "GBP")


def test_an_amount_is_rounded_only_on_request() -> None:
    assert amounts.exact("3.3333333", "GBP", rounded=True) == 333
    assert amounts.exact("0.005", "GBP", rounded=True) == 1
    assert amounts.exact("-0.005", "GBP", rounded=True) == -1


@given(st.integers(-(10**12), 10**12))
def test_two_decimals_come_back_exactly_also_through_a_float(minor: int) -> None:
    text = str(Decimal(minor).scaleb(-2))
    assert amounts.exact(f"{Decimal(minor).scaleb(-2):f}", "EUR") == minor
    assert amounts.exact(float(text), "EUR") == minor


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1234.5", 123450),
        ("1,234.50", 123450),
        ("1.234,50", 123450),
        ("1 234,50", 123450),
        ("12,5", 1250),
        ("-3", -300),
        ("−3,10", -310),
        ("0.00", 0),
    ],
)
def test_a_spreadsheet_amount_is_read_in_any_common_notation(text: str, minor: int) -> None:
    assert amounts.written(text, "EUR") == minor


@pytest.mark.parametrize(("value", "number"), [("6", 6), (6, 6), ("6.0", 6), ("-2", -2), (6.0, 6)])
def test_a_count_is_a_whole_number(value: object, number: int) -> None:
    assert amounts.count(value) == number


@pytest.mark.parametrize("value", ["", "six", "6.5", None, True, 10**7, "9" * 50])
def test_anything_else_is_no_count(value: object) -> None:
    with pytest.raises(ValueError):
        amounts.count(value)
