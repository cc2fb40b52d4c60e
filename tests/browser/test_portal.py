"""A member on a phone: signs in by a code from a real mail server, redeems, looks around; also without JavaScript."""

import json
import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Window
from tests.browser.launching import PHONE
from tests.browser.looking import wrong_with
from tests.browser.members import NO_SCRIPT, signs_in
from tests.mailbox import Mailbox

CODE = re.compile(r"^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$")
INES = "ines.okafor@example.com"
BOTH = pytest.mark.parametrize(
    "phone", [pytest.param(PHONE, id="scripts"), pytest.param(NO_SCRIPT, id="no-scripts")], indirect=True
)


def till_key(owner: Window) -> str:
    """An API key that may use codes, as the owner makes it."""
    page = owner.open("/admin/api-keys/new")
    page.get_by_label("Name").fill("Till on the ground floor")
    page.get_by_label("Use reward codes").check()
    page.get_by_role("button", name="Make the key").click()
    return page.get_by_label("API key", exact=True).input_value()


def uses(base: str, key: str, code: str, sale: str) -> int:
    """The status that the till's call gets."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    sent = json.dumps({"till": sale}).encode()
    called = urllib.request.Request(f"{base}/api/v1/codes/{code}/use", sent, headers, method="POST")
    try:
        return int(urllib.request.urlopen(called).status)
    except urllib.error.HTTPError as refused:
        return refused.code


@BOTH
def test_a_member_signs_in_by_a_code_redeems_a_reward_and_uses_it_once_at_a_till(
    phone: Window, demo: Window, mail: Mailbox
) -> None:
    page = signs_in(phone, mail, INES)
    expect(page.get_by_text("Ines Okafor")).to_be_visible()
    page.get_by_role("navigation", name="Member, at the bottom").get_by_role("link", name="Rewards").click()
    page.get_by_role("link", name="Redeem Croissant of the week").click()
    expect(page.get_by_text("What remains")).to_be_visible()
    page.get_by_role("button", name="Redeem it").click()
    expect(page.get_by_role("img", name="Barcode of the code")).to_be_visible()
    expect(page.locator("#code")).to_have_text(CODE)
    code, key = page.locator("#code").inner_text(), till_key(demo)
    assert [uses(phone.base, key, code, sale) for sale in ("till-1:1", "till-1:1", "till-2:9")] == [
        200,
        200,
        409,
    ]
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Used")
    page.get_by_role("link", name="All of mine").click()
    expect(page.get_by_role("link", name="Croissant of the week").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("E-mail address")).to_be_visible()


@BOTH
def test_a_wrong_code_keeps_the_words_and_says_what_to_do(phone: Window) -> None:
    page = phone.open("/portal")
    page.get_by_label("E-mail address").fill("somebody@example.com")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_label("Code")).to_be_visible()
    if page.evaluate("typeof htmx") == "object":  # axe is a script itself
        assert wrong_with(page) == []
    page.get_by_label("Code").fill("0000 0000")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.get_by_role("button", name="Sign in").click()
    assert answered.value.status == 422
    expect(page.get_by_role("alert")).to_contain_text("This code isn’t right.")
    expect(page.get_by_label("Code")).to_have_value("0000 0000")
    phone.complaints.clear()  # the browser reports every 422 on its console
