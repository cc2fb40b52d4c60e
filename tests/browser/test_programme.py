"""The programme's pages on the demo shop: a threshold with its preview, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window

NO_SCRIPT = {"java_script_enabled": False}


def draft_a_dearer_silver(demo: Window) -> Page:
    """Silver from 500 to 505 points, as far as the page that says who would move."""
    page = demo.open("/admin/tiers")
    page.get_by_role("link", name="Change tiers").click()
    page.get_by_label("To get in").nth(1).fill("505")
    page.get_by_role("button", name="See who would move").click()
    page.wait_for_url(re.compile(r"/admin/tiers/drafts/"))
    return page


@pytest.mark.parametrize("demo", [{}, NO_SCRIPT], ids=["script", "no-script"], indirect=True)
def test_a_threshold_is_changed_after_a_look_at_who_would_move(demo: Window) -> None:
    page = draft_a_dearer_silver(demo)
    expect(page.get_by_role("heading", name="Who would move")).to_be_visible()
    expect(page.locator(".sheet")).to_contain_text("505 points")
    page.get_by_role("button", name="Put in force").click()
    page.wait_for_url(re.compile(r"/admin/tiers$"))
    expect(page.locator(".toast")).to_contain_text("The tiers have been changed")
    expect(page.locator(".ladder")).to_contain_text("From 505 points")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".ladder")).to_contain_text("From 500 points")


def test_the_people_who_would_move_are_one_press_away(demo: Window) -> None:
    page = demo.open("/admin/tiers/edit")
    page.get_by_label("To get in").nth(3).fill("2000")
    page.get_by_label("To stay").nth(3).fill("")
    page.get_by_role("button", name="See who would move").click()
    up = page.locator(".flows .up a").first
    count = int(up.locator("b").inner_text())
    up.click()
    expect(page.locator("tbody tr")).to_have_count(min(count, 50))


@pytest.mark.parametrize("demo", [{}, NO_SCRIPT], ids=["script", "no-script"], indirect=True)
def test_a_shorter_expiry_says_what_it_would_do_before_it_does(demo: Window) -> None:
    page = demo.open("/admin/policies")
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_label("Months").fill("6")
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_role("heading", name="What it does to points there are")).to_be_visible()
    expect(page.locator(".effects")).to_contain_text("keep the date they have")
    page.get_by_role("button", name="Put in force").click()
    expect(page.locator(".toast")).to_contain_text("Expiry and hold have been changed")
    expect(page.locator(".rows").first).to_contain_text("6 months")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".rows").first).to_contain_text("12 months")


@pytest.mark.parametrize("demo", [{}, NO_SCRIPT], ids=["script", "no-script"], indirect=True)
def test_the_brand_colour_is_judged_and_reaches_the_customers(demo: Window) -> None:
    page = demo.open("/admin/programme")
    expect(page.locator(".side .shop img.logo").first).to_be_visible()
    page.get_by_label("Colour of buttons and headings").fill("#ffd400")
    if page.evaluate("typeof htmx") == "object":
        expect(page.locator("#sample")).to_contain_text("Near-black text on it")
        expect(page.locator("#sample rect[fill='#ffd400']").first).to_be_attached()
    page.get_by_role("button", name="Save settings").click()
    expect(page.locator(".toast")).to_contain_text("have been changed")
    sheet = demo.context.request.get(f"{demo.base}/portal/to/juniper-rye/colours.css").text()
    assert "--brand: #ffd400" in sheet
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast").last).to_contain_text("as they were before")
    page.goto(f"{demo.base}/admin/programme")
    expect(page.get_by_label("Colour of buttons and headings")).to_have_value("#1f6f54")
