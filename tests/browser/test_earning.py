"""A doubled earning rule, dry-run over the demo shop's history and put into force; with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window

SAMPLE = "amount_0=24&category_0=Bread&amount_1=6&tags_1=no-points&on=2026-01-06"
NO_SCRIPT = {"java_script_enabled": False}


def edited(window: Window) -> Page:
    """The form of the demo's main rule with twice its points."""
    page = window.open("/admin/earning-rules")
    page.get_by_role("link", name="3 points per $1", exact=True).click()
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Points", exact=True)).to_have_value("3")
    page.get_by_label("Points", exact=True).fill("6")
    return page


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def told(page: Page) -> None:
    """What the demo's history says: everybody gains what they had, nobody loses."""
    figures = page.locator("#outcome .metrics dd")
    gained = number(figures.nth(0).inner_text().split("\n")[0])
    after, before = (
        number(part) for part in figures.nth(0).locator("small").inner_text().split("instead of")
    )
    assert after - before == gained > 10_000
    assert before * 0.8 < gained < before
    expect(page.get_by_role("link", name=re.compile(r"^Losers 0"))).to_be_visible()
    expect(page.locator("#touched tbody tr").first).to_contain_text("+")


def test_a_doubled_rule_is_tried_on_the_demos_history_and_put_into_force(demo: Window) -> None:
    page = edited(demo)
    page.get_by_role("button", name="Dry-run first").click()
    expect(page.locator("#outcome")).to_contain_text("6 points per $1 of items")
    expect(page.get_by_text("Orders that differ")).to_be_visible(timeout=60_000)
    expect(page.locator("#outcome")).not_to_have_attribute("hx-trigger", "every 1s")
    told(page)
    page.get_by_role("link", name=re.compile("^Other tier")).click()
    expect(page.locator("#touched tbody tr").first).to_contain_text("would become")
    page.get_by_role("link", name="Go on with this wording").click()
    expect(page.get_by_label("Points", exact=True)).to_have_value("6")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.locator(".toast")).to_contain_text("has a new version")
    expect(page.locator(".versions li").first).to_contain_text("6 points per $1 of items")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("says what it said before")
    expect(page.locator(".goal")).to_contain_text("3 points per $1 of items")


@pytest.mark.parametrize("demo", [NO_SCRIPT], indirect=True)
def test_the_same_without_javascript(demo: Window) -> None:
    page = edited(demo)
    page.get_by_role("button", name="Dry-run first").click()
    for _ in range(300):
        if page.get_by_text("Orders that differ").count():
            break
        page.get_by_role("link", name="Refresh").click()
    told(page)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("link", name="Previous")).to_be_visible()
    page.locator("#touched tbody a").first.click()
    expect(page.get_by_role("link", name="Adjust balance")).to_be_visible()
