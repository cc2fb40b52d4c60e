"""The worker: claims what is due, runs each job in a task of its own, notes how it went."""

import asyncio
import os
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress

import structlog

from db.engine import atomic
from db.enums import JobState
from loyalty import queue, sealing
from loyalty.errors import LoyaltyError
from loyalty.jobs import leases
from loyalty.jobs.leases import Lease
from loyalty.jobs.registry import job
from loyalty.jobs.schedule import Clockwork
from loyalty.ledger import counting

SHORTEST_NAP = 0.02
LONGEST_NAP = 1.0
GATHER = 0.02
UPKEEP_EVERY = 15.0
GRACE = 20.0

log = structlog.get_logger("worker")


class Worker:
    """One per process. At most `batch` jobs are held at a time, `at_once` of them running.

    What is urgent is taken beyond that and has a lane of its own: it waits for nothing that runs long.
    Several jobs are claimed and noted in one transaction each, because on SQLite a commit costs more
    than a small job.
    """

    def __init__(self, *, name: str | None = None, batch: int = 20, at_once: int = 4) -> None:
        self.name = name or f"{os.getpid()}-{secrets.token_hex(4)}"
        self._batch = batch
        self._turns = {urgent: asyncio.Semaphore(at_once) for urgent in (False, True)}
        self._held: dict[asyncio.Task[str | None], Lease] = {}
        self._clockwork = Clockwork()
        self._upkeep_at = 0.0

    async def step(self) -> int:
        """Free dead workers' jobs, run everything due now to its end, and return how many ran."""
        await self._reap()
        ran = 0
        while claimed := await self._claim():
            await asyncio.wait(self._held)
            await self._note()
            ran += claimed
        return ran

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then let running jobs finish for 20 s and give back the rest.

        Wakes at once for work put into the queue in this process, else within a second.
        """
        try:
            with queue.listening() as ear:
                await self._work(ear, stop)
            await self._wind_up()
        finally:
            for task in self._held:  # only when this task was cancelled; their leases will run out
                task.cancel()

    async def _work(self, ear: asyncio.Event, stop: asyncio.Event) -> None:
        nap = SHORTEST_NAP
        while not stop.is_set():
            try:
                busy = await self._turn()
            except Exception as error:
                log.error("worker stumbled", exc_info=error)
                busy, nap = False, LONGEST_NAP
            nap = SHORTEST_NAP if busy or ear.is_set() else min(LONGEST_NAP, nap * 2)
            ear.clear()
            await self._wait(nap, ear, stop)

    async def _turn(self) -> bool:
        if time.monotonic() >= self._upkeep_at:
            self._upkeep_at = time.monotonic() + UPKEEP_EVERY
            await self._upkeep()
        noted = await self._note()
        return await self._claim() > 0 or noted > 0

    async def _upkeep(self) -> None:
        # What is held first: a worker that couldn't look for a while must not take its own jobs for a dead one's.
        kept = await leases.renew(list(self._held.values()))
        for task, lease in self._held.items():
            if lease.key not in kept:
                log.warning("lease lost", job=lease.name, id=lease.id)
                task.cancel()
        await self._reap()
        await self._clockwork.tick()
        await sealing.seal_waiting()
        await counting.count_waiting()

    async def _claim(self) -> int:
        held = len(self._held)
        room = self._batch - held if held <= self._batch // 2 else 0
        if held >= 2 * self._batch or not await leases.waiting(urgent=not room):
            return 0
        claimed = await leases.claim(self.name, room)
        for lease in claimed:
            self._held[asyncio.create_task(self._perform(lease), name=lease.name)] = lease
        return len(claimed)

    async def _perform(self, lease: Lease) -> str | None:
        """Run one job; the error, or None when it went well."""
        async with self._turns[lease.urgent]:
            try:
                await job(lease.name).run(lease.programme_id, lease.args)
            except LoyaltyError as error:
                return str(error)
            except Exception as error:
                log.error("job failed", job=lease.name, id=lease.id, attempt=lease.attempt, exc_info=error)
                return f"{type(error).__name__}: {error}"
        return None

    async def _note(self) -> int:
        finished = [task for task in self._held if task.done()]
        if not finished:
            return 0
        died = []
        async with atomic():
            for task in finished:
                lease, error = self._held[task], _error(task)
                if error is None:
                    await leases.succeed(lease)
                elif await leases.fail(lease, error) is JobState.DEAD:
                    died.append((lease, error))
        for task in finished:
            del self._held[task]
        await _mourn(died)
        return len(finished)

    async def _reap(self) -> None:
        await _mourn((lease, leases.STOPPED) for lease in await leases.reap())

    async def _wait(self, nap: float, ear: asyncio.Event, stop: asyncio.Event) -> None:
        signals = [asyncio.create_task(event.wait()) for event in (ear, stop)]
        try:
            await asyncio.wait([*self._held, *signals], timeout=nap, return_when=asyncio.FIRST_COMPLETED)
            if self._held and not stop.is_set():
                await asyncio.wait(self._held, timeout=GATHER)
        finally:
            for signal in signals:
                signal.cancel()

    async def _wind_up(self) -> None:
        if self._held:
            await asyncio.wait(self._held, timeout=GRACE)
        unfinished = [task for task in self._held if not task.done()]
        for task in unfinished:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await leases.give_back(self._held.pop(task))
        await self._note()


async def run(stop: asyncio.Event) -> None:
    """Work in this process until `stop` is set."""
    await Worker().run(stop)


def _error(task: asyncio.Task[str | None]) -> str | None:
    return leases.STOPPED if task.cancelled() else task.result()


async def _mourn(dead: Iterable[tuple[Lease, str]]) -> None:
    for lease, error in dead:
        log.error("job dead", job=lease.name, id=lease.id, reason=error)
        try:
            died = job(lease.name).died
            if died is not None:
                await died(lease.programme_id, lease.args, error)
        except Exception as failure:
            log.error("a dead job's farewell failed", job=lease.name, id=lease.id, exc_info=failure)
