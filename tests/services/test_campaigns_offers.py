"""What a campaign gives ends where it should, once a person, and the holdout has none of it. PRODUCT M1, E4, I3."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from json import dumps

import pytest

from db.engine import is_sqlite, loads, rows, run, value
from db.enums import OfferKind
from db.migrations import m0036_campaign_code_ends as migration
from loyalty import clock, programmes
from loyalty.campaigns import audience, checking, codes, editing, promises, scheduling, stored
from loyalty.campaigns.stored import Campaign, Message
from loyalty.errors import Invalid
from loyalty.mail import transport
from loyalty.merging.merging import merge
from loyalty.rewards import cuts, undoing
from loyalty.rewards.offers import offers
from loyalty.rewards.redeeming import redeem
from loyalty.rewards.removing import remove
from loyalty.rules import days
from loyalty.rules.campaigns.codes import read
from loyalty.rules.campaigns.offers import Offer
from loyalty.rules.campaigns.timing import Cap
from loyalty.undo import undo
from tests import factories
from tests.campaigning import NOON, Plan, agree, drafted, places, scheduled, segment, sent, work
from tests.cast import Cast, assert_books_balance, undo_last
from tests.factories import Made, Person
from tests.mailbox import Mailbox, mailbox

__all__ = ["mailbox"]

DAY = timedelta(days=1)
YOURS = Message("Yours", "", "Say {{ code }}.")


@pytest.fixture(autouse=True)
async def fresh(cast: Cast) -> AsyncIterator[None]:
    transport.server.forgive()
    with clock.at(NOON):
        yield
    transport.server.forgive()


async def crowd(size: int) -> tuple[list[Person], str]:
    """People who agreed, and the public id of their segment."""
    people = [await factories.customer(1, f"M{number}", points=1_000) for number in range(size)]
    await agree(*people)
    return people, (await segment("Crowd", *people)).uid


async def held_back(campaign: Campaign) -> set[int]:
    found = await rows(
        "SELECT customer_id FROM campaign_recipients WHERE programme_id = 1 AND campaign_id = {} AND arm = 'control'",
        campaign.id,
    )
    return {row["customer_id"] for row in found}


async def cut_by(cast: Cast, mug: Made, uid: str, *, key: str = "k", held_out: int = 0) -> Campaign:
    offer = Offer(kind=OfferKind.PRICE_CUT, reward=mug.uid, percent=30, days=7)
    plan = Plan(segments=(uid,), offer=offer, held_out=held_out, cap=Cap(messages=9))
    return await sent(cast, plan, key=key)


async def test_a_price_cut_is_shown_paid_and_kept_by_those_who_got_it_alone(
    cast: Cast, mailbox: Mailbox
) -> None:
    mug = await factories.reward(1, "A mug")
    people, uid = await crowd(30)
    made = await cut_by(cast, mug, uid, held_out=5_000)
    held = await held_back(made)
    assert 0 < len(held) < 30
    with clock.at(NOON + timedelta(hours=1)):
        for person in people:
            (seen,) = await offers(1, person.id)
            assert (seen.price, seen.was) == ((500, None) if person.id in held else (350, 500))
        treated = next(person for person in people if person.id not in held)
        (seen,) = await offers(1, treated.id)
        assert seen.ends is not None
        assert timedelta(days=6) < seen.ends - NOON < timedelta(days=7)
        got = await redeem(1, treated.id, mug.id, by=cast.theo, key="r", shown=350)
        assert got.available == 650
        kept = loads(
            await value("SELECT price FROM issued_rewards WHERE programme_id = 1 AND uid = {}", got.uid)
        )
        cut = await value(
            "SELECT uid FROM price_cuts WHERE programme_id = 1 AND customer_id = {}", treated.id
        )
        assert (kept["cut"], kept["list_points"], kept["points"]) == (cut, 500, 350)
        await remove(1, got.uid, return_points=True, by=cast.mara, reason="", key="x")
        assert await factories.balance(treated) == 1_000
    with clock.at(NOON + 8 * DAY):
        assert [offer.was for offer in await offers(1, treated.id)] == [None]
    await assert_books_balance()


async def test_one_persons_price_cut_goes_over_in_a_merge_and_can_be_ended(
    cast: Cast, mailbox: Mailbox
) -> None:
    mug = await factories.reward(1, "A mug")
    (one,), uid = await crowd(1)
    await cut_by(cast, mug, uid)
    assert await undo_last(cast, undoing.undo) == "The price cut has been ended"
    assert [offer.was for offer in await offers(1, one.id)] == [None]
    await cut_by(cast, mug, uid, key="again")
    twin = await factories.customer(1, "M0 again", email="m0@work.example")
    with clock.at(NOON + DAY):
        merged = await merge(1, twin.uid, one.uid, by=cast.mara, key="m")
        assert [offer.price for offer in await offers(1, twin.id)] == [350]
        await undo(1, merged.action.uid, by=cast.mara)
        assert [offer.price for offer in await offers(1, one.id)] == [350]
    assert [offer.was for offer in await offers(1, cast.ines.id)] == [None]
    assert (await cuts.of(1, mug.id), await cuts.live(1, NOON)) == ((), {})


async def test_points_for_an_order_and_several_uses_of_a_multiplier_are_promised_with_the_mail(
    cast: Cast, mailbox: Mailbox
) -> None:
    people, uid = await crowd(30)
    bonus = Offer(kind=OfferKind.NTH_ORDER, nth=2, points=100, days=30)
    made = await sent(cast, Plan(segments=(uid,), offer=bonus, held_out=5_000))
    got = await rows("SELECT customer_id, nth, points FROM order_bonuses WHERE programme_id = 1")
    ids = {person.id for person in people}
    assert {row["customer_id"] for row in got} == ids - await held_back(made)
    assert {(row["nth"], row["points"]) for row in got} == {(2, 100)}
    double = Offer(kind=OfferKind.MULTIPLIER, percent=200, uses=3, days=7)
    await sent(cast, Plan(segments=(uid,), offer=double, cap=Cap(messages=9)), key="m")
    assert await value("SELECT count(*) FROM multipliers WHERE programme_id = 1") == 3 * len(people)


async def coded(cast: Cast, uid: str, brought: str, *, key: str = "k", held_out: int = 0) -> Campaign:
    made = await drafted(Plan(segments=(uid,), message=YOURS, held_out=held_out), cast.mara, key=key)
    code = Offer(kind=OfferKind.CODE, days=14)
    await editing.offer(1, made.uid, code, brought=read(brought), version=made.version, by=cast.mara)
    return await stored.find(1, made.uid)


async def goes(cast: Cast, made: Campaign) -> None:
    await scheduling.schedule(1, made.uid, None, version=made.version, by=cast.mara)
    await work()


async def test_everybody_gets_a_code_of_their_own_and_what_is_left_is_told(
    cast: Cast, mailbox: Mailbox
) -> None:
    people, uid = await crowd(6)
    made = await coded(cast, uid, "\n".join(f"SPRING-{number}" for number in range(7)), held_out=3_000)
    await goes(cast, made)
    held = await held_back(made)
    given = await rows(
        "SELECT code, customer_id FROM campaign_codes WHERE programme_id = 1 AND given_at IS NOT NULL"
    )
    assert {row["customer_id"] for row in given} == {person.id for person in people} - held
    letters = [str(mail.get_body(("plain",))) for mail in mailbox.mails]
    assert all(sum(row["code"] in letter for letter in letters) == 1 for row in given)
    assert (await codes.pool(1, made.id)).left == 7 - len(given)
    trail = await rows("SELECT sentence, before, after FROM actions WHERE programme_id = 1")
    assert "SPRING" not in str(trail)
    assert "SPRING" not in str(await rows("SELECT payload FROM outbox WHERE programme_id = 1"))
    await assert_books_balance()


async def test_a_member_sees_a_code_to_the_last_day_the_shop_takes_it(cast: Cast, mailbox: Mailbox) -> None:
    (anna,), uid = await crowd(1)
    await goes(cast, await coded(cast, uid, "SPRING-1"))
    zone = days.zone((await programmes.get(1)).time_zone)
    last = days.local_day(NOON, zone) + 13 * DAY
    with clock.at(days.day_end(last, zone) - timedelta(minutes=1)):
        (code,) = await promises.usable(1, anna.id)
        assert (code.code, code.until) == ("SPRING-1", days.day_end(last, zone))
        assert [each.state for each in await promises.given(1, anna.id)] == [promises.State.GIVEN]
    with clock.at(days.day_end(last, zone)):
        assert await promises.usable(1, anna.id) == ()
        assert [each.state for each in await promises.given(1, anna.id)] == [promises.State.OVER]


async def test_codes_from_before_their_days_were_asked_keep_the_ninety_they_were_shown(
    cast: Cast, mailbox: Mailbox
) -> None:
    (anna,), uid = await crowd(1)
    made = await coded(cast, uid, "SPRING-1")
    await goes(cast, made)
    await run("UPDATE campaign_codes SET valid_until = NULL WHERE programme_id = {}", 1)
    await run("UPDATE campaigns SET offer = {} WHERE programme_id = {}", dumps({"kind": "code"}), 1)
    for step in (await migration.forwards()).steps:
        if step.text.startswith("UPDATE") and step.only == ("sqlite" if is_sqlite() else "postgres"):
            await run(step.text)
    (code,) = await promises.usable(1, anna.id)
    (given,) = await promises.given(1, anna.id)
    assert code.until - given.given == 90 * DAY
    assert (await stored.find(1, made.uid)).offer == Offer(kind=OfferKind.CODE, days=90)


async def test_too_few_codes_are_refused_before_anything_is_sent(cast: Cast, mailbox: Mailbox) -> None:
    _, uid = await crowd(4)
    made = await coded(cast, uid, "A\nB\na\n")
    with pytest.raises(Invalid, match="There are 2 codes for 4 people. Bring 2 more"):
        await goes(cast, made)
    # With a holdout, as many are needed as are really drawn.
    made = (
        await editing.pace(1, made.uid, made.quiet, made.cap, 5_000, version=made.version, by=cast.mara)
    ).campaign
    treated = await audience.treated(1, made)
    assert bool(await checking.enough_codes(1, made, 4)) == (treated > 2)
    with pytest.raises(Invalid, match="2 codes are in another campaign already"):
        await coded(cast, uid, "b\na\nc", key="other")
    with pytest.raises(Invalid, match="Paste the codes"):
        await coded(cast, uid, "", key="none")
    await scheduling.cancel(1, made.uid, by=cast.mara)
    other = await coded(cast, uid, "B\nA\nC", key="third")
    assert (await codes.pool(1, other.id)).left == 3
    anew = Offer(kind=OfferKind.CODE, days=14)
    await editing.offer(1, other.uid, anew, brought=("X",), anew=True, version=other.version, by=cast.mara)
    assert (await codes.pool(1, other.id)).left == 1


async def test_whoever_a_gift_cant_be_given_to_any_more_is_left_out_and_gets_no_mail(
    cast: Cast, mailbox: Mailbox
) -> None:
    _, uid = await crowd(2)
    mug = await factories.reward(1, "A mug")
    cut = Offer(kind=OfferKind.PRICE_CUT, reward=mug.uid, percent=30, days=7)
    late = await scheduled(cast, Plan(segments=(uid,), offer=cut), key="late")
    await run("UPDATE rewards SET status = 'archived' WHERE programme_id = 1")
    made = await coded(cast, uid, "A\nB")
    await scheduling.schedule(1, made.uid, None, version=made.version, by=cast.mara)
    await run("DELETE FROM campaign_codes WHERE programme_id = 1 AND code = 'B'")
    await work()
    assert sorted((await places(made)).values()) == ["delivered", "offer"]
    assert len(mailbox.mails) == 1
    assert set((await places(late)).values()) == {"offer"}


async def test_a_reward_that_is_gone_or_costs_no_points_is_refused(cast: Cast) -> None:
    made = await drafted(Plan(everybody=True), cast.mara)
    gone = await factories.reward(1, "Gone", status="archived")
    free = await factories.reward(1, "Gift", redeemable=False)
    cut = Offer(kind=OfferKind.PRICE_CUT, percent=30, days=7)
    for reward, sentence in (
        (gone, "isn’t offered any more. Choose"), (free, "can’t be had for points, so it can’t get cheaper. Choose")
    ):  # fmt: skip
        with pytest.raises(Invalid, match=sentence) as refused:
            await editing.offer(
                1, made.uid, replace(cut, reward=reward.uid), version=made.version, by=cast.mara
            )
        assert refused.value.field == "reward"
