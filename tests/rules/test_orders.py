from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.enums import LineKind
from loyalty.rules.orders import (
    IncomingLine,
    IncomingRefund,
    IncomingRefundLine,
    alias_key,
    fold,
    kept,
    normalised_email,
    refunded_minor,
)
from tests.rules.properties import property_test

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def line(name: str, total: int, quantity: int = 1) -> IncomingLine:
    return IncomingLine(
        external_id=name,
        kind=LineKind.PRODUCT,
        sku=None,
        product_id=None,
        title=name,
        quantity=quantity,
        unit_minor=total,
        total_minor=total,
    )


def refund(amount: int, *lines: tuple[str | None, int, int]) -> IncomingRefund:
    parts = tuple(IncomingRefundLine(name, quantity, minor) for name, quantity, minor in lines)
    return IncomingRefund("r", "1001", amount, NOON, parts)


def test_an_order_without_refunds_is_kept_whole():
    assert kept([line("tea", 500), line("cup", 700)], 1250).lines == (500, 700)
    assert kept([line("tea", 500), line("cup", 700)], 1250).rest_minor == 50


def test_a_refunded_line_loses_its_own_amount_first():
    left = kept([line("tea", 500, 2), line("cup", 700)], 1200, [refund(250, ("tea", 1, 250))])
    assert (left.lines, left.quantities, left.total_minor) == ((250, 700), (1, 1), 950)


def test_what_no_line_explains_is_spread_over_everything_kept():
    left = kept([line("tea", 500), line("cup", 500)], 1100, [refund(110)])
    assert (left.lines, left.rest_minor) == ((450, 450), 90)


def test_the_reported_and_the_known_refund_are_the_same_money():
    assert refunded_minor(1000, [refund(300)], 300) == 300
    assert refunded_minor(1000, [refund(300)], 400) == 400
    assert refunded_minor(1000, [refund(300), refund(200)], 400) == 500


def test_more_than_the_total_can_not_be_refunded():
    left = kept([line("tea", 500, 3)], 500, [refund(900, ("tea", 3, 900))])
    assert (left.total_minor, left.refunded_minor, left.lines, left.quantities) == (0, 500, (0,), (0,))


def test_refunded_lines_at_list_price_never_lose_more_than_the_refund():
    left = kept(
        [line("tea", 500), line("cup", 500), line("voucher", -200)], 800, [refund(400, ("tea", 1, 500))]
    )
    assert left.lines == (100, 500, -200)


def test_an_order_refunded_in_full_without_lines_keeps_no_piece():
    assert kept([line("tea", 500, 3)], 500, [refund(500)]).quantities == (0,)


def test_a_refund_of_an_unknown_line_counts_as_money_only():
    assert kept([line("tea", 500)], 500, [refund(100, ("mug", 1, 100), (None, 1, 5))]).lines == (400,)


@given(
    st.lists(st.tuples(st.integers(-500, 5000), st.integers(0, 4)), max_size=6),
    st.integers(-300, 900),
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 5), st.integers(0, 6000), st.integers(0, 3000)),
        max_size=4,
    ),
    st.integers(0, 20_000),
)
@property_test
def test_what_is_kept_always_adds_up_and_more_refunds_keep_less(lines, rest, refunds, reported):
    bought = [line(str(i), total, quantity) for i, (total, quantity) in enumerate(lines)]
    total = max(0, sum(item.total_minor for item in bought) + rest)
    given_back = [refund(amount, (str(i), quantity, part)) for i, quantity, amount, part in refunds]
    before = total
    for count in range(len(given_back) + 1):
        left = kept(bought, total, given_back[:count], reported if count == len(given_back) else 0)
        assert sum(left.lines) + left.rest_minor == left.total_minor == total - left.refunded_minor
        assert 0 <= left.total_minor <= before
        assert all(0 <= q <= item.quantity for q, item in zip(left.quantities, bought, strict=True))
        before = left.total_minor


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Ines.Meyer@Example.COM ", "ines.meyer@example.com"),
        ("jörg@straße.de", "jörg@strasse.de"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("cafe\u0301@example.test", "caf\u00e9@example.test"),
        ("a+b@gmail.com", "a+b@gmail.com"),
    ],
)
def test_two_spellings_of_an_address_are_one(typed, stored):
    assert normalised_email(typed) == stored
    assert normalised_email(stored) == stored


@pytest.mark.parametrize(
    "typed", [None, "", "ines", "ines@", "@x.de", "a b@x.de", "a@x", "a@x..de", "a@.x.de"]
)
def test_what_is_no_address_is_none(typed):
    assert normalised_email(typed) is None
    assert alias_key(typed) is None


def test_an_alias_reaches_the_same_mailbox():
    assert alias_key("I.nes+shop@googlemail.com") == alias_key("ines@gmail.com") == "ines@gmail.com"
    assert alias_key("i.nes+shop@example.com") == "i.nes@example.com"


def test_search_text_has_no_case_accents_or_odd_spaces():
    assert fold("  Łukasz ", None, "Ærø-CAFÉ", "Straße") == "lukasz aero-cafe strasse"
