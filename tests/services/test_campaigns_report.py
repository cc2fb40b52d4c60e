"""What a campaign did: the report equals what anybody can count from the raw tables. PRODUCT M4."""

from datetime import timedelta
from itertools import count

import pytest

from db.engine import rows, run
from db.enums import Arm, OrderStatus
from loyalty import clock
from loyalty.campaigns import reporting, stored
from loyalty.campaigns.reporting import Report
from loyalty.rules.campaigns.intervals import difference
from tests import factories
from tests.campaigning import NOON, Plan, agree, scheduled, segment, work
from tests.cast import Cast
from tests.factories import Person
from tests.mailbox import Mailbox, mailbox
from web import campaign_words

__all__ = ["mailbox"]

DAY = timedelta(days=1)


async def held_and_treated(cast: Cast) -> tuple[str, dict[int, Person], dict[str, list[int]]]:
    """A campaign of forty, half of them held back; who is who, and who is in which arm."""
    crowd = [await factories.customer(1, f"M{number}") for number in range(40)]
    await agree(*crowd)
    made = await scheduled(cast, Plan(segments=((await segment("Crowd", *crowd)).uid,), held_out=5_000))
    await work()
    arms: dict[str, list[int]] = {}
    for row in await rows("SELECT customer_id, arm FROM campaign_recipients WHERE programme_id = 1"):
        arms.setdefault(row["arm"], []).append(row["customer_id"])
    return made.uid, {person.id: person for person in crowd}, arms


async def seen(uid: str) -> Report:
    with clock.at(NOON + 15 * DAY):
        found = await reporting.report(1, uid)
    assert found is not None
    return found


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
    for arm in found.arms:
        spent = by_hand[arm.arm]
        assert (arm.assigned, arm.ordered, arm.kept) == (len(arms[arm.arm]), len(spent), sum(spent.values()))
    assert {arm.arm: arm.delivered for arm in found.arms} == {
        Arm.TREATMENT: len(arms["treatment"]), Arm.CONTROL: 0
    }  # fmt: skip
    assert found.lift == difference(12, len(arms["treatment"]), 3, len(arms["control"]))
    assert found.revenue is not None
    gap = sum(by_hand["treatment"].values()) / len(arms["treatment"])
    assert found.revenue.value == pytest.approx(gap - sum(by_hand["control"].values()) / len(arms["control"]))
    assert found.over


async def test_no_difference_is_said_to_be_inconclusive_and_a_large_one_is_not(
    cast: Cast, mailbox: Mailbox
) -> None:
    uid, people, arms = await held_and_treated(cast)
    assert campaign_words.lift(await seen(uid)).startswith("Inconclusive")
    for who in arms["treatment"]:
        await factories.order(people[who], cast.web.id, 1_000, at=NOON + DAY)
    said = campaign_words.lift(await seen(uid))
    assert said.startswith("More people ordered because of it: +100 percentage points")
    await run("UPDATE orders SET test = true WHERE programme_id = 1")
    assert campaign_words.lift(await seen(uid)).startswith("Inconclusive")
