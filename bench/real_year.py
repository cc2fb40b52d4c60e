"""How fast a real shop's year comes in, beside what the database takes to store the same rows.

    python -m bench.real_year csv|log|http|shuffled|both [--engine sqlite|postgresql]

Every way must end with each member's exact points and a clean `verify`; the exit code says whether it
did. The limit writes the rows that our run produced with the bare driver, 200 orders a transaction.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench import limits
from bench.limits import Took
from db.engine import connect, disconnect
from db.migrate import migrate
from loyalty.imports import customers, orders, webhooks
from loyalty.integrations.signatures import sign
from loyalty.jobs.worker import Worker
from loyalty.ledger.balances import export_balances
from loyalty.ledger.verifying import verify
from loyalty.programme_files.applying import apply
from loyalty.programme_files.reading import read
from loyalty.rules.actors import SYSTEM
from tests import postgres
from tests.stories import real_year
from tests.stories.real_year import Points

SECRET = "the-secret-that-signs-this-shops-webhooks"
WAYS = ("csv", "log", "http", "shuffled", "both")
DOORS = 16
ORDERS = 19_959


@contextmanager
def databases(engine: str) -> Iterator[tuple[str, str]]:
    """Two empty databases of this kind: ours and the limit's."""
    with ExitStack() as held:
        if engine == "sqlite":
            folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
            yield f"sqlite:///{folder}/ours.sqlite", f"sqlite:///{folder}/limit.sqlite"
            return
        server = held.enter_context(postgres.server())
        if server is None:
            sys.exit("There is no PostgreSQL here.")
        yield held.enter_context(postgres.scratch(server)), held.enter_context(postgres.scratch(server))


@asynccontextmanager
async def shop(url: str, *, alone: bool) -> AsyncIterator[int]:
    """The example programme on an empty database; `alone` as commands connect, else as the server does."""
    os.environ["REGULARS_WEB_WEBHOOK_SECRET"] = SECRET
    await migrate(url)
    await connect(url, **({"threaded": False} if alone and url.startswith("sqlite") else {}))
    try:
        yield (await apply(read(real_year.EXAMPLE.read_text()), by=SYSTEM)).programme_id
    finally:
        await disconnect()


async def by_file(programme_id: int) -> None:
    await customers.run(programme_id, real_year.file("customers_export.csv.gz"), "shopify")
    await orders.run(programme_id, real_year.file("orders_export.csv.gz"), "shopify")


async def by_log(programme_id: int) -> None:
    await webhooks.run(programme_id, real_year.file("webhooks.jsonl.gz"), "shopify")


async def by_http(programme_id: int, *, shuffled: bool) -> None:
    """Signed deliveries at the door, 16 at a time; shuffled: each twice, with forgeries among them."""
    events = real_year.deliveries(1)
    forged = events[::50] if shuffled else []
    if shuffled:
        events = random.Random(20101201).sample(events * 2, len(events) * 2)
    assert set(await deliver(programme_id, events, SECRET)) == {200}
    assert set(await deliver(programme_id, forged, "somebody-elses-secret")) <= {401}
    await Worker().step()


async def deliver(programme_id: int, events: list[dict[str, Any]], secret: str) -> list[int]:
    from db.engine import value
    from web.app import create_app

    uid = await value("SELECT uid FROM stores WHERE programme_id = {}", programme_id)
    transport = httpx.ASGITransport(app=create_app())
    waiting, statuses = iter(events), []

    async def sender(door: httpx.AsyncClient) -> None:
        for event in waiting:
            body = json.dumps(event["body"]).encode()
            headers = {
                "X-Shopify-Hmac-Sha256": sign(body, secret),
                "X-Shopify-Topic": event["topic"],
                "X-Shopify-Webhook-Id": event["webhook_id"],
                "X-Shopify-Shop-Domain": "gifts.example",
            }
            answer = await door.post(f"/hooks/shopify/{uid}", content=body, headers=headers)
            statuses.append(answer.status_code)

    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as door:
        await asyncio.gather(*(sender(door) for _ in range(DOORS)))
    return statuses


async def is_exact(programme_id: int) -> bool:
    """Whether every member has the year's points and no invariant is broken; says what differs."""
    found = {
        row.email: Points(row.earned, row.clawed_back, row.available)
        async for row in export_balances(programme_id)
        if row.email is not None
    }
    wanted = real_year.expected()
    wrong = [email for email, points in wanted.items() if found.get(email) != points]
    findings = await verify(programme_id)
    print(
        f"  {len(wanted):,} members, {len(wrong)} differ; {len(findings)} broken invariants", file=sys.stderr
    )
    return not wrong and not findings


async def a_year(way: str, url: str, limit_url: str) -> tuple[Took, Took]:
    """What the year takes to come in this way, and its rows alone. Raises SystemExit unless it is exact."""
    async with shop(url, alone=way in ("csv", "log", "both")) as programme_id:
        started = limits.starting()
        if way in ("csv", "both"):
            await by_file(programme_id)
        if way in ("log", "both"):
            await by_log(programme_id)
        if way in ("http", "shuffled"):
            await by_http(programme_id, shuffled=way == "shuffled")
        ours = Took.since(started)
        if not await is_exact(programme_id):
            raise SystemExit("The year did not end with everybody's exact points.")
        stored = await limits.stored(programme_id)
    return ours, await limits.store(limit_url, stored)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    chosen = parser.parse_args()
    print(f"A year of {ORDERS:,} orders and 3,765 refunds, {chosen.way}, {chosen.engine}")
    with databases(chosen.engine) as (url, limit_url):
        ours, limit = asyncio.run(a_year(chosen.way, url, limit_url))
    print(
        f"  ours {ours.wall:.1f} s, {ORDERS / ours.wall:,.0f} orders/s;"
        f" limit {limit.wall:.1f} s, {ORDERS / limit.wall:,.0f} orders/s; ratio {ours.wall / limit.wall:.2f}"
    )
    print(f"  of this process: {ours.busy:.1f} s and {limit.busy:.1f} s, ratio {ours.busy / limit.busy:.2f}")


if __name__ == "__main__":
    main()
