"""axe, the width and the console of every page there is, on the demo shop's data, in light and dark.

Dialogs and forms in place have an address of their own, for browsers without JavaScript; that is looked at.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, StorageState

from tests.browser.conftest import Window, opened
from tests.browser.crawling import Names, faults
from tests.browser.looking import AXE, overflows, violations
from tests.browser.screens import screens
from tests.mailbox import Mailbox

RIGHT_TO_LEFT = {"locale": "ar-XB", "viewport": {"width": 320, "height": 640}}


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


@pytest.mark.parametrize(("who", "address"), [*screens()])
def test_a_page_is_accessible_and_fits(
    windows: dict[str, Window], names: Names, who: str, address: str
) -> None:
    filled = names.fill(address)
    assert faults(windows[who], address, filled) == []


def test_the_members_pages_are_accessible_and_fit_from_right_to_left(
    chromium: Browser, demo_address: str, demo_member: StorageState, names: Names
) -> None:
    with opened(chromium, demo_address, RIGHT_TO_LEFT, demo_member) as phone:
        for address in (address for who, address in screens() if who == "member"):
            page = phone.open(names.fill(address))
            assert violations(page) == [], address
            assert not overflows(page), address
