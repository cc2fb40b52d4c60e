"""kill -9 in a storm of writes: what was acknowledged is there, once, and nothing needs a repair."""

import asyncio
import random
import sys
from collections import Counter

from db.engine import connect, disconnect, rows
from loyalty.ledger.adjusting import adjust
from loyalty.ledger.verifying import verify
from loyalty.rules.actors import SYSTEM
from tests import factories

ROUNDS = 10


async def test_ten_kills_lose_nothing_that_was_acknowledged(database_url: str) -> None:
    await connect(database_url)
    await factories.programme(1)
    people = [await factories.customer(1, f"{name} Storm") for name in ("Ines", "Rex", "Ada")]
    await disconnect()
    chance, acknowledged = random.Random(9), list[str]()
    for number in range(ROUNDS):
        acknowledged += await _killed_in_the_middle(database_url, str(number), chance.uniform(0.0, 0.6))
        await connect(database_url)
        found = Counter(
            row["key"] for row in await rows("SELECT key FROM ledger_entries WHERE programme_id = 1")
        )
        missing = [key for key in acknowledged if found[f"adjust:{key}"] != 1]
        assert missing == [], f"round {number}"
        assert await verify() == [], f"round {number}"
        done = await adjust(1, people[0].id, 1, by=SYSTEM, reason="After the kill", key=f"after-{number}")
        assert not done.entry.repeated
        await disconnect()
    assert len(acknowledged) > ROUNDS


async def _killed_in_the_middle(url: str, name: str, seconds: float) -> list[str]:
    """The keys that were acknowledged until the process was killed, some while after its first one."""
    command = [sys.executable, "-m", "tests.proof.storm", url, name]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            first = await process.stdout.readline()
        await asyncio.sleep(seconds)
        assert process.returncode is None, "the storm ended by itself"
    finally:
        process.kill()
    told = first + await process.stdout.read()
    await process.wait()
    return [line for line in told.decode().split("\n")[:-1] if line]
