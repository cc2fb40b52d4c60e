"""Mara has a failed delivery tried again, in a shop of its own, with and without JavaScript."""

import asyncio
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from db.engine import connect, disconnect
from db.enums import SessionKind, StaffRole
from loyalty import sessions
from tests import factories
from tests.browser.conftest import Window
from tests.browser.gallery import REGULARS
from tests.browser.test_accessibility import violations
from tests.failures import dead_event, dead_job

PATIENCE = 20
"""Seconds a shop may take to open."""


async def _trouble(url: str) -> str:
    """A shop with a failed delivery and a failed job; the token of its owner's session."""
    await connect(url)
    programme_id = await factories.programme()
    store = await factories.store(programme_id)
    mara = await factories.staff(programme_id, "Mara", StaffRole.OWNER)
    await dead_event(store.id)
    await dead_job()
    token = await sessions.start(programme_id, SessionKind.STAFF, mara.id or 0, agent="Test", ip="192.0.2.1")
    await disconnect()
    return token


def troubled(url: str) -> str:
    """The same on a thread of its own: Playwright keeps this one's event loop running."""
    told: list[str] = []
    thread = threading.Thread(target=lambda: told.append(asyncio.run(_trouble(url))))
    thread.start()
    thread.join()
    return told[0]


def opened(address: str) -> None:
    """Wait until the shop answers."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"{address}/admin/sign-in", timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


@pytest.fixture
def shop(
    chromium: Browser, sqlite_template: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Window]:
    """The owner's window on it. Parametrize indirectly with browser context options."""
    shutil.copyfile(sqlite_template, tmp_path / "shop.sqlite")
    url = f"sqlite:///{tmp_path}/shop.sqlite"
    token = troubled(url)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {**os.environ, "REGULARS_DATABASE_URL": url, "REGULARS_DATA_DIR": str(tmp_path)}
    served = subprocess.Popen(
        [REGULARS, "serve", "--port", port],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    context = chromium.new_context(**getattr(request, "param", {}))
    try:
        opened(address)
        context.add_cookies([{"name": "session", "value": token, "url": address}])
        yield Window(context, context.new_page(), address)
    finally:
        context.close()
        served.terminate()
        served.wait(PATIENCE)


@pytest.mark.parametrize("shop", [{}, {"java_script_enabled": False}], indirect=True, ids=["script", "plain"])
def test_a_failed_delivery_is_found_on_home_and_tried_again(shop: Window) -> None:
    page = shop.open("/admin")
    page.get_by_role("link", name="1 delivery could not be applied").click()
    expect(page.get_by_text("The order has no total.")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".toast")).to_contain_text("The delivery d-1 is being tried again.")
    expect(page.get_by_role("heading", name="Nothing failed")).to_be_visible()
    page.get_by_role("link", name="Home", exact=True).first.click()
    page.get_by_role("link", name="1 job failed for good").click()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".toast").last).to_contain_text("The job is being tried again.")


def test_pages_of_failed_work_are_accessible(shop: Window) -> None:
    for path in ("/admin/jobs", "/admin/events"):
        shop.open(path)
        assert violations(shop) == [], path
