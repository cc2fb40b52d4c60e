"""axe and the width of every admin page there is, on the demo shop's data, in light and dark.

The pages are found by following links, so a new page is looked at from the day something leads to it: one
address a route, and every tab. 320 CSS pixels are 400% of 1280; 340 and
680 are 400% and 200% of 1360.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from litestar.handlers import HTTPRouteHandler
from playwright.sync_api import Browser

from loyalty.settings import Settings
from tests.browser.conftest import Window
from tests.browser.gallery import SCREENS
from tests.browser.test_accessibility import overflows, violations
from web.app import create_app

WIDTHS = (680, 390, 340, 320)
TALL = 900
NARROWEST = WIDTHS[-1]
COLOURS = ["color-contrast"]
"""What may differ between light and dark; everything else is looked at once, in light."""
NO_PAGE = re.compile(r"(export|preview|colour|\.csv|/sign-in|link/)")
"""Files, parts of pages that htmx asks for, and what is there before signing in."""
STARTS = ("/admin/customers/{ines}/notes/new", "/admin/views/new", "/admin/stores/new", "/admin/stamp-card")
"""Pages that no link of the shell leads to."""
DRAFTS = (("/admin/tiers/edit", "See who would move"), ("/admin/policies/edit", "See what it would do"))
"""Forms whose answer is a page of its own, and the button that asks for it."""


def templates() -> dict[str, re.Pattern[str]]:
    """The admin's pages by their route, with a pattern of their addresses."""
    found = {}
    for route in create_app(Settings()).routes:
        for handler in getattr(route, "route_handlers", ()):
            path = route.path
            if not isinstance(handler, HTTPRouteHandler) or "GET" not in handler.http_methods:
                continue
            if path.startswith("/admin") and not NO_PAGE.search(f"{path} {handler.name}"):
                found[path] = re.compile("^" + re.sub(r"\{[^}]+\}", "[^/]+", path) + "$")
    return found


def template_of(path: str, known: dict[str, re.Pattern[str]]) -> str | None:
    """The route an address belongs to; one without parameters comes first."""
    plain = urlsplit(path).path.rstrip("/")
    fitting = [route for route, pattern in known.items() if pattern.match(plain)]
    return min(fitting, key=lambda route: route.count("{"), default=None)


def windows(chromium: Browser, address: str, scheme: str) -> Iterator[Window]:
    context = chromium.new_context(color_scheme=scheme, viewport={"width": 1360, "height": TALL})
    context.set_default_timeout(15_000)
    window = Window(context, context.new_page(), address)
    window.open("/admin/sign-in").get_by_role("button", name="demo").click()
    window.page.wait_for_url(lambda url: "sign-in" not in url)
    yield window
    context.close()


def crawl(window: Window, look: str) -> tuple[list[str], set[str]]:
    """What is wrong with each page found, and the routes seen."""
    known, wrong, seen = templates(), [], set()
    ines = _ines(window)
    first = [*SCREENS.values(), *STARTS]
    waiting = [path.replace("{ines}", ines) for path in first if path.startswith("/admin")]
    waiting += [_drafted(window, *draft) for draft in DRAFTS]
    asked = set(waiting)
    visited: set[str] = set()
    while waiting:
        path = waiting.pop(0)
        route = template_of(path, known)
        tab = re.search(r"[?&](tab)=\w+", path)
        mark = f"{route}{tab[0] if tab else ''}"
        if route is None or mark in visited or (route in seen and path not in asked and not tab):
            continue
        visited.add(mark)
        answer = window.page.goto(window.base + path, wait_until="load")
        if answer is None or "html" not in answer.headers.get("content-type", "") or answer.status >= 400:
            continue
        seen.add(route)
        wrong += problems(window, path, look)
        links = "[...document.querySelectorAll('a[href^=\"/admin\"]')].map(link => link.getAttribute('href'))"
        waiting += [link for link in window.page.evaluate(links) if link not in waiting]
    return wrong, seen


def problems(window: Window, path: str, look: str) -> list[str]:
    """What axe finds wide and narrow, and every width at which the page scrolls sideways."""
    wrong = []
    for width in (1360, *WIDTHS):
        window.page.set_viewport_size({"width": width, "height": TALL})
        if overflows(window):
            wrong.append(f"{path} scrolls sideways at {width}")
        if width == 1360 or (width == NARROWEST and look == "light"):
            only = COLOURS if look == "dark" else None
            wrong += [f"{path} at {width}: {said}" for said in violations(window, only)]
    window.page.set_viewport_size({"width": 1360, "height": TALL})
    return wrong


def _drafted(window: Window, form: str, button: str) -> str:
    page = window.open(form)
    page.get_by_role("button", name=button).click()
    page.wait_for_url(re.compile("/drafts/"))
    return urlsplit(page.url).path


def _ines(window: Window) -> str:
    page = window.open("/admin/customers?q=ines okafor")
    link = page.locator("tbody a").first.get_attribute("href")
    assert link is not None
    return link.rsplit("/", 1)[-1]


@pytest.mark.parametrize("look", ["dark"])
def test_every_page_is_accessible_and_fits(chromium: Browser, demo_address: str, look: str) -> None:
    for window in windows(chromium, demo_address, look):
        wrong, seen = crawl(window, look)
        assert wrong == []
        assert len(seen) > 50
