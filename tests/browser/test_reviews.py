"""Theo's coffee: the reviews of the demo shop, approved, undone and rejected, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.launching import NARROW
from tests.browser.looking import violations

NO_SCRIPT = {"java_script_enabled": False}


def waiting(page: Page) -> int:
    """What the navigation says."""
    return int(re.sub(r"\D", "", page.locator("#main-reviews").inner_text()))


def test_a_review_is_approved_in_place_and_undone_from_the_toast(demo: Window) -> None:
    page = demo.open("/admin/reviews")
    before = waiting(page)
    first = page.locator(".review").first
    uid, product = first.get_attribute("id"), first.locator(".by b").inner_text()
    expect(first.locator(".adds")).to_contain_text("adds")
    page.evaluate("() => { window.stayed = true }")
    first.get_by_role("button", name="Approve").click()
    toast = page.locator(".toast")
    expect(toast).to_contain_text(f"review of {product} has been approved")
    expect(page.locator(f"#{uid}")).to_have_count(0)
    expect(page.locator("#main-reviews")).to_have_text(re.compile(rf"^{before - 1}\b"))
    assert page.evaluate("window.stayed")
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator(f"#{uid}")).to_be_visible()
    expect(page.locator("#main-reviews")).to_have_text(re.compile(rf"^{before}\b"))


def test_rejecting_asks_for_a_reason_in_the_dialog(demo: Window) -> None:
    page = demo.open("/admin/reviews")
    last = page.locator(".review").last
    uid = last.get_attribute("id")
    last.get_by_role("link", name="Reject").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Internal reason")).to_be_focused()
    assert violations(page) == []
    dialog.get_by_label("Internal reason").fill("Advertising")
    dialog.get_by_role("button", name="Reject review").click()
    expect(dialog).not_to_be_visible()
    expect(page.locator(".toast")).to_contain_text("has been rejected")
    page.get_by_role("link", name="Rejected").click()
    expect(page.locator(f"#{uid}")).to_contain_text("Advertising")
    page.locator(f"#{uid}").get_by_role("button", name="Approve").click()
    expect(page.locator(".toast").last).to_contain_text("has been approved")
    page.locator(".toast").last.get_by_role("button", name="Undo").click()
    expect(page.locator(f"#{uid}")).to_contain_text("Rejected")


@pytest.mark.parametrize("demo", [NO_SCRIPT], indirect=True)
def test_a_review_is_approved_and_undone_without_javascript(demo: Window) -> None:
    page = demo.open("/admin/reviews")
    before = waiting(page)
    uid = page.locator(".review").first.get_attribute("id")
    page.locator(".review").first.get_by_role("button", name="Approve").click()
    expect(page.locator(".toast")).to_contain_text("has been approved")
    expect(page.locator(f"#{uid}")).to_have_count(0)
    assert waiting(page) == before - 1
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f"#{uid}")).to_be_visible()
    page.locator(f"#{uid}").get_by_role("link", name="Remove").click()
    expect(page.get_by_role("heading", name="Remove the review")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(re.compile(r"/admin/reviews$"))


def test_the_chart_changes_in_place_and_its_numbers_open_their_rows(demo: Window) -> None:
    page = demo.open("/admin")
    months = page.get_by_role("link", name="Months")
    months.click()
    expect(months).to_have_attribute("aria-current", "page")  # what is opened before, the swap would close
    expect(page).to_have_url(re.compile(r"/admin$"))
    page.get_by_text("Show as table").click()
    cell = page.locator(".chart tbody tr").first.locator("a").first
    issued = cell.inner_text()
    cell.click()
    expect(page.locator(".total")).to_contain_text(f"+{issued}")


def test_on_a_phone_home_begins_at_its_top_and_a_row_of_pills_shows_where_one_is(demo: Window) -> None:
    demo.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    page = demo.open("/admin")
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport(ratio=1)
    page = demo.open("/admin/activities/points?span=all&kind=adjusted")
    expect(page.locator(".pills [aria-current]")).to_be_in_viewport()
