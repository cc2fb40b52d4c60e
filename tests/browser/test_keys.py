"""The keyboard on the demo shop: help, jumps, search, Esc; and all of it switched off."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Window
from tests.browser.looking import violations


def test_keys_open_help_search_and_places_and_can_be_switched_off(demo: Window) -> None:
    page = demo.open("/admin")
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog")
    expect(help_).to_contain_text("Search customers")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url(re.compile(r"/admin/customers$"))
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search customers").first).to_be_focused()
    page.keyboard.type("g?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Escape")

    page.get_by_role("button", name=re.compile("Account menu")).click()
    page.get_by_role("link", name="Keyboard").click()
    page.get_by_role("dialog").get_by_role("button", name="Switch single keys off").click()
    expect(page.locator("body")).to_have_attribute("data-keys", "off")
    for key in ("?", "/", "g", "h"):
        page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/admin/customers"))
    page.keyboard.press("Control+k")
    expect(page.locator("[data-search]:focus")).to_have_count(1)
