"""Counting and gathering a campaign's audience and putting its mails into the outbox, beside one pass of SQL.

    .venv/bin/python -m bench.campaigns [--customers 1000000] [--engine sqlite|postgresql]

The limit is one statement that gives everybody their place: the same rows, judged in the same way, but all of
them in one arm, because no database draws the lot. `bench.crowd` makes the customers; half of them agreed.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable

from bench import crowd
from bench.segments import Table, database
from db.engine import atomic, connect, disconnect, is_sqlite, join_widely, rows, run, take_time
from db.enums import ContactTopic, Objective
from db.migrate import migrate
from loyalty import clock
from loyalty.campaigns import audience, drafting, editing, gathering, sending, stored
from loyalty.campaigns.stored import Campaign, Message
from loyalty.rules.actors import SYSTEM
from loyalty.segments.statements import Statement

MAILS = 2_000
"""People who are posted to: as many as wait in the outbox at a time."""

# All who are reached, in the treated arm; nothing is drawn. Everybody is judged before the first is written.
_ONE_PASS = Statement("""INSERT INTO campaign_recipients (programme_id, campaign_id, customer_id, arm, state, reason)
    WITH j AS MATERIALIZED (SELECT x.customer_id, x.why FROM ($$) x ORDER BY x.why, x.customer_id)
    SELECT CAST($$ AS BIGINT), CAST($$ AS BIGINT), j.customer_id, CASE WHEN j.why = '' THEN 'treatment' END,
      CASE WHEN j.why = '' THEN 'waiting' ELSE 'left_out' END, j.why FROM j""")


async def made(key: str) -> Campaign:
    """A campaign to all members that is being sent."""
    begun = (await drafting.begin(1, key, Objective.WIN_BACK, by=SYSTEM, key=key)).campaign
    aimed = (
        await editing.aim(
            1, begun.uid, everybody=True, segments=(), without=(), version=begun.version, by=SYSTEM
        )
    ).campaign
    words = Message("{{ first_name | Friend }}, hello", "", "You have {{ points_balance }} points.")
    said = (
        await editing.say(1, aimed.uid, words, ContactTopic.OTHER, version=aimed.version, by=SYSTEM)
    ).campaign
    for state in ("scheduled", "sending"):
        await run(
            "UPDATE campaigns SET state = {}, send_at = {}, started_at = {} WHERE programme_id = {} AND id = {}",
            state,
            crowd.NOW,
            crowd.NOW,
            1,
            said.id,
        )
    return await stored.get(1, said.id)


async def one_pass(campaign: Campaign) -> None:
    async with atomic():
        await take_time()
        await join_widely()
        await _ONE_PASS.run(audience.judged(1, campaign, crowd.NOW), 1, campaign.id)


async def gather(campaign: Campaign) -> None:
    while await gathering.gather(1, campaign.id):
        pass


async def post(campaign: Campaign) -> None:
    """Mail after mail into the outbox, as the worker does it."""
    for _ in range(MAILS // sending.CHUNK):
        assert await sending._chunk(1, campaign.id)


def of(work: Callable[[Campaign], Awaitable[object]], campaign: Campaign) -> Callable[[], Awaitable[object]]:
    return lambda: work(campaign)


async def filled(url: str, customers: int) -> None:
    await crowd.fill(url, customers, 1)
    await run("UPDATE customers SET email = uid || '@crowd.example', email_key = uid WHERE programme_id = 1")
    if not is_sqlite():
        await run("VACUUM ANALYZE")


async def measured(table: Table) -> None:
    """The limit first, ours after it: the same shop, everybody of it."""
    limit, ours = await made("limit"), await made("ours")
    table.limit = await table.line("everybody’s place in one statement", of(one_pass, limit))
    await table.line("counted, by reason", lambda: audience.count(1, ours))
    await table.line("gathered and drawn, 20,000 customers at a time", of(gather, ours))
    found = await rows(
        "SELECT arm, count(*) AS people FROM campaign_recipients WHERE programme_id = 1 AND campaign_id = {}"
        " GROUP BY arm ORDER BY arm",
        ours.id,
    )
    print("  " + ", ".join(f"{row['people']:,} {row['arm'] or 'left out'}" for row in found))
    table.limit = 0
    took = await table.line(f"{MAILS:,} mails into the outbox, 25 at a time", of(post, ours))
    print(f"  {MAILS / took:,.0f} a second: a million in {1_000_000 / MAILS * took / 3600:.1f} hours")


async def bench(url: str, customers: int) -> None:
    await migrate(url)
    await connect(url)
    with clock.at(crowd.NOW):
        table = Table()
        await table.line("filling", lambda: filled(url, customers))
        print(f"{'sqlite' if is_sqlite() else 'postgresql'}: {customers:,} customers")
        await measured(table)
    await disconnect()


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--customers", type=int, default=1_000_000)
    given.add_argument("--engine", choices=("sqlite", "postgresql"), default="postgresql")
    given.add_argument("--folder", default="", help="where SQLite's file is made")
    wanted = given.parse_args()
    with database(wanted.engine, wanted.folder) as url:
        asyncio.run(bench(url, wanted.customers))


if __name__ == "__main__":
    main()
