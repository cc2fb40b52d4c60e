"""Mara has a dead delivery tried again, and the shop's own worker applies it: with and without JavaScript.

The shop is a small one, set up by the command and served by it in a process of its own; the delivery is laid into
its database with Python's plain sqlite3. Nothing here needs an event loop, of which Playwright keeps one running.
"""

import json
import os
import socket
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.gallery import REGULARS
from tests.house.places import ROOT

PASSWORD = "four unrelated lamp words"
PATIENCE = 90
WAYS = {"script": "Zoe", "plain": "Yuri"}
"""Each way of working has a delivery of its own, about somebody of its own."""

_PROGRAMME, _STORE = "SELECT programme_id FROM programmes", "SELECT id FROM stores WHERE handle = 'web'"
_DEAD = """INSERT INTO inbound_events (programme_id, id, store_id, topic, delivery_id, body, state, note, attempts,
      received_at, applied_at)
    VALUES (?, ?, ?, 'customers/update', ?, ?, 'dead', 'The server was restarted.', 8, ?, ?)"""


def customer(number: int, name: str) -> str:
    """What Shopify sends of somebody who has registered."""
    email = f"{name.lower()}@example.org"
    told = {"id": number, "email": email, "first_name": name, "last_name": "Weber", "state": "enabled"}
    return json.dumps({**told, "created_at": "2026-01-05T09:00:00Z", "updated_at": "2026-01-05T09:00:00Z"})


def lay_in(database: Path) -> None:
    """One dead delivery for each way."""
    moment = "2026-01-05 09:00:00+00:00"
    with sqlite3.connect(database) as there:
        programme, store = (there.execute(sql).fetchone()[0] for sql in (_PROGRAMME, _STORE))
        for number, (way, name) in enumerate(WAYS.items(), start=71):
            body = customer(number, name)
            there.execute(_DEAD, (programme, number, store, f"delivery-{way}", body, moment, moment))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the shop, whose worker runs."""
    folder = tmp_path_factory.mktemp("shop")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    given = {name: text for name, text in os.environ.items() if not name.startswith("REGULARS_")}
    environment = {
        **given,
        "REGULARS_DATABASE_URL": f"sqlite:///{folder}/shop.sqlite",
        "REGULARS_DATA_DIR": str(folder),
        "REGULARS_BASE_URL": f"http://127.0.0.1:{port}",
        "REGULARS_WEB_WEBHOOK_SECRET": "a webhook secret for tests",
    }

    def regulars(*words: str, typed: str = "") -> None:
        subprocess.run([REGULARS, *words], env=environment, check=True, input=typed, text=True)

    regulars("migrate")
    regulars("programme", "apply", str(ROOT / "examples" / "beauty.toml"))
    regulars("staff", "add", "mara@shop.example", "--role", "owner", typed=PASSWORD + "\n")
    lay_in(folder / "shop.sqlite")
    served = subprocess.Popen([REGULARS, "serve", "--port", port], env=environment, stdout=subprocess.DEVNULL)
    try:
        opened(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        served.terminate()
        served.wait(30)


def opened(address: str) -> None:
    """Wait until the shop answers."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=5).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


@pytest.fixture(params=list(WAYS))
def page(chromium: Browser, shop: str, request: pytest.FixtureRequest) -> Iterator[tuple[Page, str]]:
    """Mara's window, signed in with her password, and whom the delivery of this way is about."""
    context = chromium.new_context(base_url=shop, java_script_enabled=request.param == "script")
    context.set_default_timeout(20_000)
    window = context.new_page()
    window.goto("/admin/sign-in")
    window.get_by_label("E-mail").fill("mara@shop.example")
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Sign in").click()
    window.wait_for_url("**/admin")
    yield window, request.param
    context.close()


def test_a_dead_delivery_is_tried_again_and_applied(page: tuple[Page, str]) -> None:
    window, way = page
    window.get_by_role("link", name="could not be applied").click()
    row = window.locator(".failures li").filter(has_text=f"delivery-{way}")
    expect(row).to_contain_text("The server was restarted.")
    row.get_by_role("button", name="Try again").click()
    expect(window.locator(".toast")).to_contain_text(f"The delivery delivery-{way} is being tried again")
    expect(window.locator(".failures li").filter(has_text=f"delivery-{way}")).to_have_count(0)
    found = window.locator("tbody").get_by_role("link", name=f"{WAYS[way]} Weber")
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        window.goto(f"/admin/customers?q=Weber, {WAYS[way]}")
        if found.count():
            break
    expect(found).to_be_visible()
