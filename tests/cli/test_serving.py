"""regulars serve and worker: they answer, and a signal ends them cleanly."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from db.migrate import migrate

PATIENCE = 60.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(url: str, tmp_path: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "REGULARS_DATABASE_URL": url, "REGULARS_DATA_DIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "loyalty.cli", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _answers(port: int) -> int:
    """The status of the sign-in page, as soon as somebody answers."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}/admin/sign-in", timeout=PATIENCE) as answer:
                return int(answer.status)
        except URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_it_serves_and_ends_with_0_on_sigterm(database_url: str, tmp_path: Path) -> None:
    workers = 1 if database_url.startswith("sqlite") else 2
    port = _free_port()
    with _running(database_url, tmp_path, "serve", "--port", str(port), "--workers", str(workers)) as process:
        assert _answers(port) == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_sqlite_is_not_served_by_several_processes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.sqlite'}"
    asyncio.run(migrate(url))
    with _running(url, tmp_path, "serve", "--workers", "2") as process:
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert said == "SQLite is written by one process; serve with one worker, or use PostgreSQL.\n"


def test_the_worker_ends_with_0_on_sigterm(database_url: str, tmp_path: Path) -> None:
    with _running(database_url, tmp_path, "worker") as process:
        assert process.stderr is not None
        assert "Working" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
