"""What a customer has, now and on a day long ago."""

from datetime import timedelta

from db.engine import run
from loyalty import clock
from loyalty.ledger.balances import Expiring, balance, export_balances
from tests import factories
from tests.cast import Cast
from tests.factories import START

DAY = timedelta(days=1)


async def test_a_balance_is_what_was_given_less_what_was_taken(cast: Cast) -> None:
    await factories.give(cast.ines, 100)
    await factories.give(cast.ines, -30, at=START + DAY)
    found = await balance(cast.programme_id, cast.ines.id)
    assert (found.available, found.pending, found.debt, found.adjusted) == (70, 0, 0, 70)


async def test_a_past_moment_doesnt_know_what_came_later(cast: Cast) -> None:
    await factories.give(cast.ines, 100)
    await factories.give(cast.ines, -30, at=START + 2 * DAY)
    before, between = START - DAY, START + DAY
    assert (await balance(cast.programme_id, cast.ines.id, before)).available == 0
    assert (await balance(cast.programme_id, cast.ines.id, between)).available == 100


async def test_points_in_their_hold_are_pending_until_the_date_and_no_job_is_needed(cast: Cast) -> None:
    await factories.give(cast.ines, 100)
    await run(
        "UPDATE lots SET available_at = {} WHERE programme_id = {}", START + 14 * DAY, cast.programme_id
    )
    held = await balance(cast.programme_id, cast.ines.id, START + 13 * DAY)
    released = await balance(cast.programme_id, cast.ines.id, START + 14 * DAY)
    assert (held.available, held.pending) == (0, 100)
    assert (released.available, released.pending) == (100, 0)


async def test_a_due_expiry_is_deducted_before_anybody_posts_it(cast: Cast) -> None:
    await factories.give(cast.ines, 100)
    dies = START + 30 * DAY
    await _announce(cast, dies)
    alive = await balance(cast.programme_id, cast.ines.id, dies - DAY)
    dead = await balance(cast.programme_id, cast.ines.id, dies)
    assert (alive.available, alive.next_expiry) == (100, Expiring(100, dies))
    assert (dead.available, dead.expired, dead.next_expiry) == (0, 100, None)


async def test_posting_the_expiry_later_changes_no_answer(cast: Cast) -> None:
    await factories.give(cast.ines, 100)
    dies = START + 30 * DAY
    await _announce(cast, dies)
    moments = [dies - DAY, dies, dies + 10 * DAY]
    before = [await balance(cast.programme_id, cast.ines.id, at) for at in moments]
    await factories.give(cast.ines, 5, at=dies + 20 * DAY)
    assert [await balance(cast.programme_id, cast.ines.id, at) for at in moments] == before


async def test_the_export_lists_everybody_by_address(cast: Cast) -> None:
    nameless = await factories.customer(cast.programme_id, "No Body", email=None)
    await factories.give(cast.rex, 7)
    await factories.give(nameless, 3)
    found = [row async for row in export_balances(cast.programme_id)]
    assert [row.email for row in found] == [
        "ines@example.org",
        "olu@example.org",
        "pia@example.org",
        "rex@example.org",
        None,
    ]
    assert [row.available for row in found] == [0, 0, 0, 7, 3]


async def test_the_export_can_look_at_a_past_day(cast: Cast) -> None:
    await factories.give(cast.rex, 7)
    found = [row async for row in export_balances(cast.programme_id, START - DAY)]
    assert sum(row.available for row in found) == 0


async def test_the_other_merchant_sees_only_their_own(cast: Cast) -> None:
    await factories.give(cast.ines, 7)
    found = [row async for row in export_balances(cast.other_programme_id)]
    assert [row.email for row in found] == ["ada@example.org"]


async def _announce(cast: Cast, dies: object) -> None:
    with clock.at(START):
        await run(
            "UPDATE lots SET expires_at = {}, lapses_at = {}, notified_at = {} WHERE programme_id = {}",
            dies,
            dies,
            START,
            cast.programme_id,
        )
