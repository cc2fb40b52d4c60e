"""Reviews as pages show them: the queue, the activity list, the forecast, the CSV. PRODUCT D1, H1."""

import csv as csv_format
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from db.engine import watched
from db.enums import EarningTrigger, ReviewStatus
from loyalty import clock
from loyalty.activities.filters import Span
from loyalty.errors import Invalid, NotFound, Stale
from loyalty.reviews import deciding, export, listing
from loyalty.reviews.filters import ReviewFilter
from tests import factories
from tests.cast import Cast
from tests.factories import START
from tests.tiering import levels, look, tier_of

DAY = timedelta(days=1)
QUEUE = ReviewFilter.queue({})
ACTIVITY = ReviewFilter.activity({})


@pytest.fixture(autouse=True)
async def on_a_monday() -> AsyncIterator[None]:
    with clock.at(START + timedelta(hours=1)):
        yield


async def paying(points: int = 50, **definition: Any) -> None:
    await factories.earning_rule(1, EarningTrigger.REVIEW, points, **definition)


async def foretold(uid: str) -> int:
    return (await listing.review(1, uid)).adds


async def test_the_queue_holds_what_waits_and_counts_the_rest(cast: Cast) -> None:
    waits, decided = await factories.review(cast.ines), await factories.review(cast.rex)
    await deciding.approve(1, decided.uid, by=cast.theo, key="a")
    found = await listing.listing(1, QUEUE)
    assert [row.uid for row in found.rows] == [waits.uid]
    assert (found.everything.value, found.by_status[ReviewStatus.APPROVED].value) == (2, 1)
    assert (await listing.waiting(1)).value == 1


async def test_the_activity_list_shows_approved_reviews_and_the_points_added(cast: Cast) -> None:
    await paying()
    await paying(20, include={"tags": ["photo"]})
    await factories.review(cast.rex)
    review = await factories.review(cast.ines, product_title="Blue mug", has_photo=True)
    await deciding.approve(1, review.uid, by=cast.theo, key="a", reason="Lovely")
    (row,) = (await listing.listing(1, ACTIVITY)).rows
    assert (row.product, row.points, row.decided_by, row.reason) == ("Blue mug", 70, "Theo", "Lovely")
    assert row.worth == ()


async def test_the_forecast_is_what_approving_then_pays(cast: Cast) -> None:
    await levels(multiplier_percent=150)
    await factories.tier_policy(1)
    await factories.order(cast.ines, cast.web.id, 90_000)
    await look(cast.ines)
    assert await tier_of(cast.ines) == "Gold"
    await paying()
    await paying(20, include={"tags": ["photo"]})
    await paying(40, include={"tags": ["video"]})
    await paying(7, include={"products": ["soap"]})
    made = [
        await factories.review(cast.ines, has_photo=True),
        await factories.review(cast.ines, "soap", has_video=True),
        await factories.review(cast.ines, has_photo=True, has_video=True),
        await factories.review(cast.rex),
        await factories.review(cast.olu),
        await factories.review(cast.pia),
    ]
    for review in made:
        told = await foretold(review.uid)
        done = await deciding.approve(1, review.uid, by=cast.theo, key=review.uid)
        assert told == done.points, review
    assert await foretold(made[0].uid) == 0


async def test_the_forecast_knows_limits_and_points_taken_back(cast: Cast) -> None:
    await paying(50, max_points_per_period=70, period="month")
    first, second = await factories.review(cast.ines), await factories.review(cast.ines, "soap")
    await deciding.approve(1, first.uid, by=cast.theo, key="a")
    assert await foretold(second.uid) == 20
    await deciding.reject(1, first.uid, by=cast.theo, key="r")
    assert await foretold(first.uid) > 0
    told = await foretold(second.uid)
    assert told == (await deciding.approve(1, second.uid, by=cast.theo, key="s")).points


async def test_days_search_and_status_narrow_the_list(cast: Cast) -> None:
    ines, _ = await factories.review(cast.ines), await factories.review(cast.rex)
    with clock.at(START + 40 * DAY):
        assert (await listing.listing(1, QUEUE)).found.value == 2
        month = ReviewFilter.queue({"span": Span.MONTH, "status": "every"})
        assert (await listing.listing(1, month)).rows == ()
    named = await listing.listing(1, ReviewFilter.queue({"q": "okafor ines"}))
    assert [row.uid for row in named.rows] == [ines.uid]
    assert (await listing.listing(1, ReviewFilter.queue({"q": "nobody at all"}))).everything.value == 0


async def test_a_page_takes_the_same_queries_however_many_reviews_there_are(cast: Cast) -> None:
    await paying()
    counts = []
    for _ in range(2):
        for number in range(4):
            await factories.review(cast.ines, f"product-{number}")
        with watched() as seen:
            await listing.listing(1, QUEUE)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


async def test_the_csv_is_exactly_the_list_and_holds_no_formula(cast: Cast) -> None:
    await factories.review(cast.ines, title="=SUM(A1)", product_title="Mug")
    await factories.review(cast.rex, status="removed", decided_at=START)
    text = "".join([part async for part in export.csv(1, QUEUE)])
    (row,) = csv_format.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["Customer"], row["Product"], row["Title"]) == ("Ines Okafor", "Mug", "'=SUM(A1)")


async def test_a_customers_reviews_are_theirs_alone(cast: Cast) -> None:
    mine = await factories.review(cast.ines)
    await factories.review(cast.rex)
    assert [row.uid for row in await listing.of_customer(1, cast.ines.uid)] == [mine.uid]
    with pytest.raises(NotFound):
        await listing.of_customer(1, cast.ada.uid)
    with pytest.raises(NotFound):
        await listing.review(cast.other_programme_id, mine.uid)


async def test_a_decision_on_an_old_page_is_refused(cast: Cast) -> None:
    review = await factories.review(cast.ines)
    seen = await listing.review(1, review.uid)
    await deciding.reject(1, review.uid, by=cast.theo, key="a", version=seen.version)
    with pytest.raises(Stale, match="it is rejected now"):
        await deciding.approve(1, review.uid, by=cast.mara, key="b", version=seen.version)


async def test_a_damaged_cursor_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        await listing.listing(1, QUEUE, "not-a-cursor")


def test_the_address_of_a_filter_is_canonical() -> None:
    assert QUEUE.query() == ""
    assert ReviewFilter.queue({"status": "every", "q": " a  b "}).query() == "q=a+b&status=every"
    assert ReviewFilter.activity({"status": "pending", "span": "7"}).query() == "status=pending&span=7"
    assert ReviewFilter.activity({"status": "nonsense"}) == ACTIVITY
