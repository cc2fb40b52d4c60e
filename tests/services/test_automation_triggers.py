"""What begins an automation: what happens to somebody, and their day; once, and not for what was. PRODUCT M5."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from db.engine import run
from loyalty import clock, triggers
from loyalty.automations import already, mornings, stored, switching
from loyalty.mail import transport
from loyalty.segments.refreshing import refresh
from loyalty.tiers.changing import change
from tests import factories
from tests.automating import DAY, drafted, happens, newcomer, outcomes, switched_on
from tests.campaigning import NOON, segment
from tests.cast import Cast
from tests.mailbox import Mailbox, mailbox

__all__ = ["mailbox"]


@pytest.fixture(autouse=True)
async def fresh(cast: Cast) -> AsyncIterator[None]:
    transport.server.forgive()
    with clock.at(NOON):
        yield
    transport.server.forgive()


async def test_what_happens_begins_once_for_whoever_it_happens_to(cast: Cast, mailbox: Mailbox) -> None:
    await factories.tier(1, "Bronze", rank=0, threshold=0)
    gold = await factories.tier(1, "Gold", rank=1, threshold=1000)
    await refresh(1)
    on = {
        like: await switched_on(cast, like, key=like, **more)
        for like, more in {
            "welcome": {},
            "second_purchase": {},
            "review_request": {},
            "tier_reached": {"tier": gold.uid},
        }.items()
    }
    with clock.at(NOON + timedelta(minutes=1)):
        lou = await newcomer("Lou")
        await factories.order(cast.rex, cast.web.id, 500, at=NOON - 5 * DAY)
        await factories.order(lou, cast.web.id, 500, at=clock.now())
        await change(1, lou.id, gold.uid, by=cast.mara, key="gold")
        await happens(lou, cast.rex, cast.ines)
        await happens(lou, cast.rex)
        told = {like: await outcomes(automation) for like, automation in on.items()}
    assert told == {like: {"Lou": ["waiting"]} for like in on}
    with clock.at(NOON + timedelta(days=4)):
        await factories.order(cast.rex, cast.web.id, 500, at=clock.now())
        await factories.order(lou, cast.web.id, 500, at=clock.now())
        await factories.order(cast.ines, cast.web.id, 500, at=NOON + timedelta(minutes=1))
        await happens(lou, cast.rex, cast.ines)
    # Lou’s second order lies in the pause, Ines’s came too late to be news.
    assert await outcomes(on["review_request"]) == {"Lou": ["waiting"], "Rex": ["waiting"]}
    assert await outcomes(on["second_purchase"]) == {"Lou": ["waiting"]}


async def test_days_begin_in_the_morning_once_and_not_for_days_before(cast: Cast) -> None:
    await run(
        "UPDATE customers SET birth_month = 3, birth_day = 4 WHERE programme_id = 1 AND id = {}", cast.ines.id
    )
    await run(
        "UPDATE customers SET birth_month = 3, birth_day = 1 WHERE programme_id = 1 AND id = {}", cast.rex.id
    )
    await factories.order(cast.ines, cast.web.id, 500, at=NOON - 57 * DAY)
    await factories.order(cast.rex, cast.web.id, 500, at=NOON - 90 * DAY)
    await factories.give(cast.rex, 100)
    await run("UPDATE lots SET expires_at = {} WHERE programme_id = 1", NOON.replace(hour=23) + 16 * DAY)
    await refresh(1)
    on = {
        like: await switched_on(cast, like, key=like) for like in ("birthday", "win_back", "points_expiring")
    }
    for _ in range(2):
        with clock.at(NOON + 4 * DAY):  # no worker ran for three days
            await mornings.look(1)
    assert await outcomes(on["birthday"]) == {"Ines": ["waiting"]}
    assert await outcomes(on["win_back"]) == {"Ines": ["waiting"]}
    assert await outcomes(on["points_expiring"]) == {"Rex": ["waiting"]}


async def test_a_balance_that_rises_to_the_line_begins_and_one_above_it_doesnt(cast: Cast) -> None:
    await factories.reward(1, price=101)
    await factories.give(cast.rex, 90)
    await refresh(1)
    made = await switched_on(cast, "within_reach", pause_days=0)
    with clock.at(NOON + timedelta(minutes=1)):
        await factories.give(cast.ines, 80, at=clock.now())
        await factories.give(cast.rex, 5, at=clock.now())
        await happens(cast.ines, cast.rex)
        assert await outcomes(made) == {}  # 80% of 101 is 80.8
    for minute, points in ((2, 1), (3, -50), (4, 60)):
        with clock.at(NOON + timedelta(minutes=minute)):
            await factories.give(cast.ines, points, at=clock.now())
            await happens(cast.ines)
    assert await outcomes(made) == {"Ines": ["waiting", "waiting"]}


async def test_those_who_are_there_already_are_taken_in_only_when_ticked(cast: Cast) -> None:
    await factories.order(cast.rex, cast.web.id, 500, at=NOON - 90 * DAY)
    await refresh(1)
    made = await drafted(cast.mara, "win_back")
    assert await already.count(1, made) == 1
    assert await outcomes(await switched_on(cast, "win_back", key="b")) == {}
    assert await outcomes(await switched_on(cast, "win_back", key="c", also_now=True)) == {"Rex": ["waiting"]}
    assert await already.count(1, await drafted(cast.mara, "birthday", key="d")) is None


async def test_it_begins_for_many_lot_after_lot_whatever_dies_between_and_once_for_each(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await factories.customer(1, f"P{number}") for number in range(7)]
    loyals = await segment("Loyals", *people)
    monkeypatch.setattr(already, "LOT", 3)
    note, noted = triggers.note, 0

    async def dies(*args: Any) -> int:
        nonlocal noted
        noted += 1
        await note(*args)
        if noted == 2:
            raise asyncio.CancelledError
        return 0

    monkeypatch.setattr(triggers, "note", dies)
    made = await switched_on(cast, "vips", segment=loyals.uid, also_now=True, delay=DAY)
    first = len(await outcomes(made))
    with pytest.raises(asyncio.CancelledError):
        while await already.go_on(1, made.id):
            pass
    assert len(await outcomes(made)) == first < 7
    while await already.go_on(1, made.id):
        pass
    assert await outcomes(made) == {f"P{number}": ["waiting"] for number in range(7)}
    assert (await stored.get(1, made.id)).looked_to is None
    assert not await already.go_on(1, made.id)


async def test_a_pause_amid_the_lots_ends_them_unless_they_are_ticked_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await factories.customer(1, f"P{number}") for number in range(4)]
    monkeypatch.setattr(already, "LOT", 2)
    loyals = await segment("Loyals", *people)
    made = await switched_on(cast, "vips", segment=loyals.uid, also_now=True, delay=DAY)
    first = len(await outcomes(made))
    assert first < 4
    for ticked, begun in ((False, first), (True, 4)):
        paused = (await switching.pause(1, made.uid, by=cast.mara)).automation
        await switching.switch_on(1, made.uid, version=paused.version, by=cast.mara, also_now=ticked)
        while await already.go_on(1, made.id):
            pass
        assert len(await outcomes(made)) == begun
