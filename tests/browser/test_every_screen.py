"""axe, the width and the console of every page there is, on the demo shop's data, in light and dark.

Pages about people are looked at in test_every_screen_about_people.py, beside this.
Dialogs and forms in place have an address of their own, for browsers without JavaScript; that is looked at.
"""

import pytest
from playwright.sync_api import Browser, StorageState

from tests.browser.conftest import Window, opened
from tests.browser.crawling import Names, faults, names, windows
from tests.browser.looking import overflows, violations
from tests.browser.screens import ABOUT_PEOPLE, screens

__all__ = ["names", "windows"]

RIGHT_TO_LEFT = {"locale": "ar-XB", "viewport": {"width": 320, "height": 640}}


@pytest.mark.parametrize(
    ("who", "address"), [screen for screen in screens() if not screen[1].startswith(ABOUT_PEOPLE)]
)
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
