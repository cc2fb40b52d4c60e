"""A second person: Theo asks from the adjust form, Mara approves once; with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window

NO_SCRIPT = {"java_script_enabled": False}
BOTH = pytest.mark.parametrize(
    ("demo", "who"),
    [pytest.param({}, "Rex Moreau", id="script"), pytest.param(NO_SCRIPT, "Milo Haddad", id="plain")],
    indirect=["demo"],
)


def theo(demo: Window) -> Page:
    """Theo's own browser: Mara makes him a link."""
    page = demo.open("/admin/staff")
    page.get_by_role("button", name="New sign-in link for Theo").click()
    link = page.locator("input[readonly]").input_value()
    other = demo.context.browser
    assert other is not None
    his = other.new_context().new_page()
    his.goto(demo.base + link[link.index("/admin/") :])
    his.get_by_role("button", name="Sign in").click()
    his.wait_for_url(lambda url: "sign-in" not in url)
    return his


@BOTH
def test_an_adjustment_above_the_limit_is_asked_for_and_approved_by_a_second_person(
    demo: Window, who: str
) -> None:
    his = theo(demo)
    his.goto(f"{demo.base}/admin/customers?q={who}")
    his.locator("tbody a").first.click()
    his.get_by_role("link", name="Adjust balance").click()
    his.get_by_label("Points", exact=True).fill("2500")
    his.get_by_label("Internal reason").fill("Oven failed, cake for forty")
    expect(his.get_by_text("up to 2000 points at a time")).to_be_visible()
    his.get_by_role("button", name="Ask a second person").click()
    expect(his.locator(".toast")).to_contain_text(f"A second person is asked: +2,500 points for {who}")
    page = demo.open("/admin/approvals")
    waiting = int(page.locator("#main-approvals").inner_text().split()[0])
    row = page.locator(".request").filter(has_text=who)
    expect(row).to_contain_text("Oven failed, cake for forty")
    row.get_by_role("button", name="Approve").click()
    expect(page.locator(".toast")).to_contain_text(f"{who} now has")
    expect(page.locator("#main-approvals")).to_have_text(re.compile(rf"^{waiting - 1}\b"))
    his.goto(f"{demo.base}/admin/approvals")
    expect(his.locator(".request").first).to_contain_text("Approved by Mara")
    with page.expect_response(lambda answer: answer.url.endswith("/reversal")):
        page.get_by_role("button", name="Undo").click()
    his.reload()
    expect(his.locator(".request").first).to_contain_text("Undone since")
    his.context.close()
