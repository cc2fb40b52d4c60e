"""Adjusting and spending a balance on the demo shop: in the dialog, by keyboard alone, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window

NO_SCRIPT = {"java_script_enabled": False}


def ines(window: Window) -> str:
    """The address of Ines's page."""
    page = window.open("/admin/customers?q=ines okafor")
    found = page.locator("tbody a").first.get_attribute("href")
    assert found is not None
    return found


def available(page: Page) -> int:
    """The balance that the profile shows."""
    return int(re.sub(r"\D", "", page.locator(".balance .big").inner_text().split()[0]))


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def test_adjusting_by_24_shows_the_new_balance_before_and_after_and_is_undone(demo: Window) -> None:
    profile = ines(demo)
    page = demo.open(f"{profile}?tab=lots")
    before = available(page)
    page.get_by_role("link", name="Adjust balance").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Points", exact=True).fill("−24")
    expect(form.locator("#preview")).to_contain_text(f"{before - 24:,}")
    expect(form.get_by_label("Comment for the customer")).to_have_value("Manual adjustments")
    form.get_by_label("Internal reason").fill("Receipt scanned twice")
    form.get_by_role("button", name="Adjust balance").click()
    expect(page.locator(".toast")).to_contain_text(f"Ines Okafor now has {before - 24:,} points")
    expect(form).to_be_hidden()
    expect(page.locator(".balance .big")).to_contain_text(f"{before - 24:,}")
    expect(page).to_have_url(re.compile(r"tab=lots$"))
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text(f"has {before:,} points again")
    expect(page.locator(".balance .big")).to_contain_text(f"{before:,}")
    page.goto(f"{demo.base}{profile}")
    expect(page.locator(".timeline .undone").first).to_contain_text("Receipt scanned twice")


def test_too_much_is_refused_while_typing_and_the_largest_is_offered(demo: Window) -> None:
    page = demo.open(ines(demo))
    before = available(page)
    page.get_by_role("link", name="Adjust balance").click()
    form = page.get_by_role("dialog")
    form.get_by_text("Remove", exact=True).click()
    form.get_by_label("Points", exact=True).fill("999999")
    expect(form.locator("#preview")).to_contain_text("points are available")
    form.get_by_role("button", name=re.compile("instead")).click()
    expect(form.get_by_label("Points", exact=True)).to_have_value(f"-{before}")
    expect(form.locator("#preview")).to_contain_text("After")
    expect(form.locator("#preview div").nth(1)).to_contain_text("0")
    form.get_by_role("button", name="Adjust balance").click()
    expect(form.get_by_label("Internal reason")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_text("This is needed.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    assert available(page) == before
    demo.complaints.clear()  # Chromium reports the 422 that the form is for


def test_adjusting_works_with_the_keyboard_alone_and_focus_returns(demo: Window) -> None:
    page = demo.open(ines(demo))
    before = available(page)
    opener = page.get_by_role("link", name="Adjust balance")
    opener.focus()
    page.keyboard.press("Enter")
    form = page.get_by_role("dialog")
    expect(form.get_by_label("Points", exact=True)).to_be_focused()
    page.keyboard.type("-24")
    expect(form.locator("#preview")).to_contain_text(f"{before - 24:,}")
    page.keyboard.press("Tab")
    expect(form.get_by_label("Internal reason")).to_be_focused()
    page.keyboard.type("Receipt scanned twice")
    page.keyboard.press("Enter")
    expect(page.locator(".balance .big")).to_contain_text(f"{before - 24:,}")
    expect(opener).to_be_focused()


def test_redeeming_for_them_shows_what_remains_and_makes_one_reward(demo: Window) -> None:
    page = demo.open(ines(demo))
    before = available(page)
    page.get_by_role("link", name="Spend balance").click()
    shelf = page.get_by_role("dialog")
    expect(shelf).to_contain_text(f"{before:,} points")
    offer = shelf.locator(".offer.can").first
    left = number(offer.locator("small").inner_text())
    offer.get_by_role("radio").check()
    shelf.get_by_role("button", name="Spend balance").dblclick()
    expect(page.locator(".toast")).to_contain_text("The code is")
    expect(page.locator(".balance .big")).to_contain_text(f"{left:,}")
    page.get_by_role("navigation", name="Customer records").get_by_role("link", name="Rewards").click()
    row = page.locator("#records .holding").first
    row.get_by_role("link", name="Remove").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_role("radio", name="Remove and return")).to_be_checked()
    form.get_by_role("button", name="Remove reward").click()
    expect(page.locator(".balance .big")).to_contain_text(f"{before:,}")


def too_dear(window: Window) -> Page:
    """The shelf of somebody who can't have everything."""
    window.open("/admin/customers?q=rex moreau").locator("tbody a").first.click()
    window.page.get_by_role("link", name="Spend balance").click()
    return window.page


def test_a_reward_that_is_too_dear_is_disabled_and_leads_to_adjusting(demo: Window) -> None:
    page = too_dear(demo)
    offer = page.get_by_role("dialog").locator(".offer:not(.can)", has_text="needs").last
    expect(offer.get_by_role("radio")).to_be_disabled()
    expect(offer).to_contain_text(re.compile(r"needs [\d,]+ more"))
    missing = number(offer.inner_text().partition("needs")[2].partition("more")[0])
    offer.get_by_role("link", name="Adjust balance").click()
    expect(page.get_by_role("dialog").get_by_label("Points", exact=True)).to_have_value(str(missing))


@pytest.mark.parametrize("demo", [NO_SCRIPT], indirect=True)
def test_adjusting_works_without_javascript(demo: Window) -> None:
    page = demo.open(ines(demo))
    before = available(page)
    page.get_by_role("link", name="Adjust balance").click()
    page.get_by_label("Points", exact=True).fill("-24")
    page.get_by_role("button", name="Adjust balance").click()
    expect(page.get_by_text("This is needed.")).to_be_visible()
    expect(page.get_by_label("Points", exact=True)).to_have_value("-24")
    expect(page.get_by_label("Comment for the customer")).to_have_value("Manual adjustments")
    page.get_by_label("Internal reason").fill("Receipt scanned twice")
    page.get_by_role("button", name="Adjust balance").click()
    expect(page.locator(".toast")).to_contain_text(f"Ines Okafor now has {before - 24:,} points")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".balance .big")).to_contain_text(f"{before:,}")
    demo.complaints.clear()


@pytest.mark.parametrize("demo", [NO_SCRIPT], indirect=True)
def test_redeeming_works_without_javascript(demo: Window) -> None:
    page = too_dear(demo)
    dear = page.locator(".offer:not(.can)", has_text=re.compile(r"needs [\d,]+ more"))
    expect(dear.last.get_by_role("radio")).to_be_disabled()
    page.goto(f"{demo.base}{ines(demo)}")
    before = available(page)
    page.get_by_role("link", name="Spend balance").click()
    offer = page.locator(".offer.can").first
    left = number(offer.locator("small").inner_text())
    offer.get_by_role("radio").check()
    page.get_by_role("button", name="Spend balance").click()
    expect(page.locator(".toast")).to_contain_text("The code is")
    expect(page.locator(".balance .big")).to_contain_text(f"{left:,}")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".balance .big")).to_contain_text(f"{before:,}")
