"""Nothing expires without its notice; what does expire, expires at its moment. PRODUCT J1."""

from datetime import timedelta

import pytest

from db.engine import atomic, rows, run, value, watched
from db.enums import EntryKind
from loyalty import clock
from loyalty.ledger import expiring
from loyalty.ledger.balances import balance
from loyalty.ledger.entries import Posting
from loyalty.ledger.locking import locked
from loyalty.ledger.posting import credit
from loyalty.ledger.verifying import verify
from tests import factories
from tests.cast import Cast
from tests.factories import START, Person

DAY = timedelta(days=1)
DIES = START + 60 * DAY


async def test_an_unannounced_lot_outlives_its_date(cast: Cast) -> None:
    await _credit(cast.ines, 40)
    with clock.at(DIES + DAY):
        assert await expiring.sweep(cast.programme_id) == expiring.Swept(0, 0)
        assert (await balance(cast.programme_id, cast.ines.id)).available == 40


async def test_an_announced_lot_expires_at_its_date_and_not_when_the_job_runs(cast: Cast) -> None:
    lot = await _credit(cast.ines, 40)
    assert await _deliver(cast.ines, lot, DIES - 30 * DAY) == {lot: DIES}
    with clock.at(DIES + 5 * DAY):
        assert await expiring.sweep(cast.programme_id) == expiring.Swept(1, 0)
        assert await expiring.sweep(cast.programme_id) == expiring.Swept(0, 0)
    (entry,) = await _expiries(cast.ines)
    assert (entry["points"], entry["effective_at"]) == (-40, DIES)
    assert await verify() == []


async def test_lots_that_died_together_are_posted_in_as_many_statements_as_one(cast: Cast) -> None:
    for person, count in ((cast.ines, 1), (cast.rex, 7)):
        for points in range(1, count + 1):
            await _deliver(person, await _credit(person, points), DIES - 30 * DAY)
    statements = []
    with clock.at(DIES + DAY):
        for person in (cast.ines, cast.rex):
            with watched() as seen:
                async with atomic():
                    await locked(cast.programme_id, person.id)
            statements.append(len(seen))
    assert statements[0] == statements[1]
    died = await _expiries(cast.rex)
    assert sorted(entry["points"] for entry in died) == [-7, -6, -5, -4, -3, -2, -1]
    assert await verify() == []


async def test_a_late_notice_moves_the_date_and_the_ledger_says_so(cast: Cast) -> None:
    lot = await _credit(cast.ines, 40)
    moved = (await _deliver(cast.ines, lot, DIES - DAY))[lot]
    assert moved > DIES + 5 * DAY
    (move,) = await _moves(cast)
    assert (move["from_at"], move["to_at"]) == (DIES, moved)
    assert "less than 7 days" in move["reason"]
    assert await verify() == []


async def test_a_second_notice_and_a_repeat_change_nothing(cast: Cast) -> None:
    lot = await _credit(cast.ines, 40)
    first = await _deliver(cast.ines, lot, DIES - 30 * DAY)
    assert await _deliver(cast.ines, lot, DIES - 3 * DAY) == first
    assert await _moves(cast) == []


async def test_notices_are_due_thirty_and_seven_days_before(cast: Cast) -> None:
    lot = await _credit(cast.ines, 40)
    assert await expiring.due_notices(cast.programme_id, DIES - 31 * DAY) == []
    (first,) = await expiring.due_notices(cast.programme_id, DIES - 30 * DAY)
    assert (first.days, first.points, first.expires_at, first.lot_ids) == (30, 40, DIES, (lot,))
    await _deliver(cast.ines, lot, DIES - 30 * DAY)
    assert await expiring.due_notices(cast.programme_id, DIES - 20 * DAY) == []
    (second,) = await expiring.due_notices(cast.programme_id, DIES - 7 * DAY)
    assert second.days == 7
    assert second.key != first.key


async def test_who_has_no_address_gets_no_notice_and_loses_nothing(cast: Cast) -> None:
    nobody = await factories.customer(cast.programme_id, "No Body", email=None)
    await _credit(nobody, 40)
    assert await expiring.due_notices(cast.programme_id, DIES) == []


async def test_one_notice_names_all_lots_of_a_date(cast: Cast) -> None:
    lots = (await _credit(cast.ines, 40), await _credit(cast.ines, 2))
    (notice,) = await expiring.due_notices(cast.programme_id, DIES - 30 * DAY)
    assert (notice.points, notice.lot_ids) == (42, lots)


async def test_the_clock_of_a_left_customer_can_stand_still(cast: Cast) -> None:
    await run(
        "UPDATE programmes SET pause_expiry_while_left = true WHERE programme_id = {}", cast.programme_id
    )
    lot = await _credit(cast.pia, 40)
    await _deliver(cast.pia, lot, DIES - 30 * DAY)
    back = DIES + 10 * DAY
    with clock.at(back):
        assert await expiring.sweep(cast.programme_id) == expiring.Swept(0, 0)
        assert (await balance(cast.programme_id, cast.pia.id)).available == 40
        async with atomic():
            await expiring.resumed(await locked(cast.programme_id, cast.pia.id), START)
    (move,) = await _moves(cast)
    assert move["to_at"] >= DIES + (back - START)
    assert await verify() == []


async def test_activity_gives_every_lot_a_full_period_under_the_inactivity_policy(cast: Cast) -> None:
    await _policy(cast, "inactivity")
    lot = await _credit(cast.ines, 40)
    await _deliver(cast.ines, lot, DIES - 30 * DAY)
    later = DIES - 2 * DAY
    with clock.at(later):
        async with atomic():
            await expiring.active(await locked(cast.programme_id, cast.ines.id), later)
    (move,) = await _moves(cast)
    assert move["to_at"] > later + 360 * DAY
    (announced,) = await rows(
        "SELECT lapses_at FROM lots WHERE programme_id = {} AND id = {}", cast.programme_id, lot
    )
    assert announced["lapses_at"] is None
    assert await verify() == []


async def test_activity_moves_nothing_under_any_other_policy(cast: Cast) -> None:
    await _policy(cast, "rolling")
    await _credit(cast.ines, 40)
    with clock.at(START + DAY):
        async with atomic():
            await expiring.active(await locked(cast.programme_id, cast.ines.id), START + DAY)
    assert await _moves(cast) == []


@pytest.mark.parametrize("lots", [[], [12345]])
async def test_a_notice_about_no_lot_of_theirs_does_nothing(cast: Cast, lots: list[int]) -> None:
    await _credit(cast.rex, 40)
    assert await expiring.notice_delivered(cast.programme_id, cast.ines.id, lots, START) == {}


async def _credit(person: Person, points: int) -> int:
    with clock.at(START):
        async with atomic():
            account = await locked(person.programme_id, person.id)
            entry = await credit(
                account,
                Posting(
                    kind=EntryKind.ADJUST, points=points, key=f"test:{person.id}:{points}", expires_at=DIES
                ),
            )
    lot = "SELECT id FROM lots WHERE programme_id = {} AND entry_id = {}"
    return int(await value(lot, person.programme_id, entry.id))


async def _deliver(person: Person, lot: int, at: object) -> dict[int, object]:
    with clock.at(at):
        return await expiring.notice_delivered(person.programme_id, person.id, [lot], at)


async def _expiries(person: Person) -> list[dict[str, object]]:
    return await rows(
        "SELECT points, effective_at FROM ledger_entries WHERE programme_id = {} AND customer_id = {}"
        " AND kind = 'expire'",
        person.programme_id,
        person.id,
    )


async def _moves(cast: Cast) -> list[dict[str, object]]:
    return await rows(
        "SELECT from_at, to_at, reason FROM expiry_moves WHERE programme_id = {} ORDER BY id",
        cast.programme_id,
    )


async def _policy(cast: Cast, policy: str) -> None:
    await run("UPDATE programmes SET expiry_policy = {} WHERE programme_id = {}", policy, cast.programme_id)
