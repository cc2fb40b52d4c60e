"""Opening a page of the demo shop and noting what is wrong with it."""

import html
import re
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, StorageState

from tests.browser import gallery
from tests.browser.conftest import Window, opened
from tests.browser.looking import AXE, wrong_with
from tests.browser.members import written_to
from tests.browser.screens import LINKED, MADE, MAILED, NAMED, PLACE, REFUSED
from tests.mailbox import Mailbox

UID = re.compile(r"/([\w-]{22})(?=/|$)")
SOMEBODY = "noor.haddad@example.com"
"""Whose letter leads to the pages of MAILED."""


class Names:
    """What stands for a name in braces: found, or made, when it is first asked for in the owner's window."""

    def __init__(self, window: Window, mail: Mailbox) -> None:
        self.window, self.mail = window, mail
        self.known: dict[str, str] = {}

    def fill(self, address: str) -> str:
        """An address of screens.py as it is in this shop."""
        return PLACE.sub(lambda name: self._known(name[1]), address)

    def _known(self, name: str) -> str:
        if name in MAILED and name not in self.known:
            self.known.update(zip(MAILED, written_to(self.window, self.mail, SOMEBODY), strict=True))
        if name not in self.known:
            self.known[name] = (
                gallery.in_database(self.window.base, NAMED[name])
                if name in NAMED
                else _on_page(self.window, *LINKED[name])
                if name in LINKED
                else _made(self.window, *MADE[name])
            )
        return self.known[name]


def _on_page(window: Window, address: str, pattern: str) -> str:
    found = re.search(pattern, window.context.request.get(window.base + address).text())
    assert found, f"{address} has no {pattern}"
    return html.unescape(found[1])


def _made(window: Window, address: str, typed: tuple[str, ...], picked: tuple[str, ...], button: str) -> str:
    page = window.open(address)
    for name in typed:
        page.get_by_role("textbox", name=name).fill("For a look")
    for name in picked:
        page.get_by_role("radio", name=name).check()
    page.get_by_role("button", name=button).click()
    page.wait_for_url(UID)
    found = UID.search(page.url)
    assert found is not None
    return found[1]


def faults(window: Window, address: str, filled: str) -> list[str]:
    """What is wrong with this page, as this window shows it."""
    window.complaints.clear()
    answer = window.page.goto(window.base + filled)
    assert answer is not None
    found = wrong_with(window.page, fingers=filled.startswith("/till"))
    if address in REFUSED:
        window.complaints.clear()  # Chromium reports every 4xx on its console
    elif answer.status != 200 or _path(window.page.url) != _path(filled):
        found.append(f"answers {answer.status} at {window.page.url}")
    found += window.complaints
    window.complaints.clear()
    return found


def _path(address: str) -> str:
    return urlsplit(address).path


@pytest.fixture(scope="module")
def windows(
    chromium: Browser, demo_address: str, demo_mara: StorageState, demo_member: StorageState
) -> Iterator[dict[str, Window]]:
    """One each: nobody's, a member's and the owner's."""
    with ExitStack() as stack:
        found = {}
        for who, state in (("anybody", None), ("member", demo_member), ("staff", demo_mara)):
            found[who] = stack.enter_context(opened(chromium, demo_address, {}, state))
            found[who].context.add_init_script(path=AXE)
        yield found


@pytest.fixture(scope="module")
def names(windows: dict[str, Window], mail: Mailbox) -> Names:
    return Names(windows["staff"], mail)
