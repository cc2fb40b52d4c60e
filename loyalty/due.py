"""Who something happened to since their segments were last looked at, noted where it happens.

Every verb that changes what a customer is or has locks their account first, so that is where it is noted:
one row that is mostly there already. The first one also puts a job into the queue, which looks at everybody
who is due together (`loyalty.segments.following`).
"""

from collections.abc import Sequence

from db.engine import atomic, insert_many, retried, rows, run
from loyalty import queue

JOB = "follow_segments"
EVERYBODY = "refresh_segments"
ASKED = f"{EVERYBODY}:asked"
AT_ONCE = 5_000
"""People looked at in one transaction: each measures everybody anew, so that many of them together cost little."""

_NOTE = """INSERT INTO segment_due (programme_id, customer_id, taken) VALUES ({}, {}, 0)
    ON CONFLICT (programme_id, customer_id, taken) DO NOTHING RETURNING customer_id"""
_WAITING = "DELETE FROM segment_due WHERE programme_id = {} AND taken = 0 RETURNING customer_id"
_TAKEN = """SELECT d.customer_id FROM segment_due d WHERE d.programme_id = {} AND d.taken = 1
    ORDER BY d.customer_id LIMIT {}"""


async def note(programme_id: int, customer_id: int) -> None:
    """This customer is to be looked at once the caller's transaction commits."""
    if await run(_NOTE, programme_id, customer_id):
        await queue.enqueue(programme_id, JOB, {}, dedupe_key=JOB)


async def note_each(programme_id: int, customer_ids: Sequence[int]) -> None:
    """The same for many customers, whose accounts are locked."""
    if customer_ids:
        await insert_many(
            "segment_due",
            ("programme_id", "customer_id", "taken"),
            [(programme_id, customer_id, 0) for customer_id in customer_ids],
            on_conflict="DO NOTHING",
        )
        await queue.enqueue(programme_id, JOB, {}, dedupe_key=JOB)


async def everybody(programme_id: int) -> bool:
    """Have all looked at once the caller's transaction commits. False: that waits to be done already."""
    return await queue.enqueue(programme_id, EVERYBODY, {"night": False}, dedupe_key=ASKED)


@retried
async def take(programme_id: int) -> tuple[int, ...]:
    """The next customers to look at, at most AT_ONCE; empty when nobody is due.

    Whatever happens to them from now on makes them due again. Until they are `done` they are found once
    more, should this process be killed.
    """
    async with atomic():
        waiting = await run(_WAITING, programme_id)
        await insert_many(
            "segment_due",
            ("programme_id", "customer_id", "taken"),
            [(programme_id, row["customer_id"], 1) for row in waiting],
            on_conflict="DO NOTHING",
        )
        return tuple(row["customer_id"] for row in await rows(_TAKEN, programme_id, AT_ONCE))


async def done(programme_id: int, last: int) -> None:
    """Everybody taken up to this id has been looked at; in the transaction that did."""
    await run(
        "DELETE FROM segment_due WHERE programme_id = {} AND taken = 1 AND customer_id <= {}",
        programme_id,
        last,
    )
