"""Building a segment on the demo shop: VIPs who like Premium Coffee and prefer experiences. PRODUCT K4."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.looking import violations

NO_SCRIPT = {"java_script_enabled": False}
NEW = "/admin/segments/trees/new"


def wants(page: Page, place: str, fact: str, label: str, *, script: bool) -> None:
    page.locator(f"#{place}_fact").select_option(fact)
    if not script:
        page.get_by_role("button", name="Count again").click()
    page.locator(f"#{place}_is").select_option(label=label)


def builds(page: Page, name: str, *, script: bool) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    wants(page, "r-0", "segment", "VIPs", script=script)
    if script:
        expect(page.locator("#seen")).to_contain_text("is in VIPs")
    page.locator("#do-add-r").click()
    wants(page, "r-1", "preference", "What are you here for?: Premium Coffee", script=script)
    page.locator("#do-add-r").click()
    expect(page.locator("#r-2_fact")).to_be_visible()
    page.locator("#r-2_fact").select_option("preference")
    if not script:
        page.get_by_role("button", name="Count again").click()
    choice = page.locator("#r-2_is option", has_text=re.compile("experience", re.IGNORECASE)).first
    page.locator("#r-2_is").select_option(choice.get_attribute("value"))
    if not script:
        page.get_by_role("button", name="Count again").click()
    expect(page.locator("#seen")).to_contain_text("told us What are you here for?: Premium Coffee")
    expect(page.locator("#seen")).to_contain_text(re.compile("experience", re.IGNORECASE))
    expect(page.locator("#seen .many")).to_have_text(re.compile(r"^\d+$"))
    page.get_by_role("button", name="Save segment").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Who belongs")).to_be_visible()


def test_vips_who_like_coffee_and_prefer_experiences_are_counted_as_they_are_described(demo: Window) -> None:
    page = demo.open(NEW)
    page.get_by_label("When").select_option("dates")
    page.get_by_label("First day").fill("2026-01-01")
    expect(page.locator("#seen")).to_contain_text("at least 1 order since 1 January 2026")
    assert violations(page) == []
    builds(demo.open(NEW), "Coffee and a show", script=True)


@pytest.mark.parametrize("demo", [NO_SCRIPT], indirect=True)
def test_they_are_found_without_javascript(demo: Window) -> None:
    builds(demo.open(NEW), "Coffee and a play", script=False)
