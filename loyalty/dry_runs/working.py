"""The work of a dry-run: batch after batch of customers, each read, replayed and noted (PRODUCT I2).

Reading and replaying happen outside any transaction; a batch's findings and the new cursor are written in a
short one. The cursor is the fence: of two workers at one run only the first moves it on, and a run that was
stopped goes on where it was. Nothing here writes to the ledger.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from db.engine import atomic, insert_many, retried, run
from db.enums import DryRunState
from loyalty import clock, programmes
from loyalty.audiences.memberships import Memberships, memberships
from loyalty.dry_runs import stored
from loyalty.dry_runs.history import History
from loyalty.dry_runs.moving import Landing, landings
from loyalty.dry_runs.stored import DryRun
from loyalty.programmes import Programme
from loyalty.rules.days import local_day, period_of, zone
from loyalty.rules.dry_runs import Proposal, Replay
from loyalty.rules.memberships import among
from loyalty.tiers.schemes import scheme

BATCH = 50
_MOMENT = timedelta(microseconds=1)

_NOTE = """UPDATE dry_runs SET cursor = {}, customers_done = customers_done + {}, orders_seen = orders_seen + {},
    orders_changed = orders_changed + {}, points_before = points_before + {}, points_after = points_after + {},
    winners = winners + {}, losers = losers + {}, rising = rising + {}, falling = falling + {}
    WHERE programme_id = {} AND id = {} AND state = 'running' AND cursor = {} RETURNING id"""
_COLUMNS = (
    "programme_id", "run_id", "customer_id", "orders", "points_before", "points_after", "difference",
    "tier_before_id", "tier_after_id", "tier_moves",
)  # fmt: skip


@dataclass
class _Tried:
    """What became of one customer."""

    orders: int = 0
    orders_changed: int = 0
    before: int = 0
    after: int = 0
    differences: list[tuple[datetime, int]] = field(default_factory=list)


async def work(programme_id: int, run_id: int) -> None:
    """Bring a run to its end; at once when it is over or cancelled meanwhile."""
    programme = await programmes.get(programme_id)
    current = await _begin(programme_id, run_id)
    history = History(programme_id, current.since, current.until)
    if current.cursor == 0:
        await _expect(programme_id, run_id, await history.count())
    here = zone(programme.time_zone)
    first, last = local_day(current.since, here), local_day(current.until - _MOMENT, here)
    proposal = Proposal(current.rule_id, (current.position, current.rule_id), current.definition, first, last)
    while current.state is DryRunState.RUNNING:
        batch = await history.customers(current.cursor, BATCH)
        if not batch:
            await _end(programme_id, run_id, DryRunState.DONE)
            return
        tried, segments = {}, await memberships(programme_id, batch, proposal.definition.segments)
        for customer_id in batch:
            mine = segments[customer_id]
            tried[customer_id] = await _try(history, proposal, programme, customer_id, mine)
            await asyncio.sleep(0)  # arithmetic alone would keep pages waiting
        if not await _note(programme, current, batch[-1], tried):
            return
        current = await stored.by_id(programme_id, run_id)


async def fail(programme_id: int, run_id: int, error: str) -> None:
    """Note that a run died of an error."""
    await _end(programme_id, run_id, DryRunState.FAILED, error)


async def revive(programme_id: int, run_id: int) -> None:
    """Let a run that died go on where it was, in the caller's transaction."""
    await run(
        "UPDATE dry_runs SET state = 'waiting', finished_at = NULL, error = '' WHERE programme_id = {} AND id = {}"
        " AND state = 'failed'",
        programme_id,
        run_id,
    )


async def _try(
    history: History, proposal: Proposal, programme: Programme, customer_id: int, segments: Memberships
) -> _Tried:
    found, before, period = _Tried(), 0, proposal.definition.period
    if period is not None:
        since, _ = period_of(period, proposal.first).bounds(zone(programme.time_zone))
        assert since is not None  # every limit's period has a first day
        before = await history.given_before(customer_id, proposal.rule_id, since)
    replay = Replay(proposal, before)
    async for at, order in history.orders(customer_id):
        real, proposed = replay.put(replace(order, segments=frozenset(among(segments, at))))
        found.orders += 1
        found.before += real
        found.after += proposed
        if real != proposed:
            found.orders_changed += 1
            found.differences.append((at, proposed - real))
    return found


@retried
async def _note(programme: Programme, current: DryRun, cursor: int, tried: dict[int, _Tried]) -> bool:
    """Write what a batch found. False: somebody else did, or the run was cancelled."""
    changed = {id_: found for id_, found in tried.items() if found.before != found.after}
    differences = {id_: found.differences for id_, found in changed.items()}
    moves = await landings(programme, await scheme(programme.id), differences)
    places = {id_: moves.get(id_, Landing()) for id_ in changed}
    async with atomic():
        noted = await run(
            _NOTE,
            cursor,
            len(tried),
            sum(found.orders for found in tried.values()),
            sum(found.orders_changed for found in tried.values()),
            sum(found.before for found in tried.values()),
            sum(found.after for found in tried.values()),
            sum(found.after > found.before for found in changed.values()),
            sum(found.after < found.before for found in changed.values()),
            sum(place.moves > 0 for place in places.values()),
            sum(place.moves < 0 for place in places.values()),
            programme.id,
            current.id,
            current.cursor,
        )
        if noted:
            await insert_many(
                "dry_run_customers",
                _COLUMNS,
                [
                    (
                        programme.id, current.id, id_, found.orders, found.before, found.after,
                        found.after - found.before, places[id_].before_id, places[id_].after_id, places[id_].moves,
                    )
                    for id_, found in changed.items()
                ],
            )  # fmt: skip
    return bool(noted)


@retried
async def _begin(programme_id: int, run_id: int) -> DryRun:
    async with atomic():
        await run(
            "UPDATE dry_runs SET state = 'running' WHERE programme_id = {} AND id = {} AND state = 'waiting'",
            programme_id,
            run_id,
        )
        return await stored.by_id(programme_id, run_id)


@retried
async def _expect(programme_id: int, run_id: int, customers: int) -> None:
    async with atomic():
        await run(
            "UPDATE dry_runs SET customers_total = {} WHERE programme_id = {} AND id = {}",
            customers,
            programme_id,
            run_id,
        )


@retried
async def _end(programme_id: int, run_id: int, state: DryRunState, error: str = "") -> None:
    async with atomic():
        await run(
            "UPDATE dry_runs SET state = {}, finished_at = {}, error = {} WHERE programme_id = {} AND id = {}"
            " AND state IN ('waiting', 'running')",
            state,
            clock.now(),
            error[:500],
            programme_id,
            run_id,
        )
