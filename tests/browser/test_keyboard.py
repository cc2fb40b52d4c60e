"""The desk's first five errands on the demo shop with the keyboard alone: found, adjusted, spent, raised, excluded."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Window

FURTHEST = 120
"""Presses of Tab after which something counts as out of reach."""


def reach(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Tab, forwards or back, until this has the focus."""
    expect(wanted).to_be_visible()
    for _ in range(FURTHEST):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{wanted} can't be reached with {key}")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    reach(page, wanted)
    page.keyboard.press(key)


def from_menu(page: Page, entry: str) -> Locator:
    """Open the More menu and one of its forms."""
    press(page, page.locator("button[popovertarget=more]"))
    press(page, page.locator("#more").get_by_role("link", name=entry))
    form = page.get_by_role("dialog")
    expect(form).to_be_visible()
    return form


def says_why(page: Page) -> None:
    """From the points of the adjust form on, which have the focus, to its end."""
    expect(page.get_by_role("dialog").get_by_label("Points", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("dialog").get_by_label("Internal reason")).to_be_focused()
    page.keyboard.type("Receipt scanned twice")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_first_five_errands_need_no_mouse(demo: Window) -> None:
    page = demo.open("/admin/customers")
    page.keyboard.press("/")
    page.keyboard.type("Vogel, Hanna")
    page.keyboard.press("Enter")
    # The one person that was meant opens at once.
    expect(page.get_by_role("heading", name="Hanna Vogel", level=1)).to_be_visible()

    press(page, page.get_by_role("link", name="Spend balance"))
    shelf = page.get_by_role("dialog")
    dear = shelf.locator(".offer:not(.can)", has_text=re.compile(r"needs [\d,]+ more")).last
    expect(dear.get_by_role("radio")).to_be_disabled()
    press(page, dear.get_by_role("link", name="Adjust balance"))
    says_why(page)

    balance = page.locator(".balance .big")
    before = balance.inner_text()
    press(page, page.get_by_role("link", name="Adjust balance"))
    expect(page.get_by_role("dialog").get_by_label("Points", exact=True)).to_be_focused()
    page.keyboard.type("-24")
    says_why(page)
    expect(balance).not_to_have_text(before)

    press(page, page.get_by_role("link", name="Spend balance"))
    press(page, shelf.locator(".offer.can").first.get_by_role("radio"), "Space")
    press(page, shelf.get_by_role("button", name="Spend balance"))
    expect(page.locator(".toast").filter(has_text="The code is")).to_be_visible()

    form = from_menu(page, "Change tier")
    radios = form.get_by_role("radio", name="Platinum")
    reach(page, form.get_by_role("radio").first)
    for _ in range(6):
        if radios.is_checked():
            break
        page.keyboard.press("ArrowDown")
    expect(radios).to_be_checked()
    press(page, form.get_by_label("Trigger tier rewards"), "Space")
    press(page, form.get_by_role("button", name="Change tier"))
    expect(page.locator(".toast").filter(has_text="Hanna Vogel is now Platinum")).to_be_visible()

    badge = page.locator(".page-head .badge").first
    press(page, from_menu(page, "Exclude from program").get_by_role("button", name="Exclude from program"))
    expect(badge).to_have_text("Left")
    undo = page.locator(".toast").filter(has_text="has left the programme").get_by_role("button", name="Undo")
    reach(page, undo, "Shift+Tab")
    page.keyboard.press("Enter")
    expect(badge).to_have_text("Member")
    for entry, becomes in (("Exclude from program", "Left"), ("Join program", "Member")):
        press(page, from_menu(page, entry).get_by_role("button", name=entry))
        expect(badge).to_have_text(becomes)
