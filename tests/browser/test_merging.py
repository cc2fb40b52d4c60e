"""Two records of Bram become one on the demo shop, with and without JavaScript; the box that finds everything."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window

NO_SCRIPT = {"java_script_enabled": False}


def bram(window: Window) -> Page:
    """The page of his member's record, found by “last, first” in the box of the top bar."""
    page = window.open("/admin")
    box = page.get_by_label("Search customers, orders and codes")
    box.fill("visser, bram")
    box.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Found for"))).to_be_visible()
    page.get_by_role("link", name=re.compile("bram.visser@example.com")).click()
    expect(page.get_by_role("heading", name="Bram Visser", level=1)).to_be_visible()
    return page


def merge_and_take_back(page: Page) -> None:
    """With his other record, choosing its address; then Undo."""
    page.get_by_role("link", name=re.compile("Merge with Bram Visser")).click()
    expect(page.get_by_role("region", name="Is kept")).to_contain_text("bram.visser@example.com")
    expect(page.locator(".consequences")).to_contain_text("1 order")
    page.get_by_label("bram@visser.example").check()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Two records of Bram Visser are one now")
    expect(page.locator("#fact-email")).to_contain_text("bram@visser.example")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast").last).to_contain_text("two again")
    expect(page.locator("#fact-email")).to_contain_text("bram.visser@example.com")


def test_two_records_are_merged_after_a_preview_and_parted_again(demo: Window) -> None:
    page = bram(demo)
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Merge with another record").click()
    merge_and_take_back(page)


@pytest.mark.parametrize("demo", [NO_SCRIPT], indirect=True)
def test_two_records_are_merged_without_a_script(demo: Window) -> None:
    page = bram(demo)
    demo.open(page.url.removeprefix(demo.base) + "/merging/new")
    merge_and_take_back(page)


def test_an_orders_number_opens_whoever_bought_it(demo: Window) -> None:
    page = demo.open("/admin")
    page.keyboard.press("/")
    page.keyboard.type("#10001")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("tab=orders"))
