"""The machine's Chromium on a served app whose services are `tests.web.fakes`."""

import fcntl
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from loyalty.settings import Settings
from tests.browser import gallery
from tests.browser.launching import PHONE, QUIET, WIDE
from tests.mailbox import Mailbox, listening
from tests.needs import need
from tests.web import fakes
from web.app import create_app


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = need("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


@dataclass
class Served:
    """The running shop: its address and what its services answer."""

    url: str
    shop: fakes.Shop = field(default_factory=fakes.opened)


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(Settings())
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    shop = Served(f"http://127.0.0.1:{port}")
    with pytest.MonkeyPatch.context() as patch, structlog.testing.capture_logs():
        for (module, name), answer in fakes.answers(shop.shop).items():
            patch.setattr(sys.modules[module], name, answer, raising=False)
        thread.start()
        until = time.monotonic() + 10
        while not server.started and time.monotonic() < until:
            time.sleep(0.02)
        yield shop
        server.should_exit = True
        thread.join(10)


@dataclass
class Window:
    """A browser window on the shop. `complaints` holds console errors, CSP violations among them."""

    context: BrowserContext
    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page


@contextmanager
def opened(
    chromium: Browser, base: str, given: dict[str, Any], state: StorageState | None = None
) -> Iterator[Window]:
    """A window on the shop at `base`, with browser context options, such as `viewport`; left without complaints.

    `state` is what the browser remembers: cookies of somebody who has signed in.
    """
    wide = {"width": WIDE[0], "height": WIDE[1]}
    context = chromium.new_context(**{"viewport": wide, "storage_state": state, **given})
    context.set_default_timeout(10_000)
    window = Window(context, context.new_page(), base)
    window.page.on("console", lambda said: said.type == "error" and window.complaints.append(said.text))
    window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
    yield window
    context.close()
    assert window.complaints == []


@pytest.fixture
def window(chromium: Browser, served: Served, request: pytest.FixtureRequest) -> Iterator[Window]:
    """Mara's window. Parametrize indirectly with browser context options."""
    served.shop.__dict__.update(fakes.opened().__dict__)
    with opened(chromium, served.url, getattr(request, "param", {})) as mine:
        mine.context.add_cookies([{"name": "session", "value": fakes.MARA, "url": served.url}])
        yield mine


@pytest.fixture(scope="session")
def demo_played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo shop's database, played once for all processes of the run; to be copied, never opened."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    mine = tmp_path_factory.getbasetemp()
    folder = (mine if alone else mine.parent) / "demo-shop"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        played = folder / "played.sqlite"
        if not played.exists():
            gallery.play(folder / "demo.sqlite")
            (folder / "demo.sqlite").rename(played)
    return played


@pytest.fixture(scope="session")
def mail() -> Iterator[Mailbox]:
    """The mail server that the demo shop's letters go to."""
    with listening() as box:
        yield box


@pytest.fixture(scope="session")
def demo_address(demo_played: Path, mail: Mailbox) -> Iterator[str]:
    """The demo shop served by the command; every story of this process shares it."""
    posts = {"REGULARS_SMTP_URL": f"smtp://127.0.0.1:{mail.port}", "REGULARS_MAIL_FROM": "hello@rye.example"}
    with gallery.demo_shop(demo_played, **posts) as address:
        yield address


@pytest.fixture(scope="session")
def demo_mara(chromium: Browser, demo_address: str) -> StorageState:
    """What the owner's browser remembers: signed in once, for every story of this process."""
    return _signed_in(chromium, f"{demo_address}/admin/sign-in", "demo")


@pytest.fixture(scope="session")
def demo_member(chromium: Browser, demo_address: str) -> StorageState:
    """What a member's browser remembers."""
    return _signed_in(chromium, f"{demo_address}/portal/sign-in", "member")


def _signed_in(chromium: Browser, address: str, button: str) -> StorageState:
    page = chromium.new_page()
    page.goto(address)
    page.get_by_role("button", name=button).click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    state = page.context.storage_state()
    page.context.close()
    return state


@pytest.fixture
def demo(
    chromium: Browser, demo_address: str, demo_mara: StorageState, request: pytest.FixtureRequest
) -> Iterator[Window]:
    """The owner's window on the demo shop, with the same options as `window`. Stories share her session."""
    with opened(chromium, demo_address, getattr(request, "param", {}), demo_mara) as mine:
        yield mine


@pytest.fixture
def phone(chromium: Browser, demo_address: str, request: pytest.FixtureRequest) -> Iterator[Window]:
    """Somebody's phone on the demo shop, signed in nowhere."""
    with opened(chromium, demo_address, getattr(request, "param", PHONE)) as theirs:
        yield theirs
