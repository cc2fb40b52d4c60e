"""The first page's numbers: the same as the lists they lead to. PRODUCT O6."""

from datetime import date, timedelta
from itertools import pairwise

from db.engine import watched
from db.enums import EarningTrigger, ObjectiveMetric
from loyalty import clock
from loyalty.activities import points
from loyalty.activities.filters import PointsFilter, PointsKind, Span
from loyalty.home import expiring, returning
from loyalty.home.overview import overview
from loyalty.home.spans import before, recent, steps
from loyalty.home.views import Grain
from loyalty.home.waiting import waiting
from loyalty.reviews import deciding
from tests import factories
from tests.cast import Cast
from tests.factories import START

DAY = timedelta(days=1)


async def earn(cast: Cast, days: int) -> None:
    with clock.at(START + days * DAY):
        review = await factories.review(cast.ines, f"product-{days}")
        await deciding.approve(1, review.uid, by=cast.theo, key=f"k{days}")


async def test_every_number_is_that_of_the_list_behind_it(cast: Cast) -> None:
    await factories.earning_rule(1, EarningTrigger.REVIEW, 50)
    for days in (0, 20, 45, 50):
        await earn(cast, days)
    with clock.at(START + 50 * DAY):
        home = await overview(1, Grain.MONTH)
        shown = await points.points(1, PointsFilter(kind=PointsKind.EARNED))
        assert home.now.issued == shown.totals.credited == 100
        assert (home.before.issued, home.change("issued"), home.change("expired")) == (100, 0, None)
        for step in home.chart:
            wanted = PointsFilter("", PointsKind.EARNED, Span.CUSTOM, step.since, step.until)
            assert step.issued == (await points.points(1, wanted)).totals.credited
    assert [step.issued for step in home.chart[-2:]] == [100, 100]
    assert [step.so_far for step in home.chart] == [False] * 12 + [True]


async def test_only_this_shops_work_and_people_count(cast: Cast) -> None:
    await factories.review(cast.ada)
    assert (await waiting(1))["reviews"].value == 0
    assert (await waiting(2))["reviews"].value == 1
    home = await overview(1)
    assert (home.members.value, home.attention.reviews.value) == (2, 0)


async def test_expiring_points_are_shown_with_their_last_day(cast: Cast) -> None:
    await factories.programme(3, handle="soon", expiry_policy="rolling", expiry_months=1)
    person = await factories.customer(3, "Ida Berg", points=40)
    with clock.at(START + 5 * DAY):
        found = await expiring.listing(3)
        home = await overview(3)
    (lot,) = found.rows
    assert (lot.customer_uid, lot.points, lot.expires) == (person.uid, 40, date(2026, 4, 2))
    assert home.attention.expiring.points == found.found.points == 40
    assert (await expiring.listing(1)).rows == ()


async def test_the_page_takes_five_queries_whatever_the_ledger_holds(cast: Cast) -> None:
    with watched() as empty:
        await overview(1)
    for number in range(10):
        await factories.customer(1, f"Person{number} Berg", points=10)
    with watched() as full:
        await overview(1)
    assert len(empty) == len(full) <= 5


def test_twelve_whole_weeks_begin_on_mondays_and_the_running_one_ends_today() -> None:
    today = date(2026, 3, 4)
    weeks, months = steps(Grain.WEEK, today), steps(Grain.MONTH, today)
    assert (len(weeks), weeks[0][0], weeks[-1]) == (13, date(2025, 12, 8), (date(2026, 3, 2), today))
    assert (len(months), months[0], months[-1]) == (
        13,
        (date(2025, 3, 1), date(2025, 3, 31)),
        (date(2026, 3, 1), today),
    )
    assert all(end + DAY == start for (_, end), (start, _) in pairwise(weeks))


def test_on_a_monday_the_running_week_is_that_day_and_twelve_weeks_before_it_are_whole() -> None:
    monday = date(2026, 3, 2)
    assert steps(Grain.WEEK, monday)[-2:] == ((date(2026, 2, 23), date(2026, 3, 1)), (monday, monday))


def test_the_thirty_days_before_touch_the_recent_ones() -> None:
    today = date(2026, 3, 31)
    assert recent(today) == (date(2026, 3, 2), today)
    assert before(today) == (date(2026, 1, 31), date(2026, 3, 1))


async def test_who_came_back_are_the_people_behind_the_number(cast: Cast) -> None:
    for person, days in ((cast.ines, -90), (cast.ines, 0), (cast.rex, 1)):
        await factories.order(person, cast.web.id, 1_000, at=START + days * DAY)
    await factories.order(cast.rex, cast.web.id, 1_000, at=START - 60 * DAY, test=True)
    with clock.at(START + 2 * DAY):
        found, home = await returning.listing(1), await overview(1)
    assert [buyer.name for buyer in found.rows] == ["Ines Okafor"]
    assert found.found == home.returning
    assert (home.returning.again, home.returning.buyers, home.metric) == (1, 2, ObjectiveMetric.RETURNING)


def test_who_came_back_says_by_how_many_orders_where_there_were_more() -> None:
    row = {"again": 800, "buyers": 2_100, "orders": returning.MOST_ORDERS}
    assert returning.measured(row).newest == returning.MOST_ORDERS
    assert returning.measured({**row, "orders": returning.MOST_ORDERS - 1}).newest == 0


async def test_other_metrics_count_who_joined_and_what_was_redeemed(cast: Cast) -> None:
    await factories.give(cast.ines, 200)
    with clock.at(START + 40 * DAY):
        late = await overview(1)
    with clock.at(START + DAY):
        home = await overview(1)
    assert (home.joined.value, late.joined.value, late.joined_before.value) == (2, 0, 2)
    assert home.redeemed.percent == (0 if home.now.issued else None)
