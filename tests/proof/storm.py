"""Adjust without end, and print each key once it is committed. Run as `python -m tests.proof.storm URL ROUND`."""

import asyncio
import random
import sys

from db.engine import connect, rows
from loyalty.errors import NotEnoughPoints
from loyalty.ledger.adjusting import adjust
from loyalty.rules.actors import SYSTEM


async def write(people: list[int], name: str, chance: random.Random) -> None:
    for number in range(10**9):
        key = f"{name}-{number}"
        points = chance.choice((5, 9, -4, -7))
        try:
            await adjust(1, chance.choice(people), points, by=SYSTEM, reason="Storm", key=key)
        except NotEnoughPoints:
            continue
        sys.stdout.write(f"{key}\n")
        sys.stdout.flush()


async def main(url: str, round_: str) -> None:
    await connect(url)
    people = [row["id"] for row in await rows("SELECT id FROM customers WHERE programme_id = 1")]
    async with asyncio.TaskGroup() as tasks:
        for task in range(8):
            tasks.create_task(write(people, f"{round_}-{task}", random.Random(f"{round_}/{task}")))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
