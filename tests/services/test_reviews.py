"""Reviews: submitted, approved and paid once, rejected, removed, undone. PRODUCT H1."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from db.engine import atomic, loads, one, rows, value
from db.enums import EarningTrigger, EntryKind, ReviewStatus
from loyalty import clock
from loyalty.errors import AlreadyDone, Invalid, KeyReused, NotEnoughPoints, NotFound, Stale
from loyalty.reviews import deciding, undoing
from loyalty.reviews.submitting import ReviewDraft, submit
from tests import factories
from tests.cast import Cast, undo_last
from tests.factories import START, Made

DAY = timedelta(days=1)
EARNED = EntryKind.EARN_ACTION


@pytest.fixture(autouse=True)
async def on_a_monday() -> AsyncIterator[None]:
    with clock.at(START + timedelta(hours=1)):
        yield


async def paying(**definition: Any) -> Made:
    return await factories.earning_rule(1, EarningTrigger.REVIEW, 50, **definition)


async def paying_for(tag: str, points: int) -> None:
    await factories.earning_rule(1, EarningTrigger.REVIEW, points, include={"tags": [tag]})


async def status_of(review: Made) -> str:
    return str(await value("SELECT status FROM reviews WHERE programme_id = 1 AND id = {}", review.id))


async def test_a_review_comes_in_once_and_pays_nothing_yet(cast: Cast) -> None:
    await paying()
    draft = ReviewDraft(external_id="r-1", product_key="mug", product_title="Blue mug", rating=5)
    first = await submit(1, cast.ines.id, draft, by=cast.theo)
    again = await submit(1, cast.ines.id, draft, by=cast.theo)
    assert first.review == again.review
    assert (first.review.status, again.action) == (ReviewStatus.PENDING, None)
    with pytest.raises(KeyReused):
        await submit(1, cast.rex.id, draft, by=cast.theo)
    assert await factories.balance(cast.ines) == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"rating": 0}, "rating"), ({"product_key": ""}, "product_key"), ({"title": "x" * 241}, "title")],
)
async def test_a_review_that_can_not_be_is_refused(cast: Cast, changes: dict, field: str) -> None:
    draft = ReviewDraft(**({"external_id": "r-1", "product_key": "mug", "rating": 5} | changes))
    with pytest.raises(Invalid) as refused:
        await submit(1, cast.ines.id, draft, by=cast.theo)
    assert refused.value.field == field


async def test_approval_pays_held_points_under_the_reviews_key(cast: Cast) -> None:
    await paying()
    review = await factories.review(cast.ines, product_title="Blue mug")
    done = await deciding.approve(1, review.uid, by=cast.theo, key="k")
    assert done.sentence == "Ines Okafor's review of Blue mug has been approved and 50 points added"
    entry = await one("SELECT key, available_at, review_id FROM ledger_entries WHERE programme_id = 1")
    assert entry is not None
    assert entry["key"] == f"review:{cast.ines.uid}:mug:points"
    assert entry["review_id"] == review.id
    assert entry["available_at"] > START + 13 * DAY
    again = await deciding.approve(1, review.uid, by=cast.theo, key="k")
    assert (again.action.uid, again.points) == (done.action.uid, 50)
    with pytest.raises(AlreadyDone):
        await deciding.approve(1, review.uid, by=cast.theo, key="k2")


async def test_a_photo_and_a_video_are_entries_of_their_own(cast: Cast) -> None:
    await paying()
    await paying_for("photo", 20)
    await paying_for("video", 40)
    both = await factories.review(cast.ines, has_photo=True, has_video=True)
    plain = await factories.review(cast.rex)
    assert (await deciding.approve(1, both.uid, by=cast.theo, key="a")).points == 110
    assert (await deciding.approve(1, plain.uid, by=cast.theo, key="b")).points == 50
    assert await factories.entries(cast.ines) == [(EARNED, 50), (EARNED, 20), (EARNED, 40)]
    keys = [
        row["key"].rpartition(":")[2]
        for row in await rows("SELECT key FROM ledger_entries WHERE programme_id = 1")
    ]
    assert sorted(keys) == ["photo", "points", "points", "video"]


async def test_a_product_is_paid_once_per_customer_but_a_later_photo_still_pays(cast: Cast) -> None:
    await paying()
    await paying_for("photo", 20)
    first, second = await factories.review(cast.ines), await factories.review(cast.ines, has_photo=True)
    other = await factories.review(cast.ines, "soap")
    points = [
        (await deciding.approve(1, review.uid, by=cast.theo, key=review.uid)).points
        for review in (first, second, other)
    ]
    assert points == [50, 20, 50]


async def test_a_rule_may_be_for_some_products_only(cast: Cast) -> None:
    await paying(include={"products": ["soap"]})
    mug, soap = await factories.review(cast.ines), await factories.review(cast.ines, "SOAP")
    assert (await deciding.approve(1, mug.uid, by=cast.theo, key="a")).points == 0
    assert (await deciding.approve(1, soap.uid, by=cast.theo, key="b")).points == 50


async def test_who_left_and_guests_are_paid_nothing(cast: Cast) -> None:
    await paying()
    for person in (cast.pia, cast.olu):
        review = await factories.review(person)
        assert (await deciding.approve(1, review.uid, by=cast.theo, key=person.uid)).points == 0
        assert await status_of(review) == "approved"


async def test_unapproving_takes_held_points_back_and_approving_again_pays_again(cast: Cast) -> None:
    await paying()
    review = await factories.review(cast.ines)
    await deciding.approve(1, review.uid, by=cast.theo, key="a")
    gone = await deciding.reject(1, review.uid, by=cast.theo, key="b", reason="Spam")
    assert (gone.points, await factories.balance(cast.ines)) == (-50, 0)
    assert "50 points taken back" in gone.sentence
    assert (await deciding.approve(1, review.uid, by=cast.theo, key="c")).points == 50
    await deciding.remove(1, review.uid, by=cast.theo, key="d")
    assert await factories.entries(cast.ines) == [
        (EARNED, 50),
        (EntryKind.UNDO, -50),
        (EARNED, 50),
        (EntryKind.UNDO, -50),
    ]


async def test_after_the_hold_the_points_stay_and_are_not_paid_twice(cast: Cast) -> None:
    await paying()
    review = await factories.review(cast.ines)
    await deciding.approve(1, review.uid, by=cast.theo, key="a")
    with clock.at(START + 15 * DAY):
        assert (await deciding.remove(1, review.uid, by=cast.theo, key="b")).points == 0
        assert (await deciding.approve(1, review.uid, by=cast.theo, key="c")).points == 0
    assert await factories.balance(cast.ines) == 50


async def test_rejecting_a_pending_review_moves_no_points(cast: Cast) -> None:
    await paying()
    review = await factories.review(cast.ines)
    assert (await deciding.reject(1, review.uid, by=cast.theo, key="a")).points == 0
    assert await factories.entries(cast.ines) == []


async def test_decisions_and_their_undoing_add_up_in_any_number(cast: Cast) -> None:
    await paying()
    review = await factories.review(cast.ines)
    await deciding.approve(1, review.uid, by=cast.theo, key="a")
    for turn in range(3):
        await deciding.reject(1, review.uid, by=cast.theo, key=f"r{turn}")
        assert await factories.balance(cast.ines) == 0
        assert (await undo_last(cast, undoing.undo)).endswith("is approved again")
        assert await factories.balance(cast.ines) == 50
        assert (await status_of(review)) == "approved"


async def test_undoing_an_approval_makes_it_pending_and_takes_the_points(cast: Cast) -> None:
    await paying()
    review = await factories.review(cast.ines)
    await deciding.approve(1, review.uid, by=cast.theo, key="a")
    await undo_last(cast, undoing.undo)
    assert (await status_of(review), await factories.balance(cast.ines)) == ("pending", 0)
    with pytest.raises(Stale):
        await undo_last(cast, undoing.undo)


async def test_an_approval_whose_points_are_spent_can_not_be_undone(cast: Cast) -> None:
    await paying(hold_days=0)
    review = await factories.review(cast.ines)
    await deciding.approve(1, review.uid, by=cast.theo, key="a")
    approved = await one("SELECT * FROM actions WHERE programme_id = 1 ORDER BY id DESC")
    await factories.give(cast.ines, -30, at=clock.now())
    assert approved is not None
    with pytest.raises(NotEnoughPoints):
        async with atomic():
            await undoing.undo(1, {**approved, "undo": loads(approved["undo"])}, by=cast.mara)
    assert await status_of(review) == "approved"


async def test_two_approvals_at_once_pay_once(cast: Cast) -> None:
    await paying()
    review = await factories.review(cast.ines)
    results = await asyncio.gather(
        *(deciding.approve(1, review.uid, by=cast.theo, key=key) for key in "ab"), return_exceptions=True
    )
    assert sum(isinstance(result, AlreadyDone) for result in results) == 1
    assert await factories.balance(cast.ines) == 50


async def test_a_review_of_another_programme_does_not_exist(cast: Cast) -> None:
    review = await factories.review(cast.ines)
    with pytest.raises(NotFound):
        await deciding.approve(cast.other_programme_id, review.uid, by=cast.nils, key="a")


async def test_a_very_long_product_name_fits_the_key(cast: Cast) -> None:
    await paying()
    review = await factories.review(cast.ines, "p" * 200)
    assert (await deciding.approve(1, review.uid, by=cast.theo, key="a")).points == 50
