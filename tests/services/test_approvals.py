"""An adjustment above somebody's limit asks a second person, who makes it once. PRODUCT C7."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from db.engine import Database, run, value
from db.enums import ApprovalStatus, EntryKind, StaffRole
from loyalty import clock, undo
from loyalty.approvals import deciding, lapsing, listing
from loyalty.approvals.asking import Asked, ask
from loyalty.approvals.listing import Shown
from loyalty.customers import privacy
from loyalty.errors import (
    AlreadyDone,
    Invalid,
    KeyReused,
    LoyaltyError,
    NotAllowed,
    NotEnoughPoints,
    NotFound,
)
from loyalty.home.waiting import waiting
from loyalty.rules.approvals import LASTS
from tests import factories
from tests.cast import Cast, assemble, assert_books_balance


@pytest.fixture
async def cast(db: Database) -> AsyncIterator[Cast]:
    made = await assemble()
    await limited(made.theo.id, 100)
    yield made
    await assert_books_balance()


async def limited(staff_id: int | None, limit: int, per_day: int | None = None) -> None:
    await run(
        "UPDATE staff SET adjust_limit = {}, adjust_limit_per_day = {} WHERE programme_id = {} AND id = {}",
        limit,
        per_day,
        1,
        staff_id,
    )


async def asked(cast: Cast, points: int = 500, **more: Any) -> Asked:
    given = {"by": cast.theo, "reason": "Wedding cake arrived broken", "key": "form-1", **more}
    return await ask(1, cast.ines.id, points, **given)


async def status(cast: Cast) -> ApprovalStatus:
    return ApprovalStatus(await value("SELECT status FROM approvals WHERE programme_id = {}", 1))


async def test_asking_keeps_everything_and_changes_no_balance(cast: Cast) -> None:
    sentence = (await asked(cast)).sentence
    assert sentence == "A second person is asked: +500 points for Ines Okafor"
    assert await factories.balance(cast.ines) == 0
    (row,) = (await listing.queue(1, Shown.WAITING, cast.mara)).rows
    assert (row.points, row.reason, row.asker, row.comment) == (
        500,
        "Wedding cake arrived broken",
        "Theo",
        "Manual adjustments",
    )
    assert row.why_not is None
    assert (await waiting(1))["approvals"].value == 1
    assert (await waiting(2))["approvals"].value == 0


async def test_asking_twice_with_one_key_asks_once(cast: Cast) -> None:
    first = await asked(cast)
    assert await asked(cast) == first
    with pytest.raises(KeyReused):
        await asked(cast, 501)
    assert (await listing.queue(1, Shown.WAITING, cast.mara)).waiting.value == 1


async def test_what_one_may_do_alone_or_nobody_may_is_not_asked_for(cast: Cast) -> None:
    with pytest.raises(Invalid):
        await asked(cast, 100)
    with pytest.raises(NotEnoughPoints):
        await asked(cast, -500)
    with pytest.raises(LoyaltyError):
        await ask(1, cast.pia.id, 500, by=cast.theo, reason="x", key="k")
    with pytest.raises(NotFound):
        await ask(1, cast.ada.id, 500, by=cast.theo, reason="x", key="k")


async def test_approving_makes_the_real_adjustment_and_undo_takes_it_back(cast: Cast) -> None:
    uid = (await asked(cast)).uid
    done = await deciding.approve(1, uid, by=cast.mara)
    assert done.sentence == "Ines Okafor now has 500 points"
    assert await factories.entries(cast.ines) == [(EntryKind.ADJUST, 500)]
    (mine,) = (await listing.queue(1, Shown.MINE, cast.theo)).rows
    assert (mine.status, mine.decider, mine.undone) == (ApprovalStatus.APPROVED, "Mara", False)
    assert done.undo is not None
    await undo.undo(1, done.undo, by=cast.mara)
    assert await factories.balance(cast.ines) == 0
    assert (await listing.request(1, uid, cast.theo)).undone


async def test_two_presses_and_two_people_at_once_adjust_once(cast: Cast) -> None:
    gus = await factories.staff(1, "Gus", StaffRole.MANAGER)
    uid = (await asked(cast)).uid
    outcomes = await asyncio.gather(
        *(deciding.approve(1, uid, by=who) for who in (cast.mara, cast.mara, gus, gus)),
        return_exceptions=True,
    )
    assert await factories.entries(cast.ines) == [(EntryKind.ADJUST, 500)]
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyDone"] * 2 + ["Decided"] * 2


async def test_nobody_approves_their_own_nor_above_their_own_limit(cast: Cast) -> None:
    uid = (await asked(cast)).uid
    with pytest.raises(NotAllowed, match="second person"):
        await deciding.approve(1, uid, by=cast.theo)
    await limited(cast.mara.id, 499)
    with pytest.raises(NotAllowed, match="up to 499"):
        await deciding.approve(1, uid, by=cast.mara)
    (row,) = (await listing.queue(1, Shown.WAITING, cast.mara)).rows
    assert row.why_not is not None
    assert "499" in row.why_not
    await limited(cast.mara.id, 1000, per_day=600)
    await deciding.approve(1, uid, by=cast.mara)
    second = await asked(cast, 200, key="form-2")
    with pytest.raises(NotAllowed, match="100 more points today"):
        await deciding.approve(1, second.uid, by=cast.mara)
    assert await factories.balance(cast.ines) == 500


async def test_declining_needs_a_reason_and_tells_it(cast: Cast) -> None:
    uid = (await asked(cast)).uid
    with pytest.raises(Invalid):
        await deciding.decline(1, uid, by=cast.mara, reason=" ")
    with pytest.raises(NotAllowed):
        await deciding.decline(1, uid, by=cast.theo, reason="No")
    for _ in range(2):
        await deciding.decline(1, uid, by=cast.mara, reason="We sent a new cake")
    seen = await listing.request(1, uid, cast.theo)
    assert (seen.status, seen.because) == (ApprovalStatus.DECLINED, "We sent a new cake")
    with pytest.raises(AlreadyDone, match="declined"):
        await deciding.approve(1, uid, by=cast.mara)
    assert await factories.balance(cast.ines) == 0


async def test_one_withdraws_ones_own_request_and_nobody_elses(cast: Cast) -> None:
    uid = (await asked(cast)).uid
    with pytest.raises(NotAllowed):
        await deciding.withdraw(1, uid, by=cast.mara)
    await deciding.withdraw(1, uid, by=cast.theo)
    with pytest.raises(AlreadyDone, match="withdrawn"):
        await deciding.approve(1, uid, by=cast.mara)


async def test_a_request_lapses_by_date_whether_or_not_the_job_ran(cast: Cast) -> None:
    uid, late = (await asked(cast)).uid, clock.now() + LASTS
    with clock.at(late - timedelta(seconds=1)):
        assert (await waiting(1))["approvals"].value == 1
    with clock.at(late):
        with pytest.raises(AlreadyDone, match="lapsed"):
            await deciding.approve(1, uid, by=cast.mara)
        assert (await waiting(1))["approvals"].value == 0
        assert (await listing.queue(1, Shown.ENDED, cast.mara)).rows[0].status is ApprovalStatus.LAPSED
        assert await lapsing.lapse(1) == 1
        assert await lapsing.lapse(1) == 0
    assert await status(cast) is ApprovalStatus.LAPSED


async def test_an_erased_person_leaves_no_words_in_what_was_asked_about_them(cast: Cast) -> None:
    uid = (await asked(cast)).uid
    await privacy.erase(1, cast.ines.id, reason="Asked for it")
    seen = await listing.request(1, uid, cast.theo)
    assert (seen.reason, seen.comment) == ("", "")
    with pytest.raises(LoyaltyError):
        await deciding.approve(1, uid, by=cast.mara)


async def test_somebody_elses_programme_sees_and_decides_nothing(cast: Cast) -> None:
    uid = (await asked(cast)).uid
    for verb in (deciding.approve, deciding.withdraw):
        with pytest.raises(NotFound):
            await verb(2, uid, by=cast.nils)
    assert (await listing.queue(2, Shown.ENDED, cast.nils)).rows == ()


async def test_pages_turn_both_ways(cast: Cast) -> None:
    for number in range(52):
        with clock.at(clock.now() + timedelta(seconds=number)):
            await asked(cast, 200 + number, key=f"form-{number}")
    first = await listing.queue(1, Shown.WAITING, cast.mara)
    assert [row.points for row in first.rows][:2] == [200, 201]
    rest = await listing.queue(1, Shown.WAITING, cast.mara, first.next)
    assert [row.points for row in rest.rows] == [250, 251]
    back = await listing.queue(1, Shown.WAITING, cast.mara, rest.previous)
    assert [row.uid for row in back.rows] == [row.uid for row in first.rows]
