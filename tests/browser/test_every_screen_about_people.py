"""axe, the width and the console of every page about people, campaigns and activities; see test_every_screen.py."""

import pytest

from tests.browser.conftest import Window
from tests.browser.crawling import Names, faults, names, windows
from tests.browser.screens import ABOUT_PEOPLE, screens

__all__ = ["names", "windows"]


@pytest.mark.parametrize(
    ("who", "address"), [screen for screen in screens() if screen[1].startswith(ABOUT_PEOPLE)]
)
def test_a_page_about_people_is_accessible_and_fits(
    windows: dict[str, Window], names: Names, who: str, address: str
) -> None:
    assert faults(windows[who], address, names.fill(address)) == []
