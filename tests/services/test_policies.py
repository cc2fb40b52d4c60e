"""Expiry, hold and the rest: what a change does before it does it. PRODUCT C9, J1, I4."""

from dataclasses import replace
from datetime import timedelta

import pytest

from db.engine import rows, run, watched
from db.enums import ExpiryPolicy, NegativePolicy
from loyalty import clock, programmes
from loyalty.errors import Invalid, KeyReused, NotFound, Stale
from loyalty.ledger import redating
from loyalty.ledger.redating import Sum
from loyalty.ledger.verifying import verify
from loyalty.policies import drafting, stamps
from loyalty.policies.terms import Policies, policies_of
from loyalty.undo import undo
from tests import factories
from tests.cast import Cast
from tests.factories import START

DAY = timedelta(days=1)
LATER = START + 400 * DAY


async def now() -> Policies:
    return policies_of(await programmes.get(1))


async def change(cast: Cast, key: str = "k", **wanted: object) -> drafting.Enacted:
    """Put changed policies in force."""
    current = await now()
    uid = await drafting.keep(1, replace(current, **wanted), seen=current.seen, by=cast.mara)
    return await drafting.put_in_force(1, uid, by=cast.mara, key=key)


async def dates() -> list[object]:
    return [
        row["expires_at"]
        for row in await rows("SELECT expires_at FROM lots WHERE programme_id = 1 ORDER BY id")
    ]


async def test_switching_expiry_on_is_counted_first_and_gives_a_full_period(cast: Cast) -> None:
    await factories.give(cast.ines, 40)
    await factories.give(cast.rex, 60)
    with clock.at(LATER):
        current = await now()
        wanted = replace(current, expiry=ExpiryPolicy.ROLLING)
        uid = await drafting.keep(1, wanted, seen=current.seen, by=cast.mara)
        drafted = await drafting.find(1, uid)
        assert (drafted.redated.dated, drafted.redated.kept) == (Sum(2, 100), Sum())
        assert drafted.redated.earliest is not None
        assert drafted.redated.earliest > LATER + 360 * DAY
        assert await dates() == [None, None]
        await drafting.put_in_force(1, uid, by=cast.mara, key="k")
    assert await dates() == [drafted.redated.earliest] * 2
    assert await verify() == []


async def test_switching_expiry_off_takes_the_dates_and_the_notices(cast: Cast) -> None:
    await change(cast, expiry=ExpiryPolicy.ROLLING)
    await factories.give(cast.ines, 40)
    done = await change(cast, "off", expiry=ExpiryPolicy.NONE)
    assert await dates() == [None]
    await undo(1, done.action.uid, by=cast.mara)
    assert (await now()).expiry is ExpiryPolicy.ROLLING
    assert all(date is not None for date in await dates())


async def test_batches_move_any_number_of_lots_with_few_statements(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redating, "_LOTS", redating._LOTS.replace("LIMIT 2000", "LIMIT 10"))
    for number in range(25):
        await factories.give(cast.ines, number + 1)
    with watched() as asked:
        await change(cast, expiry=ExpiryPolicy.CALENDAR)
    updates = [sql for sql in asked if sql.startswith("UPDATE lots")]
    assert len(updates) == 3
    assert len(set(await dates())) == 1
    assert await verify() == []


async def test_the_rest_holds_from_now_on(cast: Cast) -> None:
    await change(cast, hold_days=3, negative=NegativePolicy.CLAMP, guest_earning=True, pause_while_left=True)
    held = await now()
    assert (held.hold_days, held.negative, held.guest_earning) == (3, NegativePolicy.CLAMP, True)
    with pytest.raises(Invalid):
        await drafting.keep(1, replace(held, hold_days=400), seen="", by=cast.mara)


async def test_a_change_is_made_once_and_never_over_somebody_elses(cast: Cast) -> None:
    current = await now()
    mine = await drafting.keep(1, replace(current, hold_days=3), seen=current.seen, by=cast.mara)
    theirs = await drafting.keep(1, replace(current, hold_days=5), seen=current.seen, by=cast.theo)
    first = await drafting.put_in_force(1, theirs, by=cast.theo, key="t")
    assert (await drafting.put_in_force(1, theirs, by=cast.theo, key="t")).action.uid == first.action.uid
    with pytest.raises(KeyReused):
        await drafting.put_in_force(1, mine, by=cast.mara, key="t")
    assert (await drafting.find(1, mine)).stale
    with pytest.raises(Stale):
        await drafting.put_in_force(1, mine, by=cast.mara, key="m")
    await change(cast, "again", hold_days=7)
    with pytest.raises(Stale):
        await undo(1, first.action.uid, by=cast.mara)


async def test_another_card_size_shows_who_gains_and_who_loses_a_card(cast: Cast) -> None:
    with pytest.raises(NotFound):
        await stamps.resizing(1, 8)
    await run("UPDATE programmes SET unit = 'stamps', stamp_card_size = 10 WHERE programme_id = 1")
    await factories.give(cast.ines, 20)
    await factories.give(cast.rex, 9)
    larger, smaller = await stamps.resizing(1, 12), await stamps.resizing(1, 9)
    assert (larger.found.gaining, larger.found.losing, larger.found.full_after) == (0, 1, 1)
    assert [(each.name, each.before, each.after) for each in larger.people] == [("Ines Okafor", 2, 1)]
    assert (smaller.found.gaining, smaller.found.losing, smaller.found.members) == (1, 0, 2)
    with pytest.raises(Invalid):
        await stamps.resizing(1, 1)
    with pytest.raises(Stale):
        await stamps.change(1, 9, seen=8, by=cast.mara, key="s")
    done = await stamps.change(1, 9, seen=10, by=cast.mara, key="k")
    assert (await stamps.change(1, 9, seen=10, by=cast.mara, key="k")).uid == done.uid
    assert (await programmes.get(1)).stamp_card_size == 9
    await undo(1, done.uid, by=cast.mara)
    assert (await programmes.get(1)).stamp_card_size == 10
