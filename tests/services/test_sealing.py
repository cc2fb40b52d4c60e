"""The audit trail's chain: sealed soon after, by one at a time, and broken by any change. PRODUCT O1."""

import asyncio

import pytest

from db.engine import Database, atomic, rows, run, value
from db.engine.errors import Refused
from loyalty import clock, sealing
from loyalty.jobs.worker import Worker
from loyalty.ledger.verifying import verify
from tests import factories
from tests.cast import Cast, assemble
from tests.loosening import loosen


class TakenBack(Exception):
    """Ends a transaction without keeping anything of it."""


@pytest.fixture
async def cast(db: Database) -> Cast:
    return await assemble()


async def acted(cast: Cast, times: int = 3) -> None:
    for _ in range(times):
        await factories.give(cast.ines, 10)


async def broken(tables: str, *statements: str) -> str | None:
    """What the check says after these statements, which are taken back."""
    said = None
    with pytest.raises(TakenBack):
        async with atomic():
            await loosen(*tables.split())
            for statement in statements:
                await run(statement)
            said = await sealing.first_break(1)
            (finding,) = await verify(1)
            assert finding.offenders == (said,)
            raise TakenBack
    return said


async def test_actions_wait_and_are_sealed_in_order_each_once(cast: Cast) -> None:
    await acted(cast)
    assert await sealing.first_break(1) is None
    waiting = await value("SELECT count(*) FROM unsealed_actions WHERE programme_id = {}", 1)
    assert await sealing.seal(1) == waiting >= 3
    assert await sealing.seal(1) == 0
    seals = await rows("SELECT seq, action_id FROM audit_seals WHERE programme_id = {} ORDER BY seq", 1)
    assert [row["seq"] for row in seals] == list(range(1, waiting + 1))
    assert [row["action_id"] for row in seals] == sorted(row["action_id"] for row in seals)
    before = await sealing.head(1)
    await acted(cast, 1)
    await sealing.seal_waiting()
    assert (await sealing.head(1)).seq == before.seq + 1
    assert await sealing.first_break(1) is None
    assert await verify(1) == []


async def test_an_action_dated_back_takes_its_place_at_the_end(cast: Cast) -> None:
    await acted(cast)
    await sealing.seal(1)
    with clock.at(factories.START.replace(year=2020)):
        await factories.give(cast.rex, 5, at=factories.START.replace(year=2020))
    await sealing.seal(1)
    assert await sealing.first_break(1) is None


async def test_many_at_once_make_one_chain(cast: Cast) -> None:
    await acted(cast, 5)
    sealed = await asyncio.gather(*(sealing.seal(1) for _ in range(4)))
    assert sum(sealed) == (await sealing.head(1)).seq
    assert await sealing.first_break(1) is None


async def test_the_worker_seals(cast: Cast) -> None:
    await acted(cast)
    await Worker()._upkeep()
    assert (await sealing.head(1)).seq >= 3
    assert (await sealing.head(2)).seq == 0


async def test_every_planted_change_is_found_and_named(cast: Cast) -> None:
    await acted(cast, 4)
    await sealing.seal(1)
    seals = await rows("SELECT action_id FROM audit_seals WHERE programme_id = {} ORDER BY seq", 1)
    ids = [row["action_id"] for row in seals]
    uid = await value("SELECT uid FROM actions WHERE programme_id = {} AND id = {}", 1, ids[1])
    of = f"WHERE programme_id = 1 AND id = {ids[1]}"
    for change in (
        "sentence = 'Nothing happened'",
        "actor_name = 'Somebody else'",
        "after = '{{\"balance\": 1}}'",
        "reason = reason || ' '",
        "undo = NULL",
        "at = '2020-01-01 00:00:00+00:00'",
        "customer_id = NULL",
    ):
        said = await broken("actions", f"UPDATE actions SET {change} {of}")
        assert said == f"action {uid} (points.adjusted), or its seal 2, was changed", change
    assert await broken("actions", f"DELETE FROM actions {of}") == "the action of seal 2 is missing"
    gone = "DELETE FROM audit_seals WHERE programme_id = 1 AND seq = 2"
    assert await broken("audit_seals", gone) == "seal 2 is missing"
    changed = f"UPDATE audit_seals SET hash = '{'f' * 64}' WHERE programme_id = 1 AND seq = 2"
    said = await broken("audit_seals", changed)
    assert said is not None
    assert "seal 2" in said
    slipped_in = "DELETE FROM unsealed_actions WHERE programme_id = 1"
    await acted(cast, 1)
    said = await broken("", slipped_in)
    assert said is not None
    assert said.endswith("was never sealed")


async def test_seals_refuse_to_be_changed(cast: Cast) -> None:
    await acted(cast, 1)
    await sealing.seal(1)
    with pytest.raises(Refused):
        await run("UPDATE audit_seals SET hash = {} WHERE programme_id = 1", "0" * 64)
    with pytest.raises(Refused):
        await run("DELETE FROM audit_seals WHERE programme_id = 1")
