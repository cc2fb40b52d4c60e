"""Dry-runs over real orders: exact, silent in the books, resumable and cancellable. PRODUCT I2."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from db.engine import loads, rows, run, value
from db.enums import DryRunState, EarningTrigger, OrderStatus
from loyalty import clock, programmes
from loyalty.dry_runs import results, starting, working
from loyalty.dry_runs.results import Result, Touched
from loyalty.errors import AlreadyDone, Invalid, KeyReused, NotFound
from loyalty.rules.earning_rules import RuleDefinition
from loyalty.segments import lists
from loyalty.segments.refreshing import refresh
from tests import factories
from tests.cast import Cast
from tests.factories import START, Person
from tests.ledger.shop import DAY, Shop, line, refund

ONE = RuleDefinition.from_dict({"name": "order points", "points": 1, "per_minor": 100, "base": "total"})
END = START + 60 * DAY


async def rule_uid(name: str = "order points") -> str:
    found = await rows("SELECT uid FROM earning_rules WHERE programme_id = 1 AND name = {}", name)
    return str(found[0]["uid"])


async def ask(
    shop: Shop, rule: RuleDefinition, *, name: str = "order points", key: str = "k", **more: Any
) -> Any:
    with clock.at(END):
        return await starting.start(1, await rule_uid(name), rule, by=shop.cast.mara, key=key, **more)


async def tried(shop: Shop, rule: RuleDefinition, **more: Any) -> Result:
    """What a run over everything finds."""
    asked = await ask(shop, rule, **more)
    with clock.at(END):
        await working.work(1, asked.id)
        return await results.result(1, asked.uid)


async def buys(shop: Shop, person: Person, minor: int, of: str, days: int = 0, **more: Any) -> None:
    at = START + days * DAY
    told = shop.told(
        minor, of=of, person=person, placed_at=at, paid_at=at, **{"lines": (line(minor, "L"),), **more}
    )
    await shop.gets(told, at=at)


async def test_twice_the_points_cost_what_was_earned_and_nothing_is_posted(shop: Shop) -> None:
    await shop.has(point_value_micros=10_000)
    await buys(shop, shop.ines, 5_000, "1")
    await buys(shop, shop.ines, 3_000, "2", 1)
    await buys(shop, shop.cast.rex, 2_000, "3", 2)
    await shop.refunds(refund("R", 1_000, of="2", at=START + 2 * DAY), at=START + 2 * DAY)
    await buys(shop, shop.cast.rex, 900, "4", 3)
    await shop.refunds(refund("R", 900, of="4", at=START + 4 * DAY), at=START + 4 * DAY)
    entries = await value("SELECT count(*) FROM ledger_entries WHERE programme_id = 1")
    found = await tried(shop, replace(ONE, points=2))
    assert found.run.state is DryRunState.DONE
    assert (found.run.points_before, found.run.points_after, found.difference) == (90, 180, 90)
    assert (found.cost, found.run.orders_seen, found.run.orders_changed) == (90, 4, 3)
    assert (found.run.winners, found.run.losers, found.run.customers_total) == (2, 0, 2)
    assert [(row.name, row.before, row.after) for row in found.rows] == [
        ("Ines Okafor", 70, 140),
        ("Rex Moreau", 20, 40),
    ]
    assert await value("SELECT count(*) FROM ledger_entries WHERE programme_id = 1") == entries
    assert await shop.balance() == 70


async def test_losers_are_listed_with_the_largest_loss_first(shop: Shop) -> None:
    for number, (person, minor) in enumerate(((shop.ines, 5_000), (shop.cast.rex, 9_000))):
        await buys(shop, person, minor, str(number))
    found = await tried(shop, replace(ONE, min_spend_minor=100_000))
    assert (found.kind, found.run.losers, found.cost) == (Touched.LOSERS, 2, None)
    assert [row.difference for row in found.rows] == [-90, -50]


async def test_only_orders_of_the_days_asked_for_are_looked_at(shop: Shop) -> None:
    for days in (0, 10, 20):
        await buys(shop, shop.ines, 1_000, str(days), days)
    day = START.date() + timedelta(days=10)
    found = await tried(shop, replace(ONE, points=3), first=day, last=day)
    assert (found.run.orders_seen, found.run.points_before, found.run.points_after) == (1, 10, 30)
    assert (found.first, found.last) == (day, day)


async def test_a_limit_remembers_what_was_earned_before_the_days_asked_for(shop: Shop) -> None:
    await buys(shop, shop.ines, 1_000, "1", 0)
    await buys(shop, shop.ines, 1_000, "2", 2)
    limited = RuleDefinition.from_dict({**ONE.to_dict(), "period": "year", "max_points_per_period": 12})
    found = await tried(shop, limited, first=START.date() + timedelta(days=1))
    assert (found.run.points_before, found.run.points_after) == (10, 2)


async def test_who_would_rise_is_told_with_both_tiers(shop: Shop) -> None:
    await factories.tier(1, "Bronze", rank=1, threshold=0)
    await factories.tier(1, "Gold", rank=2, threshold=80)
    await factories.tier_policy(1, metric="points")
    await buys(shop, shop.ines, 5_000, "1")
    await buys(shop, shop.cast.rex, 1_000, "2")
    found = await tried(shop, replace(ONE, points=2))
    assert (found.run.rising, found.run.falling) == (1, 0)
    with clock.at(END):
        (mover,) = (await results.result(1, found.run.uid, Touched.MOVERS)).rows
    assert mover.name == "Ines Okafor"
    assert mover.tier_before is not None
    assert mover.tier_after is not None
    assert (mover.tier_before.name, mover.tier_after.name) == ("Bronze", "Gold")


async def test_unchanged_rules_make_no_difference_on_a_random_history(shop: Shop) -> None:
    chance = random.Random(7)
    await shop.rule(2, max_points_per_order=30, name="two", period="month", max_points_per_period=50)
    await run("UPDATE earning_rules SET name = 'two' WHERE programme_id = 1 AND id = (SELECT max(id) FROM"
              " earning_rules WHERE programme_id = 1)")  # fmt: skip
    people = [shop.ines, shop.cast.rex, shop.cast.pia]
    for number in range(36):
        days, who = chance.randrange(50), chance.choice(people)
        status = chance.choice([OrderStatus.PAID] * 5 + [OrderStatus.CANCELLED])
        await buys(shop, who, chance.randrange(100, 9_000), str(number), days, status=status)
        if chance.random() < 0.4:
            at = START + (days + 1) * DAY
            await shop.refunds(refund("R", chance.randrange(1, 9_000), of=str(number), at=at), at=at)
    stored = await rows(
        "SELECT r.name, v.definition FROM earning_rules r JOIN earning_rule_versions v"
        " ON v.programme_id = r.programme_id AND v.rule_id = r.id WHERE r.programme_id = 1"
    )
    kept = await value(
        "SELECT CAST(sum(earned_points - clawed_points - covered_points - forgiven_points) AS BIGINT)"
        " FROM orders WHERE programme_id = 1"
    )
    assert len(stored) == 2
    for row in stored:
        rule = RuleDefinition.from_dict(loads(row["definition"]))
        found = await tried(shop, rule, name=row["name"], key=row["name"])
        assert (found.run.orders_changed, found.difference, found.rows) == (0, 0, ())
        assert found.run.points_before == kept
        assert found.run.orders_seen > 25
    more = await tried(shop, replace(ONE, points=5), key="more")
    assert more.difference > 0


async def test_a_run_goes_on_where_it_stopped(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        person = await factories.customer(1, f"Person{number} X")
        await buys(shop, person, 1_000, str(number))
    monkeypatch.setattr(working, "BATCH", 2)
    asked = await ask(shop, replace(ONE, points=2))
    noted, calls = working._note, 0

    async def note_twice(*given: Any) -> bool:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise RuntimeError("the worker was killed")
        return await noted(*given)

    monkeypatch.setattr(working, "_note", note_twice)
    with clock.at(END):
        with pytest.raises(RuntimeError):
            await working.work(1, asked.id)
        half = await results.result(1, asked.uid)
        assert (half.run.state, half.run.customers_done) == (DryRunState.RUNNING, 2)
        await working.work(1, asked.id)
        await working.work(1, asked.id)
        whole = await results.result(1, asked.uid)
    assert (whole.run.customers_done, whole.run.points_before, whole.run.points_after) == (6, 60, 120)


async def test_two_workers_at_one_batch_count_it_once(shop: Shop) -> None:
    await buys(shop, shop.ines, 1_000, "1")
    asked = await ask(shop, replace(ONE, points=2))
    current = await working._begin(1, asked.id)
    programme = await programmes.get(1)
    found = {shop.ines.id: working._Tried(1, 1, 10, 20, [(START, 10)])}
    assert await working._note(programme, current, shop.ines.id, found)
    assert not await working._note(programme, current, shop.ines.id, found)


async def test_a_cancelled_run_stops_and_keeps_what_it_found(shop: Shop) -> None:
    await buys(shop, shop.ines, 1_000, "1")
    asked = await ask(shop, replace(ONE, points=2))
    await starting.cancel(1, asked.uid, by=shop.cast.mara)
    with pytest.raises(AlreadyDone):
        await starting.cancel(1, asked.uid, by=shop.cast.mara)
    with clock.at(END):
        await working.work(1, asked.id)
        found = await results.result(1, asked.uid)
    assert (found.run.state, found.run.customers_done) == (DryRunState.CANCELLED, 0)


async def test_a_run_that_died_says_so_and_can_be_revived(shop: Shop) -> None:
    await buys(shop, shop.ines, 1_000, "1")
    asked = await ask(shop, replace(ONE, points=2))
    await working.fail(1, asked.id, "boom")
    assert (await results.result(1, asked.uid)).run.state is DryRunState.FAILED
    await working.revive(1, asked.id)
    with clock.at(END):
        await working.work(1, asked.id)
    assert (await results.result(1, asked.uid)).run.state is DryRunState.DONE


async def test_a_repeat_starts_one_run_and_nonsense_none(shop: Shop, cast: Cast) -> None:
    first, again = await ask(shop, ONE), await ask(shop, ONE)
    assert first.uid == again.uid
    with pytest.raises(KeyReused):
        await ask(shop, replace(ONE, points=9))
    with pytest.raises(Invalid, match="first day"):
        await ask(shop, ONE, key="b", first=date(2030, 1, 1))
    with pytest.raises(Invalid, match="ten years"):
        await ask(shop, ONE, key="c", first=date(2001, 1, 1))
    with pytest.raises(Invalid, match="tried on orders"):
        await ask(shop, RuleDefinition(name="Welcome", points=5, trigger=EarningTrigger.SIGNUP), key="d")
    with pytest.raises(NotFound):
        await results.result(cast.other_programme_id, first.uid)
    with pytest.raises(NotFound):
        await starting.cancel(cast.other_programme_id, first.uid, by=cast.nils)


async def test_segments_count_as_they_were_when_an_order_was_paid_also_for_late_ones(shop: Shop) -> None:
    rex = shop.cast.rex
    with clock.at(START + 10 * DAY):
        await refresh(1)
        friends = (await lists.make(1, "Friends", "ines@example.org", by=shop.cast.mara, key="l")).segment
    with clock.at(START + 20 * DAY):
        await lists.take_off(1, friends.uid, [shop.ines.id])
        await lists.add(1, friends.uid, "rex@example.org", by=shop.cast.mara, key="l2")
    for person in (shop.ines, rex):
        for days in (5, 15, 25):
            await buys(shop, person, 1_000, f"{person.name}{days}", days)
    found = await tried(shop, replace(ONE, points=3, segments=(friends.id,)))
    # On day 5 there was no such segment, so whether they are in it now counts.
    assert {row.name: (row.before, row.after) for row in found.rows} == {"Rex Moreau": (30, 60)}
    assert (found.run.winners, found.run.losers, found.run.points_after) == (1, 0, 90)
    await shop.rule(5, segments=[friends.id])
    for person, points in ((shop.ines, 60), (rex, 10)):
        before, at = await shop.balance(person), START + 16 * DAY
        late = shop.told(1_000, of=f"{person.name}16", person=person, placed_at=at, paid_at=at)
        await shop.gets(late, at=END)
        assert await shop.balance(person) - before == points
