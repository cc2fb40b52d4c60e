"""A campaign on its way to the mailbox: once, to those who want it, whatever dies. PRODUCT M5."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from db.engine import rows, run, value
from db.enums import Arm, CampaignState, MailKind, OfferKind
from loyalty import clock
from loyalty.campaigns import clicks, gathering, scheduling, sending, settling, stored
from loyalty.campaigns.stored import Message
from loyalty.campaigns.undoing import undo
from loyalty.customers.privacy import erase
from loyalty.errors import AlreadyDone, NotFound
from loyalty.ledger.verifying import verify
from loyalty.mail import suppressing, transport
from loyalty.rules.campaigns.arms import Shares, arm
from loyalty.rules.campaigns.offers import Offer
from loyalty.rules.campaigns.timing import Cap
from tests import factories
from tests.campaigning import NOON, Plan, agree, drafted, places, scheduled, segment, sent, work
from tests.cast import Cast, undo_last
from tests.factories import Person
from tests.mailbox import Mailbox, mailbox
from tests.rows import insert

__all__ = ["mailbox"]

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def fresh(cast: Cast) -> AsyncIterator[None]:
    transport.server.forgive()
    with clock.at(NOON):
        yield
    transport.server.forgive()


async def test_everybody_who_agreed_gets_one_with_their_own_words(cast: Cast, mailbox: Mailbox) -> None:
    await agree(cast.ines, cast.rex)
    await factories.give(cast.ines, 120)
    loyals = await segment("Loyals", cast.ines, cast.olu, cast.pia)
    made = await sent(cast, Plan(segments=(loyals.uid,), offer=Offer(kind=OfferKind.POINTS, points=50)))
    assert made.state is CampaignState.SENT
    assert await places(made) == {"Ines": "delivered", "Olu": "guest", "Pia": "left"}
    assert [str(mail["To"]) for mail in mailbox.mails] == ["ines@example.org"]
    assert mailbox.last["Subject"] == "Ines, we miss you"
    assert "Hi Ines, you have 170 points." in mailbox.text()
    assert "<strong>Ines</strong>" in mailbox.text("html")
    assert mailbox.last["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "http://shop.example/unsubscribe/" in mailbox.text()
    assert await factories.balance(cast.ines) == 170
    token = mailbox.text().split("http://shop.example/c/")[1].split(")")[0]
    assert (await clicks.follow(token)).target == "https://shop.example/bread"
    await clicks.follow(token, counts=False)
    assert await value("SELECT count(*) FROM campaign_clicks WHERE programme_id = 1") == 1
    with pytest.raises(NotFound):
        await clicks.follow(token[:-2] + "xx")
    await work(NOON + DAY)
    assert len(mailbox.mails) == 1


async def test_each_offer_is_given_once_with_the_mail(cast: Cast, mailbox: Mailbox) -> None:
    await agree(cast.ines)
    loyals = await segment("Loyals", cast.ines)
    mug = await factories.reward(1, "A mug")
    plan = Plan(segments=(loyals.uid,), cap=Cap(messages=9))
    gift = Offer(kind=OfferKind.REWARD, reward=mug.uid)
    await sent(cast, replace(plan, offer=gift, message=Message("Yours", "", "Say {{ code }}.")), key="r")
    issued = await rows("SELECT code, source, status FROM issued_rewards WHERE programme_id = 1")
    assert [(row["source"], row["status"]) for row in issued] == [("campaign", "outstanding")]
    assert f"Say {issued[0]['code']}." in mailbox.text()
    double = Offer(kind=OfferKind.MULTIPLIER, percent=200, categories=("Bread",), days=7)
    await sent(cast, replace(plan, offer=double), key="m")
    found = await rows("SELECT percent, source, valid_until FROM multipliers WHERE programme_id = 1")
    assert [(row["percent"], row["source"]) for row in found] == [(200, "campaign")]
    assert found[0]["valid_until"] - NOON < 7 * DAY


async def test_the_holdout_gets_nothing_and_is_the_same_whenever_it_is_drawn(
    cast: Cast, mailbox: Mailbox
) -> None:
    crowd = [await factories.customer(1, f"M{number}") for number in range(40)]
    await agree(*crowd)
    everybody = await segment("Crowd", *crowd)
    made = await scheduled(cast, Plan(segments=(everybody.uid,), held_out=5_000))
    await work()
    drawn = await rows(
        "SELECT customer_id, arm, state, mail_id FROM campaign_recipients WHERE programme_id = 1"
    )
    shares = Shares(5_000)
    assert all(row["arm"] == arm(made.seed, row["customer_id"], shares) for row in drawn)
    held = [row for row in drawn if row["arm"] == Arm.CONTROL]
    assert 0 < len(held) < 40
    assert {(row["state"], row["mail_id"]) for row in held} == {("held", None)}
    assert len(mailbox.mails) == 40 - len(held)
    assert await verify() == []
    with pytest.raises(Exception, match="campaign_recipients|CHECK"):
        await run(
            "UPDATE campaign_recipients SET state = 'waiting' WHERE programme_id = 1 AND customer_id = {}",
            held[0]["customer_id"],
        )


async def test_reasons_are_asked_again_at_the_moment_of_sending(cast: Cast, mailbox: Mailbox) -> None:
    people = [await factories.customer(1, name) for name in ("Ada", "Bea", "Cem", "Dan", "Eve")]
    await agree(*people)
    everybody = await segment("All", *people)
    plan = Plan(segments=(everybody.uid,), cap=Cap(messages=1, days=7))
    made = await scheduled(cast, plan)
    with clock.at(NOON + timedelta(minutes=2)):
        begun = await sending._begun(1, made.id)
        assert begun is not None
        while await gathering.gather(1, made.id):
            pass
        ada, bea, cem, dan, eve = people
        await agree(ada, yes=False)
        await erase(1, bea.id, reason="Asked for it")
        await _bounce(cem)
        await _got_another(dan, cast)
    await work()
    became = await places(made)
    assert became == {
        "Ada": "not_asked", "": "gone", "Cem": "bounced", "Dan": "capped", "Eve": "delivered"
    }  # fmt: skip
    assert [str(mail["To"]) for mail in mailbox.mails] == [eve.email]


async def _bounce(person: Person) -> None:
    await suppressing.suppress(1, person.email or "", "550 No such user")


async def _got_another(person: Person, cast: Cast) -> None:
    other = await drafted(Plan(everybody=True), cast.mara, key="other")
    await insert(
        "campaign_recipients", programme_id=1, campaign_id=other.id, customer_id=person.id, arm="treatment",
        state="delivered", posted_at=NOON, delivered_at=NOON,
    )  # fmt: skip


async def test_who_unsubscribes_while_a_mail_waits_in_the_outbox_gets_none(
    cast: Cast, mailbox: Mailbox
) -> None:
    await agree(cast.ines)
    loyals = await segment("Loyals", cast.ines)
    mailbox.rcpt = "450 Later"
    made = await scheduled(cast, Plan(segments=(loyals.uid,)))
    await work()
    assert await places(made) == {"Ines": "posted"}
    await agree(cast.ines, yes=False)
    mailbox.rcpt = "250 OK"
    await work(NOON + timedelta(hours=1))
    assert (await places(made), mailbox.mails) == ({"Ines": "not_asked"}, [])


async def test_nobody_is_woken_a_mail_that_was_late_goes_out_in_the_morning(
    cast: Cast, mailbox: Mailbox
) -> None:
    await agree(cast.ines)
    loyals = await segment("Loyals", cast.ines)
    late = NOON.replace(hour=19, minute=30)
    gift = Offer(kind=OfferKind.POINTS, points=10)
    mailbox.rcpt = "450 Later"
    made = await scheduled(cast, Plan(segments=(loyals.uid,), offer=gift), at=late)
    await work(late)
    mailbox.rcpt = "250 OK"
    await work(late + timedelta(hours=2))
    assert (await places(made), mailbox.mails) == ({"Ines": "waiting"}, [])
    await work(late + timedelta(hours=12))
    assert (await places(made), len(mailbox.mails)) == ({"Ines": "delivered"}, 1)
    assert await factories.balance(cast.ines) == 10


async def test_a_pause_calls_back_what_no_server_has_and_resuming_sends_it_once(
    cast: Cast, mailbox: Mailbox
) -> None:
    await agree(cast.ines, cast.rex)
    loyals = await segment("Loyals", cast.ines, cast.rex)
    mailbox.rcpt = "450 Later"
    made = await scheduled(cast, Plan(segments=(loyals.uid,)))
    await work()
    await scheduling.pause(1, made.uid, by=cast.mara)
    mailbox.rcpt = "250 OK"
    await work(NOON + timedelta(hours=1))
    assert (await places(made), mailbox.mails) == ({"Ines": "waiting", "Rex": "waiting"}, [])
    assert "goes on" in await undo_last(cast, undo)
    await work(NOON + timedelta(hours=2))
    assert await places(made) == {"Ines": "delivered", "Rex": "delivered"}
    assert len(mailbox.mails) == 2
    with pytest.raises(AlreadyDone, match="has been sent"):
        await scheduling.cancel(1, made.uid, by=cast.mara)


async def test_a_cancelled_campaign_is_sent_to_nobody_more(cast: Cast, mailbox: Mailbox) -> None:
    await agree(cast.ines, cast.rex)
    loyals = await segment("Loyals", cast.ines, cast.rex)
    made = await scheduled(cast, Plan(segments=(loyals.uid,)))
    await scheduling.cancel(1, made.uid, by=cast.mara)
    await work()
    assert mailbox.mails == []
    assert "draft again" in await undo_last(cast, undo)
    mailbox.rcpt = "450 Later"
    other = await scheduled(cast, Plan(segments=(loyals.uid,)), key="other")
    await work()
    await scheduling.cancel(1, other.uid, by=cast.mara)
    mailbox.rcpt = "250 OK"
    await work(NOON + timedelta(hours=1))
    assert (await places(other), mailbox.mails) == ({"Ines": "cancelled", "Rex": "cancelled"}, [])


async def test_a_worker_that_dies_half_way_forgets_nobody_and_writes_to_nobody_twice(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await factories.customer(1, f"M{number}") for number in range(7)]
    await agree(*people)
    everybody = await segment("All", *people)
    made = await scheduled(cast, Plan(segments=(everybody.uid,)))
    monkeypatch.setattr(sending, "CHUNK", 3)
    posted, post = 0, sending._post

    async def dies(*args: Any) -> None:
        nonlocal posted
        posted += 1
        if posted == 5:
            raise asyncio.CancelledError
        await post(*args)

    with monkeypatch.context() as patch, clock.at(NOON + timedelta(minutes=2)):
        patch.setattr(sending, "_post", dies)
        with pytest.raises(asyncio.CancelledError):
            await sending.work(1, made.id)
        assert sorted((await places(made)).values()) == ["posted"] * 3 + ["waiting"] * 4
    await work()
    assert set((await places(made)).values()) == {"delivered"}
    assert sorted(str(mail["To"]) for mail in mailbox.mails) == sorted(
        person.email or "" for person in people
    )


async def test_a_refused_and_an_unknown_mail_are_told_and_not_sent_again(
    cast: Cast, mailbox: Mailbox
) -> None:
    await agree(cast.ines, cast.rex)
    one, other = await segment("One", cast.ines), await segment("Other", cast.rex)
    mailbox.data = "554 Looks like spam"
    refused = await sent(cast, Plan(segments=(one.uid,)), key="a")
    mailbox.data, mailbox.drops = "250 OK", True
    unknown = await sent(cast, Plan(segments=(other.uid,)), key="b")
    assert (await places(refused), await places(unknown)) == ({"Ines": "failed"}, {"Rex": "failed"})
    assert (refused.state, unknown.state) == (CampaignState.SENT, CampaignState.SENT)
    notes = [row["note"] for row in await rows("SELECT note FROM campaign_recipients WHERE programme_id = 1")]
    assert any("554" in note for note in notes)
    kinds = [row["kind"] for row in await rows("SELECT kind FROM mails WHERE programme_id = 1")]
    assert kinds == [MailKind.CAMPAIGN] * 2


async def test_a_mail_taken_while_its_campaign_is_settled_is_told_at_the_next_look(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agree(cast.ines)
    mailbox.rcpt = "450 Later"
    made = await scheduled(cast, Plan(segments=((await segment("Loyals", cast.ines)).uid,)))
    await work()

    async def taken_meanwhile(*args: Any) -> Any:
        await run("UPDATE mails SET state = 'sent', ended_at = {} WHERE programme_id = 1", clock.now())
        return await rows(*args)

    with monkeypatch.context() as patch:
        patch.setattr(settling, "rows", taken_meanwhile)
        await settling.settle(1, made.id)
    assert await places(made) == {"Ines": "posted"}
    await settling.settle(1, made.id)
    assert await places(made) == {"Ines": "delivered"}


async def test_a_job_that_died_pauses_its_campaign_and_says_why(cast: Cast) -> None:
    await agree(cast.ines)
    made = await scheduled(cast, Plan(segments=((await segment("Loyals", cast.ines)).uid,)))
    with clock.at(NOON + timedelta(minutes=2)):
        await sending._begun(1, made.id)
        await sending.stopped(1, made.id, "The disk is full")
    found = await stored.find(1, made.uid)
    assert (found.state, "The disk is full" in found.note) == (CampaignState.PAUSED, True)
