"""What time does to an account: expiries with their own moment, and debts the next points pay. PRODUCT C2, C5."""

from datetime import datetime, timedelta

import pytest

from db.engine import rows
from db.enums import CustomerType, EntryKind
from loyalty import clock
from loyalty.customers import moving
from loyalty.errors import NotEnoughPoints
from loyalty.ledger.balances import balance
from loyalty.ledger.entries import Posting
from loyalty.ledger.posting import Own, claw_back
from loyalty.ledger.undoing import reverse
from loyalty.rules.actors import SYSTEM
from tests import factories
from tests.cast import Cast
from tests.factories import START, Person
from tests.ledger.shop import DAY, Shop, announce, earned, held, lots, one_account, refund, spent


async def owes(person: Person, points: int, *, key: str = "refund") -> None:
    """A claw-back that takes what there is and leaves the rest as debt."""
    async with held(person) as account:
        left = sum(remaining for _, remaining in await lots(person))
        posting = Posting(kind=EntryKind.REFUND_CLAWBACK, points=-(left + points), key=key)
        await claw_back(account, posting, own=Own(), debt=points)


async def test_points_without_a_notice_outlive_their_day(cast: Cast) -> None:
    await earned(cast.ines, 10, expires_at=START + DAY)
    await spent(cast.ines, 10, at=START + 400 * DAY)
    assert (EntryKind.EXPIRE, -10) not in await factories.entries(cast.ines)


async def test_an_expiry_is_posted_before_any_write_with_its_own_moment(cast: Cast) -> None:
    dies, later = START + 30 * DAY, START + 45 * DAY
    await earned(cast.ines, 10, expires_at=dies)
    await announce(cast.ines, START)
    await earned(cast.ines, 3, at=later)
    found = await rows(
        "SELECT kind, points, effective_at, recorded_at FROM ledger_entries WHERE programme_id = {} ORDER BY seq",
        cast.programme_id,
    )
    assert [(row["kind"], row["points"]) for row in found] == [("bonus", 10), ("expire", -10), ("bonus", 3)]
    assert (found[1]["effective_at"], found[1]["recorded_at"]) == (dies, later)


async def test_a_lot_dies_at_its_moment_and_not_a_moment_before(cast: Cast) -> None:
    dies = START + 30 * DAY
    await earned(cast.ines, 10, expires_at=dies)
    await announce(cast.ines, START)
    await spent(cast.ines, 4, at=dies - timedelta(microseconds=1))
    with pytest.raises(NotEnoughPoints) as refused:
        await spent(cast.ines, 1, at=dies)
    assert refused.value.available == 0


async def test_a_refused_verb_takes_the_expiry_back_with_it_and_no_answer_changes(cast: Cast) -> None:
    dies = START + 30 * DAY
    await earned(cast.ines, 10, expires_at=dies)
    await announce(cast.ines, START)
    for _ in range(2):
        with pytest.raises(NotEnoughPoints):
            await spent(cast.ines, 1, at=dies + DAY)
        found = await balance(cast.programme_id, cast.ines.id, dies + DAY)
        assert (found.available, found.expired) == (0, 10)


async def test_several_dead_lots_expire_in_the_order_of_their_days(cast: Cast) -> None:
    for points, day in ((1, 30), (2, 10), (4, 20)):
        await earned(cast.ines, points, expires_at=START + day * DAY)
    await announce(cast.ines, START)
    await earned(cast.ines, 8, at=START + 25 * DAY)
    assert await factories.entries(cast.ines) == [
        (EntryKind.BONUS, 1),
        (EntryKind.BONUS, 2),
        (EntryKind.BONUS, 4),
        (EntryKind.EXPIRE, -2),
        (EntryKind.EXPIRE, -4),
        (EntryKind.BONUS, 8),
    ]


async def test_pending_points_can_expire_too(cast: Cast) -> None:
    await earned(cast.ines, 10, available_at=START + 60 * DAY, expires_at=START + 30 * DAY)
    await announce(cast.ines, START)
    async with held(cast.ines, START + 30 * DAY):
        pass
    assert await factories.balance(cast.ines) == 0


async def test_the_next_points_pay_what_is_owed_pending_or_not(cast: Cast) -> None:
    await earned(cast.ines, 10)
    await owes(cast.ines, 30)
    assert (await one_account(cast.ines))["debt"] == 30
    await earned(cast.ines, 12, available_at=START + 14 * DAY)
    assert (await one_account(cast.ines))["debt"] == 18
    await earned(cast.ines, 20, key="enough")
    account = await one_account(cast.ines)
    assert (account["debt"], account["balance"]) == (0, 2)
    assert await lots(cast.ines) == [(10, 0), (12, 0), (20, 2)]


async def test_the_oldest_debt_is_paid_first(cast: Cast) -> None:
    await owes(cast.ines, 10, key="refund-1")
    await owes(cast.ines, 20, key="refund-2")
    await earned(cast.ines, 15)
    found = await rows(
        "SELECT remaining FROM debts WHERE programme_id = {} ORDER BY entry_id", cast.programme_id
    )
    assert [row["remaining"] for row in found] == [0, 15]


async def test_returned_points_pay_what_is_owed(cast: Cast) -> None:
    await earned(cast.ines, 50)
    reward = await spent(cast.ines, 50)
    await owes(cast.ines, 30)
    async with held(cast.ines, START + DAY) as account:
        await reverse(account, reward.id, kind=EntryKind.UNDO, by=SYSTEM, reason="", comment="")
    found = await one_account(cast.ines)
    assert (found["balance"], found["debt"]) == (20, 0)
    assert await lots(cast.ines) == [(50, 20)]


async def test_returned_points_of_a_dead_lot_pay_what_is_owed(cast: Cast) -> None:
    await earned(cast.ines, 50, expires_at=START + 30 * DAY)
    reward = await spent(cast.ines, 50)
    await announce(cast.ines, START)
    await owes(cast.ines, 30)
    async with held(cast.ines, START + 40 * DAY) as account:
        await reverse(account, reward.id, kind=EntryKind.UNDO, by=SYSTEM, reason="", comment="")
    found = await one_account(cast.ines)
    assert (found["balance"], found["debt"]) == (20, 0)


async def test_whoever_owes_can_spend_nothing(cast: Cast) -> None:
    await owes(cast.ines, 30)
    with pytest.raises(NotEnoughPoints) as refused:
        await spent(cast.ines, 1)
    assert refused.value.available == 0
    found = await balance(cast.programme_id, cast.ines.id, START)
    assert (found.available, found.debt) == (-30, 30)


async def test_the_clock_stands_still_for_the_left_where_the_programme_pauses_it(shop: Shop) -> None:
    await shop.has(pause_expiry_while_left=True)
    pia = shop.cast.pia
    await earned(pia, 10, expires_at=START + 30 * DAY)
    reward = await spent(pia, 4)
    await announce(pia, START)
    async with held(pia, START + 90 * DAY) as account:
        assert account.type is CustomerType.LEFT
        await reverse(account, reward.id, kind=EntryKind.UNDO, by=SYSTEM, reason="", comment="")
    assert await lots(pia) == [(10, 10)], (
        "a lot whose clock stands still is alive, and no grace lot is needed"
    )
    assert (await balance(pia.programme_id, pia.id, START + 90 * DAY)).available == 10


async def test_a_grace_lot_stands_in_for_the_lot_of_its_order(shop: Shop) -> None:
    await shop.has(expiry_policy="rolling", expiry_months=1, negative_policy="allow")
    await shop.gets(shop.told(5_000))
    reward = await spent(shop.ines, 50)
    await announce(shop.ines, START)
    later = START + 60 * DAY
    async with held(shop.ines, later) as account:
        await reverse(account, reward.id, kind=EntryKind.UNDO, by=SYSTEM, reason="", comment="")
    await earned(shop.ines, 7, at=later, expires_at=later + DAY)
    await shop.refunds(refund("R1", 5_000, at=later), at=later)
    assert await lots(shop.ines) == [(50, 0), (50, 0), (7, 7)]


async def dates(person: Person) -> list[datetime | None]:
    found = await rows(
        "SELECT expires_at FROM lots WHERE programme_id = {} AND customer_id = {} ORDER BY id",
        person.programme_id,
        person.id,
    )
    return [row["expires_at"] for row in found]


async def test_being_active_moves_every_date_where_points_die_of_inactivity(shop: Shop) -> None:
    await shop.has(expiry_policy="inactivity", expiry_months=1)
    await shop.gets(shop.told(1_000, of="1"))
    await announce(shop.ines, START)
    at = START + 20 * DAY
    await shop.gets(shop.told(1_000, of="2", placed_at=at, paid_at=at), at=at)
    first, second = await dates(shop.ines)
    assert first == second
    assert first is not None
    assert first > at + 30 * DAY
    await announce(shop.ines, at)
    await earned(shop.ines, 1, at=at + 5 * DAY)
    assert (await dates(shop.ines))[0] == first, "a gift isn't something the customer did"


async def test_after_a_pause_every_date_moves_by_the_time_away_and_needs_a_new_notice(shop: Shop) -> None:
    await shop.has(pause_expiry_while_left=True)
    rex, mara = shop.cast.rex, shop.cast.mara
    dies = START + 30 * DAY
    await earned(rex, 10, expires_at=dies)
    await announce(rex, START)
    with clock.at(START + 10 * DAY):
        await moving.exclude(1, rex.id, by=mara, reason="Asked to")
    with clock.at(START + 60 * DAY):
        await moving.join(1, rex.id, by=mara, reason="Back again")
    moved = (await dates(rex))[0]
    assert moved is not None
    assert dies + 50 * DAY <= moved < dies + 51 * DAY
    await spent(rex, 10, at=moved + DAY)
