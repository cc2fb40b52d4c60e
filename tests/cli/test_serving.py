"""regulars serve and worker: they answer, and a signal ends them cleanly."""

import asyncio
import json
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

import httpx
import pytest

from db.engine import connect, disconnect, rows, run, value
from db.enums import EarningTrigger
from db.migrate import migrate
from loyalty.integrations.signatures import sign
from tests import factories, postgres
from tests.cast import assemble, assert_books_balance

PATIENCE = 60.0
SECRET = "a-secret-of-32-characters-or-more"
ORDERS = 40


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
            process.terminate()
        process.communicate(timeout=PATIENCE)


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


def test_web_processes_end_when_what_supervises_them_is_killed() -> None:
    words = [sys.executable, "-m", "tests.cli.supervised"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        children = [int(parent.stdout.readline()) for _ in range(2)]
        parent.kill()
        try:
            assert parent.communicate(timeout=PATIENCE)[0] == ""  # the last of them closes the pipe
        except subprocess.TimeoutExpired:
            for child in children:
                os.kill(child, signal.SIGKILL)
            raise


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


@pytest.fixture
def postgres_url(postgres_bench: postgres.Bench) -> str:
    postgres_bench.empty()
    return postgres_bench.url


async def test_two_web_and_two_job_workers_earn_each_order_once(postgres_url: str, tmp_path: Path) -> None:
    url, port = postgres_url, _free_port()
    await connect(url)
    cast = await assemble()
    await factories.earning_rule(1, EarningTrigger.ORDER, 1, per_minor=100, base="total")
    await run("UPDATE stores SET webhook_secret = {} WHERE programme_id = {}", SECRET, 1)
    with (
        _running(url, tmp_path, "serve", "--port", str(port), "--workers", "2"),
        _running(url, tmp_path, "worker"),
        _running(url, tmp_path, "worker"),
    ):
        assert await asyncio.to_thread(_answers, port) == 200
        await _deliver_twice(port, cast.web.uid, [cast.ines.email, cast.rex.email])
        await _everything_applied()
    earned = await rows("SELECT external_id, earned_points FROM orders WHERE programme_id = {}", 1)
    assert sorted((int(row["external_id"]), row["earned_points"]) for row in earned) == [
        (number, 42) for number in range(1, ORDERS + 1)
    ]
    await assert_books_balance()
    await disconnect()


async def _deliver_twice(port: int, store: str, emails: list[str | None]) -> None:
    """Every order comes in twice, under the same number, eight deliveries at a time."""
    waiting = iter([number for number in range(1, ORDERS + 1) for _ in "ab"])

    async def door(client: httpx.AsyncClient) -> None:
        for number in waiting:
            body = json.dumps(_order(number, emails[number % len(emails)])).encode()
            headers = {
                "X-Shopify-Hmac-Sha256": sign(body, SECRET),
                "X-Shopify-Topic": "orders/paid",
                "X-Shopify-Webhook-Id": f"delivery-{number}",
            }
            answer = await client.post(f"/hooks/shopify/{store}", content=body, headers=headers)
            assert answer.status_code == 200

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        await asyncio.gather(*(door(client) for _ in range(8)))


async def _everything_applied() -> None:
    for _ in range(int(PATIENCE / 0.05)):
        if not await value(
            "SELECT count(*) FROM inbound_events WHERE programme_id = {} AND state = 'new'", 1
        ):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the workers didn't get to everything")


def _order(number: int, email: str | None) -> dict[str, object]:
    at = "2026-06-01T10:00:00Z"
    return {
        "id": number,
        "name": f"#{number}",
        "email": email,
        "currency": "EUR",
        "financial_status": "paid",
        "total_price": "42.00",
        "created_at": at,
        "processed_at": at,
        "updated_at": at,
        "line_items": [],
    }
