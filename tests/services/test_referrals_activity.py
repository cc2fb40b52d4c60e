"""Activities → Referrals: filtered, counted, exported; a customer's own; one with what cancelling would do."""

import csv
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from db.engine import run
from loyalty import clock
from loyalty.activities.filters import Span
from loyalty.activities.referrals import customer, details, export, listing
from loyalty.activities.referrals.filters import ReferralFilter, ReferralKind
from loyalty.errors import AlreadyDone, NotFound
from loyalty.referrals import cancelling, deciding, undoing
from loyalty.referrals.claiming import claim
from loyalty.referrals.clicking import click
from loyalty.rewards import codes
from loyalty.rules.actors import SYSTEM
from tests import factories
from tests.cast import Cast, undo_last
from tests.referring import DAY, MARKS, NOW, completed, finn_orders, invite, status_of, with_coupon

ALL = ReferralFilter(span=Span.ALL)


@pytest.fixture(autouse=True)
async def on_a_monday() -> AsyncIterator[None]:
    with clock.at(NOW):
        yield


async def found(**wanted: Any) -> list[str]:
    """Friends on the first page, newest first."""
    rows = (await listing.listing(1, ReferralFilter(**wanted))).rows
    return [row.friend.name if row.friend else "" for row in rows]


async def test_two_people_a_row_and_counts_by_status(cast: Cast) -> None:
    await completed(cast)
    await click(1, cast.ines.referral_code, signals=MARKS)
    await invite(cast, "gil@example.org", name="Gil")
    page = await listing.listing(1, ReferralFilter())
    assert [(row.status, row.friend and row.friend.name) for row in page.rows] == [
        ("pending", "Gil"),
        ("clicked", None),
        ("completed", "Finn Aalto"),
    ]
    last = page.rows[-1]
    assert last.referrer.name == "Ines Okafor"
    assert (last.points, last.coupon, last.kept) == (300, "€10 off", True)
    assert (last.order or "").startswith("#")
    assert (page.everything.value, page.by_kind[ReferralKind.PENDING].value) == (3, 1)
    assert page.by_kind[ReferralKind.FLAGGED].value == 0


async def test_the_last_30_days_are_shown_unless_asked_otherwise(cast: Cast) -> None:
    await with_coupon()
    with clock.at(NOW - 30 * DAY):
        await invite(cast, "old@example.org", name="Old")
    await invite(cast, "new@example.org", name="New")
    assert await found() == ["New"]
    assert await found(span=Span.ALL) == ["New", "Old"]


@pytest.mark.parametrize("q", ["okafor ines", "finn", "FINN@example", "fin example.org"])
async def test_either_person_is_found(cast: Cast, q: str) -> None:
    await with_coupon()
    await invite(cast)
    await invite_by_rex(cast)
    assert await found(q=q) == ["Finn"]


async def test_the_friends_code_finds_the_referral(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast)
    await invite(cast, "gil@example.org", name="Gil")
    assert await found(q=str(claimed.code)) == ["Finn"]
    assert await found(q="100%") == []


async def test_what_waits_for_a_decision_is_flagged_until_decided_however_old(cast: Cast) -> None:
    await with_coupon()
    with clock.at(NOW - 90 * DAY):
        blocked = await invite(cast, "ines+friend@example.org")
    held = await invite(cast, "gil@example.org", name="Gil")
    await run("UPDATE referrals SET score = 55 WHERE programme_id = 1 AND uid = {}", held.uid)
    assert await found(kind=ReferralKind.FLAGGED) == ["Gil", "Finn"]
    page = await listing.listing(1, ReferralFilter())
    assert page.by_kind[ReferralKind.FLAGGED].value == 2
    flagged = (await details.referral(1, blocked.uid)).evidence
    assert [item.sentence for item in flagged] == ["Both e-mail addresses reach the same mailbox."]
    await deciding.let_through(1, held.uid, by=cast.mara, reason="A fair", key="k1")
    await deciding.let_through(1, blocked.uid, by=cast.mara, reason="Sisters", key="k2")
    assert await found(kind=ReferralKind.FLAGGED) == []
    with pytest.raises(AlreadyDone):
        await deciding.let_through(1, held.uid, by=cast.mara, reason="A fair", key="k3")


async def test_pages_turn_both_ways(cast: Cast) -> None:
    await factories.referral_policy(1)
    for number in range(53):
        with clock.at(NOW - timedelta(days=20) + timedelta(hours=number)):
            await click(1, cast.ines.referral_code, signals=MARKS)
    first = await listing.listing(1, ALL)
    second = await listing.listing(1, ALL, first.next)
    assert (len(first.rows), len(second.rows), second.next) == (50, 3, None)
    again = await listing.listing(1, ALL, second.previous)
    assert [row.uid for row in again.rows] == [row.uid for row in first.rows]


async def test_the_csv_holds_exactly_what_is_shown_and_no_formula(cast: Cast) -> None:
    await with_coupon()
    await invite(cast, name="=HYPERLINK(1)")
    with clock.at(NOW - 60 * DAY):
        await invite(cast, "old@example.org", name="Old")
    text = "".join([piece async for piece in export.csv(1, ReferralFilter())])
    rows = list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))
    assert [(row["Friend"], row["Status"], row["Referrer"]) for row in rows] == [
        ("'=HYPERLINK(1)", "pending", "Ines Okafor")
    ]


async def test_another_shop_sees_none_of_it(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast)
    assert (await listing.listing(2, ALL)).rows == ()
    for question in (details.referral(2, claimed.uid), details.cancellation(2, claimed.uid)):
        with pytest.raises(NotFound):
            await question
    with pytest.raises(NotFound):
        await customer.of_customer(2, cast.ines.uid)


async def test_a_customers_page_shows_whom_they_invited_and_who_invited_them(cast: Cast) -> None:
    await with_coupon()
    await invite(cast)
    finn = await factories.customer(1, "Finn Aalto")
    assert await finn_orders(cast, friend=finn) is not None
    of_ines = await customer.of_customer(1, cast.ines.uid)
    assert (of_ines.completed, of_ines.pending, of_ines.code) == (1, 0, cast.ines.referral_code)
    assert [row.friend and row.friend.uid for row in of_ines.rows] == [finn.uid]
    of_finn = await customer.of_customer(1, finn.uid)
    assert of_finn.invited_by is not None
    assert of_finn.invited_by.referrer.uid == cast.ines.uid
    assert (await customer.of_customer(1, cast.olu.uid)).code is None


async def test_the_plan_tells_both_ways_of_cancelling_a_completed_referral(cast: Cast) -> None:
    claimed = await completed(cast)
    plan = await details.cancellation(1, claimed.uid)
    assert plan.keep is not None
    assert plan.take_back is not None
    assert plan.keep.sentences[-1] == "The referrer keeps 300 points."
    assert plan.take_back.sentences[-1] == "The referrer loses 300 points."


async def test_a_pending_referral_has_nothing_to_take_back(cast: Cast) -> None:
    await with_coupon()
    plan = await details.cancellation(1, (await invite(cast)).uid)
    assert plan.keep is not None
    assert (plan.take_back, plan.refused) == (None, None)


async def test_a_code_used_a_moment_ago_is_said(cast: Cast) -> None:
    await with_coupon()
    claimed = await invite(cast)
    await codes.use(1, str(claimed.code), till="a", by=SYSTEM)
    plan = await details.cancellation(1, claimed.uid)
    assert plan.keep is None
    assert "just used the code" in str(plan.refused)


async def test_nobody_cancels_a_completed_referral_believing_it_to_be_pending(cast: Cast) -> None:
    claimed = await completed(cast)
    pending = (await details.referral(1, claimed.uid)).status.PENDING
    with pytest.raises(AlreadyDone, match="completed by now"):
        await cancelling.cancel(1, claimed.uid, by=cast.theo, reason="", key="k", seen=pending)
    assert await status_of(claimed.uid) == "completed"


async def invite_by_rex(cast: Cast) -> None:
    await claim(1, cast.rex.referral_code, "hal@test.example", name="Hal", signals=MARKS, key="rex")


async def test_a_blocked_referral_can_be_cancelled_for_good_and_the_cancellation_undone(cast: Cast) -> None:
    await with_coupon()
    blocked = await invite(cast, "ines+friend@example.org")
    plan = await details.cancellation(1, blocked.uid)
    assert plan.keep is not None
    assert plan.keep.sentences == ("The friend gets no code.", "The referrer gets nothing for this friend.")
    await cancelling.cancel(1, blocked.uid, by=cast.mara, reason="One person", key="k")
    assert await found(kind=ReferralKind.FLAGGED) == []
    await undo_last(cast, undoing.undo)
    assert (await status_of(blocked.uid), await found(kind=ReferralKind.FLAGGED)) == ("blocked", ["Finn"])
