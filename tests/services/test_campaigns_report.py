"""What a campaign did: the report equals what anybody can count from the raw tables. PRODUCT M4."""

from dataclasses import replace
from datetime import timedelta
from itertools import count, product
from typing import Any

import pytest

from db.engine import rows, run
from db.enums import Arm, LeftOut, OfferKind, OrderStatus, RecipientState
from db.paging import encode
from loyalty import clock
from loyalty.campaigns import measuring, recipients, reporting, stored
from loyalty.campaigns.recipients import EVERYBODY, Chosen
from loyalty.campaigns.reporting import Report
from loyalty.campaigns.stored import Message
from loyalty.rules.campaigns.intervals import difference
from loyalty.rules.campaigns.offers import Offer
from loyalty.rules.campaigns.results import Given
from tests import factories
from tests.campaigning import NOON, Plan, agree, arrive, scheduled, segment
from tests.cast import Cast
from tests.factories import Person
from tests.ledger.shop import Shop
from tests.mailbox import Mailbox, mailbox
from web import campaign_results

__all__ = ["mailbox"]

DAY = timedelta(days=1)


async def held_and_treated(cast: Cast, **more: Any) -> tuple[str, dict[int, Person], dict[str, list[int]]]:
    """A campaign of forty, half of them held back; who is who, and who is in which arm."""
    crowd = [await factories.customer(1, f"M{number}") for number in range(40)]
    await agree(*crowd)
    plan = Plan(segments=((await segment("Crowd", *crowd)).uid,), held_out=5_000)
    made = await scheduled(cast, replace(plan, **more))
    await arrive()
    arms: dict[str, list[int]] = {}
    for row in await rows("SELECT customer_id, arm FROM campaign_recipients WHERE programme_id = 1"):
        arms.setdefault(row["arm"], []).append(row["customer_id"])
    return made.uid, {person.id: person for person in crowd}, arms


async def seen(uid: str) -> Report:
    with clock.at(NOON + 15 * DAY):
        found = await reporting.report(1, uid)
    assert found is not None
    return found


def said(found: Report) -> str:
    return campaign_results.lift(found.result.beside(Arm.CONTROL))


async def test_the_report_equals_a_count_by_hand(cast: Cast, mailbox: Mailbox) -> None:
    uid, people, arms = await held_and_treated(cast)
    web, amounts = cast.web.id, count(1_000, 250)
    for who in arms["treatment"][:12]:
        await factories.order(people[who], web, next(amounts), at=NOON + DAY, refunded_minor=100)
    for who in (*arms["control"][:3], arms["control"][0]):
        await factories.order(people[who], web, next(amounts), at=NOON + 2 * DAY)
    outsider = people[arms["control"][5]]
    await factories.order(outsider, web, 9_999, at=NOON - DAY)
    await factories.order(outsider, web, 9_999, at=NOON + 15 * DAY)
    await factories.order(outsider, web, 9_999, at=NOON + DAY, status=OrderStatus.PENDING)
    await factories.order(cast.ines, web, 9_999, at=NOON + DAY)
    started = (await stored.find(1, uid)).started_at
    assert started is not None
    by_hand: dict[str, dict[int, int]] = {arm: {} for arm in arms}
    for row in await rows("SELECT * FROM orders WHERE programme_id = 1 AND status = 'paid'"):
        for arm, members in arms.items():
            if row["customer_id"] in members and started <= row["placed_at"] < started + 14 * DAY:
                kept = row["total_minor"] - row["refunded_minor"]
                by_hand[arm][row["customer_id"]] = by_hand[arm].get(row["customer_id"], 0) + kept
    found = await seen(uid)
    for arm in found.result.arms:
        spent = by_hand[arm.arm]
        assert (arm.assigned, arm.ordered, arm.kept) == (len(arms[arm.arm]), len(spent), sum(spent.values()))
    assert {arm.arm: arm.delivered for arm in found.result.arms} == {
        Arm.TREATMENT: len(arms["treatment"]), Arm.CONTROL: 0
    }  # fmt: skip
    beside = found.result.beside(Arm.CONTROL)
    assert beside is not None
    assert beside.lift == difference(12, len(arms["treatment"]), 3, len(arms["control"]))
    gap = sum(by_hand["treatment"].values()) / len(arms["treatment"])
    assert beside.revenue.value == pytest.approx(
        gap - sum(by_hand["control"].values()) / len(arms["control"])
    )
    assert beside.few_buyers, "three of the holdout ordered"
    assert found.over


async def test_no_difference_is_said_to_be_inconclusive_and_a_large_one_is_not(
    cast: Cast, mailbox: Mailbox
) -> None:
    uid, people, arms = await held_and_treated(cast)
    assert said(await seen(uid)).startswith("Inconclusive")
    for who in arms["treatment"]:
        await factories.order(people[who], cast.web.id, 1_000, at=NOON + DAY)
    words = said(await seen(uid))
    assert words.startswith("More people ordered because of it: +100 percentage points")
    await run("UPDATE orders SET test = true WHERE programme_id = 1")
    assert said(await seen(uid)).startswith("Inconclusive")


GENERAL = Message("News", body="Hello.")


async def test_three_arms_are_compared_and_what_was_given_is_set_beside_what_it_brought(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run("UPDATE programmes SET point_value_micros = 10000 WHERE programme_id = 1")
    gift = Offer(kind=OfferKind.POINTS, points=70)
    uid, people, arms = await held_and_treated(
        cast, held_out=3_000, broadcast=3_000, general=GENERAL, offer=gift
    )
    buyers = [*arms["treatment"], *arms["broadcast"][:2]]
    for day, who in enumerate(buyers):
        await factories.order(people[who], cast.web.id, 1_000, at=NOON + (day % 13 + 1) * DAY)
    found = (await seen(uid)).result
    treated, general = len(arms["treatment"]), len(arms["broadcast"])
    assert [each.base for each in found.comparisons] == [Arm.CONTROL, Arm.BROADCAST]
    beside = found.beside(Arm.BROADCAST)
    assert beside is not None
    assert beside.lift == difference(treated, treated, 2, general)
    assert campaign_results.lift(beside).startswith("More people ordered than with the general message")
    assert [sum(each.days) for each in found.arms] == [treated, 0, 2]
    assert found.given == Given(points=70 * treated, worth=70 * treated)
    cost = found.an_acquisition
    assert cost is not None
    assert cost.value == pytest.approx(70)
    assert cost.low == pytest.approx(70)
    campaign = await stored.find(1, uid)
    with clock.at(NOON + 15 * DAY):
        await measuring.keep_all(1)
        assert (await measuring.kept(1, [campaign.id]))[campaign.id] == (found, clock.now())
    monkeypatch.setattr(measuring, "AT_ONCE", 0)
    await run("UPDATE orders SET test = true WHERE programme_id = 1")
    later = await seen(uid)
    assert (later.result, later.by_the_worker) == (found, True)


async def test_a_multiplier_costs_what_it_added_and_a_gift_what_it_costs_once_it_is_used(
    cast: Cast, mailbox: Mailbox
) -> None:
    shop, mug = Shop(cast, cast.ines), await factories.reward(1, "A mug", unit_cost_minor=250)
    await shop.rule(1)
    gifts = (
        Offer(kind=OfferKind.MULTIPLIER, percent=300, days=7),
        Offer(kind=OfferKind.REWARD, reward=mug.uid),
    )
    for number, (gift, expected) in enumerate(zip(gifts, ((20, 0), (0, 250)), strict=True)):
        person = await factories.customer(1, f"M{number}")
        await agree(person)
        made = await scheduled(
            cast, Plan(segments=((await segment(f"S{number}", person)).uid,), offer=gift), key=str(number)
        )
        await arrive()
        before, later = (await seen(made.uid)).result.given, NOON + DAY
        assert (before.points, before.rewards) == (0, 0)
        codes = await rows("SELECT code FROM issued_rewards WHERE customer_id = {}", person.id)
        bought = shop.told(
            1_000,
            of=f"O{number}",
            person=person,
            placed_at=later,
            paid_at=later,
            discount_codes=tuple(row["code"] for row in codes),
        )
        await shop.gets(bought, at=later)
        after = (await seen(made.uid)).result.given
        assert (after.points, after.rewards) == expected


async def test_an_additional_buyer_has_no_price_where_there_may_be_none(cast: Cast, mailbox: Mailbox) -> None:
    uid, people, arms = await held_and_treated(cast)
    for who in (arms["treatment"][0], arms["control"][0]):
        await factories.order(people[who], cast.web.id, 1_000, at=NOON + DAY)
    found = (await seen(uid)).result
    assert (found.additional, found.an_acquisition) == (None, None)


async def test_the_list_of_people_is_what_its_filters_say_page_after_page(
    cast: Cast, mailbox: Mailbox
) -> None:
    crowd = [await factories.customer(1, f"M{number}") for number in range(8)]
    await agree(*crowd[:6])
    segments = [await segment("First", *crowd[:4], cast.olu), await segment("Second", *crowd[3:], cast.rex)]
    plan = Plan(
        segments=tuple(each.uid for each in segments), held_out=2_000, broadcast=2_000, general=GENERAL
    )
    made = await scheduled(cast, plan)
    await arrive()
    everybody = await rows(
        "SELECT r.*, c.uid, s.uid AS segment FROM campaign_recipients r JOIN customers c ON c.id = r.customer_id"
        " JOIN segments s ON s.id = r.segment_id"
    )
    for state, arm, segment_uid in product(
        ("", "delivered", "held", "left_out"), ("", *Arm), ("", segments[1].uid)
    ):
        typed = {"state": state, "arm": arm, "segment": segment_uid}
        expected = {
            row["uid"] for row in everybody if all(row[name] == text for name, text in typed.items() if text)
        }
        chosen = Chosen.parse(typed)
        found = await recipients.page(1, made, chosen, None)
        assert {each.uid for each in found.items} == expected
        lines = "".join([piece async for piece in await recipients.csv(1, made, chosen, by=cast.mara)])
        assert {line.rsplit(",", 1)[1].lstrip("'") for line in lines.splitlines()[1:]} == expected
    first = await recipients.page(1, made, EVERYBODY, None)
    with_two = [row.uid for row in first.items][1:3]
    key = encode(
        "after",
        "delivered",
        "",
        next(row["customer_id"] for row in everybody if row["uid"] == first.items[0].uid),
    )
    assert [row.uid for row in (await recipients.page(1, made, EVERYBODY, key)).items][:2] == with_two
    delivered = Chosen(state=RecipientState.DELIVERED)
    whole, rest = [(await recipients.page(1, made, delivered, at)).items for at in (None, key)]
    assert rest == whole[1:]
    assert not (await recipients.page(1, made, Chosen(reason=LeftOut.GUEST), None)).items
