import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db.enums import LineKind, OrderStatus
from loyalty.errors import Invalid
from loyalty.integrations.facts import (
    CustomerDataRequested,
    CustomerRedacted,
    CustomerSeen,
    Ignored,
    OrderSeen,
    ProductSeen,
    RefundSeen,
    ShopRedacted,
)
from loyalty.integrations.shopify import inbound, orders
from loyalty.rules.orders import IncomingOrder, kept
from loyalty.rules.products import IncomingProduct

BARE = {
    "id": 1,
    "currency": "GBP",
    "total_price": "10.00",
    "created_at": "2026-01-01T12:00:00+01:00",
    "financial_status": "paid",
}


def read(body: dict[str, Any], topic: str = "orders/updated") -> IncomingOrder:
    (fact,) = inbound.facts(topic, body, currency="GBP")
    assert isinstance(fact, OrderSeen)
    return fact.order


def test_an_order_is_read_whole(shopify_order: dict[str, Any]) -> None:
    order = read(shopify_order)
    assert (order.external_id, order.name, order.status) == ("450789469", "#1001", OrderStatus.PAID)
    assert (order.currency, order.total_minor, order.test, order.channel) == ("USD", 59894, False, "web")
    assert order.placed_at == datetime(2008, 1, 10, 16, tzinfo=UTC)
    assert order.discount_codes == ("TENOFF",)
    assert order.customer is not None
    assert (order.customer.external_id, order.customer.email) == ("207119551", "bob.norman@mail.example.com")
    assert order.customer.tags == ("Léon", "Noël")
    assert order.customer.is_registered
    assert order.customer.accepts_email is False
    assert [(line.kind, line.total_minor, line.discount_minor) for line in order.lines] == [
        (LineKind.PRODUCT, 19566, 334),
        (LineKind.PRODUCT, 19567, 333),
        (LineKind.PRODUCT, 19567, 333),
        (LineKind.SHIPPING, 0, 0),
        (LineKind.TAX, 1194, 0),
    ]
    assert [(refund.external_id, refund.amount_minor) for refund in order.refunds] == [("509562969", 20900)]


def test_every_sample_order_adds_up_line_by_line(samples: Path) -> None:
    read_so_far = 0
    for path in sorted((samples / "shopify").glob("*order__order*.json")):
        body = json.loads(path.read_text())
        if "currency" not in body:
            with pytest.raises(Invalid, match=r"^currency is missing\.$"):
                read(body)
            continue
        order = read(body)
        read_so_far += 1
        assert sum(line.total_minor for line in order.lines) == order.total_minor, path.name
        assert kept(order.lines, order.total_minor, order.refunds).total_minor >= 0
    assert read_so_far == 26


def test_every_sample_customer_is_read(samples: Path) -> None:
    for path in sorted((samples / "shopify").glob("customer__customer*.json")):
        (fact,) = inbound.facts("customers/update", json.loads(path.read_text()), currency="USD")
        assert isinstance(fact, CustomerSeen)
        assert fact.customer.is_registered
        assert fact.customer.external_id in path.name


def test_every_sample_refund_tells_what_went_back(samples: Path) -> None:
    amounts = {}
    for path in sorted((samples / "shopify").glob("refund__*.json")):
        (fact,) = inbound.facts("refunds/create", json.loads(path.read_text()), currency="USD")
        assert isinstance(fact, RefundSeen)
        assert fact.refund.order_external_id == "450789469"
        amounts[fact.refund.external_id] = fact.refund.amount_minor
    assert amounts == {"929361471": 500, "929361472": 4194, "509562969": 20900}


@pytest.mark.parametrize("number", sorted(orders.PAID))
def test_paid_words_are_paid(number: str) -> None:
    order = read({**BARE, "financial_status": number})
    assert order.status is OrderStatus.PAID
    assert order.paid_at == datetime(2026, 1, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize("word", ["pending", "authorized", "partially_paid", "expired", "", None, "new_word"])
def test_anything_less_than_paid_is_pending(word: str | None) -> None:
    order = read({**BARE, "financial_status": word})
    assert order.status is OrderStatus.PENDING
    assert order.paid_at is None


def test_a_cancelled_or_voided_order_is_cancelled_whatever_was_paid() -> None:
    assert read({**BARE, "cancelled_at": "2026-01-02T00:00:00Z"}).status is OrderStatus.CANCELLED
    assert read({**BARE, "financial_status": "voided"}).status is OrderStatus.CANCELLED


def test_an_order_without_a_customer_is_a_guests_and_without_an_address_nobodys() -> None:
    guest = read(
        {**BARE, "customer": None, "email": "olu@example.com", "billing_address": {"first_name": "Olu"}}
    )
    assert guest.customer is not None
    assert (guest.customer.external_id, guest.customer.email) == (None, "olu@example.com")
    assert (guest.customer.first_name, guest.customer.is_registered) == ("Olu", False)
    assert read({**BARE, "email": "", "phone": None}).customer is None


def test_tests_gift_cards_tips_and_free_items_are_told_apart() -> None:
    order = read(
        {
            **BARE,
            "test": True,
            "total_price": "62.00",
            "total_tip_received": "2.00",
            "line_items": [
                {"id": 1, "title": "Card", "price": "50.00", "quantity": 1, "gift_card": True},
                {"id": 2, "title": "Mug", "price": 10, "quantity": 1, "sku": None, "vendor": None},
                {"id": 3, "title": "Sample", "price": "0.00", "quantity": 1},
            ],
        }
    )
    assert order.test
    assert [(line.kind, line.total_minor) for line in order.lines] == [
        (LineKind.GIFT_CARD, 5000),
        (LineKind.PRODUCT, 1000),
        (LineKind.PRODUCT, 0),
        (LineKind.TIP, 200),
    ]


def test_a_tip_listed_as_an_item_isnt_counted_twice() -> None:
    tip = {"id": 9, "title": "Tip", "price": "2.00", "quantity": 1, "tip": {"payment_gateway": "x"}}
    order = read({**BARE, "total_tip_received": "2.00", "line_items": [tip]})
    assert [(line.kind, line.total_minor) for line in order.lines] == [(LineKind.TIP, 200)]


def test_included_tax_is_no_line_and_a_discount_no_line_carries_is_one() -> None:
    order = read(
        {
            **BARE,
            "taxes_included": True,
            "total_tax": "1.60",
            "total_discounts": "2.00",
            "line_items": [{"id": 1, "title": "Mug", "price": "12.00", "quantity": 1}],
        }
    )
    assert [(line.kind, line.total_minor) for line in order.lines] == [
        (LineKind.PRODUCT, 1200),
        (LineKind.DISCOUNT, -200),
    ]


def test_a_refund_without_transactions_counts_its_lines_tax_and_adjustments() -> None:
    body = {
        "id": 7,
        "order_id": 1,
        "created_at": "2026-01-03T00:00:00Z",
        "refund_line_items": [
            {"line_item_id": 2, "quantity": 1, "subtotal": 9.999999999999998, "total_tax": 2.0}
        ],
        "order_adjustments": [{"amount": "-5.00", "tax_amount": "-1.00"}],
        "transactions": [],
    }
    (fact,) = inbound.facts("refunds/create", body, currency="GBP")
    assert isinstance(fact, RefundSeen)
    assert fact.refund.amount_minor == 1800
    assert [(line.line_external_id, line.amount_minor) for line in fact.refund.lines] == [("2", 1000)]


@pytest.mark.parametrize(
    ("status", "currency", "minor"),
    [("success", "GBP", 900), ("failure", "GBP", 0), ("pending", "EUR", 0), ("success", "EUR", 1200)],
)
def test_only_money_that_went_back_in_the_shops_currency_is_taken_from_transactions(
    status: str, currency: str, minor: int
) -> None:
    body = {
        "id": 7,
        "order_id": 1,
        "created_at": "2026-01-03T00:00:00Z",
        "refund_line_items": [
            {
                "subtotal": 12,
                "quantity": 1,
                "subtotal_set": {"shop_money": {"amount": "12", "currency_code": "GBP"}},
            }
        ],
        "transactions": [
            {"kind": "refund", "status": status, "amount": "9.00", "currency": currency},
            {"kind": "void", "status": "success", "amount": "99.00", "currency": currency},
        ],
    }
    (fact,) = inbound.facts("refunds/create", body, currency="GBP")
    assert isinstance(fact, RefundSeen)
    assert fact.refund.amount_minor == minor


def test_the_privacy_topics_name_the_person_or_the_shop() -> None:
    person = {"id": 191167, "email": "john@example.com", "phone": "555-625-1199"}
    body = {"shop_domain": "gifts.myshopify.com", "customer": person, "orders_to_redact": [299938, 280263]}
    who = ("191167", "john@example.com", "555-625-1199")
    assert inbound.facts("customers/data_request", body, currency="GBP") == (CustomerDataRequested(*who),)
    assert inbound.facts("customers/redact", body, currency="GBP") == (
        CustomerRedacted(*who, ("299938", "280263")),
    )
    assert inbound.facts("shop/redact", body, currency="GBP") == (ShopRedacted("gifts.myshopify.com"),)
    with pytest.raises(Invalid, match=r"^customer is missing\.$"):
        inbound.facts("customers/redact", {"shop_id": 1}, currency="GBP")


@pytest.mark.parametrize("topic", ["orders/edited", "orders/delete", "products/delete", "carts/create"])
def test_other_topics_are_ignored_with_a_reason(topic: str) -> None:
    assert inbound.facts(topic, None, currency="GBP") == (
        Ignored(f"Regulars doesn't use the topic {topic}."),
    )


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (["id"], None, "id is missing."),
        (["total_price"], "ten", "total_price isn't an amount."),
        (["total_price"], None, "total_price is missing."),
        (["currency"], "pounds", "currency isn't a currency code."),
        (["created_at"], "yesterday", "created_at isn't a date and time."),
        (["customer"], "Bob", "customer isn't an object."),
        (["customer", "email"], ["x"], "customer.email isn't text."),
        (["line_items"], {"0": 1}, "line_items isn't a list."),
        (["line_items", 1, "quantity"], "two", "line_items[1].quantity isn't a whole number."),
        (["line_items", 0], 5, "line_items[0] isn't an object."),
        (
            ["refunds", 0, "transactions", 0, "amount"],
            "1.005",
            "refunds[0].transactions[0].amount has more decimals than its currency.",
        ),
        (["test"], "no", "test is neither true nor false."),
    ],
)
def test_a_field_that_cant_be_read_is_named(
    shopify_order: dict[str, Any], path: list[Any], value: object, sentence: str
) -> None:
    body = deepcopy(shopify_order)
    body.pop("processed_at")
    place: Any = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(Invalid) as refusal:
        read(body)
    assert str(refusal.value) == sentence
    assert sentence.startswith(refusal.value.field or "?")


def test_a_product_tells_its_type_as_category_its_tags_and_its_variants_stock_numbers() -> None:
    long = ", ".join(f"tag {n}" for n in range(250))
    body = {
        "id": 9554194432293,
        "title": "T-Shirt",
        "status": "active",
        "product_type": " Shirts ",
        "updated_at": "2025-04-22T14:30:00-05:00",
        "variants": [{"id": 1, "sku": "TSHIRT-001"}, {"id": 2, "sku": ""}, {"id": 3, "sku": "TSHIRT-001"}],
        "tags": "cotton, comfortable",
    }
    told = datetime(2025, 4, 22, 19, 30, tzinfo=UTC)
    shirt = IncomingProduct(
        "9554194432293", "T-Shirt", "Shirts", ("cotton", "comfortable"), ("TSHIRT-001",), told
    )
    for topic in ("products/create", "products/update"):
        assert inbound.facts(topic, body, currency="GBP") == (ProductSeen(shirt),)
    (fact,) = inbound.facts("products/update", {**body, "tags": long, "product_type": None}, currency="GBP")
    assert isinstance(fact, ProductSeen)
    assert (len(fact.product.tags), fact.product.category) == (250, "")
    (deleted,) = inbound.facts("products/delete", {"id": 9554194432293}, currency="GBP")
    assert isinstance(deleted, Ignored)
    for wrong in ({"id": None}, {"tags": ["cotton"]}, {"variants": {}}, {"updated_at": "yesterday"}):
        with pytest.raises(Invalid):
            inbound.facts("products/update", {**body, **wrong}, currency="GBP")
