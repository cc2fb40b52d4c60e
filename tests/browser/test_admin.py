"""What only a browser shows: swaps, keys, focus, the address bar, and the same without JavaScript."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Served, Window
from tests.browser.launching import NARROW
from tests.web import shop

NO_SCRIPT = {"java_script_enabled": False}
PHONE = {"viewport": {"width": NARROW[0], "height": NARROW[1]}, "has_touch": True}


def test_typing_searches_keeps_focus_and_fills_the_address(window: Window, served: Served) -> None:
    window.page.clock.install()  # a busy machine types slowly: the page's clock runs on when the last key is up
    page = window.open("/admin/customers")
    served.shop.customers = shop.NOBODY
    search = page.get_by_label("Search customers").nth(1)
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    search.press_sequentially("zz top")
    page.clock.resume()
    expect(page.get_by_text("Nobody matches")).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=zz\+top"))
    expect(search).to_be_focused()
    expect(page.locator("#tabs")).to_contain_text("All 0")
    assert len([asked for asked in served.shop.asked if asked[1].q]) == 1
    served.shop.customers = shop.CUSTOMERS
    page.go_back()
    expect(page.get_by_role("link", name="Ines Alvarez")).to_be_visible()
    expect(page.locator("#tabs")).to_contain_text("12,480")
    expect(page.locator("h1")).to_have_count(1)


def test_a_tab_swaps_only_the_records(window: Window) -> None:
    page = window.open("/admin/customers/uid-00")
    page.locator("h1").evaluate("heading => heading.dataset.mark = 'kept'")
    page.get_by_role("link", name="Orders 38").click()
    expect(page.get_by_text("Gift cards don’t earn")).to_be_visible()
    expect(page).to_have_url(re.compile(r"tab=orders"))
    expect(page.locator("h1")).to_have_attribute("data-mark", "kept")
    page.reload()
    expect(page.get_by_text("Gift cards don’t earn")).to_be_visible()


def test_choosing_two_days_brings_their_fields(window: Window) -> None:
    page = window.open("/admin/activities/points")
    page.get_by_label("Days", exact=True).select_option("custom")
    expect(page.get_by_label("From")).to_have_value("2026-08-22")
    expect(page.get_by_role("link", name="Export CSV")).to_have_attribute("href", re.compile("span=custom"))


def test_the_theme_is_remembered(window: Window) -> None:
    page = window.open("/admin/customers")
    for theme in ("light", "dark"):
        page.get_by_role("button", name=re.compile("Theme")).click()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()


def test_slash_goes_to_the_search_and_escape_leaves_it(window: Window) -> None:
    page = window.open("/admin/customers")
    page.keyboard.press("/")
    expect(page.locator("#omni")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#omni")).not_to_be_focused()


def test_a_refusal_is_a_toast_and_the_page_stays(window: Window, served: Served) -> None:
    page = window.open("/admin/customers/uid-00")
    served.shop.visits.clear()
    page.get_by_role("link", name="Lots 4").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    window.complaints.clear()


def test_a_failing_answer_tells_its_number_and_keeps_the_rows(window: Window, served: Served) -> None:
    page = window.open("/admin/customers")
    served.shop.broken = RuntimeError("out of paper")
    page.get_by_label("Search customers").nth(1).fill("x")
    expect(page.locator(".toast")).to_contain_text("Its number is")
    expect(page.get_by_role("link", name="Ines Alvarez")).to_be_visible()
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".toast")).to_have_count(0)
    window.complaints.clear()


def test_signing_out_works_from_the_menu(window: Window) -> None:
    page = window.open("/admin/customers")
    page.get_by_role("button", name="Account menu for Mara Lindt").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("window", [PHONE], indirect=True)
def test_a_phone_has_the_navigation_in_a_drawer(window: Window) -> None:
    page = window.open("/admin/customers")
    page.get_by_role("button", name="Open navigation").click()
    page.get_by_role("navigation", name="Main, mobile").get_by_role("link", name="Activities").click()
    expect(page.get_by_role("heading", name="Activities")).to_be_visible()


@pytest.mark.parametrize("window", [NO_SCRIPT], indirect=True)
def test_searching_works_without_javascript(window: Window, served: Served) -> None:
    page = window.open("/admin/customers?type=member")
    page.get_by_label("Search customers").nth(1).fill("ines")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"type=member&q=ines"))
    expect(page.get_by_role("link", name="Ines Alvarez")).to_be_visible()


@pytest.mark.parametrize("window", [NO_SCRIPT], indirect=True)
def test_signing_in_and_out_works_without_javascript(window: Window) -> None:
    window.context.clear_cookies()
    page = window.open("/admin/customers?q=ines")
    page.get_by_label("E-mail").fill("mara@example.com")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("don’t go together")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("mara@example.com")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/admin/customers\?q=ines"))
    page.get_by_role("button", name="Account menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    window.complaints.clear()
