"""Deliveries about one person that arrive at the same moment, on both engines."""

import asyncio
from datetime import timedelta

import pytest

from db.engine import Refused, rows, run, value
from loyalty.customers.receiving import receive
from loyalty.orders import receiving as orders
from loyalty.rules.orders import IncomingCustomer
from tests.factories import START
from tests.ledger.shop import Shop

HOUR = timedelta(hours=1)


async def test_an_order_and_a_record_of_somebody_without_an_address_make_one_customer(shop: Shop) -> None:
    for number in range(5):
        kim = IncomingCustomer(external_id=f"k{number}", email=None, first_name="Kim", phone="555 0101")
        told = shop.told(10_000, of=f"kim-{number}", customer=kim, email=None)
        await asyncio.gather(
            orders.receive(shop.cast.programme_id, shop.cast.web.id, told),
            receive(shop.cast.programme_id, shop.cast.web.id, kim),
        )
    found = await rows(
        "SELECT c.id, i.external_id FROM customers c LEFT JOIN customer_identities i"
        " ON i.programme_id = c.programme_id AND i.customer_id = c.id"
        " WHERE c.programme_id = {} AND c.first_name = 'Kim'",
        shop.cast.programme_id,
    )
    assert sorted(row["external_id"] for row in found) == [f"k{number}" for number in range(5)]


async def test_many_deliveries_about_one_customer_all_go_through(shop: Shop) -> None:
    def person(number: int) -> IncomingCustomer:
        return IncomingCustomer(
            external_id="9001",
            email=shop.ines.email,
            first_name=f"Ines {number}",
            is_registered=True,
            updated_at=START + number * HOUR,
        )

    tasks = [
        orders.receive(
            shop.cast.programme_id, shop.cast.web.id, shop.told(1_000, of=f"at-once-{n}", customer=person(n))
        )
        for n in range(4)
    ]
    tasks += [receive(shop.cast.programme_id, shop.cast.web.id, person(10 + n)) for n in range(4)]
    await asyncio.gather(*tasks)
    known = await value(
        "SELECT count(*) FROM orders WHERE programme_id = {} AND customer_id = {}",
        shop.cast.programme_id,
        shop.ines.id,
    )
    assert known == 4
    assert await _person(shop, "first_name") == "Ines 13"


async def test_an_export_does_not_undo_newer_news(shop: Shop) -> None:
    said = IncomingCustomer(
        external_id="9001",
        email=shop.ines.email,
        last_name="Moreau",
        accepts_email=False,
        updated_at=START + HOUR,
    )
    await receive(shop.cast.programme_id, shop.cast.web.id, said)
    old = IncomingCustomer(
        external_id=None, email=shop.ines.email, last_name="Okafor", accepts_email=True, phone="555 0107"
    )
    await receive(shop.cast.programme_id, shop.cast.web.id, old)
    assert await _person(shop, "last_name") == "Moreau"
    assert await _person(shop, "accepts_email") is False
    assert await _person(shop, "phone") == "555 0107"


async def test_a_refusal_of_the_database_quotes_nobody(shop: Shop) -> None:
    with pytest.raises(Refused) as refused:
        await run(
            "UPDATE customers SET birth_month = 77, birth_day = 1 WHERE programme_id = {} AND id = {}",
            shop.cast.programme_id,
            shop.ines.id,
        )
    assert shop.ines.email is not None
    assert shop.ines.email not in str(refused.value)
    assert refused.value.__cause__ is None or shop.ines.email not in str(refused.value.__cause__)


async def _person(shop: Shop, column: str) -> object:
    return await value(
        f"SELECT {column} FROM customers WHERE programme_id = {{}} AND id = {{}}",
        shop.cast.programme_id,
        shop.ines.id,
    )
