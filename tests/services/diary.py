"""Jobs for tests, and what they did."""

import asyncio
from typing import Any

import pytest

from db.engine import rows
from loyalty.jobs import registry
from loyalty.jobs.registry import Job


class Diary:
    """What the jobs of a test did."""

    def __init__(self) -> None:
        self.ran: list[Any] = []
        self.died: list[tuple[Any, str]] = []
        self.tasks: set[asyncio.Task[Any] | None] = set()
        self.fails_with: Exception | None = None
        self.gate = asyncio.Event()
        self.wrote = asyncio.Event()

    async def write(self, programme_id: int, args: dict[str, Any]) -> None:
        self.tasks.add(asyncio.current_task())
        if self.fails_with:
            raise self.fails_with
        self.ran.append(args["n"])
        self.wrote.set()

    async def linger(self, programme_id: int, args: dict[str, Any]) -> None:
        self.ran.append(args["n"])
        self.wrote.set()
        await self.gate.wait()

    async def bury(self, programme_id: int, args: dict[str, Any], error: str) -> None:
        self.died.append((args["n"], error))


def kept_by(monkeypatch: pytest.MonkeyPatch) -> Diary:
    """A diary whose jobs `write` and `linger` exist for one test."""
    diary = Diary()
    for name, job in (("write", diary.write), ("linger", diary.linger)):
        monkeypatch.setitem(registry._loaded, name, Job(job, died=diary.bury))
    return diary


async def jobs() -> list[dict[str, Any]]:
    return await rows("SELECT * FROM jobs WHERE programme_id = 1 ORDER BY id")


async def states() -> list[str]:
    return [row["state"] for row in await jobs()]
