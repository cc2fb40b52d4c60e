"""The till on the demo shop: a tablet with touch, a scanner that types, a phone without JavaScript."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Window

TABLET = {"viewport": {"width": 768, "height": 1024}, "has_touch": True}
WITHOUT_SCRIPT = {**TABLET, "java_script_enabled": False}


def card_of_ines(demo: Window) -> str:
    """The number on Ines's card, as a scanner types it."""
    demo.open("/admin/customers?q=ines okafor").locator("tbody a").first.click()
    return re.sub(r"\D", "", demo.page.locator("#facts dd.num").inner_text())


def scan(box: Locator, code: str) -> None:
    box.press_sequentially(code)
    box.press("Enter")


def points(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator(".till-balance .big b").inner_text()))


@pytest.mark.parametrize("demo", [TABLET, WITHOUT_SCRIPT], indirect=True, ids=["touch", "no-script"])
def test_a_card_is_scanned_a_purchase_counted_and_the_next_customer_served(demo: Window) -> None:
    card = card_of_ines(demo)
    page = demo.open("/till")
    scan(page.locator("#box"), card)
    expect(page.get_by_role("heading", name="Ines Okafor")).to_be_visible()
    page.get_by_label("Amount").fill("12.50")
    page.get_by_role("button", name="Earn", exact=True).click()
    expect(page.get_by_role("heading", name="Counted")).to_be_visible()
    expect(page.locator(".till-done")).to_contain_text("Ines Okafor earned")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Taken back")).to_be_visible()
    page.get_by_role("link", name="Next customer").click()
    expect(page.get_by_role("heading", name="Who is it?")).to_be_visible()


@pytest.mark.parametrize("demo", [TABLET], indirect=True)
def test_a_double_tap_redeems_once_and_the_code_is_used(demo: Window) -> None:
    card = card_of_ines(demo)
    page = demo.open("/till")
    scan(page.locator("#box"), card)
    before = points(page)
    offer = page.locator(".till-list li", has=page.get_by_role("button", name="Redeem")).first
    left = int(re.sub(r"\D", "", offer.locator("small").inner_text().rsplit("leaves", 1)[1]))
    offer.get_by_role("button", name="Redeem").dblclick()
    expect(page.get_by_role("heading", name="Redeemed")).to_be_visible()
    page.get_by_role("button", name="Use it now").tap()
    expect(page.get_by_role("heading", name="Used")).to_be_visible()
    page.get_by_role("link", name="Back to Ines Okafor").tap()
    assert points(page) == left < before


@pytest.mark.parametrize("demo", [TABLET], indirect=True)
def test_a_scan_goes_into_the_box_wherever_the_focus_was(demo: Window) -> None:
    card = card_of_ines(demo)
    page = demo.open("/till")
    page.locator("#box").fill("okafor, ines")
    page.get_by_role("button", name="Find").tap()
    expect(page.get_by_role("heading", name="Ines Okafor")).to_be_visible()
    page.get_by_role("heading", name="Ines Okafor").tap()
    page.keyboard.type(card)
    expect(page.locator("#box")).to_have_value(card)
