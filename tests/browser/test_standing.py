"""Tier, membership, profile card and notes on the demo shop: in place with JavaScript, and without it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Window
from tests.browser.looking import violations

NO_SCRIPT = {"java_script_enabled": False}
# The stories share one shop, so each way has a person of its own.
BOTH_WAYS = pytest.mark.parametrize(
    ("demo", "who"),
    [pytest.param({}, "Rex Moreau", id="script"), pytest.param(NO_SCRIPT, "Noor Haddad", id="plain")],
    indirect=["demo"],
)
IN_THE_WAY = re.compile("404|409|422")


def profile_of(window: Window, who: str = "Rex Moreau") -> str:
    """The address of somebody's page, found as staff find it."""
    found = window.open(f"/admin/customers?q={who}").locator("tbody a").first.get_attribute("href")
    assert found is not None
    return found


def menu(page: Page, entry: str) -> None:
    """Choose from the More menu."""
    page.locator("button[popovertarget=more]").click()
    page.locator("#more").get_by_role("link", name=entry).click()


def told(page: Page, sentence: str) -> Locator:
    """The toast that says so."""
    toast = page.locator(".toast").filter(has_text=sentence)
    expect(toast).to_be_visible()
    return toast


def refusals_are_expected(window: Window) -> None:
    """Chromium reports the very answers these stories are about."""
    window.complaints[:] = [said for said in window.complaints if not IN_THE_WAY.search(said)]


@BOTH_WAYS
def test_a_tier_is_changed_with_its_rewards_and_taken_back(demo: Window, who: str) -> None:
    page = demo.open(profile_of(demo, who))
    balance = page.locator(".balance .big").inner_text()
    badge = page.locator("dl.rows .tier")
    before = badge.inner_text()
    menu(page, "Change tier")
    page.get_by_role("radio", name="Platinum").check()
    page.get_by_label("Trigger tier rewards").check()
    page.get_by_text("Every tier passed").click()
    page.get_by_label("Internal notes").fill("Press contact")
    page.get_by_role("button", name="Change tier").click()
    toast = told(page, f"{who} is now Platinum")
    expect(badge).to_have_text("Platinum")
    expect(page.locator(".balance .big")).not_to_have_text(balance)
    toast.get_by_role("button", name="Undo").click()
    told(page, f"{who} is {before} again")
    expect(badge).to_have_text(before)
    expect(page.locator(".balance .big")).to_have_text(balance)


@BOTH_WAYS
def test_excluding_lists_what_it_means_and_joining_undoes_it(demo: Window, who: str) -> None:
    page = demo.open(profile_of(demo, who))
    badge = page.locator(".page-head .badge").first
    menu(page, "Exclude from program")
    expect(page.locator("#consequences")).to_contain_text("No portal, no earning and no redeeming")
    page.get_by_label("Internal reason").fill("Asked by phone")
    page.get_by_role("button", name="Exclude from program").click()
    toast = told(page, f"{who} has left the programme")
    expect(badge).to_have_text("Left")
    toast.get_by_role("button", name="Undo").click()
    told(page, f"{who} is a member again")
    expect(badge).to_have_text("Member")
    menu(page, "Exclude from program")
    page.get_by_role("button", name="Exclude from program").click()
    expect(badge).to_have_text("Left")
    menu(page, "Join program")
    expect(page.get_by_text("the signup bonus isn't paid a second time")).to_be_visible()
    page.get_by_role("button", name="Join program").click()
    expect(badge).to_have_text("Member")


@BOTH_WAYS
def test_a_birthday_edited_in_a_second_tab_makes_the_first_one_stale(demo: Window, who: str) -> None:
    profile = profile_of(demo, who)
    page, second = demo.open(profile), demo.context.new_page()
    second.goto(demo.base + profile)
    for tab, day in ((page, "8"), (second, "9")):
        tab.locator("#pencil-birthday").click()
        tab.get_by_label("Day", exact=True).fill(day)
        tab.locator("select[name=month]").select_option("December")
        tab.get_by_label("Year").fill("")
    second.get_by_role("button", name="Save").click()
    expect(second.locator("#fact-birthday")).to_contain_text("December 9")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#edit-error")).to_contain_text("Now it is December 9")
    expect(page.get_by_label("Day", exact=True)).to_have_value("8")
    page.get_by_role("button", name="Save anyway").click()
    toast = told(page, f"{who}'s birthday was changed")
    expect(page.locator("#fact-birthday")).to_contain_text("December 8")
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator("#fact-birthday")).to_contain_text("December 9")
    refusals_are_expected(demo)


@BOTH_WAYS
def test_a_taken_address_leads_to_whose_it_is(demo: Window, who: str) -> None:
    page = demo.open(profile_of(demo, who))
    page.locator("#pencil-email").click()
    page.locator("input[name=email]").fill("ines.okafor@example.com")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Open Ines Okafor").click()
    expect(page.get_by_role("heading", name="Ines Okafor", level=1)).to_be_visible()
    refusals_are_expected(demo)


@BOTH_WAYS
def test_a_note_is_posted_listed_in_the_history_and_undone_from_there(demo: Window, who: str) -> None:
    page = demo.open(profile_of(demo, who))
    page.get_by_label("Note for your team").fill("Prefers oat milk")
    page.get_by_role("button", name="Post note").click()
    told(page, f"Your note about {who} is kept")
    expect(page.locator(".notes .words")).to_have_text("Prefers oat milk")
    expect(page.get_by_label("Note for your team")).to_have_value("")
    page.get_by_role("link", name="History").click()
    deed = page.locator(".timeline li").filter(has_text=f"A note about {who} was written").first
    deed.get_by_role("button", name="Undo").click()
    expect(page.locator(".notes .words")).to_have_count(0)
    expect(page.locator(".timeline li.undone").first).to_contain_text(f"A note about {who} was written")


def test_editing_in_place_works_with_the_keyboard_and_focus_comes_back(demo: Window) -> None:
    page = demo.open(profile_of(demo))
    pencil = page.locator("#pencil-phone")
    for leave in ("Cancel", "Save"):
        pencil.focus()
        page.keyboard.press("Enter")
        typed = page.locator("input[name=phone]")
        expect(typed).to_be_focused()
        assert violations(page) == []
        typed.fill(f"+1 646 555 01{len(leave)}0")
        page.get_by_role("link" if leave == "Cancel" else "button", name=leave).press("Enter")
        expect(typed).to_have_count(0)
        expect(pencil).to_be_focused()
    expect(page.locator("#fact-phone")).to_contain_text("+1 646 555 0140")
