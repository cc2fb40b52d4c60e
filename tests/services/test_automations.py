"""Something happens to somebody, and the message goes to them: once, later, or not at all. PRODUCT M5."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from db.engine import rows, run, value
from db.enums import Arm, AutomationState, Exit
from db.ids import new_id
from loyalty import clock
from loyalty.automations import entering, listing, stored, switching
from loyalty.automations.undoing import undo
from loyalty.campaigns import editing, measuring, overview, reporting
from loyalty.campaigns import stored as campaigns
from loyalty.campaigns.stored import Message
from loyalty.errors import AlreadyDone
from loyalty.mail import transport
from loyalty.rules.campaigns.timing import Cap
from loyalty.segments.refreshing import refresh
from tests import factories
from tests.automating import DAY, drafted, happens, newcomer, nights, outcomes, switched_on, work
from tests.campaigning import NOON, Plan, agree, segment, sent
from tests.cast import Cast, assert_books_balance, undo_last
from tests.mailbox import Mailbox, mailbox
from tests.rows import insert

__all__ = ["mailbox"]

NIGHT = NOON + timedelta(hours=14)
"""Two in the morning in Berlin, the night after."""


@pytest.fixture(autouse=True)
async def fresh(cast: Cast) -> AsyncIterator[None]:
    transport.server.forgive()
    with clock.at(NOON):
        yield
    transport.server.forgive()


async def test_who_stays_in_a_segment_for_two_nights_gets_one_message_a_day_later(
    cast: Cast, mailbox: Mailbox
) -> None:
    await nights(NIGHT - 2 * DAY, 1)
    made = await switched_on(cast, "new_enthusiasts", delay=DAY)
    with clock.at(NOON + timedelta(hours=1)):
        lou = await newcomer("Lou")
    second = await nights(NIGHT - DAY, 2)
    assert await outcomes(made) == {"Lou": ["waiting"]}
    await work(second)
    assert (await outcomes(made), mailbox.mails) == ({"Lou": ["waiting"]}, [])
    await work(second + DAY)
    assert await outcomes(made) == {"Lou": ["waiting"]}  # a place, and quiet hours
    assert await value("SELECT count(*) FROM campaign_recipients WHERE programme_id = 1") == 1
    await work(second + DAY + timedelta(hours=9))
    assert await outcomes(made) == {"Lou": ["delivered"]}
    assert [str(mail["To"]) for mail in mailbox.mails] == [lou.email]
    assert await factories.balance(lou) == 25
    await nights(second, 4)
    await work(second + 6 * DAY)
    assert len(mailbox.mails) == 1
    assert await rows("SELECT 1 FROM campaigns WHERE programme_id = 1 AND state = 'sent'") == []
    await assert_books_balance()


async def test_what_somebody_did_since_keeps_it_from_them_up_to_the_moment_of_sending(
    cast: Cast, mailbox: Mailbox
) -> None:
    people = [await factories.customer(1, name) for name in ("Ann", "Bo", "Cy", "Di", "Ed", "Fay")]
    ann, bo, cy, di, ed, fay = people
    await agree(*people)
    loyals, fays = await segment("Loyals", *people), await segment("Fays", fay)
    terms = {"segment": loyals.uid, "without": (fays.uid,), "delay": DAY, "exits": frozenset(Exit)}
    made = await switched_on(cast, "vips", also_now=True, **terms)
    with clock.at(NOON + timedelta(hours=1)):
        await factories.order(ann, cast.web.id, 500, at=clock.now())
        await factories.review(bo)
        await run("UPDATE reviews SET id = {} WHERE programme_id = 1", new_id(clock.now()))
        who = {"programme_id": 1, "segment_id": loyals.id, "customer_id": cy.id, "since": NOON}
        left = {"entered": False, "cause": "by_hand", "settled": True, "at": clock.now(), "facts": {}}
        await insert("segment_moves", id=new_id(clock.now()), **who, **left)
        await run("DELETE FROM segment_members WHERE programme_id = 1 AND customer_id = {}", cy.id)
        await agree(di, yes=False)
    late = NOON + DAY + timedelta(hours=10)  # nine in the evening
    with clock.at(late):
        await entering.enter(1, made.id)
    assert await outcomes(made) == {
        "Ann": ["ordered"], "Bo": ["reviewed"], "Cy": ["out_of_segment"], "Di": ["not_asked"], "Ed": ["waiting"],
        "Fay": ["excluded"],
    }  # fmt: skip
    await factories.order(ed, cast.web.id, 500, at=late + timedelta(hours=1))
    await work(late + timedelta(hours=12))
    assert (await outcomes(made))["Ed"] == ["ordered"]
    assert mailbox.mails == []


async def test_somebody_is_drawn_alike_each_time_and_gets_a_place_in_the_next_campaign(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await factories.customer(1, f"P{number}") for number in range(30)]
    await agree(*people)
    made = await switched_on(cast, "review_request", delay=timedelta(0), pause_days=1, held_out=5000)
    for day in (0, 3):
        at = NOON + day * DAY + timedelta(minutes=1)
        with clock.at(at):
            for person in people:
                await factories.order(person, cast.web.id, 500, at=at)
            await happens(*people)
        await work(at + timedelta(minutes=1))
    told = await outcomes(made)
    assert all(len(runs) == 2 and runs[0] == runs[1] for runs in told.values())
    assert {runs[0] for runs in told.values()} == {"held", "delivered"}
    editions = await rows(
        "SELECT id, seed, state FROM campaigns WHERE programme_id = 1 AND state <> 'draft' ORDER BY id"
    )
    assert [row["state"] for row in editions] == ["sending", "sending"]
    assert len({row["seed"] for row in editions}) == 1
    treated = sum(runs == ["delivered"] * 2 for runs in told.values())
    assert len(mailbox.mails) == treated * 2
    for only in ("held", "delivered"):
        pages = []
        for rare in (listing.RARE, 0):
            monkeypatch.setattr(listing, "RARE", rare)
            first = (await listing.progress(1, made.uid, only)).people
            rest = (await listing.progress(1, made.uid, only, first.next)).people if first.next else None
            pages.append((first, rest))
        assert pages[0] == pages[1]
    # From everybody's own moment: what began the second run was an order after the first.
    with clock.at(NOON + 20 * DAY):
        found = await reporting.report(1, made.campaign_uid)
        assert found is not None
        arms = {each.arm: (each.assigned, each.ordered, each.orders) for each in found.result.arms}
        assert arms == {
            Arm.TREATMENT: (2 * treated, treated, treated),
            Arm.CONTROL: (2 * (30 - treated), 30 - treated, 30 - treated),
        }
        await measuring.keep_all(1)
        assert (await measuring.kept(1, [made.campaign_id]))[made.campaign_id][0] == found.result
        together = await overview.overview(1)
        assert [(line.name, line.result) for line in together.lines.items] == [(made.name, found.result)]
    await assert_books_balance()


async def test_paused_it_is_changed_and_switched_on_it_says_the_new_to_those_who_wait(
    cast: Cast, mailbox: Mailbox
) -> None:
    await agree(cast.ines, cast.rex)
    await refresh(1)
    loyals = await segment("Loyals", cast.ines)
    made = await switched_on(cast, "vips", segment=loyals.uid, delay=DAY, also_now=True)
    draft = await campaigns.get(1, made.campaign_id)
    with pytest.raises(AlreadyDone, match="Pause it"):
        await editing.say(
            1, draft.uid, Message("Anew", "", "Hi"), draft.topic, version=draft.version, by=cast.mara
        )
    await switching.pause(1, made.uid, by=cast.mara)
    await work(NOON + DAY + timedelta(minutes=1))
    assert await outcomes(made) == {"Ines": ["waiting"]}
    await editing.say(
        1, draft.uid, Message("Anew", "", "Hi"), draft.topic, version=draft.version, by=cast.mara
    )
    paused = await stored.get(1, made.id)
    with clock.at(NOON + 2 * DAY):
        await switching.switch_on(1, made.uid, version=paused.version, by=cast.mara)
    await work(NOON + 2 * DAY + timedelta(minutes=1))
    assert (await outcomes(made), mailbox.last["Subject"]) == ({"Ines": ["delivered"]}, "Anew")
    assert "paused" in await undo_last(cast, undo)
    assert "switched on" in (await _on_again(cast, made.uid))
    await switching.archive(1, made.uid, by=cast.mara)
    assert "is back" in await undo_last(cast, undo)
    assert (await stored.get(1, made.id)).state is AutomationState.PAUSED


async def _on_again(cast: Cast, uid: str) -> str:
    found = await stored.find(1, uid)
    return (await switching.switch_on(1, uid, version=found.version, by=cast.mara)).sentence


async def test_campaigns_and_automations_share_the_cap(cast: Cast, mailbox: Mailbox) -> None:
    await agree(cast.ines)
    loyals = await segment("Loyals", cast.ines)
    await sent(cast, Plan(segments=(loyals.uid,)))
    with clock.at(NOON + timedelta(hours=1)):
        made = await drafted(cast.mara, "vips", segment=loyals.uid)
        draft = await campaigns.get(1, made.campaign_id)
        await editing.pace(1, draft.uid, draft.quiet, Cap(1, 7), 0, version=draft.version, by=cast.mara)
        await switching.switch_on(1, made.uid, version=made.version, by=cast.mara, also_now=True)
    await work(NOON + timedelta(hours=1, minutes=1))
    assert await outcomes(made) == {"Ines": ["capped"]}


async def test_a_worker_that_dies_while_giving_places_loses_nobody_and_gives_nobody_two(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await factories.customer(1, f"P{number}") for number in range(7)]
    await agree(*people)
    loyals = await segment("Loyals", *people)
    made = await switched_on(cast, "vips", segment=loyals.uid, also_now=True)
    monkeypatch.setattr(entering, "CHUNK", 3)
    seat, seats = entering._seat, 0

    async def dies(*args: Any) -> None:
        nonlocal seats
        seats += 1
        await seat(*args)
        if seats == 2:
            raise asyncio.CancelledError

    with monkeypatch.context() as patch, clock.at(NOON + timedelta(minutes=1)):
        patch.setattr(entering, "_seat", dies)
        with pytest.raises(asyncio.CancelledError):
            await entering.enter(1, made.id)
    assert sorted(len(runs) for runs in (await outcomes(made)).values()) == [1] * 7
    assert await value("SELECT count(*) FROM campaign_recipients WHERE programme_id = 1") == 3
    await work(NOON + timedelta(minutes=2))
    assert set(map(tuple, (await outcomes(made)).values())) == {("delivered",)}
    assert sorted(str(mail["To"]) for mail in mailbox.mails) == sorted(
        person.email or "" for person in people
    )
