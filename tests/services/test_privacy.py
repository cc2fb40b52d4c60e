"""Forgetting a person: nothing that names them stays, nothing of anybody else goes. PRODUCT O4."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from db.engine import one, rows, run, value
from db.enums import EventState
from db.ids import new_id
from loyalty import clock
from loyalty.customers import deliveries, privacy
from loyalty.orders import receiving
from loyalty.referrals import cancelling
from loyalty.rules.orders import IncomingCustomer
from tests.cast import Cast
from tests.factories import START
from tests.ledger.shop import Shop
from tests.referring import NOW, completed, invite, with_coupon

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def on_a_monday() -> AsyncIterator[None]:
    with clock.at(NOW):
        yield


async def told(cast: Cast, number: int, topic: str, body: Any, *, state: EventState = EventState.DEAD) -> int:
    """A delivery as it is stored. Returns its id."""
    made = new_id(NOW)
    await run(
        "INSERT INTO inbound_events (programme_id, id, store_id, topic, delivery_id, body, state, note,"
        " received_at, applied_at) VALUES (1, {}, {}, {}, {}, {}, {}, 'A note', {}, {})",
        made,
        cast.web.id,
        topic,
        f"delivery {number}",
        body if isinstance(body, str) else json.dumps(body),
        state,
        NOW,
        None if state is EventState.NEW else NOW,
    )
    return made


async def emptied() -> set[int]:
    return {
        row["id"] for row in await rows("SELECT id FROM inbound_events WHERE programme_id = 1 AND body = ''")
    }


async def said() -> str:
    """Every word of the audit trail."""
    found = await rows("SELECT sentence, reason FROM actions WHERE programme_id = 1")
    return " ".join(row["sentence"] + row["reason"] for row in found)


async def test_an_invited_friend_is_forgotten_before_an_order_has_named_them(cast: Cast) -> None:
    await with_coupon()
    await invite(cast, cast.olu.email or "", name="Fritz Freundlich")
    await privacy.erase(1, cast.olu.id, reason="Asked for it")
    row = await one(
        "SELECT friend_email, friend_name, friend_email_key, signals FROM referrals WHERE programme_id = 1"
    )
    assert row is not None
    assert (row["friend_email"], row["friend_name"]) == (None, "")
    assert row["friend_email_key"].startswith("erased:")
    assert "ip" not in str(row["signals"])


async def test_no_sentence_of_a_referrals_life_names_the_friend(cast: Cast) -> None:
    claimed = await completed(cast)
    await cancelling.cancel(1, claimed.uid, by=cast.theo, reason="Mistake", key="k")
    assert "Finn" not in await said()
    assert "referral of a friend has been cancelled" in await said()


async def test_a_referrer_who_is_erased_leaves_no_name_in_the_ends_of_their_referrals(cast: Cast) -> None:
    await with_coupon()
    await invite(cast)
    await privacy.erase(1, cast.ines.id, reason="Asked for it")
    row = await one("SELECT status, end_reason FROM referrals WHERE programme_id = 1")
    assert row == {"status": "cancelled", "end_reason": ""}
    assert "Ines" not in await said()
    await run("UPDATE issued_rewards SET status = 'expired' WHERE programme_id = 1")


async def test_only_deliveries_that_name_the_person_are_emptied(cast: Cast) -> None:
    await run(
        "INSERT INTO customer_identities (programme_id, store_id, external_id, customer_id) VALUES (1, {}, '15', {})",
        cast.web.id,
        cast.ines.id,
    )
    hers = [
        await told(cast, 1, "orders/create", {"id": 1, "customer": {"id": 15}}),
        await told(cast, 2, "customers/update", {"id": 15}, state=EventState.DONE),
        await told(cast, 3, "order.updated", {"id": 2, "customer_id": 15}),
        await told(cast, 4, "orders/create", {"id": 3, "email": "INES@Example.org"}),
        await told(cast, 5, "order.updated", {"id": 4, "billing": {"email": "ines@example.org"}}),
        await told(cast, 6, "orders/create", '{"email": "ines@example.org", '),
    ]
    await told(cast, 7, "orders/create", {"id": 9150001, "customer": {"id": 99}})
    await told(cast, 8, "orders/create", {"id": 15, "customer": {"id": 99}, "total_price": "15.00"})
    await told(cast, 9, "orders/create", {"id": 5, "email": "kines@example.org"})
    await told(cast, 10, "orders/create", {"id": 6, "customer": {"id": 15}}, state=EventState.NEW)
    await privacy.erase(1, cast.ines.id, reason="Asked for it")
    assert await emptied() == set(hers)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"email": "a_b%c@example.org"}, True),
        ({"email": "axbyc@example.org"}, False),
        ({"note": ["write to", {"at": "A_B%C@example.org"}]}, True),
        (["a_b%c@example.org"], True),
        ("15", False),
    ],
)
def test_an_address_is_compared_whole(body: object, named: bool) -> None:
    assert deliveries.names("orders/create", json.dumps(body), 1, {(1, "15")}, "a_b%c@example.org") is named


async def test_later_news_of_an_old_order_does_not_bring_the_person_back(cast: Cast) -> None:
    shop = Shop(cast, cast.olu)
    await shop.rule()
    person = IncomingCustomer(external_id="77", email=cast.olu.email, first_name="Olu", is_registered=True)
    first = shop.told(1000, of="z", placed_at=START, paid_at=START, updated_at=START, customer=person)
    await receiving.receive(1, cast.web.id, first)
    await privacy.erase(1, cast.olu.id, reason="Asked for it")
    before = await value("SELECT count(*) FROM customers WHERE programme_id = 1")
    again = shop.told(
        1000,
        of="z",
        placed_at=START,
        paid_at=START,
        updated_at=START + DAY,
        customer=person,
        email=cast.olu.email,
    )
    with clock.at(NOW + 2 * DAY):
        received = await receiving.receive(1, cast.web.id, again)
    assert await value("SELECT count(*) FROM customers WHERE programme_id = 1") == before
    assert await value("SELECT count(*) FROM customer_identities WHERE programme_id = 1") == 0
    owner = await value(
        "SELECT customer_id FROM orders WHERE programme_id = 1 AND id = {}", received.order_id
    )
    assert owner == cast.olu.id
