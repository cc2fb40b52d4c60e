"""Two processes with 32 tasks each redeem, adjust, earn, refund and expire on the same five customers."""

import asyncio
import json
import sys
from collections import Counter

from db.engine import Database, rows, run
from db.enums import EarningTrigger
from loyalty.ledger.verifying import verify
from tests import factories
from tests.factories import START
from tests.ledger.shop import DAY, earned

SECONDS = 8


async def test_a_rush_loses_nothing_doubles_nothing_and_overspends_nothing(
    db: Database, database_url: str
) -> None:
    await _open_shop()
    command = [sys.executable, "-m", "tests.proof.rush", database_url]
    pipe = asyncio.subprocess.PIPE
    rushing = [
        await asyncio.create_subprocess_exec(*command, seed, str(SECONDS), stdout=pipe, stderr=pipe)
        for seed in "ab"
    ]
    told = []
    for process in rushing:
        out, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        told.append(json.loads(out))
    assert all(report["idle"] for report in told), "a connection was not given back"
    done = Counter(told[0]["done"]) + Counter(told[1]["done"])
    for what in ("redeem", "add", "take", "order", "refund", "sweep", "same key"):
        assert done[what], (what, done)
    assert {word for word in done if word.startswith("refused")} <= {
        "refused: NotEnoughPoints",
        "refused: Invalid",
    }
    assert await verify() == []
    await _each_key_once([*told[0]["keys"], *told[1]["keys"]])
    assert await rows("SELECT customer_id FROM accounts WHERE programme_id = 1 AND balance < 0") == []
    orders = await rows("SELECT external_id, earned_points FROM orders WHERE programme_id = 1")
    assert all(row["earned_points"] == (3_050 + int(row["external_id"])) // 100 for row in orders)


async def _open_shop() -> None:
    await factories.programme(
        1, hold_days=0, expiry_policy="rolling", expiry_months=12, negative_policy="block"
    )
    await factories.store(1)
    await factories.earning_rule(1, EarningTrigger.ORDER, 1, per_minor=100, base="total")
    await factories.reward(1, price=20)
    for name in ("Ines", "Rex", "Ada", "Bo", "Cleo"):
        person = await factories.customer(1, f"{name} Rush", points=200)
        for day in range(8):
            await earned(person, 10, expires_at=START + (30 + day) * DAY, key=f"bonus:{name}:{day}")
    await run(
        "UPDATE lots SET notified_at = {}, lapses_at = expires_at WHERE programme_id = 1 AND expires_at < {}",
        START,
        START + 60 * DAY,
    )


async def _each_key_once(acknowledged: list[str]) -> None:
    found = Counter(row["key"] for row in await rows("SELECT key FROM ledger_entries WHERE programme_id = 1"))
    assert max(found.values()) == 1
    assert set(acknowledged) <= set(found), "an acknowledged entry was lost"
    adjusted = {key for key in found if key.startswith("adjust:") and not key.startswith("adjust:given-")}
    assert adjusted <= set(acknowledged), "an entry nobody was told about"
