import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db.enums import LineKind, OrderStatus
from loyalty.errors import Invalid
from loyalty.integrations.facts import CustomerSeen, Ignored, OrderSeen, ProductSeen, RefundSeen
from loyalty.integrations.woocommerce import inbound
from loyalty.rules.orders import IncomingOrder


def read(body: dict[str, Any]) -> IncomingOrder:
    (fact,) = inbound.facts("order.updated", body, currency="USD")
    assert isinstance(fact, OrderSeen)
    return fact.order


def sampled(folder: Path, pattern: str) -> list[dict[str, Any]]:
    """Every sample body; lists are taken apart."""
    bodies = [json.loads(path.read_text()) for path in sorted((folder / "woocommerce").glob(pattern))]
    return [one for body in bodies for one in (body if isinstance(body, list) else [body])]


def test_a_guests_order_is_read_whole(woo_order: dict[str, Any]) -> None:
    order = read(woo_order)
    assert (order.external_id, order.name, order.status) == ("727", "#727", OrderStatus.PAID)
    assert (order.currency, order.total_minor, order.channel) == ("USD", 2935, "rest-api")
    assert order.placed_at == datetime(2017, 3, 22, 19, 28, 2, tzinfo=UTC)
    assert order.paid_at == datetime(2017, 3, 22, 19, 28, 8, tzinfo=UTC)
    assert order.customer is not None
    assert (order.customer.external_id, order.customer.is_registered) == (None, False)
    assert (order.customer.first_name, order.email) == ("John", "john.doe@example.com")
    assert [(line.kind, line.title, line.total_minor) for line in order.lines] == [
        (LineKind.PRODUCT, "Woo Single #1", 600),
        (LineKind.PRODUCT, "Ship Your Idea – Color: Black, Size: M Test", 1200),
        (LineKind.SHIPPING, "Flat Rate", 1000),
        (LineKind.TAX, "Tax", 135),
    ]


def test_every_sample_order_adds_up_line_by_line(samples: Path) -> None:
    orders = [read(body) for body in sampled(samples, "orders__*.json")]
    assert len(orders) == 6
    for order in orders:
        assert sum(line.total_minor for line in order.lines) == order.total_minor


def test_refunds_inside_an_order_are_read_from_their_negative_totals(samples: Path) -> None:
    (order,) = [
        order for body in sampled(samples, "orders__*.json") if (order := read(body)).external_id == "723"
    ]
    assert order.customer is not None
    assert (order.customer.external_id, order.customer.is_registered) == ("26", True)
    assert [(refund.external_id, refund.amount_minor) for refund in order.refunds] == [
        ("726", 1000),
        ("724", 900),
    ]


def test_a_refund_on_its_own_finds_its_order_and_line(samples: Path) -> None:
    told = {}
    for body in sampled(samples, "order-refunds__*.json"):
        (fact,) = inbound.facts("refund.created", body, currency="USD")
        assert isinstance(fact, RefundSeen)
        told[fact.refund.external_id] = fact.refund
    assert told["726"].amount_minor == 1000
    assert told["724"].order_external_id == "723"
    (line,) = told["724"].lines
    assert (line.line_external_id, line.quantity, line.amount_minor) == ("311", 1, 900)


def test_every_sample_customer_is_registered(samples: Path) -> None:
    for body in sampled(samples, "customers__*.json"):
        (fact,) = inbound.facts("customer.created", body, currency="USD")
        assert isinstance(fact, CustomerSeen)
        assert fact.customer.is_registered
        assert fact.customer.phone


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("processing", "paid"),
        ("completed", "paid"),
        ("wc-completed", "paid"),
        ("refunded", "paid"),
        ("pending", "pending"),
        ("on-hold", "pending"),
        ("checkout-draft", "pending"),
        ("cancelled", "cancelled"),
        ("failed", "cancelled"),
        ("trash", "cancelled"),
    ],
)
def test_each_status_says_where_the_money_is(woo_order: dict[str, Any], word: str, status: str) -> None:
    order = read({**woo_order, "status": word})
    assert order.status == status
    assert (order.paid_at is not None) == (status == "paid")
    assert (order.cancelled_at is not None) == (status == "cancelled")


def test_an_added_status_counts_as_paid_once_there_is_a_payment_date(woo_order: dict[str, Any]) -> None:
    assert read({**woo_order, "status": "packed"}).status is OrderStatus.PAID
    unpaid = {**woo_order, "status": "packed", "date_paid_gmt": None, "date_paid": None}
    assert read(unpaid).status is OrderStatus.PENDING


def test_an_order_set_to_refunded_by_hand_is_refunded_in_full(woo_order: dict[str, Any]) -> None:
    assert read({**woo_order, "status": "refunded"}).reported_refunded_minor == 2935


def test_prices_that_include_tax_make_lines_that_do(woo_order: dict[str, Any]) -> None:
    order = read({**woo_order, "prices_include_tax": True})
    assert [line.total_minor for line in order.lines] == [645, 1290, 1000]


def test_a_deletion_is_ignored_with_a_reason() -> None:
    for what in ("order", "customer"):
        (fact,) = inbound.facts(f"{what}.deleted", {"id": 727}, currency="USD")
        assert fact == Ignored(f"The shop deleted {what} 727; points change by refund or cancellation only.")


def test_other_topics_are_ignored_with_a_reason() -> None:
    assert inbound.facts("coupon.created", {}, currency="USD") == (
        Ignored("Regulars doesn't use the topic coupon.created."),
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"id": 0}, "id is missing."),
        ({"total": "x"}, "total isn't an amount."),
        ({"currency": ""}, "currency is missing."),
        ({"date_created_gmt": None}, "date_created_gmt is missing."),
        ({"refunds": [{"id": 1}]}, "refunds[0].total is missing."),
        ({"billing": "x"}, "billing isn't an object."),
    ],
)
def test_a_field_that_cant_be_read_is_named(
    woo_order: dict[str, Any], change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        read({**woo_order, **change})
    assert str(refusal.value) == sentence


def test_a_products_first_category_counts_and_the_others_are_tags(samples: Path) -> None:
    told = {}
    for body in sampled(samples, "products__*.json"):
        (fact,) = inbound.facts("product.updated", body, currency="USD")
        assert isinstance(fact, ProductSeen)
        told[fact.product.external_id] = fact.product
    product = told["794"]
    assert (product.title, product.category, product.tags) == ("Premium Quality", "Clothing", ("T-shirts",))
    assert product.told_at == datetime(2017, 3, 23, 20, 1, 14, tzinfo=UTC)
    bare = {"id": 5, "name": "Tea &amp; cake", "sku": "TEA", "tags": [{"name": "Hot &amp; cold"}]}
    (fact,) = inbound.facts("product.created", bare, currency="USD")
    assert isinstance(fact, ProductSeen)
    found = fact.product
    assert (found.title, found.category, found.tags, found.skus) == (
        "Tea & cake",
        "",
        ("Hot & cold",),
        ("TEA",),
    )
    (variation,) = inbound.facts("product.updated", {"id": 6, "parent_id": 5}, currency="USD")
    assert isinstance(variation, Ignored)
