"""One process of the rush: 32 tasks on the same few customers. Prints what it did, as one JSON line.

Run as `python -m tests.proof.rush URL SEED SECONDS`.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from db.engine import connect, disconnect, engine, rows
from db.enums import OrderStatus
from loyalty.errors import LoyaltyError
from loyalty.ledger.adjusting import adjust
from loyalty.ledger.expiring import sweep
from loyalty.orders import receiving
from loyalty.rewards.redeeming import redeem
from loyalty.rules.actors import SYSTEM
from loyalty.rules.orders import IncomingOrder, IncomingRefund

TASKS = 32
ORDERS = 40


@dataclass(slots=True)
class Rush:
    """Who is rushed, and what was done: how often what, and the keys that were acknowledged."""

    people: list[dict[str, Any]]
    reward: int
    store: int
    until: float
    done: Counter[str] = field(default_factory=Counter)
    keys: list[str] = field(default_factory=list)


async def one_task(rush: Rush, name: str, chance: random.Random) -> None:
    people, reward, store, done, keys = rush.people, rush.reward, rush.store, rush.done, rush.keys
    number = 0
    while time.monotonic() < rush.until:
        number += 1
        key, person = f"{name}-{number}", chance.choice(people)
        what = chance.choice(("redeem", "add", "take", "order", "refund", "sweep", "same key"))
        try:
            match what:
                case "redeem":
                    await redeem(1, person["id"], reward, by=SYSTEM, key=key)
                    keys.append(f"redeem:{key}")
                case "add" | "take":
                    points = chance.randint(1, 30) * (1 if what == "add" else -1)
                    await adjust(1, person["id"], points, by=SYSTEM, reason="Rush", key=key)
                    keys.append(f"adjust:{key}")
                case "order":
                    await receiving.receive(1, store, order(chance.randrange(ORDERS), people))
                case "refund":
                    of, part = chance.randrange(ORDERS), chance.randrange(4)
                    refund = IncomingRefund(f"R{part}", str(of), 700, datetime(2026, 5, 1, tzinfo=UTC))
                    await receiving.receive_refund(1, store, refund)
                case "sweep":
                    await sweep(1)
                case _:
                    shared = chance.randrange(50)
                    await adjust(
                        1, people[shared % 5]["id"], 3, by=SYSTEM, reason="Rush", key=f"shared-{shared}"
                    )
                    keys.append(f"adjust:shared-{shared}")
            done[what] += 1
        except LoyaltyError as refusal:
            done[f"refused: {type(refusal).__name__}"] += 1


def order(number: int, people: list[dict[str, Any]]) -> IncomingOrder:
    """Both processes tell the same orders: each must count once."""
    at = datetime(2026, 4, 1, number % 24, tzinfo=UTC)
    return IncomingOrder(
        external_id=str(number),
        name=f"#{number}",
        customer=None,
        email=people[number % len(people)]["email"],
        status=OrderStatus.PAID,
        currency="EUR",
        total_minor=3_050 + number,
        placed_at=at,
        paid_at=at,
    )


def idle(database: Any) -> bool:
    """Whether every connection is back where it belongs."""
    if database.engine_type == "sqlite":
        queues = (database._writers, database._readers)
        return all(len(queue._idle) == len(queue.slots) and not queue._waiting for queue in queues)
    return database.pool.get_idle_size() == database.pool.get_size()


async def main(url: str, seed: str, seconds: str) -> None:
    await connect(url)
    people = await rows("SELECT id, email FROM customers WHERE programme_id = 1 ORDER BY id")
    reward = (await rows("SELECT id FROM rewards WHERE programme_id = 1"))[0]["id"]
    store = (await rows("SELECT id FROM stores WHERE programme_id = 1"))[0]["id"]
    rush = Rush(people, reward, store, time.monotonic() + float(seconds))
    async with asyncio.TaskGroup() as tasks:
        for number in range(TASKS):
            chance = random.Random(f"{seed}/{number}")
            tasks.create_task(one_task(rush, f"{seed}-{number}", chance))
    json.dump({"done": rush.done, "keys": rush.keys, "idle": idle(engine())}, sys.stdout)
    await disconnect()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
