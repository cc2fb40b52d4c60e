"""Orders of a record that was merged: refunds and their cancellation, on the record that was kept. PRODUCT B6, C5."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from db.enums import OrderStatus
from loyalty import clock, undo
from loyalty.errors import Invalid, NotEnoughPoints
from loyalty.ledger.adjusting import adjust
from loyalty.ledger.balances import balance
from loyalty.merging.merging import merge
from tests import factories
from tests.cast import assert_books_balance
from tests.factories import START, Person
from tests.ledger.shop import DAY, Shop, refund
from tests.services import many

LATER = START + 3 * DAY


async def join(shop: Shop, kept: Person, gone: Person, *, at: Any = LATER, key: str = "k") -> str:
    with clock.at(at):
        done = await merge(1, kept.uid, gone.uid, by=shop.cast.mara, key=key)
    await assert_books_balance()
    return done.action.uid


async def available(person: Person) -> int:
    with clock.at(LATER + 5 * DAY):
        return (await balance(1, person.id)).available


async def test_a_refund_after_the_merge_takes_from_the_lots_that_went_over(shop: Shop) -> None:
    kept = shop.cast.rex
    await factories.give(kept, 10)
    await shop.gets(shop.told(5_000))
    action = await join(shop, kept, shop.ines)
    assert await available(kept) == 60
    await shop.refunds(refund("R1", 2_000), at=LATER + DAY)
    assert await available(kept) == 40
    await shop.refunds(refund("R2", 3_000), at=LATER + DAY)
    assert await available(kept) == 10
    await assert_books_balance()
    with clock.at(LATER + 2 * DAY), pytest.raises(Invalid, match="spent, have expired|Order #1001"):
        await undo.undo(1, action, by=shop.cast.mara)


async def test_an_order_told_again_under_the_old_address_earns_on_the_record_that_is_kept(shop: Shop) -> None:
    kept = shop.cast.rex
    await join(shop, kept, shop.ines)
    received = await shop.gets(shop.told(2_500), at=LATER + DAY)
    assert received.settled.earned == 25
    assert await available(kept) == 25
    assert await shop.balance() == 0
    assert await shop.counted(kept) == (2_500, 1)
    await assert_books_balance()


async def test_an_edit_that_gives_back_what_was_taken_before_the_merge_opens_a_lot_here(shop: Shop) -> None:
    kept = shop.cast.rex
    await shop.gets(shop.told(5_000, updated_at=START))
    await shop.gets(shop.told(2_000, updated_at=START + DAY), at=START + DAY)
    assert await shop.balance() == 20
    await join(shop, kept, shop.ines)
    await shop.gets(shop.told(5_000, updated_at=LATER + DAY), at=LATER + DAY)
    assert await available(kept) == 50
    await shop.gets(shop.told(5_000, updated_at=LATER + 2 * DAY, status=OrderStatus.CANCELLED,
                              cancelled_at=LATER + 2 * DAY), at=LATER + 2 * DAY)  # fmt: skip
    assert await available(kept) == 0
    await assert_books_balance()


async def test_a_debt_of_a_refund_goes_over_and_is_cancelled_with_the_refund(shop: Shop) -> None:
    await shop.has(negative_policy="allow")
    kept = shop.cast.rex
    await shop.gets(shop.told(5_000, updated_at=START))
    with clock.at(START + DAY):
        await adjust(1, shop.ines.id, -45, by=shop.cast.mara, reason="Spent", key="s")
    await shop.gets(shop.told(1_000, updated_at=START + 2 * DAY), at=START + 2 * DAY)
    assert await shop.balance() == -35
    await join(shop, kept, shop.ines)
    assert await available(kept) == -35
    await shop.gets(shop.told(5_000, updated_at=LATER + DAY), at=LATER + DAY)
    assert await available(kept) == 5
    await assert_books_balance()


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_both_have_a_merge_undone_leaves_what_was_there(shop: Shop, seed: int) -> None:
    chance, people = random.Random(seed), (shop.cast.ines, shop.cast.rex)
    await shop.has(negative_policy="allow")
    for step in range(12):
        at = START + timedelta(hours=step + 1)
        who = chance.choice(people)
        match chance.randrange(4):
            case 0:
                ends = at + chance.choice([30, 90]) * DAY if chance.random() < 0.6 else None
                with clock.at(at):
                    how = {"by": shop.cast.mara, "reason": "x", "key": f"a{step}", "expires_at": ends}
                    await adjust(1, who.id, chance.randint(1, 80), **how)
            case 1:
                with clock.at(at):
                    try:
                        await adjust(
                            1, who.id, -chance.randint(1, 40), by=shop.cast.mara, reason="x", key=f"b{step}"
                        )
                    except NotEnoughPoints:
                        continue
            case 2:
                await shop.gets(shop.told(chance.randint(100, 9_000), of=f"o{step}", person=who), at=at)
            case 3:
                await shop.gets(shop.told(4_000, of=f"p{step}", person=who), at=at)
                await shop.refunds(
                    refund(f"r{step}", chance.randint(100, 4_000), of=f"p{step}", at=at), at=at
                )
    if seed % 2:
        await many.owe(people[0], 400)
    kept, gone = chance.sample(people, 2)
    before = [await _everything(person) for person in people]
    action = await join(shop, kept, gone)
    with clock.at(LATER):
        together = await balance(1, kept.id)
    assert together.available + together.pending == sum(each["sum"] for each in before)
    with clock.at(LATER + DAY):
        await undo.undo(1, action, by=shop.cast.mara)
    await assert_books_balance()
    assert [await _everything(person, LATER + 2 * DAY) for person in people] == before
    again = await join(shop, gone, kept, at=LATER + 2 * DAY, key="the other way round")
    with clock.at(LATER + 3 * DAY):
        await undo.undo(1, again, by=shop.cast.mara)
    await assert_books_balance()
    assert [await _everything(person, LATER + 4 * DAY) for person in people] == before


async def _everything(person: Person, at: datetime = LATER) -> dict[str, Any]:
    with clock.at(at):
        has = await balance(1, person.id)
    found = await factories.rows(
        "SELECT remaining, available_at, expires_at, lapses_at, order_id FROM lots WHERE programme_id = 1"
        " AND customer_id = {} AND remaining > 0 ORDER BY id",
        person.id,
    )
    orders = await factories.rows(
        "SELECT external_id FROM orders WHERE programme_id = 1 AND customer_id = {} ORDER BY id", person.id
    )
    return {"sum": has.available + has.pending, "debt": has.debt, "lots": found, "orders": orders}
