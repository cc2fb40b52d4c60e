"""Mara has the shop write by itself: after an order, and to who enters a segment; and sees what it did."""

import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from loyalty.demo.almanac import ZONE
from tests.browser import gallery
from tests.browser.conftest import Window
from tests.browser.members import letter, signs_in
from tests.browser.webshop import comes, connected
from tests.house.places import ROOT
from tests.mailbox import Mailbox

NAMES = {True: "After each order", False: "After each order, plainly"}
QUIET = """SELECT c.email FROM customers c WHERE c.type = 'member' AND c.accepts_email = 1 AND c.language IS NULL
      AND c.last_order_at < datetime('now', '-70 days')
      AND NOT EXISTS (SELECT 1 FROM preference_current p WHERE p.customer_id = c.id)
    ORDER BY c.last_order_at DESC"""
"""A member who hasn't ordered for more than two months and has told nothing yet."""
LINK = re.compile(r"/c/[^\s)]+")


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
    awake(page)
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


def test_a_win_back_goes_to_who_has_been_in_the_segment_for_two_nights_and_its_report_counts_their_order(
    demo: Window, phone: Window, mail: Mailbox
) -> None:
    email, before = gallery.in_database(demo.base, QUIET), len(mail.mails)
    shop, page = connected(demo), demo.open("/admin/automations/new")
    page.get_by_role("radio", name="At-Risk Loyals").check()
    page.get_by_label("Name").fill("Coffee people: we miss you")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Which segment").select_option(label="Coffee people gone quiet")
    page.get_by_label("How long").fill("0")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("link", name="Limits").click()
    awake(page)
    page.get_by_label("Holdout").fill("0")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("is switched on")).to_be_visible()
    here = page.url

    theirs = signs_in(phone, mail, email)
    theirs.goto(f"{phone.base}/portal/preferences")
    interests = theirs.locator("form#interests")
    interests.get_by_label("Premium Coffee", exact=True).check()
    interests.get_by_role("button", name="Save").click()
    expect(interests.get_by_role("status")).to_contain_text("Saved")
    demo.open("/admin/segments").get_by_role("link", name="Coffee people gone quiet").click()
    comes(page.get_by_role("region", name="People"), email)
    subprocess.run(
        [sys.executable, "-m", "tests.browser.nights"],
        env=gallery.ENVIRONMENTS[demo.base],
        cwd=ROOT,
        check=True,
    )
    body = letter(mail, email, before, "we miss you").get_body(("plain",))
    assert body is not None
    link = LINK.search(str(body.get_content()))
    assert link is not None
    phone.open(link[0])
    expect(theirs.get_by_role("heading", name="Rewards")).to_be_visible()
    shop.sells(email, ("ETHIOPIA-GUJI", 14))
    page.goto(here)
    page.get_by_role("link", name="What it did").click()
    row = page.get_by_role("table", name="The arms in numbers").get_by_role("row", name="Got it")
    comes(row, "$14.00")
    people, _, clicked, ordered = row.get_by_role("cell").all_inner_texts()[:4]
    assert (people, clicked, ordered) == ("1", "1", "1")


def awake(page: Page) -> None:
    """Quiet hours that are far from now, so that nothing waits for the morning."""
    quiet = datetime.now(UTC).astimezone(ZONE) + timedelta(hours=10)
    page.get_by_label("Quiet from").fill(f"{quiet:%H:%M}")
    page.get_by_label("Quiet until").fill(f"{quiet + timedelta(hours=1):%H:%M}")


def _arrived(mail: Mailbox, name: str) -> bool:
    return any(each["Subject"] == f"{name}: thank you" for each in mail.mails)
