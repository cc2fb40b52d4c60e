import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.errors import Invalid
from loyalty.rules.money import currency_code, exponent, parse, plain
from tests.rules.properties import property_test


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("12.50", "EUR", 1250),
        ("12,50", "EUR", 1250),
        ("1,234.5", "USD", 123450),
        ("1.234,50", "EUR", 123450),
        ("1 234,50", "EUR", 123450),
        ("1'234.50", "CHF", 123450),
        ("1,234", "USD", 123400),
        ("1,234,567", "USD", 123456700),
        ("1.000.000", "EUR", 100000000),
        ("0,500", "EUR", 50),
        ("12.500", "EUR", 1250),
        (".5", "GBP", 50),
        ("5.", "GBP", 500),
        ("-7.25", "GBP", -725),
        ("−7.25", "GBP", -725),
        ("1234", "JPY", 1234),
        ("1234.00", "JPY", 1234),
        ("1.234", "KWD", 1234),
        ("1.2", "KWD", 1200),
    ],
)
def test_amounts_are_read_as_people_and_exports_write_them(typed, currency, minor):
    assert parse(typed, currency) == minor


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "abc",
        "1e5",
        "NaN",
        "inf",
        "--1",
        ".",
        ",",
        "1,23,4",
        "1.2.3",
        "1,2.3,4",
        "£5",
        "1.234.5,0.1",
        "٣",
    ],
)
def test_junk_is_refused_by_name(typed):
    with pytest.raises(Invalid, match="isn't an amount of money") as refusal:
        parse(typed, "EUR", field="total")
    assert refusal.value.field == "total"


@pytest.mark.parametrize(("typed", "currency"), [("12.345", "EUR"), ("1.5", "JPY"), ("1.2345", "KWD")])
def test_more_decimals_than_the_currency_has_are_refused(typed, currency):
    with pytest.raises(Invalid, match="more decimals"):
        parse(typed, currency)


def test_an_absurd_amount_is_refused():
    with pytest.raises(Invalid, match="too large"):
        parse("9" * 30, "EUR")


@given(st.integers(-(10**15), 10**15), st.sampled_from(["EUR", "JPY", "KWD"]))
@property_test
def test_what_is_written_is_read_back(minor, currency):
    assert parse(plain(minor, currency), currency) == minor


def test_currency_codes():
    assert currency_code(" gbp ") == "GBP"
    assert [exponent(code) for code in ("EUR", "jpy", "KWD")] == [2, 0, 3]
    with pytest.raises(Invalid):
        currency_code("£")
