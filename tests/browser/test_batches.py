"""Everybody a filter shows is tagged at once and taken back, on the demo shop; saved views."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.looking import violations

NO_SCRIPT = {"java_script_enabled": False}
LEFT = "/admin/customers?type=left"
A_MINUTE = 60_000


def found(page: Page) -> int:
    """How many people the tab says have left."""
    return int(page.locator("#tabs").get_by_role("link", name="Left").locator(".n").inner_text())


def test_everybody_on_the_page_is_tagged_seen_through_and_taken_back(demo: Window) -> None:
    page = demo.open(LEFT)
    count = found(page)
    expect(page.locator(".bulk")).to_be_hidden()
    page.get_by_label("Select everybody on this page").check()
    expect(page.locator("[data-selected]")).to_have_text(f"{count} selected")
    page.locator("tbody .check input").first.uncheck()
    expect(page.locator("[data-selected]")).to_have_text(f"{count - 1} selected")
    page.locator(".bulk").evaluate("bar => Promise.all(bar.getAnimations().map(each => each.finished))")
    assert violations(page) == []
    page.get_by_label("Select everybody on this page").check()
    page.get_by_role("button", name="Add tag").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Tag", exact=True).fill("come back")
    form.get_by_role("button", name=f"Add tag · {count} people").click()
    page.wait_for_url(re.compile("/admin/batches/"))
    expect(page.locator(".page-head .badge")).to_have_text("Done", timeout=A_MINUTE)
    expect(page.locator("#batch")).not_to_have_attribute("hx-trigger", "every 1s")
    page.get_by_role("button", name="Undo for all").click()
    expect(page.locator(".toast")).to_contain_text(f"{count} people are being changed back")
    expect(page.locator(".page-head .badge")).to_have_text("Taken back", timeout=A_MINUTE)
    demo.open("/admin/customers?tag=come+back")
    expect(page.locator("#rows")).to_contain_text("is gone")


@pytest.mark.parametrize("demo", [NO_SCRIPT], indirect=True)
def test_everybody_matching_is_tagged_and_taken_back_without_a_script(demo: Window) -> None:
    page = demo.open("/admin/customers?type=guest")
    page.locator("tbody .check input").first.check()
    page.get_by_label(re.compile("All .* that match")).check()
    page.get_by_role("button", name="Add tag").click()
    expect(page.locator(".consequences")).to_contain_text("Everybody this list shows now")
    page.get_by_label("Tag", exact=True).fill("guests of spring")
    page.locator(".act [type=submit]").click()
    page.wait_for_url(re.compile("/admin/batches/"))
    _refresh_until(page, "Done")
    page.get_by_role("button", name="Undo for all").click()
    _refresh_until(page, "Taken back")


def _refresh_until(page: Page, state: str) -> None:
    """Press Refresh as somebody without a script does."""
    badge = page.locator(".page-head .badge")
    for _ in range(600):
        if badge.inner_text() == state:
            return
        page.get_by_role("link", name="Refresh").click()
    raise AssertionError(badge.inner_text())


def test_what_the_list_shows_is_saved_as_a_tab_and_deleted_again(demo: Window) -> None:
    page = demo.open("/admin/customers?type=guest&sort=-spent")
    page.get_by_role("link", name="Save view").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Best guests")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    tab = page.locator("#tabs").get_by_role("link", name="Best guests")
    expect(tab).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Views", exact=True).click()
    page.get_by_role("button", name="Delete “Best guests”").click()
    expect(page.locator(".toast")).to_contain_text("was deleted")
    expect(page.get_by_role("link", name="Best guests")).to_have_count(0)
