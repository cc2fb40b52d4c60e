"""Taking an audited action back: compensating entries, once, whoever clicks. PRODUCT O1, C1."""

import asyncio

import pytest

from db.engine import rows
from db.enums import EntryKind
from loyalty.errors import AlreadyDone, LoyaltyError, NotEnoughPoints, NotFound
from loyalty.ledger.adjusting import Adjusted, adjust
from loyalty.undo import undo
from tests import factories
from tests.cast import Cast
from tests.ledger.shop import lots, one_account


async def adjusted(cast: Cast, points: int, key: str = "form-1", **more: bool) -> Adjusted:
    return await adjust(
        cast.programme_id, cast.ines.id, points, by=cast.theo, reason="Late parcel", key=key, **more
    )


async def undone(cast: Cast, done: Adjusted) -> str:
    assert done.action is not None
    return (await undo(cast.programme_id, done.action.uid, by=cast.mara)).sentence


async def test_an_undone_addition_is_taken_from_its_own_lot(cast: Cast) -> None:
    await adjusted(cast, 10, "form-0")
    done = await adjusted(cast, 50, counts_for_tiers=True)
    await undone(cast, done)
    assert await factories.entries(cast.ines) == [
        (EntryKind.ADJUST, 10),
        (EntryKind.ADJUST, 50),
        (EntryKind.UNDO, -50),
    ]
    assert await lots(cast.ines) == [(10, 10), (50, 0)]
    assert (await one_account(cast.ines))["qualifying"] == 0


async def test_an_undone_deduction_fills_its_lots_again(cast: Cast) -> None:
    await adjusted(cast, 50, "form-0")
    await undone(cast, await adjusted(cast, -20))
    assert await lots(cast.ines) == [(50, 50)]


async def test_an_addition_that_is_spent_cant_be_undone(cast: Cast) -> None:
    done = await adjusted(cast, 50)
    await adjusted(cast, -20, "form-2")
    with pytest.raises(NotEnoughPoints):
        await undone(cast, done)
    assert await factories.balance(cast.ines) == 30


async def test_of_two_who_undo_at_once_the_second_hears_that_it_is_done(cast: Cast) -> None:
    done = await adjusted(cast, 50)
    answers = await asyncio.gather(*(undone(cast, done) for _ in range(4)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, LoyaltyError)]
    assert [type(refusal) for refusal in refused] == [AlreadyDone] * 3
    assert await factories.balance(cast.ines) == 0


async def test_another_merchants_action_is_not_found(cast: Cast) -> None:
    done = await adjusted(cast, 50)
    assert done.action is not None
    with pytest.raises(NotFound):
        await undo(cast.other_programme_id, done.action.uid, by=cast.nils)


async def test_the_undone_row_stays_and_is_linked_to_its_reversal(cast: Cast) -> None:
    done = await adjusted(cast, 50)
    await undone(cast, done)
    found = await rows(
        "SELECT id, reverses_id FROM ledger_entries WHERE programme_id = {} ORDER BY seq", cast.programme_id
    )
    assert [row["reverses_id"] for row in found] == [None, done.entry.id]
