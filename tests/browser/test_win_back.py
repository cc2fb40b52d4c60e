"""A win-back from the wizard to the till: sent, received, followed, ordered, and reported as anybody can count it."""

import csv
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser import gallery
from tests.browser.conftest import Window
from tests.browser.members import letter
from tests.browser.webshop import comes, connected
from tests.mailbox import Mailbox

TWO_WEEKS = timedelta(days=14)
LINK = re.compile(r"/c/[^\s)]+")


@contextmanager
def database(window: Window) -> Iterator[sqlite3.Connection]:
    """The demo shop's own file."""
    path = gallery.ENVIRONMENTS[window.base]["REGULARS_DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=20)) as there, there:
        there.row_factory = sqlite3.Row
        yield there


def writes(page: Page, name: str) -> None:
    """Through the wizard, up to the review: At-Risk Loyals, 50 points, a fifth held back."""
    page.get_by_label("Name").fill(name)
    page.get_by_role("radio", name="Win people back").check()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("checkbox", name="At-Risk Loyals").first.check()
    page.get_by_role("button", name="Save and go on").click()
    page.locator("input[name=kind][value=points]").check()
    page.locator("input[name=points]").fill("50")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Subject").fill(f"{name}, {{{{ first_name | Friend }}}}")
    page.get_by_label("Text", exact=True).fill("We **miss** you.\n\n[Come back](/portal/rewards)")
    page.get_by_role("button", name="Save and go on").click()
    later = datetime.now(ZoneInfo("America/New_York")) + timedelta(hours=6)
    page.get_by_label("Quiet from").fill(f"{later:%H:%M}")
    page.get_by_label("Quiet until").fill(f"{later + timedelta(hours=1):%H:%M}")
    page.get_by_label("Holdout, in percent").fill("20")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="What happens")).to_be_visible()


def goes_out(window: Window) -> None:
    """Until it is sent: nobody waits for the minute of grace, nor for the next look at the outbox."""
    page = window.page
    for _ in range(100):
        with database(window) as there:
            there.execute("UPDATE campaigns SET send_at = created_at WHERE state = 'scheduled'")
            there.execute(
                "UPDATE jobs SET run_at = created_at WHERE name = 'send_campaign' AND state = 'ready'"
            )
        page.reload()
        if page.get_by_text("Sent", exact=True).count():
            return
        page.wait_for_timeout(300)
    raise AssertionError("it was never sent")


def counted(there: sqlite3.Connection, uid: str) -> dict[str, dict[str, int]]:
    """What the arms did, from the rows themselves."""
    campaign = there.execute("SELECT * FROM campaigns WHERE uid = ?", (uid,)).fetchone()
    start = datetime.fromisoformat(campaign["started_at"])
    orders: dict[int, list[int]] = defaultdict(list)
    for order in there.execute(
        "SELECT * FROM orders WHERE programme_id = 1 AND status = 'paid' AND test = 0"
    ):
        if start <= datetime.fromisoformat(order["placed_at"]) < start + TWO_WEEKS:
            orders[order["customer_id"]].append(order["total_minor"] - order["refunded_minor"])
    clicks = {row["customer_id"] for row in there.execute(
        "SELECT * FROM campaign_clicks WHERE campaign_id = ?", (campaign["id"],)
    )}  # fmt: skip
    gifts = defaultdict(int)
    for entry in there.execute("SELECT * FROM ledger_entries WHERE kind = 'campaign'"):
        if entry["key"].startswith(f"campaign:{uid}:"):
            gifts[entry["customer_id"]] += entry["points"]
    found: dict[str, dict[str, int]] = {}
    for row in there.execute("SELECT * FROM campaign_recipients WHERE campaign_id = ?", (campaign["id"],)):
        if row["arm"] is None:
            continue
        arm, who = found.setdefault(row["arm"], defaultdict(int)), row["customer_id"]
        arm["Assigned"] += 1
        arm["Delivered"] += row["state"] == "delivered"
        arm["Clicked"] += who in clicks
        arm["Ordered"] += who in orders
        arm["Orders"] += len(orders.get(who, ()))
        arm["Kept minor"] += sum(orders.get(who, ()))
        arm["Points given"] += gifts[who]
        arm["Cost minor"] += gifts[who]  # of a cent each
    return found


def told(rows: Iterator[dict[str, Any]], names: list[str]) -> dict[str, dict[str, int]]:
    return {row["Arm"]: {name: int(row[name]) for name in names} for row in rows}


def test_a_win_back_is_sent_read_followed_and_ordered_by_and_reported_as_the_rows_say(
    demo: Window, phone: Window, mail: Mailbox
) -> None:
    name, before = "Back to the oven", len(mail.mails)
    page = demo.open("/admin/campaigns/new")
    writes(page, name)
    page.get_by_role("button", name="Send to").click()
    expect(page.get_by_text("Until then nobody’s place is drawn")).to_be_visible()
    uid = page.url.rsplit("/", 1)[1]
    goes_out(demo)
    with database(demo) as there:
        arms: dict[str, list[str]] = defaultdict(list)
        for row in there.execute(
            "SELECT r.arm, c.email FROM campaign_recipients r JOIN customers c ON c.id = r.customer_id"
            " JOIN campaigns k ON k.id = r.campaign_id WHERE k.uid = ? AND r.arm IS NOT NULL ORDER BY c.id",
            (uid,),
        ):
            arms[row["arm"]].append(row["email"])
    came = [each["To"] for each in mail.mails[before:] if str(each["Subject"]).startswith(name)]
    assert sorted(came) == sorted(arms["treatment"])
    assert arms["control"]
    reader = arms["treatment"][0]
    body = letter(mail, reader, before, name).get_body(("plain",))
    assert body is not None
    link = LINK.search(str(body.get_content()))
    assert link is not None
    phone.open(link[0])
    assert phone.page.url.startswith(f"{phone.base}/portal")
    shop = connected(demo)
    shop.sells(reader, ("MILL-LANE-RYE", 8), ("BAGUETTE", 4))
    shop.sells(arms["control"][0], ("BAGUETTE", 4))
    page = demo.open(f"/admin/campaigns/{uid}/report")
    comes(page.get_by_role("row", name="Held back").first, "$4.00" if len(arms["control"]) == 1 else "1")
    expect(page.get_by_text("Inconclusive").first).to_be_visible()
    for arm, label in (("treatment", "Got it"), ("control", "Held back")):
        row = page.get_by_role("table", name="The arms in numbers").get_by_role("row", name=label)
        expect(row.get_by_role("cell").first).to_contain_text(str(len(arms[arm])))
    with page.expect_download() as saving:
        page.get_by_role("link", name="Export CSV").click()
    lines = saving.value.path().read_text(encoding="utf-8-sig").splitlines()
    with database(demo) as there:
        by_hand = counted(there, uid)
    assert told(csv.DictReader(lines), list(by_hand["treatment"])) == by_hand
    assert (by_hand["treatment"]["Clicked"], by_hand["treatment"]["Ordered"]) == (1, 1)
    page.get_by_role("link", name="Its people").click()
    page.get_by_label("Arm", exact=True).select_option(label="Held back")
    expect(page.locator("#rows tbody tr")).to_have_count(len(arms["control"]))


@pytest.mark.parametrize("demo", [{"java_script_enabled": False}], ids=["no-scripts"], indirect=True)
def test_a_win_back_is_written_with_a_general_message_and_taken_back_without_scripts(demo: Window) -> None:
    page = demo.open("/admin/campaigns/new")
    writes(page, "Back without scripts")
    page.get_by_role("link", name="Schedule").click()
    page.get_by_text("Compare with a general message").click()
    page.get_by_label("Get the general message, in percent").fill("20")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("Write a subject and a text for the general message.")).to_be_visible()
    page.get_by_role("link", name="Write a subject and a text").click()
    page.get_by_label("Its subject").fill("News from the bakery")
    page.get_by_label("Its text").fill("The oven is warm.")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("region", name="The general message")).to_contain_text("The oven is warm.")
    page.get_by_role("button", name="Send to").click()
    page.get_by_role("button", name="Back to draft").click()
    expect(page.get_by_text("is a draft again")).to_be_visible()
    expect(page.get_by_text("Draft", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Send to")).to_be_visible()
