"""Credits, debits and give-backs on the database: which lots they open, draw and fill again."""

from datetime import timedelta

import pytest

from db.engine import rows
from db.enums import EntryKind
from loyalty.errors import AlreadyDone, KeyReused, NotEnoughPoints, NotFound
from loyalty.ledger.accounts import Account
from loyalty.ledger.balances import balance
from loyalty.ledger.entries import Entry, Posting, repeat
from loyalty.ledger.locking import locked
from loyalty.ledger.posting import credit, debit, drawn_by
from loyalty.ledger.undoing import reverse
from loyalty.rules.actors import SYSTEM
from tests import factories
from tests.cast import Cast
from tests.factories import START, Person
from tests.ledger.shop import DAY, announce, earned, held, lots, one_account, spent


async def returned(account: Account, entry: Entry) -> Entry:
    return await reverse(
        account, entry.id, kind=EntryKind.UNDO, by=SYSTEM, reason="Changed their mind", comment=""
    )


async def test_a_credit_opens_a_lot_of_its_size(cast: Cast) -> None:
    entry = await earned(cast.ines, 100)
    assert (entry.points, entry.balance_after, entry.repeated) == (100, 100, False)
    assert await lots(cast.ines) == [(100, 100)]


async def test_a_debit_takes_the_soonest_to_expire_then_the_oldest_then_what_never_expires(
    cast: Cast,
) -> None:
    await earned(cast.ines, 1, expires_at=None)
    await earned(cast.ines, 2, at=START + 2 * DAY, expires_at=START + 60 * DAY)
    await earned(cast.ines, 4, at=START + 3 * DAY, expires_at=START + 30 * DAY)
    await earned(cast.ines, 8, at=START + DAY, expires_at=START + 60 * DAY)
    entry = await spent(cast.ines, 13, at=START + 4 * DAY)
    assert await lots(cast.ines) == [(1, 1), (2, 1), (4, 0), (8, 0)]
    async with held(cast.ines, START + 4 * DAY) as account:
        assert sum((await drawn_by(account, entry.id)).values()) == 13


async def test_a_debit_of_everything_empties_every_lot(cast: Cast) -> None:
    for points in (3, 5, 7):
        await earned(cast.ines, points)
    await spent(cast.ines, 15)
    assert await lots(cast.ines) == [(3, 0), (5, 0), (7, 0)]


async def test_pending_points_cant_be_spent_before_their_day(cast: Cast) -> None:
    await earned(cast.ines, 100, available_at=START + 14 * DAY)
    with pytest.raises(NotEnoughPoints) as refused:
        await spent(cast.ines, 1, at=START + 14 * DAY - timedelta(microseconds=1))
    assert refused.value.available == 0
    await spent(cast.ines, 100, at=START + 14 * DAY)
    assert await factories.balance(cast.ines) == 0


async def test_a_refused_debit_says_how_much_there_is_and_leaves_nothing_behind(cast: Cast) -> None:
    await earned(cast.ines, 100)
    before = await one_account(cast.ines)
    with pytest.raises(NotEnoughPoints, match="100 points available; 1 more") as refused:
        await spent(cast.ines, 101)
    assert refused.value.available == 100
    assert await one_account(cast.ines) == before


async def test_a_reversal_fills_the_lots_it_came_from_and_keeps_their_day(cast: Cast) -> None:
    await earned(cast.ines, 10, expires_at=START + 30 * DAY)
    await earned(cast.ines, 10, expires_at=START + 60 * DAY)
    entry = await spent(cast.ines, 15)
    async with held(cast.ines, START + DAY) as account:
        back = await returned(account, entry)
    assert (back.kind, back.points) == (EntryKind.UNDO, 15)
    assert await lots(cast.ines) == [(10, 10), (10, 10)]


async def test_a_reversal_happens_once(cast: Cast) -> None:
    await earned(cast.ines, 10)
    entry = await spent(cast.ines, 10)
    async with held(cast.ines) as account:
        await returned(account, entry)
    with pytest.raises(AlreadyDone):
        async with held(cast.ines) as account:
            await returned(account, entry)
    assert await factories.balance(cast.ines) == 10


async def test_points_of_a_dead_lot_come_back_for_thirty_days(cast: Cast) -> None:
    await earned(cast.ines, 10, expires_at=START + 30 * DAY)
    entry = await spent(cast.ines, 10)
    await announce(cast.ines, START)
    later = START + 40 * DAY
    async with held(cast.ines, later) as account:
        await returned(account, entry)
    found = await rows(
        "SELECT remaining, expires_at FROM lots WHERE programme_id = {} ORDER BY id", cast.programme_id
    )
    assert [(row["remaining"], row["expires_at"]) for row in found] == [
        (0, START + 30 * DAY),
        (10, later + 30 * DAY),
    ]


async def test_a_reversal_is_divided_between_the_living_and_the_dead(cast: Cast) -> None:
    await earned(cast.ines, 10, expires_at=START + 30 * DAY)
    await earned(cast.ines, 10, expires_at=START + 90 * DAY)
    entry = await spent(cast.ines, 15)
    await announce(cast.ines, START)
    async with held(cast.ines, START + 40 * DAY) as account:
        await returned(account, entry)
    assert await lots(cast.ines) == [(10, 0), (10, 10), (10, 10)]


async def test_taking_back_a_credit_uses_its_own_lot_even_while_it_is_pending(cast: Cast) -> None:
    await earned(cast.ines, 50, expires_at=START + 10 * DAY)
    bonus = await earned(cast.ines, 20, available_at=START + 14 * DAY)
    async with held(cast.ines) as account:
        await reverse(account, bonus.id, kind=EntryKind.UNDO, by=SYSTEM, reason="A mistake", comment="")
    assert await lots(cast.ines) == [(50, 50), (20, 0)]


async def test_a_spent_credit_cant_be_taken_back_below_zero(cast: Cast) -> None:
    bonus = await earned(cast.ines, 20)
    await spent(cast.ines, 15)
    with pytest.raises(NotEnoughPoints):
        async with held(cast.ines) as account:
            await reverse(account, bonus.id, kind=EntryKind.UNDO, by=SYSTEM, reason="", comment="")
    assert await factories.balance(cast.ines) == 5


async def test_nobody_reverses_an_entry_of_somebody_else(cast: Cast) -> None:
    bonus = await earned(cast.ines, 20)
    for stranger in (cast.rex, cast.ada):
        with pytest.raises(NotFound):
            async with held(stranger) as account:
                await reverse(account, bonus.id, kind=EntryKind.UNDO, by=SYSTEM, reason="", comment="")


async def test_an_account_of_another_programme_is_not_found(cast: Cast) -> None:
    stranger = Person(cast.programme_id, cast.ada.id, "", "", None, "")
    with pytest.raises(NotFound):
        async with held(stranger):
            pass


async def test_a_key_used_by_another_customer_is_refused_and_moves_nothing(cast: Cast) -> None:
    await earned(cast.ines, 20, key="gift")
    with pytest.raises(KeyReused):
        await earned(cast.rex, 20, key="gift")
    assert await factories.balance(cast.rex) == 0


async def test_the_same_key_in_another_programme_is_another_key(cast: Cast) -> None:
    await earned(cast.ines, 20, key="gift")
    await earned(cast.ada, 20, key="gift")
    assert await factories.balance(cast.ada) == 20


async def test_a_repeat_is_recognised_only_by_the_same_question(cast: Cast) -> None:
    async with held(cast.ines) as account:
        posting = Posting(kind=EntryKind.BONUS, points=7, key="once", body=(7, "é"))
        first = await credit(account, posting)
        again = await repeat(account, "once", EntryKind.BONUS, (7, "é"))
        assert again is not None
        assert (again.id, again.repeated) == (first.id, True)
        assert await repeat(account, "never", EntryKind.BONUS, (7, "é")) is None
        for kind, body in (
            (EntryKind.BONUS, (8, "é")),
            (EntryKind.CAMPAIGN, (7, "é")),
            (EntryKind.BONUS, ()),
        ):
            with pytest.raises(KeyReused):
                await repeat(account, "once", kind, body)


async def test_huge_numbers_stay_exact(cast: Cast) -> None:
    huge = 10**12
    for number in range(3):
        await earned(
            cast.ines, huge - number, key=f"huge:{number}", expires_at=START + (9 - number) * 30 * DAY
        )
    await spent(cast.ines, 2 * huge)
    found = await balance(cast.programme_id, cast.ines.id, START)
    assert (found.available, found.earned, found.adjusted) == (huge - 3, 3 * huge - 3, -2 * huge)


async def test_a_failed_verb_leaves_no_entry_and_no_gap(cast: Cast) -> None:
    await earned(cast.ines, 5)
    with pytest.raises(ZeroDivisionError):
        async with held(cast.ines) as account:
            await credit(account, Posting(kind=EntryKind.BONUS, points=1, key="lost"))
            raise ZeroDivisionError
    await earned(cast.ines, 6)
    found = await rows(
        "SELECT seq, points FROM ledger_entries WHERE programme_id = {} ORDER BY seq", cast.programme_id
    )
    assert [(row["seq"], row["points"]) for row in found] == [(1, 5), (2, 6)]


async def test_two_debits_in_one_transaction_see_each_other(cast: Cast) -> None:
    await earned(cast.ines, 10)
    with pytest.raises(NotEnoughPoints):
        async with held(cast.ines) as account:
            await debit(account, Posting(kind=EntryKind.ADJUST, points=-6, key="one"))
            await debit(account, Posting(kind=EntryKind.ADJUST, points=-6, key="two"))
    assert await lots(cast.ines) == [(10, 10)]


async def test_a_lock_outside_the_programme_is_refused(cast: Cast) -> None:
    with pytest.raises(NotFound):
        await locked(99, cast.ines.id)
