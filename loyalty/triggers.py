"""What starts an automation for somebody, noted in the transaction in which it shows.

Three places look: the night that tells who entered a segment (`segments.nights`), the look at those something
happened to (`segments.following`), and the morning's look at days (`automations.mornings`). Each notes a run
for an occasion that happens once, so looking again changes nothing. `automations.entering` takes it up when its
moment has come.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.engine import one, rows, run, value
from db.enums import Trigger
from db.ids import first_id
from loyalty import clock, queue

JOB = "run_automation"
AT_ONCE = 500
NEWS = timedelta(days=3)
"""What happened longer ago starts nothing any more: old orders that are imported, or days without a worker."""

_ON = """SELECT a.id, a.trigger, a.segment_id, a.tier_id, a.reward_id, a.days, a.percent, a.delay_minutes, a.pause_days,
      a.on_since FROM automations a WHERE a.programme_id = {} AND a.state = 'on' AND a.trigger IN (@triggers)"""
# Said so, SQLite looks at somebody's own runs instead of all that began lately.
_NOTE = """INSERT INTO automation_runs (programme_id, automation_id, customer_id, occasion, state, began, due_at)
    SELECT CAST({} AS BIGINT), CAST({} AS BIGINT), f.customer_id, f.occasion, 'waiting', CAST({} AS BIGINT), {}
    FROM (@found) f WHERE NOT EXISTS (SELECT 1 FROM automation_runs r WHERE r.programme_id = {}
      AND r.automation_id = {} AND r.customer_id = f.customer_id AND r.occasion > '' AND r.began + 0 >= {})
    ON CONFLICT (programme_id, automation_id, customer_id, occasion) DO NOTHING RETURNING customer_id"""
_THOSE = """SELECT c.id AS customer_id, CAST({} AS TEXT) AS occasion FROM customers c
    WHERE c.programme_id = {} AND c.id IN (@ids)"""
_JOINED = """SELECT c.id AS customer_id, 'joined' AS occasion FROM customers c
    WHERE c.programme_id = {} AND c.id IN (@ids) AND c.type = 'member' AND c.joined_at >= {}"""
_FIRST_ORDER = """SELECT o.customer_id, 'first' AS occasion FROM orders o
    WHERE o.programme_id = {} AND o.customer_id IN (@ids) AND o.status = 'paid' AND o.test = false
    GROUP BY o.customer_id HAVING min(o.id) >= {}"""
_ORDER = """SELECT o.customer_id, 'order:' || CAST(max(o.id) AS TEXT) AS occasion FROM orders o
    WHERE o.programme_id = {} AND o.customer_id IN (@ids) AND o.id >= {} AND o.status = 'paid' AND o.test = false
    GROUP BY o.customer_id"""
# A first tier counts where it isn't the lowest, in which everybody begins.
_TIER = """SELECT t.customer_id, 'tier:' || CAST(max(t.id) AS TEXT) AS occasion FROM tier_changes t
    JOIN tiers n ON n.programme_id = t.programme_id AND n.id = t.to_tier_id
    LEFT JOIN tiers f ON f.programme_id = t.programme_id AND f.id = t.from_tier_id
    WHERE t.programme_id = {} AND t.customer_id IN (@ids) AND t.id >= {} AND n.rank > coalesce(f.rank,
      (SELECT min(l.rank) FROM tiers l WHERE l.programme_id = t.programme_id AND l.archived_at IS NULL))"""
_PRICE = """SELECT min(r.points_price) FROM rewards r
    WHERE r.programme_id = {} AND r.status = 'active' AND r.redeemable = true AND r.points_price > 0"""
_REFRESHED = "SELECT refreshed_at FROM segment_states WHERE programme_id = {}"

EVENTS = (Trigger.JOINED, Trigger.FIRST_ORDER, Trigger.ORDER, Trigger.TIER)


@dataclass(frozen=True, slots=True)
class Watch:
    """An automation that is on and waits for something. `days` and `percent` belong to some triggers."""

    programme_id: int
    id: int
    trigger: Trigger
    segment_id: int | None
    tier_id: int | None
    reward_id: int | None
    days: int
    percent: int
    delay: timedelta
    pause: timedelta
    on_since: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Customers and their occasions, as one statement with its values."""

    sql: str
    args: tuple[Any, ...]


async def watches(programme_id: int, *triggers: Trigger) -> tuple[Watch, ...]:
    """The automations that are on and wait for one of these."""
    marks = ", ".join(["{}"] * len(triggers))
    return tuple(
        Watch(
            programme_id=programme_id,
            id=row["id"],
            trigger=Trigger(row["trigger"]),
            segment_id=row["segment_id"],
            tier_id=row["tier_id"],
            reward_id=row["reward_id"],
            days=row["days"],
            percent=row["percent"],
            delay=timedelta(minutes=row["delay_minutes"]),
            pause=timedelta(days=row["pause_days"]),
            on_since=row["on_since"],
        )
        for row in await rows(_ON.replace("@triggers", marks), programme_id, *triggers)
    )


async def note(watch: Watch, found: Found, now: datetime) -> int:
    """Note a run for everybody found whose occasion is new and whose pause is over, in the caller's transaction.

    Returns how many.
    """
    due = now + watch.delay
    noted = await run(
        _NOTE.replace("@found", found.sql),
        watch.programme_id,
        watch.id,
        first_id(now),
        due,
        *found.args,
        watch.programme_id,
        watch.id,
        first_id(now - watch.pause),  # nor do two begin at one moment
    )
    if noted:
        await wake(watch.programme_id, watch.id, due)
    return len(noted)


async def note_those(watch: Watch, ids: Iterable[int], occasion: str, now: datetime) -> int:
    """The same for customers by their ids."""
    noted = 0
    for some in _batches(ids):
        sql = _THOSE.replace("@ids", _marks(some))
        noted += await note(watch, Found(sql, (occasion, watch.programme_id, *some)), now)
    return noted


async def wake(programme_id: int, automation_id: int, at: datetime) -> None:
    """Have the worker look for those whose moment has come: one job a minute, however many they are."""
    key = f"automation:{automation_id}:{at:%Y%m%d%H%M}"
    await queue.enqueue(
        programme_id, JOB, {"automation": automation_id, "key": key}, run_at=at, dedupe_key=key
    )


async def entered(programme_id: int, moved: Sequence[tuple[int, int]], now: datetime) -> None:
    """A night told that these entered segments, as pairs of segment and customer."""
    for watch in await watches(programme_id, Trigger.SEGMENT):
        ids = [customer for segment, customer in moved if segment == watch.segment_id]
        await note_those(watch, ids, f"segment:{now:%Y-%m-%d}", now)


async def happened(programme_id: int, ids: Sequence[int]) -> None:
    """Something happened to these customers: who joined, ordered or reached a tier since lately."""
    now = clock.now()
    for watch in await watches(programme_id, *EVENTS):
        since = max(watch.on_since, now - NEWS)
        for some in _batches(ids):
            await note(watch, _event(watch, some, since), now)


async def lines(programme_id: int) -> dict[Watch, int]:
    """Automations that wait for a balance, with the points it has to reach.

    Empty before the first refresh of segments, which knows nothing of what was before.
    """
    found = await watches(programme_id, Trigger.REACH)
    if not found or await value(_REFRESHED, programme_id) is None:
        return {}
    at = {watch: await line(programme_id, watch.reward_id, watch.percent) for watch in found}
    return {watch: points for watch, points in at.items() if points}


async def line(programme_id: int, reward_id: int | None, percent: int) -> int:
    """So many percent of a reward's price, rounded up; without a reward, of the cheapest. 0: there is none."""
    if reward_id is None:
        price = await value(_PRICE, programme_id)
    else:
        reward = await one(
            "SELECT points_price FROM rewards WHERE programme_id = {} AND id = {} AND status = 'active'",
            programme_id,
            reward_id,
        )
        price = reward["points_price"] if reward else 0
    return -(-(price or 0) * percent // 100)


def _event(watch: Watch, ids: Sequence[int], since: datetime) -> Found:
    p, marks = watch.programme_id, _marks(ids)
    match watch.trigger:
        case Trigger.JOINED:
            return Found(_JOINED.replace("@ids", marks), (p, *ids, since))
        case Trigger.FIRST_ORDER:
            return Found(_FIRST_ORDER.replace("@ids", marks), (p, *ids, first_id(since)))
        case Trigger.ORDER:
            return Found(_ORDER.replace("@ids", marks), (p, *ids, first_id(since)))
        case _:
            sql, args = _TIER.replace("@ids", marks), [p, *ids, first_id(since)]
            if watch.tier_id is not None:
                sql, args = f"{sql} AND t.to_tier_id = {{}}", [*args, watch.tier_id]
            return Found(f"{sql} GROUP BY t.customer_id", tuple(args))


def _marks(ids: Sequence[int]) -> str:
    return ", ".join(["{}"] * len(ids))


def _batches(ids: Iterable[int]) -> Iterator[Sequence[int]]:
    everybody = tuple(ids)
    return (everybody[begin : begin + AT_ONCE] for begin in range(0, len(everybody), AT_ONCE))
