"""Mara has the shop write by itself: switched on, an order comes, and the letter goes to who placed it."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from loyalty.demo.almanac import ZONE
from tests.browser.conftest import Window
from tests.browser.webshop import comes, connected
from tests.mailbox import Mailbox

NAMES = {True: "After each order", False: "After each order, plainly"}


@pytest.mark.parametrize(
    ("demo", "scripts"),
    [({}, True), ({"java_script_enabled": False}, False)],
    ids=["with", "without"],
    indirect=["demo"],
)
def test_an_order_begins_what_mara_switched_on_and_the_letter_arrives(
    demo: Window, scripts: bool, mail: Mailbox
) -> None:
    shop, page = connected(demo), demo.open("/admin/automations/new")
    page.get_by_role("radio", name="Ask for a review").check()
    page.get_by_label("Name").fill(NAMES[scripts])
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("When somebody orders, wait 10 days, then send the message")).to_be_visible()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("How long").fill("0")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Subject").fill(f"{NAMES[scripts]}: thank you")
    page.get_by_role("button", name="Save and go on").click()
    quiet = datetime.now(UTC).astimezone(ZONE) + timedelta(hours=10)
    page.get_by_label("Quiet from").fill(f"{quiet:%H:%M}")
    page.get_by_label("Quiet until").fill(f"{quiet + timedelta(hours=1):%H:%M}")
    page.get_by_label("Holdout").fill("0")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("is switched on")).to_be_visible()
    shop.sells("rex.moreau@example.com", ("Rye loaf", 6))
    comes(page.get_by_role("region", name="For whom it began"), "Rex Moreau")
    until = time.monotonic() + 20
    while not _arrived(mail, NAMES[scripts]) and time.monotonic() < until:
        page.wait_for_timeout(200)
    assert _arrived(mail, NAMES[scripts])
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("While it is paused")).to_be_visible()


def _arrived(mail: Mailbox, name: str) -> bool:
    return any(each["Subject"] == f"{name}: thank you" for each in mail.mails)
