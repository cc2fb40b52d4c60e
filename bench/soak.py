"""Mixed load for minutes: pages, the portal, adjustments by form, orders by webhook; nothing may leak or break.

`bin/bench soak --minutes 10 --engine postgresql`. The processes are those of service, on a copy of the made-up
shop: on SQLite one server that also works, on PostgreSQL two web processes and a worker beside them.
"""

import asyncio
import json
import random
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from statistics import median
from typing import Any
from urllib.parse import urlencode

from bench import page_list, processes
from bench.depot import Depot
from bench.page_list import Asked
from bench.table import Row, Table
from bench.write_list import SECRET, order
from db.engine import connect, disconnect, rows, value
from loyalty.integrations.signatures import sign
from loyalty.ledger.verifying import verify
from loyalty.rules.actors import SYSTEM
from loyalty.stores.rotating import rotate

DOORS = 6
SAMPLES = 40
_HIDDEN = re.compile(rb'name="(csrf|key)" value="([^"]*)"')


@dataclass(slots=True)
class Load:
    """What is asked, until when, and what came of it: how often what, and the answers nobody expects."""

    port: int
    asked: list[Asked]
    people: list[dict[str, Any]]
    store: str
    until: float
    done: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    def door(self, number: int) -> None:
        """One visitor after another, each doing something by chance, until time is up."""
        chance, turn = random.Random(number), 0
        while time.monotonic() < self.until:
            turn += 1
            what = chance.choices(("page", "adjust", "order"), (80, 10, 10))[0]
            started = time.perf_counter()
            try:
                getattr(self, what)(chance, f"{number}-{turn}")
                self.done[what] += 1
            except Exception as error:
                self.errors.append(f"{what}: {error!r}")
            self.took.append((time.perf_counter() - started) * 1000)

    def page(self, chance: random.Random, key: str) -> None:
        page = chance.choice(self.asked)
        self._ask("GET", page.path, 200, headers=page.headers)

    def adjust(self, chance: random.Random, key: str) -> None:
        headers, path = (
            self.asked[0].headers,
            f"/admin/customers/{chance.choice(self.people)['uid']}/adjustments",
        )
        form = self._ask("GET", f"{path}/new", 200, headers=headers)
        sent = {name.decode(): text.decode() for name, text in _HIDDEN.findall(form)}
        sent |= {"direction": "add", "points": "5", "reason": "Soak"}
        plain = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        self._ask("POST", path, 303, headers=plain, body=urlencode(sent).encode())

    def order(self, chance: random.Random, key: str) -> None:
        body = json.dumps(order(key, chance.choice(self.people)["email"], datetime.now(UTC))).encode()
        headers = {
            "X-Shopify-Hmac-Sha256": sign(body, SECRET),
            "X-Shopify-Topic": "orders/paid",
            "X-Shopify-Webhook-Id": key,
        }
        self._ask("POST", f"/hooks/shopify/{self.store}", 200, headers=headers, body=body)

    def _ask(
        self, method: str, path: str, expected: int, *, headers: dict[str, str], body: bytes | None = None
    ) -> bytes:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != expected:
                raise AssertionError(f"{method} {path} answers {answer.status}")
            return text
        finally:
            connection.close()


@dataclass(slots=True)
class Watched:
    """Megabytes, threads and open files of the processes together, as time goes by."""

    pids: list[int]
    memory: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)

    def look(self) -> None:
        self.memory.append(sum(map(processes.resident_mb, self.pids)))
        self.threads.append(sum(map(processes.threads, self.pids)))
        self.files.append(sum(map(processes.files, self.pids)))

    def halves(self) -> Iterator[tuple[str, float, float]]:
        """Each measure in the second quarter of the time, when everything is warm, and in the last one."""
        quarter = max(len(self.memory) // 4, 1)
        for name in ("memory", "threads", "files"):
            seen = getattr(self, name)
            yield name, median(seen[-quarter:]), median(seen[quarter : 2 * quarter] or seen)


async def bench(table: Table, depot: Depot, size: str, *, minutes: float = 10.0) -> None:
    """Load for so long, then look at the books. Raises SystemExit for an error or a broken invariant."""
    async with depot.copied(size) as url:
        asked = await page_list.pages(url, datetime.now(UTC))
        people, store = await _shop(url)
        with tempfile.TemporaryDirectory() as folder, ExitStack() as held:
            environment = {"REGULARS_DATA_DIR": folder, "REGULARS_DATABASE_URL": url}
            command, beside = ["loyalty.cli", "serve"], []
            if not url.startswith("sqlite"):
                command += ["--workers", "2"]
                beside = [
                    held.enter_context(processes.running("loyalty.cli", "worker", environment=environment))
                ]
            served = held.enter_context(processes.serving(*command, "--port", environment=environment))
            load = Load(served.port, asked, people, store, time.monotonic() + minutes * 60)
            watched = Watched([*processes.family(served.process.pid), *(each.pid for each in beside)])
            await asyncio.to_thread(_press, load, watched, minutes * 60 / SAMPLES)
        await connect(url)
        findings = await verify()
        await disconnect()
    _tell(table, load, watched, minutes)
    if load.errors or findings:
        raise SystemExit(
            f"{len(load.errors)} errors, {len(findings)} broken invariants: {load.errors[:3]} {findings}"
        )


def _press(load: Load, watched: Watched, pause: float) -> None:
    doors = [threading.Thread(target=load.door, args=(number,)) for number in range(DOORS)]
    for door in doors:
        door.start()
    while time.monotonic() < load.until:
        time.sleep(pause)
        watched.look()
    for door in doors:
        door.join()


def _tell(table: Table, load: Load, watched: Watched, minutes: float) -> None:
    units = {"memory": "MB", "threads": "threads", "files": "files"}
    for name, last, early in watched.halves():
        table.add(Row(f"soak, {name} at the end beside the beginning", last, early, units[name]))
    done = ", ".join(f"{count:,} {what}s" for what, count in sorted(load.done.items()))
    table.note(f"{minutes:g} minutes: {done}; {len(load.errors)} errors; median {median(load.took):.0f} ms.")


async def _shop(url: str) -> tuple[list[dict[str, Any]], str]:
    await connect(url)
    people = await rows(
        "SELECT uid, email FROM customers WHERE programme_id = {} AND type = 'member' ORDER BY id LIMIT 500",
        1,
    )
    store = await value("SELECT uid FROM stores WHERE programme_id = {} AND handle = {}", 1, "web")
    await rotate(1, store, secret=SECRET, by=SYSTEM, key="soak")
    await disconnect()
    return people, store
