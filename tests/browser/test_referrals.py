"""Referrals on the demo shop: cancelled with undo, let through, claimed by a friend; also without JavaScript."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Window
from tests.browser.launching import NARROW

NO_SCRIPT = {"java_script_enabled": False}
BOTH = pytest.mark.parametrize(
    "demo", [pytest.param({}, id="scripts"), pytest.param(NO_SCRIPT, id="no-scripts")], indirect=True
)
PHONE = {"viewport": {"width": NARROW[0], "height": NARROW[1]}, "has_touch": True, "is_mobile": True}
LIST = "/admin/activities/referrals"


def first_row(demo: Window, kind: str) -> tuple[Page, Locator, str]:
    """The first referral of a kind, as its row wherever it is listed, and its friend's address."""
    page = demo.open(f"{LIST}?kind={kind}&span=all")
    row = page.locator("#rows tbody tr").first
    uid, friend = row.get_attribute("id"), row.locator(".who small").last.inner_text()
    page = demo.open(f"{LIST}?span=all&q={friend}")
    return page, page.locator(f"tr#{uid}"), friend


@BOTH
def test_a_pending_referral_is_cancelled_and_the_cancellation_undone(demo: Window) -> None:
    page, row, _ = first_row(demo, "pending")
    row.hover()
    row.get_by_role("link", name="Cancel").click()
    expect(page.get_by_text("code becomes void and can't be used")).to_be_visible()
    expect(page.get_by_text("No later order completes this referral")).to_be_visible()
    page.get_by_label("Reason").fill("Asked for it")
    page.get_by_role("button", name="Cancel the referral").click()
    expect(page.locator(".toast")).to_contain_text("has been cancelled")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("is pending again")


@BOTH
def test_a_completed_referral_is_cancelled_with_its_reward_and_the_cancellation_undone(
    demo: Window,
) -> None:
    page, row, _ = first_row(demo, "completed")
    row.hover()
    row.get_by_role("link", name="Cancel").click()
    expect(page.get_by_text("The referrer keeps 300 points.")).to_be_visible()
    expect(page.get_by_text("The referrer loses 300 points.")).to_be_hidden()
    page.get_by_label("Also take back the reward").check()
    expect(page.get_by_text("The referrer keeps 300 points.")).to_be_hidden()
    expect(page.get_by_text("The referrer loses 300 points.")).to_be_visible()
    page.get_by_role("button", name="Cancel the referral").click()
    expect(page.locator(".toast")).to_contain_text("has been cancelled")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("is completed again")


def test_the_row_follows_what_was_done_and_the_list_stays(demo: Window) -> None:
    page, row, friend = first_row(demo, "pending")
    row.get_by_role("link", name="Cancel").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.get_by_role("button", name="Cancel the referral").click()
    expect(row.locator(".badge")).to_have_text("Cancelled")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page).to_have_url(re.compile("span=all"))
    expect(page.get_by_label("Search referrals")).to_have_value(friend)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(row.locator(".badge")).to_have_text("Pending")


def test_cancelling_shows_on_hover_and_on_focus(demo: Window) -> None:
    page, row, _ = first_row(demo, "pending")
    actions = row.locator(".row-actions")
    page.mouse.move(0, 0)
    expect(actions).to_have_css("opacity", "0")
    row.hover()
    expect(actions).to_have_css("opacity", "1")
    page.mouse.move(0, 0)
    actions.get_by_role("link").focus()
    expect(actions).to_have_css("opacity", "1")


@pytest.mark.parametrize("demo", [PHONE], indirect=True)
def test_cancelling_shows_on_a_touch_screen(demo: Window) -> None:
    _, row, _ = first_row(demo, "pending")
    expect(row.locator(".row-actions")).to_have_css("opacity", "1")


@BOTH
def test_a_friend_claims_through_the_link_and_finds_the_code_again(demo: Window) -> None:
    page = demo.open(f"/r/{code_of_ines(demo)}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("for a friend")
    page.get_by_label("Your e-mail address").fill("ines.okafor@example.com")
    page.get_by_role("button", name="Get the code").click()
    expect(page.get_by_text("This address can’t use the invitation")).to_be_visible()
    expect(page.get_by_label("Your e-mail address")).to_have_value("ines.okafor@example.com")
    page.get_by_label("Your e-mail address").fill(f"sam{id(demo)}@example.com")
    page.get_by_role("button", name="Get the code").click()
    expect(page.get_by_role("heading", name="Here is your code")).to_be_visible()
    code = page.locator(".code").inner_text()
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", code)
    page.reload()
    expect(page.locator(".code")).to_have_text(code)
    demo.complaints.clear()


@pytest.mark.parametrize("demo", [{"permissions": ["clipboard-read", "clipboard-write"]}], indirect=True)
def test_the_code_is_copied(demo: Window) -> None:
    page = demo.open(f"/r/{code_of_ines(demo)}")
    page.get_by_label("Your e-mail address").fill(f"kim{id(demo)}@example.com")
    page.get_by_role("button", name="Get the code").click()
    page.get_by_role("button", name="Copy the code").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator(".code").inner_text()


def code_of_ines(demo: Window) -> str:
    """What Ines's link ends in, as her page shows it."""
    page = demo.open("/admin/customers?q=ines.okafor")
    page.get_by_role("link", name="Ines Okafor").first.click()
    page.wait_for_url(re.compile("/admin/customers/"))
    demo.open(page.url.removeprefix(demo.base).split("?")[0] + "?tab=referrals")
    return page.locator("#records code").first.inner_text().rpartition("/")[2]
