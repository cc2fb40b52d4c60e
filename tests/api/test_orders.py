"""Orders and customers by the API. PRODUCT N2, E5."""

from typing import Any

import pytest

from db.engine import rows, value
from db.enums import EarningTrigger
from loyalty.customers.cards import card
from tests import factories
from tests.api.calling import Calling, calling, shop
from tests.cast import Cast

__all__ = ["calling", "shop"]

ORDER: dict[str, Any] = {
    "external_id": "4711",
    "currency": "EUR",
    "total_minor": 1_250,
    "placed_at": "2026-03-02T10:00:00+01:00",
}


@pytest.fixture(autouse=True)
async def two_points_a_euro(shop: Cast) -> None:
    await factories.earning_rule(1, EarningTrigger.ORDER, 2, per_minor=100, base="items")


async def test_an_order_earns_once_for_the_customer_on_the_card(shop: Cast, calling: Calling) -> None:
    till, hers = await calling(), await card(1, shop.ines.id)
    sent = {**ORDER, "customer": {"card": hers.printed}}
    first = await till.post("/orders", sent)
    assert first.status_code == 201
    assert first.json() == {
        "order": {"external_id": "4711", "store": "web", "status": "paid"},
        "customer": shop.ines.uid,
        "points": {"earned": 25, "taken_back": 0, "returned": 0},
        "new": True,
    }
    again = await till.post("/orders", sent)
    assert (again.status_code, again.json()["new"], again.json()["points"]["earned"]) == (200, False, 0)
    assert await factories.balance(shop.ines) == 25


async def test_an_order_that_is_cancelled_or_refunded_gives_its_points_back(
    shop: Cast, calling: Calling
) -> None:
    till, who = await calling(), {"customer": {"uid": shop.ines.uid}}
    await till.post("/orders", {**ORDER, **who})
    part = await till.post("/orders", {**ORDER, **who, "refunded_minor": 250})
    assert part.json()["points"]["taken_back"] == 5
    gone = await till.post("/orders", {**ORDER, **who, "status": "cancelled"})
    assert gone.json()["points"]["taken_back"] == 20
    assert await factories.balance(shop.ines) == 0


async def test_lines_earn_by_their_category_and_codes_are_used_with_the_order(
    shop: Cast, calling: Calling
) -> None:
    till = await calling()
    lines = [
        {"title": "Bread", "total_minor": 900, "quantity": 2, "category": "Bread"},
        {"title": "Delivery", "total_minor": 350, "kind": "shipping"},
    ]
    sent = {**ORDER, "customer": {"email": "new@example.org"}, "lines": lines}
    made = await till.post("/orders", sent)
    assert made.status_code == 201
    found = await rows(
        "SELECT title, quantity, unit_minor FROM order_lines WHERE programme_id = 1 ORDER BY position"
    )
    assert [(row["title"], row["quantity"], row["unit_minor"]) for row in found] == [
        ("Bread", 2, 450), ("Delivery", 1, 350)
    ]  # fmt: skip
    assert (
        await value("SELECT type FROM customers WHERE programme_id = 1 AND email = 'new@example.org'")
        == "guest"
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"external_id": ""}, "external_id"),
        ({"currency": "euro"}, "currency"),
        ({"total_minor": -1}, "total_minor"),
        ({"total_minor": 12.5}, "total_minor"),
        ({"total_minor": "1250"}, "total_minor"),
        ({"placed_at": "yesterday"}, "placed_at"),
        ({"placed_at": "2026-03-02T10:00:00"}, "placed_at"),
        ({"status": "refunded"}, "status"),
        ({"customer": {}}, "customer"),
        ({"customer": {"uid": "a", "card": "b"}}, "customer"),
        ({"lines": [{"title": "", "total_minor": 1}]}, "lines.0.title"),
        ({"points": 5}, "points"),
    ],
)
async def test_an_order_that_cant_be_is_422_and_names_the_field(
    shop: Cast, calling: Calling, changes: dict[str, Any], field: str
) -> None:
    answer = await (await calling()).post("/orders", {**ORDER, **changes})
    assert answer.status_code == 422
    assert field in [each["field"] for each in answer.json()["errors"]]
    assert await rows("SELECT id FROM orders WHERE programme_id = 1") == []


async def test_what_only_the_programme_knows_to_be_wrong_is_told_too(shop: Cast, calling: Calling) -> None:
    till = await calling()
    for changes, status, field in (
        ({"currency": "USD"}, 422, "currency"),
        ({"placed_at": "1980-01-01T00:00:00Z"}, 422, "placed_at"),
        ({"customer": {"uid": shop.ada.uid}}, 404, None),
        ({"customer": {"card": "12"}}, 422, "card"),
        ({"store": "nowhere"}, 422, "store"),
    ):
        answer = await till.post("/orders", {**ORDER, **changes})
        assert (answer.status_code, answer.json().get("field")) == (status, field), changes


async def test_a_key_of_one_store_tells_orders_of_that_store(shop: Cast, calling: Calling) -> None:
    counter = await factories.store(1, "counter")
    till = await calling(store_uid=counter.uid)
    assert (await till.post("/orders", ORDER)).json()["order"]["store"] == "counter"
    assert (await till.post("/orders", {**ORDER, "store": "web"})).status_code == 403


async def test_customers_are_found_by_one_thing_and_shown_with_balance_and_rewards(
    shop: Cast, calling: Calling
) -> None:
    mug = await factories.reward(1, "Mug", price=300)
    await factories.give(shop.ines, 200)
    till, hers = await calling(), await card(1, shop.ines.id)
    for query in ({"email": "ines@example.org"}, {"card": hers.code}):
        (found,) = (await till.get("/customers", **query)).json()["data"]
        assert (found["uid"], found["name"], found["card"]) == (shop.ines.uid, "Ines Okafor", hers.code)
    assert (await till.get("/customers", phone="0309999999")).json() == {"data": []}
    for query in ({}, {"email": "a@example.org", "card": "1"}, {"phone": "12"}):
        assert (await till.get("/customers", **query)).status_code == 422, query
    shown = (await till.get(f"/customers/{shop.ines.uid}")).json()
    assert shown["balance"] == {"available": 200, "pending": 0, "debt": 0}
    assert shown["rewards"] == [
        {
            "uid": mug.uid,
            "name": "Mug",
            "kind": "amount_off",
            "points": 300,
            "was": None,
            "cheaper_until": None,
            "missing": 100,
        }
    ]
    assert (await till.get(f"/customers/{shop.olu.uid}")).json()["balance"] is None
    assert (await till.get(f"/customers/{shop.ada.uid}")).status_code == 404
