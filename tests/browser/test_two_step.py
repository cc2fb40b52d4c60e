"""Two-step sign-in and the fraud desk on the demo shop: with and without JavaScript."""

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.looking import wrong_with

BOTH = pytest.mark.parametrize(
    "demo",
    [pytest.param({}, id="script"), pytest.param({"java_script_enabled": False}, id="plain")],
    indirect=True,
)
DORA = "4 people, 3 referrals"


def theo(demo: Window) -> Page:
    """Theo's own browser, of the same kind: Mara makes him a link."""
    page = demo.open("/admin/staff")
    page.get_by_role("button", name="New sign-in link for Theo").click()
    return by_link(demo, page.locator("input[readonly]").input_value())


def by_link(demo: Window, link: str) -> Page:
    assert demo.context.browser is not None
    his = demo.context.browser.new_context(base_url=demo.base).new_page()
    his.goto(link[link.index("/admin/") :])
    his.get_by_role("button", name="Sign in").click()
    return his


@BOTH
def test_a_phone_is_set_up_asked_for_at_sign_in_and_reset_by_an_owner(demo: Window) -> None:
    his = theo(demo)
    his.wait_for_url("**/admin")
    his.goto("/admin/account/two-step")
    his.get_by_role("button", name="Set it up").click()
    expect(his.get_by_role("img", name="QR code")).to_be_visible()
    phone = pyotp.TOTP(his.locator(".secret").inner_text().replace(" ", ""))
    his.get_by_label("Code", exact=True).fill(phone.now())
    his.get_by_role("button", name="Turn it on").click()
    expect(his.locator(".recovery li")).to_have_count(10)
    spare = his.locator(".recovery li").first.inner_text()
    page = demo.open("/admin/staff")
    page.get_by_role("button", name="New sign-in link for Theo").click()
    again = by_link(demo, page.locator("input[readonly]").input_value())
    expect(again.get_by_role("heading", name="Your code")).to_be_visible()
    if again.evaluate("typeof htmx") == "object":
        assert wrong_with(again) == []
    again.get_by_label("Code", exact=True).fill("000000")
    again.get_by_role("button", name="Sign in").click()
    expect(again.get_by_text("This code isn’t right")).to_be_visible()
    again.get_by_label("Code", exact=True).fill(spare)
    again.get_by_role("button", name="Sign in").click()
    again.wait_for_url("**/admin")
    page = demo.open("/admin/staff")
    page.get_by_role("link", name="Reset two-step sign-in of Theo").click()
    page.get_by_role("button", name="Reset two-step sign-in").click()
    expect(page.locator(".toast")).to_contain_text("Theo’s two-step sign-in was reset")
    again.goto("/admin")
    expect(again.get_by_role("heading", name="Sign in")).to_be_visible()
    for other in (his, again):
        other.context.close()


@BOTH
def test_a_ring_is_blocked_as_the_dialog_says_and_the_decision_undone(demo: Window) -> None:
    page = demo.open("/admin/referrals/rings")
    ring = page.locator(".ring").filter(has_text=DORA)
    expect(ring).to_contain_text("3 people use the same device.")
    ring.get_by_role("link", name="Block and take back").click()
    expect(page.get_by_text("The referrer loses 300 points.")).to_be_visible()
    page.get_by_label("Internal reason").fill("One phone")
    page.get_by_role("button", name="Block and take back").click()
    expect(page.locator(".toast")).to_contain_text("A ring of 3 referrals was blocked")
    expect(page.locator(".ring").filter(has_text=DORA)).to_contain_text("Decided")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast").filter(has_text="waits for a decision again")).to_be_visible()
    expect(page.locator(".ring").filter(has_text=DORA)).not_to_contain_text("Decided")
