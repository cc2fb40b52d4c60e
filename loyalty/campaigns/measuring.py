"""Counting what a campaign's arms did, and keeping what was counted. PRODUCT M4.

Everybody counts in the arm they were drawn into, whatever became of their mail, from the campaign's beginning
for two weeks, or from the moment an automation began for them: the holdout got nothing, so there is no other
moment that is the same for all arms. People and clicks are tallied as they change. Orders are looked up: for few
people when somebody asks, for many by the worker, when the campaign ends and every night until a month after its
two weeks, because money is given back.
"""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from db.engine import Row, loads, rows, run, stream
from db.enums import Arm
from db.ids import first_id
from loyalty import clock, programmes, queue
from loyalty.campaigns import costing, stored
from loyalty.campaigns.stored import Campaign
from loyalty.rules.campaigns.results import DAYS, MEASURED, ArmResult, Result
from loyalty.rules.campaigns.revenue import Spent, revenue_difference

JOB = "measure_campaign"
AT_ONCE = 5_000
"""Assigned people whose orders are counted while somebody waits."""

AFTERWARDS = timedelta(days=30)
"""Nights on which an order of the two weeks may still be cancelled or refunded count so long."""

_TALLIES = """SELECT t.arm, CAST(sum(t.people) AS BIGINT) AS assigned, CAST(sum(t.clicked) AS BIGINT) AS clicked,
      CAST(sum(CASE WHEN t.state = 'delivered' THEN t.people ELSE 0 END) AS BIGINT) AS delivered
    FROM campaign_tallies t WHERE t.programme_id = {} AND t.campaign_id IN (@ids) AND t.arm <> ''
    GROUP BY t.arm HAVING sum(t.people) > 0"""
# An order's id is its moment, and the index on it holds what it is worth.
_ORDERS = """SELECT r.arm, r.campaign_id, r.customer_id, (o.id - @first) / CAST({} AS BIGINT) AS day,
      count(*) AS orders, CAST(sum(o.total_minor - o.refunded_minor) AS BIGINT) AS kept
    FROM campaign_recipients r @runs
    JOIN orders o ON o.programme_id = r.programme_id AND o.customer_id = r.customer_id AND o.status = 'paid'
      AND o.test = false AND o.id >= @first AND o.id < @first + {}
    WHERE r.programme_id = {} AND r.campaign_id IN (@ids) AND r.arm IS NOT NULL GROUP BY 1, 2, 3, 4"""
# Of an automation everybody has a moment of their own, drawn or held back.
_RUNS = """JOIN automation_runs a ON a.programme_id = r.programme_id AND a.campaign_id = r.campaign_id
      AND a.customer_id = r.customer_id"""
_KEEP = """INSERT INTO campaign_results (programme_id, campaign_id, found, counted_at) VALUES ({}, {}, {}, {})
    ON CONFLICT (programme_id, campaign_id)
      DO UPDATE SET found = excluded.found, counted_at = excluded.counted_at"""
_KEPT = """SELECT k.campaign_id, k.found, k.counted_at FROM campaign_results k
    WHERE k.programme_id = {} AND k.campaign_id IN (@ids)"""
# An automation is counted whole, as its draft, for as long as it isn't put away.
_FRESH = """SELECT c.id FROM campaigns c WHERE c.programme_id = {} AND c.automation_id IS NULL
      AND c.started_at IS NOT NULL AND (c.started_at > {} OR c.ended_at IS NULL OR c.ended_at > {})
    UNION ALL SELECT a.campaign_id FROM automations a WHERE a.programme_id = {} AND a.state IN ('on', 'paused')
    ORDER BY 1"""

Kept = dict[int, tuple[Result, datetime]]


async def parts(programme_id: int, campaign: Campaign) -> tuple[Campaign, ...]:
    """What has begun of it: itself, or, of an automation's draft, the automation's campaigns."""
    if campaign.automation_id is not None and campaign.is_draft:
        return await stored.of_automation(programme_id, campaign.automation_id)
    return (campaign,) if campaign.started_at else ()


async def people(programme_id: int, campaigns: Sequence[Campaign]) -> tuple[ArmResult, ...]:
    """The arms with their people, before any order is looked up; one statement."""
    sql, ids = _TALLIES.replace("@ids", _marks(campaigns)), [each.id for each in campaigns]
    found = {row["arm"]: row for row in await rows(sql, programme_id, *ids)}
    return tuple(
        ArmResult(arm, found[arm]["assigned"], found[arm]["delivered"], found[arm]["clicked"])
        for arm in Arm
        if arm in found
    )


async def count(
    programme_id: int, campaigns: Sequence[Campaign], arms: Sequence[ArmResult], *, many: bool = False
) -> Result:
    """What these arms of a campaign's `parts` did until now. `many` people: outside of a transaction.

    Whom an automation began for several times is in an arm as often.
    """
    spent: dict[str, dict[tuple[int, int], int]] = {arm: {} for arm in Arm}
    days = {arm.value: [0] * DAYS for arm in Arm}
    sql, args = _orders(programme_id, campaigns)
    async for row in stream(sql, *args) if many else _each(await rows(sql, *args)):
        theirs = spent[row["arm"]]
        who = row["campaign_id"], row["customer_id"]
        theirs[who] = theirs.get(who, 0) + row["kept"]
        days[row["arm"]][row["day"]] += row["orders"]
    amounts = {arm: sorted(theirs.values()) for arm, theirs in spent.items()}
    counted = tuple(_did(each, amounts[each.arm], days[each.arm]) for each in arms)
    sizes = {each.arm: each.assigned for each in counted}
    treated = Spent(amounts[Arm.TREATMENT], sizes.get(Arm.TREATMENT, 0))
    return Result(
        counted,
        tuple(
            (arm, revenue_difference(treated, Spent(amounts[arm], sizes[arm])))
            for arm in (Arm.CONTROL, Arm.BROADCAST)
            if treated.members and arm in sizes
        ),
        await costing.given(await programmes.get(programme_id), campaigns),
    )


async def keep(programme_id: int, campaign_id: int) -> None:
    """Count a campaign and keep what was counted; one that hasn't begun has nothing to keep."""
    begun = await parts(programme_id, await stored.get(programme_id, campaign_id))
    if not begun:
        return
    found = await count(programme_id, begun, await people(programme_id, begun), many=True)
    await run(_KEEP, programme_id, campaign_id, json.dumps(found.to_dict()), clock.now())


async def keep_all(programme_id: int) -> None:
    """Count every campaign whose orders may still come, or be taken back."""
    since = clock.now() - MEASURED - AFTERWARDS
    for row in await rows(_FRESH, programme_id, since, since, programme_id):
        await keep(programme_id, row["id"])


async def kept(programme_id: int, campaign_ids: Sequence[int]) -> Kept:
    """What was counted of these campaigns, and when."""
    sql = _KEPT.replace("@ids", ", ".join(["{}"] * len(campaign_ids)) or "NULL")
    return {
        row["campaign_id"]: (Result.from_dict(loads(row["found"])), row["counted_at"])
        for row in await rows(sql, programme_id, *campaign_ids)
    }


async def ask(programme_id: int, campaign_id: int) -> None:
    """Have the worker count it soon, in the caller's transaction."""
    await queue.enqueue(
        programme_id, JOB, {"campaign": campaign_id}, dedupe_key=f"campaign:{campaign_id}:measure"
    )


def _orders(programme_id: int, campaigns: Sequence[Campaign]) -> tuple[str, list[int]]:
    first, ids = campaigns[0], [each.id for each in campaigns]
    assert first.started_at is not None
    start = first_id(first.started_at)
    long = first_id(first.started_at + MEASURED) - start
    orders = _ORDERS.replace("@ids", _marks(campaigns))
    if first.automation_id is None:
        sql = orders.replace("@runs", "").replace("@first", "CAST({} AS BIGINT)")
        return sql, [start, long // DAYS, start, start, long, programme_id, *ids]
    sql = orders.replace("@runs", _RUNS).replace("@first", "a.counts_from")
    return sql, [long // DAYS, long, programme_id, *ids]


def _marks(several: Sequence[object]) -> str:
    return ", ".join(["{}"] * len(several))


def _did(arm: ArmResult, amounts: Sequence[int], days: Sequence[int]) -> ArmResult:
    return replace(
        arm,
        ordered=len(amounts),
        orders=sum(days),
        kept=sum(amounts),
        squares=sum(amount**2 for amount in amounts),
        days=tuple(days),
    )


async def _each(found: Sequence[Row]) -> AsyncIterator[Row]:
    for row in found:
        yield row
