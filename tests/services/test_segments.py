"""Who belongs where, and why (PRODUCT K1, K2, K5)."""

from collections import defaultdict
from datetime import date, datetime, timedelta

import pytest

from db.engine import Database, loads, rows, run, value
from db.enums import CustomerType
from loyalty import clock
from loyalty.errors import Invalid
from loyalty.rules.segment_scores import ranked
from loyalty.segments import listing, migration, overlap, standing
from loyalty.segments.refreshing import refresh
from tests import factories
from tests.cast import Cast, assemble
from tests.segmenting import Purchase, facts, load, value_segments

NOW = datetime.fromisoformat("2026-06-15T10:00:00+00:00")
YESTERDAY = date(2026, 6, 14)


@pytest.fixture
async def cast(db: Database) -> Cast:
    """Without the look at the books: these people's rows came without their history."""
    return await assemble()


async def segments_of(programme_id: int, customer_id: int) -> set[str]:
    found = await rows(
        "SELECT s.name FROM segment_members m JOIN segments s ON s.programme_id = m.programme_id"
        " AND s.id = m.segment_id WHERE m.programme_id = {} AND m.customer_id = {}",
        programme_id,
        customer_id,
    )
    return {row["name"] for row in found}


def ago(days: int, hour: int = 12) -> datetime:
    return NOW.replace(hour=hour) - timedelta(days=days)


async def test_an_empty_shop_has_segments_without_anybody_and_divides_by_nothing(cast: Cast) -> None:
    with clock.at(NOW):
        await run("UPDATE customers SET type = 'left', left_at = {} WHERE programme_id = {}", NOW, 2)
        await refresh(cast.other_programme_id)
        found = await listing.listing(cast.other_programme_id)
    assert len(found.rows) == 12
    assert {row.people for row in found.rows} == {0}
    assert found.as_of == YESTERDAY


async def test_guests_are_scored_who_left_is_not_and_who_never_bought_is_told_apart(cast: Cast) -> None:
    p = cast.programme_id
    with clock.at(NOW):
        await factories.order(cast.olu, cast.web.id, 4_000, at=ago(3))
        await factories.order(cast.pia, cast.web.id, 4_000, at=ago(3))
        await refresh(p)
        assert await segments_of(p, cast.olu.id) == {"Potential loyalists"}
        assert await segments_of(p, cast.pia.id) == set()
        assert await segments_of(p, cast.ines.id) == {"No purchases yet"}
        assert (await standing.standing(p, cast.pia.id)).value is None


async def test_with_a_hundred_purchasers_scores_are_ranks(cast: Cast) -> None:
    p = cast.programme_id
    buys = [
        Purchase(f"p{n}", ago(1 + n % 37 + 30 * visit), 1_000 + n % 11 * 500)
        for n in range(120)
        for visit in range(1 + n % 6)
    ]
    with clock.at(NOW):
        await load(p, cast.web.id, buys)
        await refresh(p)
        found = [fact for who, fact in sorted((await facts(p)).items()) if fact["f_count"]]
    assert len(found) == 120
    for column, score in (("last_day", "r_score"), ("f_count", "f_score"), ("m_minor", "m_score")):
        assert [fact[score] for fact in found] == ranked([fact[column] for fact in found])


async def test_a_day_is_one_of_the_programmes_zone_and_today_counts_tomorrow(cast: Cast) -> None:
    p = cast.programme_id
    with clock.at(NOW):
        late, early = (
            datetime.fromisoformat("2026-03-28T23:30:00+01:00"),
            datetime.fromisoformat("2026-03-29T23:30:00+02:00"),
        )
        for at in (late, early, NOW - timedelta(hours=1)):
            await factories.order(cast.ines, cast.web.id, 1_000, at=at)
        await refresh(p)
        stood = (await standing.standing(p, cast.ines.id)).value
        assert stood is not None
        assert (stood.scored.f_count, stood.scored.m_minor, stood.last_order) == (2, 2_000, date(2026, 3, 29))
    with clock.at(NOW + timedelta(days=1)):
        await refresh(p)
        stood = (await standing.standing(p, cast.ines.id)).value
        assert stood is not None
        assert (stood.scored.r_days, stood.scored.f_count) == (0, 3)


async def test_an_order_older_than_the_window_makes_dormant_unless_it_was_a_fortune(cast: Cast) -> None:
    p = cast.programme_id
    with clock.at(NOW):
        await factories.order(cast.ines, cast.web.id, 900_000, at=ago(400))
        await factories.order(cast.rex, cast.web.id, 500, at=ago(400))
        for number in range(8):
            await load(p, cast.web.id, [Purchase(f"p{number}", ago(20), 2_000)])
        await refresh(p)
        segments = await value_segments(p)
        fact = (await facts(p)).values()
        stood = (await standing.standing(p, cast.ines.id)).value
    assert segments["ines@example.org"] == "At-risk"
    assert segments["rex@example.org"] == "Dormant"
    old = [each for each in fact if each["f_count"] == 0 and each["ever_days"]]
    assert {(each["r_score"], max(each["f_score"], each["m_score"])) for each in old} <= {(1, 1), (1, 2)}
    assert stood is not None
    assert (stood.is_old, stood.is_top, stood.name) == (True, True, "At-risk")


async def test_refunds_count_and_cancelled_and_test_orders_do_not(cast: Cast) -> None:
    p, web = cast.programme_id, cast.web.id
    with clock.at(NOW):
        await factories.order(cast.ines, web, 5_000, refunded_minor=2_000, at=ago(5))
        await factories.order(cast.ines, web, 9_000, status=factories.OrderStatus.CANCELLED, at=ago(4))
        await factories.order(cast.ines, web, 9_000, test=True, at=ago(3))
        await refresh(p)
        stood = (await standing.standing(p, cast.ines.id)).value
    assert stood is not None
    assert (stood.scored.f_count, stood.scored.m_minor, stood.scored.r_days) == (1, 3_000, 4)


async def test_behaviour_has_its_segments_and_says_by_which_numbers(cast: Cast) -> None:
    p, web = cast.programme_id, cast.web.id
    with clock.at(NOW):
        await factories.reward(p, price=100)
        await factories.reward(p, "Mug", price=200)
        for number in range(18):
            await load(p, web, [Purchase(f"p{number}", ago(200 + number), 1_000)])
        for days in (20, 60, 100, 140):
            await factories.order(cast.ines, web, 20_000, at=ago(days))
        for days in (120, 150, 180):
            await factories.order(cast.rex, web, 15_000, at=ago(days))
        await factories.give(cast.ines, 900, at=ago(80))
        fresh = await factories.customer(p, "Bo Lund", at=ago(10))
        old = await factories.customer(p, "Cy Gray", at=ago(30))
        await refresh(p)
        assert {"VIPs", "Points Savers"} <= await segments_of(p, cast.ines.id)
        assert "At-Risk Loyals" in await segments_of(p, cast.rex.id)
        assert "New Enthusiasts" in await segments_of(p, fresh.id)
        assert "New Enthusiasts" not in await segments_of(p, old.id)
        badges = {badge.name: badge for badge in (await standing.standing(p, cast.ines.id)).badges}
        shared = await overlap.overlap(p)
    assert badges["VIPs"].facts["orders_year"] == 4
    assert badges["Points Savers"].facts == {
        "available": 900, "available_from": 200, "points_earned": 0, "points_redeemed": 0,
        "redeemed_days_ago": None, "points_days_ago": 80,
    }  # fmt: skip
    assert shared.cells[badges["VIPs"].uid, badges["Points Savers"].uid] == 1


async def test_who_moved_and_who_is_in_each_cell_agree(cast: Cast) -> None:
    p = cast.programme_id
    with clock.at(NOW):
        await load(
            p, cast.web.id, [Purchase(f"p{n}", ago(1 + n * 7 % 300), 900 + n * 60) for n in range(110)]
        )
    for first in (date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)):
        await refresh(p, as_of=first)
    with clock.at(NOW):
        for month, over in (("2026-04", "1"), ("2026-05", "1"), ("2026-05", "3")):
            found = await migration.migration(p, month, over)
            assert found.moved > 10
            for (source, target), people in found.cells.items():
                page = (await migration.movers(p, month, source, target, over=over)).people
                assert len(page.rows) == min(people, 50)
            sizes = defaultdict(int)
            for (_, target), people in found.cells.items():
                sizes[target] += people
            assert all(sizes[place.uid] == place.after for place in found.places)
        with pytest.raises(Invalid, match="isn't a month"):
            await migration.migration(p, "13")
        with pytest.raises(Invalid, match="still to come"):
            await migration.migration(p, "2026-09")


async def test_a_day_that_is_not_over_is_refused(cast: Cast) -> None:
    with clock.at(NOW), pytest.raises(Invalid, match="isn't over yet"):
        await refresh(cast.programme_id, as_of=date(2026, 6, 15))


async def test_entries_and_exits_are_told_after_two_nights_and_an_evening_is_not(cast: Cast) -> None:
    p = cast.programme_id

    async def night(day: int) -> list[tuple[str, str]]:
        await run("DELETE FROM outbox WHERE programme_id = {}", p)
        with clock.at(NOW + timedelta(days=day)):
            await refresh(p, night=True)
        told = await rows(
            "SELECT topic, payload FROM outbox WHERE programme_id = {} AND customer_id = {} ORDER BY topic, payload",
            p,
            cast.ines.id,
        )
        return [(row["topic"], loads(row["payload"])["name"]) for row in told]

    assert await night(0) == []  # the first refresh says nothing of anybody
    order = await factories.order(cast.ines, cast.web.id, 5_000, at=NOW)
    assert await night(1) == []
    assert ("segment.entered", "Potential loyalists") in await night(2)
    cancel = "UPDATE orders SET status = {} WHERE programme_id = {} AND id = {}"
    await run(cancel, "cancelled", p, order.id)
    assert await night(3) == []
    await run(cancel, "paid", p, order.id)
    assert await night(4) == []  # back before it was told
    assert await night(5) == []
    await run(cancel, "cancelled", p, order.id)
    assert await night(6) == []
    assert ("segment.left", "Potential loyalists") in await night(7)
    kind = await value("SELECT type FROM customers WHERE programme_id = {} AND id = {}", p, cast.ines.id)
    assert kind == CustomerType.MEMBER
