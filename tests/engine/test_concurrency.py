"""Many writers at once lose nothing, and a contended verb starts over."""

import asyncio
import contextvars
import subprocess
import sys

import pytest

from db.engine import ATTEMPTS, Contention, Database, PoolExhausted, atomic, database_for, is_sqlite, retried
from tests.engine.conftest import Counters

PROCESS = """
import asyncio, sys
from db.engine import atomic, connect, disconnect, retried, run, value

@retried
async def add():
    async with atomic():
        before = await value("SELECT n FROM counters WHERE name = 'left'")
        now = await run("UPDATE counters SET n = n + 1 WHERE name = 'left' RETURNING n")
        assert now[0]["n"] > before

async def main():
    await connect(sys.argv[1])
    for _ in range(4):
        await asyncio.gather(*(add() for _ in range(32)))
    await disconnect()

asyncio.run(main())
"""


async def test_two_hundred_writers_at_once_lose_nothing(counters: Counters) -> None:
    async def add() -> None:
        async with atomic():
            before = await counters.read()
            await counters.add()
            assert await counters.read() >= before + 1

    await asyncio.gather(*(add() for _ in range(200)))
    assert await counters.read() == 200


async def test_two_processes_with_32_tasks_each_lose_nothing(counters: Counters, database_url: str) -> None:
    command = [sys.executable, "-c", PROCESS, database_url]
    processes = [await asyncio.create_subprocess_exec(*command, stderr=subprocess.PIPE) for _ in range(2)]
    for process in processes:
        _, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
    assert await counters.read() == 2 * 4 * 32


async def test_a_verb_waiting_for_another_process_is_retried(counters: Counters, database_url: str) -> None:
    options = {"patience": 0.01} if is_sqlite() else {"lock": 0.05}
    holder = database_for(database_url, **options)
    tried, third_try = 0, asyncio.Event()

    @retried
    async def add() -> None:
        nonlocal tried
        tried += 1
        if tried == 3:
            third_try.set()
        async with holder.transaction():
            await holder.statement("UPDATE counters SET n = n + 1 WHERE name = {}", ["left"], "write")

    blocked = asyncio.Event()

    async def block() -> None:
        async with atomic():
            await counters.add()
            blocked.set()
            await third_try.wait()

    await holder.start()
    try:
        blocker = asyncio.create_task(block())
        await blocked.wait()
        await add()
        await blocker
    finally:
        await holder.stop()
    assert tried >= 3
    assert await counters.read() == 2


async def test_two_verbs_that_lock_each_other_out_both_succeed(counters: Counters) -> None:
    on_their_way, both_hold_one = 0, asyncio.Event()

    @retried
    async def move(source: str, target: str) -> None:
        nonlocal on_their_way
        async with atomic():
            await counters.add(source, -1)
            on_their_way += 1
            if on_their_way == 2 or is_sqlite():  # SQLite lets only one begin
                both_hold_one.set()
            await both_hold_one.wait()
            await counters.add(target, 1)

    await asyncio.gather(move("left", "right"), move("right", "left"))
    assert await counters.read("left") == await counters.read("right") == 0


async def test_a_contended_verb_gives_up_after_five_attempts(db: Database) -> None:
    tried = 0

    @retried
    async def never() -> None:
        nonlocal tried
        tried += 1
        raise Contention

    with pytest.raises(Contention):
        await never()
    assert tried == ATTEMPTS
    tried = 0
    with pytest.raises(Contention):
        async with atomic():
            await never()
    assert tried == 1, "inside a transaction only the outermost verb can start over"


async def test_a_full_queue_is_an_answer_and_not_a_hang(counters: Counters, database_url: str) -> None:
    options = {"queue_patience": 0.05} if is_sqlite() else {"pool_max": 1, "acquire": 0.05}
    small = database_for(database_url, **options)
    await small.start()
    try:
        async with small.transaction():
            somebody_else = asyncio.create_task(_enter(small), context=contextvars.Context())
            with pytest.raises(PoolExhausted, match="busy"):
                await somebody_else
    finally:
        await small.stop()


async def _enter(database: Database) -> None:
    async with database.transaction():
        pass


async def test_processes_on_one_database_make_ids_with_different_nodes(
    db: Database, database_url: str
) -> None:
    # In a process of its own: SQLite's lock file tells processes apart, not connections.
    claim = (
        "import asyncio, sys; from db.engine import database_for\n"
        "async def main():\n"
        "    print(await database_for(sys.argv[1]).claim_node(), flush=True)\n"
        "    sys.stdin.read()\n"
        "asyncio.run(main())"
    )
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", claim, database_url]
    others = [await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe) for _ in range(4)]
    numbers = [int(await other.stdout.readline()) for other in others if other.stdout]
    for other in others:
        await other.communicate(b"")
    assert len(set(numbers)) == 4
