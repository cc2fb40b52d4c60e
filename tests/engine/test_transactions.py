"""atomic() and snapshot(): what is seen, what is kept, what is undone."""

import asyncio
import contextvars

import pytest

from db.engine import atomic, in_transaction, run, snapshot
from tests.engine.conftest import Counters


async def test_a_transaction_sees_its_own_writes_and_others_see_them_after_it(counters: Counters) -> None:
    written, looked = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with atomic():
            await counters.add()
            assert await counters.read() == 1
            written.set()
            await looked.wait()

    writer = asyncio.create_task(write())
    await written.wait()
    assert await counters.read() == 0
    looked.set()
    await writer
    assert await counters.read() == 1


async def test_an_error_undoes_the_whole_transaction(counters: Counters) -> None:
    with pytest.raises(KeyError):
        async with atomic():
            await counters.add()
            raise KeyError
    assert await counters.read() == 0


async def test_a_nested_transaction_undoes_only_itself(counters: Counters) -> None:
    async with atomic():
        await counters.add("left")
        with pytest.raises(KeyError):
            async with atomic():
                await counters.add("left", 10)
                async with atomic():
                    await counters.add("right", 100)
                raise KeyError
        async with atomic():
            await counters.add("right", 1)
    assert (await counters.read("left"), await counters.read("right")) == (1, 1)


async def test_a_refused_statement_in_a_nested_transaction_leaves_the_outer_one_usable(
    counters: Counters,
) -> None:
    async with atomic():
        await counters.add()
        with pytest.raises(Exception, match="counters"):
            async with atomic():
                await run("INSERT INTO counters (name, n) VALUES ('left', 0)")
        await counters.add()
    assert await counters.read() == 2


async def test_a_task_that_outlives_its_transaction_writes_on_its_own(counters: Counters) -> None:
    over = asyncio.Event()

    async def later() -> None:
        await over.wait()
        assert not in_transaction()
        async with atomic():
            await counters.add()

    async with atomic():
        straggler = asyncio.create_task(later())
        await asyncio.sleep(0)
    over.set()
    await straggler
    assert await counters.read() == 1


async def test_a_snapshot_stays_the_same_while_others_write(counters: Counters) -> None:
    async def write() -> None:
        async with atomic():
            await counters.add()

    somebody_else = contextvars.copy_context()
    async with snapshot():
        before = await counters.read()
        await asyncio.create_task(write(), context=somebody_else)
        assert await counters.read() == before
    assert await counters.read() == before + 1


async def test_a_snapshot_can_not_write(counters: Counters) -> None:
    with pytest.raises(Exception, match=r"read-?only"):
        async with snapshot():
            await counters.add()
    with pytest.raises(RuntimeError, match="only reads"):
        async with snapshot(), atomic():
            pass
    assert await counters.read() == 0


async def test_a_snapshot_inside_a_transaction_sees_its_writes(counters: Counters) -> None:
    async with atomic():
        await counters.add()
        async with snapshot():
            assert await counters.read() == 1
